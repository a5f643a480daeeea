"""Two hidden units: how ties of votes are broken, which planes are kept, and how the rate is chosen."""

from types import SimpleNamespace

import numpy as np

from reproductions import semeion_hidden as study
from zoo.data import Dataset, Split

IMAGES = Split(np.zeros((3, 4), np.float32), np.arange(3))


def test_a_tie_of_votes_goes_to_the_nearest_neighbour_and_not_to_the_lowest_class():
    learn = np.array([[0.0], [1.0], [2.0]]), np.array([2, 0, 1])
    assert study.ask_neighbours(3, learn, (np.array([[0.1]]), np.array([2]))) == 100
    assert study.ask_neighbours(3, learn, (np.array([[0.1]]), np.array([0]))) == 0


def test_two_votes_beat_the_nearest_neighbour():
    learn = np.array([[0.0], [1.0], [2.0]]), np.array([2, 0, 0])
    assert study.ask_neighbours(3, learn, (np.array([[0.1]]), np.array([0]))) == 100


def test_without_test_digits_each_is_left_out_of_its_own_neighbours():
    learn = np.array([[0.0], [1.0], [10.0], [11.0], [20.0]]), np.array([0, 0, 1, 1, 2])
    assert study.ask_neighbours(1, learn) == 80


def test_only_the_planes_of_seed_1_are_kept():
    planes = np.arange(8.0).reshape(2, 2, 2) / 7
    first = study.keep_first(study.Config(seeds=(1, 2)), planes)
    np.testing.assert_array_equal(first, np.round(planes[:1], 3))
    assert len(study.keep_first(study.Config(seeds=(2, 3)), planes)) == 0


def test_the_rate_that_leaves_least_is_chosen_and_a_diverged_one_is_not(monkeypatch):
    left = {0.001: [[9, 4], [9, 6]], 0.003: [[9, 3], [9, 5]], 0.01: [[9, 1], [9, np.nan]]}

    def train_autoencoder(config, splits, rate, seeds):
        assert (set(splits), seeds) == ({"train", "validation"}, (1001, 1002))
        return SimpleNamespace(history=lambda name: np.array(left[rate]))

    monkeypatch.setattr(study, "train_autoencoder", train_autoencoder)
    dataset = Dataset("d", IMAGES, IMAGES, IMAGES, "here")
    monkeypatch.setattr(study.data, "load", lambda *_, **__: dataset)
    choice = study.choose(study.Config(rates=tuple(left)))[study.RATE]
    assert choice.value == 0.003
    assert choice.scores[:2] == (5, 4)
