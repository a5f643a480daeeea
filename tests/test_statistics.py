"""Intervals and tests against tables, closed formulas and counting, none of which is scipy's."""

import doctest
import itertools
import math
import subprocess
import sys

import numpy as np
import pytest

from zoo import statistics

# Quantiles of Student's t at 97.5 %, from the tables of textbooks, by degrees of freedom.
T = {
    1: 12.706205,
    2: 4.302653,
    3: 3.182446,
    4: 2.776445,
    7: 2.364624,
    9: 2.262157,
    29: 2.045230,
}
Z = 1.959963985


def sample(n, seed=1):
    return np.random.default_rng(seed).normal(3.0, 2.0, n)


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(statistics).attempted >= 10
    assert doctest.testmod(statistics).failed == 0


def test_importing_it_loads_neither_scipy_nor_keras():
    program = (
        "import sys, zoo.statistics as s\n"
        "s.mean(s.TAILS), s.sd(s.TAILS)\n"
        "assert not {'scipy', 'keras', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_equal_values_have_exactly_their_mean_and_no_spread():
    values = np.full(3, 0.1)
    assert values.mean() != 0.1, "a rounded sum misses it, so this test can fail"
    assert statistics.mean(values) == 0.1
    assert statistics.sd(values) == 0.0


@pytest.mark.parametrize("freedom", T)
def test_students_interval_uses_the_tabulated_quantile(freedom):
    values = sample(freedom + 1)
    half = T[freedom] * math.sqrt(sum((values - values.mean()) ** 2) / freedom / len(values))
    expected = (values.mean() - half, values.mean() + half)
    assert statistics.t_interval(values) == pytest.approx(expected, abs=1e-5)


def test_students_interval_of_equal_values_has_no_width_and_of_one_value_is_not_a_number():
    assert statistics.t_interval(np.full(3, 0.1)) == (0.1, 0.1)
    assert np.isnan(statistics.t_interval(np.array([1.0]))).all()


def test_below_ten_values_the_mean_has_students_interval():
    values = sample(9)
    assert statistics.mean_interval(values) == pytest.approx(
        statistics.t_interval(values), rel=1e-12
    )


def test_from_ten_values_on_the_mean_has_the_interval_of_bca():
    values = np.random.default_rng(2).exponential(1.0, 40)
    rng = np.random.default_rng(3)
    resampled = np.sort(values[rng.integers(0, 40, (200_000, 40))].mean(axis=1))
    bias = standard_normal_quantile((resampled < values.mean()).mean())
    left_out = np.array([np.delete(values, i).mean() for i in range(40)])
    away = left_out.mean() - left_out
    acceleration = (away**3).sum() / (6 * (away**2).sum() ** 1.5)
    expected = []
    for z in (-Z, Z):
        shifted = bias + (bias + z) / (1 - acceleration * (bias + z))
        expected.append(np.quantile(resampled, standard_normal_share(shifted)))
    width = expected[1] - expected[0]
    found = statistics.mean_interval(values)
    assert found == pytest.approx(expected, abs=0.03 * width)
    low, high = found
    assert high - values.mean() > 1.1 * (values.mean() - low), (
        "it follows the skew, which t does not"
    )
    assert statistics.mean_interval(values) == found, "the seed is fixed"


def standard_normal_share(z):
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def standard_normal_quantile(share):
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if standard_normal_share(middle) < share else (low, middle)
    return low


def test_values_that_differ_by_rounding_alone_have_an_interval_without_width():
    values = np.where(np.arange(40) % 3 == 0, 2.0, np.nextafter(2.0, 3.0))
    assert statistics.mean_interval(values) == (values.mean(), values.mean())


@pytest.mark.parametrize("freedom", T)
def test_one_further_run_lies_in_the_predictive_interval(freedom):
    values = sample(freedom + 1)
    half = T[freedom] * values.std(ddof=1) * math.sqrt(1 + 1 / len(values))
    expected = (values.mean() - half, values.mean(), values.mean() + half)
    assert statistics.predictive_interval(values) == pytest.approx(expected, abs=1e-5)


def test_the_largest_of_k_further_runs_has_the_kth_root_of_each_quantile():
    values = np.array([0.0, 1.0])
    scale = values.std(ddof=1) * math.sqrt(1.5)
    expected = []
    for quantile in (0.025, 0.5, 0.975):
        share = quantile ** (1 / 4)
        expected.append(
            0.5 + scale * math.tan(math.pi * (share - 0.5))
        )  # t with one degree is Cauchy's
    assert statistics.predictive_interval(values, k=4) == pytest.approx(expected)


def test_welchs_interval_uses_the_degrees_of_freedom_of_welch_and_satterthwaite():
    values = np.array([1.0, 2.0, 3.0, 4.0])
    # Equal variances and sizes: the degrees of freedom are 2 (n - 1) = 6.
    half = 2.446912 * math.sqrt(2 * (5 / 3) / 4)
    low, high = statistics.welch_interval(values, 1.0, math.sqrt(5 / 3), 4)
    assert (low, high) == pytest.approx((1.5 - half, 1.5 + half), rel=1e-6)


def test_against_a_number_known_exactly_welchs_interval_is_students():
    values = sample(8)
    low, high = statistics.t_interval(values)
    found = statistics.welch_interval(values, 2.0, 0.0, 1)
    assert found == pytest.approx((low - 2.0, high - 2.0), rel=1e-12)
    assert statistics.welch_interval(np.full(3, 0.5), 0.25, 0.0, 1) == (0.25, 0.25)


@pytest.mark.parametrize(("n", "rank"), [(6, 1), (8, 1), (9, 2), (10, 2), (20, 6), (30, 10)])
def test_the_median_lies_between_tabulated_order_statistics(n, rank):
    values = np.random.default_rng(n).permutation(n) + 1.0  # each value is its own rank
    assert statistics.median_interval(values, values) == (rank, n + 1 - rank)


def test_below_six_values_the_median_could_be_anything():
    assert statistics.median_interval(np.arange(5.0), np.arange(5.0)) == (-np.inf, np.inf)


def test_an_unknown_value_widens_the_interval_of_the_median_on_both_sides():
    known = np.arange(7.0)
    lowest, highest = np.append(known, -np.inf), np.append(known, np.inf)
    assert statistics.median_interval(lowest, highest) == (-np.inf, np.inf)
    assert statistics.median_interval(np.append(known, 7.0), np.append(known, 7.0)) == (
        0.0,
        7.0,
    )


@pytest.mark.parametrize(
    ("successes", "n"), [(0, 10), (2, 10), (5, 7), (32, 32), (421, 10_000)]
)
def test_wilsons_interval_is_its_closed_formula(successes, n):
    p = successes / n
    centre = (p + Z * Z / 2 / n) / (1 + Z * Z / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / 4 / n / n) / (1 + Z * Z / n)
    expected = (centre - half, centre + half)
    assert statistics.wilson_interval(successes, n) == pytest.approx(
        expected, rel=1e-6, abs=1e-9
    )


@pytest.mark.parametrize(
    ("successes", "n", "fraction"), [(3, 8, 0.2), (0, 5, 0.5), (7, 7, 0.9)]
)
def test_the_binomial_p_adds_up_what_is_at_least_as_extreme(successes, n, fraction):
    shares = [math.comb(n, k) * fraction**k * (1 - fraction) ** (n - k) for k in range(n + 1)]
    at_least = sum(shares[successes:])
    at_most = sum(shares[: successes + 1])
    as_rare = sum(share for share in shares if share <= shares[successes] * (1 + 1e-7))
    assert statistics.binomial_p(successes, n, fraction, "greater") == pytest.approx(at_least)
    assert statistics.binomial_p(successes, n, fraction, "less") == pytest.approx(at_most)
    assert statistics.binomial_p(successes, n, fraction, "two-sided") == pytest.approx(
        as_rare
    )


@pytest.mark.parametrize("n", [3, 8, 13])
def test_the_sign_flip_p_counts_all_patterns_of_signs(n):
    values = sample(n)
    patterns = np.array(list(itertools.product((-1, 1), repeat=n)))
    means = (patterns * (values - 2.0)).mean(axis=1)
    extreme = abs((values - 2.0).mean()) * (1 - 1e-12)
    one_sided = min((means >= extreme).mean(), (means <= -extreme).mean())
    assert statistics.sign_flip_p(values, 2.0) == pytest.approx(2 * one_sided)


def test_the_sign_flip_p_of_many_values_is_drawn_from_a_fixed_seed():
    values = sample(40)
    found = statistics.sign_flip_p(values, 2.5)
    assert found == statistics.sign_flip_p(values, 2.5)
    away = values - 2.5
    z = away.sum() / math.sqrt((away**2).sum())  # flipped sums have mean zero and this spread
    assert found == pytest.approx(2 * (1 - standard_normal_share(abs(z))), abs=0.02)


def test_a_percentile_counts_ties_by_halves_and_places_among_the_best_of_k():
    values = np.array([1.0, 2.0, 2.0, 5.0])
    assert statistics.percentile(values, 2.0) == 50.0
    assert statistics.percentile(values, 6.0) == 100.0
    largest = [max(pair) for pair in itertools.product(values, repeat=2)]
    places = [(value < 2.0) + 0.5 * (value == 2.0) for value in largest]
    assert statistics.percentile(values, 2.0, k=2) == pytest.approx(100 * np.mean(places))
