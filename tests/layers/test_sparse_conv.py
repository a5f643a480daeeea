"""A convolution by a table is an ordinary one whose other kernels are zero, with fewer parameters."""

import keras
import numpy as np
import pytest

from zoo.layers import SparseConv2D
from zoo.layers.sparse_conv import connection_index
from zoo.models.lenet5_1998 import C3_TABLE, FanInUniform

TABLE = ((0,), (0, 2), (1, 2), (2, 1, 0))


def layer_and_images(**choices):
    """Return a built layer with biases that are not zero, and two images of three channels."""
    layer = SparseConv2D(TABLE, 3, bias_initializer="random_normal", **choices)
    x = np.random.default_rng(0).normal(size=(2, 7, 6, 3)).astype("float32")
    layer(x)
    return layer, x


def test_c3_has_1516_parameters_in_60_kernels():
    layer = SparseConv2D(C3_TABLE, 5)
    layer.build((None, 14, 14, 6))
    assert layer.kernel.shape == (5, 5, 60)
    assert layer.count_params() == 1_516


def test_the_output_is_that_of_a_convolution_with_zeros_for_the_missing_pairs():
    layer, x = layer_and_images(activation="tanh")
    kernel = np.zeros((3, 3, 3, 4), "float32")
    number = 0
    for output, seen in enumerate(TABLE):
        for source in seen:
            kernel[:, :, source, output] = layer.kernel[:, :, number]
            number += 1
    full = keras.layers.Conv2D(4, 3, activation="tanh")
    full.build(x.shape)
    full.set_weights([kernel, layer.bias.numpy()])
    np.testing.assert_allclose(layer(x), full(x), rtol=1e-5, atol=1e-6)


def test_an_output_map_does_not_see_what_the_table_leaves_out():
    layer, x = layer_and_images()
    changed = x.copy()
    changed[..., 1] += 1
    same = [
        np.allclose(layer(x)[..., output], layer(changed)[..., output]) for output in range(4)
    ]
    assert same == [1 not in seen for seen in TABLE]


def test_the_stated_shape_is_the_one_that_comes_out():
    layer, x = layer_and_images()
    assert layer.compute_output_shape(x.shape) == layer(x).shape == (2, 5, 4, 4)
    assert layer.compute_output_shape((None, None, 6, 3)) == (None, None, 4, 4)


def test_kernels_start_by_the_fan_in_of_their_own_output_map():
    keras.utils.set_random_seed(1)
    layer = SparseConv2D(C3_TABLE, 5, kernel_initializer=FanInUniform(2.4))
    layer.build((None, 14, 14, 6))
    number, kernels = 0, layer.kernel.numpy()
    for seen in C3_TABLE:
        largest = np.abs(kernels[:, :, number : number + len(seen)]).max()
        assert 0.8 < largest / (2.4 / (25 * len(seen))) <= 1
        number += len(seen)


def test_no_two_kernels_start_alike():
    keras.utils.set_random_seed(1)
    layer = SparseConv2D(C3_TABLE, 5, kernel_initializer="lecun_normal")
    layer.build((None, 14, 14, 6))
    assert (
        len({kernel.tobytes() for kernel in np.moveaxis(layer.kernel.numpy(), -1, 0)}) == 60
    )


def test_the_layer_comes_back_from_its_configuration():
    layer, x = layer_and_images(
        activation="tanh", kernel_initializer=FanInUniform(1.0), name="c3"
    )
    config = keras.saving.serialize_keras_object(layer)
    again = keras.saving.deserialize_keras_object(config)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(x), layer(x))
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("table", "culprit"),
    [
        (((0,), (3,)), "map 1 .* sees \\[3\\]"),
        (((0, 0),), "sees \\[0, 0\\]"),
        (((),), "\\[\\]"),
    ],
)
def test_a_table_that_fits_no_three_inputs_is_refused_with_the_map(table, culprit):
    with pytest.raises(ValueError, match=culprit + ": name different input maps from 0 to 2"):
        connection_index(table, 3)
