"""The same network in another precision."""

import keras

from zoo.endpoints import ExportError
from zoo.export import parity

TOLERANCES = {"float32": parity.TOLERANCE, "mixed_float16": 1e-2, "mixed_bfloat16": 5e-2}
"""By precision: the largest difference from the model in its own precision, as `parity.check` takes it."""


def in_precision(model: keras.Model, precision: str) -> keras.Model:
    """The model with the same weights, calculating in `precision`; the model itself for "float32".

    Mixed precision keeps weights in 32 bits and calculates in 16: faster on GPUs made for it, slower on most
    CPUs.

    Raises:
        ExportError: no such precision.
    """
    if precision not in TOLERANCES:
        raise ExportError(f"{precision!r}: no such precision; there are {', '.join(TOLERANCES)}")
    if precision == "float32":
        return model
    mixed = keras.models.clone_model(model, recursive=True, clone_function=_in_policy(precision))
    mixed.set_weights(model.get_weights())
    return mixed


def _in_policy(precision):
    def copied(layer):
        return type(layer).from_config(layer.get_config() | {"dtype": precision})

    return copied
