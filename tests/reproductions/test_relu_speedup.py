"""ReLU against tanh: the goal is found between epochs, and each run ends when it is there."""

from dataclasses import replace

import numpy as np
import pytest

from reproductions import relu_speedup
from reproductions.relu_speedup import crossing
from zoo.data import Split


@pytest.mark.parametrize(
    ("errors", "epochs"),
    [
        ([0.5, 0.4, 0.3, 0.2], 3.5),
        ([0.5, 0.25, 0.4, 0.1], 2.0),
        ([0.2, 0.1], 1.0),
        ([0.5, 0.4, np.inf], np.inf),
        ([0.5, np.nan, np.nan], np.nan),
        ([0.5, 0.2, np.nan], 1 + 0.25 / 0.3),
    ],
)
def test_the_goal_is_reached_on_the_line_between_two_epochs_or_never(errors, epochs):
    assert crossing(np.array(errors)) == pytest.approx(epochs, nan_ok=True)


def test_the_published_curve_of_relu_crosses_in_its_sixth_epoch():
    assert 5 < crossing(np.array(relu_speedup.RELU_CURVE)) < 6


def falling(slopes):
    """Stand in for training: the error of seed s falls by slopes[s] in every epoch; note what is asked."""
    asked = []

    def running_errors(config, arms, train, name):
        asked.append([(activation, epochs, tuple(seeds)) for activation, _, epochs, seeds in arms])
        return [
            np.array([1 - slopes[seed] * np.arange(1, epochs + 1) for seed in seeds])
            for _, _, epochs, seeds in arms
        ]

    return running_errors, asked


def test_only_runs_that_are_not_there_yet_are_made_longer(monkeypatch):
    running_errors, asked = falling({1: 0.1, 2: 0.05, 3: 0.001})
    monkeypatch.setattr(relu_speedup, "running_errors", running_errors)
    config = replace(relu_speedup.FULL, activations=("relu",))
    curve = relu_speedup.learning_curves(config, {"relu": 0.01}, None)["relu"]
    assert asked == [[("relu", 10, (1, 2, 3))], [("relu", 20, (2, 3))], [("relu", 40, (3,))]]
    assert np.isfinite(curve).sum(axis=1).tolist() == [10, 20, 40]


def test_a_diverged_rate_is_never_chosen(monkeypatch):
    last = iter([np.nan, 0.3, 0.2, 0.9, np.nan, 0.8])

    def running_errors(config, arms, train, name):
        assert {seeds for *_, seeds in arms} == {(1001,)}
        return [np.array([[0.9, next(last)]]) for _ in arms]

    monkeypatch.setattr(relu_speedup, "running_errors", running_errors)
    config = replace(relu_speedup.FULL, activations=("relu", "tanh"), rates=(0.1, 0.01, 0.001))
    errors = relu_speedup.grid(config, Split(np.zeros((4, 1)), np.zeros(4)))
    assert {name: int(np.argmin(row)) for name, row in errors.items()} == {"relu": 2, "tanh": 2}
    assert relu_speedup.said(config.rates, errors["relu"], 0.001) == (
        "0.001 chosen (0.1: diverged, 0.01: 30.0 %, 0.001: 20.0 %)"
    )
