"""What goes wrong in a search: mistakes that the user can mend, and failures of one trial."""

import traceback

MOST_DEATHS = 3
"""After so many deaths of its process, a trial counts as failed."""
DIED = (
    f"The process stopped {MOST_DEATHS} times during this trial, without an error message. "
    "This happens when the memory is too small. The trial is not tried again."
)


class TuningError(Exception):
    """A mistake that the user can mend, in one line: what is wrong, and what to do."""

    exit_code = 2


def is_user_error(error: BaseException) -> bool:
    """Tell whether the whole search has to stop: no data, a full disk, a mistake in the job.

    Such errors have an exit code. Every other error is the failure of one trial only.
    """
    return hasattr(type(error), "exit_code")


def format_crash(error: Exception) -> str:
    """Return the traceback of a crash."""
    return "".join(traceback.format_exception(error))


def last_line(failure: str) -> str:
    """Return the last line of a failure, which names the error; "" if there is none."""
    lines = failure.strip().splitlines()
    return lines[-1] if lines else ""
