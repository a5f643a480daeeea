"""A tied layer has one kernel for both directions, in its values and in its gradient."""

import keras
import numpy as np
import tensorflow as tf

from zoo.layers import TiedDense

X = np.random.default_rng(0).normal(size=(5, 4))


def built(**choices):
    """Return a float64 layer of 4 visible and 3 hidden units with random weights."""
    layer = TiedDense(3, dtype="float64", **choices)
    layer.build((None, 4))
    random = np.random.default_rng(1)
    layer.set_weights([random.normal(size=weight.shape) for weight in layer.weights])
    return layer


def test_it_has_one_kernel_and_a_bias_per_direction():
    assert [(w.name, tuple(w.shape)) for w in built().weights] == [
        ("kernel", (4, 3)),
        ("bias", (3,)),
        ("visible_bias", (4,)),
    ]


def test_forward_uses_the_kernel_and_backward_its_transpose():
    layer = built(activation="tanh", backward_activation="sigmoid")
    kernel, bias, visible_bias = layer.get_weights()
    h = np.tanh(X @ kernel + bias)
    np.testing.assert_allclose(layer(X), h, rtol=1e-12)
    back = 1 / (1 + np.exp(-(h @ kernel.T + visible_bias)))
    np.testing.assert_allclose(layer(h, backward=True), back, rtol=1e-12)


def test_the_way_back_is_linear_unless_told_otherwise():
    layer = built()
    kernel, _, visible_bias = layer.get_weights()
    np.testing.assert_allclose(
        layer(np.ones((1, 3)), backward=True), [kernel.sum(axis=1) + visible_bias]
    )


def test_the_kernels_gradient_is_the_sum_of_both_directions():
    layer = built(activation="linear")
    kernel, bias, _ = layer.get_weights()
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(layer(X), backward=True))
    h = X @ kernel + bias
    expected = np.outer(X.sum(axis=0), kernel.sum(axis=0)) + np.outer(
        np.ones(4), h.sum(axis=0)
    )
    np.testing.assert_allclose(tape.gradient(total, layer.kernel.value), expected, rtol=1e-10)


def test_a_model_that_runs_it_both_ways_comes_back_from_its_configuration_still_tied():
    entry = keras.Input((4,))
    layer = TiedDense(3, "tanh", "sigmoid", kernel_initializer="he_normal", name="tied")
    model = keras.Model(entry, layer(layer(entry), backward=True))
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    assert len(again.weights) == 3
    np.testing.assert_array_equal(again(X), model(X))
