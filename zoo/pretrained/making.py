"""Training a model that gets shipped, and writing its folder: by code only, whole or not at all."""

import math
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from zoo import data, engine, export
from zoo.export.placing import placed
from zoo.pretrained import cards, describing, loading, measuring, pages, recipes
from zoo.pretrained.cards import Card, Input, Search, SeedResult
from zoo.pretrained.describing import Choice, Circumstances, Plan
from zoo.pretrained.errors import PretrainedError

EXAMPLES_KEPT = 8


class Measured(NamedTuple):
    """The networks of all seeds that did not diverge, and how good each is; all by seed."""

    networks: dict[int, keras.Model]
    validation: dict[int, tuple[float, ...]]
    """Every metric of its kind."""
    results: tuple[SeedResult, ...]
    """Of all seeds, those that diverged too."""


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
    check_free(folder / name)
    drawn = tuple(range(1, (seeds or module.MODEL.seeds) + 1))
    plan = Plan(name, recipes.summary(name).title, module, drawn)
    dataset = data.load(module.MODEL.data, **module.MODEL.data_options)
    return write(plan, dataset, choose(plan, dataset, measured(plan, dataset)), folder, circumstances)


def check_free(target: Path, option: str = "--out") -> None:
    """Refuse to write over a model; `option` is what chooses another folder.

    Raises:
        PretrainedError: something lies there.
    """
    if target.exists():
        raise PretrainedError(
            f"{target}: is there already; remove it first, or write elsewhere: {option} DIR"
        )


def measured(plan: Plan, dataset) -> Measured:
    """Train every seed of a plan, and measure it on the validation and the test split.

    Raises:
        PretrainedError: build() and MODEL make different networks.
    """
    model = plan.module.MODEL
    splits = {split: _prepared(model, getattr(dataset, split)) for split in ("train", "valid", "test")}
    study = _study(plan.name, plan.module, splits["train"], splits["valid"], plan.seeds)
    alive = {
        member.seed: _bare(model, study.model(member.seed))
        for member in study.members
        if member.diverged_at is None
    }
    validation, test = (
        {seed: _means(model, network, splits[split]) for seed, network in alive.items()}
        for split in ("valid", "test")
    )
    results = tuple(
        SeedResult(seed=seed, validation=_first(validation.get(seed)), test=_first(test.get(seed)))
        for seed in plan.seeds
    )
    return Measured(alive, validation, results)


def choose(plan: Plan, dataset, found: Measured) -> Choice:
    """Return the network with the best validation value, trained once more where the recipe asks for it.

    Raises:
        PretrainedError: every seed diverged.
    """
    if not found.networks:
        raise PretrainedError(f"{plan.name}: every seed diverged; nothing was written")
    best = min(found.networks, key=lambda seed: (found.validation[seed], seed))
    network = _retrained(plan.name, plan.module, dataset, best, found.networks[best])
    return Choice(network, best, found.results)


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


def write(
    plan: Plan,
    dataset,
    choice: Choice,
    folder: Path,
    circumstances: Circumstances,
    search: Search | None = None,
) -> Card:
    """Write `folder`/`plan.name`, whole or not at all; `search` tells where the hyperparameters come from.

    Raises:
        PretrainedError: a file does not give back the weights.
        ExportError: the folder is there already or cannot be written.
    """
    with placed(folder / plan.name) as place:
        place.mkdir()
        taken = _input(plan.module.MODEL, dataset)
        _write_network(plan, dataset, choice.network, taken, place)
        test = _prepared(plan.module.MODEL, dataset.test)
        card = describing.card(plan, dataset, choice, circumstances, taken, test)
        card = card.model_copy(update={"search": search})
        (place / pages.PAGE).write_text(pages.page(card), encoding="utf-8")
        return cards.write(card, place)


def _write_network(plan, dataset, network, taken, place):
    model = plan.module.MODEL
    network.save_weights(place / cards.WEIGHTS)
    full = loading.complete(
        _rebuilt(model, network, place), taken, model.preprocessing, model.kind, plan.name
    )
    export.savedmodel(full, place / "1", kind=model.kind)
    if model.kind in measuring.CLASSIFIERS:
        export.litert(full, place / cards.LITE, kind=model.kind)
    x = loading.raw(taken, dataset.test.x[:EXAMPLES_KEPT])
    np.savez(place / cards.EXAMPLES, inputs=x, outputs=measuring.outputs_of(full, x))


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
