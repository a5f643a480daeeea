"""What TensorFlow computes on: threads, workers, and data on the device."""

import os

import numpy as np
import tensorflow as tf

from zoo.engine.settings import worker_count


def set_one_thread_per_member() -> bool:
    """Give TensorFlow one intra-op thread; False where it already runs with several."""
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        return True
    except RuntimeError:
        threads = tf.config.threading.get_intra_op_parallelism_threads()
        return (threads or int(os.environ.get("TF_NUM_INTRAOP_THREADS", "0"))) == 1


def workers_for(members: int) -> int:
    """Return how many of so many members to train at the same time on this machine."""
    return worker_count(members, gpu=bool(tf.config.list_logical_devices("GPU")))


_on_device: dict[tuple, dict] = {}


def on_device(model, data, data_digest: str) -> dict:
    """Return the splits as tensors; they are kept until other data are trained on."""
    key = (data_digest, *number_types(model))
    splits = _on_device.get(key)
    if splits is None:
        _on_device.clear()  # first, so that two copies never lie side by side
        splits = _on_device[key] = as_tensors(model, data)
    return splits


def as_tensors(model, data) -> dict:
    """Return the splits as tensors on the device, floats in the model's types."""
    x_type, y_type = number_types(model)
    splits = {}
    for split, (x, y) in data.items():
        splits[split] = (tf.constant(as_type(x, x_type)), tf.constant(as_type(y, y_type)))
    return splits


def number_types(model) -> tuple[str, str]:
    """Return the types of the model's input and output."""
    return model.inputs[0].dtype, model.outputs[0].dtype


def as_type(array, dtype: str) -> np.ndarray:
    """Return an array of floats in `dtype`, and one of class numbers or bytes as it is."""
    array = np.asarray(array)
    return array.astype(dtype, copy=False) if array.dtype.kind == "f" else array
