"""What validation chose: the lowest score, the values that were tried, and what `run` is given."""

import math

import pytest

from reproductions.harness import Choice
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.recording.choices import as_choices, choices_of, settings_of


@pytest.mark.parametrize(
    ("scores", "value"),
    [
        ({0.1: 3.0, 0.3: 2.0, 1.0: 4.0}, 0.3),
        ({0.1: 2.0, 0.3: 2.0, 1.0: 4.0}, 0.1),
        ({1.0: 2.0, 0.1: 2.0}, 1.0),
        ({0.1: math.nan, 0.3: 9.0}, 0.3),
        ({0.1: 9.0, 0.3: math.nan}, 0.1),
        ({0.1: math.nan, 0.3: math.inf}, 0.3),
        ({0.1: math.inf, 0.3: math.nan}, 0.1),
        ({0.1: math.nan, 0.3: math.nan}, 0.1),
        ({0.1: -math.inf, 0.3: math.nan, 1.0: 0.0}, 0.1),
        ({"random": 2.0, "pre-trained": 1.0}, "pre-trained"),
    ],
)
def test_the_lowest_score_is_chosen_the_first_of_equals_and_nan_last(scores, value):
    choice = Choice.lowest(scores, "Scores: invented.")
    assert choice.value == value
    assert choice.tried == tuple(scores) and choice.remark == "Scores: invented."
    assert repr(choice.scores) == repr(tuple(scores.values()))


@pytest.mark.parametrize(
    ("value", "tried", "at_an_end"),
    [
        (0.1, (0.1, 0.3, 1.0), True),
        (1.0, (0.3, 1.0, 0.1), True),
        (0.3, (0.3, 1.0, 0.1), False),
        (0.1, (0.1,), False),
        (0.1, (), False),
        ("a", ("a", "b"), False),
        (2, (1, 2, "none"), True),
        (4.0, (0.1, 0.3), False),
    ],
)
def test_a_choice_at_an_end_of_the_numbers_tried_is_seen(value, tried, at_an_end):
    assert Choice(value, tried).is_at_an_end is at_an_end


def test_there_is_one_score_for_each_value_tried():
    with pytest.raises(ValueError, match="2 scores for 1 values tried"):
        Choice(0.1, (0.1,), (2.0, 3.0))


def test_plain_values_are_choices_without_alternatives():
    assert as_choices({"rate": 0.1, "depth": Choice(2, (1, 2))}) == {
        "rate": Choice(0.1),
        "depth": Choice(2, (1, 2)),
    }


def test_what_is_not_known_is_left_out_of_the_data():
    assert Choice(0.1).as_data() == {"value": 0.1}
    whole = Choice(0.1, (0.1, 0.3), (1.0, 2.0), "Scores.").as_data()
    assert whole == {
        "value": 0.1,
        "tried": [0.1, 0.3],
        "scores": [1.0, 2.0],
        "remark": "Scores.",
    }
    assert choices_of({"chosen": {"rate": whole}}) == {
        "rate": Choice(0.1, (0.1, 0.3), (1.0, 2.0), "Scores.")
    }


def test_run_is_given_the_values_and_a_missing_one_is_said_with_its_cure():
    settings = settings_of({"rate": Choice(0.1, (0.1, 0.3)), "depth": Choice(2)})
    assert settings == {"rate": 0.1, "depth": 2}
    with pytest.raises(ReproductionError) as raised:
        settings["range"]
    assert str(raised.value) == "the record does not hold 'range'; make it anew with --anew"
