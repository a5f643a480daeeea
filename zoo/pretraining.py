"""Greedy layer-wise pre-training of many seeds, and what is measured on the way.

    levels = dbn_levels(784, (500, 500, 2000))
    recipe = hinton_recipe(50_000)
    stack = pretrain(levels, recipe, {"train": (x, y)}, seeds=range(1, 11))
    classifier = functools.partial(mlp, 784, (500, 500, 2000), 10, activation="sigmoid")
    start = stack.into(classifier, encoder_of)
    study = engine.train(start, fine_tuning, data, seeds=range(1, 11))

Every level of every seed is a member in the run store, so an interrupted stack goes on where
it stopped. The levels below are frozen parts of the network that is trained: their passes
cost some time, but all seeds see the same data, train side by side, and share one compiled
program. After Hinton, Osindero and Teh 2006; Bengio, Lamblin, Popovici and Larochelle 2007.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from zoo import engine, losses
from zoo.engine import optimizers, schedules
from zoo.layers import rbm_likelihood
from zoo.layers.rbm import Machine, reconstruct


@dataclass(frozen=True)
class WarmStart:
    """A builder whose models start from learned weights, each seed from its own.

    The engine asks it for the builder of every seed that it trains.
    """

    build: Callable
    weights: Mapping[int, Mapping[str, np.ndarray]]
    """Seed to paths to arrays; variables of other paths start as `build` makes them."""

    def for_seed(self, seed: int) -> Callable:
        """Return the builder of one seed.

        Raises:
            ValueError: the seed was not pre-trained.
        """
        if seed not in self.weights:
            known = ", ".join(map(str, self.weights))
            raise ValueError(f"seed {seed} was not pre-trained; {known} were")
        learned = self.weights[seed]
        return functools.partial(start_from, self.build, learned)


def start_from(build: Callable, learned: Mapping[str, np.ndarray]):
    """Return the model of `build` with the learned weights, paths to arrays, in their places.

    Raises:
        ValueError: there are such weights, and none has a place in the model.
    """
    model = build()
    places = [variable for variable in model.variables if variable.path in learned]
    if learned and not places:
        paths = ", ".join(learned)
        raise ValueError(f"{model.name} has none of the pre-trained weights: {paths}")
    for variable in places:
        variable.assign(learned[variable.path])
    return model


class PretrainedStack(NamedTuple):
    """Levels that were trained one on the other, for every seed."""

    studies: tuple[engine.Study, ...]
    """One per level, lowest first."""
    weights: dict[int, dict[str, np.ndarray]]
    """Seed to paths to arrays: what all levels have learned."""

    def model(self, seed: int):
        """Return the top level's model of one seed, with all levels below."""
        return self.studies[-1].model(seed)

    def into(self, build: Callable, through: Callable | None = None) -> WarmStart:
        """Return `build`, started from these weights: for the fine-tuning.

        Args:
            build: builds the network that is to be fine-tuned.
            through: model -> model that gives the weights the paths they have there, such as
                `surgery.encoder_of` and `surgery.autoencoder_from` for machines; None: the
                paths fit.
        """
        if through is None:
            return WarmStart(build, self.weights)
        weights = {}
        for seed in self.weights:
            model = through(self.model(seed))
            weights[seed] = by_path(model.variables)
        return WarmStart(build, weights)


def pretrain(
    levels: Sequence[Callable],
    recipes: engine.Recipe | Sequence[engine.Recipe],
    data: Mapping,
    seeds: Iterable[int],
    *,
    name: str = "pre-training",
) -> PretrainedStack:
    """Train level by level, lowest first, each on what the levels below make of the data.

    Args:
        levels: one builder per level, such as `models.dbn_levels(...)` and
            `models.autoencoder_levels(...)`: a level's weights keep their paths in the levels
            above.
        recipes: one engine.Recipe for all levels, or one per level.
        data: as engine.train takes it; losses of pre-training ignore the targets.
        seeds: whole numbers from 0.
        name: what the progress bar calls it.

    Raises:
        ValueError: for a number of recipes that is not the number of levels, and what
            engine.train refuses.
    """
    if isinstance(recipes, engine.Recipe):
        recipes = [recipes] * len(levels)
    if len(recipes) != len(levels) or not levels:
        raise ValueError(
            f"{len(levels)} levels need as many recipes, or one for all, not {len(recipes)}"
        )
    weights = {int(seed): {} for seed in seeds}
    studies = []
    for level, (build, recipe) in enumerate(zip(levels, recipes, strict=True), start=1):
        title = f"{name}, level {level} of {len(levels)}"
        start = WarmStart(build, weights)
        study = engine.train(start, recipe, data, list(weights), name=title)
        studies.append(study)
        below, weights = weights, {}
        for member in study.members:
            weights[member.seed] = below[member.seed] | member.weights["trainable"]
    return PretrainedStack(tuple(studies), weights)


def by_path(variables) -> dict[str, np.ndarray]:
    """Return the values of variables by path."""
    return {variable.path: variable.numpy() for variable in variables}


def hinton_recipe(
    examples: int,
    *,
    epochs: int = 50,
    batch_size: int = 100,
    learning_rate: float = 0.1,
    **choices,
) -> engine.Recipe:
    """Return how the code of Hinton and Salakhutdinov 2006 trains a machine.

    Rate .1 for weights and biases (.001 for a linear code), momentum .5 for five epochs and
    .9 from then on, weight cost .0002 on the kernel inside the velocity, batches of 100, 50
    epochs. What is drawn is said by the layer, whose defaults are that code's. The rate is
    constant, so it does not matter that the code keeps it inside the velocity and
    `ClassicalMomentum` outside.

    Args:
        examples: how many there are to train on, to count five epochs in updates.
        epochs: passes over the examples.
        batch_size: examples per update.
        learning_rate: of all weights.
        **choices: further arguments of engine.Recipe, such as probes.
    """
    updates_per_epoch = -(-examples // min(batch_size, examples))
    momentum = schedules.Piecewise((5 * updates_per_epoch,), (0.5, 0.9))
    settings = {
        "loss": losses.own_cost,
        "optimizer": optimizers.ClassicalMomentum(
            learning_rate, momentum, weight_decay=0.0002
        ),
        "batch_size": batch_size,
        "epochs": epochs,
    }
    return engine.Recipe(**settings | choices)


def machine_in(network, weights, layer: str) -> Machine:
    """Return the machine that the layer holds while the engine trains it."""
    values = (
        weights["trainable"][f"{layer}/{name}"]
        for name in ("kernel", "visible_bias", "hidden_bias")
    )
    kinds = network.model.get_layer(layer)
    return Machine(*values, kinds.visible_units, kinds.hidden_units)


@dataclass(frozen=True)
class MachineProbe:
    """Measures of a single machine (`models.rbm`) on one split: means over its examples.

    `measures` are module-level functions (machine, v) -> (batch,), such as
    `zoo.layers.rbm.free_energy`, `rbm_likelihood.log_likelihood`,
    `rbm_likelihood.exact_pseudo_likelihood`, and `one_pixel_likelihood` and
    `reconstruction_error` below.
    """

    split: str
    measures: tuple[Callable, ...]
    layer: str = "machine"

    def __call__(self, network, weights, splits) -> dict[str, Any]:
        """Return {"<split> <measure>": scalar}."""
        machine, v = machine_in(network, weights, self.layer), splits[self.split][0]
        return {f"{self.split} {m.__name__}": ops.mean(m(machine, v)) for m in self.measures}


@dataclass(frozen=True)
class FreeEnergyGap:
    """The mean free energy of one split minus another's: it grows when a machine overfits."""

    train: str = "train"
    validation: str = "validation"
    layer: str = "machine"

    def __call__(self, network, weights, splits) -> dict[str, Any]:
        """Return {"free-energy gap": scalar}."""
        machine = machine_in(network, weights, self.layer)
        train, validation = splits[self.train][0], splits[self.validation][0]
        return {"free-energy gap": rbm_likelihood.free_energy_gap(machine, train, validation)}


def one_pixel_likelihood(machine, v):
    """Return the stochastic log pseudo-likelihood of v (batch, visible), one pixel each.

    v is rounded to zeros and ones. Of the first example the first pixel is taken, of the
    second the second, and so on. The LISA tutorial's monitor takes one pixel for a batch.
    """
    pixels = ops.arange(ops.shape(v)[0], dtype="int32") % v.shape[-1]
    return rbm_likelihood.pseudo_likelihood(machine, ops.round(v), pixels)


def reconstruction_error(machine, v):
    """Return the squared distance of v (batch, visible) from its reconstruction, summed."""
    return ops.sum(ops.square(v - reconstruct(machine, v)), axis=-1)
