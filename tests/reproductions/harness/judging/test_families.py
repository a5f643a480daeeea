"""Rows that are judged together, and verdicts that wait for the planned seeds."""

import numpy as np
import pytest

from reproductions.harness import Claim, Claims, Exact, MeanOfRuns, Metric
from reproductions.harness.claiming.judgements import judge_all
from reproductions.harness.claiming.plans import SeedPlan
from reproductions.harness.judging.families import decide_family, share_level

R, N, OPEN, X = "reproduced", "not reproduced", "inconclusive", "not run"


@pytest.mark.parametrize(
    ("rows", "strict", "status"),
    [
        ([R, R], [R, R], R),
        ([R, R], [OPEN, OPEN], R),
        ([R, OPEN], [R, OPEN], OPEN),
        ([R, N], [R, OPEN], OPEN),
        ([R, N], [R, N], N),
        ([X, X], [X, X], X),
        ([R, X], [R, X], OPEN),
    ],
)
def test_all_rows_must_be_reproduced_and_one_that_clearly_is_not_decides(
    rows, strict, status
):
    assert decide_family(rows, strict) == status


def test_the_level_is_shared_among_the_rows():
    assert share_level(0.95, 1) == 0.95
    assert share_level(0.95, 10) == pytest.approx(0.995)


HEIGHT = Metric("height, {coin}")
NO_PLAN = SeedPlan()
SCATTER = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
ROWS = Claims("coins", where="invented").table(
    id="{coin}",
    says="{coin}",
    metric=HEIGHT,
    published={"penny": 10.0, "dime": 10.0},
    judge=lambda value: MeanOfRuns(value, 0, 1, margin=1.0),
    labels=["coin"],
)


def judge_rows(penny, dime, plan=NO_PLAN, claims=ROWS):
    metrics = {"height, penny": penny + SCATTER, "height, dime": dime + SCATTER}
    return judge_all(claims, metrics, "", plan, 5)


def test_a_table_is_one_family_with_one_verdict():
    verdicts, (family,) = judge_rows(10.0, 10.0)
    assert [verdict.status for verdict in verdicts] == [R, R]
    assert (family.id, family.status, family.met, family.rows) == ("coins", R, 2, 2)


def test_a_row_that_is_just_outside_leaves_its_family_open():
    """Its own interval at 95 % lies outside, the one at 97.5 % does not."""
    just_outside = 12.05
    verdicts, (family,) = judge_rows(10.0, just_outside)
    assert [verdict.status for verdict in verdicts] == [R, N]
    assert (family.status, family.met) == (OPEN, 1)
    assert judge_rows(10.0, 14.0).families[0].status == N


def test_a_claim_alone_is_a_family_of_one():
    alone = (Claim("a/b", "says", "height, penny", MeanOfRuns(10.0, 0, 1, 1.0), "here", "P"),)
    _, (family,) = judge_rows(10.0, 10.0, claims=alone)
    assert (family.id, family.claims, family.status) == ("a/b", ("a/b",), R)


def test_before_the_planned_seeds_there_are_numbers_and_no_verdicts():
    verdicts, (family,) = judge_rows(10.0, 14.0, SeedPlan((8,)))
    assert {verdict.status for verdict in verdicts} == {OPEN} and family.status == OPEN
    assert verdicts[1].ours == 14.0
    assert "no verdict before the 8 planned seeds; so far 5" in verdicts[0].detail


def test_what_has_no_scatter_needs_no_plan():
    exact = (Claim("a/b", "says", "height, penny", Exact(10.0, 2.0), "here", "P"),)
    verdicts, _ = judge_rows(10.0, 10.0, SeedPlan((8,)), claims=exact)
    assert verdicts[0].status == R


def test_two_looks_share_the_level_and_seeds_beyond_the_plan_are_one_more_look():
    assert SeedPlan().level(5) == 0.95
    assert SeedPlan((5,)).level(5) == 0.95
    assert SeedPlan((5,)).level(6) == pytest.approx(0.975)
    assert SeedPlan((3, 5)).level(3) == SeedPlan((3, 5)).level(5) == pytest.approx(0.975)
    looks = [SeedPlan((3, 6)).is_complete(seeds) for seeds in range(1, 8)]
    assert looks == [False, False, True, False, False, True, True]
