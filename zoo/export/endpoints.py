"""What an exported model answers: named functions of named inputs, by the kind of model."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from zoo.export.errors import ExportError
from zoo.layers import rbm
from zoo.models import surgery


class Endpoint(NamedTuple):
    """A function from tensors to a dict of named tensors; axis 0 of all runs over the examples."""

    function: Callable[..., dict[str, tf.Tensor]]
    inputs: tuple[tf.TensorSpec, ...]


def endpoints(model: keras.Model, kind: str) -> dict[str, Endpoint]:
    """The endpoints of a model by name, the default one ("serve") first.

    - "classifier", "logistic": `serve` and `serve_uint8`, from the model's input to `logits` and
      `probabilities`: softmax, or for "logistic" a sigmoid for every class by itself;
    - "regression": `serve`, to `outputs`;
    - "autoencoder": `encode` to `code`, `decode` from it to `reconstruction` (0..1), `reconstruct`, which is
      also `serve`;
    - "rbm": `hidden` (also `serve`) to the means of the hidden units, `reconstruct` to those of the visible
      ones (0..1), `free_energy`, and `gibbs` from `visible` (0..1) to the next sample of it: new random
      numbers in every call.

    The last two kinds are models as `zoo.load` returns them, or bare networks.

    Raises:
        ExportError: an unknown kind, a model of another kind, or one that does not take one input of fixed
            size.
    """
    if kind not in KINDS:
        raise ExportError(f"{kind!r}: no kind of model; the kinds are {', '.join(KINDS)}")
    return KINDS[kind](model)


def _classifier(model):
    return _from_pixels(model, lambda logits: {"logits": logits, "probabilities": _probabilities(logits)})


def _logistic(model):
    return _from_pixels(model, lambda logits: {"logits": logits, "probabilities": tf.sigmoid(logits)})


def _probabilities(logits):
    """Softmax over the classes; one logit alone stands for the second of two classes."""
    return tf.sigmoid(logits) if logits.shape[-1] == 1 else tf.nn.softmax(logits)


def _from_pixels(model, named):
    """The same answers for pixels as floats and, at a quarter of the bytes, as uint8."""
    serve = _endpoint(model, lambda x: named(_float(model(x, training=False))))
    return {"serve": serve, "serve_uint8": Endpoint(serve.function, (input_spec(model, tf.uint8),))}


def _regression(model):
    return {"serve": _endpoint(model, lambda x: {"outputs": _float(model(x, training=False))})}


def _autoencoder(model):
    prepare, network = _parts(model)
    size = _coders(model, network)[-1].units

    def decode(code):
        return {"reconstruction": tf.sigmoid(_float(_through(surgery.decoding(network), code)))}

    reconstruct = _endpoint(model, lambda x: {"reconstruction": tf.sigmoid(_float(model(x, training=False)))})
    encode = _endpoint(
        model, lambda x: {"code": _float(_through(surgery.encoding(network), prepare(x, training=False)))}
    )
    spec = tf.TensorSpec((None, size), tf.float32, name="code")
    return {
        "serve": reconstruct,
        "encode": encode,
        "decode": Endpoint(decode, (spec,)),
        "reconstruct": reconstruct,
    }


def _rbm(model):
    prepare, network = _parts(model)
    machine = _coders(model, network)[-1]
    if not isinstance(machine, rbm.RBM):
        raise ExportError(f"{model.name}: is no restricted Boltzmann machine; export it as another kind")
    below = keras.Model(network.inputs, machine.input)
    random = keras.random.SeedGenerator(0)

    def of_visible(function, output):
        return _endpoint(model, lambda x: {output: _float(function(machine, below(prepare(x))))})

    spec = tf.TensorSpec((None, machine.input.shape[-1]), tf.float32, name="visible")
    hidden = of_visible(rbm.hidden_given_visible, "hidden")
    return {
        "serve": hidden,
        "hidden": hidden,
        "reconstruct": of_visible(rbm.reconstruct, "reconstruction"),
        "free_energy": of_visible(rbm.free_energy, "free_energy"),
        "gibbs": Endpoint(lambda v: {"visible": rbm.gibbs(machine, v, seed=random)}, (spec,)),
    }


def _parts(model):
    """What prepares the input of a model that `zoo.load` has made, and the bare network behind it."""
    *before, network = model.layers
    if not isinstance(network, keras.Model):
        return keras.Model(model.inputs, model.inputs), model
    return keras.Model(model.inputs, before[-1].output), network


def _coders(model, network):
    try:
        return surgery.coders(network)
    except ValueError as error:
        raise ExportError(f"{model.name}: cannot be exported as this kind ({error})") from None


def _through(steps, x):
    """What dense layers make of x; a model of its own would hold a second copy of the weights."""
    for step in steps:
        x = keras.activations.get(step.activation)(keras.ops.matmul(x, step.kernel) + step.bias)
    return x


def _endpoint(model, answer):
    taken = model.inputs[0].dtype
    return Endpoint(lambda values: answer(tf.cast(values, taken)), (input_spec(model, tf.float32),))


def _float(values):
    return tf.cast(values, tf.float32)


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


KINDS = {
    "classifier": _classifier,
    "logistic": _logistic,
    "regression": _regression,
    "autoencoder": _autoencoder,
    "rbm": _rbm,
}
