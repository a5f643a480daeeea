"""Convolution whose output maps see only some of the input maps, as in LeNet-5's C3."""

import keras
import numpy as np
from keras import ops


def connection_index(table, inputs: int) -> np.ndarray:
    """Return where the kernel from each input map to each output map stands, shape (inputs,
    maps), int32.

    Kernels are numbered along the table; a pair that is not connected gets the number of
    kernels.

    Raises:
        ValueError: where the table names an input map that does not exist, or one map twice.
    """
    index = np.full((inputs, len(table)), sum(map(len, table)), np.int32)
    number = 0
    for output, seen in enumerate(table):
        if not seen or len(set(seen)) < len(seen) or not set(seen) <= set(range(inputs)):
            raise ValueError(
                f"map {output} of the table sees {list(seen)}: "
                f"name different input maps from 0 to {inputs - 1}, at least one"
            )
        for source in seen:
            index[source, output] = number
            number += 1
    return index


def full_kernel(kernel, index):
    """Return the kernel of an ordinary convolution, (height, width, inputs, maps), zero where
    not connected.

    kernel: (height, width, connections); index: of `connection_index`.
    """
    none = ops.zeros_like(kernel[..., :1])
    return ops.take(ops.concatenate([kernel, none], axis=-1), index, axis=-1)


def sparse_convolution(x, kernel, bias, index):
    """Return (batch, height', width', maps) for x (batch, height, width, inputs), without
    padding."""
    full = full_kernel(kernel, index)
    return ops.conv(x, full, strides=1, padding="valid", data_format="channels_last") + bias


def draw_kernels(initializer, table, size: int, dtype):
    """Return initial kernels (size, size, connections), drawn so that the initializer sees
    each map's fan-in.

    The maps with equally many inputs are drawn together, as one kernel (size, size, their
    inputs, their number), each such group with random numbers of its own.
    """
    columns = [None] * len(table)
    for inputs in sorted(set(map(len, table))):
        group = [output for output, seen in enumerate(table) if len(seen) == inputs]
        values = initializer.clone()((size, size, inputs, len(group)), dtype=dtype)
        for position, output in enumerate(group):
            columns[output] = values[..., position]
    return ops.concatenate(columns, axis=-1)


@keras.saving.register_keras_serializable(package="zoo")
class SparseConv2D(keras.layers.Layer):
    """Convolution by a table: (batch, height, width, inputs) to (batch, height', width',
    maps), no padding.

    LeCun, Bottou, Bengio and Haffner 1998, table I: 60 of the 96 pairs of S2 and C3 maps are
    connected, which makes 60 x 25 + 16 = 1,516 parameters. The channels stand last.

    Args:
        table: for each output map the input maps that it sees, numbered from 0.
        kernel_size: height and width of every kernel.
        activation: as Keras takes it.
        kernel_initializer: as Keras takes it; a fan-in or fan-out is that of maps with
            equally many inputs.
        Without a seed of its own: an initializer with one repeats its numbers.
        bias_initializer: for the one bias of each output map.
        **kwargs: name and dtype, as every layer takes them.

    Raises:
        ValueError: where the table names input maps that do not exist.
    """

    def __init__(
        self,
        table,
        kernel_size: int,
        *,
        activation=None,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.table = tuple(tuple(seen) for seen in table)
        self.kernel_size = kernel_size
        self.activation = keras.activations.get(activation)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)

    def build(self, input_shape):
        """Make the kernels (size, size, connections) and the biases (maps,)."""
        self.index = connection_index(self.table, input_shape[-1])
        size, connections = self.kernel_size, sum(map(len, self.table))
        self.kernel = self.add_weight(
            shape=(size, size, connections),
            initializer=lambda _, dtype: draw_kernels(
                self.kernel_initializer, self.table, size, dtype
            ),
            name="kernel",
        )
        self.bias = self.add_weight(
            shape=(len(self.table),), initializer=self.bias_initializer, name="bias"
        )

    def call(self, inputs):
        """Return the output maps."""
        return self.activation(sparse_convolution(inputs, self.kernel, self.bias, self.index))

    def compute_output_shape(self, input_shape):
        """Return (batch, height', width', maps)."""
        batch, *sides, _ = input_shape
        return (
            batch,
            *(side and side - self.kernel_size + 1 for side in sides),
            len(self.table),
        )

    def get_config(self):
        """Return the arguments."""
        return {
            **super().get_config(),
            "table": self.table,
            "kernel_size": self.kernel_size,
            "activation": keras.activations.serialize(self.activation),
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }
