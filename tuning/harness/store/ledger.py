"""The ledger trials.jsonl: one line for every event of a study, in the order of events.

    created    the tuner named a trial: its values
    begun      a process began to train it
    paused     the process ended in good order before the trial did
    measured   its score at a shorter length, and whether the trial was pruned there
    ended      its status and score

Lines are only ever appended. A process that is killed leaves at most a last line without its
end, which does not count.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from tuning.harness.store import folder

NAME = "trials.jsonl"
COMPLETED = "COMPLETED"
FAILED = "FAILED"
RUNNING = "RUNNING"
STOPPED = "STOPPED"
IDLE = "IDLE"
"""The states of a trial, and KerasTuner's answers to a process that asks for one."""
ALONE = "chief"
"""The ledger's name for the process of a search that runs in a single one."""


def append(place: Path, event: Mapping) -> None:
    """Write one event, and wait until it is on the disk."""
    line = json.dumps(event, allow_nan=False) + "\n"
    with (place / NAME).open("a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def read(place: Path) -> list[dict]:
    """Return all events, the oldest first; none where there is no ledger yet.

    Raises:
        TuningError: a line is no event.
    """
    path = place / NAME
    return folder.read_json_lines(path, ("event", "trial")) if path.exists() else []


def mend(place: Path) -> None:
    """Remove the part of a line that a killed process left. Hold the folder for it."""
    path = place / NAME
    if path.exists():
        content = path.read_bytes()
        unfinished = content.rpartition(b"\n")[2]
        os.truncate(path, len(content) - len(unfinished))


def count_created(events: Iterable[Mapping]) -> int:
    """Return the number of trials, unfinished ones included."""
    return sum(event["event"] == "created" for event in events)


def ended_trials(events: Iterable[Mapping]) -> list[str]:
    """Return the names of the trials that have ended, failed ones included."""
    return [event["trial"] for event in events if event["event"] == "ended"]


def count_deaths(events: Iterable[Mapping], trial: str) -> int:
    """Return how often a process began this trial and was never heard of again."""
    kinds = [event["event"] for event in events if event["trial"] == trial]
    return kinds.count("begun") - kinds.count("paused") - kinds.count("ended")
