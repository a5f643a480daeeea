"""CIFAR-10 by a small convolutional network: stages, filters, dense units, kernel size, dropout, L2, rate.

Filters double from stage to stage. The default is 16 and 32 filters of 3 by 3 under 64 dense units, without
anything against overfitting. Ten epochs of Adam with batches of 128.

Expected time on two cores: 60 min.
"""

import functools

import keras

from tuning.harness import Candidate, Job
from zoo import losses
from zoo.data import cifar10
from zoo.engine import Recipe, optimizers, probes
from zoo.models import cnn

JOB = Job(
    data="cifar10",
    metric="validation wrong",
    trials=24,
    executions=2,
    card={
        "classes": cifar10.CLASSES,
        "input_meaning": "red, green and blue of a photograph",
        "limits": "It answers one of ten kinds of animals and vehicles, whatever the picture shows.",
    },
)


def space(hp):
    """Return the network and its training."""
    first, stages = (
        hp.Choice("filters", [8, 16, 32], default=16),
        hp.Int("stages", 1, 3, default=2),
    )
    build = functools.partial(
        cnn,
        (32, 32, 3),
        tuple(first * 2**stage for stage in range(stages)),
        (hp.Choice("hidden", [32, 64, 128], default=64),),
        10,
        kernel_size=hp.Choice("kernel_size", [3, 5]),
        dropout=hp.Choice("dropout", [0.0, 0.25, 0.5]),
        kernel_regularizer=keras.regularizers.L2(hp.Choice("l2", [0.0, 1e-5, 1e-4, 1e-3])),
    )
    recipe = Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.Adam(
            hp.Float("learning_rate", 2e-4, 5e-3, sampling="log", default=1e-3)
        ),
        batch_size=128,
        epochs=10,
        probes=(probes.Evaluate("validation", (probes.wrong, losses.softmax_cross_entropy)),),
    )
    return Candidate(build, recipe)
