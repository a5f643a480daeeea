"""Training and writing a model: seeds, choice, retraining, and a folder that is whole or not there."""

import functools
from dataclasses import replace

import keras
import numpy as np
import pytest

from zoo import data, engine, losses
from zoo.engine import optimizers
from zoo.models import mlp
from zoo.pretrained import (
    PretrainedError,
    cards,
    folders,
    loading,
    making,
    pages,
    scripts,
    verifying,
)
from zoo.training import DIGITS, Preprocessing, Training

ABOUT = making.Circumstances("zoo train tiny.digits", {"keras": "3"}, {"cores": 2})
PIXELS = cards.Input(
    name="images", shape=(8, 8, 1), pixels=True, low=0, high=255, meaning="grey"
)


def recipe(examples, rate=0.01):
    return engine.Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.Adam(rate),
        batch_size=50,
        epochs=3,
    )


def diverging(examples):
    return recipe(examples, rate=float("inf"))


TRAINING = Training(
    kind="classifier",
    builder="mlp",
    arguments={"inputs": 64, "hidden": (8,), "outputs": 10},
    recipe=recipe,
    data="digits",
    preprocessing=Preprocessing(factor=2.0, offset=-1.0),
    classes=DIGITS,
    retrain=True,
    target=0.1,
)


@pytest.fixture
def use(monkeypatch):
    """A function that puts a training script in place of all others: the tiny one, with some changes."""

    def replace_scripts(**changes):
        monkeypatch.setattr(scripts, "load", lambda name: replace(TRAINING, **changes))
        monkeypatch.setattr(
            scripts, "summary", lambda name: scripts.Summary("A tiny one.", "1 s.")
        )

    replace_scripts()
    return replace_scripts


def test_a_model_is_trained_chosen_tested_retrained_and_written(use, tmp_path):
    card = making.make("tiny.digits", 3, tmp_path, ABOUT)
    folder = tmp_path / "tiny.digits"
    assert cards.read(folder) == card
    assert {"README.md", "examples.npz", "model.tflite", "model.weights.h5"} < set(card.files)
    assert "1/saved_model.pb" in card.files
    assert not [each for each in verifying.verify(folder, trust=True) if not each.passed]
    _holds_the_errors_of_each_seed(card)
    _ships_what_was_trained_on_both_splits(card, folder)
    page = (folder / pages.PAGE).read_text()
    assert "was missed." in page and "(shipped)" in page and "trained once more" in page


def _holds_the_errors_of_each_seed(card):
    validation = {each.seed: each.validation for each in card.training.seeds}
    assert len(set(validation.values())) > 1 and card.training.seed == min(
        validation, key=validation.get
    )
    dataset = data.load("digits", flat=True)
    for result in card.training.seeds:
        study = _trained_alone(result.seed, dataset.train)
        for split, recorded in (("valid", result.validation), ("test", result.test)):
            x, y = getattr(dataset, split)
            answers = np.asarray(study.model(result.seed)(2 * x - 1)).argmax(axis=1)
            assert recorded == pytest.approx(100 * (answers != y).mean())


def _ships_what_was_trained_on_both_splits(card, folder):
    study = _trained_alone(
        card.training.seed, data.load("digits", flat=True).train_and_valid()
    )
    shipped = loading.restored(card, folder)
    for mine, wanted in zip(
        shipped.weights, study.model(card.training.seed).weights, strict=True
    ):
        np.testing.assert_array_equal(mine, wanted)
    assert card.data.trained_on == ("train", "valid") and card.training.retrained


def _trained_alone(seed, split):
    splits = {"train": (2 * split.x - 1, split.y)}
    return engine.train(TRAINING.network, recipe(len(split.x)), splits, [seed])


def test_what_is_there_already_is_not_written_over(use, tmp_path):
    (tmp_path / "tiny.digits").mkdir()
    with pytest.raises(PretrainedError, match=r"tiny\.digits: is there already"):
        making.make("tiny.digits", 1, tmp_path, ABOUT)


def test_nothing_is_written_when_every_seed_diverges(use, tmp_path):
    use(recipe=diverging)
    with pytest.raises(PretrainedError, match="every seed diverged; nothing was written"):
        making.make("tiny.digits", 2, tmp_path, ABOUT)
    assert not list(tmp_path.iterdir())


def test_nothing_half_written_stays_behind(use, tmp_path, monkeypatch):
    monkeypatch.setattr(making.export, "litert", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        making.make("tiny.digits", 1, tmp_path, ABOUT)
    assert not list(tmp_path.iterdir())


def test_a_diverged_seed_is_shown_and_never_chosen():
    results = [cards.SeedResult(seed=1, validation=2.0, test=3.0)]
    results.append(cards.SeedResult(seed=2, validation=None, test=None))
    card = folders.card("mlp.digits")
    training = card.training.model_copy(update={"seeds": tuple(results)})
    said = pages.page(card.model_copy(update={"training": training}))
    assert "| 2 | diverged | diverged |" in said and "1 of 2 seeds diverged" in said


def test_a_script_whose_two_networks_differ_is_refused(use, tmp_path):
    use(build=replace(TRAINING, arguments=TRAINING.arguments | {"hidden": (9,)}).network)
    with pytest.raises(PretrainedError, match="different networks"):
        making.make("tiny.digits", 1, tmp_path, ABOUT)


def test_weights_that_a_file_does_not_give_back_are_refused(use, tmp_path, monkeypatch):
    monkeypatch.setattr(making.loading, "weights_digest", lambda network: str(id(network)))
    with pytest.raises(
        PretrainedError, match=r"model\.weights\.h5: does not give back the weights"
    ):
        making.make("tiny.digits", 1, tmp_path, ABOUT)


def test_layers_that_only_train_are_named_on_the_card_and_not_shipped(use, tmp_path):
    use(build=noisy)
    card = making.make("tiny.digits", 1, tmp_path, ABOUT)
    assert card.training.recipe["in training only"] == "GaussianNoise(stddev=0.5)"
    assert "- in training only: GaussianNoise(stddev=0.5)" in pages.page(card)
    assert [layer.name for layer in card.layers] == [
        layer.name for layer in TRAINING.network().layers
    ]
    assert not [
        each
        for each in verifying.verify(tmp_path / "tiny.digits", trust=True)
        if not each.passed
    ]


class Zeros:
    """Pre-training that notes what it is asked for."""

    says = "All kernels were set to zero."

    def __init__(self):
        self.asked = []

    def start(self, build, splits, seeds, title):
        self.asked.append((sorted(splits), list(seeds), title))
        return zeros

    def parts(self, examples):
        return [(functools.partial(mlp, 64, hidden=(8,), outputs=10), recipe(examples))]


def test_pre_training_gives_the_networks_that_training_starts_from(use, tmp_path):
    pretrain = Zeros()
    use(pretrain=pretrain)
    card = making.make("tiny.digits", 2, tmp_path, ABOUT)
    both = "tiny.digits, train and validation"
    assert pretrain.asked == [
        (["train", "validation"], [1, 2], "tiny.digits"),
        (["train", "validation"], [card.training.seed], both),
    ]
    assert card.training.recipe["pre-training"] == "All kernels were set to zero."
    (level,) = card.training.recipe["levels"]
    assert level["builder"] == "mlp" and level["arguments"] == {
        "inputs": 64,
        "hidden": [8],
        "outputs": 10,
    }
    below = pages.page(card).partition("- before that: All kernels were set to zero.\n")[2]
    assert below.startswith("  - level 1: `mlp(inputs=64, hidden=[8], outputs=10)`; Adam(")
    kernel = (
        loading.restored(card, tmp_path / "tiny.digits").get_layer("hidden_1").kernel.numpy()
    )
    assert not np.ptp(kernel, axis=1).any()  # units that start equal stay equal


def noisy():
    network = TRAINING.network()
    x = keras.Input((64,), name="images")
    outputs = keras.layers.GaussianNoise(0.5, name="noise")(x)
    for layer in network.layers[1:]:
        outputs = layer(outputs)
    return keras.Model(x, outputs)


def zeros():
    network = TRAINING.network()
    for layer in network.layers[1:]:
        layer.kernel.assign(layer.kernel * 0)
    return network


@pytest.mark.parametrize(
    "steps",
    [Preprocessing(frame=2, factor=1.275, offset=-0.1), Preprocessing(frame=1, enlarge=2)],
)
def test_a_framed_model_on_pixels_sees_what_the_network_is_trained_on(steps):
    side = (8 + 2 * steps.frame) * steps.enlarge
    x = keras.Input((side, side, 1))
    seen = loading.with_preprocessing(
        keras.Model(x, keras.layers.Identity()(x)), PIXELS, steps, "seen"
    )
    images = data.load("digits").test.x[:5]
    prepared = loading.prepared(images, steps, (side, side, 1))
    np.testing.assert_allclose(seen(loading.raw(PIXELS, images)), prepared, atol=1e-6)
    np.testing.assert_array_equal(
        prepared[:, : steps.frame * steps.enlarge], np.float32(steps.offset)
    )
    assert prepared.max() == pytest.approx(steps.offset + steps.factor)
