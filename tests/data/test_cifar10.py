"""CIFAR-10 on small files in the original formats, and its JPEG copy."""

import hashlib
import io
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from zoo.data import DataError, cifar10

TRAIN, TEST = 5, 1  # pictures a class
LABELS = {"train": np.arange(50, dtype=np.uint8) % 10, "test": np.arange(10, dtype=np.uint8)}
PICTURES = {
    part: np.random.RandomState(n).randint(0, 256, (n, 32, 32, 3), np.uint8)
    for part, n in (("train", 50), ("test", 10))
}


def batches():
    """The six binary files: a class byte, then the red, green and blue plane of each picture."""
    planes = {
        part: x.transpose(0, 3, 1, 2).reshape(len(x), -1) for part, x in PICTURES.items()
    }
    records = {part: np.hstack([LABELS[part][:, None], planes[part]]) for part in planes}
    train = {
        f"data_batch_{n + 1}.bin": records["train"][10 * n : 10 * n + 10].tobytes()
        for n in range(5)
    }
    return {**train, "test_batch.bin": records["test"].tobytes()}


def expected(folder, name):
    sha256 = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    return cifar10.Expected(archive=sha256, jpeg=sha256, train=TRAIN, test=TEST, valid=10)


def write_unpacked(folder, files):
    (folder / cifar10.UNPACKED).mkdir(parents=True)
    for name, content in files.items():
        (folder / cifar10.UNPACKED / name).write_bytes(content)
    return cifar10.Expected(train=TRAIN, test=TEST, valid=10)


def write_archive(folder, files):
    with tarfile.open(folder / cifar10.ARCHIVE, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{cifar10.UNPACKED}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return expected(folder, cifar10.ARCHIVE)


def write_zip(folder, shades=None):
    """One flat colour a picture, which JPEG keeps nearly exactly: (class, number, 0)."""
    with zipfile.ZipFile(folder / cifar10.ZIP, "w") as archive:
        for part, count in (("train", TRAIN), ("test", TEST)):
            for label, name in enumerate(cifar10.CLASSES):
                for n in range(count):
                    kept = io.BytesIO()
                    Image.new("RGB", (32, 32), (label * 20, n * 40, 0)).save(
                        kept, "JPEG", quality=95
                    )
                    archive.writestr(f"{part}/{name}/{n:04d}.jpg", kept.getvalue())
    return expected(folder, cifar10.ZIP)


@pytest.mark.parametrize("write", [write_unpacked, write_archive])
def test_the_binary_files_give_their_pictures_in_file_order(folder, write):
    loaded = cifar10.load(raw=True, expected=write(folder, batches()))
    np.testing.assert_array_equal(loaded.train_and_valid().x, PICTURES["train"])
    np.testing.assert_array_equal(loaded.test.x, PICTURES["test"])
    np.testing.assert_array_equal(loaded.valid.y, LABELS["train"][40:])
    assert loaded.name == "CIFAR-10" and loaded.train.y.dtype == np.int64


def test_pixels_are_divided_by_255_and_flat_on_request(folder):
    loaded = cifar10.load(flat=True, expected=write_unpacked(folder / "cifar10", batches()))
    assert loaded.test.x.shape == (10, 3072) and loaded.test.x.dtype == np.float32
    np.testing.assert_array_equal(
        loaded.test.x, PICTURES["test"].reshape(10, -1) / np.float32(255)
    )


def test_the_jpeg_copy_says_its_name_and_mixes_the_classes(folder):
    loaded = cifar10.load(raw=True, expected=write_zip(folder))
    assert loaded.name == "CIFAR-10 (JPEG copy)"
    whole = loaded.train_and_valid()
    assert np.abs(whole.x[:, 16, 16, 0].astype(int) - whole.y * 20).max() <= 4
    order = np.random.RandomState(0).permutation(50)
    np.testing.assert_array_equal(whole.y, order // TRAIN)
    assert np.abs(whole.x[:, 16, 16, 1].astype(int) - order % TRAIN * 40).max() <= 4


def test_an_original_comes_before_the_jpeg_copy(folder):
    write_zip(folder)
    assert cifar10.load(expected=write_unpacked(folder, batches())).name == "CIFAR-10"


def test_decoded_pictures_are_kept_and_a_damaged_cache_is_replaced(folder, tmp_path):
    wanted = write_zip(folder)
    first = cifar10.load(expected=wanted)
    kept = sorted((tmp_path / "cache").rglob("*.npy"))
    assert len(kept) == 2 and not list((tmp_path / "cache").rglob("tmp*"))
    kept[0].write_bytes(b"damaged")
    assert cifar10.load(expected=wanted).digest == first.digest
    assert kept[0].read_bytes() != b"damaged"


def test_a_cache_that_cannot_be_written_is_done_without(folder, tmp_path):
    (tmp_path / "cache").write_text("not a folder")
    assert cifar10.load(expected=write_zip(folder)).name == "CIFAR-10 (JPEG copy)"


@pytest.mark.parametrize("write", [write_archive, lambda folder, files: write_zip(folder)])
def test_another_archive_is_refused_by_its_checksum(folder, write):
    write(folder, batches())
    with pytest.raises(DataError, match="not the original file of CIFAR-10"):
        cifar10.load()


@pytest.mark.parametrize("name", [cifar10.ARCHIVE, cifar10.ZIP])
def test_an_archive_cut_short_is_named(folder, name):
    write_archive(folder, batches()) if name == cifar10.ARCHIVE else write_zip(folder)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=f"{name}: not ") as error:
        cifar10.load(expected=expected(folder, name))
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(folder):
    files = batches()
    del files["data_batch_3.bin"]
    with pytest.raises(DataError, match=r"data_batch_3\.bin: cannot be read \(No such file"):
        cifar10.load(expected=write_unpacked(folder, files))


def test_broken_records_and_wrong_counts_are_refused(folder):
    files = {**batches(), "data_batch_1.bin": batches()["data_batch_1.bin"][:-1]}
    wanted = write_unpacked(folder, files)
    with pytest.raises(DataError, match="not whole records of 3,073 bytes"):
        cifar10.load(expected=wanted)
    (folder / cifar10.UNPACKED / "data_batch_1.bin").write_bytes(
        files["data_batch_2.bin"][:-3073]
    )
    with pytest.raises(
        DataError, match=r"train part has \[.*\] pictures a class, but CIFAR-10 has 5 of each"
    ):
        cifar10.load(expected=wanted)


def test_the_python_version_is_not_even_looked_at(folder):
    (folder / "cifar-10-batches-py").mkdir()
    assert cifar10.where() is None
