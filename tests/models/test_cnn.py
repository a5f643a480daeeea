"""The convolutional networks have their sources' layers, counts and initial weights."""

import keras
import numpy as np
import pytest

from zoo.layers import OriginalDropout
from zoo.models import cnn, lisa_lenet, nielsen_cnn

NIELSEN = {
    ((), (100,)): 79_510,
    ((20,), (100,)): 289_630,
    ((20, 40), (100,)): 85_670,
    ((20, 40), (1000, 1000)): 1_672_570,
}


def spread(values):
    """Return the standard deviation around zero."""
    return float(np.sqrt(np.mean(np.square(values))))


@pytest.mark.parametrize("sizes", NIELSEN)
def test_the_networks_of_nielsens_chapter_have_the_counts_that_the_docstring_states(sizes):
    assert nielsen_cnn((28, 28, 1), *sizes).count_params() == NIELSEN[sizes]
    assert f"{NIELSEN[sizes]:,}" in " ".join(nielsen_cnn.__doc__.split())


def test_lisas_lenet_and_the_default_have_the_counts_that_their_docstrings_state():
    for model, builder, counts in (
        (lisa_lenet(), lisa_lenet, [520, 25_050, 400_500, 5_010]),
        (cnn(), cnn, [520, 20_040, 64_100, 1_010]),
    ):
        assert [layer.count_params() for layer in model.layers if layer.weights] == counts
        for count in (model.count_params(), *counts):
            assert f"{count:,}" in " ".join(builder.__doc__.split())


def test_maps_shrink_by_the_kernel_and_by_half():
    model = cnn()
    names = [
        "convolution_1",
        "pooling_1",
        "convolution_2",
        "pooling_2",
        "maps",
        "hidden_1",
        "logits",
    ]
    shapes = [model.get_layer(name).output.shape[1:] for name in names]
    assert shapes == [
        (24, 24, 20),
        (12, 12, 20),
        (8, 8, 40),
        (4, 4, 40),
        (640,),
        (100,),
        (10,),
    ]


def test_pooling_before_the_activation_and_the_bias_gives_what_the_sources_compute():
    model = cnn(
        (6, 6, 1),
        (3,),
        (),
        2,
        kernel_size=3,
        activation="tanh",
        bias_initializer="random_normal",
    )
    x = np.random.default_rng(0).normal(size=(2, 6, 6, 1)).astype("float32")
    kernel, bias = model.get_layer("convolution_1").get_weights()
    sums = np.asarray(keras.ops.conv(x, kernel))
    largest = sums.reshape(2, 2, 2, 2, 2, 3).max(axis=(2, 4))
    maps = keras.Model(model.input, model.get_layer("activation_1").output)
    np.testing.assert_allclose(maps(x), np.tanh(largest + bias), rtol=1e-4, atol=1e-5)


def test_nielsens_initial_weights_are_those_of_his_program():
    keras.utils.set_random_seed(1)
    model = nielsen_cnn((28, 28, 1), (20, 40), (400,))
    first, second, hidden, logits = (
        layer.get_weights() for layer in model.layers if layer.weights
    )
    assert spread(first[0]) == pytest.approx(np.sqrt(4 / (20 * 25)), rel=0.1)
    assert spread(second[0]) == pytest.approx(np.sqrt(4 / (40 * 25)), rel=0.03)
    assert spread(hidden[0]) == pytest.approx(np.sqrt(1 / 400), rel=0.01)
    assert spread(np.concatenate([first[1], second[1], hidden[1]])) == pytest.approx(
        1, rel=0.1
    )
    assert not logits[0].any()
    assert not logits[1].any()


def test_lisas_initial_weights_are_uniform_within_the_bounds_of_its_program():
    keras.utils.set_random_seed(1)
    first, second, hidden, logits = (
        layer.get_weights() for layer in lisa_lenet().layers if layer.weights
    )
    bounds = [6 / (25 + 20 * 25 / 4), 6 / (20 * 25 + 50 * 25 / 4), 6 / (800 + 500)]
    for (kernel, bias), bound in zip((first, second, hidden), bounds, strict=True):
        assert 0.98 < np.abs(kernel).max() / np.sqrt(bound) <= 1
        assert not bias.any()
    assert not logits[0].any()


def test_dropout_acts_on_the_inputs_of_every_dense_layer_in_the_published_form():
    model = nielsen_cnn((28, 28, 1), (20,), (30, 20), dropout=0.5)
    names = [layer.name for layer in model.layers][4:]
    assert names == [
        "maps",
        "dropout_1",
        "hidden_1",
        "dropout_2",
        "hidden_2",
        "dropout_3",
        "logits",
    ]
    assert all(
        type(layer) is OriginalDropout
        for layer in model.layers
        if layer.name.startswith("dropout")
    )
    assert type(cnn(dropout=0.5).get_layer("dropout_1")) is keras.layers.Dropout


def test_regularizer_and_constraint_hold_for_every_kernel():
    limit, cost = keras.constraints.MaxNorm(2), keras.regularizers.L2(0.1)
    model = cnn(kernel_constraint=limit, kernel_regularizer=cost)
    found = [
        (layer.kernel_constraint, layer.kernel_regularizer)
        for layer in model.layers
        if layer.weights
    ]
    assert found == [(limit, cost)] * 4


def test_the_smallest_image_that_the_stages_take_is_named_and_works():
    assert cnn((16, 16, 1))(np.zeros((1, 16, 16, 1))).shape == (1, 10)
    with pytest.raises(ValueError, match=r"2 stages .* at least 16 x 16 pixels, not 15 x 28"):
        cnn((15, 28, 1))


def test_another_form_of_dropout_and_sizes_that_are_none_are_refused():
    with pytest.raises(ValueError, match='"inverted" or "original", not \'gaussian\''):
        cnn(dropout_form="gaussian")
    with pytest.raises(ValueError, match="positive whole numbers, not 0"):
        cnn(filters=(20, 0))
