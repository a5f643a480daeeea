"""Every training script of a shipped model: found, described, consistent, trainable."""

import ast
import json
from pathlib import Path

import pytest

from zoo import data, training
from zoo.data import DataError
from zoo.engine.fingerprint import fingerprint
from zoo.engine.recipe import calendar
from zoo.kinds import KINDS
from zoo.models import BUILDERS
from zoo.pretrained import PretrainedError, describing, loading, scripts

NAMES = scripts.names()
FOLDER = Path(training.__file__).parent
PROMISED = (
    "lenet5.digits",
    "lenet5.mnist",
    "lenet5_1998.mnist",
    "mlp.digits",
    "mlp.sincos",
    "mlp.xor",
)
PROMISED += ("mlp2.semeion", "mlp30.mnist", "mlp_dropout.mnist")
PROMISED += ("dbn.mnist", "deep_autoencoder.mnist", "rbm.mnist", "sda.mnist")


def tree(name):
    """The syntax tree of a script's file."""
    return ast.parse((FOLDER / f"{name.replace('.', '_')}.py").read_text())


def test_the_promised_scripts_are_there():
    assert set(PROMISED) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_script_says_what_it_makes_from_what_source_and_in_what_time(name):
    title, time = scripts.summary(name)
    assert title.endswith((".", "?")) and time
    assert "\nSource: " in ast.get_docstring(tree(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_script_ends_in_its_value(name):
    last = tree(name).body[-1]
    assert ast.unparse(last).startswith("TRAINING = Training(kind=")


@pytest.mark.parametrize("name", NAMES)
def test_a_script_names_known_parts_and_enough_seeds(name):
    found = scripts.load(name)
    assert found.builder in BUILDERS and found.kind in KINDS
    assert found.seeds >= 3 and found.limits and found.intended_use and found.licence
    assert bool(found.classes) == KINDS[found.kind].has_classes


@pytest.mark.parametrize("name", NAMES)
def test_the_network_can_be_rebuilt_from_what_a_card_can_hold(name):
    found = scripts.load(name)
    stored = json.loads(json.dumps(found.arguments))
    built, rebuilt = (found.build or found.network)(), BUILDERS[found.builder](**stored)
    assert [(w.path, w.shape) for w in built.weights] == [
        (w.path, w.shape) for w in rebuilt.weights
    ]
    classes = len(found.classes)
    of_kind = {
        "rbm": None,
        "autoencoder": built.input_shape[-1],
    }  # a machine returns one cost per example
    assert built.output_shape[-1] == of_kind.get(found.kind, classes if classes > 2 else 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_script_can_be_hashed_described_and_laid_out(name):
    found = scripts.load(name)
    try:
        dataset = data.load(found.data, **found.data_options)
    except DataError as error:
        pytest.skip(str(error))
    lengths = [len(dataset.train.x), len(dataset.train.x) + len(dataset.valid.x)]
    for examples in lengths[: 1 + found.retrain]:
        recipe = found.recipe(examples)
        assert calendar(recipe, examples).steps > 0
        assert fingerprint(recipe) == fingerprint(found.recipe(examples))
        said = describing.described(found, examples)
        assert json.loads(json.dumps(said)) == said
    shape = found.network().inputs[0].shape[1:]
    assert loading.prepared(dataset.train.x[:2], found.preprocessing, shape).shape == (
        2,
        *shape,
    )


def test_a_files_name_gives_the_models_also_where_data_sets_have_an_underscore():
    assert scripts._name("mlp_dropout_mnist") == "mlp_dropout.mnist"
    assert scripts._name("lenet5_fashion_mnist") == "lenet5.fashion_mnist"


def test_an_unknown_script_gives_the_nearest_names():
    with pytest.raises(
        PretrainedError,
        match=r"no training script for 'lenet.mnist'; the nearest names: lenet5.mnist",
    ):
        scripts.load("lenet.mnist")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder in place of zoo/training."""
    monkeypatch.setattr(training, "__path__", [str(tmp_path)])
    return tmp_path


def test_a_new_file_is_listed_without_being_run(folder):
    (folder / "tiny_mnist.py").write_text(
        '"""A tiny one.\n\nExpected time: 1 s.\n"""\n\n1 / 0\n'
    )
    assert scripts.names() == ["tiny.mnist"]
    assert scripts.summary("tiny.mnist") == ("A tiny one.", "1 s.")


def test_a_file_that_cannot_be_parsed_is_listed_as_such(folder):
    (folder / "tiny_mnist.py").write_text("def\n")
    assert scripts.summary("tiny.mnist").title == "(syntax error in line 1)"


def test_a_file_without_its_value_is_refused_with_what_it_lacks(folder):
    (folder / "hollow_mnist.py").write_text('"""Nothing."""\n')
    with pytest.raises(
        PretrainedError, match=r"hollow_mnist.py: TRAINING must be a zoo.training.Training"
    ):
        scripts.load("hollow.mnist")


def test_a_value_that_does_not_fit_its_file_is_refused_with_all_that_is_wrong(folder):
    (folder / "wrong_mnist.py").write_text(
        '"""Wrong."""\n\nfrom zoo.training import Training\n\n'
        'TRAINING = Training(kind="rbm", builder="rbm", arguments={}, data="digits", recipe=1, build=2)\n'
    )
    with pytest.raises(PretrainedError) as refused:
        scripts.load("wrong.mnist")
    assert str(refused.value).endswith(
        "wrong_mnist.py: it is named after the data set mnist, but trains on digits; recipe must be a "
        "function; build must be a function"
    )
