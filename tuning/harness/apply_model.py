"""What is shipped of a search: a candidate in the form of the training scripts of zoo/training."""

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
"""Arguments of builders that matter while a network is trained, and make no difference to what it answers."""


def plan(
    name: str, module: ModuleType, candidate: Candidate, trials: int, seeds: tuple[int, ...], *, untuned: bool
) -> Plan:
    """Return by what the model of a job is made.

    Args:
        name: of the job.
        module: its file.
        candidate: what it makes of the chosen values.
        trials: how many the search had, for the card.
        seeds: to be trained.
        untuned: whether the chosen values are the defaults.

    Raises:
        TuningError: the job does not say enough for a card, or its network is none that a card can describe.
    """
    training = training_of(name, module.JOB, candidate)
    return Plan(discovery.model(name), title(name, trials, untuned), training, seeds)


def title(name: str, trials: int, untuned: bool) -> str:
    """Return what the model is, in one line."""
    subject, search = discovery.summary(name).title.partition(":")[0], f"a search of {trials} trials"
    how = f"the untuned ones, which {search} did not better" if untuned else f"found by {search}"
    return f"{subject}, its hyperparameters {how}."


def training_of(name: str, job, candidate: Candidate) -> Training:
    """Return network, recipe, data and what the job says of its model.

    Raises:
        TuningError: the job's card has fields that no model has, or a classifier has no names of classes.
    """
    builder, arguments, only_training = built_by(name, candidate.build)
    options = {option: value for option, value in job.data_options.items() if option != "flat"}
    given = {"source": f"none: found by our own search, tuning/{name}.py"} | dict(job.card)
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
            **given,
        )
    except TypeError as error:
        raise TuningError(f"tuning/{name}.py: card: {error}; see zoo.training.Training") from None
    if KINDS[training.kind].has_classes and not training.classes:
        raise TuningError(f'tuning/{name}.py: the card of a classifier needs card={{"classes": (...)}}')
    return training


@dataclass(frozen=True)
class CandidateStart:
    """A candidate's pre-training, in the form of `zoo.training.Pretraining`."""

    started: Callable

    @property
    def says(self) -> str:
        """Return the first line of its docstring, and the settings that a `functools.partial` of it holds."""
        function = getattr(self.started, "func", self.started)
        given = getattr(self.started, "keywords", {})
        settings = [f"{name} {value!r}" for name, value in given.items() if not callable(value)]
        line = inspect.getdoc(function).partition("\n")[0]
        return f"{line.removesuffix('.')} ({', '.join(settings)})." if settings else line

    def start(self, build, splits, seeds, title) -> Callable:
        """Return what the candidate's own function gives."""
        return self.started(splits, seeds, title)

    def parts(self, examples: int) -> tuple:
        """Return no levels: the function does not tell them."""
        return ()


def built_by(name: str, build: Callable) -> tuple[str, dict, dict]:
    """Return a builder's name, the arguments that a card holds, and those that are Keras's objects.

    Raises:
        TuningError: it is not made from one of the builders, or an argument is of another kind.
    """
    function = getattr(build, "func", None)
    if not isinstance(build, functools.partial) or BUILDERS.get(function.__name__) is not function:
        raise TuningError(
            f"tuning/{name}.py: a model is rebuilt from its card, so space(hp) must build by a "
            "functools.partial of a builder in zoo.models.BUILDERS"
        )
    given = inspect.signature(function).bind(*build.args, **build.keywords).arguments
    objects = {each: value for each, value in given.items() if isinstance(value, ONLY_TRAINING)}
    try:
        arguments = cards.plain({each: value for each, value in given.items() if each not in objects})
    except ValueError as error:
        raise TuningError(f"tuning/{name}.py: no card can hold the builder's argument: {error}") from None
    return function.__name__, arguments, objects
