"""Depth with logistic and rectified units: the choice of a rate, and the end of the plateau."""

from types import SimpleNamespace

import numpy as np

from reproductions import mnist_depth_sigmoid_relu as study

DATASET = SimpleNamespace(train=SimpleNamespace(x=np.zeros((100, 1))))


def test_the_rate_with_the_best_mean_at_the_end_is_chosen_and_a_diverged_one_is_not(
    monkeypatch,
):
    ends = {0.003: [50, 50], 0.01: [80, 90], 0.03: [95, 70], 0.1: [99, np.nan]}

    def train_depth(config, dataset, depth, units, recipe, seeds):
        assert (units, recipe.epochs, seeds) == (study.RECTIFIED, 5, (1001, 1002))
        return np.array([[99, end] for end in ends[recipe.optimizer.learning_rate]])

    monkeypatch.setattr(study, "train_depth", train_depth)
    choice = study.choose_rate(study.FULL, DATASET, 4)
    assert choice.value == 0.01
    assert choice.scores == (50, 15, 17.5, 50.5)


def test_the_end_of_the_plateau_is_sought_finely_then_by_epoch(monkeypatch):
    early = np.array([[10, 10, 25, 10], [10, 10, 10, 10], [10, 10, 10, 10]])
    curve = np.array([[10, 90, 90], [10, 10, 90], [10, 10, 10]])
    monkeypatch.setattr(study, "train_depth", lambda *_: early)
    metrics = study.measure_plateau(study.FULL, DATASET, 4, curve)
    assert metrics[study.PLATEAU(depth=4)].tolist() == [1000, 20, np.inf]
    assert metrics[study.STILL(depth=4)].tolist() == [True, False, True]
    assert metrics[study.AWAKE(depth=4)].tolist() == [True, False, False]


def test_only_the_first_seeds_train_for_longer(monkeypatch):
    asked = []

    def train_depth(config, dataset, depth, units, recipe, seeds):
        asked.append((recipe.epochs, recipe.optimizer.weight_decay, seeds))
        return np.full((len(seeds), 301), 10.0)

    monkeypatch.setattr(study, "train_depth", train_depth)
    metrics = study.train_longer(study.FULL, DATASET, 8)
    few = [1, 2, 3, 4, 5, 6]
    assert asked == [(300, 1e-4, few), (300, 0.0, few)]
    assert metrics[study.CURVE(depth=8, units=study.LONG)].shape == (6, 31)
