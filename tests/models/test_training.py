"""Machines, autoencoders and recurrent nets train in the engine as with train_on_batch, draws and all."""

import functools

import keras
import numpy as np
import pytest

from tests.engine.test_agreement import largest_difference
from zoo import engine, losses
from zoo.engine import optimizers
from zoo.engine.batches import Batches
from zoo.engine.network import build_with_seed, initial_weights
from zoo.engine.recipe import calendar
from zoo.models import autoencoder, autoencoder_level, dbn, elman, rbm

X = np.random.default_rng(0).random((50, 12)).astype("float32")
SEED = 3

CASES = {
    "CD-2": (functools.partial(rbm, 12, 9, steps=2), losses.own_cost),
    "PCD": (functools.partial(rbm, 12, 9, chains=5, sample_visible=True), losses.own_cost),
    "gaussian": (functools.partial(rbm, 12, 9, visible_units="gaussian"), losses.own_cost),
    "dbn": (functools.partial(dbn, 12, (9, 7), hidden_units="gaussian"), losses.own_cost),
    "tied": (
        functools.partial(
            autoencoder, 12, (9, 7), tied=True, corruption="masking", corruption_level=0.3
        ),
        losses.summed_binary_cross_entropy,
    ),
    "level": (
        functools.partial(
            autoencoder_level, 12, (9, 7), corruption="gaussian", corruption_level=0.3
        ),
        losses.reconstruction_cross_entropy,
    ),
    "elman": (functools.partial(elman, (4, 3), 9, 12), losses.softmax_cross_entropy),
}


def by_train_on_batch(build, recipe, x, momentum):
    """Return the weights after the recipe's batches were given to Keras one by one."""
    model = build_with_seed(build, SEED)
    # XLA, Keras's default, draws other numbers from the same random state
    model.compile(
        keras.optimizers.SGD(0.0625, momentum=momentum), recipe.loss, jit_compile=False
    )
    batches = Batches(calendar(recipe, len(x)), SEED, recipe.shuffle)
    for step in range(recipe.steps):
        (rows,) = batches.segment(step, 1)
        model.train_on_batch(x[rows], X[rows])
    return initial_weights(model)


def compare(case, momentum=0.875):
    """Train both ways; return the weights of the engine and of Keras."""
    build, loss = CASES[case]
    x = X.reshape(50, *build().input_shape[1:])
    optimizer = optimizers.Momentum(0.0625, 0.875)
    recipe = engine.Recipe(
        loss=loss, optimizer=optimizer, batch_size=8, steps=20, probe_every=20
    )
    ours = engine.train(build, recipe, {"train": (x, X)}, [SEED]).members[0].weights
    return ours, by_train_on_batch(build, recipe, x, momentum)


@pytest.mark.parametrize("case", CASES)
def test_twenty_steps_agree_with_train_on_batch_and_leave_the_same_random_state(case):
    ours, theirs = compare(case)
    assert largest_difference(ours, theirs, 2e-5) <= 1
    for path, value in theirs["states"].items():
        if "random_state" in path or "fantasies" in path:
            np.testing.assert_array_equal(ours["states"][path], value)
    assert case == "elman" or any("random_state" in path for path in theirs["states"])


def test_a_wrong_momentum_is_caught():
    assert largest_difference(*compare("PCD", momentum=0.87), 2e-5) > 1
