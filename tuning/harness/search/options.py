"""What a user asks of a run."""

import importlib.util
import time
from dataclasses import dataclass

from tuning.harness.discovery import TUNERS
from tuning.harness.errors import TuningError

MOST_TRIALS = 9_999
"""Of one study. It fixes the digits in a trial's name."""


@dataclass(frozen=True)
class Options:
    """What a user asks of a run. None means: as the study was begun, or as the job says.

    Raises:
        TuningError: the tuner does not exist or is not installed, or a number makes no sense.
    """

    tuner: str | None = None
    trials: int | None = None
    executions: int | None = None
    seed: int | None = None
    budget: float | None = None
    """Minutes after which no further trial begins."""

    def __post_init__(self):
        """Refuse what cannot be done."""
        if self.tuner is not None:
            check_tuner(self.tuner)
        check_at_least_one("trials", self.trials)
        check_at_least_one("executions", self.executions)
        if self.trials is not None and self.trials > MOST_TRIALS:
            raise TuningError(f"--trials must be at most {MOST_TRIALS}, not {self.trials}")
        if self.seed is not None and self.seed < 0:
            raise TuningError(f"--seed must be a whole number from 0, not {self.seed}")
        if self.budget is not None and not self.budget > 0:  # NaN is not above 0 either
            raise TuningError(f"--budget must be more than 0 minutes, not {self.budget:g}")

    def deadline(self) -> float | None:
        """Return the end of the budget on the monotonic clock; None without a budget."""
        return None if self.budget is None else time.monotonic() + 60 * self.budget


def check_tuner(tuner: str) -> None:
    """Refuse a tuner that does not exist or is not installed."""
    if tuner not in TUNERS:
        raise TuningError(f"--tuner is one of {', '.join(TUNERS)}, not '{tuner}'")
    check_installed(tuner)


def check_installed(tuner: str) -> None:
    """Refuse a tuner whose library is not installed.

    Raises:
        TuningError: with the command that installs it.
    """
    if tuner == "optuna" and importlib.util.find_spec("optuna") is None:
        raise TuningError("optuna is missing; get it with: pip install 'reprozoo[optuna]'")


def check_at_least_one(name: str, value: int | None) -> None:
    """Refuse a number below 1."""
    if value is not None and value < 1:
        raise TuningError(f"--{name} must be at least 1, not {value}")
