"""The engine's members hold the weights that Keras's own train_on_batch gives."""

import dataclasses
import functools

import keras
import numpy as np
import pytest

from zoo import engine, losses
from zoo.engine import optimizers
from zoo.engine.batches import Batches
from zoo.engine.network import build_with_seed, initial_weights
from zoo.engine.recipe import calendar
from zoo.models import lenet5, mlp

STEPS = 20
SEED = 3


@pytest.fixture
def floatx(request):
    """Set Keras's default float type for one test."""
    before, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(request.param)
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_floatx(before)
    keras.config.set_dtype_policy(policy)


def dense():
    """Build a dense network with an L2 regularizer and a max-norm constraint."""
    return mlp(
        12,
        (9, 7),
        4,
        activation="tanh",
        kernel_regularizer=keras.regularizers.L2(1e-2),
        kernel_constraint=keras.constraints.MaxNorm(1.1, axis=0),
    )


def convolutional():
    """Build a LeNet-5 of small images."""
    return lenet5((14, 14, 1), 4)


def partly_frozen():
    """Build a dense network whose first layer is not trained."""
    model = mlp(12, (9, 7), 4, activation="sigmoid")
    model.get_layer("hidden_1").trainable = False
    return model


def normalised():
    """Build a dense network with batch normalisation, whose statistics are no trainable weights."""
    x = entry = keras.Input((12,))
    x = keras.layers.Dense(9, name="hidden")(x)
    x = keras.layers.BatchNormalization(name="normalised")(x)
    return keras.Model(entry, keras.layers.Dense(4, name="logits")(x))


NETWORKS = {
    network.__name__: network for network in (dense, convolutional, partly_frozen, normalised)
}

# Numbers that float32 holds exactly: Keras rounds an optimizer's parameters to float32 even in float64
# networks.
PAIRS = {
    "sgd": (optimizers.SGD(0.125), lambda: keras.optimizers.SGD(0.125)),
    "momentum": (
        optimizers.Momentum(0.0625, 0.875),
        lambda: keras.optimizers.SGD(0.0625, momentum=0.875),
    ),
    "nesterov": (
        optimizers.Momentum(0.0625, 0.875, nesterov=True),
        lambda: keras.optimizers.SGD(0.0625, momentum=0.875, nesterov=True),
    ),
    "adam": (
        optimizers.Adam(2**-7, 0.875, 1 - 2**-8, 2**-23),
        lambda: keras.optimizers.Adam(2**-7, 0.875, 1 - 2**-8, 2**-23),
    ),
    "rmsprop": (
        optimizers.RMSprop(2**-7, 0.875, 2**-23),
        lambda: keras.optimizers.RMSprop(2**-7, rho=0.875, epsilon=2**-23),
    ),
}


def problem(network, pair):
    """Return inputs and one-hot targets: 50 examples for SGD, so that epochs end unevenly, else 48.

    A smaller last batch is compiled on its own, which takes as long as the rest of a test.
    """
    random, count = np.random.default_rng(0), 50 if pair == "sgd" else 48
    shape = (14, 14, 1) if network == "convolutional" else (12,)
    return random.normal(size=(count, *shape)), np.eye(4)[random.integers(0, 4, count)]


def recipe_of(pair, **changes):
    """Return a recipe of STEPS updates, the optimizer changed as told."""
    optimizer = dataclasses.replace(PAIRS[pair][0], **changes)
    return engine.Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizer,
        batch_size=8,
        steps=STEPS,
        probe_every=STEPS,
    )


@functools.cache
def by_train_on_batch(network, pair, floatx):
    """Return the weights after the recipe's batches were given to Keras one by one."""
    recipe, (x, y) = recipe_of(pair), problem(network, pair)
    model = build_with_seed(NETWORKS[network], SEED)
    model.compile(optimizer=PAIRS[pair][1](), loss=recipe.loss)
    batches = Batches(calendar(recipe, len(x)), SEED, recipe.shuffle)
    for step in range(STEPS):
        (rows,) = batches.segment(step, 1)
        model.train_on_batch(x[rows], y[rows])
    return initial_weights(model)


def largest_difference(ours, theirs, rtol):
    """Return the largest |difference| in units of what `rtol` allows, over all variables."""
    worst = 0.0
    for kind in ("trainable", "states"):
        for path, value in theirs[kind].items():
            difference = np.abs(ours[kind][path] - value, dtype=np.float64).max()
            worst = max(worst, difference / (rtol * max(np.abs(value).max(), 1e-30)))
    return worst


def compare(network, pair, floatx, rtol, **changes):
    """Train both ways for STEPS updates and return the largest difference in units of `rtol`."""
    theirs = by_train_on_batch(network, pair, floatx)
    data = {"train": problem(network, pair)}
    ours = engine.train(NETWORKS[network], recipe_of(pair, **changes), data, [SEED]).members[
        0
    ]
    return largest_difference(ours.weights, theirs, rtol)


@pytest.mark.parametrize("pair", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("network", ["dense", "convolutional", "partly_frozen"])
@pytest.mark.parametrize("floatx", ["float32"], indirect=True)
def test_twenty_steps_agree_with_train_on_batch_in_float32(network, pair, floatx):
    assert compare(network, pair, floatx, 1e-5) <= 1


@pytest.mark.parametrize("pair", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("network", ["dense", "convolutional", "partly_frozen"])
@pytest.mark.parametrize("floatx", ["float64"], indirect=True)
def test_twenty_steps_agree_with_train_on_batch_in_float64(network, pair, floatx):
    assert compare(network, pair, floatx, 1e-10) <= 1


@pytest.mark.parametrize(
    ("network", "pair"),
    [("dense", "nesterov"), ("dense", "rmsprop"), ("normalised", "momentum")],
)
@pytest.mark.parametrize("floatx", ["float64"], indirect=True)
def test_twenty_steps_of_the_rarer_kinds_agree_with_train_on_batch(network, pair, floatx):
    assert compare(network, pair, floatx, 1e-10) <= 1


@pytest.mark.parametrize("pair", ["sgd", "momentum"])
@pytest.mark.parametrize("floatx", ["float32"], indirect=True)
def test_a_rate_that_is_wrong_by_a_thousandth_is_caught(pair, floatx):
    rate = PAIRS[pair][0].learning_rate
    assert compare("dense", pair, floatx, 1e-5, learning_rate=rate * 1.001) > 1
