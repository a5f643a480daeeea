"""Settings hold inside of a `with` block and nowhere else."""

import threading
from pathlib import Path

import pytest

from zoo.engine import settings
from zoo.engine.settings import DEFAULT, current, store_folder, using, worker_count


def test_settings_nest_and_are_restored():
    with using(workers=2, progress=False):
        with using(workers=3) as inner:
            assert inner is current()
            assert (current().workers, current().progress) == (3, False)
        assert (current().workers, current().progress) == (2, False)
    assert current() == DEFAULT


def test_settings_are_restored_after_an_error():
    with pytest.raises(ZeroDivisionError), using(workers=2):
        _ = 1 / 0
    assert current() == DEFAULT


def test_settings_of_one_thread_are_not_those_of_another():
    seen = []
    with using(workers=2):
        thread = threading.Thread(target=lambda: seen.append(current()))
        thread.start()
        thread.join()
    assert seen == [DEFAULT]


def test_a_setting_that_does_not_exist_is_refused_by_name():
    with pytest.raises(TypeError, match="wrokers"), using(wrokers=2):
        pass
    assert current() == DEFAULT


def test_the_store_is_the_setting_then_the_environments_then_the_users_cache(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("ZOO_STORE", str(tmp_path / "environment"))
    with using(store=str(tmp_path / "setting")):
        assert store_folder() == tmp_path / "setting"
    assert store_folder() == tmp_path / "environment"
    monkeypatch.setenv("ZOO_STORE", "~/runs")
    assert store_folder() == Path.home() / "runs"
    monkeypatch.delenv("ZOO_STORE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert store_folder().parts[-2:] == ("reprozoo", "runs")


@pytest.mark.parametrize(
    ("workers", "members", "gpu", "expected"),
    [
        (None, 32, False, 4),
        (None, 32, True, 1),
        (None, 3, False, 3),
        (None, 0, False, 1),
        (2, 32, False, 2),
        (2, 32, True, 2),
        (8, 3, False, 3),
    ],
)
def test_as_many_members_train_at_a_time_as_there_are_cores_members_or_wishes(
    workers, members, gpu, expected, monkeypatch
):
    monkeypatch.setattr(settings, "cores", lambda: 4)
    with using(workers=workers):
        assert worker_count(members, gpu) == expected


@pytest.mark.parametrize("workers", [0, -1])
def test_fewer_than_one_worker_is_refused(workers):
    with (
        using(workers=workers),
        pytest.raises(ValueError, match=f"at least 1, not {workers}"),
    ):
        worker_count(3, gpu=False)
