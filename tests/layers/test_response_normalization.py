"""Response normalisation divides by a power of the mean square around each value."""

import keras
import numpy as np

from zoo.layers import ResponseNormalization


def test_each_value_is_divided_by_the_power_of_the_squares_around_it_zero_beyond_the_border():
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 3))
    around = np.pad(x**2, [(0, 0), (1, 1), (1, 1), (0, 0)])
    sums = sum(around[:, i : i + 5, j : j + 4] for i in range(3) for j in range(3))
    expected = x / (1 + 2.0 / 9 * sums) ** 0.75
    np.testing.assert_allclose(
        ResponseNormalization(3, 2.0, 0.75, dtype="float64")(x), expected, rtol=1e-10
    )


def test_it_has_no_weights_keeps_the_shape_and_comes_back_from_its_configuration():
    layer = ResponseNormalization(4, 0.1, 0.5, name="rnorm1")
    assert (
        layer(np.ones((1, 5, 7, 2))).shape
        == layer.compute_output_shape((1, 5, 7, 2))
        == (1, 5, 7, 2)
    )
    assert layer.weights == []
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()
