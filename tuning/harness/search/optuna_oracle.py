"""A KerasTuner oracle that asks Optuna, so its trials are kept and resumed like all others.

Optuna's TPE sampler and median pruner are asked anew each time, with all that is known of the
trials so far. The answer depends on the trials and the seed alone, so nothing of Optuna's has
to be kept. No other module knows Optuna, which is imported when it is asked.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import keras_tuner

from tuning.harness.store.ledger import COMPLETED, FAILED, RUNNING, STOPPED

STATES = {RUNNING: "RUNNING", COMPLETED: "COMPLETE", FAILED: "FAIL"}
"""Optuna's words for the states of a trial."""
UNPRUNED = 5
"""So many trials must have their full length before any is pruned: Optuna's own default."""


class Pruning(keras_tuner.Oracle):
    """Values by TPE. A trial may be told its score at a shorter length, and be ended there.

    Meant to stand behind `tuners.Repaired`, which writes the ledger, gives each trial its
    seed, and gives the first trial all defaults.
    """

    def __init__(self, **arguments):
        """Take what every oracle takes."""
        super().__init__(**arguments)
        self.measured = {}
        """Scores at shorter lengths: trial -> length -> score."""
        self.pruned = set()
        """Pairs (trial, length) of trials that were ended."""

    def populate_space(self, trial_id):
        """Return the status and values of the next trial, never values tried before."""
        values = None
        if self.trials:
            values = propose(self.hyperparameters, self._observations(), self._seed_state)
        if not values or self._duplicate(values):
            values = self._random_values()
        return {"status": RUNNING, "values": values} if values else {"status": STOPPED}

    @keras_tuner.synchronized
    def update_trial(self, trial_id, metrics, step=0):
        """Learn a trial's score: at its end, or, with `step`, after so many rounds.

        Returns the trial; after a `step`, its status is STOPPED if it should go no further.
        Asked again, as after an interruption, it answers as before. The first trial, the
        untuned default, always goes on.
        """
        if not step:
            return super().update_trial(trial_id, metrics)
        if step not in self.measured.get(trial_id, {}):
            self._decide(trial_id, step, metrics[self.objective.name])
        status = STOPPED if (trial_id, step) in self.pruned else RUNNING
        hyperparameters = self.trials[trial_id].hyperparameters
        return keras_tuner.engine.trial.Trial(hyperparameters, trial_id, status)

    def remember(self, trial_id, rounds, score, pruned):
        """Take in a trial's score at a shorter length, and whether it was ended there."""
        self.measured.setdefault(trial_id, {})[rounds] = score
        if pruned:
            self.pruned.add((trial_id, rounds))

    def _decide(self, trial_id, rounds, score):
        self.remember(trial_id, rounds, score, pruned=False)
        number = self.start_order.index(trial_id)
        pruned = number > 0 and is_hopeless(
            self.hyperparameters, self._observations(), number
        )
        self.remember(trial_id, rounds, score, pruned)
        self.journal(
            {
                "event": "measured",
                "trial": trial_id,
                "rounds": rounds,
                "score": score,
                "pruned": pruned,
            }
        )

    def _observations(self) -> list["Observation"]:
        return [self._observe(self.trials[trial_id]) for trial_id in self.start_order]

    def _observe(self, trial) -> "Observation":
        measured = self.measured.get(trial.trial_id, {})
        state = STATES[trial.status]
        if trial.status == COMPLETED and self._is_pruned(trial.trial_id):
            state = "PRUNED"
        return Observation(
            state=state,
            values=trial.hyperparameters.values,
            score=trial.score if state == "COMPLETE" else None,
            measured=measured,
        )

    def _is_pruned(self, trial_id) -> bool:
        return any(trial == trial_id for trial, _ in self.pruned)


class Observation(NamedTuple):
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
    encode: Callable
    """Value -> what Optuna is told."""
    decode: Callable
    """What Optuna proposes -> value."""


def propose(declared, observations: Sequence[Observation], seed: int) -> dict[str, Any]:
    """Return values for the next trial: random ones for the first ten, then those of TPE.

    Args:
        declared: the job's hyperparameters.
        observations: all trials so far, in the order of their names.
        seed: of this proposal.
    """
    import optuna

    sampler = optuna.samplers.TPESampler(seed=seed)
    trial = make_study(declared, observations, sampler=sampler).ask()
    chosen = declared.copy()
    chosen.values = {}
    for hyperparameter in declared.space:
        if chosen.is_active(hyperparameter):
            axis = make_axis(hyperparameter)
            suggestion = suggest(trial, hyperparameter.name, axis.distribution)
            chosen.values[hyperparameter.name] = axis.decode(suggestion)
    return chosen.values


def is_hopeless(declared, observations: Sequence[Observation], number: int) -> bool:
    """Tell whether the trial of that number, which is being trained, should be given up.

    It should if its best score so far is worse than the median, at its present length, of the
    trials that were trained in full length.
    """
    import optuna

    study = make_study(declared, observations)
    pruner = optuna.pruners.MedianPruner(n_startup_trials=UNPRUNED)
    return bool(pruner.prune(study, study.trials[number]))


def make_study(declared, observations: Sequence[Observation], **arguments):
    """Return an Optuna study that holds these trials."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(**arguments)
    axes = {each.name: make_axis(each) for each in declared.space}
    study.add_trials([make_trial(axes, observation) for observation in observations])
    return study


def make_trial(axes: Mapping[str, Axis], observation: Observation):
    """Return an Optuna trial."""
    import optuna

    values = observation.values
    return optuna.trial.create_trial(
        state=optuna.trial.TrialState[observation.state],
        value=observation.score,
        params={name: axes[name].encode(value) for name, value in values.items()},
        distributions={name: axes[name].distribution for name in values},
        intermediate_values=dict(observation.measured),
    )


def make_axis(hyperparameter) -> Axis:
    """Return how Optuna is shown a hyperparameter.

    Numbers to choose from, and numbers on a grid, are an index into their values. So Optuna
    knows their order: its own logarithmic ranges have no steps. Names and truth values are
    categories.
    """
    kind = type(hyperparameter).__name__
    if kind in ("Boolean", "Fixed"):
        return make_categories(hyperparameter)
    if kind == "Choice":
        is_ordered = hyperparameter.ordered
        return (
            make_index(hyperparameter.values)
            if is_ordered
            else make_categories(hyperparameter)
        )
    if kind == "Int" and hyperparameter.step and hyperparameter.step != 1:
        return make_index([round(value) for value in hyperparameter.values])
    if kind == "Float" and hyperparameter.step:
        return make_index(hyperparameter.values)
    return make_range(hyperparameter, kind)


def make_categories(hyperparameter) -> Axis:
    """Return values without an order."""
    from optuna.distributions import CategoricalDistribution

    return Axis(CategoricalDistribution(tuple(hyperparameter.values)), keep, keep)


def make_index(values: Sequence) -> Axis:
    """Return ordered values, of which Optuna is shown the index."""
    from optuna.distributions import IntDistribution

    values = list(values)
    encode = functools.partial(nearest_index, values)
    return Axis(IntDistribution(0, len(values) - 1), encode, values.__getitem__)


def make_range(hyperparameter, kind: str) -> Axis:
    """Return a range without steps."""
    from optuna.distributions import FloatDistribution, IntDistribution

    if hyperparameter.sampling == "reverse_log":  # which Optuna does not have
        shares = FloatDistribution(0.0, 1.0)
        return Axis(shares, hyperparameter.value_to_prob, hyperparameter.prob_to_value)
    distribution = IntDistribution if kind == "Int" else FloatDistribution
    low, high = hyperparameter.min_value, hyperparameter.max_value
    numbers = distribution(low, high, log=hyperparameter.sampling == "log")
    return Axis(numbers, functools.partial(clip, low, high), keep)


def suggest(trial, name: str, distribution):
    """Return what Optuna suggests for one hyperparameter of a trial."""
    from optuna.distributions import CategoricalDistribution, IntDistribution

    if isinstance(distribution, CategoricalDistribution):
        return trial.suggest_categorical(name, distribution.choices)
    is_whole = isinstance(distribution, IntDistribution)
    ask = trial.suggest_int if is_whole else trial.suggest_float
    return ask(name, distribution.low, distribution.high, log=distribution.log)


def keep(value):
    """Return the value itself."""
    return value


def nearest_index(values: Sequence, value) -> int:
    """Return the index of the value that is nearest."""
    distances = [abs(each - value) for each in values]
    return distances.index(min(distances))


def clip(low, high, value):
    """Return the value, or the end of the range that it lies beyond."""
    return min(max(value, low), high)
