"""The judges of published numbers: one run, a mean of several, the best of several."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from reproductions.harness.judging.estimates import find_fewest
from reproductions.harness.judging.judge import SPREAD, Judge, require
from reproductions.harness.judging.numbers import format_published
from reproductions.harness.judging.runs import Runs, survey
from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    MORE_SEEDS,
    ONE_RUN,
    PUBLISHED_MEAN,
    REPRODUCED,
    Decision,
    Verdict,
    decide_inside,
    join_sentences,
)
from zoo import statistics
from zoo.statistics import LEVEL

UNKNOWN_NUMBERS = (2, 10)
"""Between these lies the number of runs of which a source reports the best without saying how
many there were."""


@dataclass(frozen=True)
class OneRun(Judge):
    """One published run, met to within `margin`.

    The interval of (ours - published) is that of one further run of ours,
    t(n - 1) sqrt(s^2 (1 + 1/n) + error^2), since the published run scatters as ours do.

    Args:
        published: the published number.
        margin: how close counts; with `log` a factor above 1.
        error: the standard error with which the published number was read from a figure, in
            the same unit; with `log` a factor.
        log: compare logarithms (positive, skewed quantities such as norms and epochs).
        horizon: what a run counts as that never got to its threshold (inf); logs only.
    """

    published: float
    margin: float
    error: float = 0.0
    log: bool = False
    horizon: float | None = None

    def __post_init__(self):
        require(
            self.margin > (1 if self.log else 0),
            "OneRun: margin must be positive (a factor above 1 on logs)",
        )
        require(
            self._margin > self._error,
            "OneRun: margin must be larger than the error of reading",
        )
        require(
            self.horizon is None or self.log,
            "OneRun: a horizon needs log=True",
        )

    def judge(self, values, versus=None, level=LEVEL) -> Verdict:
        """Hold the difference from the published run against the margin."""
        runs = survey(values, log=self.log, horizon=self.horizon)
        cause, detail = runs.why_no_number()
        if cause:
            return runs.without_number(cause, detail)
        target = self._scale(self.published)
        fixed = runs.scatter + self._error**2
        estimate = runs.estimate(target, fixed)
        bounds = -self._margin, self._margin
        ends = estimate.interval(level)
        if runs.censored:
            decision, ends = runs.decide_bounded(ends, *bounds)
        else:
            status_of = partial(decide_inside, low=bounds[0], high=bounds[1])
            decision = estimate.decide(status_of, level, ONE_RUN)
            decision = remark_difference(
                decision, estimate.centre, ends, self._margin, self.log
            )
        verdict = runs.verdict(decision, shift(ends, target))
        verdict = replace(verdict, power=estimate.power(*bounds, level))
        return replace(verdict, **place_among(runs, target))

    def describe(self, unit) -> str:
        """Return the published value: "96.48 %"."""
        return format_published(self.published) + unit

    def describe_margin(self, unit) -> str:
        """Return how close counts: "to within 0.5 %"."""
        if self.log:
            return f"to within a factor of {format_published(self.margin)}"
        return f"to within {format_published(self.margin)}{unit}"

    def agrees(self, verdict) -> bool:
        """Tell whether the number is within the margin."""
        difference = self._scale(verdict.ours) - self._scale(self.published)
        return bool(abs(difference) <= self._margin)

    def invent_runs(self):
        """Return runs around the published value, and runs nine margins away."""
        target = self._scale(self.published)
        spread = target + self._margin / 9 * SPREAD
        runs = []
        for shift_by in (0, 9 * self._margin):
            values = spread + shift_by
            runs.append((np.exp(values) if self.log else values,))
        return runs

    @property
    def _margin(self) -> float:
        return float(np.log(self.margin)) if self.log else self.margin

    @property
    def _error(self) -> float:
        if self.log and self.error:
            return float(np.log(self.error))
        return self.error

    def _scale(self, value: float) -> float:
        with np.errstate(divide="ignore"):
            return float(np.log(value)) if self.log else float(value)


@dataclass(frozen=True)
class MeanOfRuns(Judge):
    """A published mean of `n` runs with standard deviation `sd`, met to within `margin`.

    Welch's interval of (ours - published) has to lie inside +-`margin`. `sd=0` takes the
    published mean as exactly known. A mean over `n` different networks
    (`different_networks=True`) is not the mean of ours: its sd then counts undivided.
    """

    published: float
    sd: float
    n: int
    margin: float
    different_networks: bool = False

    def __post_init__(self):
        require(self.margin > 0, "MeanOfRuns: margin must be positive")
        require(
            self.n > 1 or self.sd == 0,
            "MeanOfRuns: an sd needs n of at least 2; for one run use OneRun",
        )

    def judge(self, values, versus=None, level=LEVEL) -> Verdict:
        """Hold the interval of the difference of both means against the margin."""
        runs = survey(values)
        cause, detail = runs.why_no_number()
        if cause:
            return runs.without_number(cause, detail)
        counted_as = 1 if self.different_networks else self.n
        fixed = self.sd**2 / counted_as
        freedom = max(1, self.n - 1)
        estimate = runs.estimate(self.published, fixed, freedom)
        status_of = partial(decide_inside, low=-self.margin, high=self.margin)
        decision = estimate.decide(status_of, level, PUBLISHED_MEAN)
        ends = estimate.interval(level)
        decision = remark_difference(
            decision, estimate.centre, ends, self.margin
        )
        verdict = runs.verdict(decision, shift(ends, self.published))
        power = estimate.power(-self.margin, self.margin, level)
        return replace(verdict, power=power)

    def describe(self, unit) -> str:
        """Return mean, scatter and number of runs: "1.25 ± 0.05 % (mean of 10)"."""
        spread = f" ± {format_published(self.sd)}" if self.sd else ""
        what = " networks" if self.different_networks else ""
        runs = f" (mean of {self.n}{what})" if self.n > 1 else ""
        return f"{format_published(self.published)}{spread}{unit}{runs}"

    def describe_margin(self, unit) -> str:
        """Return how close counts: "to within 0.5 %"."""
        return f"to within {format_published(self.margin)}{unit}"

    def agrees(self, verdict) -> bool:
        """Tell whether the number is within the margin."""
        return abs(verdict.ours - self.published) <= self.margin

    def invent_runs(self):
        """Return runs around the published mean, and runs 99 margins away."""
        spread = self.margin / 99 * SPREAD
        far = 99 * (self.margin + self.sd)
        return [(self.published + spread,), (self.published + far + spread,)]


@dataclass(frozen=True)
class BestOf(Judge):
    """The best of `k` published runs, met to within `margin`.

    The interval is that of the best of k further runs of ours. `k=None`: the source does not
    say of how many runs it gives the best; the verdicts for 2 and 10 must then agree. The best
    epoch of one run is not the best of several runs.
    """

    published: float
    margin: float
    k: int | None = None
    lower_is_better: bool = False

    def __post_init__(self):
        require(
            self.k is None or self.k >= 1,
            "BestOf: k is at least 1, or None where it is not known",
        )
        require(self.margin > 0, "BestOf: margin must be positive")

    def judge(self, values, versus=None, level=LEVEL) -> Verdict:
        """Hold the difference of the two bests against the margin."""
        runs = survey(values)
        cause, detail = runs.why_no_number()
        if cause:
            return runs.without_number(cause, detail)
        low, middle, high = self._predict(runs, level)
        decision = self._decide(runs, level)
        verdict = runs.verdict(decision, (low, high), middle)
        among = self.k or max(UNKNOWN_NUMBERS)
        below = statistics.percentile(
            self._sign * runs.kept, self._sign * self.published, among
        )
        return replace(
            verdict,
            statistic=f"best of {self.k or 'several'}",
            percentile=100 - below if self.lower_is_better else below,
        )

    def describe(self, unit) -> str:
        """Return the value, and of how many runs it is the best: "98.04 % (best of 3)"."""
        return f"{format_published(self.published)}{unit} (best of {self.k or 'several'})"

    def describe_margin(self, unit) -> str:
        """Return how close counts: "to within 0.5 %"."""
        return f"to within {format_published(self.margin)}{unit}"

    def agrees(self, verdict) -> bool:
        """Tell whether the number is within the margin."""
        return abs(verdict.ours - self.published) <= self.margin

    def invent_runs(self):
        """Return runs whose best is about the published one, and runs nine margins away."""
        scale = self.margin / 9
        among = self.k or max(UNKNOWN_NUMBERS)
        best_above_mean = scale * SPREAD.std() * np.sqrt(2 * np.log(among))
        spread = scale * SPREAD - self._sign * best_above_mean
        return [
            (self.published + shift_by + spread,)
            for shift_by in (0, 9 * self.margin)
        ]

    @property
    def _sign(self) -> int:
        return -1 if self.lower_is_better else 1

    def _predict(
        self, runs: Runs, level: float, n: float | None = None
    ) -> tuple[float, float, float]:
        """Return (low, middle, high) of the best of k runs; where k is not known, of both
        numbers together."""
        numbers = UNKNOWN_NUMBERS if self.k is None else (self.k,)
        lows, middles, highs = [], [], []
        for k in numbers:
            quantiles = statistics.predictive_interval(
                self._sign * runs.kept, k, level, n
            )
            low, middle, high = sorted(self._sign * q for q in quantiles)
            lows.append(low)
            middles.append(middle)
            highs.append(high)
        return min(lows), float(np.mean(middles)), max(highs)

    def _decide(self, runs: Runs, level: float) -> Decision:
        status = self._status(runs, level)
        if status != INCONCLUSIVE:
            return Decision(status)
        if self._status(runs, level, np.inf) == INCONCLUSIVE:
            return Decision(INCONCLUSIVE, ONE_RUN)

        def decides(n: int) -> bool:
            return self._status(runs, level, n) != INCONCLUSIVE

        fewest = find_fewest(decides, len(runs.kept) + 1)
        return Decision(INCONCLUSIVE, MORE_SEEDS, fewest)

    def _status(self, runs: Runs, level: float, n: float | None = None) -> str:
        low, _, high = self._predict(runs, level, n)
        ends = low - self.published, high - self.published
        return decide_inside(ends, -self.margin, self.margin)


def place_among(runs: Runs, target: float) -> dict:
    """Return where a published run lies among ours: its percentile and z."""
    percentile = statistics.percentile(runs.kept, target)
    deviation = np.sqrt(runs.scatter * (1 + 1 / len(runs.kept)))
    if not deviation or runs.censored:
        return {"percentile": percentile}
    z = (target - statistics.mean(runs.kept)) / deviation
    return {"percentile": percentile, "z": float(z)}


def shift(ends: tuple[float, float], by: float) -> tuple[float, float]:
    """Return an interval of differences on the scale of our number."""
    return ends[0] + by, ends[1] + by


def remark_difference(
    decision: Decision,
    centre: float,
    ends: tuple[float, float],
    margin: float,
    log: bool = False,
) -> Decision:
    """Return the decision; one that is reproduced although the difference is beyond chance
    says so."""
    beyond_chance = ends[0] > 0 or ends[1] < 0
    if decision.status != REPRODUCED or not beyond_chance:
        return decision
    if log:
        low, high = np.exp(ends)
        remark = (
            f"the same to within a factor of {np.exp(margin):.4g}; "
            f"ours is {np.exp(centre):.3g} times as large [{low:.3g}, {high:.3g}]"
        )
    else:
        way = "higher" if centre > 0 else "lower"
        low, high = sorted(abs(end) for end in ends)
        remark = (
            f"the same to within {margin:.4g}; ours is {way} by "
            f"{abs(centre):.2g} [{low:.2g}, {high:.2g}]"
        )
    return replace(decision, detail=join_sentences(decision.detail, remark))
