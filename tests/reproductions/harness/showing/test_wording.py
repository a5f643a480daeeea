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
from reproductions.harness.judging.verdicts import Verdict
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
        (BestOf(3, 95.42, 1.0), "95.42 % (best of 3)"),
        (MeanOfRuns(1.25, 0.05, 10, 0.1), "1.25 ± 0.05 % (mean of 10)"),
        (MeanOfRuns(1.25, 0, 1, 0.1), "1.25 %"),
        (Difference("v", published=0.42, widest=0.2), "+0.42 %"),
        (Difference("v", within=0.1), "0 to within 0.1 %"),
        (Difference("v", at_least=0), "above 0 %"),
        (Difference("v", at_least=0, at_most=2), "between 0 and 2 %"),
        (Ratio("v", published=6, widest=2), "6 times"),
        (Ratio(published=100, within=1.5), "100 %, to a factor of 1.5"),
        (Ratio(at_least=50), "above 50 %"),
        (Ratio("v", at_most=2), "below 2 times"),
        (Fraction(at_least=0.9), "above 0.9 of runs"),
        (Fraction(published=1.0, widest=0.1), "all runs"),
    ],
)
def test_the_published_side_reads_as_the_source_gives_it(judge, text):
    assert wording.describe_published(claim(judge)) == text


def test_our_side_shows_value_interval_and_seeds():
    verdict = Verdict("reproduced", "mean", 96.5149, (96.2, 96.811), 32, diverged=2)
    assert wording.describe_ours(MEAN, verdict) == "96.51 [96.2, 96.81], n = 32, 2 diverged"


def test_our_side_names_a_statistic_that_is_no_mean_and_open_ends():
    verdict = Verdict("reproduced", "median", 12345.6, (6.0, inf), 8)
    assert wording.describe_ours(MEAN, verdict) == "median 12,346 [6, inf], n = 8"
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


def test_p_is_left_out_where_it_says_nothing_of_the_verdict():
    verdict = Verdict("reproduced", "mean", 0.1, (0.05, 0.15), 8, p=0.0078)
    assert (
        wording.describe_remarks(claim(Difference("v", at_least=0)), verdict)
        == "permutation p = 0.0078"
    )
    assert wording.describe_remarks(claim(Difference("v", within=0.2)), verdict) == ""
    few = dataclasses.replace(verdict, n=5)
    assert wording.describe_remarks(claim(Difference("v", at_least=0)), few) == ""


def test_an_inconclusive_verdict_says_what_its_seeds_could_resolve():
    verdict = Verdict("inconclusive", "mean", 0.1, (-0.1, 0.3), 8, p=0.25, resolvable=0.2)
    assert wording.describe_remarks(claim(Difference("v", at_least=0)), verdict) == (
        "permutation p = 0.25; smallest difference these seeds could resolve: 0.2"
    )
    assert "smallest factor" in wording.describe_remarks(
        claim(Ratio("v", at_least=1)), verdict
    )


@pytest.mark.parametrize(
    "judge", [OneRun(5.0, 1.0), OneRun(5.0, 1.1, log=True), BestOf(3, 5.0, 1.0)]
)
def test_more_seeds_are_not_promised_to_settle_what_single_runs_scatter(judge):
    runs = np.linspace(1.0, 9.0, 32)
    verdict = judge_claim(claim(judge), {"m": runs})
    said = wording.describe_remarks(claim(judge), verdict)
    assert verdict.status == "inconclusive" and verdict.resolvable is None
    assert "which more seeds will not change" in said and "could resolve" not in said
    older = dataclasses.replace(verdict, resolvable=0.5)
    assert wording.describe_remarks(claim(judge), older) == said


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
