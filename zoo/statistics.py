"""Intervals and tests for small samples: 95 %, two-sided, and repeatable to the bit.

Samples are one-dimensional arrays of numbers, shape (n,). An interval is a pair of floats,
(low, high). scipy is loaded by the first function that needs it, so importing this module
costs nothing.
"""

import numpy as np

TAILS = np.array([0.025, 0.975])
"""The quantiles between which a 95 % interval lies."""
BOOTSTRAP_FROM = 10
"""With fewer values, resampling gives too few distinct means: `mean_interval` then uses t."""
RESAMPLES = 9_999

Interval = tuple[float, float]


def mean(values: np.ndarray) -> float:
    """Return the arithmetic mean; of equal values exactly that value, without rounding.

    >>> mean(np.array([1.0, 2.0, 6.0]))
    3.0
    """
    return float(values[0] if np.ptp(values) == 0 else np.mean(values))


def sd(values: np.ndarray) -> float:
    """Return the sample standard deviation (n - 1), of equal values exactly 0.

    >>> sd(np.array([1.0, 2.0, 3.0]))
    1.0
    """
    return 0.0 if np.ptp(values) == 0 else float(np.std(values, ddof=1))


def t_interval(values: np.ndarray) -> Interval:
    """Return Student's interval of the mean: mean +- t(n - 1) sd / sqrt(n).

    Args:
        values: shape (n,), n at least 2. A single value has no spread, and gives NaN.

    >>> low, high = t_interval(np.array([1.0, 2.0, 3.0]))
    >>> round(low, 3), round(high, 3)
    (-0.484, 4.484)
    """
    from scipy import stats

    n = len(values)
    centre = mean(values)
    quantile = stats.t.ppf(TAILS[1], n - 1)
    half = quantile * sd(values) / np.sqrt(n)
    return float(centre - half), float(centre + half)


def mean_interval(values: np.ndarray) -> Interval:
    """Return the interval of the mean: Student's t below ten values, else a BCa bootstrap.

    The bootstrap draws 9,999 resamples from a generator with a fixed seed (Efron 1987:
    bias-corrected and accelerated). Values that differ by rounding alone give (mean, mean).
    The bootstrap would divide zero by zero there, because leaving one value out does not
    change the mean.

    >>> low, high = mean_interval(np.arange(12.0))
    >>> round(low, 1), round(high, 1)
    (3.5, 7.4)
    """
    from scipy import stats

    n = len(values)
    centre = mean(values)
    rounding = np.spacing(np.abs(values).max())
    if np.ptp(values) <= n * rounding:
        return centre, centre
    if n < BOOTSTRAP_FROM:
        return _t_ends(centre, sd(values) / np.sqrt(n), n - 1)
    resampled = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=1_000,
        rng=np.random.default_rng(0),
    )
    return _pair(resampled.confidence_interval)


def predictive_interval(values: np.ndarray, k: int = 1) -> tuple:
    """Return where the largest of k further runs will lie: three floats (low, median, high).

    For k = 1 this is mean +- t sd sqrt(1 + 1/n), with n - 1 degrees of freedom. For larger k
    the quantile q of the largest run is the quantile q^(1/k) of one run. That takes the k
    runs as independent draws. They share the mean and sd that few runs estimate, so the upper
    end is a little too high.

    Args:
        values: shape (n,), n at least 2.
        k: how many further runs; their largest value is predicted.

    >>> low, median, high = predictive_interval(np.array([1.0, 2.0, 3.0]))
    >>> round(low, 3), round(median, 3), round(high, 3)
    (-2.968, 2.0, 6.968)
    """
    from scipy import stats

    n = len(values)
    low, high = TAILS
    shares = np.array([low, 0.5, high])
    shares = shares ** (1 / k)
    quantiles = stats.t.ppf(shares, n - 1)
    deviations = quantiles * sd(values) * np.sqrt(1 + 1 / n)
    ends = mean(values) + deviations
    return tuple(ends.tolist())


def welch_interval(
    values: np.ndarray,
    other_mean: float,
    other_sd: float,
    other_n: int,
) -> Interval:
    """Return Welch's interval of mean(values) - other_mean, from the other's summary.

    The variance of the difference is sd^2 / n + other_sd^2 / other_n. Welch and Satterthwaite
    give the degrees of freedom. Without any spread the interval is (difference, difference).

    Args:
        values: shape (n,), n at least 2.
        other_mean: mean of the other sample.
        other_sd: its standard deviation; 0 for a number that is known exactly.
        other_n: its size.

    >>> values = np.array([1.0, 2.0, 3.0])
    >>> low, high = welch_interval(values, other_mean=0.0, other_sd=1.0, other_n=3)
    >>> round(low, 3), round(high, 3)
    (-0.267, 4.267)
    """
    n = len(values)
    difference = mean(values) - other_mean
    ours = sd(values) ** 2 / n
    theirs = other_sd**2 / other_n
    variance = ours + theirs
    if variance == 0:
        return difference, difference
    shares = ours**2 / (n - 1)
    if theirs:
        shares += theirs**2 / (other_n - 1)
    freedom = variance**2 / shares
    return _t_ends(difference, np.sqrt(variance), freedom)


def median_interval(lowest: np.ndarray, highest: np.ndarray) -> Interval:
    """Return the interval of the median between two order statistics.

    The ends are the values of rank r and n + 1 - r. The rank r is the binomial quantile at
    2.5 % of n fair coins. Below six values the interval is the whole line.

    Args:
        lowest: shape (n,), a lower bound of each value; infinite ones are allowed.
        highest: shape (n,), an upper bound of each. Give the same array twice where all
            values are known.

    >>> values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, np.inf])
    >>> median_interval(values, values)
    (1.0, inf)
    """
    from scipy import stats

    rank = int(stats.binom.ppf(TAILS[0], len(lowest), 0.5))
    if rank == 0:
        return -np.inf, np.inf
    low = np.sort(lowest)[rank - 1]
    high = np.sort(highest)[-rank]
    return float(low), float(high)


def wilson_interval(successes: int, n: int) -> Interval:
    """Return Wilson's interval of a fraction: all p less than 1.96 sd from successes / n.

    The sd is that under p itself, sqrt(p (1 - p) / n), so the interval stays inside of 0 to
    1.

    >>> low, high = wilson_interval(2, 10)
    >>> round(low, 4), round(high, 4)
    (0.0567, 0.5098)
    """
    from scipy import stats

    test = stats.binomtest(successes, n)
    return _pair(test.proportion_ci(method="wilson"))


def binomial_p(successes: int, n: int, fraction: float, side: str) -> float:
    """Return the exact binomial p of "the true fraction is `fraction`".

    Args:
        successes: how many of the n runs succeeded.
        n: how many runs there are.
        fraction: the true fraction under the null hypothesis.
        side: the alternative: the true fraction is "greater" or "less", or either
            ("two-sided").

    >>> binomial_p(3, 3, 0.5, "greater")
    0.125
    """
    from scipy import stats

    test = stats.binomtest(successes, n, fraction, alternative=side)
    return float(test.pvalue)


def sign_flip_p(values: np.ndarray, null: float) -> float:
    """Return the two-sided permutation p of "the mean is `null`".

    Every value keeps or changes the sign of its distance from `null`. The p counts how often
    the mean is then as far from `null` as ours. All 2^n patterns of signs are tried up to n =
    13, else 9,999 random ones from a fixed seed.

    >>> sign_flip_p(np.array([1.0, 2.0, 3.0]), 0.0)
    0.25
    """
    from scipy import stats

    flipped = stats.permutation_test(
        (values - null,),
        _mean_along,
        permutation_type="samples",
        n_resamples=RESAMPLES,
        batch=1_000,
        rng=np.random.default_rng(0),
    )
    return float(flipped.pvalue)


def percentile(values: np.ndarray, published: float, k: int = 1) -> float:
    """Return where `published` stands among our values, from 0 to 100. Ties count half.

    Args:
        values: shape (n,).
        published: the number that is placed.
        k: place it among the largest of k values that are drawn from ours, instead of among
            single ones.

    >>> percentile(np.array([1.0, 2.0, 3.0, 4.0]), 2.0)
    37.5
    """
    from scipy import stats

    below = stats.percentileofscore(values, published, kind="strict") / 100
    below_or_equal = stats.percentileofscore(values, published, kind="weak") / 100
    among_largest = np.mean([below**k, below_or_equal**k])
    return float(100 * among_largest)


def _t_ends(centre: float, standard_error: float, freedom: float) -> Interval:
    from scipy import stats

    quantiles = stats.t.ppf(TAILS, freedom)
    return _pair(centre + quantiles * standard_error)


def _mean_along(values: np.ndarray, axis: int) -> np.ndarray:
    return np.mean(values, axis=axis)


def _pair(ends) -> Interval:
    low, high = ends
    return float(low), float(high)
