"""The four IDX files that MNIST and its look-alikes are published in: finding, checking,
reading them."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from zoo import images
from zoo.data import prepared
from zoo.data.dataset import DataError, Dataset, pixels, split
from zoo.data.files import missing, names_in, read_checked, searchable

STEMS = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


@dataclass(frozen=True)
class Family:
    """A data set in this format: its key and name, the sha256 of its files, how many examples
    they hold."""

    key: str
    name: str
    download: str
    packed: Mapping[str, str]  # stem -> sha256 of the .gz file
    unpacked: Mapping[str, str] = field(
        default_factory=dict
    )  # stem -> sha256 of what is inside, where known
    bare: bool = (
        False  # also looked for in the data folder itself, not only in its folder `key`
    )
    counts: Mapping[str, int] = field(
        default_factory=lambda: {"train": 60_000, "test": 10_000}
    )
    valid: int = 10_000  # the last ones of the training file


def find(family: Family) -> Path | None:
    """The folder of the original files, or the prepared one; None when there is neither.

    Raises:
        DataError: some of the four files lie there and some do not, or a folder cannot be
            read.
    """
    for root in searchable():
        for folder in (root / family.key, *([root] if family.bare else [])):
            if _holds_originals(family, folder):
                return folder
        if folder := prepared.find(root, family.key):
            return folder
    return None


def load(family: Family, *, flat: bool, raw: bool) -> Dataset:
    """The data set, its training file divided into training and validation split.

    Raises:
        DataError: it is missing, or what is there is not the data set.
    """
    folder = find(family)
    if folder is None:
        wanted = f"the four files {STEMS['train'][0]}.gz, ... or a folder prepared by tensorflow-datasets"
        raise missing(family.key, family.name, wanted, family.download)
    read = _read_prepared if "dataset_info.json" in names_in(folder) else _read_originals
    (x, y), (test_x, test_y) = (read(family, folder, part) for part in STEMS)
    x, test_x = (
        pixels(stored[..., None], highest=255, flat=flat, raw=raw) for stored in (x, test_x)
    )
    held_back = len(x) - family.valid
    splits = (split(x, y, 0, held_back), split(x, y, held_back), split(test_x, test_y))
    return Dataset(family.name, *splits, str(folder))


def _holds_originals(family: Family, folder: Path) -> bool:
    names = names_in(folder)
    stems = [stem for pair in STEMS.values() for stem in pair]
    absent = [stem for stem in stems if not _file_name(family, names, stem)]
    if absent and len(absent) < len(stems):
        raise DataError(
            f"{folder / absent[0]}.gz: missing, though others of the four files of {family.name} are there"
        )
    return not absent


def _file_name(family: Family, names: frozenset[str], stem: str) -> str | None:
    known = [f"{stem}.gz", *([stem] if stem in family.unpacked else [])]
    return next((name for name in known if name in names), None)


def _read_originals(family: Family, folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    names = names_in(folder)
    return _pair(
        family,
        part,
        [_read_file(family, folder / _file_name(family, names, s)) for s in STEMS[part]],
    )


def _read_file(family: Family, path: Path) -> tuple[Path, np.ndarray]:
    known = family.packed if path.suffix == ".gz" else family.unpacked
    content = read_checked(path, known[path.name.removesuffix(".gz")], family.name)
    return path, images.idx(content, path)


def _read_prepared(family: Family, folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    x, y = prepared.read(folder, part)
    arrays = (x[..., 0], y.astype(np.uint8))
    for stem, array in zip(STEMS[part], arrays, strict=True):
        if stem in family.unpacked and _idx_digest(array) != family.unpacked[stem]:
            raise DataError(
                f"{folder}: its {part} split is not {family.name}; remove it and run zoo data prepare again"
            )
    return _pair(family, part, [(folder, array) for array in arrays])


def _idx_digest(array: np.ndarray) -> str:
    header = struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape)
    return hashlib.sha256(header + np.ascontiguousarray(array).tobytes()).hexdigest()


def _pair(
    family: Family, part: str, read: list[tuple[Path, np.ndarray]]
) -> tuple[np.ndarray, np.ndarray]:
    count = family.counts[part]
    for (path, array), shape in zip(read, ((count, 28, 28), (count,)), strict=True):
        if array.shape != shape:
            raise DataError(
                f"{path}: holds an array of shape {array.shape}, but {family.name} needs {shape}"
            )
    return read[0][1], read[1][1]
