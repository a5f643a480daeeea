"""Initial weights in the form their sources use."""

from keras import initializers


def nielsen_kernel():
    """N(0, 1 / fan_in), not truncated: Nielsen 2015, ch. 3, "Weight initialization" (his
    `default_weight_initializer`).

    Keras's `lecun_normal` has the same variance but is truncated.
    """
    return initializers.VarianceScaling(1.0, mode="fan_in", distribution="untruncated_normal")


def nielsen_bias():
    """N(0, 1): Nielsen 2015, `default_weight_initializer` and `large_weight_initializer`; never zeros."""
    return initializers.RandomNormal(stddev=1.0)


def nielsen_large_kernel():
    """N(0, 1) whatever the fan-in: Nielsen 2015, ch. 1 and the first part of ch. 3
    (`large_weight_initializer`).
    """
    return initializers.RandomNormal(stddev=1.0)
