"""Our runs, sorted by what became of them, and the verdict they give once an interval is
known."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    Verdict,
    join_sentences,
)
from zoo import statistics

FEWEST_EQUAL = 10
"""So many equal runs show that there is next to no scatter; fewer may have missed it by
chance."""


def survey(
    values: np.ndarray, versus: np.ndarray | None = None, *, log: bool = False
) -> "Runs":
    """Return the runs (or their paired differences), on the plain or the logarithmic scale.

    Args:
        values: the metric of each seed, shape (seeds,).
        versus: the metric of the other arm, same shape; None where single runs are judged.
        log: whether runs are compared by their logarithms, so that a difference is a ratio.
    """
    arms = np.stack([values] if versus is None else [values, versus])
    alive = ~np.isnan(arms).any(axis=0)
    kept = arms[:, alive]
    not_positive = int((kept <= 0).any(axis=0).sum()) if log else 0
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # inf - inf is unknown, which is what NaN says
        scaled = np.log(kept) if log else kept
        difference = scaled[0] if versus is None else scaled[0] - scaled[1]
    return Runs(
        kept=difference,
        n=len(values),
        diverged=int((~alive).sum()),
        censored=int(np.isinf(kept).any(axis=0).sum()),
        not_positive=not_positive,
        log=log,
    )


@dataclass(frozen=True)
class Runs:
    """Runs sorted by what became of them, on the scale (plain or logarithmic) on which they
    are judged."""

    kept: np.ndarray
    """Runs that did not diverge, shape (kept,); NaN where both arms never reached their
    threshold."""

    n: int
    diverged: int
    censored: int
    """Runs that never reached their threshold."""

    not_positive: int
    log: bool

    def why_too_few(self) -> str:
        """Return why these runs have no interval, "" if they have one."""
        if self.not_positive:
            return f"a ratio needs positive values: {self.not_positive} of {self.n} runs have none"
        if len(self.kept) == 0:
            return f"all {self.n} runs diverged"
        if len(self.kept) == 1:
            return "one run has no spread to compare with"
        return ""

    def why_no_mean(self) -> str:
        """Return why these runs have no mean, "" if they have one."""
        if self.censored:
            return f"{self.censored} of {self.n} runs never reached the threshold, so they have no mean"
        return self.why_too_few()

    @property
    def equal(self) -> bool:
        """Whether several runs show no scatter at all; censored runs are ranked, which needs
        none."""
        return (
            len(self.kept) > 1 and not self.censored and np.ptp(self.kept) == 0
        )

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The lowest and the highest value that each run can have."""
        unknown = np.isnan(self.kept)
        lowest = np.where(unknown, -np.inf, self.kept)
        highest = np.where(unknown, np.inf, self.kept)
        return lowest, highest

    def median(self) -> float:
        """Return the median (of an even number the upper); an unknown value counts as the
        largest."""
        _, highest = self.bounds
        return float(np.sort(highest)[len(self.kept) // 2])

    def verdict(
        self,
        status: str,
        centre: float | None = None,
        ends: tuple[float, float] | None = None,
        detail: str = "",
    ) -> Verdict:
        """Return the verdict on the original scale; its detail says what went wrong."""
        if 2 * self.diverged > self.n:
            status = INCONCLUSIVE
            detail = join_sentences(
                "more than half of the runs diverged", detail
            )
        if self.equal and len(self.kept) < FEWEST_EQUAL:
            status = INCONCLUSIVE
        if centre is None and len(self.kept) and not self.not_positive:
            centre = (
                self.median() if self.censored else statistics.mean(self.kept)
            )
        back = np.exp if self.log else float
        interval = (
            None
            if ends is None
            else (float(back(ends[0])), float(back(ends[1])))
        )
        return Verdict(
            status,
            statistic=self._statistic(),
            ours=None if centre is None else float(back(centre)),
            interval=interval,
            n=self.n,
            diverged=self.diverged,
            censored=self.censored,
            resolvable=self._resolvable(status, ends, back),
            detail=join_sentences(detail, *self._remarks(ends)),
        )

    def _statistic(self) -> str:
        if self.censored:
            return "median"
        return "geometric mean" if self.log else "mean"

    def _resolvable(self, status, ends, back) -> float | None:
        if (
            ends is None
            or status != INCONCLUSIVE
            or self.equal
            or not np.isfinite(ends).all()
        ):
            return None
        return float(back((ends[1] - ends[0]) / 2))

    def _remarks(self, ends) -> Iterator[str]:
        if self.diverged:
            yield f"{self.diverged} of {self.n} runs diverged and are left out"
        if self.censored and ends is not None:
            yield f"{self.censored} of {self.n} never reached the threshold: median, and its bounds"
        if self.equal:
            few = len(self.kept) < FEWEST_EQUAL
            reason = (
                f": fewer than {FEWEST_EQUAL} such runs cannot tell how much runs scatter"
                if few
                else ""
            )
            yield f"all {len(self.kept)} runs gave exactly the same value{reason}"
