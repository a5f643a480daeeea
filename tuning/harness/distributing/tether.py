"""Ends a process in good order when the launcher that started it is gone."""

import os
import signal
import sys
import threading
import time

GRACE = 20.0
"""Seconds that a process has for saving what it trains."""


def tie() -> None:
    """Do what Ctrl-C does when standard input ends, whose other end the launcher holds,
    however that ends.

    Ctrl-C must do something here: a launcher in the background of a script hands down that it
    is ignored.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end():
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(GRACE)
    os._exit(130)
