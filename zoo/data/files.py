"""Where data files are looked for, and how a file is read so that a wrong one is noticed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from zoo.reading import DataError, read_bytes

__all__ = ["folders", "missing", "names_in", "read_bytes", "read_checked", "searchable"]


def folders() -> list[Path]:
    """The folders that are searched, in order.

    First ZOO_DATA (which `--data-dir` sets for one command), then the folder of
    tensorflow-datasets: TFDS_DATA_DIR, else ~/tensorflow_datasets. `zoo data prepare` writes
    into the first of them.
    """
    chosen = os.environ.get("ZOO_DATA")
    shared = os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    return [Path(name).expanduser() for name in (chosen, shared) if name]


def searchable() -> list[Path]:
    """The folders of `folders()` that exist.

    Raises:
        DataError: ZOO_DATA was set, but is not a folder.
    """
    chosen = os.environ.get("ZOO_DATA")
    if chosen and not Path(chosen).expanduser().is_dir():
        raise DataError(
            f"{chosen}: not a folder, though ZOO_DATA (or --data-dir) names it; correct or unset it"
        )
    return [folder for folder in folders() if folder.is_dir()]


def names_in(folder: Path) -> frozenset[str]:
    """Names of the entries of a folder; none when there is no such folder.

    Raises:
        DataError: it is there but is no folder, or may not be read.
    """
    try:
        return frozenset(entry.name for entry in folder.iterdir())
    except FileNotFoundError:
        return frozenset()
    except NotADirectoryError:
        raise DataError(
            f"{folder}: a folder was expected here, but this is a file; move it away"
        ) from None
    except OSError as error:
        raise DataError(
            f"{folder}: cannot be read ({error.strerror}); allow reading it"
        ) from None


def read_checked(path: Path, sha256: str, name: str) -> bytes:
    """Content of a file whose sha256 (hex) is known; `name` is the data set's.

    Raises:
        DataError: it cannot be read, or is another file.
    """
    content = read_bytes(path)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DataError(
            f"{path}: not the original file of {name} (sha256 {found}, expected {sha256}): "
            "cut short, damaged or another data set; fetch it again"
        )
    return content


def missing(key: str, name: str, wanted: str, download: str) -> DataError:
    """The message for a data set that is not there: what was wanted, where it was sought,
    three cures."""
    looked = ", ".join(str(folder) for folder in folders())
    return DataError(
        f"{name} is not on this machine. Wanted: {wanted}. Looked in: {looked}. Any one of these helps:\n"
        f"  zoo data prepare {key}              fetches it ({download})\n"
        f"  zoo data prepare {key} --from DIR   uses the original files in DIR\n"
        f"  --data-dir DIR (or ZOO_DATA=DIR)    reads it from DIR, where it already lies"
    )
