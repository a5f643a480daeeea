"""A study's folder: what the study is, what became of each trial, and who may write here.

study.json        job, tuner, seed, executions, hyperparameters: what must not change
trials.jsonl      the ledger (ledger.py)
trials/0007.json  one trial: values, score, every execution with its history, or why it failed
applied.json      what `zoo tune apply` chose and measured (applied.py)
results.csv, results.json, executions.jsonl    made from the trials (results.py)
tensorboard/      the same for TensorBoard (tensorboard.py)

One process at a time may write: it holds the lock study.lock.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import filelock

from tuning.harness.errors import TuningError
from zoo.files import write_atomically

DESCRIPTION = "study.json"
LOCK = "study.lock"
TRIALS = "trials"
DESCRIPTION_FIELDS = (
    "job",
    "metric",
    "data",
    "space",
    "tuner",
    "seed",
    "executions",
    "trials",
)
"""What every study.json says."""
RECORD_FIELDS = (
    "trial",
    "status",
    "score",
    "interval",
    "values",
    "rounds",
    "seconds",
    "executions",
    "failure",
)
"""What is known about every trial that has ended."""
RUN_FIELDS = ("command", "versions", "machine")
"""What is known about every run of a study."""


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; make it if it is not there.

    Raises:
        TuningError: it cannot be written, holds other files, or another process holds it.
    """
    held = filelock.FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_other_files(folder)
        held.acquire(blocking=False)
    except filelock.Timeout:
        raise _busy_error(folder) from None
    except OSError as error:
        reason = f"{folder} cannot be written ({error.strerror})"
        raise TuningError(f"{reason}: name another folder with --out") from None
    try:
        yield
    finally:
        held.release()


def _refuse_other_files(folder: Path) -> None:
    if (folder / DESCRIPTION).exists():
        return
    if any(path.name != LOCK for path in folder.iterdir()):
        reason = f"{folder} holds other files than a study's"
        raise TuningError(f"{reason}: name another folder with --out")


def _busy_error(folder: Path) -> TuningError:
    return TuningError(
        f"another process is at work on the study in {folder}: wait, or use --out"
    )


def refuse_busy(folder: Path) -> None:
    """Refuse a folder that another process holds, before anything slow is done for it.

    Raises:
        TuningError: another process holds it.
    """
    if is_busy(folder):
        raise _busy_error(folder)


def is_busy(folder: Path) -> bool:
    """Tell whether a process is at work on the study. The folder stays as it is."""
    if not (folder / LOCK).exists():
        return False
    attempt = filelock.FileLock(folder / LOCK)
    try:
        with attempt.acquire(blocking=False):
            return False
    except filelock.Timeout:
        return True
    except OSError:  # who may not write here cannot ask
        return False


def read_description(folder: Path) -> dict | None:
    """Return what study.json says, None where there is no study."""
    path = folder / DESCRIPTION
    return read_json(path, DESCRIPTION_FIELDS) if path.exists() else None


def require_study(folder: Path, job: str) -> dict:
    """Return what study.json says.

    Raises:
        TuningError: there is no study, or it belongs to another job.
    """
    facts = read_description(folder)
    if facts is None:
        raise TuningError(
            f"there is no study in {folder}: begin one with zoo tune run {job}, or name its folder: --out"
        )
    if facts["job"] != job:
        raise TuningError(
            f"the study in {folder} is one of the job {facts['job']}, not of {job}"
        )
    return facts


def write_description(folder: Path, facts: Mapping) -> None:
    """Write study.json."""
    write_json(folder / DESCRIPTION, facts)


def list_runs(facts: Mapping) -> list[dict]:
    """Return command, versions and machine of every run that worked on a study.

    The first version of study.json knew one run only, and kept it beside the other facts.
    """
    if "runs" in facts:
        return list(facts["runs"])
    first = {name: facts[name] for name in RUN_FIELDS if facts.get(name)}
    return [first] if first else []


def add_run(facts: Mapping, run: Mapping) -> dict:
    """Return the facts of a study after one more run; a known run is not added."""
    runs = list_runs(facts)
    if run not in runs:
        runs.append(dict(run))
    kept = {name: value for name, value in facts.items() if name not in RUN_FIELDS}
    return kept | {"runs": runs}


def trial_path(folder: Path, trial: str) -> Path:
    """Return the path of a trial's record."""
    return folder / TRIALS / f"{trial}.json"


def write_trial(folder: Path, record: Mapping) -> None:
    """Write the record of a trial that has ended."""
    write_json(trial_path(folder, record["trial"]), record)


def read_trials(folder: Path, trials: Iterable[str]) -> list[dict]:
    """Return the records of these trials, in the order of their names."""
    paths = [trial_path(folder, trial) for trial in sorted(trials)]
    return [read_json(path, RECORD_FIELDS) for path in paths]


def write_json(path: Path, content) -> None:
    """Write a JSON file, whole or not at all. Numbers that JSON does not have are refused."""
    text = json.dumps(content, indent=1, allow_nan=False) + "\n"
    write_atomically(path, text)


def read_json(path: Path, fields: Sequence[str]) -> dict:
    """Return the dictionary in a JSON file.

    Raises:
        TuningError: the file cannot be read, is no dictionary, or lacks one of the fields.
    """
    return _parse(_read_text(path), f"{path}", fields)


def read_json_lines(path: Path, fields: Sequence[str]) -> list[dict]:
    """Return the dictionaries in the lines of a file; a last line without an end is left out.

    Raises:
        TuningError: the file cannot be read, or a line is no dictionary with these fields.
    """
    text = _read_text(path)
    complete = text.rpartition("\n")[0]
    contents = []
    for number, line in enumerate(complete.splitlines(), start=1):
        contents.append(_parse(line, f"line {number} of {path}", fields))
    return contents


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _damage_error(f"{path}", error) from None


def _parse(text: str, place: str, fields: Sequence[str]) -> dict:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise _damage_error(place, error) from None
    known = content if isinstance(content, dict) else ()
    for field in fields:
        if field not in known:
            raise _damage_error(place, f"without {field}")
    return content


def _damage_error(place: str, reason) -> TuningError:
    return TuningError(
        f"{place} cannot be read ({reason}): restore it, or begin anew with --out"
    )
