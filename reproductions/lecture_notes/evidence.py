"""What the pages on the lecture notes are made of: findings, and the numbers and verdicts that bear them out.

A number that can be computed is never typed. A finding names the metric, the claim or the test it comes from;
`report` reads metric and verdict from the committed records, and says so where there is none yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from reproductions.harness.recording import records
from reproductions.harness.showing import wording

NOT_YET = "*not run yet*"
KINDS = {
    "wrong": "what is said is false",
    "loose": "true only with a condition that is not said, or said of the wrong thing",
    "misprint": "a digit, sign or index; our copy has lost text here and there, so it may be the copy's",
    "unsupported": "no source was found, and nothing here decides it",
    "right": "what is said holds",
}


class Value(NamedTuple):
    """One number of a record: the mean over the seeds of `metric` (entry `part` of a metric of several)."""

    reproduction: str
    metric: str
    part: int = 0
    form: str = ".12g"


class Judged(NamedTuple):
    """The verdict of a record on the claim with this id."""

    reproduction: str
    claim: str


@dataclass(frozen=True)
class Finding:
    """One statement of a source that was looked into.

    `number` is its name on the page; `says` is the statement and `right` what holds instead, both in our
    words, where {name} stands for the number `values[name]`; `how` says what decided it. Claims in `judged`
    say the same as the statement, so their verdicts must bear out the kind; those in `see` bear on it.
    `tests` are pytest's names of tests: "tests/folder/test_file.py::test_name".
    """

    number: str
    kind: str
    title: str
    where: str
    says: str
    right: str
    how: str
    values: Mapping[str, Value] = field(default_factory=dict)
    judged: tuple[Judged, ...] = ()
    see: tuple[Judged, ...] = ()
    tests: tuple[str, ...] = ()

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"finding {self.number}: kind {self.kind!r} is none of {', '.join(KINDS)}")

    @property
    def reproductions(self) -> tuple[str, ...]:
        """The reproductions that bear it out, each once."""
        named = [*self.judged, *self.see, *self.values.values()]
        return tuple(dict.fromkeys(each.reproduction for each in named))


class Line(NamedTuple):
    """One verdict ready to print; without a record `status` is "" and `says` the claim's id."""

    reproduction: str
    says: str
    compared: str = ""
    status: str = ""


def filled(text: str, values: Mapping[str, Value], found: Mapping[str, Mapping]) -> str:
    """The text with its numbers from the records `found` (name -> record) in the place of their names."""
    return text.format(**{name: number(value, found) for name, value in values.items()})


def number(value: Value, found: Mapping[str, Mapping]) -> str:
    """The number in its form, or that its reproduction was not run yet."""
    if value.reproduction not in found:
        return NOT_YET
    metric = records.result_of(found[value.reproduction]).metrics[value.metric]
    return format(metric.mean(axis=0).ravel()[value.part], value.form)


def line(each: Judged, found: Mapping[str, Mapping]) -> Line:
    """The verdict on one claim; a claim that the record lacks counts as not run."""
    for claim, verdict in records.judgements(found[each.reproduction]) if each.reproduction in found else ():
        if claim.id == each.claim:
            return Line(each.reproduction, claim.says, wording.describe_both(claim, verdict), verdict.status)
    return Line(each.reproduction, each.claim)


def contradictions(finding: Finding, found: Mapping[str, Mapping]) -> list[str]:
    """Claims whose verdict is the opposite of what the finding says of the statement."""
    opposite = "not reproduced" if finding.kind == "right" else "reproduced"
    return [each.claim for each in finding.judged if line(each, found).status == opposite]
