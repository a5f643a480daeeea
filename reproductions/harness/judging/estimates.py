"""An estimate with its uncertainty, how it compares with two bounds, and what more seeds
would change."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    MORE_SEEDS,
    Decision,
)
from zoo import statistics
from zoo.statistics import Interval

MOST_SEEDS = 1_000
"""How far we look for a number of seeds that would decide."""


@dataclass(frozen=True)
class Estimate:
    """A mean of `n` runs, or its difference from a published number, on the judged scale.

    Its variance is `shrinking / n + fixed`. More seeds make the first part smaller; the second
    is the scatter of what was published. `fixed_freedom` are the degrees of freedom of the
    second part, where it was estimated from several published runs.
    """

    centre: float
    n: int
    shrinking: float
    fixed: float = 0.0
    fixed_freedom: float | None = None

    def variance(self, n: int) -> float:
        """Return the variance that `n` seeds would leave."""
        return self.shrinking / n + self.fixed

    def freedom(self, n: int) -> float:
        """Return the degrees of freedom with `n` seeds: n - 1, or by Welch and Satterthwaite."""
        if self.fixed_freedom is None or self.fixed == 0:
            return n - 1
        ours = (self.shrinking / n) ** 2 / (n - 1)
        theirs = self.fixed**2 / self.fixed_freedom
        return self.variance(n) ** 2 / (ours + theirs)

    def half_width(self, level: float, n: int | None = None) -> float:
        """Return half of the interval's width, with our seeds or with `n`."""
        n = n or self.n
        variance = self.variance(n)
        if variance == 0:
            return 0.0
        quantile = statistics.t_quantile(self.freedom(n), level)
        return float(quantile * np.sqrt(variance))

    def interval(self, level: float, n: int | None = None) -> Interval:
        """Return the interval, with our seeds or as `n` such seeds would give it."""
        half = self.half_width(level, n)
        return self.centre - half, self.centre + half

    def narrowest(self, level: float) -> Interval:
        """Return the interval that no number of seeds can make narrower."""
        half = statistics.t_quantile(np.inf, level) * np.sqrt(self.fixed)
        return self.centre - half, self.centre + half

    def decide(
        self,
        status_of: Callable[[Interval], str],
        level: float,
        undecidable: str,
    ) -> Decision:
        """Return the status of the interval, and what more seeds would change.

        Args:
            status_of: gives the status of an interval.
            level: the interval's level.
            undecidable: the cause to name where no number of seeds would decide.
        """
        status = status_of(self.interval(level))
        if status != INCONCLUSIVE:
            return Decision(status)
        stays_open = status_of(self.narrowest(level)) == INCONCLUSIVE
        if self.fixed > 0 and stays_open:
            return Decision(INCONCLUSIVE, undecidable)
        seeds = self.seeds_needed(status_of, level)
        return Decision(INCONCLUSIVE, MORE_SEEDS, seeds)

    def seeds_needed(
        self, status_of: Callable[[Interval], str], level: float
    ) -> int | None:
        """Return how many seeds would decide if mean and scatter stayed as they are, None for
        more than 1,000."""

        def decides(n: int) -> bool:
            return status_of(self.interval(level, n)) != INCONCLUSIVE

        return find_fewest(decides, self.n + 1)

    def power(self, low: float, high: float, level: float) -> float:
        """Return the probability that an identical procedure, whose true difference is 0,
        comes out inside the bounds."""
        from scipy import stats

        deviation = np.sqrt(self.variance(self.n))
        half = self.half_width(level)
        if deviation == 0:
            return 1.0
        highest = (high - half) / deviation
        lowest = (low + half) / deviation
        chance = stats.norm.cdf(highest) - stats.norm.cdf(lowest)
        return float(max(0.0, chance))


def find_fewest(decides: Callable[[int], bool], first: int) -> int | None:
    """Return the smallest number of seeds, from `first` on, that decides; None for more than
    1,000.

    More seeds make an interval narrower, so that what decides goes on to decide: halving the
    range is enough.
    """
    low, high = first, max(first, MOST_SEEDS)
    if not decides(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if decides(middle):
            high = middle
        else:
            low = middle + 1
    return low
