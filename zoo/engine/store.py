"""The run store: one file per trained member and length, found again by the hash of all that determines its
numbers.

A file is a line with the sha256 of what follows, then an npz archive without pickled objects. A state at
step t serves as checkpoint and as result: members of 50,000 updates go on from the finished ones of 20,000.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import tempfile
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import filelock
import numpy as np
import platformdirs

DIGEST_LINE = 65
TMP_SECONDS = 3600
"""A temporary file older than this was left over by a killed process."""


class Entry(NamedTuple):
    """One stored state of a member."""

    arrays: dict[str, np.ndarray]
    """Flat names such as "trainable/hidden_1/kernel" and "history/loss" to arrays."""
    facts: dict
    """What a person may want to know, and all small values: step, finished, diverged, seconds,
    architecture, ...
    """


class Row(NamedTuple):
    """What `zoo runs list` shows of a stored state."""

    path: Path
    facts: dict
    size: int
    age: float
    """Seconds since it was written."""


def default_folder() -> Path:
    """Return ZOO_STORE, else `reprozoo/runs` in the user's cache folder."""
    return Path(os.environ.get("ZOO_STORE") or platformdirs.user_cache_path("reprozoo") / "runs").expanduser()


class RunStore:
    """The files of one folder; safe for several processes at once, and against being killed at any moment."""

    def __init__(self, folder: Path):
        self.folder = Path(folder)

    def latest(self, key: str, step: int) -> Entry | None:
        """Return the stored state with the most steps, at most `step`, that can be read; None where there is
        none.

        A file that does not hold what was written is reported in a warning, removed, and the next one is
        tried.
        """
        for stored in sorted(self._steps(key), reverse=True):
            if stored <= step:
                entry = self._read(self.path(key, stored))
                if entry is not None:
                    return entry
        return None

    def put(self, key: str, entry: Entry) -> None:
        """Write a state at once and whole, and remove the checkpoints (unfinished states) that it
        supersedes.
        """
        step = entry.facts["step"]
        older = [self.path(key, stored) for stored in self._steps(key) if stored < step]
        write_atomically(self.path(key, step), encode(entry))
        for path in older:
            facts = self._facts(path)
            if facts is None or not facts["finished"]:
                path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def claim(self, key: str):
        """Hold a member for this process: yields False where another process trains it."""
        path = self.folder / key[:2] / f"{key}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path)
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            yield False
            return
        try:
            yield True
        finally:
            path.unlink(
                missing_ok=True
            )  # a process that waits on the removed file at worst trains the same bits
            lock.release()

    def rows(self) -> list[Row]:
        """Return all stored states, newest first; unreadable ones with empty facts."""
        now = time.time()
        rows = [(path, path.stat()) for path in self.folder.glob("*/*.run")]
        rows.sort(key=lambda row: -row[1].st_mtime)
        return [Row(path, self._facts(path) or {}, stat.st_size, now - stat.st_mtime) for path, stat in rows]

    def clean(self, keep=lambda row: False) -> tuple[int, int]:
        """Remove all states that `keep` does not want, and all left-over temporary files; return (files,
        bytes).
        """
        doomed = [row.path for row in self.rows() if not keep(row)]
        doomed += [
            path for path in self.folder.glob("*/*.tmp") if time.time() - path.stat().st_mtime > TMP_SECONDS
        ]
        size = 0
        for path in doomed:
            with contextlib.suppress(FileNotFoundError):
                size += path.stat().st_size
                path.unlink()
        for lock in self.folder.glob("*/*.lock"):
            self._remove_if_free(lock)
        return len(doomed), size

    def path(self, key: str, step: int) -> Path:
        """Return where the state of member `key` at `step` is."""
        return self.folder / key[:2] / f"{key}-{step:09d}.run"

    def _steps(self, key: str) -> list[int]:
        return [
            int(re.search(r"-(\d+)\.run$", path.name)[1])
            for path in self.folder.glob(f"{key[:2]}/{key}-*.run")
        ]

    def _read(self, path: Path) -> Entry | None:
        try:
            return decode(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            warnings.warn(f"{path} is damaged ({error}); that member is trained again", stacklevel=2)
            path.unlink(missing_ok=True)
            return None

    @staticmethod
    def _facts(path: Path) -> dict | None:
        try:
            with path.open("rb") as file:
                file.seek(DIGEST_LINE)
                with np.load(file, allow_pickle=False) as archive:
                    return json.loads(str(archive["facts"]))
        except Exception:  # a listing must survive whatever a damaged archive raises
            return None

    @staticmethod
    def _remove_if_free(lock: Path):
        with contextlib.suppress(filelock.Timeout, OSError), filelock.FileLock(lock, blocking=False):
            lock.unlink(missing_ok=True)


def encode(entry: Entry) -> bytes:
    """Return the file's content."""
    buffer = io.BytesIO()
    np.savez(buffer, facts=np.array(json.dumps(entry.facts, sort_keys=True)), **entry.arrays)
    content = buffer.getvalue()
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def decode(data: bytes) -> Entry:
    """Return what `encode` was given.

    Raises:
        ValueError: where the content is not what was written.
    """
    content = data[DIGEST_LINE:]
    if data[:DIGEST_LINE] != hashlib.sha256(content).hexdigest().encode() + b"\n":
        raise ValueError("its checksum does not fit its content")
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return Entry(arrays, json.loads(str(arrays.pop("facts"))))


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a crash at any moment, finds the old content or the new one,
    never a part.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
