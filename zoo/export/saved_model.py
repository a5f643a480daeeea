"""SavedModel: what TensorFlow Serving and TensorFlow load without this project's code."""

from pathlib import Path

import keras
import tensorflow as tf

from zoo.export import parity, warmup
from zoo.export.by_kind import endpoints
from zoo.export.placing import placed
from zoo.export.precision import TOLERANCES, in_precision


def savedmodel(
    model: keras.Model,
    folder: str | Path,
    *,
    kind: str = "classifier",
    xla: bool = False,
    precision: str = "float32",
    warm_up: bool = False,
) -> None:
    """Write `folder`/saved_model.pb and variables/, checked on the model.

    The default signature is `serve`: floats (batch, ...) under the name of the model's input,
    and a dict of named outputs. TensorFlow Serving wants `folder` to be <model's
    name>/<number of the version>.

    Args:
        model: takes pixels of 0 to 255, or whatever else it was trained on.
        folder: must not be there yet; it appears whole or not at all.
        kind: key of `zoo.kinds.KINDS`, which decides the endpoints.
        xla: add `serve_xla`, compiled on first use for every new size of batch. It is never
            the default, for stock TensorFlow Serving images have refused such functions.
        precision: key of `precision.TOLERANCES`.
        warm_up: add the requests with which TensorFlow Serving warms up; needs the `serving`
            extra.

    Raises:
        ExportError: an unknown kind or precision, a model of several inputs, `folder` is
            there already, an answer differs from the model's by more than
            `precision.TOLERANCES` says, or an extra is missing.
    """
    if warm_up:
        warmup.messages()  # raises, before any folder is made
    wanted = endpoints(model, kind)
    served = endpoints(in_precision(model, precision), kind)
    if xla:
        wanted["serve_xla"] = wanted["serve"]
        served["serve_xla"] = served["serve"]
    with placed(folder) as place:
        write(served, place)
        loaded = tf.saved_model.load(place)
        for name, endpoint in wanted.items():
            parity.check(name, endpoint, loaded.signatures[name], TOLERANCES[precision])
        if warm_up:
            model_name = Path(folder).absolute().parent.name
            warmup.write(served, place, model_name)


def write(served: dict, folder: str | Path) -> None:
    """Write the endpoints `served`, "serve" among them, unchecked."""
    module = tf.Module()
    signatures, variables = {}, {}
    for name, endpoint in served.items():
        compiled = True if name == "serve_xla" else None
        function = tf.function(
            endpoint.function,
            endpoint.inputs,
            autograph=False,
            jit_compile=compiled,
        )
        signature = function.get_concrete_function()
        signatures[name] = signature
        variables |= {id(variable): variable for variable in signature.graph.variables}
        setattr(module, name, function)
    module.kept = list(variables.values())
    signatures["serving_default"] = signatures["serve"]
    tf.saved_model.save(module, folder, signatures)
