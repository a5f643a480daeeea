"""Pixels from files as uint8 arrays: PNG, JPEG, IDX (also .gz) and NPY.

Every failure is a `DataError` of one line that begins with the file's name. Nothing is ever
unpickled.
"""

from __future__ import annotations

import gzip
import io
import math
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np

from zoo.reading import DataError, read_bytes

PICTURES = (".png", ".jpg", ".jpeg")


def read(path: str | Path) -> np.ndarray:
    """Return the pixels of any supported file, uint8, the format taken from the file's name.

    A picture gives (rows, columns) when grey and (rows, columns, 3) when coloured; IDX and
    NPY give the shape they state.

    Raises:
        DataError: the file cannot be read, is damaged, or holds something else than uint8
            pixels.
    """
    path = Path(path)
    name = path.name.lower()
    if name.endswith(PICTURES):
        return picture(read_bytes(path), path)
    if name.removesuffix(".gz").endswith(("ubyte", ".idx")):
        return idx(read_bytes(path), path)
    if path.suffix.lower() == ".npy":
        return npy(read_bytes(path), path)
    raise DataError(
        f"{path}: unknown kind of file; give .png, .jpg, .npy, or IDX named *-ubyte or *.idx (or .gz)"
    )


def picture(content: bytes, path: str | Path) -> np.ndarray:
    """Return the pixels of a PNG or JPEG, upright: (rows, columns) if grey, else with 3.

    Raises:
        DataError: not a PNG or JPEG, damaged, too large, transparent, or deeper than 8 bits.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        with image:
            image.load()
        transparent = image.has_transparency_data
        deep = image.mode.startswith(("I", "F"))
        colours = "L" if image.mode in ("1", "L") else "RGB"
        upright = ImageOps.exif_transpose(image)
        pixels = np.asarray(upright if deep else upright.convert(colours))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise DataError(
            f"{path}: has more than {Image.MAX_IMAGE_PIXELS:,} pixels; crop or scale it first"
        ) from None
    except Exception as error:  # of any kind, for damage reaches deep into Pillow
        reason = (
            "cut short" if "truncated" in str(error) else "damaged, or not what its name says"
        )
        raise DataError(f"{path}: cannot be read as PNG or JPEG ({reason})") from None
    if transparent:
        raise DataError(
            f"{path}: has transparent pixels, which have no brightness; save it without transparency"
        )
    if deep:
        raise DataError(f"{path}: has more than 8 bits a pixel; save it with 8 bits")
    return pixels


def idx(content: bytes, path: str | Path) -> np.ndarray:
    """Return the array of an IDX file of unsigned bytes, in its header's shape.

    The header is two zero bytes, the type (8 for unsigned bytes), the number of axes, and one
    big-endian 32-bit size an axis (LeCun, Cortes & Burges, the MNIST database: "The IDX file
    format").

    Raises:
        DataError: cut short, damaged, a wrong magic number, more or less data than the header
            states, or more axes than an array can have.
    """
    data = gunzip(content, path) if str(path).lower().endswith(".gz") else content
    if len(data) < 4 or data[:3] != b"\0\0\x08" or data[3] == 0:
        raise DataError(
            f"{path}: not an IDX file of unsigned bytes (wrong magic number 0x{data[:4].hex()})"
        )
    axes = data[3]
    start = 4 + 4 * axes
    if len(data) < start:
        raise DataError(f"{path}: cut short, its header is incomplete")
    shape = struct.unpack(f">{axes}I", data[4:start])
    stated, following = math.prod(shape), len(data) - start
    if following != stated:
        raise DataError(f"{path}: its header states {stated} values, but {following} follow")
    try:
        values = np.frombuffer(data, np.uint8, offset=start)
        return values.reshape(shape)
    except ValueError:
        raise DataError(
            f"{path}: its header states {len(shape)} axes, of sizes that no array has"
        ) from None


def gunzip(content: bytes, path: str | Path) -> bytes:
    """Return the unpacked content of a .gz file.

    Raises:
        DataError: cut short, damaged, or not gzip at all.
    """
    try:
        return gzip.decompress(content)
    except EOFError:
        raise DataError(
            f"{path}: cut short, the .gz ends too early; fetch it again"
        ) from None
    except (OSError, zlib.error):
        raise DataError(f"{path}: damaged, or not a .gz file; fetch it again") from None


def npy(content: bytes, path: str | Path) -> np.ndarray:
    """Return the array of a NumPy .npy file of uint8 values, in the shape that it states.

    Raises:
        DataError: cut short, damaged, or of another type (pickled objects are refused
            unread).
    """
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except Exception:  # the header is parsed as Python, and its shape takes memory
        raise DataError(
            f"{path}: cannot be read as .npy (cut short, damaged, or pickled objects)"
        ) from None
    if not isinstance(array, np.ndarray) or array.dtype != np.uint8:
        kind = getattr(array, "dtype", "an archive")
        raise DataError(f"{path}: holds {kind}, not uint8; save pixels 0 to 255 as uint8")
    return array
