"""Optuna's TPE sampler and median pruner, asked anew each time with all that is known of the trials so far.

No Optuna study outlives a question, so nothing of Optuna's has to be kept: the answer depends on the trials
and the seed alone. This module knows Optuna, and nothing else does; Optuna is imported when it is asked.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

UNPRUNED = 5
"""Trials that must have their full length before any is pruned: Optuna's own default."""


class Told(NamedTuple):
    """What is known of a trial."""

    state: str
    """RUNNING, COMPLETE, PRUNED or FAIL."""
    values: Mapping[str, Any]
    score: float | None = None
    """At its full length; None if it has none."""
    measured: Mapping[int, float] = {}
    """Scores at shorter lengths, by length."""


class Axis(NamedTuple):
    """A hyperparameter as Optuna is shown it."""

    distribution: Any
    shown: Callable
    """Value -> what Optuna is told."""
    meant: Callable
    """What Optuna proposes -> value."""


def proposed(declared, told: Sequence[Told], seed: int) -> dict[str, Any]:
    """Return values for the next trial: random ones for the first ten trials, TPE's after these.

    Args:
        declared: the job's hyperparameters.
        told: all trials so far, in the order of their names.
        seed: of this proposal.
    """
    import optuna

    sampler = optuna.samplers.TPESampler(seed=seed)
    trial = _study(declared, told, sampler=sampler).ask()
    chosen = declared.copy()
    chosen.values = {}
    for each in declared.space:
        if chosen.is_active(each):
            axis = axis_of(each)
            chosen.values[each.name] = axis.meant(_suggested(trial, each.name, axis.distribution))
    return chosen.values


def is_hopeless(declared, told: Sequence[Told], number: int) -> bool:
    """Tell whether the trial of that number, which is being trained, should be given up.

    It should if its best score so far is worse than the median, at the length that it has now, of the
    trials that were trained in full length.
    """
    import optuna

    study = _study(declared, told)
    pruner = optuna.pruners.MedianPruner(n_startup_trials=UNPRUNED)
    return bool(pruner.prune(study, study.trials[number]))


def _study(declared, told: Sequence[Told], **given):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(**given)
    axes = {each.name: axis_of(each) for each in declared.space}
    study.add_trials([_frozen(axes, each) for each in told])
    return study


def _frozen(axes: Mapping[str, Axis], told: Told):
    import optuna

    return optuna.trial.create_trial(
        state=optuna.trial.TrialState[told.state],
        value=told.score,
        params={name: axes[name].shown(value) for name, value in told.values.items()},
        distributions={name: axes[name].distribution for name in told.values},
        intermediate_values=dict(told.measured),
    )


def axis_of(declared) -> Axis:
    """Return how Optuna is shown a hyperparameter.

    Numbers to choose from, and those on a grid, are an index into their values: so Optuna, whose logarithmic
    ranges have no steps, knows their order. Names and truth values are categories; the rest is Optuna's own.
    """
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    kind = type(declared).__name__
    if kind in ("Boolean", "Fixed") or (kind == "Choice" and not declared.ordered):
        return Axis(CategoricalDistribution(tuple(declared.values)), _same, _same)
    if kind == "Choice" or (declared.step and (kind, declared.step) != ("Int", 1)):
        values = [round(each) if kind == "Int" else each for each in declared.values]
        return Axis(
            IntDistribution(0, len(values) - 1), functools.partial(_nearest, values), values.__getitem__
        )
    if declared.sampling == "reverse_log":
        return Axis(FloatDistribution(0.0, 1.0), declared.value_to_prob, declared.prob_to_value)
    low, high, log = declared.min_value, declared.max_value, declared.sampling == "log"
    numbers = IntDistribution if kind == "Int" else FloatDistribution
    return Axis(numbers(low, high, log=log), functools.partial(_within, low, high), _same)


def _suggested(trial, name: str, distribution):
    from optuna.distributions import CategoricalDistribution, IntDistribution

    if isinstance(distribution, CategoricalDistribution):
        return trial.suggest_categorical(name, distribution.choices)
    suggest = trial.suggest_int if isinstance(distribution, IntDistribution) else trial.suggest_float
    return suggest(name, distribution.low, distribution.high, log=distribution.log)


def _same(value):
    return value


def _nearest(values, value) -> int:
    return min(range(len(values)), key=lambda index: abs(values[index] - value))


def _within(low, high, value):
    return min(max(value, low), high)
