"""Restricted Boltzmann machines: how a rate is chosen, and which seeds train a large machine."""

from types import SimpleNamespace

import numpy as np

from reproductions import rbm
from zoo.data import Split

IMAGES = Split(np.zeros((3, 4)), np.arange(3))
DATASET = SimpleNamespace(train=IMAGES, valid=IMAGES, test=IMAGES)


def test_the_rate_with_the_best_likelihood_is_chosen_and_a_diverged_one_is_not(monkeypatch):
    likelihoods = {
        0.01: [-180, -170],
        0.03: [-150, -160],
        0.1: [-100, np.nan],
        0.3: [-200, -200],
    }

    def train_small(config, arm, rate, dataset, seeds):
        assert seeds == (1001, 1002, 1003)
        return likelihoods[rate]

    monkeypatch.setattr(rbm, "train_small", train_small)
    monkeypatch.setattr(rbm, "average", lambda measure, machines, images: np.array(machines))
    choice = rbm.choose_rate(rbm.FULL, (1, 0), DATASET)
    assert choice.value == 0.03
    assert choice.scores[:2] == (175, 155)


def test_the_grid_grows_until_the_best_rate_is_inside(monkeypatch):
    likelihoods = {0.01: -180, 0.03: -170, 0.1: -160, 0.3: -150, 1.0: -140, 3.0: -155}

    def train_small(config, arm, rate, dataset, seeds):
        return [likelihoods[rate]]

    monkeypatch.setattr(rbm, "train_small", train_small)
    monkeypatch.setattr(rbm, "average", lambda measure, machines, images: np.array(machines))
    choice = rbm.choose_rate(rbm.FULL, (1, 0), DATASET)
    assert choice.value == 1.0
    assert not choice.is_at_an_end
