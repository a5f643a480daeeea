"""What an exported model answers: named functions of named inputs.

Every function here takes a model and returns its endpoints by name, the default one ("serve")
first. `zoo.kinds` says which kind has which; `zoo.export.endpoints` finds them by the name of
a kind.
"""

from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from zoo.layers import rbm
from zoo.models import surgery


class ExportError(Exception):
    """A model cannot be exported; the message names the culprit and the cure."""

    exit_code = 1


class Endpoint(NamedTuple):
    """A function of tensors to a dict of named tensors, with the examples on axis 0."""

    function: Callable[..., dict[str, tf.Tensor]]
    inputs: tuple[tf.TensorSpec, ...]


def classifier(model: keras.Model) -> dict[str, Endpoint]:
    """Return `serve` and `serve_uint8`: inputs to `logits` and `probabilities`, by softmax."""
    return _from_pixels(model, _probabilities)


def logistic(model: keras.Model) -> dict[str, Endpoint]:
    """Return what `classifier` returns, with a sigmoid for every class by itself."""
    return _from_pixels(model, tf.sigmoid)


def regression(model: keras.Model) -> dict[str, Endpoint]:
    """Return `serve`: inputs to `outputs`."""

    def answer(x):
        return {"outputs": _float(model(x, training=False))}

    return {"serve": _endpoint(model, answer)}


def autoencoder(model: keras.Model) -> dict[str, Endpoint]:
    """Return `encode` to `code`, `decode` from it, and `reconstruct`, also `serve`.

    The model is one that `zoo.load` returns, or a bare network.

    Raises:
        ExportError: the network is no autoencoder.
    """
    prepare, network = _parts(model)
    size = _coders(model, network)[-1].units

    def encode(x):
        prepared = prepare(x, training=False)
        return {"code": _float(_through(surgery.encoding(network), prepared))}

    def decode(code):
        logits = _float(_through(surgery.decoding(network), code))
        return {"reconstruction": tf.sigmoid(logits)}

    def answer(x):
        return {"reconstruction": tf.sigmoid(_float(model(x, training=False)))}

    reconstruct = _endpoint(model, answer)
    code = tf.TensorSpec((None, size), tf.float32, name="code")
    return {
        "serve": reconstruct,
        "encode": _endpoint(model, encode),
        "decode": Endpoint(decode, (code,)),
        "reconstruct": reconstruct,
    }


def boltzmann_machine(model: keras.Model) -> dict[str, Endpoint]:
    """Return `hidden` (also `serve`), `reconstruct`, `free_energy` and `gibbs`.

    `hidden` gives the means of the hidden units, `reconstruct` those of the visible ones
    (0..1). `gibbs` goes from `visible` (0..1) to the next sample of it, by new random numbers
    in every call. The model is one that `zoo.load` returns, or a bare network.

    Raises:
        ExportError: the network is no restricted Boltzmann machine.
    """
    prepare, network = _parts(model)
    machine = _coders(model, network)[-1]
    if not isinstance(machine, rbm.RBM):
        raise ExportError(
            f"{model.name}: is no restricted Boltzmann machine; export it as another kind"
        )
    below = keras.Model(network.inputs, machine.input)
    random = keras.random.SeedGenerator(0)

    def of_visible(function, output):
        return _endpoint(
            model, lambda x: {output: _float(function(machine, below(prepare(x))))}
        )

    def gibbs(visible):
        return {"visible": rbm.gibbs(machine, visible, seed=random)}

    visible = tf.TensorSpec((None, machine.input.shape[-1]), tf.float32, name="visible")
    hidden = of_visible(rbm.hidden_given_visible, "hidden")
    return {
        "serve": hidden,
        "hidden": hidden,
        "reconstruct": of_visible(rbm.reconstruct, "reconstruction"),
        "free_energy": of_visible(rbm.free_energy, "free_energy"),
        "gibbs": Endpoint(gibbs, (visible,)),
    }


def input_spec(model: keras.Model, dtype) -> tf.TensorSpec:
    """Return name and shape of the model's only input, the size of the batch left open.

    Raises:
        ExportError: it has several inputs, or one of no fixed size.
    """
    inputs = model.inputs
    if len(inputs) != 1:
        raise ExportError(
            f"{model.name}: has {len(inputs)} inputs; only models with one are exported"
        )
    name, size = inputs[0].name, inputs[0].shape[1:]
    if None in size:
        raise ExportError(
            f"{model.name}: its input has no fixed size, {size}; build it with one"
        )
    return tf.TensorSpec((None, *size), dtype, name=name)


def _from_pixels(model, probabilities):
    """Return the answers for pixels as floats and, at a quarter of the bytes, as uint8."""

    def answer(x):
        logits = _float(model(x, training=False))
        return {"logits": logits, "probabilities": probabilities(logits)}

    serve = _endpoint(model, answer)
    of_bytes = Endpoint(serve.function, (input_spec(model, tf.uint8),))
    return {"serve": serve, "serve_uint8": of_bytes}


def _probabilities(logits):
    """Return the softmax over the classes; one logit alone stands for class 1 of two."""
    return tf.sigmoid(logits) if logits.shape[-1] == 1 else tf.nn.softmax(logits)


def _parts(model):
    """Return what prepares the input of a loaded model, and the bare network behind it."""
    *before, network = model.layers
    if not isinstance(network, keras.Model):
        return keras.Model(model.inputs, model.inputs), model
    return keras.Model(model.inputs, before[-1].output), network


def _coders(model, network):
    try:
        return surgery.coders(network)
    except ValueError as error:
        raise ExportError(
            f"{model.name}: cannot be exported as this kind ({error})"
        ) from None


def _through(steps, x):
    """Return what dense layers make of x; a model would hold a second copy of the weights."""
    for step in steps:
        activation = keras.activations.get(step.activation)
        x = activation(keras.ops.matmul(x, step.kernel) + step.bias)
    return x


def _endpoint(model, answer):
    taken = model.inputs[0].dtype
    return Endpoint(
        lambda values: answer(tf.cast(values, taken)), (input_spec(model, tf.float32),)
    )


def _float(values):
    return tf.cast(values, tf.float32)
