"""`prepare`: nothing half-written, nothing downloaded unasked, one line for each failure."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import zoo.data
from zoo.data import DataError, prepared, preparing


class Builder:
    """Stands in for one of tensorflow-datasets: writes a file, then fails or not."""

    def __init__(self, folder, failure=None):
        self.data_dir, self.failure = str(folder / "thing" / "1.0.0"), failure

    def download_and_prepare(self, download_config):
        Path(self.data_dir).mkdir(parents=True)
        (Path(self.data_dir) / "dataset_info.json").write_text("{}")
        if self.failure:
            raise self.failure


def module(failure=None):
    return SimpleNamespace(
        NAME="Thing",
        DOWNLOAD="1 kB from nowhere",
        FILES={},
        builder=lambda folder: Builder(folder, failure),
    )


def test_a_download_is_said_before_it_begins(tmp_path):
    said = []
    broken = module(RuntimeError("no network\nmore"))
    with pytest.raises(
        DataError, match=r"Thing could not be prepared \(no network\); .*--from DIR"
    ):
        preparing.prepare("thing", broken, None, tmp_path, said.append)
    assert said == ["Downloading Thing: 1 kB from nowhere ..."]


@pytest.mark.parametrize(
    "failure", [RuntimeError("x"), OSError(28, "No space left"), KeyboardInterrupt()]
)
def test_a_failure_leaves_nothing_behind(tmp_path, failure):
    with pytest.raises((DataError, KeyboardInterrupt)):
        preparing.prepare("thing", module(failure), None, tmp_path / "new", lambda line: None)
    assert list(tmp_path.iterdir()) == [tmp_path / "data"]


def test_what_is_prepared_already_is_left_alone(tmp_path):
    first = preparing.prepare("thing", module(), None, tmp_path, lambda line: None)
    said = []
    assert (
        preparing.prepare("thing", module(RuntimeError("again")), None, tmp_path, said.append)
        == first
    )
    assert said == [f"Thing is already prepared in {first}"]


def test_the_data_folder_is_the_target_unless_another_is_named(folder):
    assert (
        preparing.prepare("thing", module(), None, None, lambda line: None)
        == folder / "thing" / "1.0.0"
    )


def test_the_newest_version_is_found_by_number(folder):
    for version in ("3.0.1", "3.0.10", "2.9.9", "incomplete.3.1.0", "4.0.0"):
        (folder / "thing" / version).mkdir(parents=True)
        if version != "4.0.0":  # left without its description, so not complete
            (folder / "thing" / version / "dataset_info.json").touch()
    assert prepared.find(folder, "thing").name == "3.0.10"


def test_a_target_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(
        DataError, match=r"file/new: cannot be written \(Not a directory\); .*--data-dir"
    ):
        preparing.prepare(
            "thing", module(), None, tmp_path / "file" / "new", lambda line: None
        )


def test_a_missing_or_changed_original_is_named_before_anything_is_written(
    tmp_path, small_family
):
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz: missing; MNIST needs"):
        zoo.data.prepare("mnist", tmp_path, tmp_path / "new")
    small_family(tmp_path / "other")
    with pytest.raises(
        DataError, match=r"train-images-idx3-ubyte\.gz: not the original file of MNIST"
    ):
        zoo.data.prepare("mnist", tmp_path / "other", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_an_unknown_name_cannot_be_prepared():
    with pytest.raises(DataError, match="mnist"):
        zoo.data.prepare("mnits")


def test_a_damaged_prepared_folder_is_named(folder):
    ready = folder / "mnist" / "3.0.1"
    ready.mkdir(parents=True)
    (ready / "dataset_info.json").write_text("{")
    with pytest.raises(DataError, match=r"3\.0\.1: cannot be read .*zoo data prepare again"):
        zoo.data.load("mnist")
