"""The training scripts that begin with unsupervised pre-training: what they start from, in what budget."""

import dataclasses
import functools
import importlib
import math

import numpy as np
import pytest

from zoo import engine, pretraining
from zoo.engine.network import build_with_seed
from zoo.engine.recipe import calendar
from zoo.pretrained import describing, scripts

RANDOM = np.random.default_rng(0)
X = RANDOM.random((40, 784)).astype("float32")
SPLITS = {"train": (X, RANDOM.integers(0, 10, 40)), "validation": (X[:8], np.arange(8))}
PARAMETERS = {"dbn.mnist": 1_665_010, "sda.mnist": 2_797_010}


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_network_is_that_of_the_source(name):
    assert scripts.load(name).network().count_params() == PARAMETERS[name]


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_layer_starts_as_its_level_learned_it_and_each_seed_from_its_own(
    name, tmp_path, monkeypatch
):
    small, stacks = shrunk(name, (12, 11, 10), monkeypatch), kept_stacks(monkeypatch)
    with engine.using(store=tmp_path):
        start = small.start(SPLITS, [1, 2], name)
    networks = [build_with_seed(start, seed) for seed in (1, 2)]
    for seed, network in zip((1, 2), networks, strict=True):
        for level, study in enumerate(stacks[0].studies, start=1):
            kernel = network.get_layer(f"hidden_{level}").kernel
            np.testing.assert_array_equal(kernel, learned(study.model(seed), level))
    assert not np.allclose(*(network.get_layer("hidden_1").kernel for network in networks))


def shrunk(name, hidden, monkeypatch):
    """A script's value with other layers and one epoch of pre-training."""
    module = importlib.import_module(f"zoo.training.{name.replace('.', '_')}")
    monkeypatch.setattr(module, "HIDDEN", hidden)
    recipes = functools.partial(module.pre_training, epochs=1)
    pretrain = dataclasses.replace(module.TRAINING.pretrain, recipes=recipes)
    arguments = module.TRAINING.arguments | {"hidden": hidden}
    return dataclasses.replace(module.TRAINING, arguments=arguments, pretrain=pretrain)


def kept_stacks(monkeypatch):
    """A list that gets every stack that is pre-trained from now on."""
    stacks, pretrain = [], pretraining.pretrain

    def kept(*arguments, **options):
        stacks.append(pretrain(*arguments, **options))
        return stacks[-1]

    monkeypatch.setattr(pretraining, "pretrain", kept)
    return stacks


def learned(model, level):
    """Return the kernel of one level in the network that trained it."""
    own = [
        layer
        for layer in model.layers
        if layer.name in (f"hidden_{level}", f"machine_{level}")
    ]
    return own[0].kernel


@pytest.mark.parametrize("name", [*PARAMETERS, "deep_autoencoder.mnist"])
def test_the_card_tells_every_level_as_it_is_trained(name, monkeypatch):
    found, trained = scripts.load(name), []

    def noted(levels, recipes, *_, **__):
        trained.extend(zip(levels, recipes, strict=True))
        raise InterruptedError

    monkeypatch.setattr(pretraining, "pretrain", noted)
    with pytest.raises(InterruptedError):
        found.start(SPLITS, [1], name)
    told = describing.described(found, len(X))["levels"]
    assert len(told) == len(trained) == len(found.arguments["hidden"])
    for level, (build, recipe) in zip(told, trained, strict=True):
        assert level["optimizer"] == repr(recipe.optimizer) and level["loss"].endswith(
            recipe.loss.__name__
        )
        assert (level["batch_size"], level["epochs"]) == (recipe.batch_size, recipe.epochs)
        arguments = level["arguments"]
        assert arguments["inputs"] == 784 and arguments["hidden"] == list(build.args[1])
        assert set(build.keywords) <= set(arguments)


def test_the_card_tells_the_corruption_and_the_first_weights_of_denoising_levels():
    told = [
        level["arguments"]
        for level in describing.described(scripts.load("sda.mnist"), 50_000)["levels"]
    ]
    assert [level["corruption_level"] for level in told] == [0.1, 0.2, 0.3]
    assert all(level["tied"] and level["corruption"] == "masking" for level in told)
    assert told[0]["kernel_initializer"]["VarianceScaling"]["scale"] == 16


def test_the_autoencoders_are_tied_and_lose_ever_more_of_their_inputs():
    levels = [build() for build in scripts.load("sda.mnist").pretrain.levels()]
    assert [level.get_layer("noise").level for level in levels] == [0.1, 0.2, 0.3]
    assert {level.get_layer("noise").kind for level in levels} == {"masking"}
    trained = [
        sum(math.prod(weight.shape) for weight in level.trainable_weights) for level in levels
    ]
    assert trained == [784 * 1000 + 1784, 1_002_000, 1_002_000]
    kernel = levels[1].get_layer("hidden_2").kernel.numpy()
    assert np.abs(kernel).max() == pytest.approx(4 * math.sqrt(6 / 2000), rel=1e-3)


def test_the_budgets_are_those_that_were_set():
    sda, dbn = scripts.load("sda.mnist"), scripts.load("dbn.mnist")
    assert [calendar(level, 50_000).steps for level in sda.pretrain.recipes(50_000)] == [
        15 * 2500
    ] * 3
    assert calendar(sda.recipe(50_000), 50_000).steps == 36 * 2500
    assert [calendar(level, 50_000).steps for level in dbn.pretrain.recipes(50_000)] == [
        50 * 500
    ] * 3
    assert calendar(dbn.recipe(50_000), 50_000).steps == 30 * 500


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_rate_falls_to_a_hundredth_by_the_last_update(name):
    recipe = scripts.load(name).recipe(50_000)
    rate = recipe.optimizer.learning_rate
    last = float(rate(np.float64(calendar(recipe, 50_000).steps)))
    assert last == pytest.approx(float(rate(np.float64(0))) / 100)
