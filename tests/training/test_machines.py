"""The recipes of models that learn without classes: a Boltzmann machine, and a deep autoencoder made of
some.
"""

import dataclasses

import keras
import numpy as np
import pytest

from zoo import engine
from zoo.engine.recipe import calendar
from zoo.models import autoencoder_from
from zoo.training import deep_autoencoder_mnist, rbm_mnist

X = np.random.default_rng(0).random((40, 784)).astype("float32")
SPLITS = {"train": (X, X), "validation": (X[:8], X[:8])}


def test_the_networks_are_those_of_the_source():
    assert rbm_mnist.build().count_params() == 393_284
    network = deep_autoencoder_mnist.build()
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
        first, last = (float(recipe.optimizer.learning_rate(np.float64(step))) for step in (0, steps))
        assert steps == epochs * 500 and last == pytest.approx(first / 100)


def test_the_autoencoder_starts_as_the_unrolled_machines_of_its_seed(tmp_path, monkeypatch):
    module, hidden = deep_autoencoder_mnist, (12, 11, 10, 3)
    small = dataclasses.replace(module.MODEL, arguments=module.MODEL.arguments | {"hidden": hidden})
    monkeypatch.setattr(module, "MODEL", small)
    monkeypatch.setattr(module, "HIDDEN", hidden)
    stacks, pretrain = [], module.pretrain

    def kept(*arguments, **options):
        stacks.append(pretrain(*arguments, **options))
        return stacks[-1]

    monkeypatch.setattr(module, "pretrain", kept)
    with engine.using(store=tmp_path):
        started = module.started(SPLITS, [1, 2], "tiny", epochs=1)
    networks = []
    for seed in (1, 2):
        keras.utils.set_random_seed(seed)
        networks.append(started())
        wanted = autoencoder_from(stacks[0].model(seed))(X)
        np.testing.assert_allclose(networks[-1](X), wanted, rtol=1e-4, atol=1e-5)
    assert stacks[0].model(1).get_layer("machine_4").hidden_units == "gaussian"
    assert not np.allclose(*(network.get_layer("hidden_4").kernel for network in networks))


def test_the_machine_is_measured_on_the_way(tmp_path):
    with engine.using(store=tmp_path):
        study = engine.train(rbm_mnist.build, rbm_mnist.recipe(40, epochs=1), SPLITS, [1])
    assert study.history("validation reconstruction_error").shape == (1, 2)
    assert study.history("free-energy gap")[0, 0] != study.history("free-energy gap")[0, 1]
