"""What the lecture notes and their sources claim, run or not: catalogue.toml, read and
checked."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from reproductions.lecture_notes.reading import (
    Table,
    Text,
    find_repeated,
    raise_first,
    read_file,
)

FILE = Path(__file__).with_name("catalogue.toml")
PLANNED = "planned"
"""The reason that holds for an entry which states none, as long as no record judges it."""


class Reason(Table):
    """Why there is no verdict on a claim."""

    title: Text
    meaning: Text


class Entry(Table):
    """One claim of the literature, in our words."""

    id: Text
    """What the ids of the claims that judge it begin with, unless `prefixes` says otherwise.
    """

    says: Text
    where: Text
    grade: str
    """How well it can be checked, a key of `Catalogue.grades`."""

    check: Text
    """What would decide it."""

    reason: str = ""
    """Why no record judges it, a key of `Catalogue.reasons`; "" for an entry that one does.
    """

    remark: str = ""
    prefixes: tuple[str, ...] = ()

    def covers(self, claim: str) -> bool:
        """Tell whether the id of a claim is this entry's, or begins with it and goes on after
        a mark."""
        for start in self.prefixes or (self.id,):
            rest = claim.removeprefix(start)
            if claim.startswith(start) and not rest[:1].isalnum():
                return True
        return False


class Catalogue(Table):
    """All claims of the literature."""

    grades: Mapping[str, Text]
    """Grade -> what it means."""

    reasons: Mapping[str, Reason]
    claims: tuple[Entry, ...]


def read(file: Path = FILE) -> Catalogue:
    """Return the catalogue.

    Raises:
        ReproductionError: the file has a mistake; the message names the claim and the key.
    """
    catalogue = read_file(file, Catalogue, noun="claim", name="id")
    raise_first(find_problems(catalogue), file)
    return catalogue


def find_problems(catalogue: Catalogue) -> Iterator[str]:
    """Yield what is wrong with the entries."""
    if PLANNED not in catalogue.reasons:
        yield f"key 'reasons': '{PLANNED}' is missing"
    ids = [entry.id for entry in catalogue.claims]
    for id in find_repeated(ids):
        yield f"claim {id}, key 'id': two claims have it"
    for entry in catalogue.claims:
        place = f"claim {entry.id}"
        if entry.grade not in catalogue.grades:
            known = ", ".join(catalogue.grades)
            yield f"{place}, key 'grade': '{entry.grade}' is none of {known}"
        if entry.reason and entry.reason not in catalogue.reasons:
            known = ", ".join(catalogue.reasons)
            yield f"{place}, key 'reason': '{entry.reason}' is none of {known}"


def find_wrong_reasons(
    catalogue: Catalogue, found: Mapping[str, Mapping]
) -> list[str]:
    """Return the entries whose reason does not fit the records `found` (name -> record).

    An entry needs a reason as long as no record judges it, and must have none afterwards.
    """
    problems = []
    for entry in catalogue.claims:
        reason = entry.reason
        is_judged = any(
            find_verdicts(entry, record) for record in found.values()
        )
        if is_judged and reason:
            problem = f"a record judges it; remove its reason '{reason}'"
            problems.append(f"claim {entry.id}: {problem}")
        if not is_judged and not reason:
            problem = "no record judges it; give it a reason"
            problems.append(f"claim {entry.id}: {problem}")
    return problems


def find_verdicts(
    entry: Entry, record: Mapping
) -> list[tuple[Mapping, Mapping]]:
    """Return pairs (claim, verdict), as the record holds them, for the claims that the entry
    covers."""
    judged = zip(record["claims"], record["verdicts"], strict=True)
    return [
        (claim, verdict)
        for claim, verdict in judged
        if entry.covers(claim["id"])
    ]
