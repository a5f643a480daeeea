"""Depth with logistic and rectified units: the choice of a rate, and the end of the plateau."""

from types import SimpleNamespace

import numpy as np

from reproductions import mnist_depth_sigmoid_relu as study

DATASET = SimpleNamespace(train=SimpleNamespace(x=np.zeros((100, 1))))


def test_the_rate_with_the_best_mean_at_the_end_is_chosen_and_a_diverged_one_is_not(monkeypatch):
    ends = {0.003: [50, 50], 0.01: [80, 90], 0.03: [95, 70], 0.1: [99, np.nan]}

    def trained(config, dataset, depth, *, rate, seeds, **setting):
        assert seeds == (1001, 1002)
        return np.array([[99, end] for end in ends[rate]])

    monkeypatch.setattr(study, "trained", trained)
    assert study.chosen(study.FULL, DATASET, 4) == 0.01


def test_the_end_of_the_plateau_is_sought_finely_then_by_epoch(monkeypatch):
    early = np.array([[10, 10, 25, 10], [10, 10, 10, 10], [10, 10, 10, 10]])
    curve = np.array([[10, 90, 90], [10, 10, 90], [10, 10, 10]])
    monkeypatch.setattr(study, "trained", lambda *setting, **length: early)
    values = study.plateau(study.FULL, DATASET, 4, curve)
    assert values[study.PLATEAU.format(4)].tolist() == [1000, 20, np.inf]
    assert values[study.STILL.format(4)].tolist() == [True, False, True]
    assert values[study.AWAKE.format(4)].tolist() == [True, False, False]
