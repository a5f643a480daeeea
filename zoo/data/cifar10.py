"""CIFAR-10: 60,000 colour photographs of ten kinds of things, 32 by 32 pixels.

x: (n, 32, 32, 3) float32 in [0, 1] (stored 0 to 255, divided by 255), or (n, 3072) when flat.
y: (n,) int64, an index into CLASSES, exactly 5,000 a class for training and 1,000 for
testing. Splits: train 45,000, valid 5,000, test 10,000.

Read, in this order, from a folder prepared by tensorflow-datasets, from
cifar-10-binary.tar.gz (sha256 checked) or its unpacked folder cifar-10-batches-bin, all in
the data folder or its folder `cifar10`: then valid is the last 5,000 of the training files,
whose order is random. The Python version of the files is a pickle and is never read.

If only `cifar10-jpeg/cifar10-jpeg.zip` is there (sha256 checked), the pictures are JPEG
copies, which have lost detail (quality about 75, half the colour resolution), and the data
set calls itself "CIFAR-10 (JPEG copy)". That zip is sorted by class, so its 50,000 training
pictures (class by class, then by file number) are first put into the order
`numpy.random.RandomState(0).permutation(50000)`, its test pictures into
`RandomState(0).permutation(10000)`. Decoding takes about ten seconds, so the pixels are kept
in the user's cache folder, under the zip's sha256.

No licence is stated by its authors. A. Krizhevsky, "Learning Multiple Layers of Features from
Tiny Images", University of Toronto, 2009. The sha256 of the archive is the one that
tensorflow-datasets 4.9.10 holds.
"""

from __future__ import annotations

import contextlib
import io
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from zoo import images
from zoo.data import prepared
from zoo.data.dataset import DataError, Dataset, pixels, split
from zoo.data.files import missing, names_in, read_bytes, read_checked, searchable

NAME = "CIFAR-10"
JPEG_NAME = "CIFAR-10 (JPEG copy)"
SIZE = "60,000 colour images, 32x32"
LICENCE = "not stated"
DOWNLOAD = "162 MB from www.cs.toronto.edu"
CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
ARCHIVE, UNPACKED, ZIP = "cifar-10-binary.tar.gz", "cifar-10-batches-bin", "cifar10-jpeg.zip"
FILES = {ARCHIVE: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}
BATCHES = {
    "train": tuple(f"data_batch_{n}.bin" for n in range(1, 6)),
    "test": ("test_batch.bin",),
}

Arrays = tuple[np.ndarray, np.ndarray]


class Expected(NamedTuple):
    """What the files must be: sha256 of archive and zip, pictures a class, how many are held
    back."""

    archive: str = FILES[ARCHIVE]
    jpeg: str = "268919b03ba6560feb35c3f423f5369b325d38928e23275a31c1da62fbb22a4f"
    train: int = 5_000
    test: int = 1_000
    valid: int = 5_000


def where() -> Path | None:
    """The file or folder it would be read from (an original before the JPEG copy), or None."""
    roots = searchable()
    return next(
        (
            found
            for find in (_original, _jpeg_copy)
            for root in roots
            if (found := find(root))
        ),
        None,
    )


def load(flat: bool = False, raw: bool = False, expected: Expected | None = None) -> Dataset:
    """CIFAR-10; `flat` gives (n, 3072), `raw` the stored bytes 0 to 255 as uint8.

    Raises:
        DataError: it is missing, or what is there is not CIFAR-10.
    """
    expected = expected or Expected()
    source = where()
    if source is None:
        raise missing(
            "cifar10",
            NAME,
            f"{ARCHIVE}, {UNPACKED}/, or a folder prepared by tensorflow-datasets",
            DOWNLOAD,
        )
    read = {ARCHIVE: _read_archive, UNPACKED: _read_unpacked, ZIP: _read_zip}.get(
        source.name, _read_prepared
    )
    (x, y), test = (
        _check_counts(source, read(source, part, expected), part, expected)
        for part in BATCHES
    )
    held_back = len(x) - expected.valid
    x, test_x = (pixels(stored, highest=255, flat=flat, raw=raw) for stored in (x, test[0]))
    splits = (split(x, y, 0, held_back), split(x, y, held_back), split(test_x, test[1]))
    return Dataset(JPEG_NAME if source.name == ZIP else NAME, *splits, str(source))


def builder(folder: Path):
    """The tensorflow-datasets builder that writes it under `folder`."""
    return prepared.builder("cifar10", folder)


def _original(root: Path) -> Path | None:
    if folder := prepared.find(root, "cifar10"):
        return folder
    places = (root / "cifar10", root)
    return next(
        (at / name for at in places for name in (ARCHIVE, UNPACKED) if name in names_in(at)),
        None,
    )


def _jpeg_copy(root: Path) -> Path | None:
    return next(
        (at / ZIP for at in (root / "cifar10-jpeg", root) if ZIP in names_in(at)), None
    )


def _check_counts(source: Path, read: Arrays, part: str, expected: Expected) -> Arrays:
    want = getattr(expected, part)
    counts = np.bincount(read[1], minlength=len(CLASSES)).tolist()
    if counts != [want] * len(CLASSES):
        raise DataError(
            f"{source}: its {part} part has {counts} pictures a class, but {NAME} has {want} of each"
        )
    return read


def _read_prepared(folder: Path, part: str, expected: Expected) -> Arrays:
    x, y = prepared.read(folder, part)
    return x, y


def _read_unpacked(folder: Path, part: str, expected: Expected) -> Arrays:
    return _join_batches(folder, part, lambda name: read_bytes(folder / name))


def _read_archive(path: Path, part: str, expected: Expected) -> Arrays:
    content = read_checked(path, expected.archive, NAME)
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            return _join_batches(
                path, part, lambda name: archive.extractfile(f"{UNPACKED}/{name}").read()
            )
    except (tarfile.TarError, KeyError, EOFError, OSError, zlib.error):
        raise DataError(
            f"{path}: not a complete .tar.gz with {UNPACKED}/{BATCHES[part][0]} in it"
        ) from None


def _join_batches(source: Path, part: str, content: Callable[[str], bytes]) -> Arrays:
    """Each record is one byte of class, then 1,024 bytes of red, of green, of blue, row by
    row."""
    whole = b"".join(content(name) for name in BATCHES[part])
    if len(whole) % 3073:
        raise DataError(
            f"{source}: its {part} files are not whole records of 3,073 bytes; fetch it again"
        )
    records = np.frombuffer(whole, np.uint8).reshape(-1, 3073)
    classes = records[:, 0]
    planes = records[:, 1:].reshape(-1, 3, 32, 32)
    return planes.transpose(0, 2, 3, 1), classes


def _read_zip(path: Path, part: str, expected: Expected) -> Arrays:
    content = read_checked(path, expected.jpeg, JPEG_NAME)
    count = getattr(expected, part)
    shape = (len(CLASSES) * count, 32, 32, 3)
    kept = _cache_folder() / f"{expected.jpeg[:16]}-{part}.npy"
    x = _read_cache(kept, shape)
    if x is None:
        x = _decode(path, content, part, count)
        _write_cache(kept, x)
    order = np.random.RandomState(0).permutation(len(x))  # its stream is frozen for ever
    return x[order], np.repeat(np.arange(len(CLASSES)), count)[order]


def _decode(path: Path, content: bytes, part: str, count: int) -> np.ndarray:
    names = []
    for label in CLASSES:
        names += [f"{part}/{label}/{n:04d}.jpg" for n in range(count)]
    x = np.empty((len(names), 32, 32, 3), np.uint8)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for row, name in enumerate(names):
                x[row] = images.picture(archive.read(name), f"{path}/{name}")
    except (zipfile.BadZipFile, KeyError, ValueError, zlib.error) as error:
        raise DataError(f"{path}: not the zip of {JPEG_NAME} ({error})") from None
    return x


def _cache_folder() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("reprozoo") / "cifar10-jpeg"


def _read_cache(path: Path, shape: tuple[int, ...]) -> np.ndarray | None:
    try:
        x = images.read(path)
    except DataError:
        return None
    return x if x.shape == shape else None


def _write_cache(path: Path, x: np.ndarray) -> None:
    """Best effort: without a cache the next load merely decodes again."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            part = Path(scratch) / path.name
            np.save(part, x)
            part.replace(path)
