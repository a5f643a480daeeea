"""The curve sin(3 pi x) + cos(2 pi x) from 100 noisy points: depth, width, activation, L2, Adam's rate.

The noise has a standard deviation of .1, in the validation points too, so no mean square lies far below .01.
The default is the lecture note's size, 1-10-1 with tanh. 5,000 updates on all points.

Expected time on two cores: 2 min.
"""

import functools

import keras

from tuning.harness import Candidate, Job
from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.models import mlp

JOB = Job(
    data="sincos",
    data_options={"samples": 100, "noise": 0.1, "grid": False},
    metric="validation mean_squares",
    trials=30,
    executions=4,
    kind="regression",
    card={
        "pixels": False,
        "input_range": (-1.0, 1.0),
        "input_meaning": "one number x",
        "limits": "Outside of [-1, 1] it knows nothing of the curve.",
    },
)


def space(hp):
    """Return the network and its training."""
    build = functools.partial(
        mlp,
        1,
        (hp.Int("width", 3, 60, sampling="log", default=10),) * hp.Int("depth", 1, 3),
        1,
        activation=hp.Choice("activation", ["tanh", "sigmoid", "relu"]),
        kernel_regularizer=keras.regularizers.L2(hp.Choice("l2", [0.0, 1e-6, 1e-5, 1e-4])),
    )
    recipe = Recipe(
        loss=losses.mean_squares,
        optimizer=optimizers.Adam(
            hp.Float("learning_rate", 1e-3, 1e-1, sampling="log", default=1e-2)
        ),
        steps=5_000,
        probes=(probes.Evaluate("validation", (losses.mean_squares,)),),
        probe_every=500,
    )
    return Candidate(build, recipe)
