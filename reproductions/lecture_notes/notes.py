"""docs/errata.md and docs/cited.md in words and links, ready for their templates.

Both follow from the data in `errata` and `catalogue` and from the committed records alone: a new reproduction
changes them when its record is there, and not before.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reproductions.harness.recording import records
from reproductions.lecture_notes import catalogue, errata, evidence

PARTS = {
    "Statements of the notes that do not hold as they stand": errata.SLIPS,
    "Errors in the sources": errata.SOURCES,
    "Statements that hold": errata.HELD,
}

LATER = {"Planned": catalogue.PLANNED, "Possible": catalogue.POSSIBLE}


class Shown(NamedTuple):
    """One finding, every field ready to print; `lines` are verdicts and tests with their links."""

    number: str
    kind: str
    title: str
    where: str
    says: str
    right: str
    how: str
    lines: list[str]


class Ran(NamedTuple):
    """An entry that records judge: by which reproductions (with links), and how it came out."""

    entry: catalogue.Entry
    by: str
    outcome: str


def errata_page(found: Mapping[str, Mapping]) -> dict:
    """What the template ERRATA needs, from the records `found` (name -> record)."""
    parts = {title: [_shown(each, found) for each in findings] for title, findings in PARTS.items()}
    return {"parts": parts, "kinds": evidence.KINDS}


def cited_page(found: Mapping[str, Mapping]) -> dict:
    """What the template CITED needs, from the records `found` (name -> record)."""
    ran = [row for entry in catalogue.ENTRIES if (row := _ran(entry, found))]
    rest = [entry for entry in catalogue.ENTRIES if entry not in [row.entry for row in ran]]
    later = {reason: [entry for entry in rest if entry.reason == reason] for reason in LATER.values()}
    return {
        "ran": ran,
        "later": {title: later[reason] for title, reason in LATER.items()},
        "never": [entry for entry in rest if entry.reason not in later],
        "reasons": catalogue.REASONS,
        "grades": catalogue.GRADES,
    }


def _shown(finding: evidence.Finding, found: Mapping[str, Mapping]) -> Shown:
    return Shown(
        finding.number,
        finding.kind,
        finding.title,
        finding.where[0].upper() + finding.where[1:],
        finding.says,
        evidence.filled(finding.right, finding.values, found),
        finding.how,
        [*_verdicts(finding, found), *map(_test, finding.tests)],
    )


def _verdicts(finding: evidence.Finding, found: Mapping[str, Mapping]):
    yield from (_verdict(each, found) for each in finding.judged)
    yield from (f"See also {_verdict(each, found)}" for each in finding.see)
    named = {each.reproduction for each in (*finding.judged, *finding.see)}
    for name in dict.fromkeys(value.reproduction for value in finding.values.values()):
        if name not in named:
            yield f"The numbers are those of {_link(name, found)}"


def _verdict(each: evidence.Judged, found: Mapping[str, Mapping]) -> str:
    line = evidence.line(each, found)
    if not line.status:
        return f"{_link(each.reproduction, found)}, claim `{line.says}`: {evidence.NOT_YET}"
    return f'{_link(each.reproduction, found)}: "{line.says}" **{line.status}** ({line.compared})'


def _test(name: str) -> str:
    file, function = name.split("::")
    return f"Test: [{function.removeprefix('test_').replace('_', ' ')}](../{file})"


def _link(name: str, found: Mapping[str, Mapping]) -> str:
    """A link to the reproduction's page, or to its file where it has no record."""
    return f"[{name}](results/{name}.md)" if name in found else f"[{name}](../reproductions/{name}.py)"


def _ran(entry: catalogue.Entry, found: Mapping[str, Mapping]) -> Ran | None:
    by, claims, verdicts = [], [], []
    for name, record in found.items():
        covered = [entry.covers(claim["id"]) for claim in record["claims"]]
        if any(covered):
            by.append(_link(name, found))
            claims += _chosen(record["claims"], covered)
            verdicts += _chosen(record["verdicts"], covered)
    if not by:
        return None
    return Ran(entry, ", ".join(by), records.counts({"claims": claims, "verdicts": verdicts}))


def _chosen(items: Sequence, chosen: Sequence[bool]) -> list:
    return [item for item, wanted in zip(items, chosen, strict=True) if wanted]
