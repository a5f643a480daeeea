"""The score of a trial: what the engine's networks, one per execution, reach on the validation split."""

import dataclasses
from collections.abc import Mapping
from types import ModuleType
from typing import NamedTuple

import numpy as np
from scipy import stats

from tuning.harness import failures, seeds, space
from tuning.harness.errors import TuningError
from tuning.harness.job import Candidate
from zoo import engine
from zoo.engine import probes

CONFIDENCE = 0.95


class Execution(NamedTuple):
    """One network of a trial."""

    execution: int
    seed: int
    score: float | None
    """None: it diverged."""
    seconds: float
    """Time spent in training it; found in the run store, the time that it took then."""
    diverged_at: int | None
    steps: list[int]
    """Updates done at each measurement."""
    history: dict[str, list]
    """What the probes measured, by name; None where that is no finite number."""


class Outcome(NamedTuple):
    """What became of a trial."""

    score: float | None
    """The mean over the executions; None: it failed."""
    interval: tuple[float, float] | None
    """95 % t interval of the mean; None for a single execution."""
    executions: tuple[Execution, ...]
    failure: str = ""


def attempt(
    module: ModuleType, declared, values: Mapping, splits: Mapping, seed: int, executions: int
) -> Outcome:
    """Train and score one trial; whatever goes wrong in it is part of the outcome.

    Args:
        module: the job's.
        declared: its hyperparameters.
        values: of the trial, with those by which a tuner plans.
        splits: "train" and "validation", pairs (x, y).
        seed: of the study.
        executions: how many networks.

    Raises:
        TuningError, DataError, StoreError: what has to do with more than this trial.
        KeyboardInterrupt: on Ctrl-C.
    """
    try:
        candidate = space.candidate(module, declared, space.own(values))
        return scored(candidate, module.JOB.metric, values, splits, seed, executions)
    except Exception as error:
        if failures.is_for_the_user(error):
            raise
        return Outcome(None, None, (), failures.of_crash(error))


def scored(candidate: Candidate, metric: str, values, splits, seed: int, executions: int) -> Outcome:
    """Train a candidate's executions and return their mean score."""
    drawn = [seeds.of_execution(seed, space.own(values), number) for number in range(executions)]
    recipe = shortened(candidate.recipe, values.get(space.ROUNDS))
    found, measured = trained(candidate, recipe, metric, splits, drawn, "trial")
    failure = failures.of_divergence(found)
    if failure:
        return Outcome(None, None, found, failure)
    return Outcome(float(np.mean(measured)), interval(measured), found)


def trained(candidate: Candidate, recipe, metric: str, splits, drawn, name: str) -> tuple:
    """Train one network per seed; return what is kept of each, and the scores as an array, shape (seeds,).

    Raises:
        TuningError: nothing of the metric's name was measured.
    """
    build = candidate.started(splits, drawn, name) if candidate.started else candidate.build
    study = engine.train(build, recipe, splits, drawn, name=name)
    try:
        measured = study.history(metric)[:, -1]
    except KeyError as error:
        raise TuningError(f"the job's metric cannot be had: {error.args[0]}") from None
    found = (executed(number, member, measured[number]) for number, member in enumerate(study.members))
    return tuple(found), measured


def check_measured(job: str, metric: str, recipe: engine.Recipe) -> None:
    """Refuse a metric that no probe measures, where the probes tell what they measure beforehand.

    Raises:
        TuningError: with what is measured.
    """
    if metric.startswith("training ") or not all(isinstance(each, probes.Evaluate) for each in recipe.probes):
        return
    known = [f"{each.split} {measure.__name__}" for each in recipe.probes for measure in each.metrics]
    if metric not in known:
        raise TuningError(
            f"tuning/{job}.py: no probe of the recipe measures {metric!r}; known: {', '.join(known) or '-'}"
        )


def executed(number: int, member, score) -> Execution:
    """Return what is kept of one trained network."""
    history = {name: finite(values) for name, values in member.history.items()}
    alive = member.diverged_at is None and bool(np.isfinite(score))
    return Execution(
        number,
        member.seed,
        float(score) if alive else None,
        member.seconds,
        member.diverged_at,
        member.steps.tolist(),
        history,
    )


def finite(values) -> list:
    """Return numbers as nested lists, with None for what is no finite number."""
    values = np.asarray(values, dtype=float)
    return np.where(np.isfinite(values), values, None).tolist()


def interval(scores: np.ndarray) -> tuple[float, float] | None:
    """Return the 95 % t interval of the mean, None for a single score."""
    if len(scores) < 2:
        return None
    if np.ptp(scores) == 0:
        return float(scores[0]), float(scores[0])
    low, high = stats.ttest_1samp(scores, 0.0).confidence_interval(CONFIDENCE)
    return float(low), float(high)


def rounds_of(recipe: engine.Recipe) -> int:
    """Return a recipe's full length as tuners count it: in epochs, or in measurements if it counts steps.

    Raises:
        TuningError: it counts steps and does not say how many lie between two measurements.
    """
    if recipe.epochs:
        return recipe.epochs
    if not recipe.probe_every:
        raise TuningError(
            "hyperband and optuna shorten trials: a recipe with steps must say probe_every, or give epochs"
        )
    return recipe.steps // recipe.probe_every


def lengths(full: int) -> list[int]:
    """Return the lengths at which a trial may be pruned, a ninth and a third, rounded up, and the full."""
    return sorted({-(-full // part) for part in (9, 3, 1)})


def shortened(recipe: engine.Recipe, rounds: int | None) -> engine.Recipe:
    """Return the recipe for so many rounds; None: in full length. A schedule stays that of the full length,
    so that a longer trial goes on from the shorter one's networks in the run store.
    """
    if rounds is None:
        return recipe
    if recipe.epochs:
        return dataclasses.replace(recipe, epochs=rounds)
    return dataclasses.replace(recipe, steps=rounds * recipe.probe_every)
