"""Data sets as numpy arrays, in fixed splits, read from files whose checksums are verified.

`load("mnist")` gives a `Dataset`. Nothing is ever downloaded unasked: see `prepare`. Neither
TensorFlow nor scikit-learn is imported before a data set needs it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from zoo.data.dataset import DataError, Dataset, Split
from zoo.data.files import folders

__all__ = [
    "DATASETS",
    "DataError",
    "Dataset",
    "Row",
    "Split",
    "folders",
    "listing",
    "load",
    "prepare",
]

DATASETS = {
    "xor": "zoo.data.xor",
    "sincos": "zoo.data.sincos",
    "digits": "zoo.data.digits",
    "mnist5k": "zoo.data.mnist5k",
    "mnist": "zoo.data.mnist",
    "fashion_mnist": "zoo.data.fashion_mnist",
    "semeion": "zoo.data.semeion",
    "cifar10": "zoo.data.cifar10",
}


class Row(NamedTuple):
    """One line of `zoo data list`; `found` is a path, a built-in source, what is wrong, or
    "missing"."""

    name: str
    found: str
    size: str
    licence: str


def load(name: str, **options) -> Dataset:
    """The data set of that name; the options are those of the `load` in its file (such as
    flat, raw).

    Raises:
        DataError: no such name, its files are missing, or they are not what they should be.
    """
    return _module(name).load(**options)


def listing() -> list[Row]:
    """One row a data set: where it was found (no checksum is computed for this), its size,
    its licence."""
    modules = {name: _module(name) for name in DATASETS}
    return [
        Row(name, _found(module), module.SIZE, module.LICENCE)
        for name, module in modules.items()
    ]


def prepare(
    name: str,
    source: Path | None = None,
    target: Path | None = None,
    say: Callable[[str], None] = print,
) -> Path:
    """The folder `target/name/version` of array_record files, written if not yet there.

    Args:
        name: key of DATASETS.
        source: folder of the original files, whose sha256 are checked first; without it they
            are downloaded, which `say` is told before it begins.
        target: the data folder to write into, by default the first of `folders()`.
        say: receives each line of news.

    Raises:
        DataError: unknown name, wrong files, no network, or a target that cannot be written;
            nothing half-written stays behind.
    """
    from zoo.data import preparing

    return preparing.prepare(name, _module(name), source, target, say)


def _module(name: str) -> ModuleType:
    if name not in DATASETS:
        near = difflib.get_close_matches(name, DATASETS, cutoff=0.4) or DATASETS
        raise DataError(
            f"there is no data set called {name!r}; the nearest names: {', '.join(near)}"
        )
    return import_module(DATASETS[name])


def _found(module: ModuleType) -> str:
    try:
        return str(module.where() or "missing")
    except DataError as error:
        return str(error)
