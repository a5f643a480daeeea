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
        "s.mean(s.tails()), s.sd(s.tails())\n"
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


def test_a_percentile_counts_ties_by_halves_and_places_among_the_best_of_k():
    values = np.array([1.0, 2.0, 2.0, 5.0])
    assert statistics.percentile(values, 2.0) == 50.0
    assert statistics.percentile(values, 6.0) == 100.0
    largest = [max(pair) for pair in itertools.product(values, repeat=2)]
    places = [(value < 2.0) + 0.5 * (value == 2.0) for value in largest]
    assert statistics.percentile(values, 2.0, k=2) == pytest.approx(100 * np.mean(places))


def test_newcombes_interval_is_that_of_his_worked_example():
    low, high = statistics.newcombe_interval(56, 70, 48, 80)
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_an_interval_at_another_level_is_another_one():
    values = sample(5)
    narrow = statistics.t_interval(values, level=0.5)
    wide = statistics.t_interval(values, level=0.975)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert statistics.wilson_interval(5, 10, 0.5)[0] > statistics.wilson_interval(5, 10)[0]


@pytest.mark.parametrize("freedom", T)
def test_the_quantile_is_the_tabulated_one_and_ends_at_the_normal_one(freedom):
    assert statistics.t_quantile(freedom) == pytest.approx(T[freedom], abs=1e-5)
    assert statistics.t_quantile(np.inf) == pytest.approx(Z, abs=1e-5)


def test_many_more_values_of_the_same_scatter_narrow_a_prediction_to_the_scatter():
    values = sample(6)
    low, _, high = statistics.predictive_interval(values, n=np.inf)
    assert high - low == pytest.approx(2 * Z * values.std(ddof=1), rel=1e-5)
