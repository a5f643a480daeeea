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
from zoo.texts import first_line


def litert(model: keras.Model, path: str | Path, *, kind: str = "classifier") -> None:
    """Write the file `path` with the signature `serve`, and check it on the model.

    Raises:
        ExportError: as for `savedmodel`, or the model holds an operation that LiteRT lacks.
    """
    served = {"serve": endpoints(model, kind)["serve"]}
    with placed(path) as place:
        try:
            place.write_bytes(_convert(served))
            runner = lite_runtime.runner(place.read_bytes())
        except Exception as error:
            reason = first_line(error)
            raise ExportError(f"{model.name}: LiteRT cannot hold it ({reason})") from error
        parity.check("serve", served["serve"], runner)


def _convert(served: dict) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        saved_model.write(served, folder)
        names = list(served)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=names)
        return converter.convert()
