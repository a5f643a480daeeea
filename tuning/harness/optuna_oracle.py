"""A KerasTuner oracle that asks Optuna: so its trials are noted, resumed and distributed like all others."""

import keras_tuner

from tuning.harness import optuna_search
from tuning.harness.optuna_search import Told
from tuning.harness.states import COMPLETED, FAILED, RUNNING, STOPPED

STATES = {RUNNING: "RUNNING", COMPLETED: "COMPLETE", FAILED: "FAIL"}
"""What Optuna calls the states of a trial."""


class Pruning(keras_tuner.Oracle):
    """Values by TPE; a trial may be told its score at shorter lengths, and is then perhaps ended.

    Meant to stand behind `tuners.Repaired`, which journals, seeds, and gives the first trial all defaults.
    """

    def __init__(self, **given):
        """Take what every oracle takes."""
        super().__init__(**given)
        self.measured: dict[str, dict[int, float]] = {}
        """Scores at shorter lengths, by trial and length."""
        self.pruned: set[tuple[str, int]] = set()
        """Trials that were ended, with their lengths."""

    def populate_space(self, trial_id):
        """Return the status and values of the next trial, never values that were tried before."""
        values = None
        if self.trials:
            values = optuna_search.proposed(self.hyperparameters, self._told(), self._seed_state)
        if not values or self._duplicate(values):
            values = self._random_values()
        return {"status": RUNNING, "values": values} if values else {"status": STOPPED}

    @keras_tuner.synchronized
    def update_trial(self, trial_id, metrics, step=0):
        """Learn a trial's score: at its end, or, with `step`, after so many rounds.

        Returns the trial; after a `step`, one whose status is STOPPED if it should go no further. Asked
        again, as after an interruption, it answers as before. The first trial, what the others are compared
        with, always goes on.
        """
        if not step:
            return super().update_trial(trial_id, metrics)
        if step not in self.measured.get(trial_id, {}):
            self._measure(trial_id, step, metrics[self.objective.name])
        status = STOPPED if (trial_id, step) in self.pruned else RUNNING
        return keras_tuner.engine.trial.Trial(self.trials[trial_id].hyperparameters, trial_id, status)

    def remember(self, trial_id, rounds, score, pruned):
        """Take in a trial's score at a shorter length, and whether it was ended there."""
        self.measured.setdefault(trial_id, {})[rounds] = score
        if pruned:
            self.pruned.add((trial_id, rounds))

    def _measure(self, trial_id, rounds, score):
        self.remember(trial_id, rounds, score, pruned=False)
        pruned = self._is_hopeless(trial_id)
        self.remember(trial_id, rounds, score, pruned)
        event = {"event": "measured", "trial": trial_id, "rounds": rounds, "score": score, "pruned": pruned}
        self.journal(event)

    def _is_hopeless(self, trial_id) -> bool:
        number = self.start_order.index(trial_id)
        return number > 0 and optuna_search.is_hopeless(self.hyperparameters, self._told(), number)

    def _told(self) -> list[Told]:
        return [self._told_of(self.trials[name]) for name in self.start_order]

    def _told_of(self, trial) -> Told:
        measured = self.measured.get(trial.trial_id, {})
        pruned = any((trial.trial_id, rounds) in self.pruned for rounds in measured)
        state = "PRUNED" if pruned and trial.status == COMPLETED else STATES[trial.status]
        score = trial.score if state == "COMPLETE" else None
        return Told(state, trial.hyperparameters.values, score, measured)
