"""Every recipe of a shipped model: found, described, consistent, trainable."""

import json

import pytest

from zoo import data, export, training
from zoo.data import DataError
from zoo.engine.fingerprint import fingerprint
from zoo.engine.recipe import calendar
from zoo.models import BUILDERS
from zoo.pretrained import PretrainedError, describing, loading, measuring, recipes

NAMES = recipes.names()
PROMISED = ("lenet5.digits", "lenet5.mnist", "lenet5_1998.mnist", "mlp.digits", "mlp.sincos", "mlp.xor")
PROMISED += ("mlp2.semeion", "mlp30.mnist", "mlp_dropout.mnist")
PROMISED += ("dbn.mnist", "deep_autoencoder.mnist", "rbm.mnist", "sda.mnist")


def test_the_promised_recipes_are_there():
    assert set(PROMISED) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_says_what_it_makes_from_what_source_and_in_what_time(name):
    title, time = recipes.summary(name)
    assert title.endswith((".", "?")) and time
    assert "\nSource: " in recipes.load(name).__doc__


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_names_known_parts_and_enough_seeds(name):
    model = recipes.load(name).MODEL
    assert model.builder in BUILDERS and model.kind in export.KINDS and model.kind in measuring.METRICS
    assert model.seeds >= 3 and model.limits and model.intended_use and model.licence
    assert bool(model.classes) == (model.kind in measuring.CLASSIFIERS)


@pytest.mark.parametrize("name", NAMES)
def test_the_network_can_be_rebuilt_from_what_a_card_can_hold(name):
    module = recipes.load(name)
    stored = json.loads(json.dumps(module.MODEL.arguments))
    built, rebuilt = module.build(), BUILDERS[module.MODEL.builder](**stored)
    assert [(w.path, w.shape) for w in built.weights] == [(w.path, w.shape) for w in rebuilt.weights]
    classes = len(module.MODEL.classes)
    of_kind = {"rbm": None, "autoencoder": built.input_shape[-1]}  # a machine returns one cost per example
    assert built.output_shape[-1] == of_kind.get(module.MODEL.kind, classes if classes > 2 else 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_can_be_hashed_described_and_laid_out(name):
    module = recipes.load(name)
    try:
        dataset = data.load(module.MODEL.data, **module.MODEL.data_options)
    except DataError as error:
        pytest.skip(str(error))
    lengths = [len(dataset.train.x), len(dataset.train.x) + len(dataset.valid.x)]
    for examples in lengths[: 1 + module.MODEL.retrain]:
        recipe = module.recipe(examples)
        assert calendar(recipe, examples).steps > 0
        assert fingerprint(recipe) == fingerprint(module.recipe(examples))
        said = describing.described(module, examples)
        assert json.loads(json.dumps(said)) == said
    shape = module.build().inputs[0].shape[1:]
    assert loading.prepared(dataset.train.x[:2], module.MODEL.preprocessing, shape).shape == (2, *shape)


def test_a_files_name_gives_the_models_also_where_data_sets_have_an_underscore():
    assert recipes._name("mlp_dropout_mnist") == "mlp_dropout.mnist"
    assert recipes._name("lenet5_fashion_mnist") == "lenet5.fashion_mnist"


def test_an_unknown_recipe_gives_the_nearest_names():
    with pytest.raises(
        PretrainedError, match=r"no recipe for 'lenet.mnist'; the nearest names: lenet5.mnist"
    ):
        recipes.load("lenet.mnist")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder in place of zoo/training."""
    monkeypatch.setattr(training, "__path__", [str(tmp_path)])
    return tmp_path


def test_a_new_file_is_listed_without_being_run(folder):
    (folder / "tiny_mnist.py").write_text('"""A tiny one.\n\nExpected time: 1 s.\n"""\n\n1 / 0\n')
    assert recipes.names() == ["tiny.mnist"]
    assert recipes.summary("tiny.mnist") == ("A tiny one.", "1 s.")


def test_a_file_that_cannot_be_parsed_is_listed_as_such(folder):
    (folder / "tiny_mnist.py").write_text("def\n")
    assert recipes.summary("tiny.mnist").title == "(syntax error in line 1)"


def test_a_file_without_the_fixed_names_is_refused_with_what_it_lacks(folder):
    (folder / "hollow_mnist.py").write_text('"""Nothing."""\n')
    with pytest.raises(PretrainedError, match=r"hollow_mnist.py: MODEL must be a Trained; build must be"):
        recipes.load("hollow.mnist")
