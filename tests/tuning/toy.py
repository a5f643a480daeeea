"""A job of milliseconds, as the text of its file, and an engine that only pretends to train it."""

import numpy as np

from zoo.engine.member import Member

TOY = '''"""A toy: which rate is nearest to .3?

Expected time on two cores: 1 s.
"""

import functools

from tuning.harness import Candidate, Job
from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.models import mlp

JOB = Job(data="sincos", data_options={"samples": 20}, metric="validation mean_squares",
          trials=5, executions=2)


def space(hp):
    rate = hp.Float("rate", 0.01, 1.0, default=0.5)
    width = hp.Int("width", 2, 8, step=2, sampling="log", default=4)
    return Candidate(
        functools.partial(mlp, 1, (width,), 1, activation="tanh"),
        Recipe(
            loss=losses.mean_squares,
            optimizer=optimizers.SGD(rate),
            steps=STEPS,
            probes=(probes.Evaluate("validation", (losses.mean_squares,)),),
            probe_every=STEPS // 9,
        ),
    )


STEPS = 900
'''
ONE_WIDTH = TOY.replace('hp.Int("width", 2, 8, step=2, sampling="log", default=4)', "4")
"""The toy with one hyperparameter only, the rate: all its networks share one compiled program."""
STEADY = ONE_WIDTH.replace("1.0, default=0.5", "0.3, default=0.1")
"""The same with rates at which no network diverges."""


def pretended(build, recipe, data, seeds, *, name=""):
    """Return what `engine.train` would, with a score that depends on rate, width, seed and length only."""
    rate, width = recipe.optimizer.learning_rate, build.args[1][0]
    steps = np.arange(0, recipe.steps + 1, recipe.probe_every)
    curve = (rate - 0.3) ** 2 + 0.01 * width + 10 / (10 + steps)
    members = tuple(
        Member(
            seed, {}, {"validation mean_squares": curve + seed % 97 / 1e4}, steps, None, 0.25
        )
        for seed in map(int, seeds)
    )
    return Pretended(members)


class Pretended:
    """The part of `engine.Study` that scores are taken from."""

    def __init__(self, members):
        self.members = members

    def history(self, name):
        """Return what was measured, shape (seeds, measurements)."""
        return np.stack([member.history[name] for member in self.members])


def diverged(study, lost):
    """Return the study with those of its members diverged whose positions are given."""
    return Pretended(
        tuple(
            member._replace(
                diverged_at=7,
                history={name: values * np.nan for name, values in member.history.items()},
            )
            if position in lost
            else member
            for position, member in enumerate(study.members)
        )
    )
