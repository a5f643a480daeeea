"""A study's folder: what the study is, what became of each trial, and that one process at a time writes it.

study.json        the job, tuner, seed, executions, declared hyperparameters: what must not change
trials.jsonl      the ledger
trials/0007.json  one trial: values, score, every execution with its history, or why it failed
results.csv, results.json, executions.jsonl, tensorboard/    made from these
"""

import contextlib
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

import filelock

from tuning.harness import ledger, stored
from tuning.harness.errors import TuningError
from zoo.engine.store import write_atomically

DESCRIPTION, LOCK, TRIALS, MARK = "study.json", "study.lock", "trials", "chief.mark"
FACTS = ("job", "metric", "data", "space", "tuner", "seed", "executions", "trials")
"""What every study.json says."""
RECORD = ("trial", "status", "score", "interval", "values", "rounds", "seconds", "executions", "failure")
"""What is known of every trial that has ended."""
OF_A_RUN = ("command", "versions", "machine")


@contextlib.contextmanager
def locked(folder: Path):
    """Hold the folder for this process.

    Raises:
        TuningError: it cannot be made or written, holds other files, or another process holds it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        foreign = not (folder / DESCRIPTION).exists() and any(each.name != LOCK for each in folder.iterdir())
        if foreign:
            raise TuningError(f"{folder} holds other files than a study's: name another folder with --out")
        lock = filelock.FileLock(folder / LOCK)
        lock.acquire(blocking=False)
    except filelock.Timeout:
        raise _taken(folder) from None
    except OSError as error:
        raise TuningError(
            f"{folder} cannot be written ({error.strerror}): name another folder with --out"
        ) from None
    try:
        yield
    finally:
        lock.release()


def check_free(folder: Path) -> None:
    """Refuse a folder that another process holds, before anything slow is done for it.

    Raises:
        TuningError: one holds it.
    """
    if is_busy(folder):
        raise _taken(folder)


def is_busy(folder: Path) -> bool:
    """Tell whether a process is at work on the study, which leaves the folder as it is."""
    if not (folder / LOCK).exists():
        return False
    lock = filelock.FileLock(folder / LOCK)
    try:
        with lock.acquire(blocking=False):
            return False
    except filelock.Timeout:
        return True
    except OSError:  # who cannot write here cannot ask
        return False


def description(folder: Path) -> dict | None:
    """Return what the study is, None where there is none."""
    path = folder / DESCRIPTION
    return stored.content(path, *FACTS) if path.exists() else None


def is_complete(folder: Path) -> bool:
    """Tell whether all trials that the study shall have are there."""
    facts = description(folder)
    return facts is not None and ledger.ended(ledger.read(folder)) >= facts["trials"]


def mark(folder: Path) -> str:
    """Write and return a random text by which processes find out that they share this folder."""
    text = secrets.token_hex(8)
    write_atomically(folder / MARK, text.encode())
    return text


def marked(folder: Path) -> str:
    """Return what `mark` has written last, "" if nothing."""
    path = folder / MARK
    return path.read_text() if path.exists() else ""


def require(folder: Path, job: str) -> dict:
    """Return what the study is.

    Raises:
        TuningError: there is none, or it is one of another job.
    """
    found = description(folder)
    if found is None:
        raise TuningError(
            f"there is no study in {folder}: begin one with zoo tune run {job}, or name its folder: --out"
        )
    if found["job"] != job:
        raise TuningError(f"the study in {folder} is one of the job {found['job']}, not of {job}")
    return found


def describe(folder: Path, facts: Mapping) -> None:
    """Write what the study is."""
    write_json(folder / DESCRIPTION, facts)


def runs(facts: Mapping) -> list[dict]:
    """Return by which commands, versions and machines a study was made; older studies know the first only."""
    if "runs" in facts:
        return list(facts["runs"])
    first = {name: facts[name] for name in OF_A_RUN if facts.get(name)}
    return [first] if first else []


def with_run(facts: Mapping, run: Mapping) -> dict:
    """Return what the study is after one more run; one that differs from none before is not told twice."""
    known, kept = runs(facts), {name: value for name, value in facts.items() if name not in OF_A_RUN}
    return kept | {"runs": known if run in known else [*known, dict(run)]}


def keep_trial(folder: Path, record: Mapping) -> None:
    """Write what became of a trial."""
    write_json(trial_file(folder, record["trial"]), record)


def trial_file(folder: Path, trial: str) -> Path:
    """Return where a trial's record is."""
    return folder / TRIALS / f"{trial}.json"


def trials(folder: Path, ended: list[str]) -> list[dict]:
    """Return the records of the trials that have ended, in the order in which they were named."""
    return [stored.content(trial_file(folder, trial), *RECORD) for trial in sorted(ended)]


def write_json(path: Path, content) -> None:
    """Write a file whole or not at all; numbers that JSON does not have are refused."""
    write_atomically(path, (json.dumps(content, indent=1, allow_nan=False) + "\n").encode())


def _taken(folder: Path) -> TuningError:
    return TuningError(f"another process is at work on the study in {folder}: wait, or use --out")
