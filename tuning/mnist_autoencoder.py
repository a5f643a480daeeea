"""MNIST as 32 numbers by an autoencoder: hidden levels, their width, activation, Adam's rate, batches.

The code has 32 numbers in every trial, since a larger one is always better. The score is half the squared
error of a reconstruction, summed over its pixels. The default is 784-256-32 and back, logistic units. Ten
epochs.

Expected time on two cores: 10 min.
"""

import functools

from tuning.harness import Candidate, Job
from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.models import autoencoder

CODE = 32
JOB = Job(
    data="mnist",
    data_options={"flat": True},
    targets="inputs",
    metric="validation half_squares_of_sigmoid",
    trials=20,
    executions=2,
    kind="autoencoder",
    card={
        "limits": "It draws whatever it is shown as an MNIST digit: bright on a dark ground, centred."
    },
)


def space(hp):
    """Return the network and its training."""
    levels = hp.Int("levels", 0, 2, default=1)
    width = hp.Int(
        "width",
        64,
        512,
        sampling="log",
        default=256,
        parent_name="levels",
        parent_values=[1, 2],
    )
    build = functools.partial(
        autoencoder,
        784,
        (width,) * levels + (CODE,),
        activation=hp.Choice("activation", ["sigmoid", "tanh", "relu"]),
        code_activation="linear",
    )
    measures = (losses.half_squares_of_sigmoid, losses.summed_binary_cross_entropy)
    recipe = Recipe(
        loss=losses.summed_binary_cross_entropy,
        optimizer=optimizers.Adam(
            hp.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=1e-3)
        ),
        batch_size=hp.Choice("batch_size", [50, 100, 200], default=100),
        epochs=10,
        probes=(probes.Evaluate("validation", measures),),
    )
    return Candidate(build, recipe)
