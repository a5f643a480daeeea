"""zoo.data.files: where data is looked for, and the one message when it is not there."""

import os

import pytest

import zoo.data
from zoo.data import DataError, files, mnist

PLACES = ("mnist", "fashion_mnist", "semeion", "cifar10")


@pytest.mark.parametrize("name", PLACES)
def test_missing_data_is_said_once_with_places_and_three_cures(name, folder, tmp_path):
    with pytest.raises(DataError) as error:
        zoo.data.load(name)
    message = str(error.value)
    assert error.value.exit_code == 2
    assert str(folder) in message and str(tmp_path / "tfds") in message
    assert f"zoo data prepare {name} " in message
    assert f"zoo data prepare {name} --from DIR" in message and "--data-dir DIR" in message


@pytest.mark.parametrize("name", PLACES)
def test_a_data_folder_that_does_not_exist_is_named(name, folder, monkeypatch):
    monkeypatch.setenv("ZOO_DATA", str(folder / "nowhere"))
    with pytest.raises(DataError, match="nowhere: not a folder"):
        zoo.data.load(name)


@pytest.mark.parametrize("name", PLACES)
def test_a_file_where_a_folder_belongs_is_named(name, folder):
    (folder / name).write_text("not a folder")
    with pytest.raises(DataError, match=f"{name}: a folder was expected"):
        zoo.data.load(name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_named(folder):
    (folder / "mnist").mkdir(mode=0)
    with pytest.raises(DataError, match="mnist: cannot be read"):
        zoo.data.load("mnist")


def test_a_refused_folder_is_named(folder, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(folder), "iterdir", refuse)
    with pytest.raises(DataError, match=r"mnist: cannot be read \(Permission denied\)"):
        mnist.where()


def test_the_chosen_folder_comes_before_that_of_tensorflow_datasets(folder, tmp_path):
    assert files.folders() == [folder, tmp_path / "tfds"]
    for place in (tmp_path / "tfds", folder):
        (place / "semeion").mkdir(parents=True)
        (place / "semeion" / "semeion.data").touch()
    assert zoo.data.semeion.where().parent.parent == folder


def test_without_a_chosen_folder_that_of_tensorflow_datasets_is_searched(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("ZOO_DATA")
    assert files.folders() == [tmp_path / "tfds"]
    monkeypatch.delenv("TFDS_DATA_DIR")
    assert [path.name for path in files.folders()] == ["tensorflow_datasets"]


def test_a_file_of_another_content_is_refused(folder):
    (folder / "a").write_bytes(b"b")
    with pytest.raises(
        DataError, match=r"a: not the original file of D \(sha256 3e23e.*expected 000"
    ):
        files.read_checked(folder / "a", "0" * 64, "D")
