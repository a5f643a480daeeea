"""zoo.data: names, listing, the Dataset, and what every data set at hand must keep to."""

import subprocess
import sys

import numpy as np
import pytest

import zoo.data
from zoo.data import DataError, Dataset, Split

AT_HAND = ("xor", "sincos", "digits", "mnist5k")


def dataset(x):
    part = Split(np.full((2, 3), x, np.float32), np.array([0, 1]))
    return Dataset("d", part, part._replace(x=part.x + 1), part, "here")


def test_an_unknown_name_lists_the_near_ones():
    with pytest.raises(DataError, match="called 'mnits'; the nearest names: mnist") as error:
        zoo.data.load("mnits")
    assert error.value.exit_code == 2


def test_a_name_near_nothing_lists_them_all():
    with pytest.raises(
        DataError,
        match="xor, sincos, digits, mnist5k, mnist, fashion_mnist, semeion, cifar10",
    ):
        zoo.data.load("qqqq")


def test_the_listing_has_a_row_for_each_and_says_what_is_missing():
    rows = {row.name: row for row in zoo.data.listing()}
    assert list(rows) == list(zoo.data.DATASETS)
    assert rows["xor"].found == "generated"
    assert rows["mnist"].found == rows["cifar10"].found == "missing"
    assert all(row.size and row.licence for row in rows.values())


def test_the_listing_shows_where_a_file_lies(folder):
    (folder / "semeion.data").touch()
    assert {row.name: row.found for row in zoo.data.listing()}["semeion"] == str(
        folder / "semeion.data"
    )


def test_the_listing_survives_a_wrong_data_folder(folder, monkeypatch):
    monkeypatch.setenv("ZOO_DATA", str(folder / "nowhere"))
    rows = {row.name: row for row in zoo.data.listing()}
    assert rows["xor"].found == "generated" and "not a folder" in rows["mnist"].found


def test_the_listing_imports_nothing_heavy():
    code = "import sys, zoo.data; zoo.data.listing(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {
        "tensorflow",
        "keras",
        "tensorflow_datasets",
        "sklearn",
        "PIL",
        "scipy",
    } & set(loaded)


def test_train_and_valid_are_joined_in_order():
    joined = dataset(1).train_and_valid()
    np.testing.assert_array_equal(joined.x[:, 0], [1, 1, 2, 2])
    np.testing.assert_array_equal(joined.y, [0, 1, 0, 1])


def test_everything_is_all_three_splits_in_order():
    one = dataset(1)
    whole = one.everything()
    np.testing.assert_array_equal(
        whole.x, np.concatenate([one.train.x, one.valid.x, one.test.x])
    )
    np.testing.assert_array_equal(
        whole.y, np.concatenate([one.train.y, one.valid.y, one.test.y])
    )


def test_the_digest_tells_values_shapes_and_types_apart():
    one = dataset(1)
    assert one.digest == dataset(1).digest and len(one.digest) == 64
    others = [
        dataset(2),
        Dataset(
            "d", one.train, one.valid, Split(one.test.x.reshape(3, 2), one.test.y), "here"
        ),
        Dataset(
            "d", one.train, one.valid, Split(one.test.x.view(np.int32), one.test.y), "here"
        ),
    ]
    assert len({one.digest, *(other.digest for other in others)}) == 4


@pytest.mark.parametrize("name", AT_HAND)
def test_what_is_always_at_hand_loads_the_same_twice(name):
    first, second = zoo.data.load(name), zoo.data.load(name)
    assert first.digest == second.digest
    for part in (first.train, first.valid, first.test):
        assert len(part.x) == len(part.y) and part.x.dtype == np.float32


@pytest.mark.parametrize("name", AT_HAND)
def test_what_is_always_at_hand_needs_no_preparing(name):
    with pytest.raises(DataError, match=f"{name}: nothing to prepare"):
        zoo.data.prepare(name)


def test_xor_is_the_table_in_counting_order():
    xor = zoo.data.load("xor")
    np.testing.assert_array_equal(
        np.hstack(xor.train), [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    )
    assert xor.name == "XOR" and xor.train is xor.valid is xor.test
    assert xor.train.y.dtype == np.float32
