"""What the records say about a finding: its numbers, and the verdicts on its claims.

A number that can be computed is never typed; it is read from a record. `found` holds the
records by the names of their reproductions. Where one is missing, the text says so.
"""

from collections.abc import Mapping
from typing import NamedTuple

from reproductions.harness.judging.verdicts import NOT_REPRODUCED, REPRODUCED
from reproductions.harness.recording import records
from reproductions.harness.showing import wording
from reproductions.lecture_notes.errata import RIGHT, Finding, Number, pairs

NOT_YET = "*not run yet*"


class Line(NamedTuple):
    """A verdict ready to print; without a record `status` is "" and `says` the claim's id."""

    reproduction: str
    says: str
    comparison: str = ""
    status: str = ""


def fill_numbers(finding: Finding, found: Mapping[str, Mapping]) -> str:
    """Return what holds instead of the statement, with the numbers of the records."""
    texts = {}
    for name, number in finding.numbers.items():
        texts[name] = format_number(number, found)
    return finding.holds.format(**texts)


def format_number(number: Number, found: Mapping[str, Mapping]) -> str:
    """Return the number in its format, or that its reproduction was not run yet."""
    if number.reproduction not in found:
        return NOT_YET
    metrics = found[number.reproduction]["metrics"]
    values = records.as_array(metrics[number.metric])
    means = values.mean(axis=0).ravel()
    return format(means[number.part], number.format)


def find_verdict(
    reproduction: str, id: str, found: Mapping[str, Mapping]
) -> Line:
    """Return the verdict on one claim; a claim that the record lacks counts as not run."""
    if reproduction not in found:
        return Line(reproduction, id)
    for claim, verdict in records.judgements(found[reproduction]):
        if claim.id == id:
            comparison = wording.describe_both(claim, verdict)
            return Line(reproduction, claim.says, comparison, verdict.status)
    return Line(reproduction, id)


def find_contradictions(
    finding: Finding, found: Mapping[str, Mapping]
) -> list[str]:
    """Return the claims whose verdict is the opposite of what the finding says."""
    opposite = NOT_REPRODUCED if finding.kind == RIGHT else REPRODUCED
    contradictions = []
    for reproduction, id in pairs(finding.judged):
        line = find_verdict(reproduction, id, found)
        if line.status == opposite:
            contradictions.append(id)
    return contradictions
