"""How training runs on this machine: workers, run store, progress. Nothing here can change a
number of a trained member.
"""

import contextlib
import contextvars
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zoo.engine.machine import cores
from zoo.engine.store import default_folder


@dataclass(frozen=True)
class Settings:
    """What `using` sets."""

    workers: int | None = None
    """Members trained at the same time; None: one per core (one on a GPU)."""
    store: Path | None = None
    """The run store's folder; None: ZOO_STORE, else the user's cache folder."""
    progress: bool = True
    """Draw a progress bar when the output is a terminal."""
    checkpoint_seconds: float = 30.0
    """How often a member that is being trained is saved."""
    rehearsal: Any = None
    """A `zoo.engine.rehearsal.Rehearsal`: nothing is trained to its end, costs are collected.
    """


DEFAULT = Settings()
_settings: contextvars.ContextVar[Settings] = contextvars.ContextVar(
    "settings", default=DEFAULT
)


@contextlib.contextmanager
def using(**changes):
    """Train with other settings inside of a `with` block: `with using(workers=2,
    store="/big/disk"):`.

    Raises:
        TypeError: for a setting that does not exist.
    """
    token = _settings.set(replace(_settings.get(), **changes))
    try:
        yield _settings.get()
    finally:
        _settings.reset(token)


def current() -> Settings:
    """Return the settings in force."""
    return _settings.get()


def rehearsing() -> bool:
    """Tell whether costs are collected instead of results, so that a run may leave out its
    own long work."""
    return current().rehearsal is not None


def store_folder() -> Path:
    """Return the run store's folder in force."""
    return Path(current().store or default_folder())


def worker_count(members: int, gpu: bool) -> int:
    """Return how many members to train at the same time."""
    wanted = current().workers
    if wanted is None:
        wanted = 1 if gpu else cores()
    if wanted < 1:
        raise ValueError(f"workers must be at least 1, not {wanted}")
    return max(1, min(wanted, members))
