"""Optimizers as pure (init, update) pairs over dictionaries that map a variable's path to its
value.

Each is a frozen dataclass with two methods:

    init(weights) -> slots
    update(gradients, slots, weights, step) -> (weights, slots)

`weights`, `gradients` and `slots` map paths such as "hidden_1/kernel" to tensors (slots: one
dictionary per kind of slot), `step` counts finished updates. A learning rate or momentum is a
number or a schedule (see `schedules`). Weight decay and max-norm act on kernels alone, as all
of the sources do.
"""

from dataclasses import dataclass, field
from typing import Any

from keras import ops

from zoo.engine.schedules import value_at

Rate = Any  # a float, or a frozen dataclass that maps a step to a scalar


def is_kernel(path: str) -> bool:
    """Tell whether a variable's path names a weight matrix, as opposed to a bias or a scale."""
    return path.endswith("kernel")


def zeros(weights):
    """Return a dictionary of zeros, shaped like `weights`."""
    return {path: ops.zeros_like(value) for path, value in weights.items()}


@dataclass(frozen=True)
class SGD:
    """w <- (1 - rate * weight_decay) w - rate * gradient, the decay on kernels alone.

    `weight_decay` is lambda / n in Nielsen's notation (Nielsen 2015, ch. 3): lambda 5 and n
    50,000 give 1e-4.
    """

    learning_rate: Rate
    weight_decay: float = 0.0

    def init(self, weights):
        """Return no slots."""
        return {}

    def update(self, gradients, slots, weights, step):
        """Return the weights after one step, and the slots."""
        new = {}
        for path, weight in weights.items():
            rate = value_at(self.learning_rate, step, weight.dtype)
            kept = (
                (1.0 - rate * self.weight_decay) * weight
                if self.weight_decay and is_kernel(path)
                else weight
            )
            new[path] = kept - rate * gradients[path]
        return new, slots


@dataclass(frozen=True)
class Momentum:
    """Keras's form: v <- momentum * v - rate * gradient; w <- w + v. Nesterov: w <- w +
    momentum * v - rate * gradient.
    """

    learning_rate: Rate
    momentum: Rate = 0.9
    nesterov: bool = False

    def init(self, weights):
        """Return velocities of zero."""
        return {"velocity": zeros(weights)}

    def update(self, gradients, slots, weights, step):
        """Return the weights and velocities after one step."""
        new, velocities = {}, {}
        for path, weight in weights.items():
            momentum = value_at(self.momentum, step, weight.dtype)
            change = value_at(self.learning_rate, step, weight.dtype) * gradients[path]
            velocities[path] = slots["velocity"][path] * momentum - change
            new[path] = weight + (
                velocities[path] * momentum - change if self.nesterov else velocities[path]
            )
        return new, {"velocity": velocities}


@dataclass(frozen=True)
class ClassicalMomentum:
    """The papers' form: v <- momentum * v + gradient + weight_decay * w; w <- w - rate * v.

    The rate is outside of the velocity, which matters when it is scheduled (Srivastava's
    deepnet, Krizhevsky's cuda-convnet). The weight decay is inside the velocity and acts on
    kernels alone. With `average` the gradient enters as (1 - momentum) * gradient, the form
    of Hinton et al. 2012 (arXiv 1207.0580, appendix A).
    """

    learning_rate: Rate
    momentum: Rate = 0.9
    weight_decay: float = 0.0
    average: bool = False

    def init(self, weights):
        """Return velocities of zero."""
        return {"velocity": zeros(weights)}

    def update(self, gradients, slots, weights, step):
        """Return the weights and velocities after one step."""
        new, velocities = {}, {}
        for path, weight in weights.items():
            momentum = value_at(self.momentum, step, weight.dtype)
            force = gradients[path]
            if self.weight_decay and is_kernel(path):
                force = force + self.weight_decay * weight
            if self.average:
                force = (1.0 - momentum) * force
            velocities[path] = momentum * slots["velocity"][path] + force
            new[path] = (
                weight - value_at(self.learning_rate, step, weight.dtype) * velocities[path]
            )
        return new, {"velocity": velocities}


@dataclass(frozen=True)
class Adam:
    """Kingma and Ba 2015, in the form of keras.optimizers.Adam (epsilon outside of the bias
    correction)."""

    learning_rate: Rate = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    def init(self, weights):
        """Return first and second moments of zero."""
        return {"mean": zeros(weights), "square": zeros(weights)}

    def update(self, gradients, slots, weights, step):
        """Return the weights and moments after one step."""
        new, means, squares = {}, {}, {}
        for path, weight in weights.items():
            gradient, mean, square = (
                gradients[path],
                slots["mean"][path],
                slots["square"][path],
            )
            means[path] = mean + (gradient - mean) * (1 - self.beta_1)
            squares[path] = square + (ops.square(gradient) - square) * (1 - self.beta_2)
            rate = value_at(self.learning_rate, step, weight.dtype) * self._correction(
                step, weight.dtype
            )
            new[path] = weight - means[path] * rate / (ops.sqrt(squares[path]) + self.epsilon)
        return new, {"mean": means, "square": squares}

    def _correction(self, step, dtype):
        count = ops.cast(step + 1, dtype)
        power_1 = ops.power(ops.convert_to_tensor(self.beta_1, dtype), count)
        power_2 = ops.power(ops.convert_to_tensor(self.beta_2, dtype), count)
        return ops.sqrt(1 - power_2) / (1 - power_1)


@dataclass(frozen=True)
class RMSprop:
    """Tieleman and Hinton 2012, in the form of keras.optimizers.RMSprop (epsilon under the
    root)."""

    learning_rate: Rate = 0.001
    rho: float = 0.9
    epsilon: float = 1e-7

    def init(self, weights):
        """Return mean squares of zero."""
        return {"square": zeros(weights)}

    def update(self, gradients, slots, weights, step):
        """Return the weights and mean squares after one step."""
        new, squares = {}, {}
        for path, weight in weights.items():
            gradient = gradients[path]
            squares[path] = self.rho * slots["square"][path] + (1 - self.rho) * ops.square(
                gradient
            )
            rate = value_at(self.learning_rate, step, weight.dtype)
            new[path] = weight - rate * gradient / ops.sqrt(squares[path] + self.epsilon)
        return new, {"square": squares}


@dataclass(frozen=True)
class MaxNorm:
    """Another optimizer, after whose update each unit's incoming weight vector is scaled back
    to length `limit`.

    Srivastava et al. 2014, section 5.1. The vector is a column of a dense kernel, or all
    weights of one filter.
    """

    optimizer: Any
    limit: float
    paths: tuple[str, ...] = field(default=())
    """The kernels it acts on; empty: all of them."""

    def init(self, weights):
        """Return the inner optimizer's slots.

        Raises:
            ValueError: for a path that no kernel has.
        """
        kernels = [path for path in weights if is_kernel(path)]
        if set(self.paths) - set(kernels):
            raise ValueError(
                f"MaxNorm: {', '.join(self.paths)} are not all kernels; there are {', '.join(kernels)}"
            )
        return self.optimizer.init(weights)

    def update(self, gradients, slots, weights, step):
        """Return the clipped weights and the inner optimizer's slots."""
        new, slots = self.optimizer.update(gradients, slots, weights, step)
        for path, weight in new.items():
            if is_kernel(path) and (not self.paths or path in self.paths):
                new[path] = clip_norm(weight, self.limit)
        return new, slots


def clip_norm(kernel, limit):
    """Scale each output unit's incoming vector (all axes but the last) of `kernel` to a
    length of at most `limit`.
    """
    axes = tuple(range(len(kernel.shape) - 1))
    squared = ops.sum(ops.square(kernel), axis=axes, keepdims=True)
    return kernel * ops.minimum(1.0, limit * ops.rsqrt(ops.maximum(squared, 1e-12)))
