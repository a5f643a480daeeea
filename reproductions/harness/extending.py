"""What a run that adds seeds to a record takes over from it: the settings that were chosen by validation."""

import contextlib
import contextvars
from collections.abc import Callable

from reproductions.harness.errors import ReproductionError
from reproductions.harness.results import Result

_earlier: contextvars.ContextVar[Result | None] = contextvars.ContextVar("earlier", default=None)


@contextlib.contextmanager
def extending(result: Result | None):
    """Within this block, a run adds seeds to `result` (None: to nothing, its record is made anew)."""
    token = _earlier.set(result)
    try:
        yield
    finally:
        _earlier.reset(token)


def earlier() -> Result | None:
    """What the run's seeds will be put behind; None where a record is made anew."""
    return _earlier.get()


def setting(metric: str, choose: Callable[[], float]) -> float:
    """The setting that the record to be extended holds as `metric`; where none is extended, choose()'s.

    All seeds of a record share it: chosen anew, on another machine, it may come out otherwise.

    Raises:
        ReproductionError: the record's seeds do not share it.
    """
    result = earlier()
    if result is None:
        return choose()
    values = sorted(set(result.metrics[metric].tolist()))
    if len(values) != 1:
        listed = ", ".join(f"{value:g}" for value in values)
        raise ReproductionError(
            f"the record holds '{metric}' as {listed}, not one for all of its seeds; "
            "leave out --seeds to make it anew"
        )
    return values[0]
