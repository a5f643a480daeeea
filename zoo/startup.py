"""Starting TensorFlow without the lines that it writes on its own start."""

import contextlib
import logging
import os
import subprocess
import sys

from zoo.texts import first_line

# TF_CPP_MIN_LOG_LEVEL is read too late for these: absl writes them before TensorFlow sets its log level.
CHATTER = ("WARNING: All log messages before absl::InitializeLog()", "I0000 ")
FILTER = f"""
import sys
for line in sys.stdin:
    if not line.startswith({CHATTER!r}):
        sys.stderr.write(line)
"""


class StartError(Exception):
    """TensorFlow is not there or cannot be used; the message says what to do."""

    exit_code = 1


def load_tensorflow() -> None:
    """Imports TensorFlow; what it says on stderr meanwhile is passed on, its usual chatter
    apart.

    Later it does not warn of functions traced anew: the engine compiles one program per
        network, on purpose.

    Raises:
        StartError: it cannot be imported.
    """
    try:
        with _without_chatter():
            import tensorflow
    except ImportError as error:
        reason = first_line(error)
        raise StartError(
            f"TensorFlow cannot be imported ({reason}); zoo doctor finds the cure"
        ) from error
    tensorflow.get_logger().addFilter(_is_no_retracing)


def _is_no_retracing(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in record.getMessage()


@contextlib.contextmanager
def _without_chatter():
    """Leads file descriptor 2 through another process, which lives on and tells why if this
    one crashes."""
    command = [sys.executable, "-S", "-c", FILTER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, start_new_session=True
    ) as passing_on:
        saved = os.dup(2)
        os.dup2(passing_on.stdin.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(saved, 2)
            os.close(saved)
