"""SavedModel: what TensorFlow Serving and plain TensorFlow load without any of this project's code."""

from pathlib import Path

import keras
import tensorflow as tf

from zoo.export import parity
from zoo.export.endpoints import endpoints
from zoo.export.placing import placed


def savedmodel(
    model: keras.Model, folder: str | Path, *, kind: str = "classifier", xla: bool = False
) -> None:
    """Writes `folder`/saved_model.pb and variables/, checked against the model.

    The default signature is `serve`: floats (batch, ...) under the name of the model's input. `serve_uint8`
    takes the same pixels as bytes. `xla` adds `serve_xla`, compiled on first use for every new size of batch;
    it is never the default, because stock TensorFlow Serving images have refused such functions.

    Raises:
        ExportError: an unknown kind, a model of several inputs, `folder` is there already, or an answer of
            the export differs by more than `parity.TOLERANCE`.
    """
    served = endpoints(model, kind)
    if xla:
        served["serve_xla"] = served["serve"]
    with placed(folder) as place:
        write(model, served, place)
        loaded = tf.saved_model.load(place)
        for name, endpoint in served.items():
            parity.check(name, endpoint, loaded.signatures[name])


def write(model, served, folder) -> None:
    """Writes the endpoints `served`, "serve" among them, unchecked."""
    module = tf.Module()
    module.kept = [variable.value for variable in model.variables]
    signatures = {}
    for name, endpoint in served.items():
        compiled = True if name == "serve_xla" else None
        function = tf.function(endpoint.function, endpoint.inputs, autograph=False, jit_compile=compiled)
        signatures[name] = function.get_concrete_function()
        setattr(module, name, function)
    tf.saved_model.save(module, folder, signatures | {"serving_default": signatures["serve"]})
