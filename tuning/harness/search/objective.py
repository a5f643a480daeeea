"""The score of a trial: what its networks reach on the validation split."""

import dataclasses
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import NamedTuple

import numpy as np

from tuning.harness import errors
from tuning.harness.errors import TuningError
from tuning.harness.job import Candidate
from tuning.harness.search import seeds, space
from zoo import engine, statistics
from zoo.engine import probes


class Execution(NamedTuple):
    """One network of a trial."""

    execution: int
    seed: int
    score: float | None
    """None: it diverged."""
    seconds: float
    """Time of its training, even if the run store had it already."""
    diverged_at: int | None
    """The update in which it diverged."""
    steps: list[int]
    """Updates done at each measurement."""
    history: dict[str, list]
    """What the probes measured, by name; None stands for numbers that are not finite."""


class Outcome(NamedTuple):
    """What became of a trial."""

    score: float | None
    """The mean over the executions; None: the trial failed."""
    interval: tuple[float, float] | None
    """95 % t interval of the mean; None for a single execution."""
    executions: tuple[Execution, ...]
    failure: str = ""


def attempt(
    module: ModuleType,
    declared,
    values: Mapping,
    splits: Mapping,
    seed: int,
    executions: int,
) -> Outcome:
    """Train and score one trial. A failure of this trial is part of the outcome.

    Args:
        module: the job's.
        declared: its hyperparameters.
        values: of the trial, with those by which a tuner plans.
        splits: "train" and "validation", pairs (x, y).
        seed: of the study.
        executions: how many networks.

    Raises:
        TuningError, DataError, StoreError: problems that concern more than this trial.
        KeyboardInterrupt: on Ctrl-C.
    """
    own_values = space.job_values(values)
    numbers = range(executions)
    drawn = [seeds.of_execution(seed, own_values, number) for number in numbers]
    try:
        candidate = space.make_candidate(module, declared, own_values)
        recipe = shorten(candidate.recipe, values.get(space.ROUNDS))
        candidate = candidate._replace(recipe=recipe)
        return score_candidate(candidate, module.JOB.metric, splits, drawn)
    except Exception as error:
        if errors.is_user_error(error):
            raise
        return Outcome(None, None, (), errors.format_crash(error))


def score_candidate(
    candidate: Candidate,
    metric: str,
    splits: Mapping,
    drawn: Sequence[int],
) -> Outcome:
    """Train one network per seed, and return their mean score."""
    executions = train_executions(candidate, metric, splits, drawn, "trial")
    failure = describe_divergence(executions)
    if failure:
        return Outcome(None, None, executions, failure)
    scores = np.array([execution.score for execution in executions])
    return Outcome(float(np.mean(scores)), find_interval(scores), executions)


def train_executions(
    candidate: Candidate, metric: str, splits: Mapping, drawn: Sequence[int], name: str
) -> tuple[Execution, ...]:
    """Train one network per seed, and return what is kept of each.

    Raises:
        TuningError: nothing of the metric's name was measured.
    """
    build = candidate.build
    if candidate.started:
        build = candidate.started(splits, drawn, name)
    study = engine.train(build, candidate.recipe, splits, drawn, name=name)
    try:
        scores = study.history(metric)[:, -1]
    except KeyError as error:
        raise TuningError(f"the job's metric cannot be had: {error.args[0]}") from None
    numbers = range(len(drawn))
    return tuple(map(describe_execution, numbers, study.members, scores))


def describe_execution(number: int, member, score: float) -> Execution:
    """Return what is kept of one trained network."""
    is_alive = member.diverged_at is None and bool(np.isfinite(score))
    return Execution(
        execution=number,
        seed=member.seed,
        score=float(score) if is_alive else None,
        seconds=member.seconds,
        diverged_at=member.diverged_at,
        steps=member.steps.tolist(),
        history={name: to_finite(values) for name, values in member.history.items()},
    )


def to_finite(values) -> list:
    """Return numbers as nested lists, with None for numbers that are not finite."""
    numbers = np.asarray(values, dtype=float)
    return np.where(np.isfinite(numbers), numbers, None).tolist()


def describe_divergence(executions: Sequence[Execution]) -> str:
    """Return which executions have no finite score, "" if all have one."""
    parts = []
    for each in executions:
        if each.score is None:
            place = f"update {each.diverged_at}"
            if each.diverged_at is None:
                place = "measured no finite number at its end"
            parts.append(f"execution {each.execution}, seed {each.seed}, {place}")
    if not parts:
        return ""
    return f"{len(parts)} of {len(executions)} executions diverged: {'; '.join(parts)}"


def find_interval(scores: np.ndarray) -> tuple[float, float] | None:
    """Return the 95 % t interval of the mean, None for a single score."""
    return statistics.t_interval(scores) if len(scores) > 1 else None


def check_measured(job: str, metric: str, recipe: engine.Recipe) -> None:
    """Refuse a metric that no probe measures, if the probes tell what they measure.

    Raises:
        TuningError: with what is measured.
    """
    if metric.startswith("training "):
        return
    known = []
    for probe in recipe.probes:
        if not isinstance(probe, probes.Evaluate):
            return
        known += [f"{probe.split} {measure.__name__}" for measure in probe.metrics]
    if metric not in known:
        listed = ", ".join(known) or "-"
        reason = f"no probe of the recipe measures {metric!r}; known: {listed}"
        raise TuningError(f"tuning/{job}.py: {reason}")


def count_rounds(recipe: engine.Recipe) -> int:
    """Return a recipe's full length in epochs, or in measurements if it counts steps.

    Raises:
        TuningError: it counts steps, and does not say how many lie between two measurements.
    """
    if recipe.epochs:
        return recipe.epochs
    if not recipe.probe_every:
        raise TuningError(
            "hyperband and optuna shorten trials: a recipe with steps must say probe_every, or give epochs"
        )
    return recipe.steps // recipe.probe_every


def list_lengths(full: int) -> list[int]:
    """Return where a trial may be pruned, a ninth and a third, and its full length."""
    return sorted({-(-full // part) for part in (9, 3, 1)})


def shorten(recipe: engine.Recipe, rounds: int | None) -> engine.Recipe:
    """Return the recipe for so many rounds; None: in full length.

    A schedule stays that of the full length, so a longer trial continues the networks of the
    shorter one.
    """
    if rounds is None:
        return recipe
    if recipe.epochs:
        return dataclasses.replace(recipe, epochs=rounds)
    return dataclasses.replace(recipe, steps=rounds * recipe.probe_every)
