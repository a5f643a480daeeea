"""Is a claim reproduced? One judge per kind of claim; a verdict is computed here and typed nowhere.

Every judge works the same way: an interval of our runs is compared with what was published. Wholly inside
what the claim allows is *reproduced*, wholly outside is *not reproduced*, anything else (and an interval too
wide to say much) is *inconclusive*. Without numbers, or with a stand-in for what the source used, a claim was
*not run*.

Runs that went wrong are counted, never dropped in silence: a Fraction takes a diverged run (NaN) as a
failure; the other judges judge the survivors, and give no verdict once more than half diverged. Runs that
never reached a threshold (inf) turn means into medians, and medians into bounds.

Few runs must not decide by accident: fewer than ten that are all equal show no scatter to judge by, and a
bound on a fraction needs the exact binomial test as well as Wilson's interval, which is too narrow for few.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import singledispatch

import numpy as np

from reproductions.harness import intervals
from reproductions.harness.claims import (
    BestOf,
    Claim,
    Difference,
    Exact,
    Fraction,
    Judge,
    MeanOfRuns,
    OneRun,
    Ratio,
    metrics_of,
)

REPRODUCED = "reproduced"
NOT_REPRODUCED = "not reproduced"
INCONCLUSIVE = "inconclusive"
NOT_RUN = "not run"
STATUSES = (REPRODUCED, NOT_REPRODUCED, INCONCLUSIVE, NOT_RUN)
FEWEST_EQUAL = 10  # equal runs that show that there is next to no scatter, and not that it was missed


@dataclass(frozen=True)
class Verdict:
    """What came out: `ours` is the `statistic` of our `n` runs (diverged ones counted in).

    `interval` is the 95 % interval that was compared: predictive for one run and the best of k, of the mean
    (or median) otherwise. `resolvable` is the smallest difference (for ratios: factor) from what was
    published that these seeds could have told apart, given where the verdict is inconclusive; a predictive
    interval has none, since more seeds do not narrow what single runs scatter. `percentile` places one
    published run among ours, or the best of k among such bests, and `z` the former; `p` is the permutation
    test's. What does not apply is None.
    """

    status: str
    statistic: str = ""
    ours: float | None = None
    interval: tuple[float, float] | None = None
    n: int = 0
    diverged: int = 0
    censored: int = 0
    percentile: float | None = None
    z: float | None = None
    p: float | None = None
    resolvable: float | None = None
    detail: str = ""


def judge(claim: Claim, metrics: Mapping[str, np.ndarray], stand_in: str = "") -> Verdict:
    """The verdict on one claim from metrics of shape (seeds,), or (seeds, k) for an Exact tuple of k numbers.

    A `stand_in` (why these numbers cannot be compared with the publication) leaves our numbers in the verdict
    and its status at *not run*.

    Raises:
        ValueError: a metric has a shape or values that its judge cannot read; the message names the claim.
    """
    missing = [name for name in metrics_of(claim) if name not in metrics or len(metrics[name]) == 0]
    if missing:
        verdict = Verdict(NOT_RUN, detail=f"not measured: {', '.join(missing)}")
    else:
        arrays = [np.asarray(metrics[name]) for name in metrics_of(claim)]
        _check_shapes(claim, arrays)
        verdict = _judged(claim.judge, *(array.astype(np.float64) for array in arrays))
    if stand_in:
        verdict = replace(verdict, status=NOT_RUN, detail=_joined(f"analogue: {stand_in}", verdict.detail))
    return verdict


def _check_shapes(claim: Claim, arrays: list[np.ndarray]) -> None:
    for name, array in zip(metrics_of(claim), arrays, strict=True):
        if array.ndim != 1 and not isinstance(claim.judge, Exact):
            raise ValueError(
                f"claim {claim.id}: metric '{name}' has shape {array.shape}, not one number per seed"
            )
    if isinstance(claim.judge, Exact) and np.shape(claim.judge.published) != arrays[0].shape[1:]:
        shape = np.shape(claim.judge.published)
        raise ValueError(
            f"claim {claim.id}: metric '{claim.metric}' has shape {arrays[0].shape} "
            f"and the published value shape {shape}"
        )
    if isinstance(claim.judge, Fraction) and not np.isin(arrays[0][~np.isnan(arrays[0])], (0, 1)).all():
        raise ValueError(f"claim {claim.id}: metric '{claim.metric}' must be true or false for each seed")


@singledispatch
def _judged(judge: Judge, values: np.ndarray, versus: np.ndarray | None = None) -> Verdict:
    raise TypeError(f"no judge for {type(judge).__name__}")


@_judged.register
def _(judge: Exact, values: np.ndarray) -> Verdict:
    differences = np.abs(values - np.asarray(judge.published, np.float64))
    diverged = int(np.isnan(values.reshape(len(values), -1)).any(axis=1).sum())
    worst = float(np.max(differences))  # NaN where any value is, and NaN is within no tolerance
    single = np.ndim(judge.published) == 0 and len(values) == 1
    return Verdict(
        REPRODUCED if worst <= judge.tolerance else NOT_REPRODUCED,
        statistic="value" if single else "largest difference",
        ours=float(values[0]) if single else worst,
        n=len(values),
        diverged=diverged,
        detail=f"largest difference {worst:.2g}, tolerance {judge.tolerance:.2g}",
    )


@_judged.register
def _(judge: OneRun, values: np.ndarray) -> Verdict:
    return _predicted(values, judge.published, judge.widest, log=judge.log)


@_judged.register
def _(judge: BestOf, values: np.ndarray) -> Verdict:
    return _predicted(values, judge.published, judge.widest, k=judge.k, smallest=judge.lower_is_better)


def _predicted(values, published, widest, *, log=False, k=1, smallest=False) -> Verdict:
    """One published run, or the best of k, against the predictive interval of our runs."""
    runs = _survey(values, log=log)
    if reason := runs.no_mean():
        return runs.verdict(INCONCLUSIVE, detail=reason)
    sign = -1 if smallest else 1
    low, middle, high = sorted(sign * quantile for quantile in intervals.of_next_best(sign * runs.kept, k))
    target, widest = (np.log(published), np.log(widest)) if log else (published, widest)
    status, detail = _holds((low, high), target, widest)
    below = intervals.percentile(sign * runs.kept, sign * target, k)
    placed = {"resolvable": None, "percentile": 100 - below if smallest else below}
    verdict = replace(runs.verdict(status, middle, (low, high), detail), **placed)
    if k > 1:
        return replace(verdict, statistic=f"best of {k}")
    spread = intervals.sd(runs.kept) * np.sqrt(1 + 1 / len(runs.kept))
    z = float((target - intervals.mean(runs.kept)) / spread) if spread else None
    return replace(verdict, z=z)


@_judged.register
def _(judge: MeanOfRuns, values: np.ndarray) -> Verdict:
    runs = _survey(values)
    if reason := runs.no_mean():
        return runs.verdict(INCONCLUSIVE, detail=reason)
    ends = intervals.of_mean_difference(runs.kept, judge.published, judge.sd, judge.n)
    status = _inside(ends, -judge.margin, judge.margin)
    shifted = ends[0] + judge.published, ends[1] + judge.published
    detail = f"difference of means between {ends[0]:+.3g} and {ends[1]:+.3g}, margin {judge.margin:g}"
    return runs.verdict(status, intervals.mean(runs.kept), shifted, detail)


@_judged.register
def _(judge: Difference, values: np.ndarray, versus: np.ndarray) -> Verdict:
    return _contrast(judge, values, versus, log=False)


@_judged.register
def _(judge: Ratio, values: np.ndarray, versus: np.ndarray | None = None) -> Verdict:
    return _contrast(judge, values, np.ones_like(values) if versus is None else versus, log=True)


def _contrast(judge: Difference | Ratio, values, versus, *, log: bool) -> Verdict:
    """The mean paired difference (of logarithms) against the bounds, the margin or the published size."""
    paired = min(len(values), len(versus))  # an arm may have fewer seeds: the first ones, of both
    runs = _survey(values[:paired], versus[:paired], log=log)
    if reason := runs.too_few():
        return runs.verdict(INCONCLUSIVE, detail=reason)
    if runs.censored:
        ends = intervals.of_median(*runs.bounds)
        centre, p = runs.median(), None
    else:
        ends, centre = intervals.of_mean(runs.kept), intervals.mean(runs.kept)
        p = intervals.sign_flip_p(runs.kept, _null(judge, log))
    status, detail = _compared(judge, ends, log)
    return replace(runs.verdict(status, centre, ends, detail), p=p)


def _compared(judge: Difference | Ratio, ends: tuple[float, float], log: bool) -> tuple[str, str]:
    scale = np.log if log else float
    published = scale(judge.published if judge.published is not None else 1 if log else 0)
    if judge.widest is not None:
        return _holds(ends, published, scale(judge.widest))
    if judge.within is not None:
        margin = scale(judge.within)
        return _inside(ends, published - margin, published + margin), ""
    low = -np.inf if judge.at_least is None else scale(judge.at_least)
    high = np.inf if judge.at_most is None else scale(judge.at_most)
    return _inside(ends, low, high), ""


def _null(judge: Difference | Ratio, log: bool) -> float:
    stated = (judge.published, judge.at_least, judge.at_most, 1 if log else 0)
    value = next(value for value in stated if value is not None)
    return float(np.log(value)) if log else float(value)


@_judged.register
def _(judge: Fraction, values: np.ndarray) -> Verdict:
    diverged = int(np.isnan(values).sum())
    successes = int((values == 1).sum())
    ends = intervals.of_fraction(successes, len(values))
    if judge.widest is not None:
        status, detail = _holds(ends, judge.published, judge.widest)
    else:
        status, detail = _bounded(judge, successes, len(values), ends)
    failed = f"{diverged} diverged, counted as failures" if diverged else ""
    return Verdict(
        status,
        statistic="fraction",
        ours=successes / len(values),
        interval=ends,
        n=len(values),
        diverged=diverged,
        resolvable=(ends[1] - ends[0]) / 2 if status == INCONCLUSIVE else None,
        detail=_joined(f"{successes} of {len(values)} runs", failed, detail),
    )


def _bounded(judge: Fraction, successes: int, n: int, ends: tuple[float, float]) -> tuple[str, str]:
    """The bounds by the interval, and a decision of the interval by the exact test as well."""
    low = -np.inf if judge.at_least is None else judge.at_least
    high = np.inf if judge.at_most is None else judge.at_most
    status = _inside(ends, low, high)
    if status == INCONCLUSIVE:
        return status, ""
    met = status == REPRODUCED
    tests = [(low, "greater" if met else "less"), (high, "less" if met else "greater")]
    found = [intervals.fraction_p(successes, n, *test) for test in tests if np.isfinite(test[0])]
    p = max(found) if met else min(found)
    if p <= intervals.TAILS[0]:
        return status, ""
    return INCONCLUSIVE, f"too few runs: at the bound itself this is chance with an exact p of {p:.2g}"


def _inside(ends: tuple[float, float], low: float, high: float) -> str:
    """Strictly inside, strictly outside, or neither: an interval that touches a bound decides nothing."""
    above = np.isneginf(low) or low < ends[0]
    below = np.isposinf(high) or ends[1] < high
    if above and below:
        return REPRODUCED
    return NOT_REPRODUCED if ends[1] < low or high < ends[0] else INCONCLUSIVE


def _holds(ends: tuple[float, float], published: float, widest: float) -> tuple[str, str]:
    """Does the interval hold the published value, and is it narrow enough for that to mean something?"""
    rounding = 1e-12 * max(1.0, abs(published))
    if not ends[0] - rounding <= published <= ends[1] + rounding:
        return NOT_REPRODUCED, ""
    if ends[1] - ends[0] > widest:
        return INCONCLUSIVE, "the interval holds the published value but is too wide to count"
    return REPRODUCED, ""


@dataclass(frozen=True)
class _Runs:
    """Runs sorted by what became of them, on the scale (plain or logarithmic) on which they are judged."""

    kept: np.ndarray  # survivors; NaN where both arms never reached their threshold
    n: int
    diverged: int
    censored: int
    not_positive: int
    log: bool

    def too_few(self) -> str:
        if self.not_positive:
            return f"a ratio needs positive values: {self.not_positive} of {self.n} runs have none"
        if len(self.kept) == 0:
            return f"all {self.n} runs diverged"
        return "one run has no spread to compare with" if len(self.kept) == 1 else ""

    def no_mean(self) -> str:
        if self.censored:
            return f"{self.censored} of {self.n} runs never reached the threshold, so they have no mean"
        return self.too_few()

    @property
    def equal(self) -> bool:
        """Several runs without any scatter; censored ones are ranked, which needs none."""
        return len(self.kept) > 1 and not self.censored and np.ptp(self.kept) == 0

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        unknown = np.isnan(self.kept)
        return np.where(unknown, -np.inf, self.kept), np.where(unknown, np.inf, self.kept)

    def median(self) -> float:
        """The median (of an even number the upper); a value that could be anything counts as largest."""
        return float(np.sort(self.bounds[1])[len(self.kept) // 2])

    def verdict(self, status, centre=None, ends=None, detail="") -> Verdict:
        """The verdict on the original scale, with what went wrong said in its detail."""
        if 2 * self.diverged > self.n:
            status, detail = INCONCLUSIVE, _joined("more than half of the runs diverged", detail)
        if self.equal and len(self.kept) < FEWEST_EQUAL:
            status = INCONCLUSIVE
        back = np.exp if self.log else float
        if centre is None and len(self.kept) and not self.not_positive:
            centre = self.median() if self.censored else intervals.mean(self.kept)
        unresolved = (
            ends is not None and status == INCONCLUSIVE and not self.equal and np.isfinite(ends).all()
        )
        return Verdict(
            status,
            statistic="median" if self.censored else "geometric mean" if self.log else "mean",
            ours=None if centre is None else float(back(centre)),
            interval=None if ends is None else (float(back(ends[0])), float(back(ends[1]))),
            n=self.n,
            diverged=self.diverged,
            censored=self.censored,
            resolvable=float(back((ends[1] - ends[0]) / 2)) if unresolved else None,
            detail=_joined(detail, *self._remarks(ends)),
        )

    def _remarks(self, ends):
        if self.diverged:
            yield f"{self.diverged} of {self.n} runs diverged and are left out"
        if self.censored and ends is not None:
            yield f"{self.censored} of {self.n} never reached the threshold: median, and its bounds"
        if self.equal:
            few = len(self.kept) < FEWEST_EQUAL
            reason = f": fewer than {FEWEST_EQUAL} such runs cannot tell how much runs scatter" if few else ""
            yield f"all {len(self.kept)} runs gave exactly the same value{reason}"


def _survey(values: np.ndarray, versus: np.ndarray | None = None, *, log: bool = False) -> _Runs:
    arms = np.stack([values] if versus is None else [values, versus])
    alive = ~np.isnan(arms).any(axis=0)
    kept = arms[:, alive]
    not_positive = int((kept <= 0).any(axis=0).sum()) if log else 0
    with np.errstate(divide="ignore", invalid="ignore"):  # inf - inf is unknown, which is what NaN says
        scaled = np.log(kept) if log else kept
        difference = scaled[0] if versus is None else scaled[0] - scaled[1]
    return _Runs(
        kept=difference,
        n=len(values),
        diverged=int((~alive).sum()),
        censored=int(np.isinf(kept).any(axis=0).sum()),
        not_positive=not_positive,
        log=log,
    )


def _joined(*sentences: str) -> str:
    return "; ".join(sentence for sentence in sentences if sentence)
