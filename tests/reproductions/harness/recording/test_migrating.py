"""Records of schema 1 are read as today's: settings that were metrics or notes become choices."""

import json

import pytest

from reproductions.harness.recording import records
from reproductions.harness.recording.migrating import migrate
from reproductions.harness.showing import entries

NOTE = "0.03 chosen (0.01: 42.0 %, 0.03: 39.8 %, 0.1: diverged)"


def old_record(metrics=None, notes=None, claims=(), rates=(0.01, 0.03, 0.1)):
    """A record of schema 1 with these settings beside what it measured."""
    return {
        "name": "coins",
        "profile": "full",
        "config": {"seeds": [1, 2], "rates": list(rates)},
        "claims_digest": "abc",
        "claims": list(claims),
        "data": {},
        "stand_in": "",
        "notes": {"by the way": "3 coins rolled away", **(notes or {})},
        "metrics": {"height": [9.5, 10.5], **(metrics or {})},
        "verdicts": [],
        "superseded": [],
        "runs": [{"seeds": [1, 2], "wall_seconds": 1.0}],
    }


def judged_by(metric, versus=None):
    return {"metric": metric, "judge": {"kind": "Difference", "versus": versus}}


@pytest.mark.parametrize(
    ("name", "values", "choice"),
    [
        ("chosen rate, relu", [0.03, 0.03], {"value": 0.03, "tried": [0.01, 0.03, 0.1]}),
        ("learning rate, 2 hidden", [0.1, 0.1], {"value": 0.1, "tried": [0.01, 0.03, 0.1]}),
        ("chosen range of weights", [4.0, 4.0], {"value": 4.0}),
    ],
)
def test_a_setting_that_was_a_metric_becomes_a_choice(name, values, choice):
    record = migrate(old_record({name: values}))
    assert record["chosen"] == {name: choice}
    assert record["metrics"] == {"height": [9.5, 10.5]}


def test_the_only_rate_there_was_is_no_choice_among_several():
    record = migrate(old_record({"chosen rate": [0.1, 0.1]}, rates=[0.1]))
    assert record["chosen"] == {"chosen rate": {"value": 0.1}}


@pytest.mark.parametrize(
    "claim", [judged_by("chosen rate"), judged_by("height", "chosen rate")]
)
def test_a_setting_that_a_claim_is_judged_by_stays_a_metric_as_well(claim):
    record = migrate(old_record({"chosen rate": [0.1, 0.1]}, claims=[claim]))
    assert (
        record["metrics"]["chosen rate"] == [0.1, 0.1]
        and record["chosen"]["chosen rate"]["value"] == 0.1
    )


@pytest.mark.parametrize("values", [[0.1, 0.3], [], [[0.1], [0.1]]])
def test_what_is_not_one_number_for_all_seeds_is_no_setting_of_the_record(values):
    record = migrate(old_record({"chosen rate": values}))
    assert record["chosen"] == {} and record["metrics"]["chosen rate"] == values


def test_a_setting_that_was_a_note_becomes_a_choice_with_its_scores():
    record = migrate(old_record(notes={"learning rate, tanh": NOTE}))
    assert record["notes"] == {"by the way": "3 coins rolled away"}
    assert record["chosen"]["learning rate, tanh"] == {
        "value": 0.03,
        "tried": [0.01, 0.03, 0.1],
        "scores": [42.0, 39.8, "nan"],
        "remark": "Scores: training error (%).",
    }


def test_a_note_that_gives_no_score_for_each_rate_keeps_the_choice_alone():
    record = migrate(old_record(notes={"learning rate, tanh": "0.03 chosen (0.01: 42.0 %)"}))
    assert record["chosen"]["learning rate, tanh"] == {
        "value": 0.03,
        "tried": [0.01, 0.03, 0.1],
    }


@pytest.mark.parametrize("text", ["none chosen", f"{NOTE} | for seeds 2 to 3: 0.1 chosen"])
def test_a_note_that_does_not_give_one_number_for_all_seeds_stays_a_note(text):
    record = migrate(old_record(notes={"learning rate, tanh": text}))
    assert record["chosen"] == {} and record["notes"]["learning rate, tanh"] == text


def test_everything_else_stays_as_it_was_in_its_order():
    old = old_record()
    record = migrate(old)
    assert {key: value for key, value in record.items() if key != "chosen"} == old
    assert tuple(record) == records.FIELDS
    assert old == old_record()


def test_an_old_file_is_read_as_a_record_of_today_and_written_as_one(tmp_path):
    file = tmp_path / "coins.json"
    file.write_text(
        json.dumps(old_record({"chosen rate": [0.1, 0.1]}, {"learning rate, tanh": NOTE}))
    )
    record = records.read(file)
    assert list(record["chosen"]) == ["chosen rate", "learning rate, tanh"]
    choices = records.result_of(record).chosen
    assert entries.describe_choice(choices["learning rate, tanh"]) == (
        "0.03 (tried: 0.01: 42, 0.03: 39.8, 0.1: diverged). Scores: training error (%)."
    )
    records.write(record, file)
    content = json.loads(file.read_text())
    assert content["schema"] == 2 and content["digest"]
    assert records.read(file) == record
