"""The training scripts of models that learn without classes: a machine, and an autoencoder made of some."""

import keras
import numpy as np
import pytest

from tests.training.test_pre_trained import kept_stacks, shrunk
from zoo import engine
from zoo.engine.network import build_with_seed
from zoo.engine.recipe import calendar
from zoo.models import autoencoder_from
from zoo.training import deep_autoencoder_mnist, rbm_mnist

X = np.random.default_rng(0).random((40, 784)).astype("float32")
SPLITS = {"train": (X, X), "validation": (X[:8], X[:8])}


def test_the_networks_are_those_of_the_source():
    assert rbm_mnist.TRAINING.network().count_params() == 393_284
    network = deep_autoencoder_mnist.TRAINING.network()
    assert network.count_params() == 2_837_314
    assert network.get_layer("hidden_4").activation is keras.activations.linear


def test_the_lengths_are_those_that_were_set_and_can_be_shortened():
    assert calendar(rbm_mnist.recipe(60_000), 60_000).steps == 30 * 600
    assert calendar(rbm_mnist.recipe(1000, epochs=2), 1000).steps == 20
    machines = deep_autoencoder_mnist.pre_training(50_000)
    assert [calendar(machine, 50_000).steps for machine in machines] == [20 * 500] * 4
    assert [machine.optimizer.learning_rate for machine in machines] == [0.1, 0.1, 0.1, 0.001]
    for epochs in (60, 2):
        recipe = deep_autoencoder_mnist.recipe(50_000, epochs=epochs)
        steps = calendar(recipe, 50_000).steps
        first, last = (
            float(recipe.optimizer.learning_rate(np.float64(step))) for step in (0, steps)
        )
        assert steps == epochs * 500 and last == pytest.approx(first / 100)


def test_the_autoencoder_starts_as_the_unrolled_machines_of_its_seed(tmp_path, monkeypatch):
    small = shrunk("deep_autoencoder.mnist", (12, 11, 10, 3), monkeypatch)
    stacks = kept_stacks(monkeypatch)
    with engine.using(store=tmp_path):
        start = small.start(SPLITS, [1, 2], "tiny")
    networks = []
    for seed in (1, 2):
        networks.append(build_with_seed(start, seed))
        wanted = autoencoder_from(stacks[0].model(seed))(X)
        np.testing.assert_allclose(networks[-1](X), wanted, rtol=1e-4, atol=1e-5)
    assert stacks[0].model(1).get_layer("machine_4").hidden_units == "gaussian"
    assert not np.allclose(*(network.get_layer("hidden_4").kernel for network in networks))


def test_the_machine_is_measured_on_the_way(tmp_path):
    with engine.using(store=tmp_path):
        study = engine.train(
            rbm_mnist.TRAINING.network, rbm_mnist.recipe(40, epochs=1), SPLITS, [1]
        )
    assert study.history("validation reconstruction_error").shape == (1, 2)
    assert study.history("free-energy gap")[0, 0] != study.history("free-energy gap")[0, 1]
