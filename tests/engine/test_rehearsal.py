"""What a dry run says of a study's cost, and that it leaves nothing behind."""

import numpy as np
import pytest

from tests.engine.networks import bits, recipe, small, splits, with_dropout
from zoo import engine
from zoo.engine import rehearsal
from zoo.engine.member import Pace
from zoo.engine.rehearsal import Cost, Rehearsal
from zoo.engine.settings import store_folder


@pytest.fixture(autouse=True)
def a_short_sample(monkeypatch):
    monkeypatch.setattr(rehearsal, "SAMPLE_SECONDS", 0.02)


def rehearsed(build, seeds, **changes):
    with engine.using(rehearsal=Rehearsal()) as settings:
        study = engine.train(build, recipe(**changes), splits(), seeds, name="dry")
    return study, settings.rehearsal.costs


def test_a_rehearsal_returns_histories_of_the_shapes_that_training_gives():
    study, _ = rehearsed(with_dropout, [1, 2, 3], epochs=40)
    assert study.history("validation correct").shape == (3, 41)
    assert study.history("training loss").shape == (3, 41)
    assert study.steps[-1] == 240
    assert [member.seed for member in study.members] == [1, 2, 3]
    assert study.model(3).count_params() == with_dropout().count_params()


def test_a_rehearsal_trains_no_member_to_its_end_and_keeps_none():
    _, (cost,) = rehearsed(small, [1, 2], epochs=40)
    assert (cost.members, cost.missing, cost.steps, cost.steps_left) == (2, 2, 240, 480)
    assert cost.weights == small().count_params()
    assert not list(store_folder().rglob("*.state"))
    trained = engine.train(small, recipe(), splits(), [1])
    assert trained.history("validation correct").shape == (1, 5)


def test_stored_members_cost_nothing_and_are_returned_as_they_are():
    stored = engine.train(small, recipe(), splits(), [1, 2])
    study, (cost,) = rehearsed(small, [1, 2])
    assert (cost.missing, cost.steps_left, cost.seconds) == (0, 0, 0.0)
    assert [bits(member) for member in study.members] == [
        bits(member) for member in stored.members
    ]


def test_a_shorter_stored_state_counts_as_done():
    engine.train(small, recipe(epochs=4), splits(), [1])
    _, (cost,) = rehearsed(small, [1, 2], epochs=10)
    assert (cost.missing, cost.steps_left) == (2, 2 * 60 - 24)


def test_a_study_that_is_asked_for_again_is_counted_once_and_looks_the_same():
    with engine.using(rehearsal=Rehearsal()) as settings:
        first, again, longer = (
            engine.train(small, recipe(epochs=epochs), splits(), [1, 2])
            for epochs in (4, 4, 5)
        )
    assert [cost.missing for cost in settings.rehearsal.costs] == [2, 0, 2]
    assert [cost.steps_left for cost in settings.rehearsal.costs] == [48, 0, 12]
    assert [bits(member) for member in first.members] == [
        bits(member) for member in again.members
    ]
    assert longer.steps[-1] == 30


def test_the_operations_of_a_dense_layer_are_counted_as_they_are_in_the_literature():
    _, (cost,) = rehearsed(small, [1])
    kernels = 12 * 9 + 9 * 4
    products = (
        2 * 10 * (2 * kernels + 9 * 4)
    )  # forwards and the kernels' gradients, and back to the hidden layer
    assert products <= cost.flops <= 1.5 * products


def test_the_expected_time_counts_rounds_of_workers_updates_and_measurements():
    pace = Pace(compile=3.0, step=0.01, measure=0.5, measurements=5)
    cost = Cost("study", 6, 5, 100, 400, 1.0, 1, pace, workers=2)
    assert np.isclose(cost.seconds, 3.0 + 3 * (80 * 0.01 + 5 * 0.5))


def test_running_measures_of_the_sample_stand_for_a_whole_stretch(monkeypatch):
    monkeypatch.setattr(rehearsal, "SAMPLE_SECONDS", 0.0)
    study, _ = rehearsed(small, [1], epochs=40, probe_every=240)
    assert 40 < study.history("training wrong")[0, -1] * 100 < 100
