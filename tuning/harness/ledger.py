"""The study's ledger: every trial that was named, begun and ended, one line each, in the order of events.

It is only ever appended to. A process that is killed leaves at most a last line without its end, which does
not count.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from tuning.harness import stored

NAME = "trials.jsonl"


def append(folder: Path, event: Mapping) -> None:
    """Write one event, and wait until it is on the disk."""
    with (folder / NAME).open("a", encoding="utf-8") as file:
        file.write(json.dumps(event, allow_nan=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> list[dict]:
    """Return all events, oldest first; none where there is no ledger yet.

    Raises:
        TuningError: a line is no event.
    """
    path = folder / NAME
    if not path.exists():
        return []
    return stored.lines(path, "event", "trial")


def created(events: Iterable[Mapping]) -> int:
    """Return how many trials there are, unfinished ones included."""
    return sum(each["event"] == "created" for each in events)


def ended(events: Iterable[Mapping]) -> int:
    """Return how many trials have ended, failed ones included."""
    return sum(each["event"] == "ended" for each in events)


def deaths(events: Iterable[Mapping], trial: str) -> int:
    """Return how often a process began this trial and was never heard of again."""
    kinds = [each["event"] for each in events if each["trial"] == trial]
    return kinds.count("begun") - kinds.count("paused") - kinds.count("ended")


def mend(folder: Path) -> None:
    """Remove the part of a line that a killed process left; only for who holds the folder."""
    path = folder / NAME
    if path.exists():
        content = path.read_bytes()
        os.truncate(path, len(content) - len(content.rpartition(b"\n")[2]))
