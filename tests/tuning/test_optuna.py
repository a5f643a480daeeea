"""Optuna: what it proposes, what it prunes, and that neither depends on how often a study was interrupted."""

import csv
import json
import shutil

import keras_tuner
import pytest

from tests.tuning.conftest import NEEDS_OPTUNA, scores
from tests.tuning.test_distributed import Served, crew
from tests.tuning.test_tuners import asked, make, two
from tests.tuning.toy import TOY, diverged, pretended
from tuning.harness.distributing import service, worker
from tuning.harness.errors import TuningError
from tuning.harness.search import objective, options, optuna_oracle, study, tuners
from tuning.harness.search.options import Options
from tuning.harness.store import folder, ledger, results

MISSING = "optuna is missing; get it with: pip install 'reprozoo[optuna]'"
ENOUGH = 18
"""Trials, among which are pruned ones of both lengths, and ones that TPE proposed."""


@pytest.fixture
def without_optuna(monkeypatch):
    monkeypatch.setattr(options.importlib.util, "find_spec", lambda name: None)


@pytest.mark.usefixtures("without_optuna")
def test_without_optuna_the_command_that_installs_it_is_told():
    with pytest.raises(TuningError) as refused:
        Options(tuner="optuna")
    assert str(refused.value) == MISSING
    assert Options(tuner="random").tuner == "random"


@pytest.mark.usefixtures("quick", "without_optuna")
def test_without_optuna_its_studies_are_left_as_they_are(search, tmp_path):
    search(trials=1)
    place = tmp_path / "study"
    folder.write_description(place, folder.read_description(place) | {"tuner": "optuna"})
    before = folder.read_description(place)
    with pytest.raises(TuningError) as refused:
        search(trials=2)
    assert str(refused.value) == MISSING
    assert folder.read_description(place) == before


@pytest.mark.parametrize(
    ("full", "expected"), [(1, [1]), (2, [1, 2]), (9, [1, 3, 9]), (10, [2, 4, 10])]
)
def test_a_trial_may_be_pruned_after_a_ninth_and_a_third_of_its_length(full, expected):
    assert objective.list_lengths(full) == expected


def every_kind():
    """Declare a hyperparameter of every kind, some for one value of another only."""
    hp = keras_tuner.HyperParameters()
    hp.Float("float", 0.1, 0.9, default=0.4)
    hp.Float("log", 1e-4, 1e-1, sampling="log", default=1e-2)
    hp.Float("step", 0.0, 0.5, step=0.25)
    hp.Float("reverse", 1.0, 10.0, sampling="reverse_log")
    hp.Int("int", 3, 200)
    hp.Int("int_log", 1, 500, sampling="log")
    hp.Int("int_step", 1, 12, step=4, default=6)
    hp.Int("int_powers", 2, 16, step=2, sampling="log")
    hp.Choice("number", [0.0, 1e-4, 1e-2], default=1e-4)
    hp.Choice("name", ["relu", "tanh"])
    hp.Choice("unordered", [3, 1, 2], ordered=False)
    hp.Boolean("truth")
    hp.Fixed("fixed", 7)
    hp.Float("only_tanh", 0.0, 1.0, parent_name="name", parent_values=["tanh"], default=0.5)
    return hp


ALLOWED = {
    "step": {0.0, 0.25, 0.5},
    "int_step": {1, 5, 9},
    "int_powers": {2, 4, 8, 16},
    "number": {0.0, 1e-4, 1e-2},
    "name": {"relu", "tanh"},
    "unordered": {1, 2, 3},
    "truth": {True, False},
    "fixed": {7},
}
RANGES = {
    "float": (0.1, 0.9),
    "log": (1e-4, 1e-1),
    "reverse": (1.0, 10.0),
    "int": (3, 200),
    "int_log": (1, 500),
    "only_tanh": (0.0, 1.0),
}


@pytest.fixture(scope="module")
def of_every_kind():
    """Values of forty trials in which small `int`s are good."""
    events = []
    oracle = make("optuna", every_kind())
    oracle.journal = events.append
    for _ in range(40):
        trial = oracle.create_trial("chief")
        tuners.tell_score(oracle, trial, float(trial.hyperparameters.values["int"]))
    return [each["values"] for each in events if each["event"] == "created"]


@NEEDS_OPTUNA
def test_hyperparameters_of_every_kind_stay_in_their_ranges_and_grids(of_every_kind):
    for name, allowed in ALLOWED.items():
        assert {values[name] for values in of_every_kind[1:]} == allowed
    for name, (low, high) in RANGES.items():
        assert all(low <= values[name] <= high for values in of_every_kind if name in values)
    assert {
        type(values[name]) for values in of_every_kind for name in values if "int" in name
    } == {int}


@NEEDS_OPTUNA
def test_what_counts_for_some_values_only_has_a_value_for_these_only(of_every_kind):
    assert all(
        ("only_tanh" in values) == (values["name"] == "tanh") for values in of_every_kind
    )
    assert {values["name"] for values in of_every_kind} == {"relu", "tanh"}


@NEEDS_OPTUNA
def test_tpe_looks_where_scores_were_low(of_every_kind):
    drawn, guided = (
        [values["int"] for values in part]
        for part in (of_every_kind[1:11], of_every_kind[25:])
    )
    assert sum(guided) / len(guided) < sum(drawn) / len(drawn) / 2


@NEEDS_OPTUNA
@pytest.mark.parametrize("declared", [every_kind(), two()], ids=["every kind", "two"])
def test_optuna_is_shown_every_default_as_it_is_or_as_the_nearest_on_the_grid(declared):
    for each in declared.space:
        axis = optuna_oracle.make_axis(each)
        shown = axis.decode(axis.encode(each.default))
        assert shown == pytest.approx(5 if each.name == "int_step" else each.default)


@NEEDS_OPTUNA
def test_a_small_space_is_tried_to_its_last_point_and_none_twice():
    declared = keras_tuner.HyperParameters()
    declared.Int("width", 1, 15)
    found = [values["width"] for _, values, _ in asked(make("optuna", declared))]
    assert sorted(found) == list(range(1, 16))


@NEEDS_OPTUNA
def test_a_failed_trial_is_told_as_failed_and_teaches_nothing(monkeypatch):
    told = []
    proposed = optuna_oracle.propose

    def noted(declared, trials, seed):
        told[:] = trials
        return proposed(declared, trials, seed)

    monkeypatch.setattr(optuna_oracle, "propose", noted)
    found = asked(make("optuna"), 14, fails=lambda values: values["width"] == 2)
    assert [each.state for each in told] == [
        "FAIL" if s is None else "COMPLETE" for *_, s in found[:-1]
    ]
    assert {each.score is None for each in told if each.state == "FAIL"} == {True}


def telling(oracle, curves):
    """Have trials measured one after another, and return the lengths that they reached."""
    reached = []
    for curve in curves:
        trial = oracle.create_trial("chief")
        for rounds, score in zip((1, 3), curve, strict=False):
            if tuners.is_pruned(oracle, trial, score, rounds):
                break
        else:
            rounds = 9
        reached.append(rounds)
        tuners.tell_score(oracle, trial, score)
    return reached


@NEEDS_OPTUNA
def test_what_is_worse_than_the_median_at_its_length_is_pruned_once_five_trials_were_long():
    curves = [
        (5, 4),
        (4, 3),
        (3, 2),
        (2, 1.5),
        (1, 1),
        (3.1, 0),
        (2.9, 2.1),
        (2.9, 1.9),
        (9, 0),
    ]
    assert telling(make("optuna"), curves) == [9, 9, 9, 9, 9, 1, 3, 9, 1]


@NEEDS_OPTUNA
def test_the_first_trial_is_never_pruned():
    oracle = make("optuna")
    first = oracle.create_trial("slow")
    telling(oracle, [(1, 1)] * 6)
    assert not tuners.is_pruned(oracle, first, 99.0, 1)
    assert tuners.is_pruned(oracle, oracle.create_trial("another"), 99.0, 1)


@NEEDS_OPTUNA
def test_a_worker_of_another_process_is_told_that_its_trial_is_pruned():
    from keras_tuner.src import protos
    from keras_tuner.src.distribute.oracle_chief import OracleServicer
    from keras_tuner.src.engine.trial import Trial

    oracle = make("optuna")
    telling(oracle, [(1, 1)] * 5)
    trial = oracle.create_trial("worker-03")
    request = protos.get_service().UpdateTrialRequest
    answers = [
        OracleServicer(oracle).UpdateTrial(
            request(trial_id=trial.trial_id, metrics=at, step=rounds), None
        )
        for at, rounds in (({"score": 0.5}, 1), ({"score": 99.0}, 3), ({"score": 99.0}, 3))
    ]
    assert [Trial.from_proto(each.trial).status for each in answers] == [
        "RUNNING",
        "RUNNING",
        "RUNNING",
    ]
    other = oracle.create_trial("worker-04")
    answer = OracleServicer(oracle).UpdateTrial(
        request(trial_id=other.trial_id, metrics={"score": 2.0}, step=1), None
    )
    assert Trial.from_proto(answer.trial).status == "STOPPED"


def crossing(build, recipe, *arguments, **more):
    """Pretend curves of which those that begin low do not stay so, and all end higher than they began."""
    trained = pretended(build, recipe, *arguments, **more)
    rate, width = recipe.optimizer.learning_rate, build.args[1][0]
    for member in trained.members:
        done = member.steps / 900
        curve = (1 - done) * (rate - 0.3) ** 2 + done * (width / 8 - 1) + (done == 1)
        member.history["validation mean_squares"][:] = curve + member.seed % 97 / 1e4
    return trained


@pytest.fixture
def undisturbed(search, quick, monkeypatch):
    """The records of a study in which trials were pruned."""
    monkeypatch.setattr(study.tensorboard, "write", lambda place, record: None)
    quick(crossing)
    return search("undisturbed", tuner="optuna", trials=ENOUGH)


@NEEDS_OPTUNA
def test_a_pruned_trial_is_kept_with_its_length_and_never_the_best(undisturbed, tmp_path):
    pruned = [each for each in undisturbed if each["pruned"]]
    assert {each["rounds"] for each in pruned} == {1, 3}
    assert {each["rounds"] for each in undisturbed if not each["pruned"]} == {9}
    assert {each["status"] for each in undisturbed} == {"COMPLETED"}
    best = results.find_best(undisturbed)
    assert (
        min(each["score"] for each in pruned)
        < best["score"]
        == min(each["score"] for each in undisturbed if not each["pruned"])
    )
    assert [each["pruned"] for each in results.rank(undisturbed)] == sorted(
        each["pruned"] for each in undisturbed
    )
    rows = list(csv.DictReader((tmp_path / "undisturbed" / "results.csv").open()))
    assert [(row["pruned"], row["rounds"]) for row in rows] == [
        ("True" if each["pruned"] else "", str(each["rounds"])) for each in undisturbed
    ]
    summary = json.loads((tmp_path / "undisturbed" / "results.json").read_text())
    assert summary["pruned"] == len(pruned)
    assert summary["best"]["trial"] == best["trial"]


@NEEDS_OPTUNA
def test_seeds_and_scores_of_a_full_length_are_those_of_any_other_tuner(search, quick):
    quick(pretended)
    by_optuna, at_random = (
        search(tuner, tuner=tuner, trials=1)[0] for tuner in ("optuna", "random")
    )
    for name in ("score", "interval", "values", "executions"):
        assert by_optuna[name] == at_random[name]


@NEEDS_OPTUNA
def test_killed_after_any_event_a_study_goes_on_to_the_same_trials(
    undisturbed, search, tmp_path
):
    lines = (tmp_path / "undisturbed" / ledger.NAME).read_text().splitlines(keepends=True)
    kinds = [json.loads(line)["event"] for line in lines]
    assert set(kinds) == {"created", "begun", "measured", "ended"}
    for cut in (2, *range(len(lines) - 5, len(lines))):
        place = tmp_path / f"killed after {cut}"
        shutil.copytree(tmp_path / "undisturbed", place)
        (place / ledger.NAME).write_text("".join(lines[:cut]))
        assert scores(search(place.name)) == scores(undisturbed)
        again = [
            each
            for each in map(json.loads, (place / ledger.NAME).open())
            if each["event"] != "begun"
        ]
        assert again == [each for each in map(json.loads, lines) if each["event"] != "begun"]


@NEEDS_OPTUNA
def test_more_trials_extend_a_study_as_if_it_had_been_begun_with_them(undisturbed, search):
    short = search("in_two_parts", tuner="optuna", trials=12)
    long = search("in_two_parts", trials=ENOUGH)
    assert long[:12] == short
    assert scores(long) == scores(undisturbed)


@NEEDS_OPTUNA
def test_what_was_decided_once_is_not_decided_anew(
    undisturbed, search, quick, monkeypatch, tmp_path
):
    place = tmp_path / "undisturbed"
    lines = (place / ledger.NAME).read_text().splitlines(keepends=True)
    last = max(at for at, line in enumerate(lines) if '"pruned": true' in line)
    (place / ledger.NAME).write_text("".join(lines[: last + 1]))
    monkeypatch.setattr(
        optuna_oracle, "is_hopeless", lambda *arguments: pytest.fail("it was asked again")
    )
    name = json.loads(lines[last])["trial"]
    found = search("undisturbed", trials=int(name) + 1)
    assert (found[-1]["trial"], found[-1]["pruned"]) == (name, True)


@NEEDS_OPTUNA
def test_a_trial_that_fails_early_is_not_trained_further(search, quick):
    lengths = []

    def train(build, recipe, *arguments, **more):
        lengths.append(recipe.steps)
        return diverged(pretended(build, recipe, *arguments, **more), (0,))

    quick(train)
    record = search(tuner="optuna", trials=1)[0]
    assert (record["status"], record["rounds"], record["pruned"]) == ("FAILED", 1, False)
    assert lengths == [100]


@NEEDS_OPTUNA
def test_a_job_may_ask_for_optuna_itself(jobs, search, quick):
    jobs(TOY.replace("trials=5", 'trials=5, tuner="optuna"'))
    quick(pretended)
    assert [each["rounds"] for each in search()] == [9] * 5


@NEEDS_OPTUNA
def test_progress_and_status_tell_of_pruned_trials(
    undisturbed, search, tmp_path, monkeypatch, capsys
):
    from zoo import cli

    said = []
    search("again", said=said, tuner="optuna", trials=ENOUGH)
    for line, record in zip(said, undisturbed, strict=True):
        told = f"pruned after {record['rounds']} of 9" if record["pruned"] else "9 of 9"
        assert f", {told} rounds; best so far" in line
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        cli.main(["tune", "status", "toy", "--out", "again"])
    pruned = sum(each["pruned"] for each in undisturbed)
    assert f"0 of them failed, {pruned} were pruned; best so far" in capsys.readouterr().out


@NEEDS_OPTUNA
def test_workers_prune_too_and_their_study_can_be_gone_on_with_by_one_process_and_by_many(
    search, quick, monkeypatch, tmp_path
):
    monkeypatch.setattr(study.tensorboard, "write", lambda place, record: None)
    monkeypatch.setattr(service, "AGAIN", 0.05)
    monkeypatch.setattr(worker, "POLL", 0.02)
    quick(crossing)
    first = Served(tmp_path / "served", tuner="optuna", trials=14)
    begun = first.end(*crew(first, 3))
    assert {each["pruned"] for each in begun} == {True, False}
    longer = search("served", trials=17)
    last = Served(tmp_path / "served", trials=20)
    assert scores(longer)[:14] == scores(begun)
    assert scores(last.end(*crew(last)))[:17] == scores(longer)
    assert len(results.read_records(last.place)) == 20
