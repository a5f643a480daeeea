"""Records repeat to the bit, are extended by further seeds, and refuse what does not fit."""

import dataclasses
import json
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest

from reproductions.harness import Choice
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.recording import records


def measured(name="coins", **changes):
    """A full record of the invented reproduction, made in memory."""
    module = questions.load(name)
    config = dataclasses.replace(module.FULL, **changes)
    run = {
        "host": "here",
        "cpu": "fast",
        "wall_seconds": 0.1,
        "started": "now",
        "command": "make",
    }
    return records.make(name, "full", config, module.run(config), module.CLAIMS, run)


def reread(record, folder):
    """The record as it comes back from its file."""
    file = folder / f"{record['name']}.json"
    records.write(record, file)
    return records.read(file)


def test_a_record_repeats_to_the_byte(checkout):
    assert records.as_text(measured()) == records.as_text(measured())


def test_a_record_is_valid_json_with_one_flat_list_per_metric(checkout):
    text = records.as_text(measured())
    read = json.loads(text, parse_constant=lambda constant: pytest.fail(constant))
    assert {**read, "digest": 0} == {
        "schema": 3,
        **json.loads(json.dumps(measured())),
        "digest": 0,
    }
    assert len(read["metrics"]["height"]) == 8 and text.count("\n") < 190
    assert next(line for line in text.splitlines() if '"height": [' in line).endswith("],")


def test_every_kind_of_number_comes_back_as_it_was(checkout, tmp_path):
    metrics = {
        "bool": np.array([True, False]),
        "int": np.array([1, 2]),
        "float": np.array([1.0, 0.1 + 0.2]),
        "single": np.array([0.1, 0.3], np.float32),
        "wild": np.array([[nan, 1.0], [inf, -inf]]),
    }
    record = {
        **measured(),
        "metrics": {name: records.as_plain(a.tolist()) for name, a in metrics.items()},
    }
    back = records.result_of(reread(record, tmp_path)).metrics
    for name, values in metrics.items():
        np.testing.assert_array_equal(back[name], values)
        assert back[name].dtype.kind == values.dtype.kind


def test_what_was_chosen_comes_back_as_it_was(checkout, tmp_path):
    chosen = {
        "rate": Choice.lowest({0.1: nan, 0.3: 2.5, 1.0: inf}, "Scores: invented."),
        "units": Choice(np.int64(30), (np.int64(30), 40)),
        "start": Choice("random"),
    }
    module = questions.load("coins")
    result = dataclasses.replace(module.run(module.QUICK), chosen=chosen)
    record = records.make("coins", "quick", module.QUICK, result, module.CLAIMS, {})
    back = records.result_of(reread(record, tmp_path)).chosen
    assert repr(back["rate"]) == repr(chosen["rate"])
    assert (back["units"], back["start"]) == (Choice(30, (30, 40)), Choice("random"))


def test_verdicts_come_back_with_their_claims(checkout, tmp_path):
    pairs = records.judgements(reread(measured(), tmp_path))
    assert [claim for claim, _ in pairs] == list(questions.claims("coins"))
    assert pairs[0][1].interval[0] < 10 < pairs[0][1].interval[1]


def test_an_extended_record_is_that_of_one_run_of_all_seeds(checkout, tmp_path):
    claims = questions.claims("coins")
    first, rest = measured(seeds=(1, 2, 3)), measured(seeds=(4, 5, 6, 7, 8))
    extended = records.extended(reread(first, tmp_path), rest, claims)
    whole = measured(seeds=tuple(range(1, 9)))
    assert {**extended, "runs": 0, "looks": 0} == {**whole, "runs": 0, "looks": 0}
    assert (extended["looks"], whole["looks"]) == ([3, 8], [8])
    assert [run["seeds"] for run in extended["runs"]] == [[1, 2, 3], [4, 5, 6, 7, 8]]
    assert len(extended["metrics"]["few"]) == 4


def test_an_arm_without_further_seeds_stays_as_it_is(checkout):
    extended = records.extended(
        measured(seeds=(1, 2, 3, 4)), measured(seeds=(5, 6)), questions.claims("coins")
    )
    assert extended["metrics"]["few"] == measured()["metrics"]["few"]


def test_a_note_that_came_out_otherwise_for_further_seeds_keeps_both(checkout):
    old = measured(seeds=(1, 2)) | {"notes": {"rate": "0.1 chosen", "same": "same"}}
    new = measured(seeds=(3, 4)) | {"notes": {"rate": "0.3 chosen", "same": "same"}}
    extended = records.extended(old, new, questions.claims("coins"))
    assert extended["notes"] == {
        "rate": "0.1 chosen | for seeds 3 to 4: 0.3 chosen",
        "same": "same",
    }


def test_only_the_missing_seeds_are_asked_for(checkout):
    config = questions.load("coins").Config(tuple(range(1, 13)))
    assert records.missing_seeds(measured(), config) == (9, 10, 11, 12)
    assert records.missing_seeds(measured(), questions.load("coins").QUICK) == ()


def test_another_config_cannot_extend_a_record(checkout):
    config = questions.load("coins").Config(tuple(range(1, 13)), scale=2.0)
    with pytest.raises(
        ReproductionError, match=r"its config differs: scale \(1.0 there, 2.0 now\)"
    ):
        records.missing_seeds(measured(), config)


def test_seeds_out_of_order_cannot_be_extended(checkout):
    config = questions.load("coins").Config(tuple(range(1, 13)))
    with pytest.raises(ReproductionError, match="its seeds are not 1 to 2"):
        records.missing_seeds(measured(seeds=(1, 3)), config)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"data": {"coins": "xyz"}}, "its data differs"),
        ({"stand_in": "pebbles"}, "its stand_in differs"),
        (
            {"metrics": {"height": [1.0]}},
            "only one of the two results has the metrics count, edge",
        ),
    ],
)
def test_other_data_or_metrics_cannot_extend_a_record(checkout, change, complaint):
    with pytest.raises(ReproductionError, match=complaint):
        records.extended(measured(), measured(seeds=(9,)) | change, questions.claims("coins"))


def test_other_claims_cannot_extend_a_record(checkout):
    record = measured()
    checkout.change("coins", "OneRun(10.0", "OneRun(11.0")
    with pytest.raises(ReproductionError, match="its claims are not the file's"):
        records.check_claims(record, questions.claims("coins"))


def test_mended_claims_leave_the_old_verdicts_in_the_record(checkout):
    record = measured()
    checkout.change("coins", "OneRun(10.0", "OneRun(30.0")
    again = records.judged(record, questions.claims("coins"))
    assert (record["verdicts"][0]["status"], again["verdicts"][0]["status"]) == (
        "reproduced",
        "not reproduced",
    )
    assert again["superseded"][0]["verdicts"] == record["verdicts"]
    assert again["metrics"] == record["metrics"]
    assert records.judged(again, questions.claims("coins")) == again


def test_a_record_made_anew_keeps_what_was_superseded(checkout):
    old = measured()
    checkout.change("coins", "OneRun(10.0", "OneRun(30.0")
    new = records.replacing(measured(), old)
    assert [entry["claims_digest"] for entry in new["superseded"]] == [old["claims_digest"]]
    assert records.replacing(measured(), new)["superseded"] == new["superseded"]


def test_only_the_volatile_fields_differ_between_machines(checkout):
    one, other = measured(), measured()
    other["runs"][0] |= {
        "host": "there",
        "started": "later",
        "wall_seconds": 9.9,
        "command": "other",
    }
    assert one != other and records.stable(one) == records.stable(other)


def test_a_listing_says_what_the_record_found_and_when_it_is_out_of_date(checkout):
    assert records.standing(checkout.root, "coins") == ""
    records.write(measured(), records.path(checkout.root, "full", "coins"))
    assert records.standing(checkout.root, "coins") == "4 reproduced"
    checkout.change("coins", "OneRun(10.0", "OneRun(11.0")
    assert "out of date" in records.standing(checkout.root, "coins")


def test_a_broken_write_leaves_the_old_record_alone(checkout, tmp_path, monkeypatch):
    old = reread(measured(), tmp_path / "docs")
    file = tmp_path / "docs" / "coins.json"
    with pytest.raises(TypeError):
        records.write({**old, "notes": {"a": b"new"}}, file)
    monkeypatch.setattr(Path, "replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        records.write({**old, "notes": {"a": "new"}}, file)
    assert records.read(file) == old and list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "Expecting property name"),
        ("[1]", "dictionary update sequence"),
        ('"text"', "dictionary update sequence"),
        ('{"name": "r", "schema": "two"}', "not supported between"),
        ('{"schema": 2}', "'name'"),
        ('{"name": "r", "metrics": {}, "claims_digest": "", "runs": []}', "'claims'"),
        (
            records.as_text({"name": "r", "metrics": {}}),
            "it lacks profile, config, rules, planned, looks, claims_digest",
        ),
    ],
)
def test_a_file_that_is_no_record_is_named(tmp_path, text, reason):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(ReproductionError, match=r"r\.json is no readable record") as raised:
        records.read(tmp_path / "r.json")
    assert reason in str(raised.value) and "\n" not in str(raised.value)


def test_a_number_that_was_changed_afterwards_is_noticed(checkout, tmp_path):
    reread(measured(), tmp_path)
    file = tmp_path / "coins.json"
    text = file.read_text()
    file.write_text(text.replace('"count": [7,', '"count": [8,'))
    assert file.read_text() != text
    with pytest.raises(
        ReproductionError, match=r"coins\.json was changed after it was written; restore it"
    ):
        records.read(file)


def test_layout_and_the_order_of_fields_are_not_part_of_what_was_written(checkout, tmp_path):
    record = reread(measured(), tmp_path)
    content = json.loads((tmp_path / "coins.json").read_text())
    (tmp_path / "coins.json").write_text(json.dumps(dict(reversed(content.items()))))
    assert records.read(tmp_path / "coins.json") == record


def test_a_record_without_its_digest_counts_as_changed(checkout, tmp_path):
    reread(measured(), tmp_path)
    content = json.loads((tmp_path / "coins.json").read_text())
    del content["digest"]
    (tmp_path / "coins.json").write_text(json.dumps(content))
    with pytest.raises(ReproductionError, match="was changed after it was written"):
        records.read(tmp_path / "coins.json")


def test_a_record_under_another_name_is_refused(checkout, tmp_path):
    reread(measured(), tmp_path)
    (tmp_path / "coins.json").rename(tmp_path / "stone.json")
    with pytest.raises(
        ReproductionError, match=r"stone\.json holds the record of 'coins'; give it that name"
    ):
        records.read(tmp_path / "stone.json")


def test_a_record_of_a_later_version_says_what_to_do(checkout, tmp_path):
    record = {"schema": 4, **measured()}
    record["digest"] = records.content_digest(record)
    (tmp_path / "coins.json").write_text(json.dumps(record))
    with pytest.raises(
        ReproductionError, match=r"by a later version \(schema 4\); update reprozoo"
    ):
        records.read(tmp_path / "coins.json")


def test_what_json_cannot_hold_is_refused(checkout):
    with pytest.raises(TypeError, match="not PosixPath"):
        records.as_plain({"folder": [checkout.root]})
