"""Every data test gets an empty, private data folder; those marked mnist get the real files."""

import gzip
import hashlib
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from zoo.data import mnist

REAL = os.environ.get("ZOO_DATA")


@pytest.fixture(autouse=True)
def folder(request, tmp_path, monkeypatch) -> Path:
    """ZOO_DATA as the test sees it; also keeps every test away from the user's own folders."""
    real = request.node.get_closest_marker("mnist") is not None
    here = Path(REAL) if real and REAL else tmp_path / "data"
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("ZOO_DATA", str(here))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "tfds"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if real and mnist.where() is None:
        pytest.skip(
            f"the MNIST files are not in {REAL}"
            if REAL
            else "ZOO_DATA does not name a folder with MNIST"
        )
    return here


@pytest.fixture
def idx_bytes():
    """A function array -> the bytes of its IDX file, for uint8 arrays."""

    def write(array: np.ndarray) -> bytes:
        return (
            struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape)
            + array.tobytes()
        )

    return write


@pytest.fixture
def small_family(idx_bytes):
    """A function folder -> digests (of .gz, of contents) of four small files it writes in MNIST's format."""

    def write(folder: Path, train: int = 40, test: int = 20) -> tuple[dict, dict]:
        folder.mkdir(parents=True, exist_ok=True)
        packed, unpacked = {}, {}
        for part, n in (("train", train), ("t10k", test)):
            x = np.arange(n * 784, dtype=np.uint32).reshape(n, 28, 28).astype(np.uint8)
            for stem, array in (
                ("images-idx3", x),
                ("labels-idx1", np.arange(n, dtype=np.uint8) % 10),
            ):
                name = f"{part}-{stem}-ubyte"
                zipped = gzip.compress(idx_bytes(array), mtime=0)
                (folder / f"{name}.gz").write_bytes(zipped)
                packed[name] = hashlib.sha256(zipped).hexdigest()
                unpacked[name] = hashlib.sha256(idx_bytes(array)).hexdigest()
        return packed, unpacked

    return write
