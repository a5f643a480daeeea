"""Intervals and tests for small samples: two-sided, and repeatable to the bit.

Samples are one-dimensional arrays of numbers, shape (n,). An interval is a pair of floats,
(low, high). `level` is the probability with which it holds the true value, 95 % where nothing
else is asked for. scipy is loaded by the first function that needs it, so importing this
module costs nothing.
"""

import numpy as np

LEVEL = 0.95

Interval = tuple[float, float]


def tails(level: float = LEVEL) -> np.ndarray:
    """Return the two quantiles between which an interval lies, shape (2,).

    >>> tails(0.9).round(3).tolist()
    [0.05, 0.95]
    """
    outside = (1 - level) / 2
    return np.array([outside, 1 - outside])


def t_quantile(freedom: float, level: float = LEVEL) -> float:
    """Return how many standard errors an interval reaches to each side.

    >>> round(t_quantile(4), 3), round(t_quantile(np.inf), 3)
    (2.776, 1.96)
    """
    from scipy import stats

    return float(stats.t.ppf(tails(level)[1], freedom))


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


def t_interval(values: np.ndarray, level: float = LEVEL) -> Interval:
    """Return Student's interval of the mean: mean +- t(n - 1) sd / sqrt(n).

    Args:
        values: shape (n,), n at least 2. A single value has no spread, and gives NaN.
        level: the probability with which the interval holds the true mean.

    >>> low, high = t_interval(np.array([1.0, 2.0, 3.0]))
    >>> round(low, 3), round(high, 3)
    (-0.484, 4.484)
    """
    n = len(values)
    centre = mean(values)
    half = t_quantile(n - 1, level) * sd(values) / np.sqrt(n)
    return float(centre - half), float(centre + half)


def predictive_interval(
    values: np.ndarray, k: int = 1, level: float = LEVEL, n: float | None = None
) -> tuple[float, float, float]:
    """Return where the largest of k further runs will lie: three floats (low, median, high).

    For k = 1 this is mean +- t sd sqrt(1 + 1/n), with n - 1 degrees of freedom. For larger k
    the quantile q of the largest run is the quantile q^(1/k) of one run. That takes the k
    runs as independent draws. They share the mean and sd that few runs estimate, so the upper
    end is a little too high.

    Args:
        values: shape (n,), n at least 2.
        k: how many further runs; their largest value is predicted.
        level: the probability with which that value lies between the ends.
        n: give the interval that so many values with this mean and sd would have (infinitely
            many are allowed); None for as many as there are.

    >>> low, median, high = predictive_interval(np.array([1.0, 2.0, 3.0]))
    >>> round(low, 3), round(median, 3), round(high, 3)
    (-2.968, 2.0, 6.968)
    """
    from scipy import stats

    n = len(values) if n is None else n
    low, high = tails(level)
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


def wilson_interval(successes: int, n: int, level: float = LEVEL) -> Interval:
    """Return Wilson's interval of a fraction: all p less than 1.96 sd from successes / n.

    The sd is that under p itself, sqrt(p (1 - p) / n), so the interval stays inside of 0 to
    1. The 1.96 belongs to a level of 95 %.

    >>> low, high = wilson_interval(2, 10)
    >>> round(low, 4), round(high, 4)
    (0.0567, 0.5098)
    """
    from scipy import stats

    test = stats.binomtest(successes, n)
    low, high = test.proportion_ci(level, method="wilson")
    return float(low), float(high)


def newcombe_interval(
    successes: int, n: int, other_successes: int, other_n: int, level: float = LEVEL
) -> Interval:
    """Return Newcombe's interval of the difference of two fractions, ours less the other.

    It joins the two Wilson intervals (Newcombe 1998, method 10). Each end is the difference,
    moved by the root of the summed squares of the two distances that bear on it.

    >>> low, high = newcombe_interval(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    ours = successes / n
    theirs = other_successes / other_n
    our_low, our_high = wilson_interval(successes, n, level)
    their_low, their_high = wilson_interval(other_successes, other_n, level)
    difference = ours - theirs
    below = np.hypot(ours - our_low, their_high - theirs)
    above = np.hypot(our_high - ours, theirs - their_low)
    return float(difference - below), float(difference + above)


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
    half = t_quantile(freedom) * standard_error
    return float(centre - half), float(centre + half)
