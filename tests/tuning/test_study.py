"""A study as a whole: resumed, extended, refused, failing. Training is pretended here."""

import csv
import json
import math

import keras
import pytest

from tests.tuning.conftest import scores
from tests.tuning.toy import TOY, Pretended, diverged, pretended
from tuning.harness import errors
from tuning.harness.errors import TuningError
from tuning.harness.search.options import Options
from tuning.harness.store import folder, ledger, results
from zoo.data import DataError

pytestmark = pytest.mark.usefixtures("quick")


def test_the_same_command_trains_nothing_twice(search, quick):
    first = search()
    quick(None)
    said = []
    assert search(said=said) == first
    assert len(first) == 5
    assert said[0].startswith("5 of 5 trials are there already; best so far")


@pytest.mark.parametrize("tuner", ["random", "grid", "hyperband"])
def test_more_trials_extend_a_study_as_if_it_had_been_begun_with_them(search, tuner):
    short = search("in_two_parts", tuner=tuner, trials=4)
    long = search("in_two_parts", trials=9)
    assert long[:4] == short
    assert scores(long) == scores(search("at_once", tuner=tuner, trials=9))


def test_a_study_of_its_own_accord_has_as_many_trials_as_the_job_says_or_a_sweep_of_hyperband(
    search,
):
    assert len(search("a")) == 5
    assert len(search("b", tuner="hyperband")) == 23


def test_fewer_trials_than_there_are_take_none_away(search):
    search(trials=4)
    assert len(search(trials=2)) == 4


def test_ctrl_c_in_a_trial_leaves_it_to_be_taken_up_first(search, quick, tmp_path):
    undisturbed = search("undisturbed")
    calls = []

    def interrupted(*arguments, **more):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return pretended(*arguments, **more)

    quick(interrupted)
    with pytest.raises(KeyboardInterrupt):
        search()
    assert len(results.read_records(tmp_path / "study")) == 2
    assert (tmp_path / "study" / "results.csv").read_text().count("\n") == 3
    assert scores(search()) == scores(undisturbed)


def test_a_trial_in_which_the_process_dies_again_and_again_fails_instead_of_being_tried_for_ever(
    search, quick, tmp_path
):
    search(trials=1)
    place = tmp_path / "study"
    created = {"event": "created", "trial": "0001", "worker": "chief"}
    ledger.append(place, created | {"values": search("other", trials=2)[1]["values"]})
    for _ in range(errors.MOST_DEATHS):
        ledger.append(place, {"event": "begun", "trial": "0001"})
    record = search(trials=2)[1]
    assert (record["status"], record["failure"]) == ("FAILED", errors.DIED)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'hp.Float("rate", 0.01, 1.0',
            'hp.Float("rate", 0.01, 2.0',
            "max_value 1.0, sampling linear",
        ),
        ('hp.Int("width", 2, 8', 'hp.Int("units", 2, 8', "width: was Int"),
        ("STEPS = 900", "STEPS = 1800", "what the job's space(hp) does"),
        ('metric="validation mean_squares"', 'metric="training loss"', "metric"),
        ('"samples": 20', '"samples": 21', "data"),
        ('data="sincos"', 'data="sincos", targets="inputs"', "targets"),
    ],
)
def test_a_folder_whose_job_has_become_another_one_is_refused_with_the_difference(
    search, jobs, tmp_path, old, new, told
):
    before = search(trials=1)
    assert old in TOY
    jobs(TOY.replace(old, new))
    with pytest.raises(TuningError, match="--out") as refused:
        search(trials=2)
    assert told in str(refused.value)
    assert results.read_records(tmp_path / "study") == before


def test_comments_in_a_job_may_change(search, jobs):
    search(trials=1)
    jobs(TOY.replace("    rate = ", "    # the step size\n    rate = "))
    assert len(search(trials=2)) == 2


@pytest.mark.parametrize("given", [{"tuner": "grid"}, {"seed": 2}, {"executions": 3}])
def test_options_that_a_study_was_not_begun_with_are_refused(search, given):
    search(trials=1)
    with pytest.raises(TuningError, match=f"was begun with --{next(iter(given))}"):
        search(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"trials": 0},
        {"executions": 0},
        {"budget": 0.0},
        {"budget": math.nan},
        {"seed": -1},
        {"tuner": "sgd"},
    ],
)
def test_options_that_make_no_sense_are_refused_in_one_line(given):
    with pytest.raises(TuningError, match=f"^--{next(iter(given))} [^\n]*$"):
        Options(**given)


def test_a_folder_with_other_files_is_left_alone(search, tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "thesis.txt").touch()
    with pytest.raises(TuningError, match="holds other files"):
        search()
    assert [each.name for each in (tmp_path / "study").iterdir()] == ["thesis.txt"]


def test_without_its_data_a_study_is_refused_and_leaves_no_folder_behind(
    search, jobs, tmp_path
):
    jobs(TOY.replace('data="sincos", data_options={"samples": 20}', 'data="no_such_set"'))
    with pytest.raises(DataError, match="no_such_set"):
        search()
    assert not (tmp_path / "study").exists()


def test_two_processes_do_not_write_one_folder(search, tmp_path):
    search(trials=1)
    with folder.lock(tmp_path / "study"):
        assert folder.is_busy(tmp_path / "study")
        with pytest.raises(TuningError, match="another process is at work"):
            search(trials=2)
    assert not folder.is_busy(tmp_path / "study")
    assert len(search(trials=2)) == 2


def test_a_budget_that_is_used_up_begins_no_further_trial(search):
    said = []
    assert len(search(said=said, budget=1e-9)) == 0
    assert said == ["The budget is used up after 0 of 5 trials; the same command goes on."]
    assert len(search()) == 5


def test_a_space_that_is_used_up_ends_the_search_and_says_so(search, jobs):
    jobs(
        TOY.replace(
            'hp.Float("rate", 0.01, 1.0, default=0.5)', 'hp.Choice("rate", [0.25, 0.5])'
        )
    )
    said = []
    assert len(search(said=said, tuner="grid", trials=9)) == 6
    assert said[-1] == "There is nothing left to try after 6 of 9 trials."


def losing(*positions, when):
    """Pretend that executions diverge where `when(rate)`."""

    def train(build, recipe, *arguments, **more):
        study = pretended(build, recipe, *arguments, **more)
        return diverged(study, positions) if when(recipe.optimizer.learning_rate) else study

    return train


def test_one_execution_that_diverges_fails_the_trial_and_the_others_are_kept(search, quick):
    quick(losing(1, when=lambda rate: rate == 0.5))
    first, *others = search()
    assert (first["status"], first["score"], first["interval"]) == ("FAILED", None, None)
    assert "1 of 2 executions diverged: execution 1" in first["failure"]
    assert "update 7" in first["failure"]
    assert [each["score"] is None for each in first["executions"]] == [False, True]
    assert {each["status"] for each in others} == {"COMPLETED"}


def test_a_score_that_is_no_finite_number_fails_the_trial(search, quick):
    def train(*arguments, **more):
        study = pretended(*arguments, **more)
        study.members[0].history["validation mean_squares"][-1] = math.inf
        return study

    quick(train)
    assert "measured no finite number" in search(trials=1)[0]["failure"]


def crashing(build, recipe, *arguments, **more):
    """Pretend that small rates crash."""
    if recipe.optimizer.learning_rate < 0.3:
        raise MemoryError("no room for the gradients")
    return pretended(build, recipe, *arguments, **more)


def test_a_crash_is_kept_with_its_traceback_and_the_study_goes_on(search, quick, tmp_path):
    quick(crashing)
    found = search(trials=12)
    failed = [each for each in found if each["status"] == "FAILED"]
    assert len(found) == 12
    assert len(failed) > 2
    assert 'raise MemoryError("no room for the gradients")' in failed[0]["failure"]
    assert results.find_best(found)["values"]["rate"] >= 0.3
    assert [each["trial"] for each in results.rank(found)] == [
        each["trial"]
        for each in sorted(found, key=lambda each: each["score"] or math.inf)[
            : 12 - len(failed)
        ]
    ]


def test_a_failed_trial_is_never_the_best_not_even_where_all_failed(search, quick):
    quick(losing(0, when=lambda rate: True))
    found = search()
    assert [each["status"] for each in found] == ["FAILED"] * 5
    assert results.find_best(found) is None


def test_an_error_that_is_not_the_trials_ends_the_search(search, quick):
    def full(*arguments, **more):
        raise TuningError("the disk is full")

    quick(full)
    with pytest.raises(TuningError, match="the disk is full"):
        search()
    quick(pretended)
    assert len(search()) == 5


def test_a_hyperparameter_that_is_declared_for_some_values_only_is_refused(search, jobs):
    hidden = '    if rate != 0.5:\n        hp.Int("late", 1, 2)\n    return Candidate('
    jobs(TOY.replace("    return Candidate(", hidden))
    with pytest.raises(TuningError, match="must declare late at every call"):
        search()


@pytest.mark.parametrize(
    ("probe", "told"),
    [
        (
            "probes.Evaluate",
            "^tuning/toy.py: no probe of the recipe measures 'validation wrong'; known: ",
        ),
        (
            "(lambda *given: probes.Sparsity('validation', ()))",
            "metric cannot be had: 'validation wrong' was",
        ),
    ],
)
def test_a_metric_that_nothing_measures_is_refused_instead_of_failing_every_trial(
    search, jobs, quick, probe, told
):
    class Measured(Pretended):
        def history(self, name):
            raise KeyError(f"{name!r} was not measured")

    quick(lambda *arguments, **more: Measured(pretended(*arguments, **more).members))
    jobs(
        TOY.replace('metric="validation mean_squares"', 'metric="validation wrong"').replace(
            "probes.Evaluate", probe
        )
    )
    with pytest.raises(TuningError, match=told):
        search()


@pytest.mark.parametrize("name", ["score", "tuner/epochs"])
def test_a_hyperparameter_needs_a_name_of_its_own(search, jobs, name):
    jobs(TOY.replace('"rate"', f'"{name}"'))
    with pytest.raises(TuningError, match=f"give other names to {name}"):
        search()


def test_the_files_hold_every_execution_with_seed_history_time_and_score(search, tmp_path):
    found = search(trials=3)
    lines = [json.loads(line) for line in (tmp_path / "study" / "executions.jsonl").open()]
    assert [(each["trial"], each["execution"]) for each in lines] == [
        (trial, execution) for trial in ("0000", "0001", "0002") for execution in (0, 1)
    ]
    assert len({each["seed"] for each in lines}) == 6
    assert all(
        len(each["history"]["validation mean_squares"]) == len(each["steps"]) == 10
        for each in lines
    )
    assert found[0]["score"] == pytest.approx((lines[0]["score"] + lines[1]["score"]) / 2)
    assert lines[0]["seconds"] == 0.25


def test_the_table_has_a_line_per_trial_and_a_status(search, quick, tmp_path):
    quick(losing(0, when=lambda rate: rate == 0.5))
    search(trials=3)
    rows = list(csv.DictReader((tmp_path / "study" / "results.csv").open()))
    assert [row["status"] for row in rows] == ["FAILED", "COMPLETED", "COMPLETED"]
    assert (rows[0]["score"], rows[0]["rate"], rows[0]["width"]) == ("", "0.5", "4")
    assert float(rows[1]["low"]) < float(rows[1]["score"]) < float(rows[1]["high"])
    summary = json.loads((tmp_path / "study" / "results.json").read_text())
    assert (summary["ended"], summary["failed"]) == (3, 1)
    assert summary["best"]["score"] == min(float(row["score"]) for row in rows[1:])


def test_tensorboard_gets_the_values_and_the_score(search, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    record = search(trials=1)[0]
    events = EventAccumulator(str(tmp_path / "study" / "tensorboard" / "0000")).Reload()
    assert "_hparams_/session_start_info" in events.summary_metadata
    assert {"score", "validation mean_squares"} <= set(events.Tags()["tensors"])
    assert len(events.Tensors("validation mean_squares")) == 10
    assert make_ndarray(events.Tensors("score")[0].tensor_proto) == pytest.approx(
        record["score"]
    )


def test_a_dtype_policy_is_in_force_within_trials_and_after_them(search, quick):
    built = []

    def train(build, *arguments, **more):
        built.append(build().dtype_policy.name)
        return pretended(build, *arguments, **more)

    quick(train)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    try:
        search(trials=2)
        assert keras.config.dtype_policy().name == "float64"
    finally:
        keras.config.set_dtype_policy(before)
    assert built == ["float64", "float64"]


def test_addresses_of_another_search_in_the_environment_change_nothing(search, monkeypatch):
    monkeypatch.setenv("KERASTUNER_ORACLE_IP", "127.0.0.1")
    monkeypatch.setenv("KERASTUNER_ORACLE_PORT", "1")
    monkeypatch.setenv("KERASTUNER_TUNER_ID", "worker-01")
    assert len(search()) == 5


def test_progress_says_the_best_so_far_and_the_time_left(search):
    said = []
    search(said=said, trials=2)
    assert said[0].startswith("[1/2] trial 0000: ")
    assert "; best so far" in said[0]
    assert said[0].endswith(" left")
    assert not said[1].endswith(" left")
