"""The run store notices damage, keeps what is finished, and can be listed and cleaned."""

import os
import time

import numpy as np
import pytest

from tests.engine.networks import bits, recipe, small, splits
from zoo import engine
from zoo.engine.store import Entry, RunStore, decode, encode, write_atomically


def entry(step, finished=True):
    """Return a small entry."""
    return Entry({"weights": np.arange(3.0)}, {"step": step, "finished": finished, "seed": 1})


def test_an_entry_comes_back_as_it_was_written():
    back = decode(encode(entry(5)))
    assert back.facts == entry(5).facts
    np.testing.assert_array_equal(back.arrays["weights"], np.arange(3.0))


@pytest.mark.parametrize("place", [0, 30, 64, 70, 200, -1])
def test_any_flipped_byte_is_noticed(place):
    data = bytearray(encode(entry(5)))
    data[place] ^= 1
    with pytest.raises(ValueError, match="checksum"):
        decode(bytes(data))


def test_the_latest_state_up_to_the_wanted_step_is_found(tmp_path):
    store = RunStore(tmp_path)
    for step in (10, 20, 50):
        store.put("ab", entry(step))
    assert [store.latest("ab", wanted).facts["step"] for wanted in (10, 49, 50, 99)] == [10, 20, 50, 50]
    assert store.latest("ab", 9) is None
    assert store.latest("cd", 99) is None


def test_a_newer_state_replaces_checkpoints_and_keeps_finished_members(tmp_path):
    store = RunStore(tmp_path)
    store.put("ab", entry(10))
    store.put("ab", entry(15, finished=False))
    store.put("ab", entry(20, finished=False))
    assert sorted(row.facts["step"] for row in store.rows()) == [10, 20]


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: data + b"x"]
)
def test_a_damaged_member_is_reported_and_trained_again_to_the_same_bits(damage, tmp_path):
    with engine.using(store=tmp_path):
        first = engine.train(small, recipe(), splits(), [1]).members[0]
        (path,) = tmp_path.glob("*/*.run")
        path.write_bytes(damage(path.read_bytes()))
        with pytest.warns(UserWarning, match="is damaged"):
            again = engine.train(small, recipe(), splits(), [1]).members[0]
    assert bits(first) == bits(again)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_cleaning_removes_what_is_not_kept_and_left_over_temporary_files(tmp_path):
    store = RunStore(tmp_path)
    store.put("ab", entry(10))
    store.put("cd", entry(20, finished=False))
    for name, age in (("left.tmp", 7200), ("being-written.tmp", 0)):
        (tmp_path / "ab" / name).write_bytes(b"1234")
        os.utime(tmp_path / "ab" / name, (time.time() - age,) * 2)
    assert store.clean(keep=lambda row: row.facts["finished"])[0] == 2
    assert [row.facts["step"] for row in store.rows()] == [10]
    assert [path.name for path in tmp_path.glob("*/*.tmp")] == ["being-written.tmp"]


def test_a_listing_survives_a_damaged_file(tmp_path):
    store = RunStore(tmp_path)
    store.put("ab", entry(10))
    store.path("ab", 20).write_bytes(b"nothing")
    assert sorted(row.facts.get("step", 0) for row in store.rows()) == [0, 10]


def test_a_store_that_cannot_be_written_is_said_in_one_line(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with engine.using(store=blocked), pytest.raises(engine.StoreError, match="ZOO_STORE"):
        engine.train(small, recipe(), splits(), [1])
