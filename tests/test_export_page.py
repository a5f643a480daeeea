"""docs/serving.md: its programs, run on what `zoo export` writes, see what the Keras model sees."""

import io
import json
import re
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import zoo
from tests import small_models
from zoo import cli, export
from zoo.models import BUILDERS

PAGE = (Path(__file__).parents[1] / "docs" / "serving.md").read_text()
PIXELS = np.random.default_rng(1).integers(0, 256, (28, 28), np.uint8)


def program(section):
    """The Python program in a section of the page."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the page's commands were given, and the digit that the Keras model sees in seven.png."""
    folder = tmp_path_factory.mktemp("page")
    small_models.write(
        folder / "models", "lenet5.mnist", (28, 28, 1), "0123456789", builder="lenet5"
    )
    Image.fromarray(PIXELS).save(folder / "seven.png")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("ZOO_MODELS", str(folder / "models"))
        for command in re.findall(r"^zoo (export .*?) +#", PAGE, re.MULTILINE):
            with pytest.raises(SystemExit):
                cli.main(command.split())
        digit = (
            zoo.load("lenet5.mnist")(PIXELS[None, :, :, None].astype(np.float32))
            .numpy()
            .argmax()
        )
    return folder, int(digit)


@pytest.mark.parametrize(
    "section",
    ["Plain Python", "LiteRT", pytest.param("ONNX Runtime", marks=pytest.mark.extra("onnx"))],
)
def test_the_program_sees_what_the_keras_model_sees(folder, monkeypatch, capsys, section):
    where, digit = folder
    monkeypatch.chdir(where)
    exec(program(section), {})
    assert capsys.readouterr().out.split() == [str(digit)]


def test_the_program_for_the_server_asks_for_what_an_export_answers(
    folder, monkeypatch, capsys
):
    where, digit = folder

    def pretended(url, data):
        asked = json.loads(data)
        loaded = tf.saved_model.load(where / "exported" / "lenet5.mnist" / "1")
        images = tf.constant(asked["inputs"]["images"], tf.uint8)
        found = loaded.signatures[asked["signature_name"]](images=images)
        assert url.endswith("/v1/models/lenet5.mnist:predict")
        return io.BytesIO(
            json.dumps(
                {"outputs": {name: v.numpy().tolist() for name, v in found.items()}}
            ).encode()
        )

    monkeypatch.chdir(where)
    monkeypatch.setattr(urllib.request, "urlopen", pretended)
    exec(program("TensorFlow Serving in Docker"), {})
    assert capsys.readouterr().out.split() == [str(digit)]


def test_the_page_names_every_endpoint_and_says_what_was_not_tried():
    sizes = {"mlp": (4, (3,), 2), "autoencoder": (4, (2,)), "rbm": (4, 2)}
    networks = {builder: BUILDERS[builder](*given) for builder, given in sizes.items()}
    kinds = {"mlp": "classifier", "autoencoder": "autoencoder", "rbm": "rbm"}
    names = {
        name
        for builder, kind in kinds.items()
        for name in export.endpoints(networks[builder], kind)
    }
    assert not [name for name in {*names, "serve_xla"} if f"`{name}`" not in PAGE]
    assert "We tried neither the commands with Docker nor a GPU." in PAGE
