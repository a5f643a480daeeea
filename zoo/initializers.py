"""Initial weights in the form their sources use."""

import math

import keras
from keras import initializers


def nielsen_kernel():
    """N(0, 1 / fan_in), not truncated: Nielsen 2015, ch. 3, "Weight initialization" (his
    `default_weight_initializer`).

    Keras's `lecun_normal` has the same variance but is truncated.
    """
    return initializers.VarianceScaling(1.0, mode="fan_in", distribution="untruncated_normal")


def nielsen_bias():
    """N(0, 1): Nielsen 2015, `default_weight_initializer` and `large_weight_initializer`;
    never zeros."""
    return initializers.RandomNormal(stddev=1.0)


def nielsen_large_kernel():
    """N(0, 1) whatever the fan-in: Nielsen 2015, ch. 1 and the first part of ch. 3
    (`large_weight_initializer`).
    """
    return initializers.RandomNormal(stddev=1.0)


def nielsen_fan_out_kernel(scale: float):
    """N(0, scale / fan_out), not truncated: Nielsen 2015, ch. 6, `network3.py`: scale 1 for
    dense layers, and 4 for convolutions, whose fan-out that code divides by the pooling
    square.
    """
    return initializers.VarianceScaling(
        scale, mode="fan_out", distribution="untruncated_normal"
    )


@keras.saving.register_keras_serializable(package="zoo")
class PooledGlorotUniform(initializers.Initializer):
    """Glorot's uniform initializer with the fan-out of a convolution divided by the pooling
    square behind it.

    Deep Learning Tutorials (LISA, Montreal), `convolutional_mlp.py`: +-sqrt(6 / (fan-in +
    fan-out / square)).
    """

    def __init__(self, square: int = 4, seed: int | None = None):
        self.square, self.seed = square, seed

    def __call__(self, shape, dtype=None):
        """Return the values for a kernel (height, width, inputs, maps)."""
        field, (inputs, maps) = math.prod(shape[:-2]), shape[-2:]
        limit = math.sqrt(6 / (field * inputs + field * maps / self.square))
        return initializers.RandomUniform(-limit, limit, seed=self.seed)(shape, dtype)

    def get_config(self):
        """Return the arguments."""
        return {"square": self.square, "seed": self.seed}
