"""The judge of deterministic values."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from reproductions.harness.judging.judge import Judge
from reproductions.harness.judging.numbers import format_published
from reproductions.harness.judging.verdicts import (
    NOT_REPRODUCED,
    REPRODUCED,
    Verdict,
)
from zoo.statistics import LEVEL


@dataclass(frozen=True)
class Exact(Judge):
    """A deterministic value: every run is within `tolerance` of `published` (absolute
    difference, float64).

    `published` is a number, or a tuple of k numbers for a metric of shape (seeds, k).
    """

    published: float | tuple[float, ...]
    tolerance: float

    has_scatter: ClassVar[bool] = False

    def judge(self, values, versus=None, level=LEVEL) -> Verdict:
        """Compare the largest difference of all runs with the tolerance."""
        differences = np.abs(values - np.asarray(self.published, np.float64))
        diverged = np.isnan(values.reshape(len(values), -1)).any(axis=1)
        worst = float(np.max(differences))  # NaN is within no tolerance
        single = np.ndim(self.published) == 0 and len(values) == 1
        return Verdict(
            REPRODUCED if worst <= self.tolerance else NOT_REPRODUCED,
            statistic="value" if single else "largest difference",
            ours=float(values[0]) if single else worst,
            n=len(values),
            diverged=int(diverged.sum()),
            detail=f"largest difference {worst:.2g}, tolerance {self.tolerance:.2g}",
        )

    def describe(self, unit) -> str:
        """Return the value, or all of them: "9", "3, 5"."""
        values = self.published
        if not isinstance(values, tuple):
            values = (values,)
        return ", ".join(format_published(value) for value in values) + unit

    def agrees(self, verdict) -> bool:
        """Tell whether the value is within the tolerance."""
        return verdict.status == REPRODUCED

    def describe_found(self, verdict, unit) -> str:
        """Return whether the published value came out."""
        if verdict.status == REPRODUCED:
            return "exactly the published value"
        return "another value"

    def check_values(self, metric, values) -> None:
        """Refuse a metric whose shape is not that of the published value."""
        shape = np.shape(self.published)
        if shape != values.shape[1:]:
            raise ValueError(
                f"metric '{metric}' has shape {values.shape} and the published value shape {shape}"
            )

    def invent_runs(self):
        """Return the published value, and one beyond the tolerance."""
        values = np.array([self.published])
        beyond = values + 3 * self.tolerance + 1e-12
        return [(values,), (beyond,)]
