"""ONNX, the form that ONNX Runtime and many other runtimes load. Needs the `onnx` extra."""

from pathlib import Path

import keras
import tensorflow as tf

from zoo.endpoints import ExportError
from zoo.export import parity
from zoo.export.by_kind import endpoints
from zoo.export.placing import placed
from zoo.texts import first_line

OPSET = 17
"""Version of ONNX's operations; ONNX Runtime reads it since 1.12, of 2022."""


def onnx(model: keras.Model, path: str | Path, *, kind: str = "classifier") -> None:
    """Write the file `path`, which answers as `serve` does, and check it on the model.

    Raises:
        ExportError: as for `savedmodel`, the `onnx` extra is missing, or ONNX cannot hold the
            model.
    """
    try:
        import onnxruntime
        import tf2onnx
    except ImportError as error:
        raise ExportError(
            f"{error.name} is missing; get it with: pip install 'reprozoo[onnx]'"
        ) from None
    served = endpoints(model, kind)["serve"]
    function = tf.function(served.function, served.inputs, autograph=False)
    with placed(path) as place:
        try:
            convert = tf2onnx.convert.from_function
            convert(function, served.inputs, opset=OPSET, output_path=str(place))
            session = onnxruntime.InferenceSession(place, providers=["CPUExecutionProvider"])
        except Exception as error:
            reason = first_line(error)
            raise ExportError(f"{model.name}: ONNX cannot hold it ({reason})") from error
        parity.check("serve", served, lambda **inputs: _answers(session, inputs))


def _answers(session, inputs):
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))
