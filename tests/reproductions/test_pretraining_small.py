"""Pre-training on few images: which images, how settings are chosen, and that a network is stopped early."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from reproductions import pretraining_small
from reproductions.pretraining_small import (
    ERROR,
    FULL,
    METHODS,
    RANDOM,
    RATE,
    SETTING,
    UNEVEN,
)
from zoo.data import Dataset, Split


class Invented(dict):
    """A study whose histories are given by name."""

    def history(self, name):
        return np.array(self[name])


def numbered(start, count):
    """Return images that are their numbers, each of the class of its number."""
    numbers = np.arange(start, start + count)
    return Split(numbers[:, None].astype(np.float32), numbers)


def test_the_splits_are_the_first_the_next_and_the_last_images_and_share_none():
    dataset = Dataset("d", numbered(0, 50), numbered(50, 10), numbered(60, 10), "here")
    splits = pretraining_small.split_images(dataset, (10, 2, 50))
    assert [(y[0], y[-1]) for _, y in splits.values()] == [(0, 9), (10, 11), (20, 69)]
    assert all(np.array_equal(x[:, 0], y) for x, y in splits.values())


def test_the_choice_goes_by_each_seeds_best_measurement_and_sees_no_test_image(monkeypatch):
    asked = []

    def train_network(config, network, splits, seeds):
        asked.append((network.depth, tuple(splits), seeds))
        error = (abs(network.setting - 2) + abs(network.rate - 0.3)) / 10
        return Invented({"validation wrong": [[0.9, error, np.nan], [0.9, error, 0.9]]}), None

    monkeypatch.setattr(pretraining_small, "train_network", train_network)
    monkeypatch.setattr(pretraining_small.data, "load", lambda *_, **__: SimpleNamespace())
    monkeypatch.setattr(
        pretraining_small,
        "split_images",
        lambda *_: dict.fromkeys(("train", "validation", "test")),
    )
    chosen = pretraining_small.choose(FULL)
    for method in METHODS:
        assert chosen[SETTING(method=method)].value == (2.0 if method == RANDOM else 0.3)
        assert chosen[RATE(method=method)].value == 0.3
        assert chosen[RATE(method=method)].tried == FULL.rates
    assert chosen[SETTING(method=RANDOM)].scores == pytest.approx((10.0, 0.0, 20.0, 60.0))
    splits = "train", "validation"
    assert set(asked) == {(3, splits, (1001,)), (3, splits, (1001, 1002, 1003))}
    assert len(asked) == 3 * 16 + 3, "only the best pair of each method is near the best"


def test_a_pair_that_only_one_seed_tried_is_not_chosen_though_the_others_do_worse_with_more_seeds(
    monkeypatch,
):
    by_one_seed = {0.1: 3.3, 0.3: 3.0, 1.0: 3.2, 3.0: 9.0}
    by_all_seeds = {0.3: 3.6, 1.0: 3.5}

    def measure_choice(config, method, splits, pair, seeds):
        errors = by_one_seed if len(seeds) == 1 else by_all_seeds
        return errors[pair[1]]

    monkeypatch.setattr(pretraining_small, "measure_choice", measure_choice)
    config = dataclasses.replace(FULL, ranges=(2.0,))
    chosen = pretraining_small.choose_settings(config, RANDOM, {})[RATE(method=RANDOM)]
    assert chosen.value == 1.0
    assert chosen.scores == (3.3, 3.6, 3.5, 9.0)


def test_a_pair_at_just_the_stated_distance_from_the_best_counts_as_close():
    errors = {"best": float(np.float32(3.05)), "at": float(np.float32(3.25)), "far": 3.3}
    assert pretraining_small.find_close(errors, 0.2) == ["best", "at"]


def test_the_error_is_that_of_the_measurement_with_the_best_validation_error():
    study = Invented(
        {
            "validation wrong": [[0.9, 0.2, 0.1], [0.9, 0.2, np.nan]],
            "test wrong": [[0.9, 0.4, 0.3]] * 2,
        }
    )
    metrics = pretraining_small.measure_errors(study, {"method": RANDOM, "depth": 2})
    np.testing.assert_allclose(metrics[ERROR(method=RANDOM, depth=2)], [30.0, 40.0])


def test_signals_are_unequal_by_the_largest_divided_by_the_smallest_and_averaged_geometrically():
    study = Invented(
        {
            "gradient norm, hidden_1/bias": [[4.0, 1.0, 1.0]] * 2,
            "gradient norm, hidden_2/bias": [[0.5, 1.0, 1.0]] * 2,
        }
    )
    metrics = pretraining_small.measure_signals(
        [study, study], {"method": RANDOM, "depth": 2}
    )
    at_start = metrics[UNEVEN(when="at the start", method=RANDOM, depth=2)]
    on_average = metrics[UNEVEN(when="on average", method=RANDOM, depth=2)]
    np.testing.assert_allclose(at_start, [8.0, 8.0])
    np.testing.assert_allclose(on_average, [2.0, 2.0])


def test_signals_and_the_first_epoch_are_those_of_the_deepest_network(monkeypatch):
    study = Invented(
        {
            "validation wrong": [[0.9, 0.2]],
            "test wrong": [[0.9, 0.4]],
            "gradient norm, hidden_1/bias": [[4.0, 1.0]],
            "gradient norm, hidden_2/bias": [[0.5, 1.0]],
            "validation softmax_cross_entropy": [[1.0, 0.5]],
        }
    )
    monkeypatch.setattr(
        pretraining_small, "train_network", lambda *_, **__: (study, [study, study])
    )
    config = pretraining_small.Config(depths=(1, 2), seeds=(1,))
    deepest, other = (
        pretraining_small.measure_network(
            config, pretraining_small.Network(RANDOM, depth, 2.0, 1.0), {}
        )
        for depth in (2, 1)
    )
    first = pretraining_small.FIRST(method=RANDOM, depth=2)
    assert deepest[first].tolist() == [0.5]
    assert not pretraining_small.FIRST.find(other) and not UNEVEN.find(other)
