"""Training a model that gets shipped, and writing its folder, whole or not at all."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from zoo import data, engine, export, statistics
from zoo.data import Dataset, Split
from zoo.export.placing import placed
from zoo.kinds import KINDS
from zoo.metrics import outputs_of
from zoo.pretrained import cards, describing, loading, measuring, pages, scripts
from zoo.pretrained.cards import Card, Input, Search, SeedResult
from zoo.pretrained.describing import Choice, Circumstances, Plan
from zoo.pretrained.errors import PretrainedError
from zoo.training import Training

EXAMPLES_KEPT = 8


class SeedOutcomes(NamedTuple):
    """The networks of all seeds that did not diverge, and how good each is; all by seed."""

    networks: dict[int, keras.Model]
    validation: dict[int, tuple[float, ...]]
    """Every measure of the model's kind, on the validation split."""
    results: tuple[SeedResult, ...]
    """Of all seeds, those that diverged too."""


def make(name: str, seeds: int | None, folder: Path, circumstances: Circumstances) -> Card:
    """Train the seeds of a script, choose one by validation, and write `folder`/`name`.

    Args:
        name: of a training script, such as "lenet5.mnist".
        seeds: train seeds 1 to so many; None: as many as the script says.
        folder: where models lie.
        circumstances: command line, versions and machine, for the card.

    Raises:
        PretrainedError: no such script, the model is there already, or every seed diverged.
        DataError: its data set is not at hand.
    """
    training = scripts.load(name)
    check_free(folder / name)
    last = seeds or training.seeds
    drawn = tuple(range(1, last + 1))
    title = scripts.summary(name).title
    plan = Plan(name, title, training, drawn)
    dataset = data.load(training.data, **training.data_options)
    outcomes = train_seeds(plan, dataset)
    choice = choose(plan, dataset, outcomes)
    return write(plan, dataset, choice, folder, circumstances)


def check_free(target: Path, option: str = "--out") -> None:
    """Refuse to write over a model; `option` is what chooses another folder.

    Raises:
        PretrainedError: something lies there.
    """
    if target.exists():
        raise PretrainedError(
            f"{target}: is there already; remove it first, or write elsewhere: {option} DIR"
        )


def train_seeds(plan: Plan, dataset: Dataset) -> SeedOutcomes:
    """Train every seed of a plan, and measure it on the validation and the test split.

    Raises:
        PretrainedError: the network that was trained is not the one that the card describes.
    """
    training = plan.training
    train = _prepare(training, dataset.train)
    valid = _prepare(training, dataset.valid)
    test = _prepare(training, dataset.test)
    study = _train(training, train, valid, plan.seeds, plan.name)
    networks, validation, tested = {}, {}, {}
    for member in study.members:
        if member.diverged_at is None:
            network = _bare(training, study.model(member.seed))
            networks[member.seed] = network
            validation[member.seed] = _means(training, network, valid)
            tested[member.seed] = _means(training, network, test)
    results = [_result(seed, validation, tested) for seed in plan.seeds]
    return SeedOutcomes(networks, validation, tuple(results))


def choose(plan: Plan, dataset: Dataset, outcomes: SeedOutcomes) -> Choice:
    """Return the network with the best validation value, trained once more if asked for.

    Raises:
        PretrainedError: every seed diverged.
    """
    if not outcomes.networks:
        raise PretrainedError(f"{plan.name}: every seed diverged; nothing was written")
    best = min(outcomes.networks, key=lambda seed: (outcomes.validation[seed], seed))
    network = outcomes.networks[best]
    if plan.training.retrain:
        network = _retrain(plan, dataset, best)
    return Choice(network, best, outcomes.results)


def write(
    plan: Plan,
    dataset: Dataset,
    choice: Choice,
    folder: Path,
    circumstances: Circumstances,
    search: Search | None = None,
) -> Card:
    """Write `folder`/`plan.name`, whole or not at all; `search` is a part of the card.

    Raises:
        PretrainedError: a file does not give back the weights.
        ExportError: the folder is there already or cannot be written.
    """
    taken = _input(plan.training, dataset)
    test = _prepare(plan.training, dataset.test)
    with placed(folder / plan.name) as place:
        place.mkdir()
        _write_network(plan, dataset, choice.network, taken, place)
        card = describing.card(plan, dataset, choice, circumstances, taken, test)
        card = card.model_copy(update={"search": search})
        page = pages.page(card)
        (place / pages.PAGE).write_text(page, encoding="utf-8")
        return cards.write(card, place)


def _train(training: Training, train: Split, valid: Split, seeds, title: str) -> engine.Study:
    splits = {"train": train, "validation": valid}
    build = training.start(splits, seeds, title)
    recipe = training.recipe(len(train.x))
    return engine.train(build, recipe, splits, seeds, name=title)


def _retrain(plan: Plan, dataset: Dataset, seed: int) -> keras.Model:
    """Return the network of a seed, trained on train and validation together."""
    training = plan.training
    everything = _prepare(training, dataset.train_and_valid())
    valid = _prepare(training, dataset.valid)
    study = _train(training, everything, valid, [seed], f"{plan.name}, train and validation")
    if study.diverged.any():
        raise PretrainedError(
            f"{plan.name}: seed {seed} diverged on train and validation; nothing was written"
        )
    return _bare(training, study.model(seed))


def _bare(training: Training, network: keras.Model) -> keras.Model:
    """Return the network that is shipped, without the layers that only train."""
    bare = training.network()
    if _places(bare) != _places(network):
        raise PretrainedError(
            f"{training.builder}: the training script's build and builder make different networks"
        )
    bare.set_weights(network.get_weights())
    return bare


def _places(network: keras.Model) -> list[tuple]:
    return [(weight.path, weight.shape) for weight in network.weights]


def _prepare(training: Training, split: Split) -> Split:
    """Return a split as the bare network takes it, with what its answers are held against."""
    network = training.network()
    shape = network.inputs[0].shape[1:]
    x = loading.prepared(split.x, training.preprocessing, shape)
    y = measuring.targets(training.kind, x, split.y)
    return Split(x, y)


def _means(training: Training, network: keras.Model, split: Split) -> tuple[float, ...]:
    kind = training.kind
    answers = measuring.answers_of(kind, network, split.x)
    found = measuring.values(kind, split.y, answers)
    return tuple(map(statistics.mean, found.values()))


def _result(seed: int, validation: Mapping, tested: Mapping) -> SeedResult:
    return SeedResult(
        seed=seed,
        validation=_first(validation.get(seed)),
        test=_first(tested.get(seed)),
    )


def _first(means: tuple[float, ...] | None) -> float | None:
    if means is None or not math.isfinite(means[0]):
        return None
    return means[0]


def _write_network(
    plan: Plan,
    dataset: Dataset,
    network: keras.Model,
    taken: Input,
    place: Path,
) -> None:
    """Write weights, exported forms, and some inputs with the model's answers."""
    training = plan.training
    kind = training.kind
    weights = place / cards.WEIGHTS
    network.save_weights(weights)
    rebuilt = _rebuild(training, network, weights)
    full = loading.complete(rebuilt, taken, training.preprocessing, kind, plan.name)
    export.savedmodel(full, place / "1", kind=kind)
    if KINDS[kind].has_classes:
        export.litert(full, place / cards.LITE, kind=kind)
    examples = dataset.test.x[:EXAMPLES_KEPT]
    inputs = loading.raw(taken, examples)
    outputs = outputs_of(full, inputs)
    np.savez(place / cards.EXAMPLES, inputs=inputs, outputs=outputs)


def _rebuild(training: Training, network: keras.Model, weights: Path) -> keras.Model:
    """Return the network as `load` will build it, if it has the weights that were written."""
    rebuilt = training.network()
    rebuilt.load_weights(weights)
    if loading.weights_digest(rebuilt) != loading.weights_digest(network):
        raise PretrainedError(f"{weights}: does not give back the weights that were trained")
    return rebuilt


def _input(training: Training, dataset: Dataset) -> Input:
    low, high = training.input_range
    return Input(
        name="images" if training.pixels else "inputs",
        shape=dataset.train.x.shape[1:],
        pixels=training.pixels,
        low=low,
        high=high,
        meaning=training.input_meaning,
    )
