"""The project's own layers train in the engine as they train with Keras's train_on_batch."""

import keras
import numpy as np
import pytest

from tests.engine.test_agreement import PAIRS, floatx, largest_difference
from zoo import engine, losses
from zoo.engine.batches import Batches
from zoo.engine.network import build_with_seed, initial_weights
from zoo.engine.recipe import calendar
from zoo.layers import (
    RandomShift,
    RBFOutput,
    ResponseNormalization,
    SparseConv2D,
    Subsampling,
    scaled_tanh,
)
from zoo.models import mlp

__all__ = ["floatx"]

STEPS, SEED = 20, 3
CENTRES = np.where(np.random.default_rng(3).random((4, 6)) < 0.5, -0.5, 0.5)


def convolutional():
    """Build a small relative of the original LeNet-5, with random shifts and response normalisation."""
    x = entry = keras.Input((10, 10, 2), name="images")
    x = RandomShift(1, name="moved")(x)
    x = SparseConv2D(((0,), (1,), (0, 1)), 3, activation=scaled_tanh, name="c1")(x)
    x = ResponseNormalization(3, 0.5, name="rnorm")(x)
    x = Subsampling(2, activation=scaled_tanh, name="s2")(x)
    x = keras.layers.Flatten(name="maps")(x)
    x = keras.layers.Dense(6, scaled_tanh, name="f6")(x)
    return keras.Model(entry, RBFOutput(CENTRES, name="logits")(x))


def thinned():
    """Build a dense network with the published form of dropout and batch normalisation."""
    return mlp(
        200,
        (9, 7),
        4,
        input_dropout=0.2,
        dropout=0.5,
        dropout_form="original",
        batch_normalization=True,
    )


NETWORKS = {network.__name__: network for network in (convolutional, thinned)}


def by_train_on_batch(build, optimizer, recipe, x, y):
    """Return the weights after the recipe's batches were given to Keras one by one."""
    model = build_with_seed(build, SEED)
    model.compile(optimizer=optimizer, loss=recipe.loss)
    batches = Batches(calendar(recipe, len(x)), SEED, recipe.shuffle)
    for step in range(STEPS):
        (rows,) = batches.segment(step, 1)
        model.train_on_batch(x[rows], y[rows])
    return initial_weights(model)


def compare(network, pair, rtol):
    """Train both ways for STEPS updates and return the largest difference in units of `rtol`."""
    build, (optimizer, reference) = NETWORKS[network], PAIRS[pair]
    random = np.random.default_rng(0)
    x = random.normal(size=(48, 200)).reshape(48, *build().input_shape[1:])
    y = np.eye(4)[random.integers(0, 4, 48)]
    recipe = engine.Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizer,
        batch_size=8,
        steps=STEPS,
        probe_every=STEPS,
    )
    theirs = by_train_on_batch(build, reference(), recipe, x, y)
    ours = engine.train(build, recipe, {"train": (x, y)}, [SEED]).members[0]
    return largest_difference(ours.weights, theirs, rtol), ours.weights


@pytest.mark.parametrize("pair", ["sgd", "adam"])
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("floatx", ["float64"], indirect=True)
def test_twenty_steps_agree_with_train_on_batch_in_float64(network, pair, floatx):
    difference, _ = compare(network, pair, 1e-10)
    assert difference <= 1


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("floatx", ["float32"], indirect=True)
def test_twenty_steps_agree_with_train_on_batch_in_float32(network, floatx):
    difference, _ = compare(network, "sgd", 1e-4)
    assert difference <= 1


@pytest.mark.parametrize("floatx", ["float32"], indirect=True)
def test_the_random_state_of_dropout_is_among_what_is_trained_on(floatx):
    _, weights = compare("thinned", "sgd", 1e-4)
    states = {
        path: value for path, value in weights["states"].items() if "seed_generator" in path
    }
    assert sorted(states) == [
        f"{name}/seed_generator_state" for name in ("dropout_1", "dropout_2", "input_dropout")
    ]
    assert {int(value[1]) for value in states.values()} == {STEPS}
