"""A judge is one class: with it, claims are judged, described, written to a record and read back."""

from dataclasses import dataclass

import numpy as np
import pytest

from reproductions.harness import Claim, Result
from reproductions.harness.claiming.claims import as_data, digest, from_data, judge_claim
from reproductions.harness.judging.judges import JUDGES, Judge
from reproductions.harness.judging.verdicts import NOT_REPRODUCED, REPRODUCED, Verdict
from reproductions.harness.recording import records
from reproductions.harness.showing import answers, entries, wording
from reproductions.harness.showing.answers import Headline


@pytest.fixture
def smallest_above():
    """A judge that a test adds: the smallest of all runs is above a bound."""
    known = dict(JUDGES)

    @dataclass(frozen=True)
    class SmallestAbove(Judge):
        bound: float
        names: tuple[str, ...] = ()

        def judge(self, values, versus=None, level=0.95):
            smallest = float(values.min())
            status = REPRODUCED if smallest > self.bound else NOT_REPRODUCED
            return Verdict(status, "value", smallest, n=len(values))

        def describe(self, unit):
            return f"all above {self.bound:g}{unit}"

        def agrees(self, verdict):
            return verdict.ours > self.bound

        def describe_found(self, verdict, unit):
            return f"the smallest was {verdict.ours:g}{unit}"

        def invent_runs(self):
            return [(np.array([self.bound + 1]),), (np.array([self.bound]),)]

    yield SmallestAbove
    JUDGES.clear()
    JUDGES.update(known)


def state(judge):
    return Claim(
        "coins/height", "All coins land above 3 m.", "height", judge, "invented", "P", "m"
    )


def test_what_two_judges_share_is_no_judge_itself():
    assert set(JUDGES) == {
        "Exact",
        "OneRun",
        "MeanOfRuns",
        "Difference",
        "Ratio",
        "Fraction",
        "BestOf",
    }


def test_a_new_judge_judges_and_describes_a_claim(smallest_above):
    claim = state(smallest_above(3.0))
    verdict = judge_claim(claim, {"height": np.array([5.0, 4.0])})
    assert (verdict.status, verdict.ours) == (REPRODUCED, 4.0)
    assert wording.describe_both(claim, verdict) == "published all above 3 m; ours 4, n = 2"
    assert answers.agrees(Headline(claim, verdict))


def test_what_it_invents_comes_out_either_way(smallest_above):
    claim = state(smallest_above(3.0))
    found = {
        judge_claim(claim, {"height": runs}).status for (runs,) in claim.judge.invent_runs()
    }
    assert found == {REPRODUCED, NOT_REPRODUCED}


def test_a_metric_that_it_cannot_read_is_refused_as_for_every_judge(smallest_above):
    with pytest.raises(
        ValueError, match=r"claim coins/height: metric 'height' has shape \(1, 2\)"
    ):
        judge_claim(state(smallest_above(3.0)), {"height": np.ones((1, 2))})


def test_a_claim_with_it_is_written_to_a_record_and_read_back(smallest_above, checkout):
    config = checkout.load("coins").QUICK
    stated = (state(smallest_above(3.0, ("a", "b"))),)
    record = records.make(
        "coins",
        "full",
        config,
        Result({"height": np.array([5.0])}),
        stated,
        {"wall_seconds": 1.0},
    )
    file = records.path(checkout.root, "full", "coins")
    records.write(record, file)
    ((claim, verdict),) = records.judgements(records.read(file))
    assert claim == stated[0] and verdict.ours == 5.0
    assert digest([claim]) == record["claims_digest"] and from_data(as_data(claim)) == claim
    (row,) = entries.rows(records.read(file))
    assert (row.published, row.ours, row.status) == ("all above 3 m", "5, n = 1", REPRODUCED)


def test_a_file_may_bring_its_own_judge(smallest_above, checkout):
    checkout.change("coins", "OneRun(10.0, margin=6)", 'JUDGES["SmallestAbove"](3.0)')
    checkout.change(
        "coins",
        "\nPLACE =",
        "from reproductions.harness.judging.judges import JUDGES\n\nPLACE =",
    )
    checkout.commit()
    checkout.run("coins", profile="full")
    (outcome,), printed = checkout.run("coins")
    assert outcome.record["verdicts"][0]["status"] == REPRODUCED
    smallest = min(outcome.record["metrics"]["height"])
    assert f"the smallest was {smallest:g} m. It points the same way." in printed
    assert (
        "| Coins land at 10. | all above 3 m |"
        in (checkout.root / "docs/results/coins.md").read_text()
    )
