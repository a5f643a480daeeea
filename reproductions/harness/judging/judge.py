"""What every judge can do, and the list of all judges.

A judge is pure data (what was published, and how close counts), so that claims can be written
before a run, hashed and stored. It brings everything that belongs to it: `judge` computes the
verdict, `describe` says in words what was published, `agrees` tells whether our number alone
does, and `invent_runs` gives runs that agree and runs that do not.
"""

from abc import ABC, abstractmethod
from dataclasses import MISSING, fields
from typing import ClassVar

import numpy as np

from reproductions.harness.judging.numbers import format_interval, format_ours
from reproductions.harness.judging.verdicts import Verdict
from zoo.statistics import LEVEL

JUDGES: dict[str, type["Judge"]] = {}
"""Every judge by its name, as records name it."""

SPREAD = np.linspace(-1, 1, 40)
"""The scatter of invented runs: a mean of 0 and no outliers."""


class Judge(ABC):
    """What all judges can do."""

    has_scatter: ClassVar[bool] = True
    """Whether chance plays a part, so that a plan of seeds and a least number apply."""

    def __init_subclass__(cls, shared: bool = False):
        if not shared:
            JUDGES[cls.__name__] = cls

    @abstractmethod
    def judge(
        self,
        values: np.ndarray,
        versus: np.ndarray | None = None,
        level: float = LEVEL,
    ) -> Verdict:
        """Return the verdict on a metric of shape (seeds,), float64.

        Args:
            values: the metric.
            versus: the other arm's metric, where the judge compares two.
            level: the level of the interval, 95 % where a result is looked at once.
        """

    @abstractmethod
    def describe(self, unit: str) -> str:
        """Return what was published, in words; `unit` is "" or begins with a space."""

    def describe_margin(self, unit: str) -> str:
        """Return how close counts, in words, "" where the bound itself says so."""
        return ""

    @abstractmethod
    def agrees(self, verdict: Verdict) -> bool:
        """Tell whether our number alone agrees with the claim, chance left out."""

    @property
    def states_direction(self) -> bool:
        """Whether the claim is on a direction, a bound or an equivalence, not on a published
        number."""
        return False

    def describe_found(self, verdict: Verdict, unit: str) -> str:
        """Return what was found in words: "-0.9 points [-1.3, -0.5], 4 seeds"."""
        seeds = f"{verdict.n} seed{'s' * (verdict.n != 1)}"
        if verdict.ours is None:
            return f"no number, {seeds}"
        if not np.isfinite(verdict.ours):
            return f"the threshold was not reached, {seeds}"
        interval = f" {format_interval(verdict.interval)}"
        if verdict.interval is None:
            interval = ""
        bound = "at least " if verdict.censored else ""
        return f"{bound}{format_ours(verdict.ours)}{unit}{interval}, {seeds}"

    @abstractmethod
    def invent_runs(self) -> list[tuple[np.ndarray, ...]]:
        """Return runs for which the claim must come out either way: (values,) or (values,
        versus)."""

    def check_values(self, metric: str, values: np.ndarray) -> None:
        """Refuse a metric that this judge cannot read.

        Raises:
            ValueError: says which metric, and what is wrong with it.
        """
        if values.ndim != 1:
            raise ValueError(
                f"metric '{metric}' has shape {values.shape}, not one number per seed"
            )

    def stated_fields(self) -> dict:
        """Return the fields that are not at their default, as plain JSON data.

        A judge may then gain a field without making every committed record look out of date.
        """
        return stated_fields(self)


def stated_fields(value) -> dict:
    """Return the fields of a dataclass that are not at their default; tuples become lists."""
    stated = {}
    for field in fields(value):
        item = getattr(value, field.name)
        if field.default is MISSING or item != field.default:
            stated[field.name] = list(item) if isinstance(item, tuple) else item
    return stated


def require(condition: bool, message: str) -> None:
    """Raise a ValueError with this message where the condition does not hold."""
    if not condition:
        raise ValueError(message)
