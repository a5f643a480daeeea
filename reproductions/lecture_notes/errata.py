"""What was found in the lecture notes and in the sources that they rest on: errata.toml, read
and checked."""

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from reproductions.lecture_notes.reading import (
    Table,
    Text,
    find_repeated,
    raise_first,
    read_file,
)

FILE = Path(__file__).with_name("errata.toml")
RIGHT = "right"
"""The kind of a finding that bears out its statement."""

Claims = Mapping[str, tuple[str, ...]]
"""Ids of claims, by the reproduction that has them."""


class Number(Table):
    """A number of a record: the mean over the seeds of a metric."""

    reproduction: str
    metric: str
    part: int = 0
    """Which entry, where the metric has several for each seed."""

    format: str = ".12g"


class Finding(Table):
    """One statement of a source that was looked into, in our words."""

    number: Text
    """Its name on the page. It stays, since reproductions and pages refer to it."""

    kind: str
    """A key of `Errata.kinds`."""

    title: Text
    where: Text
    says: Text
    """The statement."""

    holds: Text
    """What holds instead; {name} stands for the number `numbers[name]`."""

    known_by: Text
    """What decided it."""

    numbers: Mapping[str, Number] = Field(default_factory=dict)
    judged: Claims = Field(default_factory=dict)
    """Claims that say the same as the statement: their verdicts must agree with the kind."""

    see_also: Claims = Field(default_factory=dict)
    """Claims that bear on the statement in another way."""

    tests: tuple[str, ...] = ()
    """Names of tests as pytest gives them: "tests/folder/test_file.py::test_name"."""

    @property
    def measured_by(self) -> list[str]:
        """The reproductions that its numbers come from, each once."""
        names = [number.reproduction for number in self.numbers.values()]
        return list(dict.fromkeys(names))


class Errata(Table):
    """All findings: statements of the notes and of their sources that do not hold, and
    statements that do."""

    kinds: Mapping[str, Text]
    """Kind of a finding -> what it means."""

    notes: tuple[Finding, ...]
    sources: tuple[Finding, ...]
    right: tuple[Finding, ...]

    @property
    def findings(self) -> Sequence[Finding]:
        """All of them."""
        return (*self.notes, *self.sources, *self.right)


def read(file: Path = FILE) -> Errata:
    """Return the findings; the reproductions that they name lie in the folder above the
    file's.

    Raises:
        ReproductionError: the file has a mistake; the message names the finding and the key.
    """
    errata = read_file(file, Errata, noun="finding", name="number")
    folder = file.parent.parent
    reproductions = {path.stem for path in folder.glob("[!_]*.py")}
    raise_first(find_problems(errata, reproductions), file)
    return errata


def find_problems(errata: Errata, reproductions: set[str]) -> Iterator[str]:
    """Yield what is wrong with the findings, given the names of all reproductions."""
    numbers = [finding.number for finding in errata.findings]
    for number in find_repeated(numbers):
        yield f"finding {number}, key 'number': two findings have it"
    for finding in errata.findings:
        for key, problem in find_problems_of(
            finding, errata.kinds, reproductions
        ):
            yield f"finding {finding.number}, key '{key}': {problem}"


def find_problems_of(
    finding: Finding, kinds: Mapping[str, str], reproductions: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield (key, problem) for what is wrong with one finding."""
    if finding.kind not in kinds:
        yield "kind", f"'{finding.kind}' is none of {', '.join(kinds)}"
    placeholders = find_placeholders(finding.holds)
    for name in placeholders - set(finding.numbers):
        yield "holds", f"{{{name}}} is not among its numbers"
    for name in set(finding.numbers) - placeholders:
        yield f"numbers.{name}", f"{{{name}}} does not occur in 'holds'"
    yield from find_unknown("judged", finding.judged, reproductions)
    yield from find_unknown("see_also", finding.see_also, reproductions)
    yield from find_unknown("numbers", finding.measured_by, reproductions)


def find_unknown(
    key: str, names: Iterable[str], known: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield (key, problem) for each of these reproductions that does not exist."""
    for name in names:
        if name not in known:
            yield key, f"there is no reproductions/{name}.py"


def find_placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {
        name
        for _, name, _, _ in string.Formatter().parse(text)
        if name is not None
    }


def pairs(claims: Claims) -> Iterator[tuple[str, str]]:
    """Yield (reproduction, id) for each claim."""
    for reproduction, ids in claims.items():
        for id in ids:
            yield reproduction, id
