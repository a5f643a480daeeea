"""Restricted Boltzmann machines: how a rate is chosen, and which seeds train a large machine."""

from types import SimpleNamespace

import numpy as np

from reproductions import rbm
from zoo.data import Split

IMAGES = Split(np.zeros((3, 4)), np.arange(3))
DATASET = SimpleNamespace(train=IMAGES, valid=IMAGES, test=IMAGES)


def test_the_rate_with_the_best_likelihood_is_chosen_and_a_diverged_one_is_not(monkeypatch):
    likelihoods = {0.01: [-180, -170], 0.03: [-150, -160], 0.1: [-100, np.nan]}

    def train_small(config, arm, rate, dataset, seeds):
        assert seeds == (1001, 1002)
        return likelihoods[rate]

    monkeypatch.setattr(rbm, "train_small", train_small)
    monkeypatch.setattr(rbm, "average", lambda measure, machines, images: np.array(machines))
    choice = rbm.choose_rate(rbm.FULL, (1, 0), DATASET)
    assert choice.value == 0.03
    assert choice.scores[:2] == (175, 155)


def test_seeds_beyond_those_compared_train_no_large_machine_by_cd():
    config = rbm.Config(seeds=(7, 8))
    metrics = rbm.measure_large(config, (1, 0), DATASET)
    assert {len(values) for values in metrics.values()} == {0}
    assert metrics[rbm.CURVE(arm="CD-1")].shape == (0, 15)
