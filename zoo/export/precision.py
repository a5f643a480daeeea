"""The same network in another precision."""

import keras

from zoo.endpoints import ExportError
from zoo.export import parity

TOLERANCES = {"float32": parity.TOLERANCE, "mixed_float16": 1e-2, "mixed_bfloat16": 5e-2}
"""By precision: the largest difference from the model, as `parity.check` takes it."""


def in_precision(model: keras.Model, precision: str) -> keras.Model:
    """Return a copy that calculates in `precision`; for "float32" the model itself.

    Mixed precision keeps weights in 32 bits and calculates in 16: faster on GPUs made for it,
    slower on most CPUs.

    Raises:
        ExportError: no such precision.
    """
    if precision not in TOLERANCES:
        raise ExportError(
            f"{precision!r}: no such precision; there are {', '.join(TOLERANCES)}"
        )
    if precision == "float32":
        return model

    def copy(layer):
        config = layer.get_config() | {"dtype": precision}
        return type(layer).from_config(config)

    mixed = keras.models.clone_model(model, recursive=True, clone_function=copy)
    mixed.set_weights(model.get_weights())
    return mixed
