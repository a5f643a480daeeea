"""MNIST by rectified units with dropout: depth, width, dropout of inputs and hidden units, max-norm, rate.

The default has the rates of dropout that its authors recommend, a fifth of the inputs and half of the hidden
units, on two layers of 512, without max-norm. Fifteen epochs of Adam with batches of 100.

Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, Journal of Machine Learning
Research 15, 2014; sizes and training are ours.

Expected time on two cores: 15 min.
"""

import functools

from tuning.harness import Candidate, Job
from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.models import mlp
from zoo.training import DIGITS, KNOWN_DIGITS

JOB = Job(
    data="mnist",
    data_options={"flat": True},
    metric="validation wrong",
    trials=20,
    executions=2,
    card={"classes": DIGITS, "limits": f"{KNOWN_DIGITS}."},
)


def space(hp):
    """Return the network and its training; a limit of 0 means none."""
    width, depth = (
        hp.Choice("width", [256, 512, 800], default=512),
        hp.Int("depth", 1, 3, default=2),
    )
    build = functools.partial(
        mlp,
        784,
        (width,) * depth,
        10,
        kernel_initializer="he_normal",
        input_dropout=hp.Choice("input_dropout", [0.0, 0.1, 0.2, 0.3], default=0.2),
        dropout=hp.Choice("dropout", [0.0, 0.25, 0.5, 0.6], default=0.5),
    )
    adam = optimizers.Adam(
        hp.Float("learning_rate", 1e-4, 3e-3, sampling="log", default=1e-3)
    )
    limit = hp.Choice("max_norm", [0.0, 2.0, 3.0, 4.0])
    recipe = Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.MaxNorm(adam, limit) if limit else adam,
        batch_size=100,
        epochs=15,
        probes=(probes.Evaluate("validation", (probes.wrong, losses.softmax_cross_entropy)),),
    )
    return Candidate(build, recipe)
