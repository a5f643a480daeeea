"""The judges of two arms of ours: their difference, and their ratio."""

from abc import abstractmethod
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np

from reproductions.harness.judging.estimates import Estimate
from reproductions.harness.judging.judge import SPREAD, Judge, require
from reproductions.harness.judging.numbers import (
    format_bounds,
    format_published,
)
from reproductions.harness.judging.published import remark_difference, shift
from reproductions.harness.judging.runs import Runs, survey
from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    NOT_REPRODUCED,
    ONE_RUN,
    REPRODUCED,
    Decision,
    Verdict,
    decide_inside,
    join_sentences,
)
from zoo.statistics import LEVEL, Interval


class Comparison(Judge, shared=True):
    """What `Difference` and `Ratio` share: two arms are compared seed by seed, on one of two
    scales.

    There are three ways. A direction has a bound, and the smallest effect beyond it that
    matters. An equivalence has a width. A published difference of two single runs has a
    margin.
    """

    log: ClassVar[bool]
    at_least: float | None
    at_most: float | None
    matters: float | None
    within: float | None
    published: float | None
    margin: float | None
    error: float
    horizon: float | None = None

    @property
    def states_direction(self) -> bool:
        """Whether a bound or an equivalence is stated, and no published size."""
        return self.margin is None

    def judge(self, values, versus=None, level=LEVEL) -> Verdict:
        """Hold the mean paired difference (of logarithms) against what is allowed."""
        if versus is not None:  # an arm may have fewer seeds: the first ones
            paired = min(len(values), len(versus))
            values = values[:paired]
            versus = versus[:paired]
        runs = survey(values, versus, log=self.log, horizon=self.horizon)
        cause, detail = runs.why_no_number()
        if cause:
            return runs.without_number(cause, detail)
        if self.margin is not None:
            return self._judge_size(runs, level)
        if self.within is not None:
            return self._judge_equivalence(runs, level)
        return self._judge_direction(runs, level)

    def agrees(self, verdict) -> bool:
        """Tell whether the number lies inside what would be reproduced."""
        low, high = self._allowed()
        return bool(low <= self._scale(verdict.ours) <= high)

    def describe_margin(self, unit) -> str:
        """Return how close counts, or which effect is the smallest that matters."""
        unit = self._unit(unit)
        if self.margin is not None:
            return f"to within {self._name_size(self.margin, unit)}"
        if self.matters is not None:
            return f"effects below {self._name_size(self.matters, unit)} do not matter"
        return ""

    def invent_runs(self):
        """Return runs in the middle of what is allowed, and runs far to either side."""
        low, high = self._allowed()
        step = self._step()
        if np.isneginf(low):
            low = high - 4 * step
        if np.isposinf(high):
            high = low + 4 * step
        runs = []
        for shift_by in (0, -99 * step, 99 * step):
            ours = (low + high) / 2 + shift_by + step / 99 * SPREAD
            runs.append(self._as_runs(ours))
        return runs

    def _judge_size(self, runs: Runs, level: float) -> Verdict:
        """Judge a published difference: the source's two runs were independent."""
        target = self._target()
        margin = self._scale(self.margin)
        error = self._scale(self.error) if self.error else 0.0
        estimate = runs.estimate(target, runs.unpaired_scatter + error**2)
        ends = estimate.interval(level)
        if runs.censored:
            decision, ends = runs.decide_bounded(ends, -margin, margin)
        else:
            status_of = partial(decide_inside, low=-margin, high=margin)
            decision = estimate.decide(status_of, level, ONE_RUN)
            decision = remark_difference(
                decision, estimate.centre, ends, margin, self.log
            )
        verdict = runs.verdict(decision, shift(ends, target))
        return replace(verdict, power=estimate.power(-margin, margin, level))

    def _judge_equivalence(self, runs: Runs, level: float) -> Verdict:
        target = self._target()
        margin = self._scale(self.within)
        estimate = runs.estimate(target)
        ends = estimate.interval(level)
        if runs.censored:
            decision, ends = runs.decide_bounded(ends, -margin, margin)
        else:
            status_of = partial(decide_inside, low=-margin, high=margin)
            decision = estimate.decide(status_of, level, ONE_RUN)
            decision = remark_difference(
                decision, estimate.centre, ends, margin, self.log
            )
        return runs.verdict(decision, shift(ends, target))

    def _judge_direction(self, runs: Runs, level: float) -> Verdict:
        estimate = runs.estimate()
        ends = estimate.interval(level)
        if runs.censored:
            decision, ends = runs.decide_bounded(ends, *self._allowed())
        else:
            status_of = partial(self._status_of_direction, estimate)
            decision = estimate.decide(status_of, level, ONE_RUN)
            decision = self._remark_small(decision, ends)
        return runs.verdict(decision, ends)

    def _status_of_direction(self, estimate: Estimate, ends: Interval) -> str:
        """Return the status of a direction: beyond the bound, and by as much as matters."""
        low, high = self._bounds()
        least_low, least_high = self._allowed()
        beyond_bound = decide_inside(ends, low, high) == REPRODUCED
        matters = least_low <= estimate.centre <= least_high
        if beyond_bound and matters:
            return REPRODUCED
        if decide_inside(ends, least_low, least_high) == NOT_REPRODUCED:
            return NOT_REPRODUCED
        return INCONCLUSIVE

    def _remark_small(self, decision: Decision, ends: Interval) -> Decision:
        """Return the decision; an effect beyond chance that does not matter says so."""
        beyond_bound = decide_inside(ends, *self._bounds()) == REPRODUCED
        if decision.status == REPRODUCED or not beyond_bound:
            return decision
        remark = "beyond chance, but not clearly as large as what matters"
        if decision.status == NOT_REPRODUCED:
            remark = "beyond chance, but smaller than what matters"
        return replace(decision, detail=join_sentences(decision.detail, remark))

    def _scale(self, value: float) -> float:
        with np.errstate(divide="ignore"):
            return float(np.log(value)) if self.log else float(value)

    def _target(self) -> float:
        no_effect = 1 if self.log else 0
        return self._scale(
            no_effect if self.published is None else self.published
        )

    def _bounds(self) -> Interval:
        """Return the bounds of a direction on the scale that is judged."""
        low = -np.inf if self.at_least is None else self._scale(self.at_least)
        high = np.inf if self.at_most is None else self._scale(self.at_most)
        return low, high

    def _allowed(self) -> Interval:
        """Return the lowest and highest mean that agree, on the scale that is judged."""
        if self.margin is not None or self.within is not None:
            margin = self._scale(self.margin or self.within)
            return self._target() - margin, self._target() + margin
        low, high = self._bounds()
        least = 0.0 if self.matters is None else self._scale(self.matters)
        return low + least, high - least

    def _step(self) -> float:
        size = self.margin or self.within or self.matters
        if size is None:
            return float(np.log(2.0)) if self.log else 1.0
        return self._scale(size)

    def _unit(self, unit: str) -> str:
        return unit

    @abstractmethod
    def _name_size(self, size: float, unit: str) -> str:
        """Return a margin or a smallest effect in words."""

    @abstractmethod
    def _as_runs(self, ours: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return the metric, and the other arm's where there is one, from differences on the
        judged scale."""


@dataclass(frozen=True)
class Difference(Comparison):
    """The mean of (metric - versus), paired by seed, is judged in exactly one of three ways.

    - direction: above `at_least`, or below `at_most`, or between both. `matters` is the
      smallest effect beyond the bound that matters: a smaller one is not reproduced, even if
      it is beyond chance. Bounds are strict.
    - equivalence: `within` this width of `published` (0 where none is given);
    - size: a published difference of two single runs, met to within `margin`. Ours may be
      paired, theirs were not: t(n - 1) sqrt(s_d^2 / n + s_a^2 + s_b^2 + error^2).
    """

    versus: str
    at_least: float | None = None
    at_most: float | None = None
    matters: float | None = None
    within: float | None = None
    published: float | None = None
    margin: float | None = None
    error: float = 0.0

    log: ClassVar[bool] = False

    def __post_init__(self):
        require_one_way(self)
        for name in ("matters", "within", "margin"):
            value = getattr(self, name)
            require(
                value is None or value > 0,
                f"Difference: {name} must be positive",
            )

    def describe(self, unit) -> str:
        """Return the bound or the size: "above 0 points", "+0.42 points", "0 to within 0.1
        points"."""
        if self.within is not None:
            target = f"{self.published:+.12g}" if self.published else "0"
            return f"{target} to within {format_published(self.within)}{unit}"
        if self.published is not None:
            return f"{self.published:+.12g}{unit}"
        return format_bounds(self.at_least, self.at_most, unit)

    def _name_size(self, size, unit):
        return f"{format_published(size)}{unit}"

    def _as_runs(self, ours):
        return ours, 0 * SPREAD


@dataclass(frozen=True)
class Ratio(Comparison):
    """The geometric mean of metric / versus is judged as a `Difference` of logarithms.

    `versus=None` says that the metric already is a ratio. `matters`, `within` and `margin` are
    factors above 1: within=2 means between half and twice `published` (1 where none is
    given). With a `horizon`, a run of the metric that never got to its threshold (inf) counts
    as that number; the ratio is then only bounded from below.
    """

    versus: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    matters: float | None = None
    within: float | None = None
    published: float | None = None
    margin: float | None = None
    error: float = 0.0
    horizon: float | None = None

    log: ClassVar[bool] = True

    def __post_init__(self):
        require_one_way(self)
        for name in ("matters", "within", "margin"):
            value = getattr(self, name)
            require(
                value is None or value > 1,
                f"Ratio: {name} is a factor and must be above 1",
            )
        for name in ("at_least", "at_most", "published", "horizon"):
            value = getattr(self, name)
            require(
                value is None or value > 0, f"Ratio: {name} must be positive"
            )

    def describe(self, unit) -> str:
        """Return the bound or the size: "above 2 times", "1 times, to a factor of 2"."""
        unit = self._unit(unit)
        if self.within is not None:
            target = format_published(self.published or 1)
            return f"{target}{unit}, to a factor of {format_published(self.within)}"
        if self.published is not None:
            return f"{format_published(self.published)}{unit}"
        return format_bounds(self.at_least, self.at_most, unit)

    def _unit(self, unit):
        """Return the unit of a ratio; a metric that stands alone may be a share or an
        error."""
        return unit if unit and self.versus is None else " times"

    def _name_size(self, size, unit):
        return f"a factor of {format_published(size)}"

    def _as_runs(self, ours):
        ratios = np.exp(ours)
        return (ratios,) if self.versus is None else (ratios, 1 + 0 * SPREAD)


def require_one_way(judge: Comparison) -> None:
    """Refuse a judge that was given none, or several, of the ways in which it can judge."""
    kind = type(judge).__name__
    bounded = judge.at_least is not None or judge.at_most is not None
    equivalence = judge.within is not None
    size = judge.margin is not None
    require(
        bounded + equivalence + size == 1,
        f"{kind}: give exactly one of: at_least/at_most, within, published with margin",
    )
    require(
        not size or judge.published is not None,
        f"{kind}: margin belongs to a published value",
    )
    require(
        not bounded or judge.published is None,
        f"{kind}: a bound stands in the place of published",
    )
    one_bound = (judge.at_least is None) != (judge.at_most is None)
    require(
        judge.matters is None or one_bound,
        f"{kind}: matters belongs to one bound, at_least or at_most",
    )
