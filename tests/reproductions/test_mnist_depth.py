"""The depth study: with one layer it is the shipped model's training."""

from types import SimpleNamespace

import numpy as np
import pytest

from reproductions import mnist_depth
from zoo import data, engine
from zoo.data import Split
from zoo.engine.fingerprint import fingerprint
from zoo.engine.network import architecture, build_with_seed
from zoo.training import mlp30_mnist


def test_one_hidden_layer_is_trained_to_the_very_numbers_of_the_shipped_model(monkeypatch):
    split, asked = Split(np.zeros((5, 784), np.float32), np.zeros(5, int)), []

    def noted(build, recipe, splits, seeds, name):
        asked.extend((build, recipe))
        raise InterruptedError

    monkeypatch.setattr(
        data, "load", lambda *_, **__: SimpleNamespace(train=split, valid=split)
    )
    monkeypatch.setattr(engine, "train", noted)
    with pytest.raises(InterruptedError):
        mnist_depth.run(mnist_depth.FULL)
    build, recipe = asked
    assert fingerprint(recipe) == fingerprint(mlp30_mnist.recipe(50_000))
    ours, shipped = (
        build_with_seed(build, 3),
        build_with_seed(mlp30_mnist.TRAINING.network, 3),
    )
    assert architecture(ours) == architecture(shipped)
    for mine, theirs in zip(ours.get_weights(), shipped.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
