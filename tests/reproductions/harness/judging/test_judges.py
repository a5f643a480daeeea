"""Every judge on hand-worked cases, and on runs that went wrong."""

import warnings
from itertools import product
from math import inf, nan, sqrt

import numpy as np
import pytest

from reproductions.harness import (
    BestOf,
    Claim,
    Difference,
    Exact,
    Fraction,
    MeanOfRuns,
    OneRun,
    Ratio,
)
from reproductions.harness.claiming.claims import judge_claim
from zoo import statistics


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def judge(how, values=None, versus=None, stand_in=""):
    metrics = {"ours": values, getattr(how, "versus", None) or "other": versus}
    metrics = {
        name: np.array(numbers) for name, numbers in metrics.items() if numbers is not None
    }
    return judge_claim(Claim("a/b", "says", "ours", how, "where", "P"), metrics, stand_in)


MANY = np.random.default_rng(3).normal(100, 1, 40)


# Each judge can come out each way.


@pytest.mark.parametrize(
    ("how", "values", "versus", "status"),
    [
        (Exact(2.0, 1e-9), [2.0 + 1e-10], None, "reproduced"),
        (Exact(2.0, 1e-9), [2.0 + 1e-8], None, "not reproduced"),
        (Exact((1.0, 2.0), 0.1), [[1.05, 2.0], [1.0, 1.95]], None, "reproduced"),
        (Exact((1.0, 2.0), 0.1), [[1.05, 2.0], [1.0, 1.85]], None, "not reproduced"),
        (OneRun(101, widest=5), MANY, None, "reproduced"),
        (OneRun(105, widest=5), MANY, None, "not reproduced"),
        (OneRun(101, widest=3), MANY, None, "inconclusive"),
        (OneRun(2.7, widest=300, log=True), np.exp(MANY - 99), None, "reproduced"),
        (OneRun(270, widest=300, log=True), np.exp(MANY - 99), None, "not reproduced"),
        (OneRun(2.7, widest=10, log=True), np.exp(MANY - 99), None, "inconclusive"),
        (MeanOfRuns(100, 1, 10, margin=2), MANY, None, "reproduced"),
        (MeanOfRuns(104, 1, 10, margin=2), MANY, None, "not reproduced"),
        (MeanOfRuns(102, 1, 10, margin=2), MANY, None, "inconclusive"),
        (Difference("v", at_least=0), MANY, MANY[::-1] - 3, "reproduced"),
        (Difference("v", at_least=0), MANY, MANY[::-1] + 3, "not reproduced"),
        (Difference("v", at_least=0), MANY, MANY[::-1], "inconclusive"),
        (Difference("v", at_most=0), MANY, MANY[::-1] + 3, "reproduced"),
        (Difference("v", within=2), MANY, MANY[::-1], "reproduced"),
        (Difference("v", within=2), MANY, MANY[::-1] + 4, "not reproduced"),
        (Difference("v", within=2), MANY, MANY[::-1] + 2, "inconclusive"),
        (Difference("v", published=3, within=1), MANY, MANY[::-1] - 3, "reproduced"),
        (Difference("v", published=3, widest=2), MANY, MANY[::-1] - 3, "reproduced"),
        (Difference("v", published=5, widest=2), MANY, MANY[::-1] - 3, "not reproduced"),
        (Difference("v", published=3, widest=0.1), MANY, MANY[::-1] - 3, "inconclusive"),
        (Ratio("v", at_least=2), MANY, MANY[::-1] / 6, "reproduced"),
        (Ratio("v", at_least=7), MANY, MANY[::-1] / 6, "not reproduced"),
        (Ratio("v", at_least=6), MANY, MANY[::-1] / 6, "inconclusive"),
        (Ratio("v", at_least=5, at_most=7), MANY, MANY[::-1] / 6, "reproduced"),
        (Ratio("v", published=6, widest=1.5), MANY, MANY[::-1] / 6, "reproduced"),
        (Ratio("v", published=7, widest=1.5), MANY, MANY[::-1] / 6, "not reproduced"),
        (Ratio("v", published=6, widest=1.0001), MANY, MANY[::-1] / 6, "inconclusive"),
        (Ratio(published=100, within=1.1), MANY, None, "reproduced"),
        (Ratio(published=150, within=1.1), MANY, None, "not reproduced"),
        (Fraction(at_least=0.5), [True] * 20, None, "reproduced"),
        (Fraction(at_least=0.5), [False] * 20, None, "not reproduced"),
        (Fraction(at_least=0.5), [True, False] * 10, None, "inconclusive"),
        (Fraction(at_most=0.5), [False] * 20, None, "reproduced"),
        (Fraction(published=1.0, widest=0.2), [True] * 20, None, "reproduced"),
        (Fraction(published=1.0, widest=0.5), [True, False] * 10, None, "not reproduced"),
        (Fraction(published=1.0, widest=0.2), [True] * 5, None, "inconclusive"),
        (BestOf(3, 101, widest=5), MANY, None, "reproduced"),
        (BestOf(3, 98, widest=5), MANY, None, "not reproduced"),
        (BestOf(3, 101, widest=2), MANY, None, "inconclusive"),
        (BestOf(3, 99, widest=5, lower_is_better=True), MANY, None, "reproduced"),
        (BestOf(3, 102, widest=5, lower_is_better=True), MANY, None, "not reproduced"),
    ],
)
def test_each_judge_can_come_out_each_way(how, values, versus, status):
    assert judge(how, values, versus).status == status


# Hand-worked numbers.


def test_one_run_is_compared_with_the_predictive_t_interval():
    found = judge(OneRun(2.0, widest=20), [1.0, 2.0, 3.0])  # mean 2, sd 1, t(2) = 4.302653
    half = 4.30265272970 * 1 * sqrt(1 + 1 / 3)
    assert found.interval == pytest.approx((2 - half, 2 + half), rel=1e-9)
    assert (found.ours, found.percentile, found.z, found.n) == (2.0, 50.0, 0.0, 3)


def test_z_and_percentile_of_one_run_are_those_of_the_definition():
    found = judge(OneRun(3.5, widest=20), [1.0, 2.0, 3.0])
    assert found.z == pytest.approx(1.5 / sqrt(4 / 3)) and found.percentile == 100


def test_a_mean_of_runs_is_compared_by_welch():
    # Ours: mean 2, s^2/n = 1/3; theirs: mean 2.5, 1/4; df = (7/12)^2 / (1/18 + 1/48) = 4.4545..., t = 2.6686
    found = judge(MeanOfRuns(2.5, 1.0, 4, margin=3), [1.0, 2.0, 3.0])
    half = 2.668566 * sqrt(7 / 12)
    assert found.interval == pytest.approx((2 - half, 2 + half), abs=2e-3)
    assert found.status == "reproduced"


def test_a_published_mean_taken_as_exact_leaves_the_one_sample_t_interval():
    found = judge(MeanOfRuns(2.5, 0, 1, margin=9), [1.0, 2.0, 3.0])
    half = 4.30265272970 / sqrt(3)
    assert found.interval == pytest.approx((2 - half, 2 + half), rel=1e-9)


def test_few_pairs_get_a_t_interval_and_an_exact_permutation_p():
    found = judge(
        Difference("v", at_least=0), [2.0, 3.0, 4.0], [1.0, 1.0, 1.0]
    )  # differences 1, 2, 3
    half = 4.30265272970 / sqrt(3)
    assert found.interval == pytest.approx((2 - half, 2 + half), rel=1e-9)
    assert (
        found.p == 2 / 8
    )  # of the 8 ways to set signs, all plus and all minus are as far from 0
    assert found.status == "inconclusive" and found.resolvable == pytest.approx(half)


def test_from_ten_pairs_on_the_interval_is_a_bootstrap_that_repeats_to_the_bit():
    nine, ten = (
        judge(Difference("v", at_least=0), MANY[:n], MANY[n : 2 * n] * 0) for n in (9, 10)
    )
    half = 2.306004135204166 * np.std(MANY[:9], ddof=1) / 3
    assert nine.interval[1] - nine.interval[0] == pytest.approx(2 * half)
    t_width = 2 * 2.2621571627409915 * np.std(MANY[:10], ddof=1) / sqrt(10)
    assert ten.interval[1] - ten.interval[0] == pytest.approx(t_width, rel=0.4)
    assert ten.interval[1] - ten.interval[0] != pytest.approx(t_width, rel=1e-3)
    assert judge(Difference("v", at_least=0), MANY[:10], MANY[10:20] * 0) == ten


def test_pairing_takes_out_what_both_arms_share():
    seed_effect = np.linspace(0, 50, 8)
    found = judge(Difference("v", at_least=0), seed_effect + [1, 2] * 4, seed_effect)
    assert found.status == "reproduced" and found.ours == pytest.approx(1.5)


def test_an_arm_with_fewer_seeds_is_paired_with_the_first_of_the_other():
    found = judge(Difference("v", at_least=0), [5.0, 6.0, 7.0, 900.0], [1.0, 2.5, 3.0])
    assert found.n == 3 and found.ours == pytest.approx((4 + 3.5 + 4) / 3)


def test_a_ratio_is_the_geometric_mean():
    found = judge(Ratio("v", at_least=1), [2.0, 8.0], [1.0, 1.0])
    assert found.ours == pytest.approx(4.0) and found.statistic == "geometric mean"
    assert found.interval[0] * found.interval[1] == pytest.approx(16.0)


def test_a_fraction_gets_wilsons_interval():
    found = judge(Fraction(at_least=0.2), [True] * 10)
    z2 = 1.959963984540054**2
    assert found.interval == pytest.approx((10 / (10 + z2), 1.0))


@pytest.mark.parametrize(
    ("how", "successes", "n", "status"),
    [
        (
            Fraction(at_least=0.05),
            1,
            3,
            "inconclusive",
        ),  # Wilson from 0.06 on, but 1 - 0.95^3 = 0.14
        (Fraction(at_least=0.05), 2, 3, "reproduced"),  # 3 * 0.05^2 * 0.95 + 0.05^3 = 0.007
        (Fraction(at_most=0.95), 2, 3, "inconclusive"),
        (Fraction(at_least=0.95), 2, 3, "inconclusive"),
        (Fraction(at_least=0.95), 1, 3, "not reproduced"),
        (Fraction(at_most=0.05), 1, 3, "inconclusive"),
        (Fraction(at_least=0.05, at_most=0.99), 1, 3, "inconclusive"),
        (Fraction(at_least=0.05, at_most=0.2), 3, 3, "not reproduced"),
        (Fraction(at_least=0), 1, 1, "reproduced"),  # one success shows that there are some
    ],
)
def test_a_bound_on_a_fraction_needs_the_exact_test_as_well(how, successes, n, status):
    found = judge(how, [True] * successes + [False] * (n - successes))
    assert found.status == status


def test_it_is_said_where_wilsons_interval_alone_would_have_decided():
    found = judge(Fraction(at_least=0.05), [True, False, False])
    assert found.interval[0] > 0.05 and "exact p of 0.14" in found.detail
    assert "exact p" not in judge(Fraction(at_least=0.05), [True, True, False]).detail


def test_the_best_of_one_run_is_judged_as_one_run():
    one, best = judge(OneRun(101, 9), MANY), judge(BestOf(1, 101, 9), MANY)
    assert (best.interval, best.status) == (one.interval, one.status)


def test_the_best_of_many_runs_lies_where_the_maxima_of_such_runs_lie():
    low, high = judge(BestOf(10, 101, 9), MANY).interval
    rng = np.random.default_rng(5)
    best = rng.normal(MANY.mean(), MANY.std(ddof=1), (20_000, 10)).max(axis=1)
    assert np.quantile(best, [0.025, 0.975]) == pytest.approx((low, high), abs=0.35)
    assert (
        judge(OneRun(low - 0.1, 9), MANY).status == "reproduced"
    )  # a mean's interval would have passed it


@pytest.mark.parametrize("lower_is_better", [False, True])
@pytest.mark.parametrize("published", [2.5, 2])
def test_the_percentile_of_a_best_of_three_is_its_place_among_such_bests(
    lower_is_better, published
):
    found = judge(
        BestOf(3, published, 9, lower_is_better=lower_is_better), np.float64([1, 2, 3, 4])
    )
    best = min if lower_is_better else max
    bests = [best(draw) for draw in product([1, 2, 3, 4], repeat=3)]
    places = [(each < published) + (each == published) / 2 for each in bests]
    assert found.percentile == pytest.approx(100 * np.mean(places))


def test_the_best_of_lower_is_better_mirrors_the_best_of_higher():
    low, high = judge(BestOf(5, 0, 9), MANY).interval
    mirrored = judge(BestOf(5, 0, 9, lower_is_better=True), -MANY)
    assert mirrored.interval == pytest.approx((-high, -low))


# Too little to judge by.

SPREAD = [
    OneRun(5.0, widest=9),
    OneRun(5.0, widest=9, log=True),
    MeanOfRuns(5.0, 1, 5, margin=3),
    Difference("v", at_least=0),
    Ratio("v", at_least=1),
    BestOf(2, 5.0, widest=9),
]


@pytest.mark.parametrize("how", SPREAD)
def test_one_run_has_no_spread_and_decides_nothing(how):
    found = judge(how, [5.0], [1.0])
    assert found.status == "inconclusive" and "no spread" in found.detail
    assert found.ours is not None and found.interval is None


@pytest.mark.parametrize("how", [*SPREAD, Exact(1.0, 1.0), Fraction(at_least=0.5)])
def test_arms_that_were_not_measured_make_a_claim_not_run(how):
    for values in (None, []):
        found = judge(how, values, values)
        assert found.status == "not run" and "not measured: ours" in found.detail
        assert found.ours is None


def test_both_missing_arms_are_named():
    assert judge(Difference("v", at_least=0)).detail == "not measured: ours, v"


@pytest.mark.parametrize("how", SPREAD)
def test_equal_seeds_are_judged_at_their_one_value_and_it_is_said(how):
    found = judge(how, [5.0] * 12, [1.0] * 12)
    assert found.status == "reproduced"
    if not isinstance(
        how, MeanOfRuns
    ):  # whose interval holds the published runs' spread as well
        assert found.interval[0] == pytest.approx(found.interval[1])
    assert "exactly the same value" in found.detail


@pytest.mark.parametrize("how", SPREAD)
@pytest.mark.parametrize("n", [2, 9])
def test_a_few_equal_seeds_decide_nothing_and_it_is_said_why(how, n):
    found = judge(how, [5.0] * n, [1.0] * n)
    assert found.status == "inconclusive" and found.ours is not None
    assert found.resolvable is None and "cannot tell how much runs scatter" in found.detail


def test_diverged_seeds_do_not_count_among_the_equal_ones():
    assert judge(OneRun(5.0, widest=1), [5.0] * 9 + [nan] * 3).status == "inconclusive"
    assert judge(OneRun(5.0, widest=1), [5.0] * 10 + [nan] * 3).status == "reproduced"


def test_equal_seeds_at_another_value_do_not_reproduce_and_have_no_z():
    found = judge(OneRun(5.1, widest=1), [5.0] * 10)
    assert (found.status, found.z) == ("not reproduced", None)


def test_equal_arms_show_no_direction():
    assert judge(Difference("v", at_least=0), [5.0] * 12, [5.0] * 12).status == "inconclusive"
    assert judge(Ratio("v", at_most=1), [5.0] * 12, [5.0] * 12).status == "inconclusive"


def test_a_rounded_sum_does_not_move_equal_seeds_off_the_published_value():
    assert np.mean([0.1] * 14) != 0.1
    assert judge(OneRun(0.1, widest=1), [0.1] * 14).status == "reproduced"
    assert judge(Ratio(published=0.1, widest=1.1), [0.1] * 14).status == "reproduced"


# Runs that went wrong.


@pytest.mark.parametrize("how", SPREAD)
def test_a_diverged_seed_is_counted_and_the_survivors_judged(how):
    rest = judge(how, [5.0, 5.5, 4.5, 5.2], [1.0, 1.1, 1.0, 0.9])
    found = judge(how, [5.0, 5.5, nan, 4.5, 5.2], [1.0, 1.1, 1.0, 1.0, 0.9])
    assert (found.status, found.interval) == (rest.status, rest.interval)
    assert (found.n, found.diverged) == (5, 1)
    assert "1 of 5 runs diverged" in found.detail


def test_a_seed_that_diverged_in_the_other_arm_takes_its_pair_with_it():
    found = judge(Difference("v", at_least=0), [5.0, 5.5, 5.2], [1.0, nan, 1.3])
    assert found.diverged == 1 and found.ours == pytest.approx(3.95)


@pytest.mark.parametrize("how", SPREAD)
def test_no_verdict_once_more_than_half_diverged(how):
    found = judge(how, [5.0, 5.1, nan, nan, nan], [1.0, 1.1, 1.0, 1.0, 1.0])
    assert found.status == "inconclusive" and "more than half" in found.detail


@pytest.mark.parametrize("how", SPREAD)
def test_no_survivors_no_verdict(how):
    found = judge(how, [nan, nan], [1.0, 1.0])
    assert (found.status, found.ours, found.diverged) == ("inconclusive", None, 2)


def test_a_fraction_takes_a_diverged_run_as_a_failure():
    found = judge(Fraction(at_least=0.5), [1.0, 1.0, nan, nan])
    assert (found.ours, found.n, found.diverged) == (0.5, 4, 2)
    assert "counted as failures" in found.detail


def test_a_value_that_is_no_number_is_within_no_tolerance():
    found = judge(Exact(2.0, 1e9), [nan])
    assert (found.status, found.diverged) == ("not reproduced", 1)


# Runs that never reached their threshold.


def test_a_ratio_with_censored_runs_becomes_a_median_with_bounds():
    found = judge(
        Ratio("v", at_least=2), [6.0, 7.0, 8.0, 9.0, 10.0, inf, inf, inf], [1.0] * 8
    )
    assert found.statistic == "median" and found.censored == 3
    assert found.interval == pytest.approx((6.0, inf))  # order statistics 1 and 8 of 8
    assert found.status == "reproduced" and "never reached" in found.detail


def test_an_arm_that_never_gets_there_is_infinitely_slower():
    found = judge(Ratio("v", at_least=6), [inf] * 8, [3.0] * 8)
    assert found.status == "reproduced" and found.ours == inf
    assert judge(Ratio("v", at_most=6), [inf] * 8, [3.0] * 8).status == "not reproduced"


def test_pairs_of_which_neither_gets_there_could_be_anything():
    found = judge(Ratio("v", at_least=2), [inf] * 3 + [6.0] * 5, [inf] * 3 + [1.0] * 5)
    assert found.interval == (0.0, inf) and found.status == "inconclusive"


def test_a_difference_with_censored_runs_is_judged_by_its_median():
    found = judge(Difference("v", at_most=0), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [inf] * 6)
    assert found.status == "reproduced" and found.interval == (-inf, -inf)


@pytest.mark.parametrize("how", [OneRun(5.0, 9), MeanOfRuns(5.0, 1, 5, 1), BestOf(2, 5.0, 9)])
def test_censored_runs_have_no_mean_to_judge(how):
    found = judge(how, [5.0, 6.0, inf])
    assert found.status == "inconclusive" and "1 of 3 runs never reached" in found.detail
    assert (found.statistic, found.ours) == ("median", 6.0)


def test_a_ratio_of_something_that_is_not_positive_is_not_taken():
    found = judge(Ratio("v", at_least=1), [1.0, 0.0, 2.0], [1.0, 1.0, 1.0])
    assert found.status == "inconclusive" and "positive" in found.detail


# Stand-ins and unreadable metrics.


def test_a_stand_in_shows_its_numbers_and_is_not_run():
    found = judge(OneRun(101, widest=5), MANY, stand_in="digits stand in for MNIST")
    assert found.status == "not run" and found.detail.startswith(
        "analogue: digits stand in for MNIST"
    )
    assert found.interval == judge(OneRun(101, widest=5), MANY).interval


@pytest.mark.parametrize(
    ("how", "values"),
    [
        (OneRun(1.0, 1.0), [[1.0, 2.0]]),
        (Exact((1.0, 2.0), 1.0), [1.0, 2.0]),
        (Exact(1.0, 1.0), [[1.0, 2.0]]),
        (Fraction(at_least=0.5), [0.3, 0.7]),
    ],
)
def test_a_metric_that_its_judge_cannot_read_is_named(how, values):
    with pytest.raises(ValueError, match="claim a/b: metric 'ours'"):
        judge(how, values)


def test_runs_that_differ_by_rounding_alone_have_an_interval_without_width_and_without_a_warning():
    values = np.where(np.arange(40) % 3 == 0, 2.0, np.nextafter(2.0, 3.0))
    assert statistics.mean_interval(values) == (values.mean(), values.mean())
    low, high = statistics.mean_interval(1e-15 * MANY)
    assert low < 1e-15 * MANY.mean() < high
