"""The judge of shares of runs."""

from dataclasses import dataclass

import numpy as np

from reproductions.harness.judging.estimates import find_fewest
from reproductions.harness.judging.judge import Judge, require
from reproductions.harness.judging.numbers import (
    format_bounds,
    format_published,
)
from reproductions.harness.judging.runs import FEWEST
from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    MORE_SEEDS,
    REPRODUCED,
    TOO_FEW,
    Decision,
    Verdict,
    decide_inside,
    join_sentences,
)
from zoo import statistics
from zoo.statistics import LEVEL, Interval


@dataclass(frozen=True)
class Fraction(Judge):
    """The fraction of runs for which a boolean metric holds, by Wilson's interval.

    Either above `at_least`, or below `at_most`, or between both; or `published` to within
    `margin`. A published share of `of` runs scatters itself: Newcombe's interval of the
    difference then has to lie inside the margin. "Every run" is published=1.0 with a margin,
    since no number of runs puts a whole interval at 1. A bound needs the exact binomial test
    as well, as Wilson's interval is too narrow for few runs. A diverged run (NaN) is a run for
    which the metric does not hold.
    """

    at_least: float | None = None
    at_most: float | None = None
    published: float | None = None
    margin: float | None = None
    of: int | None = None

    def __post_init__(self):
        bounded = self.at_least is not None or self.at_most is not None
        size = self.margin is not None
        require(
            bounded + size == 1,
            "Fraction: give exactly one of: at_least/at_most, published with margin",
        )
        require(
            size == (self.published is not None),
            "Fraction: published and margin belong together",
        )
        require(
            self.at_least is None or 0 <= self.at_least < 1,
            "Fraction: at_least lies in [0, 1)",
        )
        require(
            self.at_most is None or 0 < self.at_most <= 1,
            "Fraction: at_most lies in (0, 1]",
        )

    @property
    def states_direction(self) -> bool:
        """Whether a bound is stated, and no published share."""
        return self.margin is None

    def judge(self, values, versus=None, level=LEVEL) -> Verdict:
        """Hold the interval of the fraction against the bounds or the published fraction."""
        diverged = int(np.isnan(values).sum())
        successes = int((values == 1).sum())
        n = len(values)
        decision = self._decide(successes, n, level)
        if n < FEWEST:
            reason = f"fewer than {FEWEST} seeds give no verdict"
            decision = Decision(INCONCLUSIVE, TOO_FEW, detail=reason)
        failed = (
            f"{diverged} without a number, counted as failures"
            if diverged
            else ""
        )
        return Verdict(
            decision.status,
            statistic="fraction",
            ours=successes / n,
            interval=statistics.wilson_interval(successes, n, level),
            n=n,
            diverged=diverged,
            cause=decision.cause,
            seeds_needed=decision.seeds_needed,
            detail=join_sentences(
                f"{successes} of {n} runs", failed, decision.detail
            ),
        )

    def describe(self, unit) -> str:
        """Return the bound or the fraction: "above 0.5 of runs", "all runs"."""
        if self.published == 1:
            return "all runs"
        if self.published is not None:
            of = f" {self.of}" if self.of else ""
            return f"{format_published(self.published)} of{of} runs"
        return format_bounds(self.at_least, self.at_most, " of runs")

    def describe_margin(self, unit) -> str:
        """Return how close counts: "to within 0.05 of runs"."""
        if self.margin is None:
            return ""
        return f"to within {format_published(self.margin)} of runs"

    def agrees(self, verdict) -> bool:
        """Tell whether the fraction is inside the bounds, or near enough to the published
        one."""
        if self.margin is not None:
            return abs(verdict.ours - self.published) <= self.margin
        low, high = self._bounds()
        return bool(low < verdict.ours < high)

    def describe_found(self, verdict, unit) -> str:
        """Return for how many runs it holds: "4 of 4 runs"."""
        return f"{round(verdict.ours * verdict.n)} of {verdict.n} runs"

    def check_values(self, metric, values) -> None:
        """Refuse a metric that is not true or false for each seed."""
        super().check_values(metric, values)
        if not np.isin(values[~np.isnan(values)], (0, 1)).all():
            raise ValueError(
                f"metric '{metric}' must be true or false for each seed"
            )

    def invent_runs(self):
        """Return 2,000 runs of which none, some, as many as published, or all hold."""
        between = ((self.at_least or 0) + (self.at_most or 1)) / 2
        runs = np.arange(2_000)
        return [
            (runs < 2_000 * share,)
            for share in (0, between, self.published or 0, 1)
        ]

    def _bounds(self) -> Interval:
        low = -np.inf if self.at_least is None else self.at_least
        high = np.inf if self.at_most is None else self.at_most
        return low, high

    def _decide(self, successes: int, n: int, level: float) -> Decision:
        """Return the status, and how many runs with the same share would decide."""
        status, detail = self._status(successes, n, level)
        if status != INCONCLUSIVE:
            return Decision(status)
        share = successes / n

        def decides(more: int) -> bool:
            found, _ = self._status(round(share * more), more, level)
            return found != INCONCLUSIVE

        fewest = find_fewest(decides, n + 1)
        return Decision(INCONCLUSIVE, MORE_SEEDS, fewest, detail)

    def _status(self, successes: int, n: int, level: float) -> tuple[str, str]:
        if self.margin is not None:
            ends = self._difference(successes, n, level)
            return decide_inside(ends, -self.margin, self.margin), ""
        ends = statistics.wilson_interval(successes, n, level)
        low, high = self._bounds()
        status = decide_inside(ends, low, high)
        if status == INCONCLUSIVE:
            return status, ""
        p = self._exact_p(successes, n, met=status == REPRODUCED)
        if p <= statistics.tails(level)[0]:
            return status, ""
        return (
            INCONCLUSIVE,
            f"at the bound itself this is chance with an exact p of {p:.2g}",
        )

    def _difference(self, successes: int, n: int, level: float) -> Interval:
        """Return the interval of (our share - the published one)."""
        if self.of is not None:
            theirs = round(self.published * self.of)
            return statistics.newcombe_interval(
                successes, n, theirs, self.of, level
            )
        low, high = statistics.wilson_interval(successes, n, level)
        return low - self.published, high - self.published

    def _exact_p(self, successes: int, n: int, *, met: bool) -> float:
        """Return the p of the bound itself; of two bounds the one that decides."""
        low, high = self._bounds()
        found = []
        if np.isfinite(low):
            side = "greater" if met else "less"
            found.append(statistics.binomial_p(successes, n, low, side))
        if np.isfinite(high):
            side = "less" if met else "greater"
            found.append(statistics.binomial_p(successes, n, high, side))
        return max(found) if met else min(found)
