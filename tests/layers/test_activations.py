"""The activations are the formulas that their docstrings state."""

import keras
import numpy as np
import pytest

from zoo.layers import scaled_tanh, step


def test_the_scaled_tanh_passes_through_plus_and_minus_one():
    x = np.array([-1.0, 0.0, 1.0, 3.0])
    np.testing.assert_allclose(scaled_tanh(x), 1.7159 * np.tanh(2 * x / 3), rtol=1e-12)
    np.testing.assert_allclose(scaled_tanh(x)[:3], [-1, 0, 1], atol=1e-4)


def test_the_scaled_tanh_bends_most_at_plus_and_minus_one():
    x = np.linspace(0, 3, 3001)
    bend = np.abs(np.gradient(np.gradient(np.asarray(scaled_tanh(x)), x), x))
    assert x[bend.argmax()] == pytest.approx(1.0, abs=0.02)


def test_a_step_is_one_above_zero_and_nothing_at_zero_or_below():
    values = step(np.array([-2.0, -0.0, 0.0, 1e-6, 5.0], "float32"))
    assert np.asarray(values).tolist() == [0, 0, 0, 1, 1]
    assert values.dtype == "float32"


@pytest.mark.parametrize("function", [scaled_tanh, step])
def test_an_activation_comes_back_from_its_registered_name(function):
    assert keras.saving.get_registered_name(function) == f"zoo>{function.__name__}"
    assert keras.activations.deserialize(keras.activations.serialize(function)) is function
