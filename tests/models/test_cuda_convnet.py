"""Krizhevsky's small network has the layers of its definition file."""

import keras
import numpy as np
import pytest

from zoo.layers import ResponseNormalization
from zoo.models import cuda_convnet

COUNTS = {"conv1": 2_432, "conv2": 25_632, "conv3": 51_264, "logits": 10_250}


@pytest.mark.parametrize("normalized", [False, True])
def test_the_89_578_parameters_stand_layer_by_layer_as_in_the_docstring(normalized):
    model = cuda_convnet(response_normalization=normalized)
    assert {
        layer.name: layer.count_params() for layer in model.layers if layer.weights
    } == COUNTS
    assert model.count_params() == 89_578
    for count in (89_578, *COUNTS.values()):
        assert f"{count:,}" in cuda_convnet.__doc__


def test_maps_halve_at_every_pooling_with_the_last_window_over_the_edge():
    model = cuda_convnet()
    shapes = {
        name: model.get_layer(name).output.shape[1:]
        for name in ("pool1", "pool2", "pool3", "maps")
    }
    assert shapes == {
        "pool1": (16, 16, 32),
        "pool2": (8, 8, 32),
        "pool3": (4, 4, 64),
        "maps": (1024,),
    }


def test_an_average_over_the_edge_is_that_of_the_pixels_there_are():
    pool = cuda_convnet().get_layer("pool2")
    ramp = np.arange(16.0, dtype="float32")[None, :, None, None] * np.ones(
        (1, 1, 16, 32), "float32"
    )
    assert np.asarray(pool(ramp))[0, :, 0, 0].tolist() == [1, 3, 5, 7, 9, 11, 13, 14.5]


def test_response_normalisation_stands_behind_the_first_two_poolings():
    names = [layer.name for layer in cuda_convnet(response_normalization=True).layers]
    assert names.index("rnorm1") == names.index("activation1") + 1 == names.index("pool1") + 2
    assert names.index("rnorm2") == names.index("pool2") + 1
    layers = [
        cuda_convnet(response_normalization=True).get_layer(f"rnorm{n}") for n in (1, 2)
    ]
    assert [(type(f), f.size, f.scale, f.power) for f in layers] == [
        (ResponseNormalization, 3, 5e-5, 0.75)
    ] * 2


def test_all_three_convolutions_have_the_chosen_activation():
    model = cuda_convnet(activation="tanh")
    found = {model.get_layer(name).activation for name in ("activation1", "conv2", "conv3")}
    assert found == {keras.activations.tanh}
    assert model.get_layer("conv1").activation is model.get_layer("logits").activation


def test_kernels_start_with_the_deviations_of_the_file():
    keras.utils.set_random_seed(1)
    weights = {
        layer.name: layer.get_weights() for layer in cuda_convnet().layers if layer.weights
    }
    spreads = {name: float(np.std(kernel)) for name, (kernel, _) in weights.items()}
    assert spreads == pytest.approx(
        {"conv1": 1e-4, "conv2": 0.01, "conv3": 0.01, "logits": 0.01}, rel=0.05
    )
    assert not any(bias.any() for _, bias in weights.values())


def test_sizes_that_are_none_are_refused():
    with pytest.raises(ValueError, match="positive whole numbers, not 0"):
        cuda_convnet((32, 0, 3))
