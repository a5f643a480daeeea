"""Every saved model: found, checked byte by byte, rebuilt, and as good as its card says."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import zoo
from tests.small_models import rewrite
from zoo.data import DataError
from zoo.pretrained import (
    PretrainedError,
    cards,
    folders,
    loading,
    measuring,
    pages,
    scripts,
    verifying,
)

ROOT = Path(__file__).parents[1]
MODELS = sorted(path.parent.name for path in (ROOT / "saved_models").glob("*/card.json"))
EXPECTED = [
    "dbn.mnist",
    "deep_autoencoder.mnist",
    "lenet5.digits",
    "lenet5.mnist",
    "lenet5_1998.mnist",
    "mlp.digits",
    "mlp.sincos",
    "mlp.xor",
]
EXPECTED += [
    "mlp2.semeion",
    "mlp30.mnist",
    "mlp_dropout.mnist",
    "mlp_tuned.mnist",
    "rbm.mnist",
]
EXPECTED += ["lenet5_tuned.mnist", "sda.mnist"]
"""What is shipped; a model joins this list in the commit that ships it."""
SMALLEST = "mlp.xor"
SEARCHED = [name for name in MODELS if cards.read(ROOT / "saved_models" / name).search]
"""Those whose hyperparameters come from a search, and not from a recipe."""


@pytest.fixture(autouse=True)
def _only_ours(monkeypatch):
    monkeypatch.delenv("ZOO_MODELS", raising=False)


@pytest.fixture
def copy(tmp_path):
    """A copy of the smallest model, in a folder that nobody knows."""
    return shutil.copytree(folders.shipped() / SMALLEST, tmp_path / SMALLEST)


def flip(path, position=None):
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if position is None else position] ^= 1
    path.write_bytes(content)


def test_the_shipped_models_are_there():
    assert sorted(EXPECTED) == MODELS == folders.list_models()
    assert set(EXPECTED) - set(SEARCHED) <= set(scripts.names())


def test_all_models_together_stay_under_120_mb():
    assert (
        sum(file.stat().st_size for file in folders.shipped().rglob("*") if file.is_file())
        < 120e6
    )


@pytest.mark.parametrize("name", MODELS)
def test_a_model_passes_all_its_checks(name):
    found = verifying.verify(name)
    assert [each.check for each in found][:3] == ["files", "weights", "answers"]
    assert not [each for each in found if each.passed is False]
    assert all(each.passed or each.said.startswith("not measured:") for each in found)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_says_of_itself_what_is_true(name):
    card = zoo.card(name)
    bare = zoo.load(name, bare=True)
    assert card.name == name
    assert (
        card.parameters
        == bare.count_params()
        == sum(layer.parameters for layer in card.layers)
    )
    assert [layer.name for layer in card.layers] == [layer.name for layer in bare.layers]
    assert all(weight.dtype == "float32" for weight in bare.weights)
    assert (folders.shipped() / name / pages.PAGE).read_text(encoding="utf-8") == pages.page(
        card
    )


@pytest.mark.parametrize("name", [name for name in MODELS if name not in SEARCHED])
def test_a_model_is_what_its_training_script_makes_today(name):
    _is_made_by(zoo.card(name), scripts.load(name), scripts.summary(name).title)


@pytest.mark.parametrize("name", SEARCHED)
def test_a_model_of_a_search_is_what_its_job_makes_today(name):
    from tuning.harness import discovery
    from tuning.harness.applying import model
    from tuning.harness.search import space

    card = zoo.card(name)
    search, module = card.search, discovery.load(card.search.job)
    chosen = next(each for each in search.candidates if each.trial == search.chosen)
    candidate = space.make_candidate(module, space.declare(module), chosen.values)
    untuned = chosen.trial == search.default.trial
    plan = model.make_plan(
        search.job, module, candidate, search.trials, search.seeds, untuned=untuned
    )
    assert plan.name == name
    assert len(search.seeds) >= 6 and chosen.fresh.mean == min(
        e.fresh.mean for e in search.candidates if e.fresh
    )
    _is_made_by(card, plan.training, plan.title)


def _is_made_by(card, training, title):
    from zoo.pretrained import describing

    examples = sum(card.data.examples[split] for split in card.data.trained_on)
    assert describing.described(training, examples) == card.training.recipe
    assert (training.builder, training.kind) == (card.builder, card.kind)
    assert json.loads(json.dumps(training.arguments)) == card.arguments
    assert card.data.options == training.data_options
    assert (card.training.target, card.training.retrained) == (
        training.target,
        training.retrain,
    )
    assert card.summary == title
    for same in ("preprocessing", "classes", "source", "licence", "intended_use", "limits"):
        assert getattr(card, same) == getattr(training, same), same


@pytest.mark.parametrize("name", MODELS)
def test_the_shipped_seed_has_the_best_validation_value(name):
    training = zoo.card(name).training
    measured = {
        each.seed: each.validation for each in training.seeds if each.validation is not None
    }
    assert measured[training.seed] == min(measured.values())
    assert [each.seed for each in training.seeds] == list(range(1, len(training.seeds) + 1))
    assert len(training.seeds) >= 3


@pytest.mark.parametrize("name", MODELS)
def test_bare_network_on_prepared_data_and_model_on_raw_inputs_agree(name):
    card = zoo.card(name)
    try:
        x = zoo.data.load(card.data.name, **card.data.options).test.x[:50]
    except DataError as error:
        pytest.skip(str(error))
    bare = loading.as_loaded(zoo.load(name, bare=True), card.kind)
    prepared = loading.prepared(x, card.preprocessing, bare.input_shape[1:])
    wanted = measuring.outputs_of(bare, prepared)
    found = measuring.outputs_of(zoo.load(name), loading.raw(card.input, x))
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize("name", MODELS)
def test_one_flipped_byte_in_any_file_is_refused_by_name(name, tmp_path):
    folder = shutil.copytree(folders.shipped() / name, tmp_path / name)
    for file in (path for path in sorted(folder.rglob("*")) if path.is_file()):
        intact = file.read_bytes()
        flip(file)
        with pytest.raises(PretrainedError, match=f"^{file}: was damaged or changed"):
            zoo.load(folder, trust=True)
        assert [each.passed for each in verifying.verify(folder, trust=True)] == [False]
        file.write_bytes(intact)
    assert zoo.load(folder, trust=True)


@pytest.mark.parametrize("name", MODELS)
def test_a_missing_file_is_refused_by_name(name, tmp_path):
    folder = shutil.copytree(folders.shipped() / name, tmp_path / name)
    (folder / "1" / "saved_model.pb").unlink()
    with pytest.raises(PretrainedError, match=f"^{folder}/1/saved_model.pb: cannot be read"):
        zoo.load(folder, trust=True)


def test_no_byte_of_a_card_can_change_unnoticed(copy):
    intact = (copy / "card.json").read_bytes()
    for position in range(0, len(intact), 19):
        flip(copy / "card.json", position)
        with pytest.raises(PretrainedError, match=r"card\.json"):
            cards.read(copy)
        (copy / "card.json").write_bytes(intact)
    (copy / "card.json").write_bytes(intact.replace(b"\n  ", b"\n\t ", 1))
    with pytest.raises(PretrainedError, match=r"card\.json: was damaged"):
        cards.read(copy)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"digest": "\\ud800"}']
)
def test_what_is_no_card_is_refused_in_one_line(copy, content):
    (copy / "card.json").write_bytes(content)
    with pytest.raises(PretrainedError, match=r"card\.json: was damaged") as refused:
        cards.read(copy)
    assert "\n" not in str(refused.value)


def test_a_card_with_a_field_too_many_is_refused_though_its_digest_is_right(copy):
    rewrite(copy)
    assert cards.read(copy).name == SMALLEST
    rewrite(copy, surprise=1)
    with pytest.raises(PretrainedError, match="surprise"):
        cards.read(copy)


@pytest.mark.parametrize("name", ["../other", "/etc/passwd", "a/../../b", "a//b", "..\\b"])
def test_a_card_that_names_files_outside_of_its_folder_is_refused(copy, name):
    rewrite(copy, files={name: "0" * 64})
    with pytest.raises(PretrainedError, match="leads out of"):
        cards.read(copy)


def test_a_card_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        zoo.card(SMALLEST).name = "other"


@pytest.mark.filterwarnings("ignore:Skipping nested container")
def test_weights_of_another_network_are_refused(copy):
    rewrite(copy, arguments={"inputs": 2, "hidden": [5], "outputs": 1})
    with pytest.raises(PretrainedError, match=r"model\.weights\.h5: does not fit"):
        zoo.load(copy, trust=True)
    rewrite(copy, builder="os.system")
    with pytest.raises(PretrainedError, match=r"there is no builder 'os.system'"):
        zoo.load(copy, trust=True)


def test_verify_notices_other_weights_answers_and_numbers_behind_right_checksums(copy):
    card = cards.read(copy)
    network = loading.restored(card, copy)
    network.layers[-1].kernel.assign(-network.layers[-1].kernel)
    network.save_weights(copy / cards.WEIGHTS)
    cards.write(card, copy)
    found = {each.check: each.passed for each in verifying.verify(copy, trust=True)}
    assert found == {"files": True, "weights": False, "answers": False} | dict.fromkeys(
        ("test error", "test cross-entropy"), False
    )
    with pytest.raises(
        PretrainedError, match=r"model\.weights\.h5: does not hold the weights of its card"
    ):
        zoo.load(copy, trust=True)


def test_verify_notices_a_file_that_the_card_does_not_know(copy):
    (copy / "1" / "surprise.so").write_bytes(b"")
    first = verifying.verify(copy)[0]
    assert not first.passed and "surprise.so" in first.said


def test_a_foreign_folder_needs_trust_and_its_weights_are_not_read_without(copy, monkeypatch):
    for use in (zoo.load, zoo.features):
        with pytest.raises(PretrainedError, match=r"foreign model.*--trust.*trust=True"):
            use(copy)
    monkeypatch.setattr(loading, "restored", lambda *_: pytest.fail("its weights were read"))
    assert [each.passed for each in verifying.verify(copy)] == [True, None]


def test_a_folder_of_ours_is_trusted_by_its_path_too():
    assert folders.place(folders.shipped() / SMALLEST) == (
        folders.shipped() / SMALLEST,
        False,
    )


def test_models_in_zoo_models_come_first_and_are_trusted(copy, monkeypatch):
    monkeypatch.setenv("ZOO_MODELS", str(copy.parent))
    assert folders.place(SMALLEST) == (copy, False)
    assert folders.place("mlp.digits").folder == folders.shipped() / "mlp.digits"
    copy.rename(copy.with_name("mine.xor"))
    assert "mine.xor" in zoo.list_models() and SMALLEST in zoo.list_models()


def test_a_zoo_models_that_is_no_folder_is_named(monkeypatch):
    monkeypatch.setenv("ZOO_MODELS", "/nowhere")
    with pytest.raises(PretrainedError, match=r"^/nowhere: not a folder"):
        zoo.list_models()


def test_list_models_takes_a_pattern():
    assert zoo.list_models("*.digits") == ["lenet5.digits", "mlp.digits"]
    assert zoo.list_models("nothing*") == []


def test_an_unknown_name_gives_the_nearest_and_an_untrained_one_the_command(monkeypatch):
    with pytest.raises(
        PretrainedError, match=r"'lenet.digits'; the nearest names: lenet5.digits"
    ):
        zoo.load("lenet.digits")
    monkeypatch.setattr(scripts, "names", lambda: ["late.mnist"])
    with pytest.raises(
        PretrainedError, match=r"late.mnist has not been trained yet; do so with: zoo train"
    ):
        zoo.card("late.mnist")


def test_features_are_the_activations_of_the_named_layer():
    x = np.float32([[0, 1], [1, 0]])
    bare = zoo.load(SMALLEST, bare=True)
    hidden = np.asarray(zoo.features(SMALLEST)(x))
    kernel, bias = (np.asarray(weight) for weight in bare.get_layer("hidden_1").weights)
    np.testing.assert_allclose(hidden, np.tanh(x @ kernel + bias), rtol=1e-5)
    np.testing.assert_allclose(zoo.features(SMALLEST, "logits")(x), bare(x), rtol=1e-6)
    with pytest.raises(
        PretrainedError, match=r"no layer 'hiden_1'; the nearest names: hidden_1"
    ):
        zoo.features(SMALLEST, "hiden_1")


def test_pixels_are_taken_as_bytes_and_as_floats():
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1)).astype(np.uint8)
    model = zoo.load("lenet5.digits")
    wanted = np.asarray(model(images.astype(np.float32)))
    np.testing.assert_allclose(model.predict(images, verbose=0), wanted, rtol=1e-4, atol=1e-4)


def test_a_loaded_model_can_be_fine_tuned():
    model = zoo.load(SMALLEST)
    before = model.get_weights()
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 2), np.float32), np.zeros((4, 1)), verbose=0)
    assert any(
        (old != new).any() for old, new in zip(before, model.get_weights(), strict=True)
    )


def test_cards_are_listed_and_read_without_keras():
    program = (
        "import sys, zoo; names = zoo.list_models(); zoo.card(names[0]); "
        "assert not {'keras', 'tensorflow', 'scipy'} & set(sys.modules), 'heavy'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_installed_wheel_finds_the_models(tmp_path):
    source = tmp_path / "source"
    for folder in ("zoo", "reproductions", "tuning"):
        shutil.copytree(
            ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source)
    shutil.copytree(folders.shipped() / SMALLEST, source / "saved_models" / SMALLEST)
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    wheel = ["wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(source)]
    subprocess.run([*pip, *wheel], check=True, capture_output=True)
    shutil.unpack_archive(next(tmp_path.glob("*.whl")), tmp_path / "site", "zip")
    program = (
        f"import zoo; from zoo.pretrained import cards, folders; assert zoo.list_models() == ['{SMALLEST}']; "
        f"cards.check_files(folders.place('{SMALLEST}').folder, zoo.card('{SMALLEST}')); print(zoo.__file__)"
    )
    run = {"cwd": tmp_path / "site", "check": True, "capture_output": True, "text": True}
    said = subprocess.run([sys.executable, "-c", program], **run).stdout
    assert said.startswith(str(tmp_path / "site"))
    for command, shown in ((["list"], SMALLEST), (["tune", "list"], "digits_mlp")):
        assert (
            shown in subprocess.run([sys.executable, "-m", "zoo.cli", *command], **run).stdout
        )
