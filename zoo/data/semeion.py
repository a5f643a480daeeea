"""SEMEION: 1,593 handwritten digits by about 80 writers, black and white, 16 by 16 pixels.

x: (n, 16, 16, 1) float32, 0 or 1, or (n, 256) when flat; the mean pixel is 0.3286. y: (n,)
int64, 0 to 9, with 161 162 159 159 161 159 161 158 155 158 examples a class. The file is
sorted by class in blocks, so the rows are first put into the order
`numpy.random.RandomState(0).permutation(1593)`; then train is the first 1,000, valid the next
293, test the last 300. Everybody wrote every digit twice, so the same hands occur in all
three splits.

Read from the original file semeion.data in the data folder or its folder `semeion`; else from
a folder prepared by tensorflow-datasets (zoo/data/semeion_tfds.py is its builder). Either way
its sha256 is checked at each load.

Licence CC BY 4.0. "Semeion Handwritten Digit", Semeion Research Center of Sciences of
Communication and Tattile, UCI Machine Learning Repository.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from zoo.data import prepared
from zoo.data.dataset import DataError, Dataset, pixels, split
from zoo.data.files import missing, names_in, searchable
from zoo.data.semeion_file import FILE, FILES, NAME, ROWS, read

__all__ = ["DOWNLOAD", "FILES", "LICENCE", "NAME", "SIZE", "builder", "load", "where"]

SIZE = "1,593 black and white images, 16x16"
LICENCE = "CC BY 4.0"
DOWNLOAD = "3 MB from archive.ics.uci.edu"
# sha256 of all pixels, then all classes, as bytes in file order
PIXELS = "a28e8db38c7bd837208fdef540ff937a9dadba600d25778df7c78c80b04a462f"


def where() -> Path | None:
    """The original file or the prepared folder that it would be read from, or None."""
    for root in searchable():
        for folder in (root / "semeion", root):
            if FILE in names_in(folder):
                return folder / FILE
        if folder := prepared.find(root, "semeion"):
            return folder
    return None


def load(flat: bool = False, raw: bool = False) -> Dataset:
    """SEMEION; `flat` gives (n, 256), `raw` the stored values 0 and 1 as uint8.

    Raises:
        DataError: it is missing, or what is there is not SEMEION.
    """
    source = where()
    if source is None:
        wanted = f"the file {FILE} or a folder prepared by tensorflow-datasets"
        raise missing("semeion", NAME, wanted, DOWNLOAD)
    stored, labels = read(source) if source.name == FILE else _read_prepared(source)
    # The stream of RandomState never changes, unlike that of default_rng.
    order = np.random.RandomState(0).permutation(ROWS)
    x = pixels(stored[order], highest=1, flat=flat, raw=raw)
    y = labels[order]
    parts = ((0, 1000), (1000, 1293), (1293, None))
    return Dataset(NAME, *(split(x, y, *part) for part in parts), str(source))


def builder(folder: Path):
    """The tensorflow-datasets builder that writes it under `folder`."""
    from zoo.data.semeion_tfds import Semeion

    return Semeion(data_dir=folder, file_format="array_record")


def _read_prepared(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    images, labels = prepared.read(folder, "train")
    stored, labels = images // 255, labels.astype(np.uint8)
    if hashlib.sha256(stored.tobytes() + labels.tobytes()).hexdigest() != PIXELS:
        raise DataError(f"{folder}: is not {NAME}; remove it and run zoo data prepare again")
    return stored, labels
