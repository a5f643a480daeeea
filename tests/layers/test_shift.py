"""Pictures are moved by whole pixels, in training only, each distance as often."""

import collections

import numpy as np
import pytest

from zoo.layers import RandomShift
from zoo.layers.shift import moved

PICTURES = np.random.default_rng(0).normal(size=(3, 6, 5, 2)).astype("float32")


def by_hand(picture, rows, columns):
    """Return one picture moved, pixel by pixel."""
    height, width, _ = picture.shape
    new = np.empty_like(picture)
    for row in range(height):
        for column in range(width):
            old = (
                min(max(row - rows, 0), height - 1),
                min(max(column - columns, 0), width - 1),
            )
            new[row, column] = picture[old]
    return new


def test_each_picture_moves_by_its_own_distances_and_edges_are_repeated():
    rows, columns = np.array([2, 0, -1]), np.array([-1, 0, 2])
    expected = [by_hand(*each) for each in zip(PICTURES, rows, columns, strict=True)]
    np.testing.assert_array_equal(moved(PICTURES, rows, columns), expected)


def test_inference_passes_on_what_came_in():
    np.testing.assert_array_equal(RandomShift(2)(PICTURES), PICTURES)


def test_every_distance_up_to_the_farthest_is_as_likely_in_both_directions():
    dots = np.zeros((5000, 9, 9, 1), "float32")
    dots[:, 4, 4] = 1
    found = np.argwhere(RandomShift(2, seed=1)(dots, training=True).numpy())[:, 1:3] - 4
    counts = collections.Counter(map(tuple, found))
    assert set(counts) == {(row, column) for row in range(-2, 3) for column in range(-2, 3)}
    assert all(count == pytest.approx(200, abs=60) for count in counts.values())


def test_every_call_draws_anew_and_the_seed_decides_what():
    layer = RandomShift(2, seed=1)
    first, second = (layer(PICTURES, training=True).numpy() for _ in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(RandomShift(2, seed=1)(PICTURES, training=True), first)


def test_a_layer_comes_back_from_its_configuration():
    config = RandomShift(3, seed=2, name="moved").get_config()
    assert (config["pixels"], config["seed"]) == (3, 2)
    assert RandomShift.from_config(config).get_config() == config


@pytest.mark.parametrize("pixels", [-1, 0.5])
def test_impossible_distances_are_refused(pixels):
    with pytest.raises(ValueError, match=f"whole number of pixels, 0 or more, not {pixels}"):
        RandomShift(pixels)
