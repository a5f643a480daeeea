"""How many claims came out how: by kind, and by the result of a source that they belong to."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from reproductions.harness.claiming.claims import KINDS
from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    NOT_REPRODUCED,
    NOT_RUN,
    REPRODUCED,
)
from reproductions.harness.showing.entries import Entry, ShownFamily


class KindCount(NamedTuple):
    """How many families of one kind came out how."""

    name: str
    meaning: str
    reproduced: int
    not_reproduced: int
    inconclusive: int
    not_run: int


class SourceCount(NamedTuple):
    """How many results of the catalogue came out how."""

    total: int
    reproduced: int
    not_reproduced: int
    open: int


def count_kinds(entries: Iterable[Entry]) -> list[KindCount]:
    """Return the counts of each kind of claim, by families."""
    families = [family for entry in entries for family in entry.families]
    counts = []
    for name, meaning in KINDS.items():
        found = Counter(
            family.status for family in families if family.kind == name
        )
        counts.append(
            KindCount(
                name,
                meaning,
                found[REPRODUCED],
                found[NOT_REPRODUCED],
                found[INCONCLUSIVE],
                found[NOT_RUN],
            )
        )
    return counts


def count_sources(entries: Iterable[Entry]) -> SourceCount:
    """Return the counts of the catalogue's results; checks of our own belong to none."""
    by_source: dict[str, list[ShownFamily]] = {}
    for entry in entries:
        for family in entry.published:
            by_source.setdefault(name_source(family.id), []).append(family)
    outcomes = Counter()
    for families in by_source.values():
        outcomes[decide_source(families)] += 1
    return SourceCount(
        len(by_source),
        outcomes[REPRODUCED],
        outcomes[NOT_REPRODUCED],
        outcomes[INCONCLUSIVE],
    )


def name_source(claim_id: str) -> str:
    """Return the catalogue's id of a claim or family: what stands before "/" or ":"."""
    return claim_id.partition("/")[0].partition(":")[0]


def decide_source(families: Iterable[ShownFamily]) -> str:
    """Return what became of one result of the catalogue, given all that we ask of it."""
    statuses = {family.status for family in families}
    if NOT_REPRODUCED in statuses:
        return NOT_REPRODUCED
    return REPRODUCED if statuses == {REPRODUCED} else INCONCLUSIVE
