"""What a card says of a model that was just made: its network, its data, and how its weights came about."""

import dataclasses
import functools
import inspect
from collections.abc import Mapping
from typing import Any, NamedTuple

import keras

from zoo import data
from zoo.pretrained import loading, measuring
from zoo.pretrained.cards import Card, Data, Input, LayerLine, SeedResult, Training

OUTPUTS = {
    "classifier": ("logits", "probabilities"),
    "logistic": ("logits", "probabilities"),
    "regression": ("outputs",),
    "autoencoder": ("logits", "reconstruction", "code"),
    "rbm": ("hidden", "reconstruction", "free_energy", "visible"),
}
"""By kind: what the loaded model answers, then what exported forms do beside or instead of it."""
_SHARED = ("name", "trainable", "dtype")


class Plan(NamedTuple):
    """What a model is made by."""

    name: str
    title: str
    """One line on the card: what the model is."""
    module: Any
    """A recipe file of `zoo.training`, or an object with the same names."""
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


def card(plan: Plan, dataset, choice: Choice, circumstances: Circumstances, taken: Input, test) -> Card:
    """Return the card, but for the files and the search; `test` holds prepared inputs and their targets."""
    model, network, classes = plan.module.MODEL, choice.network, len(plan.module.MODEL.classes)
    answers = measuring.answers_of(model.kind, network, test.x)
    return Card(
        name=plan.name,
        summary=plan.title,
        kind=model.kind,
        builder=model.builder,
        arguments=model.arguments,
        parameters=network.count_params(),
        layers=_layers(network),
        input=taken,
        preprocessing=model.preprocessing,
        outputs=OUTPUTS[model.kind],
        classes=model.classes,
        data=_data(model, dataset),
        training=_training(plan.module, dataset, choice, circumstances),
        metrics=measuring.metrics(model.kind, "test", test.y, answers),
        confusions=measuring.confusions(test.y, answers, classes) if classes else None,
        source=model.source,
        licence=model.licence,
        intended_use=model.intended_use,
        limits=model.limits,
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


def _data(model, dataset) -> Data:
    return Data(
        name=model.data,
        options=model.data_options,
        title=dataset.name,
        digest=dataset.digest,
        licence=next(row.licence for row in data.listing() if row.name == model.data),
        examples={split: len(getattr(dataset, split).x) for split in ("train", "valid", "test")},
        trained_on=("train", "valid") if model.retrain else ("train",),
    )


def _training(module, dataset, choice, circumstances) -> Training:
    kind = module.MODEL.kind
    examples = len((dataset.train_and_valid() if module.MODEL.retrain else dataset.train).x)
    return Training(
        command=circumstances.command,
        recipe=described(module, examples),
        chosen_by=", then ".join(
            [*(f"validation {name}" for name in measuring.METRICS[kind]), "the smaller seed"]
        ),
        seed=choice.seed,
        retrained=module.MODEL.retrain,
        target=module.MODEL.target,
        seeds=choice.results,
        versions=circumstances.versions,
        machine=circumstances.machine,
    )


def described(module, examples: int) -> dict:
    """Return what of a recipe decides the weights, for so many training examples, in words and numbers."""
    named = _facts(module.recipe(examples))
    added = ", ".join(filter(None, (_added(module), _objects(getattr(module, "only_training", {})))))
    if added:
        named |= {"in training only": added}
    if hasattr(module, "started"):
        named |= {"pre-training": _said(module.started), "levels": _levels(module, examples)}
    return named


def _said(started) -> str:
    """Return the first line of what pre-trains, and the settings that a `functools.partial` of it holds."""
    function = getattr(started, "func", started)
    settings = {
        name: value for name, value in getattr(started, "keywords", {}).items() if not callable(value)
    }
    worded = ", ".join(f"{name} {value!r}" for name, value in settings.items())
    line = inspect.getdoc(function).partition("\n")[0]
    return f"{line.removesuffix('.')} ({worded})." if worded else line


def _levels(module, examples: int) -> list[dict]:
    """Return each level's builder and recipe; none where the pre-training does not tell its levels."""
    if not hasattr(module, "levels"):
        return []
    levels = zip(module.levels(), module.pre_training(examples), strict=True)
    return [_builder(build) | _facts(recipe) for build, recipe in levels]


def _objects(arguments: Mapping) -> str:
    """Return arguments of a builder that are Keras's objects, such as "kernel_regularizer=L2(l2=0.001)"."""
    return ", ".join(f"{name}={_layer(each)}" for name, each in arguments.items())


def _facts(recipe) -> dict:
    """Return what of a recipe decides the weights."""
    named = {"loss": _loss(recipe.loss), "optimizer": repr(recipe.optimizer)}
    return named | {name: getattr(recipe, name) for name in ("batch_size", "epochs", "steps", "shuffle")}


def _builder(build: functools.partial) -> dict:
    """Return a level's builder and the arguments that it was given, as JSON can hold them."""
    given = inspect.signature(build.func).bind_partial(*build.args, **build.keywords).arguments
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


def _added(module) -> str:
    """Return the layers that build() puts around MODEL's network: they have no weights and only train."""
    bare = {layer.name for layer in module.MODEL.network().layers}
    added = [layer for layer in module.build().layers if layer.name not in bare]
    return ", ".join(_layer(layer) for layer in added if not isinstance(layer, keras.layers.InputLayer))


def _layer(layer) -> str:
    """Return a layer by its kind and the arguments that it does not share with all layers."""
    own = {name: value for name, value in layer.get_config().items() if name not in _SHARED}
    said = ", ".join(f"{name}={value!r}" for name, value in own.items() if value is not None)
    return f"{type(layer).__name__}({said})"
