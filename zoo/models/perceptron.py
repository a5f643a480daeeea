"""The perceptron: one unit, and the rule by which Rosenblatt's learns."""

from typing import NamedTuple

import keras
import numpy as np
from keras import layers

from zoo.layers import step
from zoo.models.mlp import check_sizes, initial


def perceptron(
    inputs: int,
    *,
    unit: str = "logistic",
    kernel_initializer="glorot_uniform",
    bias_initializer="zeros",
    dtype=None,
    name: str = "perceptron",
) -> keras.Model:
    """Build one unit; returns logits (batch, 1) for x (batch, inputs) if it is logistic, 0 or
    1 if a step.

    Rosenblatt, Psychological Review 65 (1958); with two inputs, as for XOR, it has
    3 parameters. A step has no gradient: such a unit learns by `rosenblatt`, whose weights
    `model.set_weights` takes.

    Args:
        inputs: number of input values.
        unit: "logistic" (the loss applies the sigmoid) or "step" (1 where the weighted sum is
            positive).
        kernel_initializer: as Keras takes it.
        bias_initializer: likewise.
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.

    Raises:
        ValueError: for another kind of unit, or a number of inputs that is not positive.
    """
    check_sizes(inputs)
    if unit not in ("logistic", "step"):
        raise ValueError(f'unit must be "logistic" or "step", not {unit!r}')
    own = initial(kernel_initializer, bias_initializer)
    entry = keras.Input((inputs,), dtype=dtype, name="inputs")
    x = layers.Dense(1, **own, dtype=dtype, name="logits")(entry)
    if unit == "step":
        x = layers.Activation(step, dtype=dtype, name="output")(x)
    return keras.Model(entry, x, name=name)


class Learned(NamedTuple):
    """What Rosenblatt's rule has found."""

    kernel: np.ndarray
    """Shape (inputs, 1), as `perceptron` holds it."""
    bias: np.ndarray
    """Shape (1,)."""
    mistakes: int
    """The number of corrections."""
    separated: bool
    """Whether the last pass made none: every example is on its side."""


def corrected(kernel, bias, x, target, rate: float = 1.0):
    """Return (kernel, bias) after one example: unchanged if it is on its side, else moved by
    rate * x.

    kernel, x: (inputs,); bias: scalar; target: 0 or 1. Rosenblatt 1958; in this form Minsky
        and Papert 1969.
    """
    error = rate * (target - float(x @ kernel + bias > 0))
    return kernel + error * x, bias + error


def rosenblatt(x, y, *, passes: int = 100, rate: float = 1.0) -> Learned:
    """Return what the rule learns from zero weights, example by example, until a whole pass
    is right.

    On separable data that is after at most (R / margin)^2 corrections (Novikoff 1962); on
    other data it never is, and `passes` ends it.

    Args:
        x: inputs, (examples, inputs).
        y: targets 0 or 1, (examples,).
        passes: the most passes over all examples.
        rate: scales the weights, and changes no decision.

    Raises:
        ValueError: for targets that are not 0 or 1 for each example, or no passes.
    """
    x, y = np.asarray(x, float), np.asarray(y)
    if y.shape != x.shape[:1] or not np.isin(y, (0, 1)).all():
        raise ValueError(f"the targets must be 0 or 1, one for each of the {len(x)} examples")
    if passes < 1:
        raise ValueError(f"passes must be a positive whole number, not {passes!r}")
    kernel, bias, mistakes = np.zeros(x.shape[1]), 0.0, 0
    for _ in range(passes):
        before = mistakes
        for example, target in zip(x, y, strict=True):
            mistakes += int((example @ kernel + bias > 0) != target)
            kernel, bias = corrected(kernel, bias, example, target, rate)
        if mistakes == before:
            break
    return Learned(kernel[:, None], np.array([bias]), mistakes, mistakes == before)
