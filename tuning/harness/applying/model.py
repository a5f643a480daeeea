"""What a search ships: a candidate in the form of the training scripts of zoo/training."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import keras

from tuning.harness import discovery
from tuning.harness.errors import TuningError
from tuning.harness.job import Candidate
from zoo.kinds import KINDS
from zoo.models import BUILDERS
from zoo.pretrained import cards
from zoo.pretrained.describing import Plan
from zoo.training import Training

ONLY_TRAINING = (
    keras.initializers.Initializer,
    keras.regularizers.Regularizer,
    keras.constraints.Constraint,
)
"""Arguments of builders that matter in training only, and not in what a network answers."""


def make_plan(
    name: str,
    module: ModuleType,
    candidate: Candidate,
    trials: int,
    seeds: tuple[int, ...],
    *,
    untuned: bool,
) -> Plan:
    """Return how the model of a job is made.

    Args:
        name: of the job.
        module: its file.
        candidate: what it makes of the chosen values.
        trials: how many the search had, for the card.
        seeds: to be trained.
        untuned: whether the chosen values are the defaults.

    Raises:
        TuningError: the job does not say enough for a card, or a card cannot describe its
            network.
    """
    training = make_training(name, module.JOB, candidate)
    title = make_title(name, trials, untuned)
    return Plan(discovery.model_name(name), title, training, seeds)


def make_title(name: str, trials: int, untuned: bool) -> str:
    """Return what the model is, in one line."""
    subject = discovery.summary(name).title.partition(":")[0]
    search = f"a search of {trials} trials"
    origin = f"found by {search}"
    if untuned:
        origin = f"the untuned ones, which {search} did not better"
    return f"{subject}, its hyperparameters {origin}."


def make_training(name: str, job, candidate: Candidate) -> Training:
    """Return network, recipe, data, and what the job says about its model.

    Raises:
        TuningError: the job's card has fields that no model has, or lacks the names of the
            classes.
    """
    builder, arguments, only_training = read_builder(name, candidate.build)
    options = {
        option: value for option, value in job.data_options.items() if option != "flat"
    }
    source = f"none: found by our own search, tuning/{name}.py"
    try:
        training = Training(
            kind=job.kind,
            builder=builder,
            arguments=arguments,
            recipe=lambda examples: candidate.recipe,
            build=candidate.build,
            pretrain=CandidateStart(candidate.started) if candidate.started else None,
            only_training=only_training,
            data=job.data,
            data_options=options,
            **{"source": source, **job.card},
        )
    except TypeError as error:
        reason = f"card: {error}; see zoo.training.Training"
        raise TuningError(f"tuning/{name}.py: {reason}") from None
    if KINDS[training.kind].has_classes and not training.classes:
        need = 'the card of a classifier needs card={"classes": (...)}'
        raise TuningError(f"tuning/{name}.py: {need}")
    return training


def read_builder(name: str, build: Callable) -> tuple[str, dict, dict]:
    """Return a builder's name, its plain arguments, and those that are objects of Keras.

    Raises:
        TuningError: the network is not made by one of our builders, or no card can hold an
            argument.
    """
    function = getattr(build, "func", None)
    is_partial = isinstance(build, functools.partial)
    if not is_partial or BUILDERS.get(function.__name__) is not function:
        raise TuningError(
            f"tuning/{name}.py: a model is rebuilt from its card, so space(hp) must build by a "
            "functools.partial of a builder in zoo.models.BUILDERS"
        )
    bound = inspect.signature(function).bind(*build.args, **build.keywords)
    objects, plain = {}, {}
    for argument, value in bound.arguments.items():
        kept = objects if isinstance(value, ONLY_TRAINING) else plain
        kept[argument] = value
    try:
        return function.__name__, cards.plain(plain), objects
    except ValueError as error:
        reason = f"no card can hold the builder's argument: {error}"
        raise TuningError(f"tuning/{name}.py: {reason}") from None


@dataclass(frozen=True)
class CandidateStart:
    """A candidate's pre-training, in the form of `zoo.training.Pretraining`."""

    started: Callable

    @property
    def says(self) -> str:
        """Return the first line of the function's docstring, with its settings."""
        function = getattr(self.started, "func", self.started)
        arguments = getattr(self.started, "keywords", {})
        settings = []
        for name, value in arguments.items():
            if not callable(value):
                settings.append(f"{name} {value!r}")
        line = inspect.getdoc(function).partition("\n")[0]
        if not settings:
            return line
        return f"{line.removesuffix('.')} ({', '.join(settings)})."

    def start(self, build, splits, seeds, title) -> Callable:
        """Return what the candidate's own function gives."""
        return self.started(splits, seeds, title)

    def parts(self, examples: int) -> tuple:
        """Return no levels: the function does not tell them."""
        return ()
