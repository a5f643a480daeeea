"""Answers take their numbers from the record, and a small run is compared with it by the headline."""

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
    Result,
)
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.claims import judge_claim
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.recording import records
from reproductions.harness.showing import answers

DEVIATIONS = 'DEVIATIONS = ("We have no coins.",)\n'


def record_of(claims, metrics, stand_in="", seeds=(1, 2, 3, 4, 5)):
    """A record in memory of these claims and numbers."""
    config = questions.load("coins").Config(seeds)
    result = Result(
        {name: np.array(values) for name, values in metrics.items()}, stand_in=stand_in
    )
    return records.make("coins", "full", config, result, claims, {"wall_seconds": 1.0})


def claim(judge, id="coins/height", metric="height"):
    return Claim(id, "says", metric, judge, "where", "P", "m")


LOWER = claim(Difference("flat", at_most=0), "mazur: a lower, h1 = 0.59", "low")
NEVER = claim(Ratio("flat", at_least=2), "never", "never")


@pytest.fixture
def record(checkout):
    """Heights around 10, a difference of -0.5, and runs that never got there."""
    return record_of(
        (claim(OneRun(10.25, margin=4.5)), LOWER, NEVER),
        {
            "height": [9.0, 10.0, 11.0, 10.5, 9.5],
            "flat": [1.0] * 5,
            "low": [0.4, 0.5, 0.6, 0.45, 0.55],
            "never": [inf] * 5,
        },
    )


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("{coins/height}", "10"),
        ("{coins/height:.2f}", "10.00"),
        ("{coins/height low:.1f}", "7.6"),
        ("{coins/height high:.1f}", "12.4"),
        ("{coins/height published}", "10.25 m"),
        ("{mazur: a lower, h1 = 0.59}", "-0.5"),
        ("{mazur: a lower, h1 = 0.59:+.3f}", "-0.500"),
        ("{mazur: a lower, h1 = 0.59 size}", "0.5"),
        ("{mazur: a lower, h1 = 0.59 size:.0%}", "50 %"),
        ("{never}", "an unknown number"),
        ("{never size:.1f}", "an unknown number"),
        ("{never high}", "an unknown number"),
        ("{seeds}", "5"),
        ("no place", "no place"),
    ],
)
def test_every_kind_of_place_is_filled_from_the_record(record, place, text):
    assert answers.fill_answer(f"A {place}, B.", record) == f"A {text}, B."


def test_a_number_that_there_is_none_of_is_unknown(checkout):
    one = claim(OneRun(10.0, margin=4.5))
    assert (
        answers.fill_answer(
            "{coins/height low}", record_of((one,), {"height": [9.0]}, seeds=(1,))
        )
        == "an unknown number"
    )
    assert (
        answers.fill_answer("{coins/height}", record_of((one,), {"flat": [9.0]}, seeds=(1,)))
        == "an unknown number"
    )
    exact = claim(Exact(10.0, 1e-9))
    assert (
        answers.fill_answer("{coins/height size}", record_of((exact,), {"height": [nan]}))
        == "an unknown number"
    )


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        ("{coins/weight}", "ANSWER of coins: {coins/weight} names no claim"),
        (
            "{coins/height mean}",
            "{coins/height mean} ends in 'mean', not in low, high, size or published",
        ),
        ("{coins/heights}", "{coins/heights} ends in 's', not in"),
        ("{coins/height:x}", "{coins/height:x} Unknown format code 'x'"),
    ],
)
def test_a_place_that_stands_for_nothing_is_named(record, place, complaint):
    with pytest.raises(ReproductionError) as raised:
        answers.fill_answer(place, record)
    assert complaint in str(raised.value) and "\n" not in str(raised.value)


def test_of_two_claims_the_longer_id_is_meant(checkout):
    claims = (
        claim(OneRun(1.0, margin=4.5), "a"),
        claim(OneRun(2.0, margin=4.5), "a low", "flat"),
    )
    record = record_of(claims, {"height": [1.0, 1.5], "flat": [2.0, 2.5]}, seeds=(1, 2))
    assert (
        answers.fill_answer("{a published} {a low published} {a low}", record)
        == "1 m 2 m 2.25"
    )


def answer(checkout, text):
    checkout.change("coins", DEVIATIONS, f"{DEVIATIONS}ANSWER = {text!r}\n")
    checkout.commit()
    checkout.run("coins", profile="full")
    return records.read(checkout.root / "docs/results/coins.json")


def test_an_answer_is_filled_only_where_the_record_was_judged_on_the_files_claims(checkout):
    record = answer(checkout, "{seeds} coins.")
    assert answers.state_answer(questions.load("coins"), record) == "8 coins."
    checkout.change("coins", "OneRun(10.0", "OneRun(11.0")
    assert answers.state_answer(questions.load("coins"), record) == "Claims: 4 reproduced."
    checkout.change("coins", "OneRun(11.0", "OneRun(10.0")
    checkout.change("coins", "ANSWER", "REMARK")
    assert answers.state_answer(questions.load("coins"), record) == "Claims: 4 reproduced."


def test_an_answer_that_cannot_be_filled_stops_no_run_and_says_so(checkout):
    record = answer(checkout, "Yes, by {coins/turn} m.")
    text = answers.state_answer(questions.load("coins"), record)
    assert text == "Claims: 4 reproduced. (ANSWER of coins: {coins/turn} names no claim)"
    assert text in (checkout.root / "README.md").read_text()


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        ("Yes, by {coins/spin} m with {seeds} seeds, not 6.", []),
        ("", []),
        (
            "Yes, by 1.75 m.",
            ["coins: ANSWER has a number that the file states nowhere else: 1.75"],
        ),
        ("Yes, by {coins/spin:.2f} m.", []),
        ("{coins/turn}", ["coins: ANSWER has a place {coins/turn} that names no claim"]),
        (
            "{coins/spin:x}",
            [
                "coins: ANSWER of coins: {coins/spin:x} Unknown format code 'x' for object of type 'float'"
            ],
        ),
    ],
)
def test_a_place_for_nothing_or_a_typed_number_in_an_answer_is_seen(
    checkout, text, complaints
):
    record = answer(checkout, text)
    assert answers.find_complaints("coins", record) == complaints
    assert answers.find_complaints("coins", None) == [
        line for line in complaints if "Unknown" not in line
    ]


def test_the_headline_is_the_one_that_the_file_names_else_its_first_claim(checkout):
    checkout.run("coins", profile="full")
    record = records.read(checkout.root / "docs/results/coins.json")
    assert answers.find_headline(questions.load("coins"), record).claim.id == "coins/height"
    checkout.change("coins", DEVIATIONS, f'{DEVIATIONS}HEADLINE = "coins/heads"\n')
    headline = answers.find_headline(questions.load("coins"), record)
    assert headline.claim.id == "coins/heads" and headline.verdict.status == "reproduced"
    without = {**record, "claims": record["claims"][:1], "verdicts": record["verdicts"][:1]}
    assert answers.find_headline(questions.load("coins"), without) is None


AROUND = [9.5, 10.0, 10.5, 9.8]
HOLDS = [True, True, True, False]


@pytest.mark.parametrize(
    ("judge", "with_it", "against_it"),
    [
        (Exact(10.0, 0.1), ([10.05],), ([10.2],)),
        (Exact((1.0, 2.0), 0.1), ([[1.0, 2.05]],), ([[1.0, 2.5]],)),
        (OneRun(10.0, margin=1), (AROUND,), ([19.5, 20.0],)),
        (OneRun(10.0, margin=1.41, log=True), (AROUND,), ([19.5, 20.0],)),
        (MeanOfRuns(10.0, 0.1, 5, margin=0.5), (AROUND,), ([19.5, 20.0],)),
        (BestOf(10.6, margin=1, k=3), (AROUND,), ([19.5, 20.0],)),
        (BestOf(9.4, margin=1, k=3, lower_is_better=True), (AROUND,), ([19.5, 20.0],)),
        (Difference("versus", at_least=0), (AROUND, [9.0] * 4), (AROUND, [11.0] * 4)),
        (Difference("versus", at_most=0), (AROUND, [11.0] * 4), (AROUND, [9.0] * 4)),
        (
            Difference("versus", at_least=0, at_most=2),
            (AROUND, [9.0] * 4),
            (AROUND, [7.0] * 4),
        ),
        (Difference("versus", within=0.5), (AROUND, [10.1] * 4), (AROUND, [11.0] * 4)),
        (
            Difference("versus", within=0.5, published=1.0),
            (AROUND, [9.1] * 4),
            (AROUND, [10.0] * 4),
        ),
        (
            Difference("versus", published=1.0, margin=0.5),
            (AROUND, [9.1] * 4),
            (AROUND, [10.0] * 4),
        ),
        (Ratio("versus", at_least=2), (AROUND, [4.0] * 4), (AROUND, [6.0] * 4)),
        (Ratio("versus", at_most=2), (AROUND, [6.0] * 4), (AROUND, [4.0] * 4)),
        (Ratio("versus", within=1.5), (AROUND, [9.0] * 4), (AROUND, [4.0] * 4)),
        (
            Ratio("versus", published=2.0, margin=1.22),
            (AROUND, [5.0] * 4),
            (AROUND, [9.0] * 4),
        ),
        (Ratio(at_most=11), (AROUND,), ([19.5, 20.0],)),
        (Fraction(at_least=0.5), (HOLDS,), ([False] * 4,)),
        (Fraction(at_most=0.5), ([False] * 4,), (HOLDS,)),
        (Fraction(published=0.75, margin=0.2), (HOLDS,), ([False] * 4,)),
    ],
)
def test_a_small_run_points_the_records_way_where_both_agree_or_both_do_not(
    checkout, judge, with_it, against_it
):
    stated = claim(judge, metric="ours")
    module = questions.load("coins")
    module.CLAIMS = (stated,)
    agreeing, other = (
        record_of((stated,), dict(zip(("ours", "versus"), runs, strict=False)))
        for runs in (with_it, against_it)
    )
    found = {}
    for names, (record, small) in {
        "++": (agreeing, agreeing),
        "+-": (agreeing, other),
        "-+": (other, agreeing),
        "--": (other, other),
    }.items():
        headline, found[names] = answers.compare_ways(module, record, small)
        assert headline.verdict == judge_claim(stated, records.result_of(small).metrics)
        found[names] = found[names].removesuffix(", though that may be chance")
    assert found == {
        "++": "points the same way",
        "+-": "points the other way",
        "-+": "points the other way",
        "--": "points the same way",
    }


@pytest.mark.parametrize(
    ("ours", "chance"), [([1.0, 1.1, 0.9], False), ([1.0, 3.0, -0.9], True), ([1.0], True)]
)
def test_a_way_that_the_interval_leaves_open_may_be_chance(checkout, ours, chance):
    """Whether there are seeds enough for a verdict does not matter."""
    stated = claim(Difference("versus", at_least=0), metric="ours")
    module = questions.load("coins")
    module.CLAIMS = (stated,)
    record = record_of((stated,), {"ours": AROUND, "versus": [9.0] * 4})
    small = record_of((stated,), {"ours": ours, "versus": [0.0] * len(ours)})
    _, way = answers.compare_ways(module, record, small)
    assert way.endswith("though that may be chance") == chance


def test_a_run_that_ended_before_the_horizon_has_no_number(checkout):
    stated = claim(OneRun(10.0, margin=1.4, log=True, horizon=80))
    module = questions.load("coins")
    module.CLAIMS = (stated,)
    record = record_of((stated,), {"height": AROUND})
    small = record_of((stated,), {"height": [9.0, inf]})
    assert answers.compare_ways(module, record, small)[1] == "says nothing on this"


def test_a_small_run_may_measure_something_else_in_place_of_the_headlines_metric(checkout):
    stated = claim(OneRun(10.0, margin=1))
    module = questions.load("coins")
    module.CLAIMS = (stated,)
    module.IN_SMALL_RUNS = {"height": "height after 5 steps"}
    record = record_of((stated,), {"height": AROUND})
    small = record_of((stated,), {"height after 5 steps": [19.5, 20.0]})
    headline, way = answers.compare_ways(module, record, small)
    assert headline.verdict.ours == 19.75 and way.startswith("points the other way")
    both = record_of((stated,), {"height": AROUND, "height after 5 steps": [19.5, 20.0]})
    assert answers.compare_ways(module, record, both)[0].verdict.ours == pytest.approx(9.95)


def test_a_small_run_says_nothing_without_a_record_or_a_number(checkout):
    stated = claim(OneRun(10.0, margin=1))
    module = questions.load("coins")
    module.CLAIMS = (stated,)
    good, empty = (
        record_of((stated,), {"height": AROUND}),
        record_of((stated,), {"flat": AROUND}),
    )
    lost = record_of((stated,), {"height": [nan] * 4})
    other = record_of((claim(OneRun(10.0, margin=1), "coins/other"),), {"height": AROUND})
    for record, small in [
        (None, good),
        (good, empty),
        (empty, good),
        (good, lost),
        (lost, good),
        (other, good),
    ]:
        assert answers.compare_ways(module, record, small)[1] == "says nothing on this"


def test_a_stand_in_is_compared_by_its_numbers_although_it_has_no_verdict(checkout):
    stated = claim(OneRun(10.0, margin=1))
    module = questions.load("coins")
    module.CLAIMS = (stated,)
    record = record_of((stated,), {"height": AROUND})
    small = record_of(
        (stated,), {"height": [19.5, 20.0]}, stand_in="pebbles stand in for coins"
    )
    assert small["verdicts"][0]["status"] == "not run"
    assert answers.compare_ways(module, record, small)[1] == "points the other way"


def test_a_record_without_the_headlines_number_has_no_answer_yet(checkout):
    stated = claim(OneRun(10.0, margin=1))
    module = questions.load("coins")
    module.CLAIMS = (stated,)
    module.ANSWER = "They land at {coins/height}."
    assert answers.state_answer(module, record_of((stated,), {"flat": AROUND})) == (
        "Not known yet: the planned run is still to come."
    )
    assert answers.state_answer(module, record_of((stated,), {"height": AROUND})) == (
        "They land at 9.95."
    )
