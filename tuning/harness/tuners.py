"""KerasTuner's search algorithms, with their defects repaired around them.

A search algorithm is an "oracle": asked for a trial, it names values; told the score, it learns. KerasTuner's
own tuners, which train and keep files, are left out: the engine trains, and what the oracle was asked
and told is kept in the study's ledger (`ledger`), from which `replay` makes the same oracle again.
"""

import warnings
from collections.abc import Iterable, Mapping

import keras_tuner
import numpy as np
from keras_tuner import oracles

from tuning.harness import optuna_oracle, seeds, space
from tuning.harness.errors import TuningError
from tuning.harness.options import MOST_TRIALS
from tuning.harness.states import COMPLETED, FAILED, RUNNING, STOPPED

SCORE = "score"
NEVER = 2**31
"""More consecutive failures than any study has: KerasTuner ends a search after three, with a lock held."""
COLLISIONS = 1_000
"""Draws of values that were tried before, after which a space counts as exhausted."""


class Repaired:
    """What every oracle here does otherwise than KerasTuner's.

    `journal` is called with each event, a dictionary; `limit` is the number of trials after which it stops.
    Values are drawn with a seed of the trial's own, so that a proposal depends on the study's seed and the
    trials before, and not on how often the search was interrupted. The first trial has all defaults.
    """

    needs_replay = True
    """Whether the algorithm's state is more than the list of trials."""
    failed_is_worst = False
    """Whether a failed trial is told to the algorithm as the worst possible one."""
    limit = None
    known: Mapping[str, dict] = {}

    def journal(self, event):
        """Note an event; replaced by whoever keeps a ledger."""

    def populate_space(self, trial_id):
        """Return the status and values of the next trial."""
        if trial_id in self.known and not self.needs_replay:
            return {"status": RUNNING, "values": dict(self.known[trial_id])}
        if self.limit is not None and len(self.trials) >= self.limit:
            return {"status": STOPPED}
        self._seed_state = seeds.derived("trial", self.seed, trial_id)
        response = super().populate_space(trial_id)
        if response.get("values"):
            response["values"] = space.plain(self.hyperparameters, response["values"])
        return response

    @keras_tuner.synchronized
    def create_trial(self, tuner_id):
        """Return the worker's unfinished trial, else a new one; a new one is noted."""
        before = len(self.trials)
        trial = super().create_trial(tuner_id)
        if len(self.trials) > before:
            values = trial.hyperparameters.values
            self.journal({"event": "created", "trial": trial.trial_id, "worker": tuner_id, "values": values})
        return trial

    @keras_tuner.synchronized
    def end_trial(self, trial):
        """Learn what became of a trial, and note it."""
        failed = trial.status != COMPLETED
        score = None if failed else self.trials[trial.trial_id].metrics.get_best_value(SCORE)
        status = FAILED if failed else COMPLETED
        if failed and self.failed_is_worst:
            self.update_trial(trial.trial_id, {SCORE: float("inf")})
        trial.status = COMPLETED if self.failed_is_worst else status
        super().end_trial(trial)
        self.journal({"event": "ended", "trial": trial.trial_id, "status": status, "score": score})

    def save(self):
        """Write nothing: KerasTuner's files are neither whole after a crash nor all that an oracle knows."""

    def _save_trial(self, trial):
        pass

    def _random_values(self):
        return super()._random_values() if self.trials else space.defaults(self.hyperparameters)


class Random(Repaired, oracles.RandomSearchOracle):
    """Values drawn at random, none twice."""

    needs_replay = False


class Grid(Repaired, oracles.GridSearchOracle):
    """All combinations; ten values of what has no steps."""

    def populate_space(self, trial_id):
        """Return the status and values of the next trial, without waiting for the end of the one before."""
        response = super().populate_space(trial_id)
        if response["status"] == RUNNING:
            self._populate_next.append(trial_id)
        return response


class Bayesian(Repaired, oracles.BayesianOptimizationOracle):
    """Where a Gaussian process expects a low score or knows little, after 3 random ones per dimension."""

    needs_replay = False

    def populate_space(self, trial_id):
        """Return the status and values of the next trial, never values whose score is known."""
        self._random_state = np.random.RandomState(seeds.derived("starts", self.seed, trial_id))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a fit of the process is at the edge of its range
            response = super().populate_space(trial_id)
        if trial_id not in self.known and response.get("values") and self._duplicate(response["values"]):
            return self._random_populate_space()
        return response


class Hyperband(Repaired, oracles.HyperbandOracle):
    """Many short trials, of which the better third goes on three times as long, and so on."""

    failed_is_worst = True  # a round of which a third failed would otherwise never send its best ones on


class Optuna(Repaired, optuna_oracle.Pruning):
    """Where Optuna's Parzen estimators expect low scores; what falls behind is not trained to its end."""

    needs_replay = False


TUNERS = {"random": Random, "grid": Grid, "bayesian": Bayesian, "hyperband": Hyperband, "optuna": Optuna}
SHORTENING = ("hyperband", "optuna")
"""Those that train some trials shorter than the recipe says."""


def make(tuner: str, declared: keras_tuner.HyperParameters, seed: int, rounds: int) -> keras_tuner.Oracle:
    """Return a new oracle.

    Args:
        tuner: key of TUNERS.
        declared: the job's hyperparameters.
        seed: of the study.
        rounds: the full length of a trial, for Hyperband: see `objective.rounds_of`.
    """
    given = {"max_epochs": rounds, "hyperband_iterations": None} if tuner == "hyperband" else {}
    oracle = TUNERS[tuner](
        objective=keras_tuner.Objective(SCORE, "min"),
        hyperparameters=declared.copy(),
        allow_new_entries=False,
        seed=seeds.derived("oracle", seed),
        max_consecutive_failed_trials=NEVER,
        **given,
    )
    oracle.max_trials, oracle._max_collisions, oracle.verbose = MOST_TRIALS, COLLISIONS, 0
    return oracle


def sweep(rounds: int) -> int:
    """Return how many trials Hyperband has in one sweep over all its brackets."""
    oracle = oracles.HyperbandOracle(keras_tuner.Objective(SCORE, "min"), max_epochs=rounds)
    brackets = range(oracle._get_num_brackets())
    return sum(oracle._get_size(bracket, turn) for bracket in brackets for turn in range(bracket + 1))


def replay(oracle: keras_tuner.Oracle, events: Iterable[Mapping]) -> None:
    """Bring a new oracle into the state of the one whose events these are.

    Raises:
        TuningError: it proposes other values than were noted, as another version of KerasTuner might.
    """
    events = list(events)
    oracle.known = {each["trial"]: each["values"] for each in events if each["event"] == "created"}
    for each in events:
        if each["event"] == "created":
            trial = oracle.create_trial(each["trial"])  # a worker may have had it taken away, and got others
            if (trial.trial_id, trial.hyperparameters.values) != (each["trial"], each["values"]):
                raise TuningError(
                    f"trial {each['trial']} of this study cannot be found again: this version of KerasTuner, "
                    f"{keras_tuner.__version__}, proposes other values; go on with the version in study.json"
                )
        elif each["event"] == "measured":
            oracle.remember(each["trial"], each["rounds"], each["score"], each["pruned"])
        elif each["event"] == "ended":
            tell(oracle, oracle.get_trial(each["trial"]), each["score"])
    hold(oracle, {each["trial"]: each["worker"] for each in events if "worker" in each})


def hold(oracle: keras_tuner.Oracle, holders: Mapping[str, str]) -> None:
    """Have every unfinished trial held by its worker; of two of the same worker the later one waits."""
    left, oracle.ongoing_trials = unfinished(oracle), {}
    for trial in left:
        worker = holders[trial.trial_id]
        if worker in oracle.ongoing_trials:
            oracle._retry_queue.append(trial.trial_id)
        else:
            oracle.ongoing_trials[worker] = trial


def holder(oracle: keras_tuner.Oracle, name: str) -> str | None:
    """Return which worker has a trial, None if none has it."""
    return next((each for each, trial in oracle.ongoing_trials.items() if trial.trial_id == name), None)


def take_back(oracle: keras_tuner.Oracle, worker: str) -> None:
    """Take a worker's trial, if it has one, to be given to whoever asks next."""
    if worker in oracle.ongoing_trials:
        oracle._retry_queue.append(oracle.ongoing_trials.pop(worker).trial_id)


def waiting(oracle: keras_tuner.Oracle) -> bool:
    """Tell whether there are unfinished trials that nobody has."""
    return bool(oracle._retry_queue)


def tell(oracle: keras_tuner.Oracle, trial, score: float | None) -> None:
    """Tell the oracle the score of a trial; None: it failed."""
    if score is not None:
        oracle.update_trial(trial.trial_id, {SCORE: score})
    trial.status = FAILED if score is None else COMPLETED
    oracle.end_trial(trial)
    oracle._retry_queue = [name for name in oracle._retry_queue if name != trial.trial_id]


def is_pruned(oracle: keras_tuner.Oracle, trial, score: float, rounds: int) -> bool:
    """Tell the oracle the score that a trial has after so many rounds; True: it is not worth more of them."""
    return oracle.update_trial(trial.trial_id, {SCORE: score}, step=rounds).status == STOPPED


def unfinished(oracle: keras_tuner.Oracle) -> list:
    """Return the trials that were begun and not ended, of whichever worker, oldest first."""
    names = [*(trial.trial_id for trial in oracle.ongoing_trials.values()), *oracle._retry_queue]
    return [oracle.trials[name] for name in sorted(names)]
