"""How a network's loop is compiled follows from a fixed rule, and one program serves all that fits it."""

import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.engine.networks import normalised, recipe, small, splits, with_dropout
from zoo import engine
from zoo.engine import optimizers
from zoo.engine.network import initial_weights
from zoo.engine.program import PROGRAMS_KEPT, XLA_LIMIT, Program, program_for, program_kind
from zoo.models import lenet5, mlp, nielsen_mlp


@pytest.fixture
def devices(monkeypatch):
    """Return a function that pretends a machine with or without a GPU."""

    def pretend(gpu):
        listed = ["a GPU"] if gpu else []
        monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind=None: listed)

    pretend(gpu=False)
    return pretend


def partly_frozen():
    """Build a network of plain layers, one of which is not trained."""
    model = small()
    model.get_layer("hidden_1").trainable = False
    return model


def of_exactly(count):
    """Build one dense layer of 500 units with `count` weights, biases included."""
    return mlp(count // 500 - 1, (), 500)


SMALL_AND_DENSE = {
    "784-30-10": lambda: mlp(784, (30,), 10),
    "four hidden layers": lambda: nielsen_mlp(784, (30,) * 4, 10),
    "no hidden layer": lambda: mlp(2, (), 1),
    "with an L2 regularizer": lambda: mlp(
        784, (30,), 10, kernel_regularizer=keras.regularizers.L2(1e-4)
    ),
    "just narrow enough": lambda: of_exactly(XLA_LIMIT),
}
OTHERS = {
    "convolutions": lenet5,
    "dropout": with_dropout,
    "batch statistics": normalised,
    "a frozen layer": partly_frozen,
    "just too wide": lambda: of_exactly(XLA_LIMIT + 500),
    "784-800-800-10": lambda: mlp(784, (800, 800), 10),
}


@pytest.mark.parametrize("network", SMALL_AND_DENSE)
def test_a_small_dense_network_is_compiled_with_xla(network, devices):
    assert program_kind(SMALL_AND_DENSE[network]()) == "xla"


@pytest.mark.parametrize("network", OTHERS)
def test_every_other_network_is_a_graph_on_a_cpu(network, devices):
    assert program_kind(OTHERS[network]()) == "graph"


@pytest.mark.parametrize("network", OTHERS)
def test_every_network_is_compiled_with_xla_on_a_gpu(network, devices):
    devices(gpu=True)
    assert program_kind(OTHERS[network]()) == "xla"


def test_one_program_serves_all_seeds_and_lengths_of_a_study():
    assert program_for(small(), recipe(epochs=2)) is program_for(small(), recipe(epochs=5))


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": optimizers.Momentum(0.02)},
        {"batch_size": 11},
        {"probes": ()},
        {"running": ()},
    ],
)
def test_another_recipe_is_another_program(change):
    assert program_for(small(), recipe()) is not program_for(small(), recipe(**change))


def test_another_architecture_is_another_program():
    assert program_for(small(), recipe()) is not program_for(partly_frozen(), recipe())


def test_programs_that_were_not_used_for_long_are_forgotten():
    first, kept = (program_for(small(), recipe(batch_size=size)) for size in (100, 101))
    for size in range(102, 101 + PROGRAMS_KEPT):
        program_for(small(), recipe(batch_size=size))
        assert program_for(small(), recipe(batch_size=101)) is kept
    assert program_for(small(), recipe(batch_size=100)) is not first


def test_a_network_with_two_inputs_is_refused_by_name():
    two = [keras.Input((2,)), keras.Input((2,))]
    model = keras.Model(two, keras.layers.Concatenate()(two), name="pair")
    with pytest.raises(ValueError, match="pair has 2 inputs and 1 outputs"):
        program_for(model, recipe())


class Twice(keras.layers.Layer):
    """A layer that gives its two weights one name."""

    def build(self, shape):
        """Make the weights."""
        self.kernels = [self.add_weight(shape=(shape[-1],), name="weight") for _ in range(2)]

    def call(self, x):
        """Return the weighted inputs."""
        return x * self.kernels[0] + self.kernels[1]


def test_variables_that_share_a_path_are_refused():
    entry = keras.Input((3,))
    model = keras.Model(entry, Twice(name="pair")(entry), name="twins")
    with pytest.raises(ValueError, match="two variables of twins have the same path"):
        program_for(model, recipe())


@pytest.mark.parametrize("kind", ["xla", "graph"])
def test_shapes_are_compiled_aside_once_by_a_loop_that_changes_nothing(kind):
    program, made = Program(small(), recipe(), kind), []
    state = program.initial_state(initial_weights(small()))
    data = {name: tuple(map(tf.constant, pair)) for name, pair in splits().items()}
    gathered = program.gathered
    program.gathered = lambda *arguments: made.append(gathered(*arguments))
    for _ in range(2):
        program.compile_aside(state, data, np.zeros((1, 7), np.int32))
    for thread in threading.enumerate():
        if thread.name == "compile aside":
            thread.join()
    (after,) = made
    for one, other in zip(tf.nest.flatten(state), tf.nest.flatten(after), strict=True):
        assert one.numpy().tobytes() == other.numpy().tobytes()


@pytest.mark.parametrize(
    ("changes", "shapes"),
    [
        ({}, {(1, 7)}),
        ({"batch_size": 19}, set()),
        ({"epochs": None, "steps": 5, "probe_every": 5}, set()),
    ],
)
def test_an_epochs_shorter_last_batch_is_compiled_aside_where_there_is_one(
    changes, shapes, monkeypatch
):
    seen = set()
    monkeypatch.setattr(
        Program, "compile_aside", lambda program, state, splits, table: seen.add(table.shape)
    )
    engine.train(small, recipe(**changes), splits(), [1, 2])
    assert seen == shapes
