"""What a card says of a new model: its network, its data, how its weights came about."""

import dataclasses
import functools
import inspect
from collections.abc import Mapping
from typing import NamedTuple

import keras

from zoo import data
from zoo.kinds import KINDS
from zoo.pretrained import loading, measuring
from zoo.pretrained.cards import Card, Data, Input, LayerLine, SeedResult, TrainingFacts
from zoo.training import Pretraining, Training

LENGTHS = ("batch_size", "epochs", "steps", "shuffle")
"""Fields of a recipe that a card holds as they are."""
SHARED = ("name", "trainable", "dtype")
"""Arguments that all layers have: a card does not repeat them."""


class Plan(NamedTuple):
    """What a model is made by."""

    name: str
    title: str
    """One line on the card: what the model is."""
    training: Training
    seeds: tuple[int, ...]


class Circumstances(NamedTuple):
    """What a card says of the run beside its numbers."""

    command: str
    versions: dict[str, str]
    machine: dict


class Choice(NamedTuple):
    """The shipped network and how it was chosen."""

    network: keras.Model
    seed: int
    results: tuple[SeedResult, ...]


def card(
    plan: Plan,
    dataset,
    choice: Choice,
    circumstances: Circumstances,
    taken: Input,
    test,
) -> Card:
    """Return the card, but for the files and the search.

    Args:
        plan: what the model was made by.
        dataset: what it was trained on, a `zoo.data.Dataset`.
        choice: the shipped network.
        circumstances: of the run.
        taken: what the loaded model takes.
        test: prepared inputs of the test split, and their targets.
    """
    training, network = plan.training, choice.network
    answers = measuring.answers_of(training.kind, network, test.x)
    confusions = None
    if training.classes:
        confusions = measuring.confusions(test.y, answers, len(training.classes))
    return Card(
        name=plan.name,
        summary=plan.title,
        kind=training.kind,
        builder=training.builder,
        arguments=training.arguments,
        parameters=network.count_params(),
        layers=_layers(network),
        input=taken,
        preprocessing=training.preprocessing,
        outputs=KINDS[training.kind].outputs,
        classes=training.classes,
        data=_data(training, dataset),
        training=_training(training, dataset, choice, circumstances),
        metrics=measuring.metrics(training.kind, "test", test.y, answers),
        confusions=confusions,
        source=training.source,
        licence=training.licence,
        intended_use=training.intended_use,
        limits=training.limits,
        weights_digest=loading.weights_digest(network),
    )


def _layers(network) -> tuple[LayerLine, ...]:
    return tuple(
        LayerLine(
            name=layer.name,
            kind=type(layer).__name__,
            shape=tuple(layer.output.shape[1:]),
            parameters=layer.count_params(),
        )
        for layer in network.layers
    )


def _data(training: Training, dataset) -> Data:
    licences = {row.name: row.licence for row in data.listing()}
    sizes = {split: len(getattr(dataset, split).x) for split in ("train", "valid", "test")}
    return Data(
        name=training.data,
        options=training.data_options,
        title=dataset.name,
        digest=dataset.digest,
        licence=licences[training.data],
        examples=sizes,
        trained_on=("train", "valid") if training.retrain else ("train",),
    )


def _training(
    training: Training,
    dataset,
    choice: Choice,
    circumstances: Circumstances,
) -> TrainingFacts:
    shipped_on = dataset.train_and_valid() if training.retrain else dataset.train
    measures = [f"validation {measure.name}" for measure in KINDS[training.kind].measures]
    return TrainingFacts(
        command=circumstances.command,
        recipe=described(training, len(shipped_on.x)),
        chosen_by=", then ".join([*measures, "the smaller seed"]),
        seed=choice.seed,
        retrained=training.retrain,
        target=training.target,
        seeds=choice.results,
        versions=circumstances.versions,
        machine=circumstances.machine,
    )


def described(training: Training, examples: int) -> dict:
    """Return what decides the weights, in words and numbers that JSON can hold.

    Args:
        training: how the model is trained.
        examples: how many examples it is trained on.
    """
    facts = _facts(training.recipe(examples))
    additions = [_added_layers(training), _objects(training.only_training)]
    named = [text for text in additions if text]
    if named:
        facts["in training only"] = ", ".join(named)
    if training.pretrain:
        facts["pre-training"] = training.pretrain.says
        facts["levels"] = _levels(training.pretrain, examples)
    return facts


def _levels(pretrain: Pretraining, examples: int) -> list[dict]:
    """Return each level's builder and recipe."""
    return [_builder(build) | _facts(recipe) for build, recipe in pretrain.parts(examples)]


def _objects(arguments: Mapping) -> str:
    """Return arguments that are Keras's objects, as "kernel_regularizer=L2(l2=0.001)"."""
    return ", ".join(f"{name}={_layer(each)}" for name, each in arguments.items())


def _facts(recipe) -> dict:
    """Return what of a recipe decides the weights."""
    facts = {"loss": _loss(recipe.loss), "optimizer": repr(recipe.optimizer)}
    for name in LENGTHS:
        facts[name] = getattr(recipe, name)
    return facts


def _builder(build: functools.partial) -> dict:
    """Return a level's builder and the arguments that it was given, as JSON can hold them."""
    signature = inspect.signature(build.func)
    given = signature.bind_partial(*build.args, **build.keywords).arguments
    return {
        "builder": build.func.__name__,
        "arguments": {name: _json(value) for name, value in given.items()},
    }


def _json(value):
    if isinstance(value, keras.initializers.Initializer):
        return {type(value).__name__: value.get_config()}
    return list(value) if isinstance(value, tuple) else value


def _loss(loss) -> str:
    """Return the full name of a loss, and the values of one that has some."""
    if dataclasses.is_dataclass(loss):
        return f"{type(loss).__module__}.{loss!r}"
    return f"{loss.__module__}.{loss.__qualname__}"


def _added_layers(training: Training) -> str:
    """Return the layers around the bare network, which have no weights and only train."""
    if training.build is None:
        return ""
    bare = {layer.name for layer in training.network().layers}
    added = []
    for layer in training.build().layers:
        is_entry = isinstance(layer, keras.layers.InputLayer)
        if layer.name not in bare and not is_entry:
            added.append(_layer(layer))
    return ", ".join(added)


def _layer(layer) -> str:
    """Return a layer by its kind and the arguments that it does not share with all layers."""
    arguments = []
    for name, value in layer.get_config().items():
        if name not in SHARED and value is not None:
            arguments.append(f"{name}={value!r}")
    return f"{type(layer).__name__}({', '.join(arguments)})"
