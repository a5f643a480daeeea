"""SEMEION: reading the original format, and the real file where it is at hand."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

import zoo.data
from zoo.data import DataError, semeion, semeion_file

REAL = Path(os.environ.get("ZOO_DATA", "")) / "semeion" / "semeion.data"
real = pytest.mark.skipif(
    not REAL.is_file(), reason="semeion/semeion.data is not in ZOO_DATA"
)


def write(path, rows=3, change=lambda text: text):
    """A small file in the original format; returns its sha256."""
    bits = np.random.RandomState(0).randint(0, 2, (rows, 256))
    labels = np.eye(10, dtype=int)[np.arange(rows) % 10]
    lines = [
        " ".join(f"{bit:.4f}" for bit in row) + " " + " ".join(map(str, label)) + " \r\n"
        for row, label in zip(bits, labels, strict=True)
    ]
    path.write_bytes(change("".join(lines)).encode())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_in_the_original_format_gives_pixels_and_classes(folder):
    x, y = semeion_file.read(folder / "a", write(folder / "a"), rows=3)
    np.testing.assert_array_equal(
        x.reshape(3, 256), np.random.RandomState(0).randint(0, 2, (3, 256))
    )
    assert x.shape == (3, 16, 16, 1) and x.dtype == y.dtype == np.uint8
    np.testing.assert_array_equal(y, [0, 1, 2])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[: len(text) // 2], "is not 3 rows of 266 numbers"),
        (lambda text: text + text, "is not 3 rows"),
        (lambda text: text.replace("1.0000", "one", 1), "is not 3 rows"),
        (lambda text: text.replace("1.0000", "0.5000", 1), "0 and 1"),
        (lambda text: text.replace(" 1 ", " 0 ", 1), "exactly one class"),
    ],
)
def test_a_wrong_file_is_refused_by_its_content(folder, change, said):
    with pytest.raises(DataError, match=said) as error:
        semeion_file.read(folder / "a", write(folder / "a", change=change), rows=3)
    assert str(error.value).startswith(str(folder / "a"))


def test_another_file_is_refused_by_its_checksum(folder):
    write(folder / "semeion.data")
    with pytest.raises(DataError, match=r"semeion\.data: not the original file of SEMEION"):
        zoo.data.load("semeion")


@pytest.fixture
def real_folder(folder):
    (folder / "semeion").symlink_to(REAL.parent)
    return folder


@real
def test_the_real_file_has_the_known_classes_and_mean_pixel():
    x, y = semeion_file.read(REAL)
    assert np.bincount(y).tolist() == [161, 162, 159, 159, 161, 159, 161, 158, 155, 158]
    assert x.mean() == pytest.approx(0.3286, abs=5e-5)
    assert len(np.unique(x.reshape(1593, 256), axis=0)) == 1593


@real
def test_the_splits_share_out_every_row_and_mix_the_classes(real_folder):
    loaded = zoo.data.load("semeion", flat=True)
    parts = (loaded.train, loaded.valid, loaded.test)
    assert [part.x.shape for part in parts] == [(1000, 256), (293, 256), (300, 256)]
    assert len(np.unique(np.concatenate([part.x for part in parts]), axis=0)) == 1593
    assert all(np.bincount(part.y).min() > 20 for part in parts)
    assert loaded.train.x.dtype == np.float32 and set(np.unique(loaded.train.x)) == {0, 1}


@real
@pytest.mark.parametrize("kind", ["array_record", "tfrecord"])
def test_what_tensorflow_datasets_prepares_gives_the_same_bits(
    real_folder, tmp_path, monkeypatch, kind
):
    from zoo.data.semeion_tfds import Semeion

    original = zoo.data.load("semeion")
    make = lambda scratch: Semeion(data_dir=scratch, file_format=kind)  # noqa: E731
    monkeypatch.setattr(semeion, "builder", make if kind == "tfrecord" else semeion.builder)
    ready = zoo.data.prepare("semeion", REAL.parent, tmp_path / "new", lambda line: None)
    assert any(kind in path.name for path in ready.iterdir())
    monkeypatch.setenv("ZOO_DATA", str(tmp_path / "new"))
    assert zoo.data.load("semeion").digest == original.digest
