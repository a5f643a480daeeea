"""A model from its folder: built by this project's code, then given its weights.

No stored object, function or class is ever brought back to life, so a folder can hold numbers
only.
"""

import contextlib
import difflib
from pathlib import Path

import keras
import numpy as np
from keras import layers

from zoo.engine.fingerprint import digest
from zoo.kinds import KINDS
from zoo.models import BUILDERS, surgery
from zoo.pretrained import cards, folders, foreign
from zoo.pretrained.cards import Card, Input
from zoo.pretrained.errors import PretrainedError
from zoo.texts import first_line
from zoo.training import Preprocessing


def load(name: str | Path, *, bare: bool = False, trust: bool = False) -> keras.Model:
    """Return a pretrained model, every file of which has the sha256 that its card states.

    Image models take pixels (batch, rows, columns, channels) of 0 to 255, as floats or bytes;
    their preprocessing is part of the model, which is not compiled. Classifiers answer
    logits; autoencoders the logits of the reconstruction, whose sigmoid is an image of 0 to
    1; Boltzmann machines the probabilities of their hidden units.

    Args:
        name: a model's name ("lenet5.mnist"), or the path of a model's folder.
        bare: the network alone, without preprocessing: for fine-tuning on inputs prepared
            like its data set, and for taking apart (`zoo.models.surgery`). A bare Boltzmann
            machine is one that can be trained on: it answers with the cost that training
            minimises (see `zoo.models.rbm`).
        trust: load a folder that did not come with this project and is not in ZOO_MODELS, or
            a SavedModel without a card, which is a program; its model answers a dict of the
            named outputs.

    Raises:
        PretrainedError: there is no such model, it is foreign and not trusted, or a file of
            it was changed.
    """
    folder = folders.trusted(name, trust)
    without_card = folders.savedmodel(folder)
    if without_card:
        return foreign.load(without_card)
    card = cards.read(folder)
    cards.check_files(folder, card)
    network = restored(card, folder)
    # Keras only warns of a layer that the file lacks.
    if weights_digest(network) != card.weights_digest:
        raise PretrainedError(
            f"{folder / cards.WEIGHTS}: does not hold the weights of its card; get the model anew"
        )
    return network if bare else whole(card, network, folder)


def features(
    name: str | Path, layer: str | None = None, *, trust: bool = False
) -> keras.Model:
    """Return a model from raw inputs to the activations of one layer of the bare network.

    Args:
        name: as for `load`.
        layer: its name; None: the code of an autoencoder, the hidden units of a Boltzmann
            machine, of other models the last layer before the output layer.
        trust: as for `load`.

    Raises:
        PretrainedError: as for `load`, or there is no such layer; the message gives the
            nearest names.
    """
    card = folders.card(name)
    bare = load(name, bare=True, trust=trust)
    file = folders.place(name).folder / cards.CARD
    with _fitting(file):
        network = as_loaded(bare, card.kind)
        known = [each.name for each in network.layers]
        layer = layer or _feature_layer(network, card.kind)
    if layer not in known:
        near = difflib.get_close_matches(layer, known, cutoff=0.4) or known
        raise PretrainedError(
            f"{card.name} has no layer {layer!r}; the nearest names: {', '.join(near)}"
        )
    with _fitting(file):
        output = network.get_layer(layer).output
        part = keras.Model(network.inputs, output, name=network.name)
        full_name = f"{card.name}.{layer}"
        return with_preprocessing(part, card.input, card.preprocessing, full_name)


def _feature_layer(network: keras.Model, kind: str) -> str:
    if KINDS[kind].has_code:
        return surgery.coders(network)[-1].name
    return network.layers[-2].name


def restored(card: Card, folder: Path) -> keras.Model:
    """Return the bare network of a card with the folder's weights; check the file first.

    Raises:
        PretrainedError: the builder is not known, or does not make a network that the weights
            fit.
    """
    if card.builder not in BUILDERS:
        raise PretrainedError(
            f"{card.name}: there is no builder {card.builder!r} in this version"
        )
    build = BUILDERS[card.builder]
    weights = folder / cards.WEIGHTS
    with _fitting(weights):
        network = build(**card.arguments)
        network.load_weights(weights)
    return network


def whole(card: Card, network: keras.Model, folder: Path) -> keras.Model:
    """Return what `load` gives, made of the bare network of a card.

    Raises:
        PretrainedError: input, preprocessing or kind that the card states do not fit the
            network.
    """
    with _fitting(folder / cards.CARD):
        return complete(network, card.input, card.preprocessing, card.kind, card.name)


@contextlib.contextmanager
def _fitting(path: Path):
    """Make one line of what Keras and the builders raise: a foreign card can hold anything."""
    try:
        yield
    except Exception as error:
        reason = first_line(error)
        raise PretrainedError(
            f"{path}: does not fit the network of its card ({reason})"
        ) from error


def as_loaded(network: keras.Model, kind: str) -> keras.Model:
    """Return the network with the answer of its kind: a machine gives its hidden units."""
    change = KINDS[kind].as_loaded
    return change(network) if change else network


def complete(
    network: keras.Model,
    taken: Input,
    steps: Preprocessing,
    kind: str,
    name: str,
) -> keras.Model:
    """Return what `load` gives, made of a bare network: raw inputs to its answers."""
    return with_preprocessing(as_loaded(network, kind), taken, steps, name)


def with_preprocessing(
    network: keras.Model,
    taken: Input,
    steps: Preprocessing,
    name: str,
) -> keras.Model:
    """Return the network behind the layers that turn raw inputs into its own."""
    entry = keras.Input(taken.shape, name=taken.name)
    wanted = network.inputs[0].shape
    factor = steps.factor / taken.high if taken.pixels else steps.factor
    x = entry
    if steps.frame:
        x = layers.ZeroPadding2D(steps.frame, name="framed")(x)
    if (factor, steps.offset) != (1.0, 0.0):
        x = layers.Rescaling(factor, steps.offset, name="rescaled")(x)
    if steps.enlarge > 1:
        x = layers.UpSampling2D(steps.enlarge, name="enlarged")(x)
    if x.shape != wanted:
        x = layers.Reshape(wanted[1:], name="reshaped")(x)
    answer = network(x)
    return keras.Model(entry, answer, name=name.replace(".", "_"))


def raw(taken: Input, x: np.ndarray) -> np.ndarray:
    """Return a data set's inputs as loaded models take them: images as pixels of 0 to 255."""
    return x * np.float32(taken.high) if taken.pixels else x


def prepared(x: np.ndarray, steps: Preprocessing, shape: tuple) -> np.ndarray:
    """Return a data set's inputs as the bare network takes them, as the layers above do."""
    if steps.frame:
        around = (steps.frame, steps.frame)
        x = np.pad(x, [(0, 0), around, around, (0, 0)])
    if steps.enlarge > 1:
        x = x.repeat(steps.enlarge, axis=1)
        x = x.repeat(steps.enlarge, axis=2)
    factor = np.float32(steps.factor)
    offset = np.float32(steps.offset)
    if (factor, offset) != (1.0, 0.0):
        x = factor * x + offset
    return x.reshape(len(x), *shape)


def weights_digest(network: keras.Model) -> str:
    """Return the sha256 of all weights in Keras's order, whatever file they come from."""
    return digest([weight.numpy() for weight in network.weights])
