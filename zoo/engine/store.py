"""The run store: one file per member and length, found by the hash of all that determines its
numbers.

A state at step t serves as checkpoint and as result: members of 50,000 updates go on from the
finished ones of 20,000. How a file looks inside is in `zoo.engine.entry`.
"""

import contextlib
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import filelock
import platformdirs

from zoo.engine.entry import Entry, Label, OtherSchemaError, decode, encode, read_header
from zoo.files import TEMPORARY, write_atomically

SUFFIX = ".state"
OLD_SUFFIX = ".run"
"""Of files that earlier versions wrote, as npz archives: listed and cleaned, never read."""

TEMPORARY_SECONDS = 3600
"""A temporary file older than this was left over by a killed process."""

OLD_FORMAT, NEWER_FORMAT = "old format", "newer format"
DAMAGED, UNREADABLE, WRONG_NAME = "damaged", "not readable", "wrong name"
"""What can be wrong with a file; see `Row.problem`."""


class Row(NamedTuple):
    """What `zoo runs list` shows of a stored state."""

    path: Path
    facts: dict
    """Of the entry; empty where they cannot be read."""
    size: int
    """Bytes."""
    age: float
    """Seconds since it was written."""
    problem: str
    """Why the state is not used: OLD_FORMAT, NEWER_FORMAT, DAMAGED, UNREADABLE, WRONG_NAME
    (the file has the name of another state); "" where all is well.
    """

    @property
    def expendable(self) -> bool:
        """Whether no result is lost with it: a checkpoint (unfinished), or damaged."""
        return self.problem == DAMAGED or not (self.problem or self.facts.get("finished"))


class StoreError(Exception):
    """The run store cannot be used; the message says which folder and what to do."""

    exit_code = 1


def default_folder() -> Path:
    """Return ZOO_STORE, else `reprozoo/runs` in the user's cache folder."""
    folder = os.environ.get("ZOO_STORE") or platformdirs.user_cache_path("reprozoo") / "runs"
    return Path(folder).expanduser()


class RunStore:
    """The files of one folder. Several processes may use it, and be killed at any moment."""

    def __init__(self, folder: Path):
        self.folder = Path(folder)

    def latest(self, key: str, step: int, seed: int) -> Entry | None:
        """Return a member's latest stored state up to `step`; None where there is none.

        A file that does not hold that state is reported in a warning, and the next one is
        tried. A damaged file is also removed.
        """
        for stored in sorted(self._steps(key), reverse=True):
            if stored <= step:
                entry = self._read(Label(key, stored, seed))
                if entry is not None:
                    return entry
        return None

    def put(self, key: str, entry: Entry) -> None:
        """Write a state at once and whole, and remove the checkpoints that it supersedes."""
        step = entry.facts["step"]
        earlier = [self.path(key, stored) for stored in self._steps(key) if stored < step]
        write_atomically(self.path(key, step), encode(key, entry))
        for path in earlier:
            with contextlib.suppress(FileNotFoundError):
                if self._row(path).expendable:
                    path.unlink()

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
            # a process that waits on the removed file at worst trains the same bits
            path.unlink(missing_ok=True)
            lock.release()

    def rows(self) -> list[Row]:
        """Return all stored states, newest first. Of each file only the header is read."""
        rows = []
        paths = [*self.folder.glob(f"*/*{SUFFIX}"), *self.folder.glob(f"*/*{OLD_SUFFIX}")]
        for path in paths:
            # another process may remove a checkpoint meanwhile
            with contextlib.suppress(FileNotFoundError):
                rows.append(self._row(path))
        return sorted(rows, key=lambda row: row.age)

    def clean(self, keep: Callable[[Row], bool] = lambda row: False) -> tuple[int, int]:
        """Remove all states that `keep` does not want, and left-over half-written files.

        Returns:
            How many files were removed, and their bytes.
        """
        doomed = [row.path for row in self.rows() if not keep(row)]
        doomed += [path for path in self.folder.glob(f"*/*{TEMPORARY}") if is_left_over(path)]
        size = 0
        for path in doomed:
            with contextlib.suppress(FileNotFoundError):
                size += path.stat().st_size
                path.unlink()
        for lock in self.folder.glob("*/*.lock"):
            remove_if_free(lock)
        return len(doomed), size

    def path(self, key: str, step: int) -> Path:
        """Return where the state of member `key` at `step` is."""
        return self.folder / key[:2] / f"{key}-{step:09d}{SUFFIX}"

    def _steps(self, key: str) -> list[int]:
        """Return the steps at which there is a file of this member, in any order."""
        steps = []
        for path in self.folder.glob(f"{key[:2]}/{key}-*{SUFFIX}"):
            number = path.stem.removeprefix(f"{key}-")
            if number.isdecimal():
                steps.append(int(number))
        return steps

    def _read(self, label: Label) -> Entry | None:
        """Return the state of this label; None, after a warning, where its file lacks it."""
        path = self.path(label.key, label.step)
        try:
            found, entry = decode(path.read_bytes())
        except FileNotFoundError:
            return None
        except OtherSchemaError as error:
            # It stays: the version that wrote it can read it.
            warn_about(path, f"cannot be used ({error})")
            return None
        except ValueError as error:
            warn_about(path, f"is damaged ({error})")
            path.unlink(missing_ok=True)
            return None
        except OSError as error:
            warn_about(path, f"cannot be read ({error.strerror})")
            return None
        if found != label:
            # It stays: its numbers are whole, belong to another member and may exist nowhere else.
            # Whoever reads the warning can give the file its name back, until this member has been
            # trained again and takes the place.
            warn_about(path, f"has a wrong name: it holds {found}, not {label}")
            return None
        return entry

    def _row(self, path: Path) -> Row:
        """Return what is known of a file without reading its numbers.

        Raises:
            FileNotFoundError: the file is gone.
        """
        status = path.stat()
        facts, problem = self._describe(path)
        age = time.time() - status.st_mtime
        return Row(path, facts, status.st_size, age, problem)

    def _describe(self, path: Path) -> tuple[dict, str]:
        """Return the facts in a file's header, and what is wrong with the file: see `Row`."""
        if path.suffix == OLD_SUFFIX:
            return {}, OLD_FORMAT
        try:
            with path.open("rb") as file:
                label, facts, _ = read_header(file)
        except FileNotFoundError:
            raise
        except OSError:
            return {}, UNREADABLE
        except OtherSchemaError:
            return {}, NEWER_FORMAT
        except ValueError:
            return {}, DAMAGED
        return facts, "" if path == self.path(label.key, label.step) else WRONG_NAME


def open_store(folder: Path) -> RunStore:
    """Return the run store in a folder, which is made where it does not exist.

    Raises:
        StoreError: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        raise StoreError(
            f"the run store {folder} cannot be written: name another folder with ZOO_STORE"
        )
    return RunStore(folder)


def warn_about(path: Path, what: str) -> None:
    """Say in a warning why a stored state is not used."""
    warnings.warn(f"{path} {what}; that member is trained again", stacklevel=3)


def is_left_over(path: Path) -> bool:
    """Tell whether a temporary file is there and too old to be still written."""
    with contextlib.suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > TEMPORARY_SECONDS
    return False


def remove_if_free(lock: Path) -> None:
    """Remove a lock file that no process holds."""
    with (
        contextlib.suppress(filelock.Timeout, OSError),
        filelock.FileLock(lock, blocking=False),
    ):
        lock.unlink(missing_ok=True)
