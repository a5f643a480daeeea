"""MNIST by the modern LeNet-5: activation, pooling, Adam or momentum, the rate of each, batches.

The network's sizes are the published ones, so they are not searched. The default is the shipped model's
training, with a constant rate: Adam, .001, batches of 32. Ten epochs.

Expected time on two cores: 30 min.
"""

import functools

from tuning.harness import Candidate, Job
from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.models import lenet5
from zoo.training import DIGITS, KNOWN_DIGITS

JOB = Job(
    data="mnist",
    metric="validation wrong",
    trials=30,
    executions=3,
    card={"classes": DIGITS, "limits": f"{KNOWN_DIGITS}."},
)


def space(hp):
    """Return the network and its training."""
    build = functools.partial(
        lenet5,
        activation=hp.Choice("activation", ["relu", "tanh"]),
        pooling=hp.Choice("pooling", ["max", "average"]),
    )
    recipe = Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizer(hp),
        batch_size=hp.Choice("batch_size", [32, 64, 128]),
        epochs=10,
        probes=(probes.Evaluate("validation", (probes.wrong, losses.softmax_cross_entropy)),),
    )
    return Candidate(build, recipe)


def optimizer(hp):
    """Return Adam or momentum; their rates are of different size, so each has a range of its own."""
    kind = hp.Choice("optimizer", ["adam", "momentum"])
    scale = {"sampling": "log", "parent_name": "optimizer"}
    adam_rate = hp.Float(
        "adam_rate", 1e-4, 1e-2, default=1e-3, parent_values=["adam"], **scale
    )
    momentum_rate = hp.Float(
        "momentum_rate", 1e-3, 1e-1, default=1e-2, parent_values=["momentum"], **scale
    )
    return (
        optimizers.Adam(adam_rate)
        if kind == "adam"
        else optimizers.Momentum(momentum_rate, 0.9)
    )
