"""What the templates of docs/errata.md and docs/cited.md show.

Both pages follow from errata.toml, catalogue.toml and the committed records alone. A new
reproduction changes them when its record is there, and not before. `found` holds the records
by the names of their reproductions.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from reproductions.harness.recording import records
from reproductions.lecture_notes.catalogue import (
    PLANNED,
    Catalogue,
    Entry,
    find_verdicts,
)
from reproductions.lecture_notes.errata import Errata, Finding, pairs
from reproductions.lecture_notes.evidence import (
    NOT_YET,
    fill_numbers,
    find_verdict,
)

Records = Mapping[str, Mapping]


class ShownKind(NamedTuple):
    """A kind of findings, and how many there are."""

    name: str
    count: int
    meaning: str


class ShownFinding(NamedTuple):
    """A finding; `holds` has its numbers, `evidence` the verdicts and tests with their links."""

    finding: Finding
    holds: str
    evidence: list[str]


class ShownGrade(NamedTuple):
    """A grade, and how many claims have it, all of them and those that were run."""

    name: str
    claims: int
    run: int
    meaning: str


class ShownEntry(NamedTuple):
    """A claim that records judge: by which reproductions (with links), and how it came out."""

    entry: Entry
    by: str
    outcome: str


class ShownReason(NamedTuple):
    """A reason, and the claims that have no verdict for it."""

    key: str
    title: str
    meaning: str
    entries: list[Entry]


def errata_page(errata: Errata, found: Records) -> dict:
    """Return what the template of docs/errata.md needs."""
    return {
        "kinds": count_kinds(errata),
        "notes": [show_finding(finding, found) for finding in errata.notes],
        "sources": [show_finding(finding, found) for finding in errata.sources],
        "right": [show_finding(finding, found) for finding in errata.right],
    }


def count_kinds(errata: Errata) -> list[ShownKind]:
    """Return how many findings there are of each kind."""
    counts = Counter(finding.kind for finding in errata.findings)
    shown = []
    for kind, meaning in errata.kinds.items():
        row = ShownKind(
            name=kind,
            count=counts[kind],
            meaning=meaning,
        )
        shown.append(row)
    return shown


def show_finding(finding: Finding, found: Records) -> ShownFinding:
    """Return one finding ready to print."""
    evidence = [*list_verdicts(finding, found), *map(link_test, finding.tests)]
    return ShownFinding(finding, fill_numbers(finding, found), evidence)


def list_verdicts(finding: Finding, found: Records) -> Iterator[str]:
    """Yield a line for each claim of the finding, and for each reproduction that only gives
    numbers."""
    for reproduction, id in pairs(finding.judged):
        yield show_verdict(reproduction, id, found)
    for reproduction, id in pairs(finding.see_also):
        yield f"See also {show_verdict(reproduction, id, found)}"
    linked = {*finding.judged, *finding.see_also}
    for reproduction in finding.measured_by:
        if reproduction not in linked:
            link = link_reproduction(reproduction, found)
            yield f"The numbers are those of {link}"


def show_verdict(reproduction: str, id: str, found: Records) -> str:
    """Return the verdict on one claim with a link to its reproduction."""
    link = link_reproduction(reproduction, found)
    line = find_verdict(reproduction, id, found)
    if not line.status:
        return f"{link}, claim `{line.says}`: {NOT_YET}"
    return f'{link}: "{line.says}" **{line.status}** ({line.comparison})'


def link_test(name: str) -> str:
    """Return a link to the file of a test, given as "tests/folder/test_file.py::test_name"."""
    file, function = name.split("::")
    return (
        f"Test: [{function.removeprefix('test_').replace('_', ' ')}](../{file})"
    )


def link_reproduction(name: str, found: Records) -> str:
    """Return a link to the reproduction's page, or to its file where it has no record."""
    target = (
        f"results/{name}.md" if name in found else f"../reproductions/{name}.py"
    )
    return f"[{name}]({target})"


def cited_page(catalogue: Catalogue, found: Records) -> dict:
    """Return what the template of docs/cited.md needs."""
    run = []
    rest = {reason: [] for reason in catalogue.reasons}
    for entry in catalogue.claims:
        shown = show_entry(entry, found)
        if shown is None:
            rest[entry.reason or PLANNED].append(entry)
        else:
            run.append(shown)
    return {
        "total": len(catalogue.claims),
        "grades": count_grades(catalogue, [shown.entry for shown in run]),
        "run": run,
        "rest": [
            ShownReason(key, reason.title, reason.meaning, rest[key])
            for key, reason in catalogue.reasons.items()
        ],
    }


def show_entry(entry: Entry, found: Records) -> ShownEntry | None:
    """Return an entry with its verdicts, None if no record judges it."""
    links = []
    families = []
    for name, record in found.items():
        judged = {claim["id"] for claim, _ in find_verdicts(entry, record)}
        if judged:
            links.append(link_reproduction(name, found))
        for family, claim in records.families_of(record):
            if judged & set(family.claims):
                families.append((family, claim))
    if not links:
        return None
    outcome = records.describe_counts(families)
    return ShownEntry(entry, ", ".join(links), outcome)


def count_grades(
    catalogue: Catalogue, run: Sequence[Entry]
) -> list[ShownGrade]:
    """Return how many claims have each grade, given those that were run."""
    claims = Counter(entry.grade for entry in catalogue.claims)
    done = Counter(entry.grade for entry in run)
    shown = []
    for grade, meaning in catalogue.grades.items():
        row = ShownGrade(
            name=grade,
            claims=claims[grade],
            run=done[grade],
            meaning=meaning,
        )
        shown.append(row)
    return shown
