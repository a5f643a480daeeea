"""ONNX, the form that ONNX Runtime and many other runtimes load. Needs the `onnx` extra."""

from pathlib import Path

import keras
import tensorflow as tf

from zoo.endpoints import ExportError
from zoo.export import parity
from zoo.export.by_kind import endpoints
from zoo.export.placing import placed

OPSET = 17
"""Version of ONNX's operations; ONNX Runtime reads it since 1.12, of 2022."""


def onnx(model: keras.Model, path: str | Path, *, kind: str = "classifier") -> None:
    """Writes the file `path`: what `serve` answers (floats, any size of batch), checked on the model.

    Raises:
        ExportError: as for `savedmodel`, the `onnx` extra is missing, or ONNX cannot hold the model.
    """
    try:
        import onnxruntime
        import tf2onnx
    except ImportError as error:
        raise ExportError(f"{error.name} is missing; get it with: pip install 'reprozoo[onnx]'") from None
    served = endpoints(model, kind)["serve"]
    function = tf.function(served.function, served.inputs, autograph=False)
    with placed(path) as place:
        try:
            tf2onnx.convert.from_function(function, served.inputs, opset=OPSET, output_path=str(place))
            session = onnxruntime.InferenceSession(place, providers=["CPUExecutionProvider"])
        except Exception as error:
            reason = str(error).strip().partition("\n")[0]
            raise ExportError(f"{model.name}: ONNX cannot hold it ({reason})") from error
        parity.check("serve", served, lambda **inputs: _answers(session, inputs))


def _answers(session, inputs):
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))
