"""ReLU against tanh: the goal is found between epochs, and each run ends when it is there."""

from dataclasses import replace

import numpy as np
import pytest

from reproductions import relu_speedup
from reproductions.harness.claiming.claims import judge_claim
from reproductions.harness.showing.entries import describe_choice
from reproductions.relu_speedup import find_crossing
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


def verdict(name, slow, relu):
    """The verdict of a claim on tanh or the sigmoid from invented epochs of ours."""
    (claim,) = (claim for claim in relu_speedup.CLAIMS if claim.id == f"relu-6x/{name}")
    metrics = {
        claim.metric: np.array(slow, float),
        relu_speedup.RELU: np.array(relu, float),
    }
    return judge_claim(claim, metrics).status


RELU_SEEDS = (5.8, 5.9, 6.0, 6.1, 6.0, 5.9)
NEVER = [np.inf] * 6


@pytest.mark.parametrize(
    ("name", "slow", "status"),
    [
        ("tanh-6x", (35, 36, 36, 37, 36, 35), "reproduced"),
        ("tanh-6x", (20, 21, 22, 21, 20, 21), "not reproduced"),
        ("tanh-6x", NEVER, "not reproduced"),  # 80 epochs are more than 8.5 times
        ("tanh-6x", (36, 36, 36, 36, 36, np.inf), "inconclusive"),
        ("tanh-slower", NEVER, "reproduced"),
        ("sigmoid-up-to-6x", NEVER, "not reproduced"),
        ("sigmoid-up-to-6x", (20, 21, 22, 21, 20, 21), "reproduced"),
        ("sigmoid-up-to-6x", (20, 21, 22, 21, 20, np.inf), "inconclusive"),
        ("sigmoid-slower", (6.0, 6.1, 6.2, 6.0, 6.1, 6.2), "not reproduced"),
    ],
)
def test_runs_that_never_get_there_show_more_and_never_less(name, slow, status):
    assert verdict(name, slow, RELU_SEEDS) == status


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
    train_arms, asked = falling({1: 0.02, 2: 0.015, 3: 0.001})
    monkeypatch.setattr(relu_speedup, "train_arms", train_arms)
    config = replace(relu_speedup.FULL, activations=("relu", "tanh"), seeds=(1, 2, 3))
    curves = relu_speedup.train_until_there(config, {"relu": 0.01, "tanh": 0.01}, None)
    assert asked == [
        [("relu", 12, (1, 2, 3)), ("tanh", 40, (1, 2, 3))],
        [("tanh", 60, (2, 3))],
        [("tanh", 80, (3,))],
    ]
    assert np.isfinite(curves["tanh"]).sum(axis=1).tolist() == [40, 60, 80]
    assert curves["relu"].shape == (3, 12)


def scores_for(monkeypatch, table):
    """Let each (rate, seed) end at a training error of `table`, a share; note what is trained."""
    trained = []

    def train_arms(config, arms, train, name):
        trained.extend((rate, seeds) for _, rate, _, seeds in arms)
        return [
            np.array([[0.9, table[rate, seed]] for seed in seeds])
            for _, rate, _, seeds in arms
        ]

    monkeypatch.setattr(relu_speedup, "train_arms", train_arms)
    return trained


def choose_tanh(**changes):
    config = replace(relu_speedup.FULL, data="digits", activations=("tanh",), **changes)
    return relu_speedup.choose(config)["learning rate, tanh"]


def test_a_diverged_rate_is_never_chosen(monkeypatch):
    scores_for(monkeypatch, {(0.01, 1001): np.nan, (0.03, 1001): 0.3, (0.1, 1001): 0.2})
    choice = choose_tanh(rates=(0.01, 0.03, 0.1), further_rates=0, rate_seeds=(1001,))
    assert choice.value == 0.1
    assert "tried: 0.01: diverged, 0.03: 30, 0.1: 20; the chosen one is an end" in (
        describe_choice(choice)
    )


def test_the_grid_grows_and_three_seeds_decide_between_the_best_two(monkeypatch):
    table = {(0.01, 1001): 0.5, (0.03, 1001): 0.4, (0.1, 1001): 0.3, (0.3, 1001): 0.31}
    table |= {(0.1, 1002): 0.6, (0.1, 1003): 0.6, (0.3, 1002): 0.3, (0.3, 1003): 0.3}
    trained = scores_for(monkeypatch, table)
    choice = choose_tanh(rates=(0.01, 0.03, 0.1))
    assert choice.tried == (0.01, 0.03, 0.1, 0.3)
    assert choice.value == 0.3, "the mean of three seeds, not the first one"
    assert (0.3, (1001, 1002, 1003)) in trained
    assert "Means of 3 seeds: 0.1: 50, 0.3: 30.33" in choice.remark


def test_a_best_rate_that_is_still_an_end_at_the_limit_is_said(monkeypatch):
    table = {(rate, 1001): rate for rate in (3e-5, 1e-4, 3e-4, 1e-3)}
    table |= {(rate, seed): rate for rate in (3e-5, 1e-4) for seed in (1002, 1003)}
    scores_for(monkeypatch, table)
    choice = choose_tanh(rates=(3e-4, 1e-3))
    assert choice.tried == (3e-5, 1e-4, 3e-4, 1e-3)
    assert "The best is still an end after 2 further rates" in choice.remark


def test_a_choice_among_rates_that_do_not_learn_says_so(monkeypatch):
    scores_for(monkeypatch, {(0.01, 1001): 0.9, (0.03, 1001): 0.89})
    choice = choose_tanh(rates=(0.01, 0.03), further_rates=0, rate_seeds=(1001,))
    assert "None had learnt" in choice.remark


def test_images_lose_their_mean_picture():
    split = data.load("digits").train
    assert np.abs(relu_speedup.subtract_mean(split).x.mean(axis=0)).max() < 1e-4
