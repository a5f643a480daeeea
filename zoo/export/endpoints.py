"""What an exported model answers: named functions of named inputs, by the kind of model."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from zoo.export.errors import ExportError


class Endpoint(NamedTuple):
    """A function from tensors to a dict of named tensors; axis 0 of all runs over the examples."""

    function: Callable[..., dict[str, tf.Tensor]]
    inputs: tuple[tf.TensorSpec, ...]


def endpoints(model: keras.Model, kind: str) -> dict[str, Endpoint]:
    """The endpoints of a model by name, the default one ("serve") first.

    Raises:
        ExportError: an unknown kind, or a model that does not take one input of fixed size.
    """
    if kind not in KINDS:
        raise ExportError(f"{kind!r}: no kind of model; the kinds are {', '.join(KINDS)}")
    return KINDS[kind](model)


def _classifier(model):
    return _pixels_to(model, lambda logits: {"logits": logits, "probabilities": _probabilities(logits)})


def _logistic(model):
    return _pixels_to(model, lambda logits: {"logits": logits, "probabilities": tf.sigmoid(logits)})


def _regression(model):
    return {"serve": _endpoint(model, lambda outputs: {"outputs": outputs}, tf.float32)}


def _probabilities(logits):
    """Softmax over the classes; one logit alone stands for the second of two classes."""
    return tf.sigmoid(logits) if logits.shape[-1] == 1 else tf.nn.softmax(logits)


def _pixels_to(model, named):
    """The same answers for pixels as floats and, at a quarter of the bytes, as uint8."""
    return {
        "serve": _endpoint(model, named, tf.float32),
        "serve_uint8": _endpoint(model, named, tf.uint8),
    }


def _endpoint(model, named, dtype):
    inputs = input_spec(model, dtype)

    def answer(values):
        outputs = model(tf.cast(values, model.inputs[0].dtype), training=False)
        return named(tf.cast(outputs, tf.float32))

    return Endpoint(answer, (inputs,))


def input_spec(model: keras.Model, dtype) -> tf.TensorSpec:
    """Name and shape of the model's only input, the size of the batch left open.

    Raises:
        ExportError: it has several inputs, or one of no fixed size.
    """
    if len(model.inputs) != 1:
        raise ExportError(f"{model.name}: has {len(model.inputs)} inputs; only models with one are exported")
    size = model.inputs[0].shape[1:]
    if None in size:
        raise ExportError(f"{model.name}: its input has no fixed size, {size}; build it with one")
    return tf.TensorSpec((None, *size), dtype, name=model.inputs[0].name)


KINDS = {"classifier": _classifier, "logistic": _logistic, "regression": _regression}
