"""Activations that Keras does not have, registered so that a model with them comes back from
its configuration.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="zoo")
def scaled_tanh(x):
    """1.7159 tanh(2 x / 3): passes through (1, 1) and (-1, -1), where it bends most.

    LeCun, Bottou, Bengio and Haffner 1998, appendix A: with targets of +-1, units work where
    they are not saturated.
    """
    return 1.7159 * ops.tanh(x * (2 / 3))


@keras.saving.register_keras_serializable(package="zoo")
def step(x):
    """1 where x is positive, else 0; no gradient. The threshold unit of McCulloch and Pitts
    1943."""
    return ops.cast(x > 0, x.dtype)
