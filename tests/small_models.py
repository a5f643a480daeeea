"""Untrained models in folders like those of saved_models/, for tests of what reads such folders."""

import json

import keras
import numpy as np

from zoo import export
from zoo.models import BUILDERS
from zoo.pretrained import cards, loading
from zoo.pretrained.cards import Card, Data, Input, Metric, TrainingFacts
from zoo.training import Preprocessing


def write(
    root, name, shape, classes, *, builder="nielsen_mlp", arguments=None, seed=1, pixels=True
):
    """Writes `root`/`name`, of a network with random weights; with classes it has a LiteRT file too."""
    folder = root / name
    folder.mkdir(parents=True)
    keras.utils.set_random_seed(seed)
    network = BUILDERS[builder](**(arguments or {}))
    network.save_weights(folder / cards.WEIGHTS)
    np.savez(folder / cards.EXAMPLES, inputs=np.zeros((1, *shape)), outputs=np.zeros((1, 1)))
    card = _card(name, shape, tuple(classes), builder, arguments or {}, network, pixels)
    if classes:
        model = loading.with_preprocessing(network, card.input, card.preprocessing, name)
        export.litert(model, folder / cards.LITE, kind=card.kind)
    return cards.write(card, folder)


def rewrite(folder, **changes):
    """Writes a card anew with other fields, and with digests that are right for them."""
    content = json.loads((folder / cards.CARD).read_bytes()) | changes
    content.pop("digest")
    content |= {"digest": cards.sha256(cards.render(content))}
    (folder / cards.CARD).write_bytes(cards.render(content))


def _card(name, shape, classes, builder, arguments, network, pixels):
    taken = Input(
        name="images" if pixels else "inputs",
        shape=shape,
        pixels=pixels,
        low=0,
        high=255,
        meaning="pixels",
    )
    data = Data(
        name="mnist", title="noise", digest="", licence="none", examples={}, trained_on=()
    )
    training = TrainingFacts(
        command="none", recipe={}, chosen_by="nobody", seed=1, retrained=False, target=None, seeds=(),
        versions={}, machine={},
    )  # fmt: skip
    metric = Metric(
        name="error", unit="%", split="test", examples=1, value=50, low=0, high=100
    )
    return Card(
        name=name, summary="an untrained network", kind="classifier" if classes else "regression",
        builder=builder, arguments=arguments, parameters=network.count_params(), layers=(), input=taken,
        preprocessing=Preprocessing(), outputs=("logits", "probabilities"), classes=classes, data=data,
        training=training, metrics=(metric,), confusions=None, source="none", licence="MIT",
        intended_use="tests", limits="none", weights_digest=loading.weights_digest(network),
    )  # fmt: skip
