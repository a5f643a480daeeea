"""MNIST by units that begin as a Boltzmann machine: how many, its rate and epochs, then Adam's rate, batches.

A restricted Boltzmann machine is trained by contrastive divergence, then its hidden units get a softmax layer
on top and everything is trained together. The default machine is the released one's training, in five epochs.

Source: G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural networks, Science 313,
2006, for the method; sizes and fine-tuning are ours.

Expected time on two cores: 10 min.
"""

import functools

from tuning.harness import Candidate, Job
from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.models import dbn_levels, encoder_of, mlp
from zoo.pretraining import hinton_recipe, pretrain
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
    """Return the network, its pre-training and its fine-tuning."""
    hidden = hp.Int("hidden", 64, 512, sampling="log", default=256)
    build = functools.partial(mlp, 784, (hidden,), 10, activation="sigmoid")
    started = functools.partial(
        pre_trained,
        build=build,
        hidden=hidden,
        epochs=hp.Choice("machine_epochs", [2, 5, 10], default=5),
        learning_rate=hp.Float("machine_rate", 0.01, 0.3, sampling="log", default=0.1),
    )
    recipe = Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.Adam(
            hp.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=1e-3)
        ),
        batch_size=hp.Choice("batch_size", [50, 100, 200], default=100),
        epochs=10,
        probes=(probes.Evaluate("validation", (probes.wrong, losses.softmax_cross_entropy)),),
    )
    return Candidate(build, recipe, started)


def pre_trained(splits, seeds, name, *, build, hidden, epochs, learning_rate):
    """A Boltzmann machine of the hidden units was trained by CD-1, and the network started from it.

    Returns:
        A builder that gives every seed its own network to fine-tune.
    """
    train = {"train": splits["train"]}
    machine = hinton_recipe(
        len(splits["train"][0]), epochs=epochs, learning_rate=learning_rate
    )
    stack = pretrain(
        dbn_levels(784, (hidden,)), machine, train, seeds, name=f"{name}, machine"
    )
    return stack.into(build, encoder_of)
