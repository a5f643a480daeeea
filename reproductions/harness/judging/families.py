"""Families: the rows of one table or curve, which are judged together.

A single claim is a family of one. A family is *reproduced* where the interval of every row
lies inside its margin, and *not reproduced* where that of some row lies outside at a level
that is shared among the rows (Bonferroni).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    NOT_REPRODUCED,
    NOT_RUN,
    REPRODUCED,
)


@dataclass(frozen=True)
class Family:
    """The verdict on the rows of one table or curve: `met` of them were reproduced."""

    id: str
    claims: tuple[str, ...]
    status: str
    met: int

    @property
    def rows(self) -> int:
        """How many rows the family has."""
        return len(self.claims)


def share_level(level: float, rows: int) -> float:
    """Return the level of one of several rows, so that all together keep `level`.

    >>> round(share_level(0.95, 5), 3)
    0.99
    """
    return 1 - (1 - level) / rows


def decide_family(
    statuses: Sequence[str], at_shared_level: Sequence[str]
) -> str:
    """Return the verdict on a family.

    Args:
        statuses: the verdict on each row by itself.
        at_shared_level: the same at the level that is shared among the rows.
    """
    if all(status == NOT_RUN for status in statuses):
        return NOT_RUN
    if all(status == REPRODUCED for status in statuses):
        return REPRODUCED
    if NOT_REPRODUCED in at_shared_level:
        return NOT_REPRODUCED
    return INCONCLUSIVE


def group_claims(families: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the claims of each family, given each claim's family, in the order of the
    claims."""
    groups: dict[str, list[str]] = {}
    for claim, family in families.items():
        groups.setdefault(family, []).append(claim)
    return groups
