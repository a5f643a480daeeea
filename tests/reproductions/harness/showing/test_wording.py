"""Claims and verdicts in words."""

import dataclasses
from math import inf, nan

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
from reproductions.harness.judging.verdicts import MORE_SEEDS, ONE_RUN, Verdict
from reproductions.harness.showing import wording


def claim(judge, unit="%"):
    return Claim("a/b", "says", "m", judge, "where", "P", unit)


MEAN = claim(OneRun(96.48, 1.0))


@pytest.mark.parametrize(
    ("judge", "text"),
    [
        (Exact(0.29837110876, 1e-9), "0.29837110876 %"),
        (Exact((1.0, 2.5), 1e-9), "1, 2.5 %"),
        (OneRun(96.48, 1.0), "96.48 %"),
        (BestOf(95.42, margin=1.0, k=3), "95.42 % (best of 3)"),
        (MeanOfRuns(1.25, 0.05, 10, 0.1), "1.25 ± 0.05 % (mean of 10)"),
        (MeanOfRuns(1.25, 0, 1, 0.1), "1.25 %"),
        (Difference("v", published=0.42, margin=0.1), "+0.42 %"),
        (Difference("v", within=0.1), "0 to within 0.1 %"),
        (Difference("v", at_least=0), "above 0 %"),
        (Difference("v", at_least=0, at_most=2), "between 0 and 2 %"),
        (Ratio("v", published=6, margin=1.41), "6 times"),
        (Ratio(published=100, within=1.5), "100 %, to a factor of 1.5"),
        (Ratio(at_least=50), "above 50 %"),
        (Ratio("v", at_most=2), "below 2 times"),
        (Fraction(at_least=0.9), "above 0.9 of runs"),
        (Fraction(published=1.0, margin=0.1), "all runs"),
    ],
)
def test_the_published_side_reads_as_the_source_gives_it(judge, text):
    assert wording.describe_published(claim(judge)) == text


def test_our_side_shows_value_interval_and_seeds():
    verdict = Verdict("reproduced", "mean", 96.5149, (96.2, 96.811), 32, diverged=2)
    assert (
        wording.describe_ours(MEAN, verdict)
        == "96.51 [96.2, 96.81], n = 32, 2 without a number"
    )


def test_our_side_names_a_statistic_that_is_no_mean_and_open_ends():
    verdict = Verdict("reproduced", "median", 12345.6, (6.0, inf), 8)
    assert wording.describe_ours(MEAN, verdict) == "median 12,346 [6 or more], n = 8"
    assert (
        wording.describe_ours(MEAN, Verdict("not reproduced", "value", nan, None, 1))
        == "nan, n = 1"
    )
    assert wording.describe_ours(MEAN, Verdict("not run")) == "-"


@pytest.mark.parametrize(
    ("tolerance", "value", "text"),
    [
        (5e-11, 0.596884378259767, "0.59688437826"),
        (0.005, 1.2366666666666664, "1.2367"),
        (2.0, 1.2366666666666664, "1.237"),
        (1e-15, 1.5951676510761687e-16, "1.595e-16"),
        (0.0, 340908, "340908"),
        (0.5, 340908, "340908"),
        (500, 340908, "340908"),
        (5000, 2913290, "2913290"),
        (0.5, 0.0, "0"),
    ],
)
def test_a_deterministic_number_has_the_digits_that_are_compared(tolerance, value, text):
    verdict = judge_claim(claim(Exact(0.0, tolerance)), {"m": np.array([value])})
    assert wording.format_measured(claim(Exact(0.0, tolerance)), verdict) == text


def test_one_run_has_no_mean_and_what_nobody_published_is_expected():
    one = Verdict("inconclusive", "geometric mean", 5.66, None, 1)
    own = dataclasses.replace(claim(Ratio("v", at_least=1)), tag="K")
    assert wording.describe_both(own, one) == "expected above 1 times; ours 5.66, n = 1"
    assert wording.describe_both(claim(Ratio("v", at_least=1)), one).startswith(
        "published above 1 times"
    )


def test_of_several_numbers_the_largest_difference_is_named():
    several = claim(Exact((28, 28, 1), 1e-6), "pixels")
    verdict = judge_claim(several, {"m": np.array([[28, 28, 1]])})
    assert (
        wording.describe_both(several, verdict)
        == "published 28, 28, 1 pixels; ours largest difference 0, n = 1"
    )


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict("inconclusive", cause=MORE_SEEDS, seeds_needed=24), "about 24 in all"),
        (Verdict("inconclusive", cause=MORE_SEEDS), "more than 1,000 seeds"),
        (Verdict("inconclusive", cause=ONE_RUN), "one published run cannot decide"),
        (Verdict("reproduced", power=0.9), ""),
        (Verdict("reproduced", power=0.314), "would pass with a probability of 31 %"),
    ],
)
def test_a_remark_says_what_would_decide_and_how_likely_that_was(verdict, said):
    remarks = wording.describe_remarks(MEAN, verdict)
    assert said in remarks and bool(said) == bool(remarks)


@pytest.mark.parametrize(
    "judge", [OneRun(5.0, 1.0), OneRun(5.0, 1.1, log=True), BestOf(5.0, margin=1.0, k=3)]
)
def test_more_seeds_are_not_promised_to_settle_what_single_runs_scatter(judge):
    runs = np.linspace(1.0, 9.0, 32)
    verdict = judge_claim(claim(judge), {"m": runs})
    said = wording.describe_remarks(claim(judge), verdict)
    assert verdict.status == "inconclusive"
    assert "one published run cannot decide" in said and "more seeds" not in said


def test_a_check_of_our_own_is_met_and_a_reading_is_read_as():
    own = dataclasses.replace(MEAN, tag="K")
    assert wording.say_status(own, "reproduced") == "met"
    assert wording.say_status(own, "not reproduced") == "not met"
    assert wording.say_status(own, "inconclusive") == "open"
    assert wording.say_status(MEAN, "inconclusive") == "inconclusive"
    reading = dataclasses.replace(MEAN, reading="the bound")
    sides = [wording.name_their_side(each) for each in (MEAN, own, reading)]
    assert sides == ["published", "expected", "read as"]


@pytest.mark.parametrize(
    ("judge", "text"),
    [
        (OneRun(5.0, margin=0.5), "to within 0.5 %"),
        (OneRun(5.0, margin=1.5, log=True), "to within a factor of 1.5"),
        (MeanOfRuns(5.0, 1, 5, margin=0.5), "to within 0.5 %"),
        (Difference("v", at_least=0, matters=0.1), "effects below 0.1 % do not matter"),
        (Difference("v", at_least=5), ""),
        (Ratio("v", at_most=1, matters=1.1), "effects below a factor of 1.1 do not matter"),
        (Fraction(published=1.0, margin=0.1), "to within 0.1 of runs"),
        (Exact(5.0, 0.1), ""),
    ],
)
def test_how_close_counts_is_said_beside_the_published_number(judge, text):
    assert wording.describe_margin(claim(judge)) == text


def test_of_few_or_diverged_seeds_it_is_not_said_that_more_would_change_nothing():
    for runs in (
        np.linspace(1.0, 9.0, 5),
        np.append(np.linspace(1.0, 9.0, 12), [np.nan] * 13),
    ):
        verdict = judge_claim(claim(OneRun(5.0, 1.0)), {"m": runs})
        assert verdict.status == "inconclusive"
        assert "more seeds" not in wording.describe_remarks(claim(OneRun(5.0, 1.0)), verdict)


def test_one_published_run_gets_its_percentile_and_z():
    verdict = Verdict("reproduced", "mean", 1.0, (0.0, 2.0), 8, percentile=43.75, z=-0.123)
    assert (
        wording.describe_remarks(claim(OneRun(1.0, 3.0)), verdict)
        == "percentile 43.8, z = -0.12"
    )
