"""Requests that TensorFlow Serving answers first, so that no real one has to wait."""

import itertools
from pathlib import Path

import tensorflow as tf

from zoo.endpoints import ExportError
from zoo.export import parity

FILE = Path("assets.extra", "tf_serving_warmup_requests")
BATCHES = (1, 32)


def messages():
    """Return TensorFlow Serving's modules of messages: of a request, and of a log.

    Raises:
        ExportError: the `serving` extra is missing.
    """
    try:
        from tensorflow_serving.apis import predict_pb2, prediction_log_pb2
    except ImportError:
        raise ExportError(
            "tensorflow-serving-api is missing; get it with: pip install 'reprozoo[serving]'"
        ) from None
    return predict_pb2, prediction_log_pb2


def write(served: dict, folder: Path, name: str) -> None:
    """Write one request per endpoint and size of batch into the folder of the model `name`.

    Raises:
        ExportError: the `serving` extra is missing.
    """
    _, prediction_log_pb2 = messages()
    path = folder / FILE
    path.parent.mkdir()
    with tf.io.TFRecordWriter(str(path)) as file:
        for endpoint, batch in itertools.product(served, BATCHES):
            request = _request(name, endpoint, served[endpoint].inputs, batch)
            log = prediction_log_pb2.PredictLog(request=request)
            entry = prediction_log_pb2.PredictionLog(predict_log=log)
            file.write(entry.SerializeToString())


def _request(model: str, endpoint: str, specs, batch: int):
    """Return a request of so many made-up examples."""
    predict_pb2, _ = messages()
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model
    request.model_spec.signature_name = endpoint
    for spec, values in zip(specs, parity.samples(specs, batch), strict=True):
        request.inputs[spec.name].CopyFrom(tf.make_tensor_proto(values))
    return request
