"""Why a trial has no score: a crash, a divergence, or the death of its process."""

import traceback
from collections.abc import Sequence

MOST_DEATHS = 3
"""A trial in which the process died so often is not tried again."""

DIED = (
    f"The process ended {MOST_DEATHS} times in the middle of this trial without a word, as it does when the "
    "memory is not enough. It is not tried again."
)


def is_for_the_user(error: BaseException) -> bool:
    """Tell whether an error is not the trial's: missing data, a full disk, a mistake in the job's file."""
    return hasattr(type(error), "exit_code")


def of_crash(error: Exception) -> str:
    """Return the traceback."""
    return "".join(traceback.format_exception(error))


def of_divergence(executions: Sequence) -> str:
    """Return which executions have no finite score, "" if all have one."""
    lost = [each for each in executions if each.score is None]
    if not lost:
        return ""
    each = "; ".join(f"execution {lone.execution}, seed {lone.seed}, {_where(lone)}" for lone in lost)
    return f"{len(lost)} of {len(executions)} executions diverged: {each}"


def last_line(failure: str) -> str:
    """Return the line that says most of a failure."""
    lines = failure.strip().splitlines()
    return lines[-1] if lines else ""


def _where(execution) -> str:
    if execution.diverged_at is None:
        return "measured no finite number at its end"
    return f"update {execution.diverged_at}"
