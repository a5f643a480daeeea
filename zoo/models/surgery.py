"""Taking trained models of `rbm`, `dbn` and `autoencoder` apart and unrolling them: encoders,
decoders, classifiers, deep autoencoders.

All results are new models with copied weights; training them leaves the original as it was.
"""

import re
from typing import Any, NamedTuple

import keras
from keras import layers

from zoo.layers.rbm import RBM
from zoo.layers.tied import TiedDense
from zoo.models.mlp import check_sizes


class Step(NamedTuple):
    """One dense layer: activation(x @ kernel + bias)."""

    name: str
    kernel: Any
    bias: Any
    activation: Any


def encoder_of(model: keras.Model, *, name: str = "encoder") -> keras.Model:
    """Return the part from the inputs to the code, layers "hidden_1" and so on; returns codes
    (batch, code).

    Corruption is left out. The code of a machine is the probability of its hidden units, or
    the mean of Gaussian ones.

    Raises:
        ValueError: for a model without a code.
    """
    return dense_stack(encoding(model), model, "inputs", name)


def hidden_of(model: keras.Model) -> keras.Model:
    """Return a stack of machines that answers with the means of its top hidden units, (batch,
    hidden), in place of the gap of free energies.

    It is made of machines as before, so that it can be exported as one; chains are left out.

    Raises:
        ValueError: for a model that was not built by `rbm` or `dbn`.
    """
    if not all(isinstance(layer, RBM) for layer in coders(model)):
        raise ValueError(
            f"{model.name} has layers that are no machines: take a model built by rbm or dbn"
        )
    x = entry = keras.Input(
        model.input_shape[1:], dtype=model.inputs[0].dtype, name=model.inputs[0].name
    )
    for layer in coders(model):
        twin = RBM.from_config(layer.get_config() | {"returns": "hidden", "chains": 0})
        x = twin(x)
        for name in ("kernel", "visible_bias", "hidden_bias"):
            getattr(twin, name).assign(getattr(layer, name))
    return keras.Model(entry, x, name=model.name)


def decoder_of(model: keras.Model, *, name: str = "decoder") -> keras.Model:
    """Return the part from the code to the inputs, layers down to "decoder_1"; returns logits
    (batch, inputs).

    Gaussian visible units have their means where others have logits.

    Raises:
        ValueError: for a model without a code.
    """
    return dense_stack(decoding(model), model, "code", name)


def autoencoder_from(model: keras.Model, *, name: str = "autoencoder") -> keras.Model:
    """Return encoder and decoder in one, untied, for fine-tuning; returns logits (batch,
    inputs).

    From a `dbn`, this is the unrolling of Hinton and Salakhutdinov 2006: the layers, and so
    the paths of the weights, are those of `autoencoder`.

    Raises:
        ValueError: for a model without a code.
    """
    return dense_stack([*encoding(model), *decoding(model)], model, "inputs", name)


def classifier_from(
    model: keras.Model, outputs: int, *, name: str = "classifier"
) -> keras.Model:
    """Return the encoder with a new linear layer "logits" on top, for fine-tuning; returns
    logits (batch, outputs).

    784-500-500-2000-10, from a `dbn` of Hinton and Salakhutdinov 2006, has 1,665,010
    parameters; its layers, and so the paths of the weights, are those of `mlp` with logistic
    units.

    Raises:
        ValueError: for a model without a code, or a number of outputs that is not positive.
    """
    check_sizes(outputs)
    encoder = encoder_of(model)
    logits = layers.Dense(outputs, dtype=model.inputs[0].dtype, name="logits")
    return keras.Model(encoder.input, logits(encoder.output), name=name)


def encoding(model) -> list[Step]:
    """Return the steps from the inputs to the code."""
    return [
        Step(f"hidden_{level}", layer.kernel, *up(layer))
        for level, layer in enumerate(coders(model), start=1)
    ]


def up(layer):
    """Return bias and activation of a layer on the way to the code."""
    if isinstance(layer, RBM):
        return layer.hidden_bias, "sigmoid" if layer.hidden_units == "bernoulli" else None
    return layer.bias, layer.activation


def decoding(model) -> list[Step]:
    """Return the steps from the code back to the inputs; the last one is linear."""
    own = {layer.name: layer for layer in model.layers}
    steps = []
    for level, layer in enumerate(coders(model), start=1):
        name = f"decoder_{level}"
        back = own.get(name)
        steps.append(
            Step(name, back.kernel, back.bias, back.activation)
            if back
            else down(layer, level)
        )
    return steps[::-1]


def down(layer, level) -> Step:
    """Return the way back through a layer that has one kernel for both directions."""
    if isinstance(layer, TiedDense):
        activation = layer.backward_activation
    else:
        activation = None if level == 1 else "sigmoid"
    kernel = keras.ops.transpose(layer.kernel)
    return Step(f"decoder_{level}", kernel, layer.visible_bias, activation)


def coders(model) -> list:
    """Return the layers that lead to the code, lowest first.

    Raises:
        ValueError: for a model that was not built by `rbm`, `dbn` or `autoencoder`.
    """
    found = [
        layer
        for layer in model.layers
        if isinstance(layer, RBM | TiedDense) or re.fullmatch(r"hidden_\d+", layer.name)
    ]
    decoders = any(layer.name == "decoder_1" for layer in model.layers)
    if not found or not (
        decoders or all(isinstance(layer, RBM | TiedDense) for layer in found)
    ):
        raise ValueError(
            f"{model.name} has no code: take a model built by rbm, dbn or autoencoder"
        )
    return sorted(found, key=lambda layer: int(re.search(r"\d*$", layer.name)[0] or 1))


def dense_stack(steps, model, entry: str, name: str) -> keras.Model:
    """Return a functional model of dense layers with the weights of `steps`, in the type of
    `model`."""
    dtype = model.inputs[0].dtype
    x = first = keras.Input((steps[0].kernel.shape[0],), dtype=dtype, name=entry)
    for step in steps:
        layer = layers.Dense(
            step.kernel.shape[1], step.activation, dtype=dtype, name=step.name
        )
        x = layer(x)
        layer.kernel.assign(step.kernel)
        layer.bias.assign(step.bias)
    return keras.Model(first, x, name=name)
