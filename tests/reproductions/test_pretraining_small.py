"""Pre-training on few images: which images, how settings are chosen, and that a network is stopped early."""

from types import SimpleNamespace

import numpy as np
import pytest

from reproductions import pretraining_small
from reproductions.pretraining_small import ERROR, FULL, METHODS, RANDOM, UNEVEN, Config
from zoo.data import Split


class Invented(dict):
    """A study whose histories are given by name."""

    def history(self, name):
        return np.array(self[name])


def numbered(start, count):
    """Return images that are their numbers, each of the class of its number."""
    numbers = np.arange(start, start + count)
    return Split(numbers[:, None].astype(np.float32), numbers)


def test_the_parts_are_the_first_the_next_and_the_last_images_and_share_none():
    dataset = SimpleNamespace(train=numbered(0, 50), valid=numbered(50, 10), test=numbered(60, 10))
    parts = pretraining_small.parts(dataset, (10, 2, 50))
    assert [(y[0], y[-1]) for _, y in parts.values()] == [(0, 9), (10, 11), (20, 69)]
    assert all(np.array_equal(x[:, 0], y) for x, y in parts.values())


@pytest.mark.parametrize("method", METHODS)
def test_the_choice_goes_by_each_seeds_best_measurement_and_sees_no_test_image(method, monkeypatch):
    asked = []

    def tuned(config, method, own, rate, depth, splits, seeds):
        asked.append((depth, tuple(splits), seeds))
        error = (abs(own - 2) + abs(rate - 0.3)) / 10
        return Invented({"validation wrong": [[0.9, error, np.nan], [0.9, error, 0.9]]}), None

    monkeypatch.setattr(pretraining_small, "tuned", tuned)
    found = pretraining_small.chosen(FULL, method, dict.fromkeys(("train", "validation", "test")))
    assert found == (2.0 if method == RANDOM else 0.1, 0.3)
    assert set(asked) == {(3, ("train", "validation"), (1001,))}


def test_the_error_is_that_of_the_measurement_with_the_best_validation_error(monkeypatch):
    found = Invented(
        {
            "validation wrong": [[0.9, 0.2, 0.1], [0.9, 0.2, np.nan]],
            "test wrong": [[0.9, 0.4, 0.3]] * 2,
            "gradient norm, hidden_1/bias": [[4.0, 1.0, 1.0]] * 2,
            "gradient norm, hidden_2/bias": [[0.5, 1.0, 1.0]] * 2,
            "validation softmax_cross_entropy": [[1.0, 0.5]] * 2,
        }
    )
    monkeypatch.setattr(pretraining_small, "chosen", lambda *_: (2.0, 1.0))
    monkeypatch.setattr(pretraining_small, "tuned", lambda *_, **__: (found, [found, found]))
    values = pretraining_small.arm(Config(depths=(2,), seeds=(1, 2)), RANDOM, {})
    np.testing.assert_allclose(values[ERROR.format(RANDOM, 2)], [30.0, 40.0])
    np.testing.assert_allclose(values[UNEVEN.format("at the start", RANDOM, 2)], [8.0, 8.0])
    np.testing.assert_allclose(values[UNEVEN.format("on average", RANDOM, 2)], [2.0, 2.0])
