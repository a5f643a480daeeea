"""What every data set is loaded into."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from zoo.reading import DataError

__all__ = ["DataError", "Dataset", "Split", "pixels", "split"]


class Split(NamedTuple):
    """Examples and what is known about them; axis 0 of both runs over the examples."""

    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True, eq=False)
class Dataset:
    """Three splits, the name that figures must use, and where the data was read from.

    `source` is a path, "scikit-learn" or "generated".
    """

    name: str
    train: Split
    valid: Split
    test: Split
    source: str

    def train_and_valid(self) -> Split:
        """The first two splits joined in order, for sources that held nothing back for
        validation."""
        return Split(
            *(np.concatenate(pair) for pair in zip(self.train, self.valid, strict=True))
        )

    def everything(self) -> Split:
        """All three splits joined in order, for sources that divide the examples themselves."""
        parts = zip(self.train, self.valid, self.test, strict=True)
        return Split(*(np.concatenate(arrays) for arrays in parts))

    @cached_property
    def digest(self) -> str:
        """sha256 (hex) over dtype, shape and bytes of all six arrays, so it differs between
        options."""
        sha = hashlib.sha256()
        for array in (*self.train, *self.valid, *self.test):
            sha.update(f"{array.dtype.str}{array.shape}".encode())
            sha.update(np.ascontiguousarray(array))
        return sha.hexdigest()


def split(x: np.ndarray, y: np.ndarray, start: int = 0, stop: int | None = None) -> Split:
    """Examples `start` up to (not including) `stop`, in their present order, with class
    numbers as int64."""
    return Split(x[start:stop], y[start:stop].astype(np.int64))


def pixels(stored: np.ndarray, *, highest: int, flat: bool, raw: bool) -> np.ndarray:
    """Stored uint8 pixels as float32 in [0, 1] (divided by `highest`), or untouched when
    `raw`.

    Shape (n, rows, columns, channels), or (n, rows * columns * channels) when `flat`.
    """
    x = stored if raw else np.divide(stored, np.float32(highest))
    return x.reshape(len(x), -1) if flat else x
