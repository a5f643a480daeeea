"""How many connections a network has: each weight counted as often as it is used for one
example."""

import math

import keras
from keras import layers

from zoo.layers import RBFOutput, SparseConv2D, Subsampling


def dense_connections(layer) -> int:
    """Return the weights and biases, once for each position along any axes before the last."""
    return layer.count_params() * math.prod(layer.output.shape[1:-1])


def convolution_connections(layer) -> int:
    """Return the weights and biases, once for each position of the output map (padding counts
    as pixels)."""
    return layer.count_params() * math.prod(layer.output.shape[1:3])


def subsampling_connections(layer) -> int:
    """Return pool^2 inputs and one bias for each value of the output."""
    return math.prod(layer.output.shape[1:]) * (layer.pool**2 + 1)


def centre_connections(layer) -> int:
    """Return the fixed values of all centres."""
    return layer.centres.size


COUNTS = {
    layers.Dense: dense_connections,
    layers.Conv2D: convolution_connections,
    SparseConv2D: convolution_connections,
    Subsampling: subsampling_connections,
    RBFOutput: centre_connections,
}
"""How each kind of layer is counted."""


def connections(model: keras.Model) -> dict[str, int]:
    """Return the number of connections of every layer that has weights, fixed ones included,
    by layer name.

    Counted as LeCun, Bottou, Bengio and Haffner 1998 do for LeNet-5: a shared weight as often
    as it is used, biases included. Layers without weights, such as plain pooling, dropout and
    activations, have no entry.

    Raises:
        ValueError: for a layer with weights of a kind that is not in COUNTS.
    """
    counted = {layer.name: layer_connections(layer) for layer in model.layers}
    return {name: count for name, count in counted.items() if count}


def layer_connections(layer) -> int:
    """Return the number of connections of one layer, 0 if it has no weights."""
    if type(layer) in COUNTS:
        return COUNTS[type(layer)](layer)
    if layer.weights:
        raise ValueError(
            f"the connections of {layer.name} cannot be counted: {type(layer).__name__} is not among "
            + ", ".join(kind.__name__ for kind in COUNTS)
        )
    return 0
