"""KerasTuner's search algorithms: what is wrong with them is harmless here."""

import keras_tuner
import pytest

from tests.tuning.conftest import NEEDS_OPTUNA
from tuning.harness import discovery
from tuning.harness.errors import TuningError
from tuning.harness.search import space, tuners
from tuning.harness.store import ledger

assert tuple(tuners.TUNERS) == discovery.TUNERS
ALL = [
    pytest.param(tuner, marks=NEEDS_OPTUNA if tuner == "optuna" else ())
    for tuner in tuners.TUNERS
]
GUIDED = 7
"""Trials, the last of which the Bayesian tuner no longer draws at random in a space of two dimensions."""


def two():
    """Declare a rate and a number of units."""
    hp = keras_tuner.HyperParameters()
    hp.Float("rate", 0.01, 1.0, default=0.5)
    hp.Int("width", 2, 16, step=2, sampling="log", default=4)
    return hp


def small():
    """Declare a space of twelve points."""
    hp = keras_tuner.HyperParameters()
    hp.Choice("kind", ["a", "b", "c"], default="b")
    hp.Int("width", 2, 16, step=2, sampling="log", default=4)
    return hp


def score(values):
    """Return a score that depends on the values only."""
    return (
        (values.get("rate", 0.2) - 0.3) ** 2
        + values["width"] / 100
        + 1 / values.get("tuner/epochs", 1)
    )


def asked(oracle, most=100, fails=lambda values: False, events=None):
    """Ask for trials until there are no more, and return their values and the scores they were told."""
    oracle.journal = (events if events is not None else []).append
    oracle.limit = most
    found = []
    while (trial := oracle.create_trial("chief")).status == tuners.RUNNING:
        values = dict(trial.hyperparameters.values)
        told = None if fails(values) else score(values)
        found.append((trial.trial_id, values, told))
        tuners.tell_score(oracle, trial, told)
    return found


def make(tuner, declared=None, seed=1, rounds=9):
    return tuners.make(tuner, declared or two(), seed, rounds)


@pytest.mark.parametrize("tuner", ["random", "bayesian", "hyperband"])
def test_the_seed_0_is_a_seed_like_any_other(tuner):
    assert asked(make(tuner, seed=0), GUIDED) == asked(make(tuner, seed=0), GUIDED)
    assert asked(make(tuner, seed=0), 3) != asked(make(tuner, seed=1), 3)


def test_keras_tuner_still_takes_the_seed_0_for_none(monkeypatch):
    drawn = iter((11, 12))
    monkeypatch.setattr("random.randint", lambda low, high: next(drawn))
    assert [keras_tuner.oracles.RandomSearchOracle(seed=0).seed for _ in range(2)] == [11, 12]


def test_neighbouring_seeds_do_not_try_the_same_values():
    first, second = (
        {values["rate"] for _, values, _ in asked(make("random", seed=seed), 20)}
        for seed in (1, 2)
    )
    assert first & second == {0.5}, "the default alone is common to both"


@pytest.mark.parametrize("tuner", ALL)
def test_the_first_trial_has_all_defaults(tuner):
    assert space.job_values(asked(make(tuner), 1)[0][1]) == {"rate": 0.5, "width": 4}


@pytest.mark.parametrize("tuner", ALL)
def test_a_search_that_was_interrupted_after_each_trial_proposes_what_an_undisturbed_one_does(
    tuner, monkeypatch
):
    monkeypatch.setattr(
        tuners, "COLLISIONS", 5
    )  # drawing again what was drawn before would use these up
    events, found = [], []
    enough = GUIDED + 1 if tuner == "bayesian" else 14
    for most in range(1, enough + 1):
        oracle = make(tuner)
        tuners.replay(oracle, list(events))
        found += asked(oracle, most, events=events)
    assert found == asked(make(tuner), enough)
    assert len(found) == enough


def test_keras_tuner_itself_cannot_go_on_with_a_grid(tmp_path):
    def grid():
        oracle = keras_tuner.oracles.GridSearchOracle("val_loss", hyperparameters=small())
        oracle._set_project_dir(tmp_path, "grid")
        oracle.verbose = 0
        return oracle

    first = grid()
    trial = first.create_trial("one")
    trial.status = tuners.FAILED
    first.end_trial(trial)
    first.save()
    second = grid()
    second.reload()
    assert second.create_trial("one").status == tuners.STOPPED, (
        "if this fails, replaying may not be needed"
    )


def test_a_grid_has_every_combination_once_and_whole_numbers_where_they_are_declared():
    found = [values for _, values, _ in asked(make("grid", small()))]
    assert {(values["kind"], values["width"]) for values in found} == {
        (kind, width) for kind in "abc" for width in (2, 4, 8, 16)
    }
    assert len(found) == 12
    assert {type(values["width"]) for values in found} == {int}


@pytest.mark.parametrize("tuner", ["random", "bayesian"])
def test_a_small_space_is_tried_to_its_last_point_and_none_twice(tuner):
    declared = keras_tuner.HyperParameters()
    declared.Int("width", 1, 5)
    found = [values["width"] for _, values, _ in asked(make(tuner, declared))]
    assert sorted(found) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("tuner", ALL)
def test_failures_in_a_row_end_nothing_and_leave_no_lock_held(tuner):
    found = asked(make(tuner), 8, fails=lambda values: values["rate"] > 0.05)
    assert len(found) == 8
    assert sum(told is None for *_, told in found) > 3


def test_keras_tuner_itself_holds_its_lock_after_three_failures(tmp_path):
    from keras_tuner.src.engine import oracle as keras_tuners

    oracle = keras_tuner.oracles.RandomSearchOracle(
        "val_loss", max_trials=9, hyperparameters=two()
    )
    oracle._set_project_dir(tmp_path, "three")
    oracle.verbose = 0
    with pytest.raises(RuntimeError, match="consecutive failures"):
        for _ in range(3):
            trial = oracle.create_trial("one")
            trial.status = tuners.FAILED
            oracle.end_trial(trial)
    assert keras_tuners.LOCKS[oracle].locked()


def test_hyperband_sends_the_best_of_a_round_on_even_where_a_third_of_it_failed():
    found = asked(make("hyperband"), 22, fails=lambda values: values["width"] in (2, 8))
    first = [
        (told, values)
        for _, values, told in found
        if values["tuner/epochs"] == 1 and told is not None
    ]
    longer = [values for _, values, _ in found if values["tuner/initial_epoch"] == 1]
    assert min(first, key=lambda pair: pair[0])[1]["rate"] in [
        values["rate"] for values in longer
    ]


def test_a_sweep_of_hyperband_is_counted_as_it_is_run():
    lengths = [
        values["tuner/epochs"]
        for _, values, _ in asked(make("hyperband"), tuners.count_sweep(9) + 1)
    ]
    assert (lengths[:-1].count(1), lengths.count(3), lengths.count(9)) == (9, 8, 6)
    assert lengths[-1] == 1, "a second sweep begins with short trials again"


def test_more_trials_do_not_rename_the_earlier_ones():
    assert [name for name, *_ in asked(make("random"), 11)][:3] == ["0000", "0001", "0002"]
    assert asked(make("random"), 11)[:3] == asked(make("random"), 3)


def test_the_trial_of_a_worker_that_died_is_taken_over():
    events = []
    oracle = make("random")
    oracle.journal = events.append
    left = oracle.create_trial("worker-03")
    again = make("random")
    tuners.replay(again, events)
    assert [trial.trial_id for trial in tuners.list_unfinished(again)] == [left.trial_id]
    assert (
        tuners.list_unfinished(again)[0].hyperparameters.values == left.hyperparameters.values
    )


def test_a_history_that_this_keras_tuner_would_not_have_made_is_refused():
    events = []
    asked(make("grid"), 2, events=events)
    events[-2]["values"] = {"rate": 0.123, "width": 2}
    with pytest.raises(TuningError, match="proposes other values"):
        tuners.replay(make("grid"), events)


def test_the_ledger_forgets_a_line_that_was_not_finished(tmp_path):
    ledger.append(tmp_path, {"event": "begun", "trial": "0000"})
    file = tmp_path / ledger.NAME
    file.write_text(file.read_text() + '{"event": "end')
    assert [each["event"] for each in ledger.read(tmp_path)] == ["begun"]
    ledger.mend(tmp_path)
    ledger.append(tmp_path, {"event": "paused", "trial": "0000"})
    assert [each["event"] for each in ledger.read(tmp_path)] == ["begun", "paused"]
