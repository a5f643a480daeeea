"""Digits of 8 by 8 pixels by a multilayer perceptron: depth, widths, activation, dropout, L2, rate, batches.

The data come with scikit-learn, so this job runs anywhere. The default is the network of the shipped model
mlp.digits, 64-100-10, with 30 of its 100 epochs.

Expected time on two cores: 1 min.
"""

import functools

import keras

from tuning.harness import Candidate, Job
from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.models import mlp
from zoo.training import DIGITS

JOB = Job(
    data="digits",
    data_options={"flat": True},
    metric="validation wrong",
    trials=12,
    executions=3,
    card={
        "classes": DIGITS,
        "limits": "Digits of 8 by 8 pixels, made by counting ink in blocks of a scan.",
    },
)
DEEPEST = 3


def space(hp):
    """Return the network and its training; a layer's width counts only where there is such a layer."""
    depth = hp.Int("depth", 1, DEEPEST)
    widths = [width(hp, layer) for layer in range(1, DEEPEST + 1)]
    build = functools.partial(
        mlp,
        64,
        tuple(widths[:depth]),
        10,
        activation=hp.Choice("activation", ["relu", "tanh"]),
        dropout=hp.Choice("dropout", [0.0, 0.1, 0.2, 0.3, 0.5]),
        kernel_regularizer=keras.regularizers.L2(hp.Choice("l2", [0.0, 1e-5, 1e-4, 1e-3])),
    )
    recipe = Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.Adam(
            hp.Float("learning_rate", 1e-4, 3e-2, sampling="log", default=1e-3)
        ),
        batch_size=hp.Choice("batch_size", [20, 40, 80]),
        epochs=30,
        probes=(probes.Evaluate("validation", (probes.wrong, losses.softmax_cross_entropy)),),
    )
    return Candidate(build, recipe)


def width(hp, layer):
    """Return the width of a hidden layer, None where the network is not so deep."""
    deep_enough = list(range(layer, DEEPEST + 1))
    given = {
        "sampling": "log",
        "default": 100,
        "parent_name": "depth",
        "parent_values": deep_enough,
    }
    return hp.Int(f"width_{layer}", 16, 256, **given)
