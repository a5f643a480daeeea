"""Our runs, sorted by what became of them, and the verdict that they give once an estimate is
known."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reproductions.harness.judging.estimates import Estimate
from reproductions.harness.judging.verdicts import (
    CENSORED,
    INCONCLUSIVE,
    TOO_FEW,
    UNSOUND,
    Decision,
    Verdict,
    decide_inside,
    join_sentences,
)
from zoo import statistics

FEWEST = 5
"""Fewer runs that scatter decide nothing."""

FEWEST_CENSORED = 6
"""Fewer runs decide nothing where some never got there."""

FEWEST_EQUAL = 10
"""So many equal runs show that there is next to no scatter; fewer may have missed it by
chance."""


def survey(
    values: np.ndarray,
    versus: np.ndarray | None = None,
    *,
    log: bool = False,
    horizon: float | None = None,
) -> "Runs":
    """Return the runs (or their paired differences), on the plain or the logarithmic scale.

    Args:
        values: the metric of each seed, shape (seeds,).
        versus: the metric of the other arm, same shape; None where single runs are judged.
        log: whether runs are compared by their logarithms, so that a difference is a ratio.
        horizon: what a run of `values` counts as that never got to its threshold (inf).
    """
    censored = int(np.isposinf(values).sum())
    unknown = 0
    if horizon is None:
        unknown = censored
    else:
        values = np.where(np.isposinf(values), horizon, values)
    arms = np.stack([values] if versus is None else [values, versus])
    if versus is not None:
        unknown += int(np.isposinf(versus).sum())
    alive = ~np.isnan(arms).any(axis=0)
    kept = arms[:, alive]
    not_positive = int((kept <= 0).any(axis=0).sum()) if log else 0
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.log(kept) if log else kept
        differences = scaled[0] if versus is None else scaled[0] - scaled[1]
    return Runs(
        kept=differences,
        arms=scaled,
        n=len(values),
        diverged=int((~alive).sum()),
        censored=censored,
        unknown=unknown,
        not_positive=not_positive,
        log=log,
    )


@dataclass(frozen=True)
class Runs:
    """Runs sorted by what became of them, on the scale (plain or logarithmic) on which they
    are judged."""

    kept: np.ndarray
    """Runs that did not diverge (or their paired differences), shape (kept,)."""

    arms: np.ndarray
    """The same runs, each arm by itself, shape (arms, kept)."""

    n: int
    diverged: int

    censored: int
    """Runs that never reached their threshold and count at the horizon."""

    unknown: int
    """Runs that never reached their threshold where no horizon says what they count as."""

    not_positive: int
    log: bool

    @property
    def equal(self) -> bool:
        """Whether several runs show no scatter at all."""
        has_numbers = len(self.kept) > 1 and not self.unknown
        return has_numbers and np.ptp(self.kept) == 0

    @property
    def scatter(self) -> float:
        """The variance of one run, or of one paired difference."""
        return statistics.sd(self.kept) ** 2

    @property
    def unpaired_scatter(self) -> float:
        """The variance of the difference of two independent runs, one of each arm."""
        return sum(statistics.sd(arm) ** 2 for arm in self.arms)

    def estimate(
        self,
        target: float = 0.0,
        fixed: float = 0.0,
        fixed_freedom: float | None = None,
    ) -> Estimate:
        """Return how far our mean is from the target; `fixed` is the variance of the
        target."""
        return Estimate(
            statistics.mean(self.kept) - target,
            len(self.kept),
            self.scatter,
            fixed,
            fixed_freedom,
        )

    def why_no_number(self) -> tuple[str, str]:
        """Return (cause, detail) where these runs have no mean or no scatter, else two empty
        texts."""
        if self.unknown:
            return (
                UNSOUND,
                f"{self.unknown} of {self.n} runs never reached the threshold",
            )
        if self.not_positive:
            return (
                UNSOUND,
                f"a ratio needs positive values: {self.not_positive} of {self.n} runs have none",
            )
        if len(self.kept) == 0:
            return UNSOUND, f"none of the {self.n} runs has a number"
        if len(self.kept) == 1:
            return TOO_FEW, "one run has no spread to compare with"
        return "", ""

    def why_undecided(self) -> tuple[str, str]:
        """Return (cause, detail) where these runs must not decide, else two empty texts."""
        kept = len(self.kept)
        if 2 * self.diverged > self.n:
            return UNSOUND, "more than half of the runs have no number"
        if self.censored and kept < FEWEST_CENSORED:
            return (
                TOO_FEW,
                f"fewer than {FEWEST_CENSORED} runs, some of which never got there",
            )
        if kept < FEWEST:
            return TOO_FEW, f"fewer than {FEWEST} seeds give no verdict"
        if self.equal and kept < FEWEST_EQUAL:
            return (
                TOO_FEW,
                f"fewer than {FEWEST_EQUAL} equal runs cannot tell how much runs scatter",
            )
        return "", ""

    def without_number(self, cause: str, detail: str) -> Verdict:
        """Return the verdict of runs that have no mean or no scatter."""
        centre = None
        has_mean = len(self.kept) and not (self.unknown or self.not_positive)
        if has_mean:
            centre = self._back(statistics.mean(self.kept))
        return Verdict(
            INCONCLUSIVE,
            statistic=self._statistic(),
            ours=centre,
            n=self.n,
            diverged=self.diverged,
            censored=self.censored,
            cause=cause,
            detail=join_sentences(detail, *self._remarks()),
        )

    def verdict(
        self,
        decision: Decision,
        ends: tuple[float, float],
        centre: float | None = None,
    ) -> Verdict:
        """Return the verdict on the original scale.

        Args:
            decision: what the comparison with the bounds gave.
            ends: the interval on the judged scale.
            centre: our number there; None for the mean.
        """
        centre = statistics.mean(self.kept) if centre is None else centre
        cause, reason = self.why_undecided()
        if cause:
            decision = Decision(INCONCLUSIVE, cause, detail=reason)
        return Verdict(
            decision.status,
            statistic=self._statistic(),
            ours=self._back(centre),
            interval=(self._back(ends[0]), self._back(ends[1])),
            n=self.n,
            diverged=self.diverged,
            censored=self.censored,
            cause=decision.cause,
            seeds_needed=decision.seeds_needed,
            detail=join_sentences(decision.detail, *self._remarks()),
        )

    def decide_bounded(
        self, ends: tuple[float, float], low: float, high: float
    ) -> tuple[Decision, tuple[float, float]]:
        """Return the decision and the interval of runs that bound the mean from below only.

        Such an interval has no upper end. It may show "above", never "below" or "about".
        """
        open_ends = ends[0], float("inf")
        status = decide_inside(open_ends, low, high)
        cause = CENSORED if status == INCONCLUSIVE else ""
        return Decision(status, cause), open_ends

    def _back(self, value: float) -> float:
        return float(np.exp(value)) if self.log else float(value)

    def _statistic(self) -> str:
        if self.censored:
            return "at least"
        return "geometric mean" if self.log else "mean"

    def _remarks(self) -> Iterator[str]:
        if self.diverged:
            yield f"{self.diverged} of {self.n} runs have no number and are left out"
        if self.censored and not self.unknown:
            yield f"{self.censored} of {self.n} runs never got there and count at the end of training"
        if self.equal:
            yield f"all {len(self.kept)} runs gave exactly the same value"
