"""LiteRT (TensorFlow Lite): one file, and a runtime that starts in a fraction of a second."""

import tempfile
from pathlib import Path

import keras
import tensorflow as tf

from zoo import lite_runtime
from zoo.endpoints import ExportError
from zoo.export import parity, saved_model
from zoo.export.by_kind import endpoints
from zoo.export.placing import placed


def litert(model: keras.Model, path: str | Path, *, kind: str = "classifier") -> None:
    """Writes the file `path` with the signature `serve` (floats, any size of batch), checked on the model.

    Raises:
        ExportError: as for `savedmodel`, or the model holds an operation that LiteRT lacks.
    """
    served = {"serve": endpoints(model, kind)["serve"]}
    with placed(path) as place:
        try:
            place.write_bytes(_converted(served))
            runner = lite_runtime.runner(place.read_bytes())
        except Exception as error:
            reason = str(error).strip().partition("\n")[0]
            raise ExportError(f"{model.name}: LiteRT cannot hold it ({reason})") from error
        parity.check("serve", served["serve"], runner)


def _converted(served):
    with tempfile.TemporaryDirectory() as folder:
        saved_model.write(served, folder)
        return tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=list(served)).convert()
