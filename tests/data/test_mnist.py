"""MNIST on the real files: splits, class counts, ranges, speed, and the prepared form of them."""

import subprocess
import sys
from importlib.resources import files

import numpy as np
import pytest

import zoo.data
from zoo.data import DataError, mnist

WHOLE = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
FIRST = [4932, 5678, 4968, 5101, 4859, 4506, 4951, 5175, 4842, 4988]
LAST = [991, 1064, 990, 1030, 983, 915, 967, 1090, 1009, 961]
THOUSAND = [97, 116, 99, 93, 105, 92, 94, 117, 87, 100]


def test_the_checksums_are_those_that_tensorflow_datasets_holds():
    table = (files("tensorflow_datasets") / "url_checksums" / "mnist.txt").read_text()
    known = {
        line.split("\t")[3]: line.split("\t")[2]
        for line in table.splitlines()
        if "cvdf" in line
    }
    assert known == mnist.FILES


def test_other_files_under_the_name_of_mnist_are_refused(folder, small_family):
    small_family(folder)
    with pytest.raises(DataError, match=r"ubyte\.gz: not the original file of MNIST"):
        zoo.data.load("mnist")


@pytest.mark.mnist
def test_the_splits_have_the_known_class_counts():
    loaded = zoo.data.load("mnist", raw=True)
    assert np.bincount(loaded.train.y).tolist() == FIRST
    assert np.bincount(loaded.valid.y).tolist() == LAST
    assert np.bincount(loaded.train_and_valid().y).tolist() == WHOLE
    assert np.bincount(loaded.train.y[:1000]).tolist() == THOUSAND
    assert loaded.train.x.dtype == np.uint8 and loaded.train.x.max() == 255


@pytest.mark.mnist
def test_images_are_float32_from_0_to_1_in_the_shape_of_pictures():
    loaded = zoo.data.load("mnist")
    assert [part.x.shape for part in (loaded.train, loaded.valid, loaded.test)] == [
        (50_000, 28, 28, 1),
        (10_000, 28, 28, 1),
        (10_000, 28, 28, 1),
    ]
    assert loaded.test.x.dtype == np.float32 and (
        loaded.test.x.min(),
        loaded.test.x.max(),
    ) == (0, 1)
    assert loaded.name == "MNIST"


@pytest.mark.mnist
def test_the_originals_load_without_tensorflow():
    code = "import sys, zoo.data; zoo.data.load('mnist'); print('tensorflow' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"


@pytest.mark.mnist
def test_what_tensorflow_datasets_prepares_gives_the_same_bits_in_the_same_order(
    folder, tmp_path, monkeypatch
):
    original = zoo.data.load("mnist")
    said = []
    ready = zoo.data.prepare("mnist", original.source, tmp_path / "new", said.append)
    assert len(said) == 2 and str(ready) in said[-1]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["mnist"]
    monkeypatch.setenv("ZOO_DATA", str(tmp_path / "new"))
    prepared = zoo.data.load("mnist")
    assert prepared.source == str(ready)
    assert prepared.digest == original.digest
