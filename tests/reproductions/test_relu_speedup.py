"""ReLU against tanh: the goal is found between epochs, and each run ends when it is there."""

from dataclasses import replace

import numpy as np
import pytest

from reproductions import relu_speedup
from reproductions.harness.claiming.claims import judge_claim
from reproductions.harness.showing.entries import describe_choice
from reproductions.relu_speedup import bound_epochs, find_crossing
from zoo import data


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
    assert find_crossing(np.array(errors)) == pytest.approx(epochs, nan_ok=True)


def test_published_epochs_are_measured_as_ours_are():
    reached = relu_speedup.REACHED
    relu = np.array(list(relu_speedup.PUBLISHED["relu"].values()))
    tanh = relu_speedup.PUBLISHED["tanh"]
    assert find_crossing(relu) == pytest.approx(reached["relu"], abs=0.05)
    assert np.isinf(find_crossing(np.array(list(tanh.values()))))
    assert max(tanh) == reached["tanh"]


def test_a_run_that_is_never_there_counts_as_the_end_only_far_past_6_times_relu():
    epochs, relu = (
        np.array([30, np.inf, np.inf, np.nan, np.inf]),
        np.array([4, 4, 5, 4, np.inf]),
    )
    np.testing.assert_array_equal(
        bound_epochs(epochs, relu, 40), [30, 40, np.inf, np.nan, np.inf]
    )


def verdict(name, sigmoid, relu):
    """The verdict of a claim on the sigmoid from invented epochs of ours."""
    (claim,) = (claim for claim in relu_speedup.CLAIMS if claim.id == f"relu-6x/{name}")
    sigmoid, relu = np.array(sigmoid, float), np.array(relu, float)
    metrics = {
        claim.metric: bound_epochs(sigmoid, relu, 40),
        relu_speedup.EPOCHS(activation="relu"): relu,
    }
    return judge_claim(claim, metrics).status


@pytest.mark.parametrize(
    ("sigmoid", "relu", "status"),
    [
        ((33, 36, 38), (5.9, 6, 6.1), "reproduced"),
        ((20, 21, 22), (5.9, 6, 6.1), "not reproduced"),
        ([np.inf] * 3, (3.9, 4, 4.2), "not reproduced"),
        (
            [np.inf] * 3,
            (5.5, 6, 6.5),
            "inconclusive",
        ),  # 40 epochs each would look like 6 times
        ([np.inf] * 3, (3.0, 4, 4.7), "inconclusive"),
    ],
)
def test_runs_that_are_never_there_can_refute_6_times_and_not_confirm_it(
    sigmoid, relu, status
):
    assert verdict("sigmoid-6x", sigmoid, relu) == status


def falling(slopes):
    """Stand in for training: the error of seed s falls by slopes[s] in every epoch; note what is asked."""
    asked = []

    def train_arms(config, arms, train, name):
        asked.append(
            [(activation, epochs, tuple(seeds)) for activation, _, epochs, seeds in arms]
        )
        return [
            np.array([1 - slopes[seed] * np.arange(1, epochs + 1) for seed in seeds])
            for _, _, epochs, seeds in arms
        ]

    return train_arms, asked


def test_only_runs_that_are_not_there_yet_are_made_longer(monkeypatch):
    train_arms, asked = falling({1: 0.1, 2: 0.05, 3: 0.001})
    monkeypatch.setattr(relu_speedup, "train_arms", train_arms)
    config = replace(relu_speedup.FULL, activations=("relu",))
    curve = relu_speedup.train_until_there(config, {"relu": 0.01}, None)["relu"]
    assert asked == [[("relu", 10, (1, 2, 3))], [("relu", 20, (2, 3))], [("relu", 40, (3,))]]
    assert np.isfinite(curve).sum(axis=1).tolist() == [10, 20, 40]


def test_a_diverged_rate_is_never_chosen(monkeypatch):
    last = iter([np.nan, 0.3, 0.2, 0.9, np.nan, 0.8])

    def train_arms(config, arms, train, name):
        assert {seeds for *_, seeds in arms} == {(1001,)}
        return [np.array([[0.9, next(last)]]) for _ in arms]

    monkeypatch.setattr(relu_speedup, "train_arms", train_arms)
    config = replace(
        relu_speedup.SMOKE, activations=("relu", "tanh"), rates=(0.1, 0.01, 0.001)
    )
    chosen = relu_speedup.choose(config)
    rates = {name: choice.value for name, choice in chosen.items()}
    assert rates == {"learning rate, relu": 0.001, "learning rate, tanh": 0.001}


@pytest.mark.parametrize(
    ("errors", "text"),
    [
        ([np.nan, 20.0, 30.0], "0.01 (tried: 0.1: diverged, 0.01: 20, 0.001: 30)"),
        (
            [90.0, 30.0, 20.0],
            "0.001 (tried: 0.1: 90, 0.01: 30, 0.001: 20; the chosen one is an end of these)",
        ),
        ([90.0, 89.0, 90.0], "0.01 (tried: 0.1: 90, 0.01: 89, 0.001: 90)"),
    ],
)
def test_the_record_says_what_a_choice_is_worth(errors, text):
    choice = relu_speedup.choose_rate(dict(zip((0.1, 0.01, 0.001), errors, strict=True)))
    described = describe_choice(choice)
    assert described.startswith(f"{text}. Scores: training error (%).")
    assert ("None had learnt" in described) == (np.nanmin(errors) > 85)


def test_images_lose_their_mean_picture():
    split = data.load("digits").train
    assert np.abs(relu_speedup.subtract_mean(split).x.mean(axis=0)).max() < 1e-4
