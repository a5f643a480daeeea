"""LiteRT: a converted model answers a fraction of a second after a cold start, without
TensorFlow."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable

import numpy as np


def runner(content: bytes) -> Callable[..., dict[str, np.ndarray]]:
    """The signature "serve" of a .tflite file's content: float32 arrays by keyword, to arrays
    by name."""
    from ai_edge_litert.interpreter import Interpreter

    with _without_remarks():
        serve = Interpreter(model_content=content).get_signature_runner("serve")

    def answer(**inputs):
        with _without_remarks():
            return serve(**inputs)

    return answer


@contextlib.contextmanager
def _without_remarks():
    """Keeps back the lines "INFO: Created ..." that LiteRT writes to file descriptor 2;
    errors pass."""
    if sys.stderr is None or sys.stderr.closed:  # then descriptor 2 may be anybody's file
        yield
        return
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as written:
        os.dup2(written.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            written.seek(0)
            os.write(2, b"".join(line for line in written if not line.startswith(b"INFO: ")))
