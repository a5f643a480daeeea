"""Subsampling is coefficient times sum plus bias, then the activation."""

import keras
import numpy as np

from zoo.layers import Subsampling, scaled_tanh


def test_each_map_is_summed_over_squares_scaled_shifted_and_squashed():
    x = np.random.default_rng(0).normal(size=(3, 6, 4, 2)).astype("float32")
    layer = Subsampling(2, activation=scaled_tanh)
    layer.build(x.shape)
    layer.set_weights([np.array([0.5, -0.2]), np.array([0.1, 0.3])])
    sums = x.reshape(3, 3, 2, 2, 2, 2).sum(axis=(2, 4))
    expected = 1.7159 * np.tanh((sums * [0.5, -0.2] + [0.1, 0.3]) * 2 / 3)
    np.testing.assert_allclose(layer(x), expected, rtol=1e-5, atol=1e-6)


def test_a_coefficient_of_one_over_the_square_starts_as_an_average():
    x = np.random.default_rng(0).normal(size=(1, 9, 9, 1)).astype("float32")
    layer = Subsampling(3, coefficient_initializer=keras.initializers.Constant(1 / 9))
    np.testing.assert_allclose(
        layer(x), keras.layers.AveragePooling2D(3)(x), rtol=1e-4, atol=1e-6
    )


def test_two_parameters_a_map_and_the_shape_that_is_stated():
    layer = Subsampling()
    layer.build((None, 28, 28, 6))
    assert layer.count_params() == 12
    assert layer.compute_output_shape((None, 28, 29, 6)) == (None, 14, 14, 6)
    assert layer(np.zeros((1, 28, 29, 6))).shape == (1, 14, 14, 6)


def test_the_layer_comes_back_from_its_configuration():
    layer = Subsampling(
        3,
        activation=scaled_tanh,
        coefficient_initializer=keras.initializers.RandomUniform(-1, 1, seed=2),
    )
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()
    assert again.activation is scaled_tanh
