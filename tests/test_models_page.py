"""docs/models.md: its programs run as they stand there, and what it lists is what there is."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import typer.main
from PIL import Image, ImageDraw

from tuning.harness import discovery
from zoo import cli
from zoo.kinds import KINDS
from zoo.pretrained import folders, scripts

PAGE = (Path(__file__).parents[1] / "docs" / "models.md").read_text()
LOAD, FINE_TUNE, SERVE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^zoo ([^#\n]*[^#\s])", PAGE, re.MULTILINE)


def seven(random):
    """A seven somewhere near the middle, light on dark."""
    picture, (x, y) = Image.new("L", (28, 28)), random.integers(-1, 2, 2)
    corners = [(8 + x, 7 + y), (19 + x, 7 + y), (12 + x, 21 + y)]
    ImageDraw.Draw(picture).line([tuple(map(int, corner)) for corner in corners], 255, 2)
    return picture


def ring(random):
    picture, (x, y, r) = Image.new("L", (28, 28)), random.integers((12, 12, 6), (16, 16, 10))
    ImageDraw.Draw(picture).ellipse(
        [int(each) for each in (x - r, y - r, x + r, y + r)], outline=255, width=2
    )
    return picture


def cross(random):
    picture, (x, y, r) = Image.new("L", (28, 28)), random.integers((12, 12, 6), (16, 16, 10))
    for ends in ((x - r, y - r, x + r, y + r), (x - r, y + r, x + r, y - r)):
        ImageDraw.Draw(picture).line([int(each) for each in ends], 255, 2)
    return picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with seven.png, and 40 crosses and 40 rings in folders of their own."""
    folder, random = tmp_path_factory.mktemp("page"), np.random.default_rng(0)
    seven(random).save(folder / "seven.png")
    for draw in (cross, ring):
        (folder / "pictures" / draw.__name__).mkdir(parents=True)
        for number in range(40):
            draw(random).save(folder / "pictures" / draw.__name__ / f"{number}.png")
    return folder


@pytest.fixture(autouse=True)
def _there(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.delenv("ZOO_MODELS", raising=False)


def test_a_model_is_loaded_in_one_line_and_knows_a_seven(capsys):
    exec(LOAD, {})
    assert capsys.readouterr().out.split()[-1] == "7"


def test_own_images_are_learned_and_the_result_can_be_served(capsys):
    keras.utils.set_random_seed(1)
    learned = {}
    exec(FINE_TUNE, learned)
    assert learned["model"].history.history["val_accuracy"][-1] > 0.9
    exec(SERVE, {})
    new = np.stack([np.asarray(draw(np.random.default_rng(9))) for draw in (cross, ring)])
    served = tf.saved_model.load("exported/mine/1")
    probabilities = served.serve(tf.constant(new[..., None], tf.float32))["probabilities"]
    found = [learned["classes"][i] for i in probabilities.numpy().argmax(axis=1)]
    assert found == ["cross", "ring"]


def test_fine_tuning_takes_ten_lines():
    lines = [line for line in FINE_TUNE.splitlines() if line and "import " not in line]
    assert len(lines) <= 10


def test_the_page_tells_what_every_kind_of_model_answers():
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) - {"examples"} == set(KINDS)


def test_every_model_that_the_page_names_has_a_training_script_or_a_search_and_is_of_the_kind_it_stands_for():
    named = set(re.findall(r"\b[a-z]\w*\.(?:mnist|sincos|digits|semeion)\b", PAGE))
    assert "lenet5.mnist" in named
    assert named <= {*scripts.names(), *map(discovery.model_name, discovery.names())}
    examples = dict(re.findall(r"^\| `(\w+)` \|.*`([\w.]+)` \|$", PAGE, re.MULTILINE))
    assert {kind: scripts.load(name).kind for kind, name in examples.items()} == {
        kind: kind for kind in KINDS
    }


def test_the_page_names_the_files_of_a_model():
    listed = set(re.findall(r"`([\w.]+/?)`", PAGE.partition("| in the folder |")[2]))
    shipped = {
        each.name + "/" * each.is_dir() for each in folders.shipped().glob("lenet5.mnist/*")
    }
    assert listed - {"zoo"} == shipped


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_is_understood(command):
    name, *arguments = command.split()
    typer.main.get_command(cli.make_app()).commands[name].make_context(name, arguments)


def test_the_page_has_commands():
    assert len(COMMANDS) > 4
