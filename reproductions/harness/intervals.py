"""The intervals and tests that verdicts rest on: 95 %, two-sided, repeatable to the bit."""

import numpy as np
from scipy import stats

TAILS = np.array([0.025, 0.975])
BOOTSTRAP_FROM = 10  # fewer values than this resample too few distinct means: the t interval is used
RESAMPLES = 9_999


def mean(values: np.ndarray) -> float:
    """Arithmetic mean; of equal values exactly that value, where a rounded sum could miss it."""
    return float(values[0] if np.ptp(values) == 0 else np.mean(values))


def sd(values: np.ndarray) -> float:
    """Sample standard deviation (n - 1); exactly 0 for equal values."""
    return 0.0 if np.ptp(values) == 0 else float(np.std(values, ddof=1))


def of_next_best(values: np.ndarray, k: int = 1) -> tuple[float, float, float]:
    """Predictive interval of the largest of k further runs, with its median between: (low, median, high).

    With k=1 it is the usual mean +- t*sd*sqrt(1+1/n). The k runs are taken as independent draws from that
    predictive distribution, so that the quantile of their maximum is the k-th root's; knowing mean and sd
    only from few runs makes the draws slightly dependent, and the upper end then errs on the wide side.
    """
    roots = np.array([TAILS[0], 0.5, TAILS[1]]) ** (1 / k)
    deviations = stats.t.ppf(roots, len(values) - 1) * sd(values) * np.sqrt(1 + 1 / len(values))
    low, middle, high = mean(values) + deviations
    return float(low), float(middle), float(high)


def of_mean(values: np.ndarray) -> tuple[float, float]:
    """Interval of the mean: t below ten values, BCa bootstrap with a fixed generator from ten on.

    Values that differ by rounding alone have none: leaving one of them out would not change the mean, and the
    bootstrap would divide nothing by nothing.
    """
    if np.ptp(values) <= len(values) * np.spacing(np.abs(values).max()):
        return mean(values), mean(values)
    if len(values) < BOOTSTRAP_FROM:
        standard_error = sd(values) / np.sqrt(len(values))
        return _pair(mean(values) + stats.t.ppf(TAILS, len(values) - 1) * standard_error)
    resampled = stats.bootstrap(
        (values,), np.mean, n_resamples=RESAMPLES, batch=1_000, rng=np.random.default_rng(0)
    )
    return _pair(resampled.confidence_interval)


def of_mean_difference(values: np.ndarray, other_mean: float, other_sd: float, other_n: int):
    """Welch's interval of mean(values) - other_mean, the other sample known by its summary only."""
    ours, theirs = sd(values) ** 2 / len(values), other_sd**2 / other_n
    difference = mean(values) - other_mean
    if ours + theirs == 0:
        return difference, difference
    shares = ours**2 / (len(values) - 1) + (theirs**2 / (other_n - 1) if theirs else 0)
    freedom = (ours + theirs) ** 2 / shares
    return _pair(difference + stats.t.ppf(TAILS, freedom) * np.sqrt(ours + theirs))


def of_median(lowest: np.ndarray, highest: np.ndarray) -> tuple[float, float]:
    """Distribution-free interval of the median between order statistics; infinite values are welcome.

    `lowest` and `highest` bound each value where it is not known (a pair of runs that both never reached
    the threshold); below six values the interval is the whole line.
    """
    rank = int(stats.binom.ppf(TAILS[0], len(lowest), 0.5))
    if rank == 0:
        return -np.inf, np.inf
    return float(np.sort(lowest)[rank - 1]), float(np.sort(highest)[-rank])


def of_fraction(successes: int, n: int) -> tuple[float, float]:
    """Wilson's interval of a proportion."""
    return _pair(stats.binomtest(successes, n).proportion_ci(method="wilson"))


def fraction_p(successes: int, n: int, bound: float, side: str) -> float:
    """Exact binomial p of a true fraction at `bound`, against one that is "greater" or "less" (`side`)."""
    return float(stats.binomtest(successes, n, bound, alternative=side).pvalue)


def sign_flip_p(values: np.ndarray, null: float) -> float:
    """Two-sided permutation p of "the mean is `null`", by flipping signs: exact up to 13 values."""
    flipped = stats.permutation_test(
        (values - null,),
        lambda x, axis: np.mean(x, axis=axis),
        permutation_type="samples",
        n_resamples=RESAMPLES,
        batch=1_000,
        rng=np.random.default_rng(0),
    )
    return float(flipped.pvalue)


def percentile(values: np.ndarray, published: float, k: int = 1) -> float:
    """Where `published` stands among our values, 0 to 100, or among the largest of k drawn from them; ties
    count half.
    """
    below = (stats.percentileofscore(values, published, kind=kind) / 100 for kind in ("strict", "weak"))
    return float(100 * np.mean([share**k for share in below]))


def _pair(ends) -> tuple[float, float]:
    low, high = ends
    return float(low), float(high)
