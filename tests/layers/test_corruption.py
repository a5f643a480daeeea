"""Noise replaces or moves as many values as its level says, in training only."""

import numpy as np
import pytest

from zoo.layers import Corruption
from zoo.layers.corruption import CORRUPTIONS

X = np.full((400, 50), 0.3, "float32")


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_inference_passes_on_what_came_in(kind):
    layer = Corruption(kind, 0.4)
    np.testing.assert_array_equal(layer(X), X)
    assert not np.array_equal(layer(X, training=True), X)


def test_masking_zeroes_a_share_and_leaves_the_rest_unscaled():
    noisy = Corruption("masking", 0.25, seed=1)(X, training=True).numpy()
    assert set(np.unique(noisy)) == {np.float32(0), np.float32(0.3)}
    assert np.mean(noisy == 0) == pytest.approx(0.25, abs=0.015)


def test_salt_and_pepper_are_equally_likely_and_make_up_the_share_together():
    noisy = Corruption("salt_and_pepper", 0.4, seed=1)(X, training=True).numpy()
    assert set(np.unique(noisy)) == {np.float32(0), np.float32(0.3), np.float32(1)}
    assert np.mean(noisy == 0) == pytest.approx(0.2, abs=0.015)
    assert np.mean(noisy == 1) == pytest.approx(0.2, abs=0.015)


def test_gaussian_noise_has_mean_zero_and_the_level_as_deviation():
    moved = Corruption("gaussian", 0.5, seed=1)(X, training=True).numpy() - X
    assert moved.mean() == pytest.approx(0, abs=0.02)
    assert moved.std() == pytest.approx(0.5, rel=0.02)


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_level_zero_changes_nothing(kind):
    np.testing.assert_array_equal(Corruption(kind, 0.0)(X, training=True), X)


def test_every_call_draws_anew_and_the_seed_decides_what():
    layer = Corruption("masking", 0.5, seed=1)
    first, second = (layer(X, training=True).numpy() for _ in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(Corruption("masking", 0.5, seed=1)(X, training=True), first)


def test_a_layer_comes_back_from_its_configuration():
    config = Corruption("gaussian", 0.2, seed=3, name="noise").get_config()
    assert (config["kind"], config["level"], config["seed"]) == ("gaussian", 0.2, 3)
    assert Corruption.from_config(config).get_config() == config


@pytest.mark.parametrize(
    ("kind", "level", "message"),
    [
        ("speckle", 0.1, "one of masking, gaussian, salt_and_pepper, not 'speckle'"),
        ("masking", 1.5, "masking noise must be a share from 0 to 1, not 1.5"),
        ("gaussian", -1, "gaussian noise must be 0 or more, not -1"),
    ],
)
def test_unknown_noise_and_impossible_levels_are_refused(kind, level, message):
    with pytest.raises(ValueError, match=message):
        Corruption(kind, level)
