"""MNIST by a multilayer perceptron: depth to 3, width to 256, activation, dropout, L2, Adam's rate, batches.

The default is a usual first choice: 784-128-10, rectified units, Adam with rate .001, batches of 32, nothing
against overfitting. Ten epochs.

Expected time on two cores: 15 min.
"""

import functools

import keras

from tuning.harness import Candidate, Job
from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.models import mlp
from zoo.training import DIGITS, KNOWN_DIGITS

JOB = Job(
    data="mnist",
    data_options={"flat": True},
    metric="validation wrong",
    trials=60,
    executions=3,
    card={"classes": DIGITS, "limits": f"{KNOWN_DIGITS}."},
)


def space(hp):
    """Return the network, whose hidden layers are equally wide, and its training."""
    build = functools.partial(
        mlp,
        784,
        (hp.Int("width", 16, 256, sampling="log", default=128),) * hp.Int("depth", 1, 3),
        10,
        activation=hp.Choice("activation", ["relu", "tanh", "sigmoid"]),
        dropout=hp.Choice("dropout", [0.0, 0.1, 0.2, 0.3, 0.5]),
        kernel_regularizer=keras.regularizers.L2(
            hp.Choice("l2", [0.0, 1e-6, 1e-5, 1e-4, 1e-3])
        ),
    )
    recipe = Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.Adam(
            hp.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=1e-3)
        ),
        batch_size=hp.Choice("batch_size", [32, 64, 128]),
        epochs=10,
        probes=(probes.Evaluate("validation", (probes.wrong, losses.softmax_cross_entropy)),),
    )
    return Candidate(build, recipe)
