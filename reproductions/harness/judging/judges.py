"""The judges: each one is a way in which a source's statement can be checked.

A judge is pure data (what was published, and how close counts), so that claims can be written
before a run, hashed and stored. It brings everything that belongs to it: `judge` computes the
verdict, `describe` says in words what was published, `agrees` tells whether our number alone
does, and `invent_runs` gives runs that agree and runs that do not. To add a judge, add a
class to this file.

Every judge works the same way. It compares an interval of our runs with what was published.
Wholly inside what the claim allows is *reproduced*. Wholly outside is *not reproduced*.
Anything else is *inconclusive*, and so is an interval too wide to say much.

Runs that went wrong are counted, never dropped in silence. `Fraction` takes a diverged run
(NaN) as a failure. The other judges judge the survivors, and give no verdict once more than
half diverged. Runs that never reached a threshold (inf) turn means into medians, and medians
into bounds.

Few runs must not decide by accident. Fewer than ten runs that are all equal show no scatter
to judge by. A bound on a fraction needs the exact binomial test as well as Wilson's interval,
which is too narrow for few runs.
"""

from abc import ABC, abstractmethod
from dataclasses import MISSING, dataclass, fields, replace
from typing import ClassVar

import numpy as np

from reproductions.harness.judging.numbers import (
    format_bounds,
    format_interval,
    format_ours,
    format_published,
)
from reproductions.harness.judging.runs import survey
from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    NOT_REPRODUCED,
    REPRODUCED,
    Verdict,
    decide_holding,
    decide_inside,
    join_sentences,
)
from zoo import statistics

JUDGES: dict[str, type["Judge"]] = {}
"""Every judge by its name, as records name it."""

SPREAD = np.linspace(-1, 1, 40)
"""The scatter of invented runs: a mean of 0 and no outliers."""


class Judge(ABC):
    """What all judges can do."""

    compares_single_runs: ClassVar[bool] = False
    """Whether the interval is that of one further run, which more seeds do not narrow."""

    tests_a_bound: ClassVar[bool] = True
    """Whether the permutation p bears on the verdict."""

    effect: ClassVar[str] = "difference"

    def __init_subclass__(cls):
        JUDGES[cls.__name__] = cls

    @abstractmethod
    def judge(
        self, values: np.ndarray, versus: np.ndarray | None = None
    ) -> Verdict:
        """Return the verdict on a metric of shape (seeds,), float64; `versus` is the other
        arm's metric."""

    @abstractmethod
    def describe(self, unit: str) -> str:
        """Return what was published, in words; `unit` is "" or begins with a space."""

    @abstractmethod
    def agrees(self, verdict: Verdict) -> bool:
        """Tell whether our number alone agrees with the claim, chance left out."""

    def describe_found(self, verdict: Verdict, unit: str) -> str:
        """Return what was found in words: "-0.9 points [-1.3, -0.5], 4 seeds"."""
        seeds = f"{verdict.n} seed{'s' * (verdict.n != 1)}"
        if verdict.ours is None:
            return f"no number, {seeds}"
        if not np.isfinite(verdict.ours):
            return f"the threshold was not reached, {seeds}"
        has_ends = (
            verdict.interval is not None and np.isfinite(verdict.interval).all()
        )
        interval = f" {format_interval(verdict.interval)}" if has_ends else ""
        return f"{format_ours(verdict.ours)}{unit}{interval}, {seeds}"

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


@dataclass(frozen=True)
class Exact(Judge):
    """A deterministic value: every run is within `tolerance` of `published` (absolute
    difference, float64).

    `published` is a number, or a tuple of k numbers for a metric of shape (seeds, k).
    """

    published: float | tuple[float, ...]
    tolerance: float

    def judge(self, values, versus=None) -> Verdict:
        """Compare the largest difference of all runs with the tolerance."""
        differences = np.abs(values - np.asarray(self.published, np.float64))
        diverged = np.isnan(values.reshape(len(values), -1)).any(axis=1)
        worst = float(
            np.max(differences)
        )  # NaN where any value is, and NaN is within no tolerance
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
        values = (
            self.published
            if isinstance(self.published, tuple)
            else (self.published,)
        )
        return ", ".join(format_published(value) for value in values) + unit

    def agrees(self, verdict) -> bool:
        """Tell whether the value is within the tolerance."""
        return verdict.status == REPRODUCED

    def describe_found(self, verdict, unit) -> str:
        """Return whether the published value came out."""
        return (
            "exactly the published value"
            if verdict.status == REPRODUCED
            else "another value"
        )

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


@dataclass(frozen=True)
class OneRun(Judge):
    """One published run: it lies in the 95 % predictive interval of ours, which is no wider
    than `widest`.

    With `log=True` the interval is taken on logarithms (positive, skewed quantities such as
    norms), and `widest` is a factor: the upper end divided by the lower.
    """

    published: float
    widest: float
    log: bool = False

    compares_single_runs: ClassVar[bool] = True

    def __post_init__(self):
        require(
            self.widest > (1 if self.log else 0),
            "OneRun: widest must be positive (a factor above 1 on logs)",
        )

    def judge(self, values, versus=None) -> Verdict:
        """Hold the published run against the interval of one further run of ours."""
        return judge_predicted(
            values, self.published, self.widest, log=self.log
        )

    def describe(self, unit) -> str:
        """Return the published value: "96.48 %"."""
        return format_published(self.published) + unit

    def agrees(self, verdict) -> bool:
        """Tell whether the number is within half of the widest interval."""
        if self.log:
            return (
                abs(np.log(verdict.ours / self.published))
                <= np.log(self.widest) / 2
            )
        return abs(verdict.ours - self.published) <= self.widest / 2

    def invent_runs(self):
        """Return runs around the published value, and runs nine widths away."""
        if self.log:
            spread = self.widest ** (SPREAD / 9)
            return [
                (self.published * factor * spread,)
                for factor in (1, self.widest**9)
            ]
        spread = self.widest / 9 * SPREAD
        return [
            (self.published + shift + spread,) for shift in (0, 9 * self.widest)
        ]


@dataclass(frozen=True)
class MeanOfRuns(Judge):
    """A published mean of `n` runs with standard deviation `sd`, met to within `margin`.

    The 95 % Welch interval of (ours - published) has to lie inside +-`margin`. `sd=0` takes
    the published mean as exactly known.
    """

    published: float
    sd: float
    n: int
    margin: float

    def __post_init__(self):
        require(self.margin > 0, "MeanOfRuns: margin must be positive")
        require(
            self.n > 1 or self.sd == 0,
            "MeanOfRuns: an sd needs n of at least 2; for one run use OneRun",
        )

    def judge(self, values, versus=None) -> Verdict:
        """Hold the interval of the difference of both means against the margin."""
        runs = survey(values)
        if reason := runs.why_no_mean():
            return runs.verdict(INCONCLUSIVE, detail=reason)
        ends = statistics.welch_interval(
            runs.kept, self.published, self.sd, self.n
        )
        status = decide_inside(ends, -self.margin, self.margin)
        shifted = ends[0] + self.published, ends[1] + self.published
        between = f"between {ends[0]:+.3g} and {ends[1]:+.3g}"
        detail = f"difference of means {between}, margin {self.margin:g}"
        return runs.verdict(status, statistics.mean(runs.kept), shifted, detail)

    def describe(self, unit) -> str:
        """Return mean, scatter and number of runs: "1.25 ± 0.05 % (mean of 10)"."""
        spread = f" ± {format_published(self.sd)}" if self.sd else ""
        runs = f" (mean of {self.n})" if self.n > 1 else ""
        return f"{format_published(self.published)}{spread}{unit}{runs}"

    def agrees(self, verdict) -> bool:
        """Tell whether the number is within the margin."""
        return abs(verdict.ours - self.published) <= self.margin

    def invent_runs(self):
        """Return runs around the published mean, and runs 99 margins away."""
        spread = self.margin / 99 * SPREAD
        far = 99 * (self.margin + self.sd)
        return [(self.published + spread,), (self.published + far + spread,)]


class Comparison(Judge):
    """What `Difference` and `Ratio` share: two arms are compared seed by seed, on one of two
    scales."""

    log: ClassVar[bool]
    at_least: float | None
    at_most: float | None
    within: float | None
    published: float | None
    widest: float | None

    def __init_subclass__(cls):
        JUDGES[cls.__name__] = cls

    @property
    def tests_a_bound(self) -> bool:
        """An equivalence is not tested by a p of no difference."""
        return self.within is None

    def judge(self, values, versus=None) -> Verdict:
        """Hold the mean paired difference (of logarithms) against the bounds, the margin or
        the size."""
        versus = np.ones_like(values) if versus is None else versus
        paired = min(
            len(values), len(versus)
        )  # an arm may have fewer seeds: the first ones, of both
        runs = survey(values[:paired], versus[:paired], log=self.log)
        if reason := runs.why_too_few():
            return runs.verdict(INCONCLUSIVE, detail=reason)
        if runs.censored:
            ends = statistics.median_interval(*runs.bounds)
            status, detail = self._compare(ends)
            return runs.verdict(status, runs.median(), ends, detail)
        ends = statistics.mean_interval(runs.kept)
        status, detail = self._compare(ends)
        verdict = runs.verdict(status, statistics.mean(runs.kept), ends, detail)
        return replace(
            verdict, p=statistics.sign_flip_p(runs.kept, self._null())
        )

    def agrees(self, verdict) -> bool:
        """Tell whether the number lies inside what would be reproduced."""
        low, high = self._allowed()
        return bool(low <= self._scale(verdict.ours) <= high)

    def invent_runs(self):
        """Return runs in the middle of what is allowed, and runs far to either side."""
        low, high = self._allowed()
        if np.isneginf(low):
            low = high - 2
        if np.isposinf(high):
            high = low + 2
        scale = self._step()
        runs = []
        for shift in (0, -99 * scale, 99 * scale):
            ours = (low + high) / 2 + shift + scale / 99 * SPREAD
            runs.append(self._as_runs(ours))
        return runs

    def _scale(self, value):
        with np.errstate(divide="ignore"):
            return np.log(value) if self.log else float(value)

    def _target(self) -> float:
        none_given = 1 if self.log else 0
        return self._scale(
            none_given if self.published is None else self.published
        )

    def _allowed(self) -> tuple[float, float]:
        """Return the lowest and highest value that agree, on the scale that is judged."""
        if self.widest is not None:
            half = self._scale(self.widest) / 2
            return self._target() - half, self._target() + half
        if self.within is not None:
            margin = self._scale(self.within)
            return self._target() - margin, self._target() + margin
        low = -np.inf if self.at_least is None else self._scale(self.at_least)
        high = np.inf if self.at_most is None else self._scale(self.at_most)
        return low, high

    def _compare(self, ends) -> tuple[str, str]:
        if self.widest is not None:
            return decide_holding(
                ends, self._target(), self._scale(self.widest)
            )
        low, high = self._allowed()
        return decide_inside(ends, low, high), ""

    def _null(self) -> float:
        """Return the value that the permutation test tests."""
        stated = (
            self.published,
            self.at_least,
            self.at_most,
            1 if self.log else 0,
        )
        value = next(value for value in stated if value is not None)
        return float(self._scale(value))

    def _step(self) -> float:
        stated = self.widest or self.within
        if stated is None:
            return float(np.log(2.0)) if self.log else 1.0
        return float(self._scale(stated))

    @abstractmethod
    def _as_runs(self, ours: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return the metric, and the other arm's where there is one, from differences on the
        judged scale."""


@dataclass(frozen=True)
class Difference(Comparison):
    """The mean of (metric - versus), paired by seed, is judged in exactly one of three ways.

    - direction: above `at_least`, or below `at_most`, or between both (bounds are strict, so
      two equal arms do not show a direction);
    - equivalence: `within` this margin of `published` (0 where none is given);
    - size: the interval holds `published` and is no wider than `widest`.
    """

    versus: str
    at_least: float | None = None
    at_most: float | None = None
    within: float | None = None
    published: float | None = None
    widest: float | None = None

    log: ClassVar[bool] = False

    def __post_init__(self):
        require_one_way(self)
        require(
            self.within is None or self.within > 0,
            "Difference: within must be positive",
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

    def _as_runs(self, ours):
        return ours, 0 * SPREAD


@dataclass(frozen=True)
class Ratio(Comparison):
    """The geometric mean of metric / versus is judged as a `Difference` of logarithms.

    `versus=None` says that the metric already is a ratio. `within` and `widest` are factors
    above 1: within=2 means between half and twice `published` (1 where none is given).
    """

    versus: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    within: float | None = None
    published: float | None = None
    widest: float | None = None

    log: ClassVar[bool] = True
    effect: ClassVar[str] = "factor"

    def __post_init__(self):
        require_one_way(self)
        for name in ("within", "widest"):
            value = getattr(self, name)
            require(
                value is None or value > 1,
                f"Ratio: {name} is a factor and must be above 1",
            )
        for name in ("at_least", "at_most", "published"):
            value = getattr(self, name)
            require(
                value is None or value > 0, f"Ratio: {name} must be positive"
            )

    def describe(self, unit) -> str:
        """Return the bound or the size: "above 2 times", "1 times, to a factor of 2"."""
        unit = (
            unit if unit and self.versus is None else " times"
        )  # alone, a metric may be a share or an error
        if self.within is not None:
            target = format_published(self.published or 1)
            return f"{target}{unit}, to a factor of {format_published(self.within)}"
        if self.published is not None:
            return f"{format_published(self.published)}{unit}"
        return format_bounds(self.at_least, self.at_most, unit)

    def _as_runs(self, ours):
        ratios = np.exp(ours)
        return (ratios,) if self.versus is None else (ratios, 1 + 0 * SPREAD)


@dataclass(frozen=True)
class Fraction(Judge):
    """The fraction of runs for which a boolean metric holds, by its 95 % Wilson interval.

    Either above `at_least`, below `at_most`, or holding `published` while no wider than
    `widest`. "Every run" is published=1.0 with a `widest`: no number of runs puts a whole
    interval at 1.
    """

    at_least: float | None = None
    at_most: float | None = None
    published: float | None = None
    widest: float | None = None

    def __post_init__(self):
        require_one_way(self)
        require(
            self.at_least is None or 0 <= self.at_least < 1,
            "Fraction: at_least lies in [0, 1)",
        )
        require(
            self.at_most is None or 0 < self.at_most <= 1,
            "Fraction: at_most lies in (0, 1]",
        )

    def judge(self, values, versus=None) -> Verdict:
        """Hold Wilson's interval of the fraction against the bounds or the published
        fraction."""
        diverged = int(np.isnan(values).sum())
        successes = int((values == 1).sum())
        n = len(values)
        ends = statistics.wilson_interval(successes, n)
        if self.widest is not None:
            status, detail = decide_holding(ends, self.published, self.widest)
        else:
            status, detail = self._decide_bounds(successes, n, ends)
        failed = f"{diverged} diverged, counted as failures" if diverged else ""
        return Verdict(
            status,
            statistic="fraction",
            ours=successes / n,
            interval=ends,
            n=n,
            diverged=diverged,
            resolvable=(ends[1] - ends[0]) / 2
            if status == INCONCLUSIVE
            else None,
            detail=join_sentences(f"{successes} of {n} runs", failed, detail),
        )

    def describe(self, unit) -> str:
        """Return the bound or the fraction: "above 0.5 of runs", "all runs"."""
        if self.published == 1:
            return "all runs"
        if self.published is not None:
            return f"{format_published(self.published)} of runs"
        return format_bounds(self.at_least, self.at_most, " of runs")

    def agrees(self, verdict) -> bool:
        """Tell whether the fraction is inside the bounds, or near enough to the published
        one."""
        if self.widest is not None:
            return abs(verdict.ours - self.published) <= self.widest / 2
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

    def _bounds(self) -> tuple[float, float]:
        low = -np.inf if self.at_least is None else self.at_least
        high = np.inf if self.at_most is None else self.at_most
        return low, high

    def _decide_bounds(self, successes: int, n: int, ends) -> tuple[str, str]:
        """Return the status by the interval; a decision needs the exact test as well."""
        low, high = self._bounds()
        status = decide_inside(ends, low, high)
        if status == INCONCLUSIVE:
            return status, ""
        p = self._exact_p(successes, n, met=status == REPRODUCED)
        if p <= statistics.TAILS[0]:
            return status, ""
        return (
            INCONCLUSIVE,
            f"too few runs: at the bound itself this is chance with an exact p of {p:.2g}",
        )

    def _exact_p(self, successes: int, n: int, *, met: bool) -> float:
        low, high = self._bounds()
        found = []
        if np.isfinite(low):
            found.append(
                statistics.binomial_p(
                    successes, n, low, "greater" if met else "less"
                )
            )
        if np.isfinite(high):
            found.append(
                statistics.binomial_p(
                    successes, n, high, "less" if met else "greater"
                )
            )
        return max(found) if met else min(found)


@dataclass(frozen=True)
class BestOf(Judge):
    """The best of `k` published runs: it lies in the 95 % predictive interval of the best of
    k of ours."""

    k: int
    published: float
    widest: float
    lower_is_better: bool = False

    compares_single_runs: ClassVar[bool] = True

    def __post_init__(self):
        require(
            self.k >= 1 and self.widest > 0,
            "BestOf: k is at least 1 and widest positive",
        )

    def judge(self, values, versus=None) -> Verdict:
        """Hold the published best against the interval of the best of k further runs of ours."""
        return judge_predicted(
            values,
            self.published,
            self.widest,
            k=self.k,
            smallest=self.lower_is_better,
        )

    def describe(self, unit) -> str:
        """Return the value, and of how many runs it is the best: "98.04 % (best of 3)"."""
        return f"{format_published(self.published)}{unit} (best of {self.k})"

    def agrees(self, verdict) -> bool:
        """Tell whether the number is within half of the widest interval."""
        return abs(verdict.ours - self.published) <= self.widest / 2

    def invent_runs(self):
        """Return runs whose best is about the published one, and runs nine widths away."""
        sign = -1 if self.lower_is_better else 1
        best_above_mean = (
            sign * self.widest / 9 * SPREAD.std() * np.sqrt(2 * np.log(self.k))
        )
        spread = self.widest / 9 * SPREAD - best_above_mean
        return [
            (self.published + shift + spread,) for shift in (0, 9 * self.widest)
        ]


def judge_predicted(
    values, published, widest, *, log=False, k=1, smallest=False
) -> Verdict:
    """Return the verdict on one published run, or on the best of k, by the predictive
    interval of our runs."""
    runs = survey(values, log=log)
    if reason := runs.why_no_mean():
        return runs.verdict(INCONCLUSIVE, detail=reason)
    sign = -1 if smallest else 1
    quantiles = statistics.predictive_interval(sign * runs.kept, k)
    low, middle, high = sorted(sign * quantile for quantile in quantiles)
    target = np.log(published) if log else published
    allowed = np.log(widest) if log else widest
    status, detail = decide_holding((low, high), target, allowed)
    verdict = runs.verdict(status, middle, (low, high), detail)
    below = statistics.percentile(sign * runs.kept, sign * target, k)
    verdict = replace(
        verdict, resolvable=None, percentile=100 - below if smallest else below
    )
    if k > 1:
        return replace(verdict, statistic=f"best of {k}")
    spread = statistics.sd(runs.kept) * np.sqrt(1 + 1 / len(runs.kept))
    z = (
        float((target - statistics.mean(runs.kept)) / spread)
        if spread
        else None
    )
    return replace(verdict, z=z)


def require(condition: bool, message: str) -> None:
    """Raise a ValueError with this message where the condition does not hold."""
    if not condition:
        raise ValueError(message)


def require_one_way(judge: Difference | Ratio | Fraction) -> None:
    """Refuse a judge that was given none, or several, of the ways in which it can judge."""
    bounds = judge.at_least is not None or judge.at_most is not None
    equivalence = getattr(judge, "within", None) is not None
    size = judge.widest is not None
    kind = type(judge).__name__
    choices = "at_least/at_most, published with widest" + (
        "" if kind == "Fraction" else ", within"
    )
    require(
        bounds + equivalence + size == 1,
        f"{kind}: give exactly one of: {choices}",
    )
    require(
        not size or judge.published is not None,
        f"{kind}: widest belongs to a published value",
    )
    require(
        not bounds or judge.published is None,
        f"{kind}: a bound stands in the place of published",
    )


del JUDGES["Comparison"]  # what two judges share, and no judge by itself
