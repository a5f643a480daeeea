"""The modern LeNet-5 has the layers, and the number of parameters, that its docstring states."""

import keras
import numpy as np
import pytest

from zoo.models import lenet5

COUNTS = {"c1": 156, "c3": 2_416, "c5": 48_120, "f6": 10_164, "logits": 850}
SHAPES = {
    "c1": (28, 28, 6),
    "s2": (14, 14, 6),
    "c3": (10, 10, 16),
    "s4": (5, 5, 16),
    "maps": (400,),
    "c5": (120,),
    "f6": (84,),
    "logits": (10,),
}


def test_the_61_706_parameters_stand_layer_by_layer_as_in_the_docstring():
    model = lenet5()
    assert {
        layer.name: layer.count_params() for layer in model.layers if layer.count_params()
    } == COUNTS
    assert model.count_params() == 61_706
    for count in (61_706, *COUNTS.values()):
        assert f"{count:,}" in lenet5.__doc__


def test_maps_shrink_as_in_the_source():
    assert {layer.name: layer.output.shape[1:] for layer in lenet5().layers[1:]} == SHAPES


@pytest.mark.parametrize("size", [12, 14, 28, 32])
def test_any_image_from_12_pixels_on_fits(size):
    assert lenet5((size, size, 3), 7)(np.zeros((2, size, size, 3))).shape == (2, 7)


def test_pooling_is_by_maximum_or_by_average():
    corner = np.zeros((1, 28, 28, 1), "float32")
    corner[0, :2, :2, 0] = [[0, 0], [0, 4]]

    def pooled(kind):
        layer = lenet5(pooling=kind).get_layer("s2")
        return float(layer(np.repeat(corner, 6, axis=-1))[0, 0, 0, 0])

    assert (pooled("max"), pooled("average")) == (4.0, 1.0)


def test_all_hidden_layers_have_the_chosen_activation_and_the_output_none():
    model = lenet5(activation="tanh")
    found = {name: model.get_layer(name).activation for name in COUNTS}
    assert found.pop("logits") is keras.activations.linear
    assert set(found.values()) == {keras.activations.tanh}


def test_float64_holds_for_weights_and_arithmetic():
    model = lenet5(dtype="float64")
    assert {variable.dtype for variable in model.variables} == {"float64"}
    assert model.outputs[0].dtype == "float64"


@pytest.mark.parametrize("size", [(11, 28, 1), (28, 11, 1), (4, 4, 1)])
def test_images_that_are_too_small_are_refused_with_the_least_size(size):
    with pytest.raises(
        ValueError, match=f"at least 12 x 12 pixels, not {size[0]} x {size[1]}"
    ):
        lenet5(size)


def test_another_kind_of_pooling_is_refused_with_the_two_that_exist():
    with pytest.raises(ValueError, match='"max" or "average", not \'sum\''):
        lenet5(pooling="sum")
