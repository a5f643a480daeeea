"""The run store notices damage, keeps what is finished, and can be listed and cleaned."""

import contextlib
import gc
import os
import shutil
import stat
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.engine.entries import FACTS, FOREIGN, header_with, in_place_of_the_header
from tests.engine.networks import bits, recipe, small, splits
from zoo import engine
from zoo.engine import member
from zoo.engine.entry import Entry, encode
from zoo.engine.store import (
    DAMAGED,
    NEWER_FORMAT,
    OLD_FORMAT,
    UNREADABLE,
    WRONG_NAME,
    RunStore,
)


def entry(step, finished=True):
    """Return a small entry."""
    return Entry({"weights": np.arange(3.0)}, {"step": step, "finished": finished, "seed": 1})


def test_the_latest_state_up_to_the_wanted_step_is_found(tmp_path):
    store = RunStore(tmp_path)
    for step in (10, 20, 50):
        store.put("ab", entry(step))
    found = [store.latest("ab", wanted, seed=1).facts["step"] for wanted in (10, 49, 50, 99)]
    assert found == [10, 20, 50, 50]
    assert store.latest("ab", 9, seed=1) is None
    assert store.latest("cd", 99, seed=1) is None


def test_a_newer_state_replaces_checkpoints_and_keeps_finished_members(tmp_path):
    store = RunStore(tmp_path)
    store.put("ab", entry(10))
    store.put("ab", entry(15, finished=False))
    store.put("ab", entry(20, finished=False))
    assert sorted(row.facts["step"] for row in store.rows()) == [10, 20]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: data + b"x",
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: in_place_of_the_header(header_with(), length=2**63),
    ],
    ids=["cut", "empty", "longer", "a flipped bit", "foreign"],
)
def test_a_damaged_member_is_reported_and_trained_again_to_the_same_bits(damage, tmp_path):
    with engine.using(store=tmp_path):
        first = engine.train(small, recipe(), splits(), [1]).members[0]
        (path,) = tmp_path.glob("*/*.state")
        path.write_bytes(damage(path.read_bytes()))
        with pytest.warns(UserWarning, match="is damaged"):
            again = engine.train(small, recipe(), splits(), [1]).members[0]
    assert bits(first) == bits(again)


@pytest.mark.parametrize("data", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_reported_removed_and_the_state_before_it_found(data, tmp_path):
    store = RunStore(tmp_path)
    store.put("ab", entry(5))
    store.path("ab", 20).write_bytes(data)
    with pytest.warns(UserWarning, match=r"ab-000000020\.state is damaged .*trained again"):
        assert store.latest("ab", 99, seed=1).facts["step"] == 5
    assert not store.path("ab", 20).exists()


def test_a_file_of_a_newer_format_is_reported_and_left_alone(tmp_path):
    store = RunStore(tmp_path)
    store.put("ab", entry(5))
    path = store.path("ab", 20)
    path.write_bytes(in_place_of_the_header(header_with(schema=2)))
    with pytest.warns(UserWarning, match="cannot be used"):
        assert store.latest("ab", 99, seed=1).facts["step"] == 5
    store.put("ab", entry(30))
    assert path.exists()
    assert [row.problem for row in store.rows() if row.path == path] == [NEWER_FORMAT]


def test_what_cannot_be_opened_is_reported_and_left_alone(tmp_path):
    store = RunStore(tmp_path)
    store.put("ab", entry(5))
    path = store.path("ab", 20)
    path.mkdir()
    with pytest.warns(UserWarning, match="cannot be read"):
        assert store.latest("ab", 99, seed=1).facts["step"] == 5
    store.put("ab", entry(30))
    assert [row.problem for row in store.rows() if row.path == path] == [UNREADABLE]


def test_files_whose_names_do_not_end_in_a_number_are_not_looked_at(tmp_path):
    store = RunStore(tmp_path)
    store.put("ab", entry(5))
    for name in ("ab-.state", "ab-five.state", "ab-000000005-copy.state"):
        (tmp_path / "ab" / name).write_bytes(b"")
    assert store.latest("ab", 99, seed=1).facts["step"] == 5


def test_members_renamed_among_each_other_are_reported_and_trained_again(
    tmp_path, monkeypatch
):
    seeds, counted = [1, 2, 3], []
    run = member.Training.run
    monkeypatch.setattr(
        member.Training,
        "run",
        lambda self, *rest: counted.append(self.seed) or run(self, *rest),
    )
    with engine.using(store=tmp_path):
        first = engine.train(small, recipe(), splits(), seeds).members
        rotate(sorted(tmp_path.glob("*/*.state")))
        with pytest.warns(UserWarning, match="has a wrong name") as caught:
            again = engine.train(small, recipe(), splits(), seeds).members
    assert sorted(counted) == [1, 1, 2, 2, 3, 3]
    assert [bits(each) for each in again] == [bits(each) for each in first]
    for path in tmp_path.glob("*/*.state"):
        assert any(str(path) in str(warning.message) for warning in caught)


def rotate(paths):
    """Give every file the name of the next one, and the last one that of the first."""
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, contents[1:] + contents[:1], strict=True):
        path.write_bytes(content)


def test_a_state_that_has_the_name_of_another_step_or_is_of_another_seed_is_not_served(
    tmp_path,
):
    store = RunStore(tmp_path)
    store.put("ab", entry(10))
    shutil.copy(store.path("ab", 10), store.path("ab", 20))
    claimed = (
        "holds update 10 of member ab with seed 1, not update 20 of member ab with seed 1"
    )
    with pytest.warns(UserWarning, match=claimed):
        assert store.latest("ab", 20, seed=1).facts["step"] == 10
    with pytest.warns(
        UserWarning, match="with seed 1, not update 10 of member ab with seed 2"
    ):
        assert store.latest("ab", 10, seed=2) is None


def test_a_state_with_a_wrong_name_stays_until_its_place_is_needed_and_is_listed_as_such(
    tmp_path,
):
    store = RunStore(tmp_path)
    store.put("cd", entry(10, finished=False))
    store.path("ab", 10).parent.mkdir()
    store.path("cd", 10).rename(store.path("ab", 10))
    with pytest.warns(UserWarning, match="wrong name"):
        assert store.latest("ab", 10, seed=1) is None
    store.put("ab", entry(20))
    assert [row.path for row in store.rows() if row.problem == WRONG_NAME] == [
        store.path("ab", 10)
    ]
    with warnings.catch_warnings(action="error"):
        store.path("ab", 10).rename(store.path("cd", 10))
        assert store.latest("cd", 10, seed=1).facts == FACTS | {"step": 10, "finished": False}


@contextlib.contextmanager
def garbage_collection_that_gives_way():
    """Collect garbage all the time, and let another thread go on whenever that begins or ends."""
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()

    def give_way(phase, info):
        time.sleep(0)

    gc.callbacks.append(give_way)
    gc.set_threshold(10)
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        gc.callbacks.remove(give_way)
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)


def test_many_threads_can_read_at_once_whenever_garbage_is_collected(tmp_path):
    """`numpy.load` fails here on CPython 3.11 and 3.12, at some of these 2,400 reads, in every run."""
    store, keys = RunStore(tmp_path), [f"{number:04x}" for number in range(300)]
    arrays = {
        f"trainable/hidden_{layer}/kernel": np.ones((2, 3)) * layer for layer in range(6)
    }
    for key in keys:
        store.put(key, Entry(arrays, FACTS))
    with garbage_collection_that_gives_way(), ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda key: store.latest(key, 5, seed=1), keys * 8))
    assert len(found) == 2400
    for each in found:
        assert each.arrays.keys() == arrays.keys()
        assert all(np.array_equal(each.arrays[name], value) for name, value in arrays.items())


@pytest.mark.skipif(sys.platform == "win32", reason="there is no umask")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_who_may_read_a_state_is_for_the_umask_to_say(umask, mode, tmp_path):
    store, before = RunStore(tmp_path), os.umask(umask)
    try:
        store.put("ab", entry(10))
    finally:
        os.umask(before)
    assert stat.S_IMODE(store.path("ab", 10).stat().st_mode) == mode
    assert (
        stat.S_IMODE(store.path("ab", 10).parent.stat().st_mode) == mode | (mode & 0o444) >> 2
    )


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
    assert sorted(row.problem for row in store.rows()) == ["", DAMAGED]


@pytest.mark.parametrize("data", FOREIGN.values(), ids=FOREIGN)
def test_a_listing_survives_a_foreign_file(data, tmp_path):
    store = RunStore(tmp_path)
    store.put("ab", entry(10))
    store.path("ab", 5).write_bytes(data)
    assert sorted(row.facts.get("step", 0) for row in store.rows())[-1] == 10


def test_a_listing_reads_the_header_of_a_file_and_not_its_numbers(tmp_path):
    store = RunStore(tmp_path)
    store.put("ab", entry(10))
    path = store.path("ab", 10)
    path.write_bytes(path.read_bytes()[: -np.arange(3.0).nbytes])
    assert [(row.facts["step"], row.problem) for row in store.rows()] == [(10, "")]


def test_a_member_in_the_old_format_is_listed_and_not_used(tmp_path):
    store = RunStore(tmp_path)
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "ab-000000010.run").write_bytes(encode("ab", entry(10)))
    with warnings.catch_warnings(action="error"):
        assert store.latest("ab", 99, seed=1) is None
        store.put("ab", entry(20))
    assert [row.problem for row in store.rows()] == ["", OLD_FORMAT]


def test_a_store_that_cannot_be_written_is_said_in_one_line(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with engine.using(store=blocked), pytest.raises(engine.StoreError, match="ZOO_STORE"):
        engine.train(small, recipe(), splits(), [1])
