"""SavedModels without a card: a program of somebody, which is run for those who say that they trust it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import zoo
from tests import small_models
from zoo import cli, export
from zoo.pretrained import PretrainedError, folders

PIXELS = np.random.default_rng(1).integers(0, 256, (3, 28, 28, 1), np.uint8)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder of ours with a model, and beside it the same as a SavedModel in two versions, 9 and 10."""
    root = tmp_path_factory.mktemp("shelf")
    small_models.write(root / "ours", "small.mnist", (28, 28, 1), "0123456789")
    small_models.write(root / "older", "small.mnist", (28, 28, 1), "0123456789", seed=2)
    for version, models in ((9, "older"), (10, "ours")):
        model = zoo.load(root / models / "small.mnist", trust=True)
        export.savedmodel(model, root / "digits" / str(version))
    return root


@pytest.fixture(autouse=True)
def _there(shelf, monkeypatch, tmp_path):
    monkeypatch.setenv("ZOO_MODELS", str(shelf / "ours"))
    monkeypatch.chdir(tmp_path)
    np.save("digits.npy", PIXELS)


def said(capfd, *arguments):
    """Exit status, standard output and the lines of standard error of one `zoo predict`."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(["predict", *arguments])
    out, err = capfd.readouterr()
    return stopped.value.code or 0, out, err.splitlines()


def test_it_is_not_loaded_without_trust_and_the_refusal_says_what_it_is(shelf):
    with pytest.raises(PretrainedError, match=r"is a program.*--trust.*trust=True"):
        zoo.load(shelf / "digits")


def test_that_of_a_model_of_ours_needs_trust_too_for_no_card_was_compared():
    with pytest.raises(PretrainedError, match="without a card"):
        zoo.load(folders.shipped() / "mlp.xor" / "1")


def test_the_highest_version_is_a_keras_model_that_answers_by_name(shelf):
    model = zoo.load(shelf / "digits", trust=True)
    assert isinstance(model, keras.Model) and model.input_shape == (None, 28, 28, 1)
    answer = model(PIXELS.astype(np.float32))
    np.testing.assert_allclose(answer["logits"], zoo.load("small.mnist")(PIXELS), atol=1e-4)


def test_predict_needs_trust_and_then_answers_beside_a_model_of_ours(shelf, capfd):
    folder = str(shelf / "digits")
    status, out, err = said(capfd, folder, "digits.npy")
    assert (status, out, len(err)) == (2, "", 1)
    assert "is a program" in err[0]
    status, out, _ = said(capfd, folder, "digits.npy", "--trust", "--also", "small.mnist")
    assert status == 0
    rows = [line.split("│")[2:4] for line in out.splitlines() if "digits.npy[" in line]
    assert len(rows) == 3 and all(theirs.split() == ours.split() for theirs, ours in rows)
    assert "digits answered through TensorFlow" in out


def test_one_that_gives_no_probabilities_of_images_is_refused_in_one_line(tmp_path, capfd):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    export.savedmodel(model, tmp_path / "numbers" / "1")
    tf.saved_model.save(tf.Module(), tmp_path / "nothing")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "saved_model.pb").write_bytes(b"no graph")
    for folder, options in (
        ("numbers", ()),
        ("nothing", ()),
        ("broken", ()),
        ("numbers", ("--runtime", "litert")),
    ):
        status, out, err = said(capfd, folder, "digits.npy", "--trust", *options)
        assert status in (1, 2) and out == ""
        assert len(err) == 1 and err[0].startswith(f"zoo: {folder}"), folder
