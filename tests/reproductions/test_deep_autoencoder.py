"""The deep autoencoder: its networks are those of the shipped model, and what is measured is what is said."""

import dataclasses
import functools
from types import SimpleNamespace

import numpy as np
import pytest

from reproductions import deep_autoencoder
from reproductions.deep_autoencoder import FULL
from zoo import engine
from zoo.data import Split
from zoo.training import deep_autoencoder_mnist as shipped

RANDOM = np.random.default_rng(0)
X = RANDOM.random((40, 784), dtype=np.float32)


def test_layers_and_lengths_are_those_of_the_shipped_model():
    assert (
        (*FULL.hidden, FULL.code),
        FULL.level_epochs,
        FULL.epochs,
        FULL.data,
    ) == (
        shipped.HIDDEN,
        shipped.PRE_TRAINING_EPOCHS,
        shipped.EPOCHS,
        shipped.TRAINING.data,
    )
    assert len(FULL.seeds) >= shipped.TRAINING.seeds


def test_the_shipped_models_training_finds_all_members_in_the_run_store(
    tmp_path, monkeypatch
):
    hidden = (9, 8, 7, 6)
    monkeypatch.setattr(shipped, "HIDDEN", hidden)
    arguments = shipped.TRAINING.arguments | {"hidden": hidden}
    recipes = functools.partial(shipped.pre_training, epochs=1)
    pretrain = dataclasses.replace(shipped.TRAINING.pretrain, recipes=recipes)
    small = dataclasses.replace(shipped.TRAINING, arguments=arguments, pretrain=pretrain)
    config = dataclasses.replace(FULL, level_epochs=1, epochs=2)
    dataset = SimpleNamespace(train=Split(X, None), valid=Split(X[:8], None))
    splits = {"train": Split(X, X), "validation": Split(X[:8], X[:8])}
    with engine.using(store=tmp_path):
        ours = deep_autoencoder.train_autoencoder(config, dataset, hidden, [1])
        members = set(tmp_path.glob("*/*.state"))
        build = small.start(splits, [1], "shipped")
        theirs = engine.train(build, shipped.recipe(len(X), epochs=2), splits, [1])
    assert len(members) == len(hidden) + 1
    assert set(tmp_path.glob("*/*.state")) == members
    for path, value in ours.members[0].weights["trainable"].items():
        np.testing.assert_array_equal(theirs.members[0].weights["trainable"][path], value)


def test_components_leave_the_variance_that_they_do_not_explain():
    made = deep_autoencoder.reconstruct_by_pca(X, X, 3)
    variances = np.linalg.eigvalsh(np.cov(X.astype(float).T, bias=True))
    assert deep_autoencoder.squared_error(X, made) == pytest.approx(
        variances[:-3].sum(), rel=1e-6
    )


def test_neighbours_decide_in_two_clouds_far_apart_and_not_in_a_mixed_one():
    y = np.arange(200) % 2
    cloud = RANDOM.normal(size=(200, 2))
    assert deep_autoencoder.right_by_neighbours(cloud + 100 * y[:, None], y) == 100
    assert deep_autoencoder.right_by_neighbours(cloud, y) < 70
