"""Claims as data: what is refused, and what their digest depends on."""

import dataclasses

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
from reproductions.harness.claiming import claims
from reproductions.harness.claiming.errors import ReproductionError

EVERY_JUDGE = (
    Exact((1.0, 2.0), 1e-9),
    OneRun(96.48, margin=0.5),
    MeanOfRuns(1.25, 0.05, 10, 0.1),
    Difference("other", within=0.1),
    Ratio("other", published=6.0, margin=1.41),
    Fraction(at_least=0.5),
    BestOf(95.42, margin=1.0, k=3),
)


def claim(judge, **changes):
    return Claim(
        **{
            "id": "a/b",
            "says": "x",
            "metric": "m",
            "judge": judge,
            "where": "w",
            "tag": "P",
            **changes,
        }
    )


@pytest.mark.parametrize("judge", EVERY_JUDGE)
def test_a_claim_survives_being_written_down_and_read_back(judge):
    assert claims.from_data(claims.as_data(claim(judge))) == claim(judge)


@pytest.mark.parametrize("judge", EVERY_JUDGE)
def test_the_digest_changes_with_any_field_of_a_claim(judge):
    stated = claim(judge)
    changed = [dataclasses.replace(stated, says="y"), dataclasses.replace(stated, unit="%")]
    changed += [dataclasses.replace(stated, judge=OneRun(96.49, margin=0.5))]
    digests = {claims.digest([one]) for one in [stated, *changed]}
    assert len(digests) == 4


def test_the_digest_is_the_same_in_every_process_and_version():
    assert claims.digest([claim(OneRun(96.48, 1.0))])[:16] == "1ecf59ea8361aea7"


def test_a_field_at_its_default_is_left_out_of_the_digest():
    assert claims.as_data(claim(OneRun(1.0, 2.0)))["judge"] == {
        "kind": "OneRun",
        "published": 1.0,
        "margin": 2.0,
    }


def test_a_judge_that_is_unknown_here_is_named_with_its_claim():
    data = claims.as_data(claim(OneRun(1.0, 2.0)))
    data["judge"]["kind"] = "Astrologer"
    with pytest.raises(
        ReproductionError, match="claim a/b: there is no judge named 'Astrologer'"
    ):
        claims.from_data(data)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Difference("other"),
        lambda: Difference("other", at_least=0, within=1),
        lambda: Difference("other", margin=0.5),
        lambda: Difference("other", at_least=0, published=1),
        lambda: Difference("other", within=0),
        lambda: Ratio("other", published=6, margin=0.707),
        lambda: Ratio("other", at_least=0),
        lambda: Ratio(within=1),
        lambda: Fraction(at_least=1.0),
        lambda: Fraction(at_most=0.0),
        lambda: Fraction(published=1.0),
        lambda: OneRun(5.0, margin=0),
        lambda: OneRun(5.0, margin=0.949, log=True),
        lambda: MeanOfRuns(5.0, 0.1, 1, 0.1),
        lambda: BestOf(5.0, margin=1.0, k=0),
        lambda: claim(OneRun(1.0, 1.0), tag="X"),
        lambda: claim("exact"),
    ],
)
def test_a_claim_that_no_judge_could_read_is_refused(wrong):
    with pytest.raises(ValueError):
        wrong()
