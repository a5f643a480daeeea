"""MNIST's format, on small files made here: what is accepted, and one line for each thing that is wrong."""

import gzip
import hashlib

import numpy as np
import pytest

from zoo.data import DataError, fashion_mnist, idx_files

IMAGES, LABELS = idx_files.STEMS["train"]


@pytest.fixture
def family(folder, small_family):
    packed, unpacked = small_family(folder / "small")
    return idx_files.Family(
        "small", "Small", "1 kB", packed, unpacked, counts={"train": 40, "test": 20}, valid=10
    )


def refusal(family):
    with pytest.raises(DataError) as error:
        idx_files.load(family, flat=False, raw=False)
    assert "\n" not in str(error.value)
    return str(error.value)


def put(folder, family, stem, content, zipped=True):
    """Puts a wrong content in place and calls its checksum right, to reach the checks behind it."""
    path = folder / "small" / f"{stem}.gz"
    path.write_bytes(gzip.compress(content, mtime=0) if zipped else content)
    family.packed[stem] = hashlib.sha256(path.read_bytes()).hexdigest()
    return path


def test_the_training_file_is_divided_and_the_test_file_kept(family):
    small = idx_files.load(family, flat=False, raw=False)
    assert [part.x.shape for part in (small.train, small.valid, small.test)] == [
        (30, 28, 28, 1),
        (10, 28, 28, 1),
        (20, 28, 28, 1),
    ]
    assert small.train.x.dtype == np.float32 and small.train.y.dtype == np.int64
    np.testing.assert_array_equal(small.valid.y, np.arange(30, 40) % 10)
    assert small.source.endswith("small") and small.name == "Small"


def test_pixels_are_divided_by_255_unless_raw_and_flat_on_request(family):
    small, raw = (
        idx_files.load(family, flat=False, raw=False),
        idx_files.load(family, flat=True, raw=True),
    )
    assert raw.train.x.shape == (30, 784) and raw.train.x.dtype == np.uint8
    np.testing.assert_array_equal(
        small.train.x.reshape(30, -1), raw.train.x / np.float32(255)
    )


def test_unpacked_files_give_the_same_arrays(family, folder):
    packed = idx_files.load(family, flat=False, raw=False)
    for path in (folder / "small").iterdir():
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    assert idx_files.load(family, flat=False, raw=False).digest == packed.digest


def test_files_in_the_data_folder_itself_are_found_only_where_that_is_allowed(family, folder):
    (folder / "small").rename(folder / "elsewhere")
    for path in (folder / "elsewhere").iterdir():
        path.rename(folder / path.name)
    assert idx_files.find(family) is None
    bare = idx_files.Family(**{**vars(family), "bare": True})
    assert idx_files.find(bare) == folder


def test_a_missing_one_of_the_four_files_is_named(family, folder):
    (folder / "small" / f"{LABELS}.gz").unlink()
    assert refusal(family).startswith(f"{folder / 'small' / LABELS}.gz: missing")


def test_a_changed_file_is_refused_by_its_checksum(family, folder):
    path = folder / "small" / f"{IMAGES}.gz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert refusal(family).startswith(f"{path}: not the original file of Small")


def test_a_folder_in_the_place_of_a_file_is_named(family, folder):
    path = folder / "small" / f"{IMAGES}.gz"
    path.unlink()
    path.mkdir()
    assert refusal(family).startswith(f"{path}: cannot be read")


def test_a_truncated_gz_is_named(family, folder):
    whole = (folder / "small" / f"{IMAGES}.gz").read_bytes()
    path = put(folder, family, IMAGES, whole[: len(whole) // 2], zipped=False)
    assert refusal(family).startswith(f"{path}: cut short")


def test_a_wrong_magic_number_is_named(family, folder):
    path = put(folder, family, IMAGES, b"\0\0\x0c\x03" + bytes(12))
    assert refusal(family).startswith(
        f"{path}: not an IDX file of unsigned bytes (wrong magic number 0x00000c03"
    )


def test_a_wrong_count_of_images_or_labels_is_named(family, folder, idx_bytes):
    path = put(folder, family, LABELS, idx_bytes(np.zeros(39, np.uint8)))
    assert refusal(family) == f"{path}: holds an array of shape (39,), but Small needs (40,)"
    path = put(folder, family, IMAGES, idx_bytes(np.zeros((40, 28, 27), np.uint8)))
    assert refusal(family).startswith(f"{path}: holds an array of shape (40, 28, 27)")


def test_labels_in_the_place_of_images_are_named(family, folder, idx_bytes):
    path = put(folder, family, IMAGES, idx_bytes(np.zeros(40, np.uint8)))
    assert refusal(family).startswith(f"{path}: holds an array of shape (40,)")


def test_other_files_under_the_name_of_fashion_mnist_are_refused(folder, small_family):
    small_family(folder / "fashion_mnist")
    with pytest.raises(DataError, match=r"ubyte\.gz: not the original file of Fashion-MNIST"):
        fashion_mnist.load()


def test_fashion_mnist_expects_the_checksums_that_tensorflow_datasets_holds():
    from importlib.resources import files

    table = (files("tensorflow_datasets") / "url_checksums" / "fashion_mnist.txt").read_text()
    known = {
        line.split("\t")[3]: line.split("\t")[2]
        for line in table.splitlines()
        if "fashion" in line
    }
    assert known == fashion_mnist.FILES


def test_fashion_mnist_loads_as_mnist_does(folder, small_family):
    packed, _ = small_family(folder / "fashion_mnist")
    counts = {"train": 40, "test": 20}
    small = idx_files.Family(
        "fashion_mnist", fashion_mnist.NAME, "", packed, counts=counts, valid=10
    )
    loaded = idx_files.load(small, flat=False, raw=False)
    assert loaded.name == "Fashion-MNIST" and loaded.train.x.shape == (30, 28, 28, 1)
