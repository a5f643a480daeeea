"""Connections are counted as in the sources, and a layer that cannot be counted is named."""

import keras
import pytest

from zoo.models import connections, cuda_convnet, lenet5, mlp


def test_a_dense_network_has_as_many_connections_as_parameters():
    assert connections(mlp(256, (100,), 26)) == {"hidden_1": 25_700, "logits": 2_626}
    assert sum(connections(mlp(4, (5,), 1, dropout=0.5)).values()) == 31


def test_a_full_c3_and_plain_pooling_leave_weights_in_five_layers():
    counted = connections(lenet5())
    assert counted == {
        "c1": 122_304,
        "c3": 241_600,
        "c5": 48_120,
        "f6": 10_164,
        "logits": 850,
    }


def test_weights_are_counted_once_for_every_position():
    counted = connections(cuda_convnet())
    assert counted == {
        "conv1": 32 * 32 * 2_432,
        "conv2": 16 * 16 * 25_632,
        "conv3": 8 * 8 * 51_264,
        "logits": 10_250,
    }


def test_a_dense_layer_along_a_sequence_is_counted_at_every_position():
    entry = keras.Input((7, 4))
    model = keras.Model(entry, keras.layers.Dense(3, name="each")(entry))
    assert connections(model) == {"each": 7 * (4 * 3 + 3)}


def test_a_layer_with_weights_of_another_kind_is_named():
    with pytest.raises(
        ValueError, match="normalization_1 cannot be counted: BatchNormalization is not among"
    ):
        connections(mlp(4, (3,), 2, batch_normalization=True))
