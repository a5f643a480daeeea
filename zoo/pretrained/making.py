"""Training a model that gets shipped, and writing its folder: by code only, whole or not at all."""

import dataclasses
import functools
import inspect
import math
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import keras
import numpy as np

from zoo import data, engine, export
from zoo.export.placing import placed
from zoo.pretrained import cards, loading, measuring, pages, recipes
from zoo.pretrained.cards import Card, Data, Input, LayerLine, SeedResult, Training
from zoo.pretrained.errors import PretrainedError

EXAMPLES_KEPT = 8
OUTPUTS = {
    "classifier": ("logits", "probabilities"),
    "logistic": ("logits", "probabilities"),
    "regression": ("outputs",),
    "autoencoder": ("logits", "reconstruction", "code"),
    "rbm": ("hidden", "reconstruction", "free_energy", "visible"),
}
"""By kind: what the loaded model answers, then what exported forms do beside or instead of it."""
_SHARED = ("name", "trainable", "dtype")


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


def make(name: str, seeds: int | None, folder: Path, circumstances: Circumstances) -> Card:
    """Train the recipe's seeds, choose by validation, test every seed once, and write `folder`/`name`.

    Args:
        name: of a recipe, such as "lenet5.mnist".
        seeds: train seeds 1 to so many; None: as many as the recipe says.
        folder: where models lie.
        circumstances: command line, versions and machine, for the card.

    Raises:
        PretrainedError: no such recipe, the model is there already, or every seed diverged.
        DataError: its data set is not at hand.
    """
    module = recipes.load(name)
    target = folder / name
    if target.exists():
        raise PretrainedError(f"{target}: is there already; remove it first, or write elsewhere: --out DIR")
    dataset = data.load(module.MODEL.data, **module.MODEL.data_options)
    choice = _chosen(name, module, dataset, range(1, (seeds or module.MODEL.seeds) + 1))
    with placed(target) as place:
        place.mkdir()
        return _write(name, module, dataset, choice, circumstances, place)


def _chosen(name, module: ModuleType, dataset, seeds) -> Choice:
    splits = {split: _prepared(module.MODEL, getattr(dataset, split)) for split in ("train", "valid", "test")}
    study = _study(name, module, splits["train"], splits["valid"], seeds)
    alive = {
        member.seed: _bare(module.MODEL, study.model(member.seed))
        for member in study.members
        if member.diverged_at is None
    }
    if not alive:
        raise PretrainedError(f"{name}: every seed diverged; nothing was written")
    validation = {seed: _means(module.MODEL, model, splits["valid"]) for seed, model in alive.items()}
    best = min(alive, key=lambda seed: (validation[seed], seed))
    test = {seed: _means(module.MODEL, model, splits["test"]) for seed, model in alive.items()}
    results = tuple(
        SeedResult(seed=seed, validation=_first(validation.get(seed)), test=_first(test.get(seed)))
        for seed in seeds
    )
    return Choice(_retrained(name, module, dataset, best, alive[best]), best, results)


def _retrained(name, module, dataset, seed, network):
    """Return the network trained once more on train and validation together, where the recipe asks for it."""
    if not module.MODEL.retrain:
        return network
    everything = _prepared(module.MODEL, dataset.train_and_valid())
    valid = _prepared(module.MODEL, dataset.valid)
    study = _study(f"{name}, train and validation", module, everything, valid, [seed])
    if study.diverged.any():
        raise PretrainedError(f"{name}: seed {seed} diverged on train and validation; nothing was written")
    return _bare(module.MODEL, study.model(seed))


def _bare(model, trained) -> keras.Model:
    """Return MODEL's network with the weights of build()'s, which may have layers beside that only train."""
    network = model.network()
    if [_kind(weight) for weight in network.weights] != [_kind(weight) for weight in trained.weights]:
        raise PretrainedError(f"{model.builder}: build() and MODEL of the recipe are different networks")
    network.set_weights(trained.get_weights())
    return network


def _kind(weight):
    return weight.path, weight.shape


def _study(title, module, train, valid, seeds):
    splits = {"train": train, "validation": valid}
    started = getattr(module, "started", None)
    build = started(splits, seeds, title) if started else module.build
    return engine.train(build, module.recipe(len(train.x)), splits, seeds, name=title)


def _prepared(model, split) -> data.Split:
    shape = model.network().inputs[0].shape[1:]
    x = loading.prepared(split.x, model.preprocessing, shape)
    return data.Split(x, measuring.targets(model.kind, x, split.y))


def _means(model, network, split) -> tuple[float, ...]:
    each = measuring.values(model.kind, split.y, measuring.answers_of(model.kind, network, split.x))
    return tuple(float(values.mean()) for values in each.values())


def _first(means):
    return means[0] if means and math.isfinite(means[0]) else None


def _write(name, module, dataset, choice, circumstances, place) -> Card:
    model, network = module.MODEL, choice.network
    taken = _input(model, dataset)
    network.save_weights(place / cards.WEIGHTS)
    full = loading.complete(_rebuilt(model, network, place), taken, model.preprocessing, model.kind, name)
    export.savedmodel(full, place / "1", kind=model.kind)
    if model.kind in measuring.CLASSIFIERS:
        export.litert(full, place / cards.LITE, kind=model.kind)
    x = loading.raw(taken, dataset.test.x[:EXAMPLES_KEPT])
    np.savez(place / cards.EXAMPLES, inputs=x, outputs=measuring.outputs_of(full, x))
    card = _card(name, module, dataset, choice, circumstances, taken)
    (place / pages.PAGE).write_text(pages.page(card), encoding="utf-8")
    return cards.write(card, place)


def _rebuilt(model, network, place) -> keras.Model:
    """Return the network as `load` will build it, which must be the one whose weights were written."""
    rebuilt = model.network()
    rebuilt.load_weights(place / cards.WEIGHTS)
    if loading.weights_digest(rebuilt) != loading.weights_digest(network):
        raise PretrainedError(f"{place / cards.WEIGHTS}: does not give back the weights that were trained")
    return rebuilt


def _input(model, dataset) -> Input:
    low, high = model.input_range
    return Input(
        name="images" if model.pixels else "inputs",
        shape=dataset.train.x.shape[1:],
        pixels=model.pixels,
        low=low,
        high=high,
        meaning=model.input_meaning,
    )


def _card(name, module, dataset, choice, circumstances, taken) -> Card:
    model, network, classes = module.MODEL, choice.network, len(module.MODEL.classes)
    test = _prepared(model, dataset.test)
    answers = measuring.answers_of(model.kind, network, test.x)
    return Card(
        name=name,
        summary=recipes.summary(name).title,
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
        training=_training(module, dataset, choice, circumstances),
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


def described(module: ModuleType, examples: int) -> dict:
    """Return what of a recipe decides the weights, for so many training examples, in words and numbers."""
    named = _facts(module.recipe(examples))
    if added := _added(module):
        named |= {"in training only": added}
    if hasattr(module, "started"):
        levels = zip(module.levels(), module.pre_training(examples), strict=True)
        named |= {
            "pre-training": inspect.getdoc(module.started).partition("\n")[0],
            "levels": [_builder(build) | _facts(recipe) for build, recipe in levels],
        }
    return named


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
