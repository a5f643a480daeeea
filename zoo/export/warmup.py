"""Requests that TensorFlow Serving answers for itself first, so that no real one waits for its set-up."""

from pathlib import Path

import tensorflow as tf

from zoo.endpoints import ExportError
from zoo.export import parity

FILE = Path("assets.extra", "tf_serving_warmup_requests")
BATCHES = (1, 32)


def messages():
    """The two modules of TensorFlow Serving's messages, of a request and of a log of requests.

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
    """Writes one request per endpoint and size of batch into a SavedModel's folder; `name` is the model's.

    Raises:
        ExportError: the `serving` extra is missing.
    """
    predict_pb2, prediction_log_pb2 = messages()
    (folder / FILE).parent.mkdir()
    with tf.io.TFRecordWriter(str(folder / FILE)) as file:
        for endpoint, batch in ((each, batch) for each in served for batch in BATCHES):
            request = predict_pb2.PredictRequest()
            request.model_spec.name, request.model_spec.signature_name = name, endpoint
            specs = served[endpoint].inputs
            for spec, values in zip(specs, parity.samples(specs, batch), strict=True):
                request.inputs[spec.name].CopyFrom(tf.make_tensor_proto(values))
            log = prediction_log_pb2.PredictLog(request=request)
            file.write(prediction_log_pb2.PredictionLog(predict_log=log).SerializeToString())
