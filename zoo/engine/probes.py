"""What is measured while a network trains: pure functions of (network, weights, splits), and
per-example metrics.

A probe is a frozen dataclass called as `probe(network, weights, splits)`; it returns a
dictionary of scalars or small arrays, by readable name. `splits` maps a split's name to its
(x, y) tensors. Probes see the network in inference mode.
"""

from collections.abc import Callable
from dataclasses import dataclass

import tensorflow as tf
from keras import ops

from zoo.engine.optimizers import is_kernel


def correct(y, outputs):
    """Return 1.0 where the largest output is the class y, shape (batch,).

    y: class numbers, (batch,) or (batch, 1), or one-hot rows (batch, classes).
    """
    if len(y.shape) == 2:
        y = y[:, 0] if y.shape[-1] == 1 else ops.argmax(y, axis=-1)
    return ops.cast(ops.equal(ops.argmax(outputs, axis=-1), ops.cast(y, "int64")), "float64")


def wrong(y, outputs):
    """Return 1.0 where the largest output is not the class y, shape (batch,)."""
    return 1.0 - correct(y, outputs)


def same_side(y, outputs):
    """Return 1.0 where every logit has the sign of its 0/1 target, shape (batch,)."""
    y = ops.reshape(y, ops.shape(outputs))
    return ops.cast(ops.all(ops.equal(outputs > 0, y > 0.5), axis=-1), "float64")


@dataclass(frozen=True)
class Evaluate:
    """The mean of per-example metrics over a whole split, no example dropped: `validation
    correct`, ...

    `metrics` are functions (y, outputs) -> (batch,). `batch_size` bounds the memory; the last
    batch may be smaller.
    """

    split: str
    metrics: tuple[Callable, ...]
    batch_size: int = 2000

    def __call__(self, network, weights, splits):
        """Return {"<split> <metric>": float64 scalar}."""
        x, y = splits[self.split]
        whole = x.shape[0] // self.batch_size * self.batch_size
        sums = [tf.constant(0.0, tf.float64)] * len(self.metrics)
        if (
            whole < x.shape[0]
        ):  # TensorFlow gives an empty batch the wrong shape behind a convolution
            sums = self._sums(network, weights, x[whole:], y[whole:])

        def add(start, sums):
            rows = slice(start, start + self.batch_size)
            more = self._sums(network, weights, x[rows], y[rows])
            return start + self.batch_size, [a + b for a, b in zip(sums, more, strict=True)]

        if whole:
            sums = tf.while_loop(
                lambda start, _: start < whole, add, (0, sums), parallel_iterations=1
            )[1]
        names = [f"{self.split} {metric.__name__}" for metric in self.metrics]
        return dict(zip(names, [total / x.shape[0] for total in sums], strict=True))

    def _sums(self, network, weights, x, y):
        outputs = network.outputs(weights, x)
        return [
            tf.reduce_sum(tf.cast(metric(y, outputs), tf.float64)) for metric in self.metrics
        ]


@dataclass(frozen=True)
class GradientNorms:
    """The Euclidean norm of the gradient of the mean loss over a split, one per trainable
    variable of a kind.

    With kind "bias" this is the norm of the mean error signal delta of each layer (Nielsen
    2015, ch. 5).
    """

    split: str
    loss: Callable
    kind: str = "bias"

    def __call__(self, network, weights, splits):
        """Return {"gradient norm, <path>": scalar}."""
        gradients = gradients_of(network, weights, splits[self.split], self.loss)
        return {
            f"gradient norm, {path}": tf.norm(g)
            for path, g in gradients.items()
            if path.endswith(self.kind)
        }


@dataclass(frozen=True)
class Gradients:
    """The gradient of the mean loss over a split itself, for the trainable variables of a
    kind."""

    split: str
    loss: Callable
    kind: str = "bias"

    def __call__(self, network, weights, splits):
        """Return {"gradient, <path>": tensor of the variable's shape}."""
        gradients = gradients_of(network, weights, splits[self.split], self.loss)
        return {
            f"gradient, {path}": g
            for path, g in gradients.items()
            if path.endswith(self.kind)
        }


def gradients_of(network, weights, split, loss):
    """Return the gradient of the mean loss plus regularizers, by path of the trainable
    variables."""
    x, y = split
    with tf.GradientTape() as tape:
        tape.watch(weights["trainable"])
        outputs, _, penalty = network.call(weights, x)
        value = tf.reduce_mean(loss(y, outputs)) + penalty
    return tape.gradient(value, weights["trainable"], unconnected_gradients="zero")


@dataclass(frozen=True)
class Sparsity:
    """Each named layer's share of outputs that are exactly zero, and its share of units that
    are zero everywhere.
    """

    split: str
    layers: tuple[str, ...]

    def __call__(self, network, weights, splits):
        """Return {"zeros, <layer>": ..., "dead units, <layer>": ...}, float64 scalars."""
        activations = network.activations(weights, splits[self.split][0])
        measured = {}
        for name in self.layers:
            silent = tf.cast(tf.equal(activations[name], 0), tf.float64)
            measured[f"zeros, {name}"] = tf.reduce_mean(silent)
            per_unit = tf.reduce_mean(silent, axis=list(range(len(silent.shape) - 1)))
            measured[f"dead units, {name}"] = tf.reduce_mean(
                tf.cast(per_unit >= 1.0, tf.float64)
            )
        return measured


@dataclass(frozen=True)
class WeightNorms:
    """The Euclidean norm of every kernel."""

    def __call__(self, network, weights, splits):
        """Return {"weight norm, <path>": scalar}."""
        kernels = {path: w for path, w in weights["trainable"].items() if is_kernel(path)}
        return {f"weight norm, {path}": tf.norm(w) for path, w in kernels.items()}


@dataclass(frozen=True)
class Outputs:
    """The network's outputs on a split, shape (examples, outputs): for small problems, to
    draw a fit while it trains.
    """

    split: str

    def __call__(self, network, weights, splits):
        """Return {"outputs on <split>": tensor}."""
        return {f"outputs on {self.split}": network.outputs(weights, splits[self.split][0])}


@dataclass(frozen=True)
class Activations:
    """Named layers' outputs on a split, shape (examples, units): for small problems, to draw
    what a layer makes of its inputs.
    """

    split: str
    layers: tuple[str, ...]

    def __call__(self, network, weights, splits):
        """Return {"<layer> on <split>": tensor} for every named layer."""
        found = network.activations(weights, splits[self.split][0])
        return {f"{name} on {self.split}": found[name] for name in self.layers}
