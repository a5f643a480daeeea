"""Nielsen's networks have his sizes, his units and his initial weights."""

import keras
import numpy as np
import pytest

from zoo.models import nielsen_mlp

COUNTS = {1: 23_860, 2: 24_790, 3: 25_720, 4: 26_650}


@pytest.mark.parametrize("depth", COUNTS)
def test_the_parameter_count_with_one_to_four_hidden_layers_is_the_one_that_the_docstring_states(
    depth,
):
    assert nielsen_mlp(784, (30,) * depth, 10).count_params() == COUNTS[depth]
    assert f"{COUNTS[depth]:,}" in nielsen_mlp.__doc__


def test_hidden_units_are_logistic_and_outputs_are_logits():
    model = nielsen_mlp(6, (5, 4), 3)
    a = x = np.random.default_rng(0).normal(size=(7, 6)).astype("float32")
    *hidden, last = (layer.get_weights() for layer in model.layers[1:])
    for kernel, bias in hidden:
        a = 1 / (1 + np.exp(-(a @ kernel + bias)))
    np.testing.assert_allclose(model(x), a @ last[0] + last[1], rtol=1e-4, atol=1e-5)


def test_kernels_start_with_deviation_one_over_the_root_of_their_inputs_and_biases_with_one():
    keras.utils.set_random_seed(1)
    model = nielsen_mlp(400, (900,), 400)
    hidden, logits = (layer.get_weights() for layer in model.layers[1:])
    assert np.std(hidden[0]) == pytest.approx(1 / 20, rel=0.01)
    assert np.std(logits[0]) == pytest.approx(1 / 30, rel=0.01)
    assert np.std(np.concatenate([hidden[1], logits[1]])) == pytest.approx(1.0, rel=0.1)


def test_layers_of_one_size_start_with_different_kernels_and_biases():
    layers = nielsen_mlp(30, (30, 30), 30).layers[1:]
    assert len({layer.kernel.numpy().tobytes() for layer in layers}) == 3
    assert len({layer.bias.numpy().tobytes() for layer in layers}) == 3
