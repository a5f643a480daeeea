"""KerasTuner's search algorithms, with repairs around their defects.

A search algorithm is an "oracle": asked for a trial, it proposes values; told the score, it
learns. KerasTuner's own tuners, which train and write files, are not used. The engine trains,
and the study's ledger keeps what the oracle was asked and told. From the ledger, `replay`
makes the same oracle again.
"""

import warnings
from collections.abc import Iterable, Mapping

import keras_tuner
import numpy as np
from keras_tuner import oracles

from tuning.harness.errors import TuningError
from tuning.harness.search import optuna_oracle, seeds, space
from tuning.harness.search.options import MOST_TRIALS
from tuning.harness.store.ledger import COMPLETED, FAILED, RUNNING, STOPPED

SCORE = "score"
NEVER = 2**31
"""More failures in a row than any study has. KerasTuner ends a search after three."""
COLLISIONS = 1_000
"""After so many draws of values that were tried before, a space counts as exhausted."""


class Repaired:
    """What every oracle here does in another way than KerasTuner's.

    `journal` is called with each event, a dictionary. `limit` is the number of trials after
    which the oracle stops. Values are drawn with a seed of the trial's own, so a proposal
    depends on the study's seed and on the trials before it, and not on interruptions. The
    first trial has all defaults.
    """

    needs_replay = True
    """Whether the algorithm's state is more than the list of trials."""
    failed_is_worst = False
    """Whether the algorithm is told that a failed trial has the worst possible score."""
    limit = None
    known: Mapping[str, dict] = {}
    """Values of trials that the ledger holds."""

    def journal(self, event):
        """Keep an event; replaced by whoever keeps a ledger."""

    def populate_space(self, trial_id):
        """Return the status and values of the next trial."""
        if trial_id in self.known and not self.needs_replay:
            return {"status": RUNNING, "values": dict(self.known[trial_id])}
        if self.limit is not None and len(self.trials) >= self.limit:
            return {"status": STOPPED}
        self._seed_state = seeds.derive("trial", self.seed, trial_id)
        response = super().populate_space(trial_id)
        values = response.get("values")
        if values:
            response["values"] = space.to_plain_numbers(self.hyperparameters, values)
        return response

    @keras_tuner.synchronized
    def create_trial(self, tuner_id):
        """Return the worker's unfinished trial, else a new one, which is journalled."""
        before = len(self.trials)
        trial = super().create_trial(tuner_id)
        if len(self.trials) > before:
            self.journal(
                {
                    "event": "created",
                    "trial": trial.trial_id,
                    "worker": tuner_id,
                    "values": trial.hyperparameters.values,
                }
            )
        return trial

    @keras_tuner.synchronized
    def end_trial(self, trial):
        """Learn what became of a trial, and write it to the journal."""
        name = trial.trial_id
        status, score = FAILED, None
        if trial.status == COMPLETED:
            status, score = COMPLETED, self.trials[name].metrics.get_best_value(SCORE)
        elif self.failed_is_worst:
            self.update_trial(name, {SCORE: float("inf")})
        trial.status = COMPLETED if self.failed_is_worst else status
        super().end_trial(trial)
        self.journal({"event": "ended", "trial": name, "status": status, "score": score})

    def save(self):
        """Write nothing: a crash damages KerasTuner's files, and they lack things."""

    def _save_trial(self, trial):
        pass

    def _random_values(self):
        if not self.trials:
            return space.default_values(self.hyperparameters)
        return super()._random_values()


class Random(Repaired, oracles.RandomSearchOracle):
    """Values drawn at random, none twice."""

    needs_replay = False


class Grid(Repaired, oracles.GridSearchOracle):
    """All combinations, with ten values of a hyperparameter that has no steps."""

    def populate_space(self, trial_id):
        """Return the status and values of the next trial without waiting for the last."""
        response = super().populate_space(trial_id)
        if response["status"] == RUNNING:
            self._populate_next.append(trial_id)
        return response


class Bayesian(Repaired, oracles.BayesianOptimizationOracle):
    """Values where a Gaussian process expects a low score or knows little.

    It begins with three random trials per hyperparameter.
    """

    needs_replay = False

    def populate_space(self, trial_id):
        """Return the status and values of the next trial, never values with a score."""
        self._random_state = np.random.RandomState(
            seeds.derive("starts", self.seed, trial_id)
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a fit at the edge of its range
            response = super().populate_space(trial_id)
        values = response.get("values")
        if trial_id not in self.known and values and self._duplicate(values):
            return self._random_populate_space()
        return response


class Hyperband(Repaired, oracles.HyperbandOracle):
    """Many short trials. The better third of them goes on three times as long, and so on."""

    failed_is_worst = True  # else a round of which a third failed sends nothing on


class Optuna(Repaired, optuna_oracle.Pruning):
    """Values where Optuna expects low scores. Trials that fall behind are pruned."""

    needs_replay = False


TUNERS = {
    "random": Random,
    "grid": Grid,
    "bayesian": Bayesian,
    "hyperband": Hyperband,
    "optuna": Optuna,
}
SHORTENING = ("hyperband", "optuna")
"""Tuners that train some trials shorter than the recipe says."""


def make(
    tuner: str,
    declared: keras_tuner.HyperParameters,
    seed: int,
    rounds: int,
) -> keras_tuner.Oracle:
    """Return a new oracle.

    Args:
        tuner: key of TUNERS.
        declared: the job's hyperparameters.
        seed: of the study.
        rounds: the full length of a trial, for Hyperband: see `objective.count_rounds`.
    """
    arguments = {
        "objective": keras_tuner.Objective(SCORE, "min"),
        "hyperparameters": declared.copy(),
        "allow_new_entries": False,
        "seed": seeds.derive("oracle", seed),
        "max_consecutive_failed_trials": NEVER,
    }
    if tuner == "hyperband":
        arguments |= {"max_epochs": rounds, "hyperband_iterations": None}
    oracle = TUNERS[tuner](**arguments)
    oracle.max_trials = MOST_TRIALS
    oracle._max_collisions = COLLISIONS
    oracle.verbose = 0
    return oracle


def count_sweep(rounds: int) -> int:
    """Return the number of Hyperband's trials in one sweep over all its brackets."""
    objective = keras_tuner.Objective(SCORE, "min")
    oracle = oracles.HyperbandOracle(objective, max_epochs=rounds)
    count = 0
    for bracket in range(oracle._get_num_brackets()):
        for turn in range(bracket + 1):
            count += oracle._get_size(bracket, turn)
    return count


def replay(oracle: keras_tuner.Oracle, events: Iterable[Mapping]) -> None:
    """Bring a new oracle into the state of the one that these events tell of.

    Raises:
        TuningError: it proposes other values, as another version of KerasTuner may do.
    """
    events = list(events)
    created = [event for event in events if event["event"] == "created"]
    oracle.known = {event["trial"]: event["values"] for event in created}
    for event in events:
        name = event["trial"]
        if event["event"] == "created":
            create_again(oracle, event)
        elif event["event"] == "measured":
            oracle.remember(name, event["rounds"], event["score"], event["pruned"])
        elif event["event"] == "ended":
            tell_score(oracle, oracle.get_trial(name), event["score"])
    workers = {event["trial"]: event["worker"] for event in events if "worker" in event}
    assign(oracle, workers)


def create_again(oracle: keras_tuner.Oracle, event: Mapping) -> None:
    """Have the oracle propose a trial that it has proposed before.

    Each trial gets a worker of its own: its first worker may have lost it, and got others.
    """
    name = event["trial"]
    trial = oracle.create_trial(name)
    if trial.trial_id != name or trial.hyperparameters.values != event["values"]:
        raise TuningError(
            f"trial {name} of this study cannot be found again: this version of KerasTuner, "
            f"{keras_tuner.__version__}, proposes other values; "
            "go on with the version in study.json"
        )


def assign(oracle: keras_tuner.Oracle, workers: Mapping[str, str]) -> None:
    """Give every unfinished trial to its worker; if a worker has two, the later one waits."""
    trials = list_unfinished(oracle)
    oracle.ongoing_trials = {}
    for trial in trials:
        worker = workers[trial.trial_id]
        if worker in oracle.ongoing_trials:
            oracle._retry_queue.append(trial.trial_id)
        else:
            oracle.ongoing_trials[worker] = trial


def find_worker(oracle: keras_tuner.Oracle, name: str) -> str | None:
    """Return which worker has a trial, None if none has it."""
    for worker, trial in oracle.ongoing_trials.items():
        if trial.trial_id == name:
            return worker
    return None


def take_back(oracle: keras_tuner.Oracle, worker: str) -> None:
    """Take a worker's trial, if it has one, to give it to whoever asks next."""
    if worker in oracle.ongoing_trials:
        trial = oracle.ongoing_trials.pop(worker)
        oracle._retry_queue.append(trial.trial_id)


def has_waiting(oracle: keras_tuner.Oracle) -> bool:
    """Tell whether there are unfinished trials that nobody has."""
    return bool(oracle._retry_queue)


def list_unfinished(oracle: keras_tuner.Oracle) -> list:
    """Return the trials that were begun and not ended, the oldest first."""
    ongoing = [trial.trial_id for trial in oracle.ongoing_trials.values()]
    return [oracle.trials[name] for name in sorted([*ongoing, *oracle._retry_queue])]


def tell_score(oracle: keras_tuner.Oracle, trial, score: float | None) -> None:
    """Tell the oracle the score of a trial; None: it failed."""
    if score is not None:
        oracle.update_trial(trial.trial_id, {SCORE: score})
    trial.status = FAILED if score is None else COMPLETED
    oracle.end_trial(trial)
    waiting = [name for name in oracle._retry_queue if name != trial.trial_id]
    oracle._retry_queue = waiting


def is_pruned(oracle: keras_tuner.Oracle, trial, score: float, rounds: int) -> bool:
    """Tell the oracle a trial's score after so many rounds; True: the trial should end."""
    answer = oracle.update_trial(trial.trial_id, {SCORE: score}, step=rounds)
    return answer.status == STOPPED
