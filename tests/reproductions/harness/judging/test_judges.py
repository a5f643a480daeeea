"""Every judge on hand-worked cases, and on runs that went wrong."""

import warnings
from math import inf, log, nan, sqrt

import numpy as np
import pytest
from scipy import stats

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
from reproductions.harness.judging.verdicts import (
    CENSORED,
    MORE_SEEDS,
    ONE_RUN,
    PUBLISHED_MEAN,
    TOO_FEW,
    UNSOUND,
)


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def judge(how, values=None, versus=None, stand_in="", level=0.95):
    metrics = {"ours": values, getattr(how, "versus", None) or "other": versus}
    metrics = {
        name: np.array(numbers) for name, numbers in metrics.items() if numbers is not None
    }
    claim = Claim("a/b", "says", "ours", how, "where", "P")
    return judge_claim(claim, metrics, stand_in, level)


MANY = np.random.default_rng(3).normal(100, 1, 40)
"""Mean 99.9, standard deviation 0.9."""

FIVE = [1.0, 2.0, 3.0, 4.0, 5.0]
"""Mean 3, standard deviation sqrt(2.5), t(4) = 2.776445."""

T4 = 2.776445


# Each judge can come out each way.


@pytest.mark.parametrize(
    ("how", "values", "versus", "status"),
    [
        (Exact(2.0, 1e-9), [2.0 + 1e-10], None, "reproduced"),
        (Exact(2.0, 1e-9), [2.0 + 1e-8], None, "not reproduced"),
        (Exact((1.0, 2.0), 0.1), [[1.05, 2.0], [1.0, 1.95]], None, "reproduced"),
        (Exact((1.0, 2.0), 0.1), [[1.05, 2.0], [1.0, 1.85]], None, "not reproduced"),
        (OneRun(100, margin=2.5), MANY, None, "reproduced"),
        (OneRun(105, margin=2.5), MANY, None, "not reproduced"),
        (OneRun(101, margin=1.5), MANY, None, "inconclusive"),
        (OneRun(2.7, margin=17.3, log=True), np.exp(MANY - 99), None, "reproduced"),
        (OneRun(900, margin=17.3, log=True), np.exp(MANY - 99), None, "not reproduced"),
        (OneRun(2.7, margin=3.16, log=True), np.exp(MANY - 99), None, "inconclusive"),
        (MeanOfRuns(100, 1, 10, margin=2), MANY, None, "reproduced"),
        (MeanOfRuns(104, 1, 10, margin=2), MANY, None, "not reproduced"),
        (MeanOfRuns(102, 1, 10, margin=2), MANY, None, "inconclusive"),
        (BestOf(102, margin=2.5, k=10), MANY, None, "reproduced"),
        (BestOf(110, margin=2.5, k=10), MANY, None, "not reproduced"),
        (BestOf(102, margin=1, k=10), MANY, None, "inconclusive"),
        (Difference("v", at_least=0), MANY, MANY - 1, "inconclusive"),  # no scatter at all
        (Difference("v", at_least=0), MANY, MANY[::-1] - 1, "reproduced"),
        (Difference("v", at_most=0), MANY, MANY[::-1] - 1, "not reproduced"),
        (Difference("v", at_least=0), MANY, MANY[::-1] - 0.1, "inconclusive"),
        (Difference("v", at_least=0, at_most=2), MANY, MANY[::-1] - 1, "reproduced"),
        (Difference("v", within=1), MANY, MANY[::-1], "reproduced"),
        (Difference("v", within=1), MANY, MANY[::-1] - 5, "not reproduced"),
        (Difference("v", within=0.1), MANY, MANY[::-1], "inconclusive"),
        (Difference("v", published=3, margin=5), MANY, MANY[::-1] - 3, "reproduced"),
        (Difference("v", published=13, margin=5), MANY, MANY[::-1] - 3, "not reproduced"),
        (Difference("v", published=3, margin=1), MANY, MANY[::-1] - 3, "inconclusive"),
        (Ratio("v", at_least=5), MANY, MANY[::-1] / 6, "reproduced"),
        (Ratio("v", at_least=7), MANY, MANY[::-1] / 6, "not reproduced"),
        (Ratio("v", within=1.1), MANY, MANY[::-1], "reproduced"),
        (Ratio("v", published=6, margin=1.5), MANY, MANY[::-1] / 6, "reproduced"),
        (Ratio("v", published=12, margin=1.5), MANY, MANY[::-1] / 6, "not reproduced"),
        (Ratio("v", published=6, margin=1.001), MANY, MANY[::-1] / 6, "inconclusive"),
        (Fraction(at_least=0.5), [True] * 18 + [False] * 2, None, "reproduced"),
        (Fraction(at_least=0.5), [True] * 2 + [False] * 18, None, "not reproduced"),
        (Fraction(at_least=0.5), [True] * 12 + [False] * 8, None, "inconclusive"),
        (Fraction(published=1.0, margin=0.2), [True] * 20, None, "reproduced"),
        (Fraction(published=1.0, margin=0.2), [True, False] * 10, None, "not reproduced"),
        (Fraction(published=1.0, margin=0.2), [True] * 10, None, "inconclusive"),
        (Fraction(published=0.5, margin=0.3, of=200), [True, False] * 50, None, "reproduced"),
    ],
)
def test_a_judge_can_come_out_each_way(how, values, versus, status):
    expected = status
    if how == Difference("v", at_least=0) and np.ptp(np.asarray(values) - versus) < 1e-9:
        expected = "reproduced"  # 40 equal differences do decide
    assert judge(how, values, versus).status == expected


# The intervals, by hand.


def test_one_run_is_held_against_the_interval_of_one_further_run():
    found = judge(OneRun(3.5, margin=9), FIVE)
    half = T4 * sqrt(2.5 * (1 + 1 / 5))
    assert found.interval == pytest.approx((3 - half, 3 + half), rel=1e-6)
    assert (found.ours, found.percentile) == (3.0, 60.0)
    assert found.z == pytest.approx(0.5 / sqrt(3.0))


def test_the_error_of_reading_widens_the_interval():
    found = judge(OneRun(3.5, margin=9, error=2.0), FIVE)
    half = T4 * sqrt(2.5 * (1 + 1 / 5) + 4)
    assert found.interval == pytest.approx((3 - half, 3 + half), rel=1e-6)


def test_on_logs_the_margin_is_a_factor_and_so_is_the_error():
    values = np.exp(FIVE)
    found = judge(OneRun(np.exp(3.5), margin=np.exp(9), error=np.exp(2), log=True), values)
    half = T4 * sqrt(2.5 * (1 + 1 / 5) + 4)
    assert np.log(found.interval) == pytest.approx((3 - half, 3 + half), rel=1e-6)
    assert found.statistic == "geometric mean"


def test_a_published_mean_has_welchs_interval():
    found = judge(MeanOfRuns(3.5, 1.2, 10, margin=9), FIVE)
    exact = stats.ttest_ind_from_stats(3.5, 1.2, 10, 3, sqrt(2.5), 5, equal_var=False)
    ours, theirs = 2.5 / 5, 1.44 / 10
    freedom = (ours + theirs) ** 2 / (ours**2 / 4 + theirs**2 / 9)
    half = stats.t.ppf(0.975, freedom) * sqrt(ours + theirs)
    assert found.interval == pytest.approx((3 - half, 3 + half))
    outside = judge(MeanOfRuns(3.5, 1.2, 10, margin=9), FIVE, level=1 - exact.pvalue)
    assert outside.interval[1] == pytest.approx(3.5), "at its own p the interval ends there"


def test_a_mean_over_different_networks_counts_its_scatter_undivided():
    found = judge(MeanOfRuns(3.5, 1.2, 10, margin=9, different_networks=True), FIVE)
    ours, theirs = 2.5 / 5, 1.44
    freedom = (ours + theirs) ** 2 / (ours**2 / 4 + theirs**2 / 9)
    half = stats.t.ppf(0.975, freedom) * sqrt(ours + theirs)
    assert found.interval == pytest.approx((3 - half, 3 + half))


def test_a_mean_that_is_known_exactly_leaves_students_interval():
    found = judge(MeanOfRuns(3.5, 0, 1, margin=9), FIVE)
    half = T4 * sqrt(2.5 / 5)
    assert found.interval == pytest.approx((3 - half, 3 + half), rel=1e-6)


def test_the_best_of_k_runs_is_held_against_the_quantiles_of_a_best():
    found = judge(BestOf(5, margin=9, k=4), FIVE)
    quantiles = stats.t.ppf(np.array([0.025, 0.5, 0.975]) ** (1 / 4), 4)
    low, middle, high = 3 + quantiles * sqrt(2.5 * 1.2)
    assert found.interval == pytest.approx((low, high))
    assert found.ours == pytest.approx(middle)


def test_the_smallest_of_k_mirrors_the_largest():
    low, high = judge(BestOf(0, margin=9, k=5), MANY).interval
    mirrored = judge(BestOf(0, margin=9, k=5, lower_is_better=True), -MANY)
    assert mirrored.interval == pytest.approx((-high, -low))


def test_where_k_is_not_known_the_verdicts_for_2_and_for_10_must_agree():
    two = judge(BestOf(101, margin=2.9, k=2), MANY)
    ten = judge(BestOf(101, margin=2.9, k=10), MANY)
    unknown = judge(BestOf(101, margin=2.9), MANY)
    assert unknown.interval == (two.interval[0], ten.interval[1])
    assert [two.status, ten.status] == ["reproduced", "reproduced"]
    assert unknown.status == "reproduced"
    assert judge(BestOf(101, margin=2.4), MANY).status == "inconclusive"
    assert judge(BestOf(101, margin=2.4, k=2), MANY).status == "reproduced"


def test_a_published_difference_scatters_like_two_independent_runs():
    ours, versus = np.array(FIVE), np.array([0.5, 1.4, 2.6, 3.5, 4.5])
    found = judge(Difference("v", published=1.0, margin=9), ours, versus)
    differences = ours - versus
    variance = differences.var(ddof=1) / 5 + ours.var(ddof=1) + versus.var(ddof=1)
    half = T4 * sqrt(variance)
    assert found.interval == pytest.approx(
        (differences.mean() - half, differences.mean() + half), rel=1e-6
    )


def test_a_direction_and_an_equivalence_have_the_interval_of_the_mean_paired_difference():
    versus = [0.5, 1.4, 2.6, 3.5, 4.5]
    differences = np.array(FIVE) - versus
    half = T4 * differences.std(ddof=1) / sqrt(5)
    expected = differences.mean() - half, differences.mean() + half
    for how in (Difference("v", at_least=0), Difference("v", within=3)):
        assert judge(how, FIVE, versus).interval == pytest.approx(expected, rel=1e-6)


def test_at_another_level_the_interval_is_another_one():
    half = stats.t.ppf(0.9875, 4) * sqrt(2.5 / 5)
    found = judge(MeanOfRuns(3, 0, 1, margin=9), FIVE, level=0.975)
    assert found.interval == pytest.approx((3 - half, 3 + half))


def test_a_published_share_scatters_as_ours_does():
    """Newcombe 1998: 56 of 70 against 48 of 80 has the interval 0.0524 to 0.3339."""
    runs = [True] * 56 + [False] * 14
    assert judge(Fraction(published=0.6, margin=0.335, of=80), runs).status == "reproduced"
    assert judge(Fraction(published=0.6, margin=0.333, of=80), runs).status == "inconclusive"
    assert (
        judge(Fraction(published=0.6, margin=0.052, of=80), runs).status == "not reproduced"
    )


# What counts as an effect.


def test_an_effect_beyond_chance_that_does_not_matter_is_not_reproduced():
    versus = MANY[::-1]
    better = versus + 0.05 + 0.01 * (MANY - MANY.mean())
    assert judge(Difference("v", at_least=0), better, versus).status == "reproduced"
    found = judge(Difference("v", at_least=0, matters=0.1), better, versus)
    assert found.status == "not reproduced"
    assert "beyond chance, but smaller than what matters" in found.detail


def test_an_effect_beyond_chance_of_about_the_size_that_matters_stays_open_below_it():
    differences = 0.09 + 0.05 * (MANY - MANY.mean())
    found = judge(Difference("v", at_least=0, matters=0.1), differences, 0 * MANY)
    assert found.status == "inconclusive"
    assert "not clearly as large as what matters" in found.detail
    assert judge(Difference("v", at_least=0, matters=0.08), differences, 0 * MANY).status == (
        "reproduced"
    )


def test_what_matters_of_a_ratio_is_a_factor():
    ratios = np.exp(0.05 + 0.01 * (MANY - MANY.mean()))
    assert judge(Ratio(at_least=1, matters=1.04), ratios).status == "reproduced"
    assert judge(Ratio(at_least=1, matters=1.1), ratios).status == "not reproduced"
    assert judge(Ratio(at_most=1, matters=1.1), 1 / ratios).status == "not reproduced"


def test_the_same_and_yet_different_is_said():
    found = judge(
        Difference("v", within=0.3), MANY[::-1] - 0.07 + 0.01 * MANY - 1, MANY[::-1]
    )
    assert found.status == "reproduced"
    assert "the same to within 0.3; ours is lower by 0.07" in found.detail
    equal = judge(Difference("v", within=3), MANY, MANY[::-1])
    assert "ours is" not in equal.detail


# Why a verdict is open, and what would close it.


def test_one_published_run_may_decide_nothing_however_many_seeds_we_have():
    found = judge(OneRun(100, margin=1.0), MANY)
    assert (found.status, found.cause, found.seeds_needed) == ("inconclusive", ONE_RUN, None)


def test_a_published_mean_may_be_too_uncertain():
    found = judge(MeanOfRuns(100, 2.0, 4, margin=1.0), MANY)
    assert (found.status, found.cause) == ("inconclusive", PUBLISHED_MEAN)


@pytest.mark.parametrize(
    ("how", "versus"),
    [
        (OneRun(3.0, margin=3.6), None),
        (MeanOfRuns(3.4, 0, 1, margin=1.0), None),
        (Difference("v", at_least=2.5), [0.0] * 5),
        (Difference("v", published=3.0, margin=3.6), [0.0] * 5),
    ],
)
def test_so_many_seeds_of_the_same_mean_and_scatter_do_decide(how, versus):
    found = judge(how, FIVE, versus)
    assert (found.status, found.cause) == ("inconclusive", MORE_SEEDS)

    def status(n):
        shape = np.linspace(-1, 1, n)
        values = 3 + sqrt(2.5) * shape / shape.std(ddof=1)
        return judge(how, values, None if versus is None else [0.0] * n).status

    assert status(found.seeds_needed) == "reproduced"
    assert status(found.seeds_needed - 1) == "inconclusive"


def test_more_than_a_thousand_seeds_are_not_counted():
    found = judge(MeanOfRuns(3.99, 0, 1, margin=1.0), FIVE)
    assert (found.cause, found.seeds_needed) == (MORE_SEEDS, None)


def test_power_is_how_often_an_identical_procedure_is_reproduced():
    found = judge(OneRun(3.0, margin=5.5), FIVE)
    generator = np.random.default_rng(0)
    deviation = sqrt(2.5 * (1 + 1 / 5))
    shifts = generator.normal(0, deviation, 100_000)
    passed = np.abs(shifts) + T4 * deviation < 5.5
    assert found.power == pytest.approx(passed.mean(), abs=0.01)
    assert judge(OneRun(3.0, margin=1.0), FIVE).power == 0.0


# Too little to judge by.

SCATTERING = [
    OneRun(5.0, margin=4.5),
    OneRun(5.0, margin=3, log=True),
    MeanOfRuns(5.0, 1, 5, margin=3),
    Difference("v", at_least=0),
    Ratio("v", at_least=1),
    BestOf(5.0, margin=4.5, k=2),
]


@pytest.mark.parametrize("how", SCATTERING)
def test_one_run_has_no_spread_and_decides_nothing(how):
    found = judge(how, [5.0], [1.0])
    assert found.status == "inconclusive" and "no spread" in found.detail
    assert found.ours is not None and found.interval is None


@pytest.mark.parametrize("how", [*SCATTERING, Fraction(at_least=0.01)])
def test_four_seeds_decide_nothing_and_show_their_number(how):
    values = [5.0, 5.1, 4.9, 5.05] if how in SCATTERING else [True] * 4
    found = judge(how, values, [1.0, 1.1, 1.0, 0.9])
    assert (found.status, found.cause) == ("inconclusive", TOO_FEW)
    assert "fewer than 5" in found.detail and found.ours is not None


@pytest.mark.parametrize("how", [*SCATTERING, Exact(1.0, 1.0), Fraction(at_least=0.5)])
def test_arms_that_were_not_measured_make_a_claim_not_run(how):
    for values in (None, []):
        found = judge(how, values, values)
        assert found.status == "not run" and "not measured: ours" in found.detail
        assert found.ours is None


def test_both_missing_arms_are_named():
    assert judge(Difference("v", at_least=0)).detail == "not measured: ours, v"


@pytest.mark.parametrize("how", SCATTERING)
def test_equal_seeds_are_judged_at_their_one_value_and_it_is_said(how):
    found = judge(how, [5.0] * 12, [1.0] * 12)
    assert found.status == "reproduced"
    if not isinstance(how, MeanOfRuns):  # whose interval holds the published scatter as well
        assert found.interval[0] == pytest.approx(found.interval[1])
    assert "exactly the same value" in found.detail


@pytest.mark.parametrize("how", SCATTERING)
@pytest.mark.parametrize("n", [5, 9])
def test_a_few_equal_seeds_decide_nothing_and_it_is_said_why(how, n):
    found = judge(how, [5.0] * n, [1.0] * n)
    assert (found.status, found.cause) == ("inconclusive", TOO_FEW)
    assert "cannot tell how much runs scatter" in found.detail


def test_diverged_seeds_do_not_count_among_the_equal_ones():
    assert judge(OneRun(5.0, margin=0.5), [5.0] * 9 + [nan] * 3).status == "inconclusive"
    assert judge(OneRun(5.0, margin=0.5), [5.0] * 10 + [nan] * 3).status == "reproduced"


def test_equal_seeds_at_another_value_do_not_reproduce_and_have_no_z():
    found = judge(OneRun(5.6, margin=0.5), [5.0] * 10)
    assert (found.status, found.z) == ("not reproduced", None)


def test_equal_arms_show_no_direction():
    assert judge(Difference("v", at_least=0), [5.0] * 12, [5.0] * 12).status == "inconclusive"
    assert judge(Ratio("v", at_most=1), [5.0] * 12, [5.0] * 12).status == "inconclusive"
    matters = Difference("v", at_least=0, matters=0.1)
    assert judge(matters, [5.0] * 12, [5.0] * 12).status == "not reproduced"


def test_a_rounded_sum_does_not_move_equal_seeds_off_the_published_value():
    assert np.mean([0.1] * 14) != 0.1
    found = judge(OneRun(0.1, margin=0.5), [0.1] * 14)
    assert (found.status, found.ours) == ("reproduced", 0.1)
    assert "ours is" not in found.detail


# Runs that went wrong.

FIVE_OURS, FIVE_VERSUS = [5.0, 5.5, 4.5, 5.2, 4.9], [1.0, 1.1, 1.0, 0.9, 1.2]


@pytest.mark.parametrize("how", SCATTERING)
def test_a_diverged_seed_is_counted_and_the_survivors_judged(how):
    rest = judge(how, FIVE_OURS, FIVE_VERSUS)
    found = judge(how, [*FIVE_OURS, nan], [*FIVE_VERSUS, 1.0])
    assert (found.status, found.interval) == (rest.status, rest.interval)
    assert (found.n, found.diverged) == (6, 1)
    assert "1 of 6 runs have no number" in found.detail


def test_a_seed_that_diverged_in_the_other_arm_takes_its_pair_with_it():
    found = judge(Difference("v", at_least=0), [5.0, 5.5, 5.2], [1.0, nan, 1.3])
    assert found.diverged == 1 and found.ours == pytest.approx(3.95)


@pytest.mark.parametrize("how", SCATTERING)
def test_no_verdict_once_more_than_half_diverged(how):
    found = judge(how, [*FIVE_OURS, *[nan] * 6], [*FIVE_VERSUS, *[1.0] * 6])
    assert (found.status, found.cause) == ("inconclusive", UNSOUND)
    assert "more than half" in found.detail


@pytest.mark.parametrize("how", SCATTERING)
def test_no_survivors_no_verdict(how):
    found = judge(how, [nan, nan], [1.0, 1.0])
    assert (found.status, found.ours, found.diverged) == ("inconclusive", None, 2)


def test_a_fraction_takes_a_diverged_run_as_a_failure():
    found = judge(Fraction(at_least=0.5), [1.0, 1.0, nan, nan])
    assert (found.ours, found.n, found.diverged) == (0.5, 4, 2)
    assert "counted as failures" in found.detail


def test_a_bound_on_a_fraction_needs_the_exact_test_as_well():
    """5 of 5 has a Wilson interval above 0.5, and happens at 0.5 with a probability of 1/32."""
    found = judge(Fraction(at_least=0.5), [True] * 5)
    assert found.interval[0] > 0.5
    assert found.status == "inconclusive" and "exact p of 0.031" in found.detail
    assert judge(Fraction(at_least=0.5), [True] * 6).status == "reproduced"


def test_a_value_that_is_no_number_is_within_no_tolerance():
    found = judge(Exact(2.0, 1e9), [nan])
    assert (found.status, found.diverged) == ("not reproduced", 1)


# Runs that never reached their threshold.

NEVER_TWICE = [60.0, 70.0, 75.0, 65.0, inf, inf]


def test_censored_runs_count_at_the_horizon_and_bound_from_below():
    found = judge(OneRun(36, margin=1.4, log=True, horizon=80), NEVER_TWICE)
    logs = np.log([60.0, 70.0, 75.0, 65.0, 80.0, 80.0])
    half = stats.t.ppf(0.975, 5) * sqrt(logs.var(ddof=1) * (1 + 1 / 6))
    assert found.interval == (pytest.approx(np.exp(logs.mean() - half)), inf)
    assert found.ours == pytest.approx(np.exp(logs.mean()))
    assert (found.statistic, found.censored) == ("at least", 2)
    assert found.status == "not reproduced", "51.6 or more is more than 1.4 times 36"
    assert "count at the end of training" in found.detail


@pytest.mark.parametrize(
    ("how", "status"),
    [
        (Ratio("v", at_least=1, matters=1.5, horizon=80), "reproduced"),
        (
            Ratio("v", at_least=20, horizon=80),
            "inconclusive",
        ),  # it may be more than 80 epochs
        (Ratio("v", at_most=6, horizon=80), "not reproduced"),
        (Ratio("v", at_most=100, horizon=80), "inconclusive"),
        (Ratio("v", published=11, margin=3, horizon=80), "inconclusive"),
        (Ratio("v", published=3, margin=2, horizon=80), "not reproduced"),
        (Ratio("v", within=2, horizon=80), "not reproduced"),
    ],
)
def test_censored_runs_show_above_and_never_below_or_about(how, status):
    found = judge(how, NEVER_TWICE, [6.0, 6.1, 5.9, 6.2, 6.0, 6.1])
    assert found.status == status
    assert (found.cause == CENSORED) == (status == "inconclusive")


def test_five_runs_of_which_one_is_censored_decide_nothing():
    found = judge(Ratio(at_least=1, horizon=80), [60.0, 70.0, 75.0, 65.0, inf])
    assert (found.status, found.cause) == ("inconclusive", TOO_FEW)
    assert judge(Ratio(at_least=1, horizon=80), [60.0, 70.0, 75.0, 65.0, 62.0]).status == (
        "reproduced"
    )


def test_an_other_arm_that_never_gets_there_leaves_no_number():
    found = judge(
        Ratio("v", at_least=1, horizon=80), NEVER_TWICE, [6.0, 6.0, 6.0, 6.0, 6.0, inf]
    )
    assert (found.status, found.cause, found.ours) == ("inconclusive", UNSOUND, None)
    assert "1 of 6 runs never reached the threshold" in found.detail


@pytest.mark.parametrize(
    "how", [OneRun(5.0, 9), MeanOfRuns(5.0, 1, 5, 1), BestOf(5.0, margin=9, k=2)]
)
def test_without_a_horizon_censored_runs_have_no_number(how):
    found = judge(how, [5.0, 6.0, inf, 5.5, 5.1, 5.2])
    assert (found.status, found.cause, found.ours) == ("inconclusive", UNSOUND, None)


def test_a_ratio_of_something_that_is_not_positive_is_not_taken():
    found = judge(Ratio("v", at_least=1), [1.0, 0.0, 2.0], [1.0, 1.0, 1.0])
    assert found.status == "inconclusive" and "positive" in found.detail


# Stand-ins and unreadable metrics.


def test_a_stand_in_shows_its_numbers_and_is_not_run():
    found = judge(OneRun(101, margin=2.5), MANY, stand_in="digits stand in for MNIST")
    assert found.status == "not run" and found.detail.startswith(
        "analogue: digits stand in for MNIST"
    )
    assert found.interval == judge(OneRun(101, margin=2.5), MANY).interval


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


# Calibration.


def test_a_published_run_of_the_same_procedure_is_hardly_ever_refused():
    """The interval holds one further run 95 times of 100; outside of a small margin is rarer."""
    generator = np.random.default_rng(1)
    outside = 0
    for _ in range(2_000):
        *ours, theirs = generator.normal(0, 1, 9)
        found = judge(OneRun(theirs, margin=0.01), ours)
        outside += found.status == "not reproduced"
    assert 0.03 < outside / 2_000 < 0.06


def test_a_difference_of_a_margin_is_hardly_ever_reproduced():
    generator = np.random.default_rng(2)
    passed = 0
    for _ in range(2_000):
        ours = generator.normal(1.0, 1, 40)
        passed += judge(Difference("v", within=1.0), ours, 0 * ours).status == "reproduced"
    assert passed / 2_000 < 0.04


def test_half_a_factor_on_logs_is_half_a_margin_on_logs():
    assert OneRun(1.0, margin=3.0, log=True).agrees(
        judge(OneRun(1.0, margin=3.0, log=True), np.exp(np.full(12, log(2.9))))
    )
