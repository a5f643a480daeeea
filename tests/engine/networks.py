"""Small networks and recipes that the engine's tests share with the processes they start."""

import hashlib
import os
from pathlib import Path

import keras
import numpy as np

from zoo import engine, losses
from zoo.engine import optimizers, probes
from zoo.models import mlp


def with_dropout():
    """Build a network with dropout, whose random state must survive every interruption."""
    return mlp(12, (16, 8), 4, dropout=0.5)


def small():
    """Build a network that is compiled with XLA."""
    return mlp(12, (9,), 4, activation="sigmoid")


def normalised():
    """Build a network with batch statistics."""
    x = entry = keras.Input((12,))
    x = keras.layers.BatchNormalization(name="normalised")(x)
    return keras.Model(entry, keras.layers.Dense(4, name="logits")(x))


def splits():
    """Return 57 training and 23 validation examples of four classes."""
    random = np.random.default_rng(0)
    x = random.normal(size=(80, 12)).astype("float32")
    y = random.integers(0, 4, 80)
    return {"train": (x[:57], y[:57]), "validation": (x[57:], y[57:])}


def recipe(**changes):
    """Return a recipe with momentum, an uneven last batch and a probe per epoch."""
    values = {
        "loss": losses.softmax_cross_entropy,
        "optimizer": optimizers.Momentum(0.01),
        "batch_size": 10,
        "epochs": 4,
        "probes": (
            probes.Evaluate(
                "validation", (probes.correct, losses.softmax_cross_entropy), batch_size=10
            ),
        ),
        "running": (probes.wrong,),
    }
    return engine.Recipe(**values | changes)


def bits(member):
    """Return everything that a member holds, as bytes by name."""
    arrays = {
        f"{kind}/{path}": value
        for kind, of in member.weights.items()
        for path, value in of.items()
    }
    arrays |= {f"history/{name}": value for name, value in member.history.items()}
    return {name: (value.dtype.str, value.tobytes()) for name, value in arrays.items()}


def checksum(member):
    """Return the sha256 of all bits of a member."""
    return hashlib.sha256(repr(sorted(bits(member).items())).encode()).hexdigest()


def environment(**more):
    """Return the environment of a process that can import the project and these tests."""
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])} | more
