"""Elman's simple recurrent network, reading an image row by row."""

import keras
from keras import layers

from zoo.layers.elman import ElmanCell
from zoo.models.mlp import check_sizes


def elman(
    inputs: tuple[int, int] = (28, 28),
    hidden: int = 100,
    outputs: int = 10,
    *,
    activation="tanh",
    dtype=None,
    name: str = "elman",
) -> keras.Model:
    """Build a simple recurrent network; returns logits (batch, outputs) for x (batch, rows,
    columns).

    Elman 1990, "Finding structure in time", Cognitive Science 14: the hidden units see a row
    and their own state after the row before; the outputs see the state after the last row.
    Elman's units are logistic. The 28-100-10 network has 13,910 parameters whatever the
    number of rows (2,800 + 10,000 + 100 + 1,010).

    Args:
        inputs: rows, which are read one after the other, and columns.
        hidden: number of hidden units.
        outputs: number of classes.
        activation: of the hidden units, as Keras takes it.
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.

    Raises:
        ValueError: for sizes that are not positive.
    """
    check_sizes(*inputs, hidden, outputs)
    x = entry = keras.Input(inputs, dtype=dtype, name="rows")
    cell = ElmanCell(hidden, activation, dtype=dtype, name="cell")
    x = layers.RNN(cell, dtype=dtype, name="hidden")(x)
    return keras.Model(entry, layers.Dense(outputs, dtype=dtype, name="logits")(x), name=name)
