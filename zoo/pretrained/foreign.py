"""SavedModels without a card: run as they are, for those who trust their maker."""

from pathlib import Path

import keras
import tensorflow as tf

from zoo.pretrained.errors import PretrainedError
from zoo.texts import first_line

SIGNATURE = "serving_default"


def load(folder: Path) -> keras.Model:
    """Return a model of a SavedModel's default signature: one input, a dict of outputs.

    Raises:
        PretrainedError: it cannot be read, or has no such signature of one input.
    """
    try:
        layer = keras.layers.TFSMLayer(folder, call_endpoint=SIGNATURE, name="savedmodel")
    except (OSError, ValueError, AttributeError, tf.errors.OpError) as error:
        reason = first_line(error)
        raise PretrainedError(
            f"{folder}: cannot be used as a SavedModel ({reason})"
        ) from error
    _, by_keyword = layer.call_endpoint_fn.structured_input_signature
    taken = list(by_keyword.values())
    if len(taken) != 1 or taken[0].shape.rank in (None, 0):
        raise PretrainedError(
            f"{folder}: its signature {SIGNATURE!r} does not take one batch of inputs"
        )
    spec = taken[0]
    entry = keras.Input(spec.shape[1:], dtype=spec.dtype.name, name=spec.name)
    answer = layer(entry)
    return keras.Model(entry, answer, name="savedmodel")
