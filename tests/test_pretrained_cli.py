"""zoo list, show, verify and train as a user meets them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from zoo import cli, startup
from zoo.pretrained import folders, pages, scripts


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch):
    monkeypatch.setattr(startup, "load_tensorflow", lambda: None)
    monkeypatch.delenv("ZOO_MODELS", raising=False)


def said(capsys, *arguments):
    """Exit status, standard output and standard error of one command line."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(list(arguments))
    return stopped.value.code or 0, *capsys.readouterr()


@pytest.mark.parametrize("command", [["list"], ["show", "mlp.xor"]])
def test_listing_and_showing_load_neither_tensorflow_nor_keras_nor_scipy(command):
    program = (
        "import sys\nfrom zoo import cli\n"
        "try:\n    cli.main(sys.argv[1:])\n"
        "finally:\n    print('loaded:', *sorted(name for name in sys.modules if '.' not in name))"
    )
    command = [sys.executable, "-c", program, *command]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "zoo" in loaded
    assert not loaded & {"tensorflow", "keras", "scipy", "sklearn", "matplotlib"}


def test_list_shows_models_with_their_numbers_and_what_is_not_trained(capsys, monkeypatch):
    monkeypatch.setattr(scripts, "names", lambda: ["late.mnist"])
    monkeypatch.setattr(
        scripts, "summary", lambda name: scripts.Summary("A late one.", "3 min.")
    )
    status, out, _ = said(capsys, "list")
    assert status == 0
    assert "21,386" in out and pages.shown(folders.card("lenet5.digits").metrics[0]) in out
    assert "late.mnist" in out and "not trained; 3 min." in out
    assert "late.mnist" not in said(capsys, "list", "*.digits")[1]


def test_list_goes_on_after_a_damaged_card(capsys, monkeypatch, tmp_path):
    folder = shutil.copytree(folders.shipped() / "mlp.xor", tmp_path / "broken.xor")
    (folder / "card.json").write_text("{}")
    monkeypatch.setenv("ZOO_MODELS", str(tmp_path))
    status, out, _ = said(capsys, "list", "*.xor")
    assert status == 0 and "damaged" in out and "mlp.xor" in out


def test_show_tells_layers_seeds_and_confusions(capsys):
    out = said(capsys, "show", "lenet5.digits")[1]
    assert "c3" in out and "(shipped)" in out and "true \\ answered" in out


def test_show_draws_filters_and_confusions(capsys, tmp_path):
    file = tmp_path / "lenet5.svg"
    assert said(capsys, "show", "lenet5.digits", "--figure", str(file))[0] == 0
    assert file.read_text().count("<image") == 7  # six filters of c1, one table
    status, _, error = said(capsys, "show", "mlp.sincos", "--figure", str(file))
    assert status == 2 and error.startswith("zoo: mlp.sincos: has neither filters")
    status, _, error = said(capsys, "show", "mlp.xor", "--figure", str(tmp_path / "a.wrong"))
    assert status == 2 and "name a .svg, .png or .pdf file" in error


def test_verify_fails_with_the_name_of_a_changed_file(capsys, tmp_path):
    folder = shutil.copytree(folders.shipped() / "mlp.xor", tmp_path / "copy")
    assert said(capsys, "verify", "mlp.xor", str(folder))[0] == 0
    content = bytearray((folder / "model.tflite").read_bytes())
    content[100] ^= 1
    (folder / "model.tflite").write_bytes(content)
    status, out, error = said(capsys, "verify", str(folder), "--trust")
    assert status == 1 and "FAILED" in out
    assert error.startswith(
        f"zoo: {folder}: files: {folder}/model.tflite: was damaged or changed"
    )
    assert error.count("\n") == 1


def test_verify_says_when_the_data_are_not_there(capsys, monkeypatch, tmp_path):
    from zoo.data import DataError
    from zoo.pretrained import verifying

    def missing(*_, **__):
        raise DataError("no such data")

    monkeypatch.setattr(verifying.data, "load", missing)
    status, out, _ = said(capsys, "verify", "mlp.xor")
    assert status == 0 and "not checked" in out and "not measured: no such data" in out


@pytest.mark.parametrize("command", ["show", "verify", "train"])
def test_an_unknown_name_is_one_line_with_the_nearest(capsys, command):
    status, _, error = said(capsys, command, "mlp.digit")
    assert status == 2
    assert error.count("\n") == 1 and "mlp.digits" in error


def test_train_says_by_which_search_a_model_is_made_that_has_no_training_script(capsys):
    assert said(capsys, "train", "mlp_tuned.mnist") == (
        2,
        "",
        "zoo: mlp_tuned.mnist has no training script: it comes from a search; "
        "zoo tune run mnist_mlp, then zoo tune apply mnist_mlp\n",
    )


def test_train_says_what_came_out_and_how_to_go_on(capsys, monkeypatch, tmp_path):
    from zoo.pretrained import making

    asked = []

    def made(name, seeds, folder, circumstances):
        asked.append((name, seeds, folder, circumstances.command))
        json.dumps(circumstances)
        return folders.card("mlp.xor")

    monkeypatch.setattr(making, "make", made)
    status, out, _ = said(capsys, "train", "mlp.xor", "--seeds", "3", "--out", str(tmp_path))
    assert status == 0 and f"Written: {tmp_path / 'mlp.xor'}" in out
    assert f"To find it by its name: ZOO_MODELS={tmp_path}\n" in out
    assert "was reached" in out and "median" in out
    assert asked == [("mlp.xor", 3, tmp_path, "zoo train mlp.xor --seeds 3")]
    monkeypatch.setattr(making, "make", interrupted)
    status, _, error = said(capsys, "train", "mlp.xor")
    assert status == 130 and "To go on: zoo train mlp.xor --seeds 10" in error


@pytest.mark.parametrize("variable", [True, False])
def test_train_says_how_a_model_is_found_only_where_nobody_looks(
    capsys, monkeypatch, tmp_path, variable
):
    from zoo.pretrained import making

    monkeypatch.setattr(making, "make", lambda *_: folders.card("mlp.xor"))
    if variable:
        monkeypatch.setenv("ZOO_MODELS", str(tmp_path))
        assert "To find it" not in said(capsys, "train", "mlp.xor")[1]
        assert (
            "To find it"
            not in said(
                capsys, "train", "mlp.xor", "--out", f"{tmp_path}/../{tmp_path.name}"
            )[1]
        )
    else:  # as where the project is installed and not checked out
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(folders, "written_to", lambda: Path("saved_models"))
        assert (
            f"ZOO_MODELS={tmp_path / 'saved_models'}\n" in said(capsys, "train", "mlp.xor")[1]
        )


def test_a_pattern_that_fits_nothing_is_one_line(capsys):
    assert said(capsys, "list", "nothing*") == (
        2,
        "",
        "zoo: no model's name fits 'nothing*'; zoo list shows them all\n",
    )


def test_a_savedmodel_need_not_be_exported(capsys):
    folder = str(folders.shipped() / "mlp.xor" / "1")
    assert said(capsys, "export", folder) == (
        2,
        "",
        f"zoo: {folder}: is a SavedModel already; there is nothing to export\n",
    )


def interrupted(*_):
    raise KeyboardInterrupt
