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
    record = migrate(old_record({name: values}), 1)
    assert record["chosen"] == {name: choice}
    assert record["metrics"] == {"height": [9.5, 10.5]}


def test_the_only_rate_there_was_is_no_choice_among_several():
    record = migrate(old_record({"chosen rate": [0.1, 0.1]}, rates=[0.1]), 1)
    assert record["chosen"] == {"chosen rate": {"value": 0.1}}


@pytest.mark.parametrize(
    "claim", [judged_by("chosen rate"), judged_by("height", "chosen rate")]
)
def test_a_setting_that_a_claim_is_judged_by_stays_a_metric_as_well(claim):
    record = migrate(old_record({"chosen rate": [0.1, 0.1]}, claims=[claim]), 1)
    assert (
        record["metrics"]["chosen rate"] == [0.1, 0.1]
        and record["chosen"]["chosen rate"]["value"] == 0.1
    )


@pytest.mark.parametrize("values", [[0.1, 0.3], [], [[0.1], [0.1]]])
def test_what_is_not_one_number_for_all_seeds_is_no_setting_of_the_record(values):
    record = migrate(old_record({"chosen rate": values}), 1)
    assert record["chosen"] == {} and record["metrics"]["chosen rate"] == values


def test_a_setting_that_was_a_note_becomes_a_choice_with_its_scores():
    record = migrate(old_record(notes={"learning rate, tanh": NOTE}), 1)
    assert record["notes"] == {"by the way": "3 coins rolled away"}
    assert record["chosen"]["learning rate, tanh"] == {
        "value": 0.03,
        "tried": [0.01, 0.03, 0.1],
        "scores": [42.0, 39.8, "nan"],
        "remark": "Scores: training error (%).",
    }


def test_a_note_that_gives_no_score_for_each_rate_keeps_the_choice_alone():
    record = migrate(
        old_record(notes={"learning rate, tanh": "0.03 chosen (0.01: 42.0 %)"}), 1
    )
    assert record["chosen"]["learning rate, tanh"] == {
        "value": 0.03,
        "tried": [0.01, 0.03, 0.1],
    }


@pytest.mark.parametrize("text", ["none chosen", f"{NOTE} | for seeds 2 to 3: 0.1 chosen"])
def test_a_note_that_does_not_give_one_number_for_all_seeds_stays_a_note(text):
    record = migrate(old_record(notes={"learning rate, tanh": text}), 1)
    assert record["chosen"] == {} and record["notes"]["learning rate, tanh"] == text


def test_everything_else_stays_as_it_was():
    old = old_record()
    record = migrate(old, 1)
    assert set(record) == set(records.FIELDS)
    kept = ("name", "profile", "config", "data", "stand_in", "notes", "metrics", "runs")
    assert {key: record[key] for key in kept} == {key: old[key] for key in kept}
    assert old == old_record()


@pytest.mark.parametrize("schema", [1, 2])
def test_verdicts_by_the_first_rules_become_earlier_ones(schema):
    old = old_record(claims=[judged_by("height")])
    old["chosen"] = {}
    old["verdicts"] = [{"status": "reproduced"}]
    old["superseded"] = [{"claims_digest": "xyz", "claims": [], "verdicts": []}]
    old["runs"] = [{"seeds": [1, 2], "wall_seconds": 1.0, "started": "2026-11-20T10:00:00"}]
    record = migrate(old, schema)
    assert (record["claims"], record["verdicts"], record["claims_digest"]) == ([], [], "")
    earlier, last = record["superseded"]
    assert earlier["claims_digest"] == "xyz" and earlier["rules"] == 1
    assert last["verdicts"] == [{"status": "reproduced"}]
    assert (last["date"], last["seeds"], last["rules"]) == ("2026-11-20", 2, 1)
    assert "a margin decides" in last["reason"]


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
    assert content["schema"] == 3 and content["digest"]
    assert records.read(file) == record
