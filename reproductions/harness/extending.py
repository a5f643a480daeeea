"""What a run that adds seeds to a record takes over from it: the settings that were chosen by validation."""

import contextlib
import contextvars
from collections.abc import Callable

from reproductions.harness.errors import ReproductionError
from reproductions.harness.results import OTHERWISE, Result

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
        ReproductionError: the record does not hold it, or its seeds do not share it.
    """
    result = earlier()
    if result is None:
        return choose()
    values = sorted(set(result.metrics[metric].tolist())) if metric in result.metrics else []
    if len(values) != 1:
        raise _not_one(metric, [f"{value:g}" for value in values])
    return values[0]


def noted(key: str) -> str:
    """What the record to be extended notes under `key`: a setting that stands in a note, and in no metric.

    Raises:
        ReproductionError: the record does not hold it, or its seeds do not share it.
    """
    texts = [text for text in earlier().notes.get(key, "").split(OTHERWISE) if text]
    if len(texts) != 1:
        raise _not_one(key, texts)
    return texts[0]


def _not_one(name: str, found: list[str]) -> ReproductionError:
    said = f"holds '{name}' as {', '.join(found)}, not one" if found else f"does not hold '{name}'"
    return ReproductionError(f"the record {said} for all of its seeds; leave out --seeds to make it anew")
