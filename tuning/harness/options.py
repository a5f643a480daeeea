"""What a user asks of a run."""

import time
from dataclasses import dataclass

from tuning.harness.discovery import TUNERS, check_installed
from tuning.harness.errors import TuningError

MOST_TRIALS = 9_999
"""Of one study; fixes the digits of a trial's name, so that more trials do not rename the others."""


@dataclass(frozen=True)
class Options:
    """None: as the study was begun, else as the job says.

    Raises:
        TuningError: for a tuner that does not exist or is not installed, and numbers that make no sense.
    """

    tuner: str | None = None
    trials: int | None = None
    executions: int | None = None
    seed: int | None = None
    budget: float | None = None
    """Minutes after which no further trial is begun."""

    def __post_init__(self):
        """Refuse what cannot be done."""
        if self.tuner is not None and self.tuner not in TUNERS:
            raise TuningError(f"--tuner is one of {', '.join(TUNERS)}, not '{self.tuner}'")
        if self.tuner:
            check_installed(self.tuner)
        for name in ("trials", "executions"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise TuningError(f"--{name} must be at least 1, not {value}")
        if self.trials is not None and self.trials > MOST_TRIALS:
            raise TuningError(f"--trials must be at most {MOST_TRIALS}, not {self.trials}")
        if self.seed is not None and self.seed < 0:
            raise TuningError(f"--seed must be a whole number from 0, not {self.seed}")
        if self.budget is not None and not self.budget > 0:
            raise TuningError(f"--budget must be more than 0 minutes, not {self.budget:g}")

    def deadline(self) -> float | None:
        """Return the end of the budget on the monotonic clock, counted from now."""
        return None if self.budget is None else time.monotonic() + 60 * self.budget
