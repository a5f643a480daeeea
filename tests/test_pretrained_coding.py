"""Models that make a code of their input, shipped: Boltzmann machines and autoencoders, tiny ones."""

import numpy as np
import pytest
import tensorflow as tf

import zoo
from zoo import cli, data, engine, losses, startup
from zoo.engine import optimizers
from zoo.layers import rbm, rbm_likelihood
from zoo.models import decoder_of
from zoo.pretrained import folders, making, measuring, pages, scripts, verifying
from zoo.pretraining import hinton_recipe
from zoo.training import Training

ABOUT = making.Circumstances("zoo train tiny.digits", {"keras": "3"}, {"cores": 2})


def train_machine(examples):
    return hinton_recipe(examples, epochs=3)


def train_coder(examples):
    return engine.Recipe(
        loss=losses.summed_binary_cross_entropy,
        optimizer=optimizers.Adam(0.01),
        batch_size=50,
        epochs=6,
    )


MACHINE = Training(
    kind="rbm",
    builder="rbm",
    arguments={"visible": 64, "hidden": 12},
    recipe=train_machine,
    data="digits",
)
CODER = Training(
    kind="autoencoder",
    builder="autoencoder",
    arguments={"inputs": 64, "hidden": (12, 3), "code_activation": "linear"},
    recipe=train_coder,
    data="digits",
    target=0.01,
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder with both models."""
    folder = tmp_path_factory.mktemp("models")
    with (
        pytest.MonkeyPatch.context() as patch,
        engine.using(store=tmp_path_factory.mktemp("store")),
    ):
        patch.setattr(scripts, "summary", lambda name: scripts.Summary("A tiny one.", "1 s."))
        patch.setattr(scripts, "load", {"rbm.digits": MACHINE, "coder.digits": CODER}.get)
        for name in ("rbm.digits", "coder.digits"):
            making.make(name, 2, folder, ABOUT)
    return folder


@pytest.fixture(autouse=True)
def _found(monkeypatch, written):
    monkeypatch.setattr(startup, "load_tensorflow", lambda: None)
    monkeypatch.setenv("ZOO_MODELS", str(written))


@pytest.fixture(scope="module")
def images():
    """The test images in 0..1, (n, 8, 8, 1)."""
    return data.load("digits").test.x


def said(capsys, *arguments):
    """Exit status, standard output and standard error of one command line."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(list(arguments))
    return stopped.value.code or 0, *capsys.readouterr()


@pytest.mark.parametrize("name", ["rbm.digits", "coder.digits"])
def test_it_passes_all_its_checks_and_says_what_is_true(name, written):
    assert [each.passed for each in verifying.verify(name)] == [True] * 5
    card = zoo.card(name)
    assert card.parameters == zoo.load(name, bare=True).count_params()
    assert card.confusions is None and not card.classes and "model.tflite" not in card.files
    assert (written / name / pages.PAGE).read_text() == pages.page(card)
    assert len({each.validation for each in card.training.seeds}) == 2


def test_verify_notices_a_number_that_is_not_the_models():
    card = zoo.card("coder.digits")
    better = [
        each.model_copy(update={"low": 0.0, "high": each.low / 2}) for each in card.metrics
    ]
    network = zoo.load("coder.digits", bare=True)
    assert [each.passed for each in verifying._check_numbers(card, network)] == [True, True]
    for changed, wanted in (
        ((better[0], card.metrics[1]), [False, True]),
        (better, [False, False]),
    ):
        found = verifying._check_numbers(
            card.model_copy(update={"metrics": tuple(changed)}), network
        )
        assert [each.passed for each in found] == wanted


def test_a_loaded_machine_answers_its_hidden_probabilities_always_the_same(images):
    bare, model = zoo.load("rbm.digits", bare=True), zoo.load("rbm.digits")
    wanted = rbm.hidden_given_visible(bare.get_layer("machine"), images.reshape(-1, 64))
    for _ in range(2):
        np.testing.assert_allclose(model(255 * images), wanted, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        zoo.features("rbm.digits")(255 * images), wanted, rtol=1e-4, atol=1e-5
    )


def test_a_bare_machine_can_be_trained_on(images):
    bare, x = zoo.load("rbm.digits", bare=True), images.reshape(-1, 64)
    before = bare.get_layer("machine").kernel.numpy()
    bare.compile("sgd", losses.own_cost)
    bare.fit(x, x, verbose=0)
    assert (
        bare.output_shape == (None,)
        and (bare.get_layer("machine").kernel.numpy() != before).any()
    )


def test_a_machines_numbers_are_those_of_its_functions(images):
    card, x = zoo.card("rbm.digits"), images.reshape(-1, 64)
    machine = zoo.load("rbm.digits", bare=True).get_layer("machine")
    likelihood = rbm_likelihood.exact_pseudo_likelihood(machine, np.round(x))
    assert card.metrics[0].name == "negative log pseudo-likelihood"
    assert card.metrics[0].value == pytest.approx(-np.mean(likelihood), rel=1e-5)
    squares = np.square(x - np.asarray(rbm.reconstruct(machine, x))).sum(axis=1)
    assert card.metrics[1].value == pytest.approx(squares.mean(), rel=1e-5)


def test_an_autoencoders_features_are_its_code_and_decode_to_its_answers(images):
    code = zoo.features("coder.digits")(255 * images)
    assert code.shape == (len(images), 3)
    decoded = decoder_of(zoo.load("coder.digits", bare=True))(code)
    logits = np.asarray(zoo.load("coder.digits")(255 * images))
    np.testing.assert_allclose(decoded, logits, rtol=1e-3, atol=1e-3)
    squares = np.square(images.reshape(-1, 64) - 1 / (1 + np.exp(-logits))).sum(axis=1)
    assert zoo.card("coder.digits").metrics[0].value == pytest.approx(
        squares.mean(), rel=1e-4
    )


def test_an_autoencoder_learns_its_input_and_not_the_classes():
    metrics = {each.name: each for each in zoo.card("coder.digits").metrics}
    untrained = CODER.network()
    x = data.load("digits").test.x.reshape(-1, 64)
    before = measuring.values(
        "autoencoder", x, measuring.answers_of("autoencoder", untrained, x)
    )
    assert metrics["squared error"].high < before["squared error"].mean()
    assert "per image, was missed." in pages.page(zoo.card("coder.digits"))


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("rbm.digits", {"serve", "hidden", "reconstruct", "free_energy", "gibbs"}),
        ("coder.digits", {"serve", "encode", "decode", "reconstruct"}),
    ],
)
def test_shipped_and_exported_forms_have_the_endpoints_of_the_kind(
    name, answers, capsys, tmp_path, written
):
    status, _, error = said(capsys, "export", name, "--out", str(tmp_path))
    assert status == 0, error
    exported = next(tmp_path.rglob("saved_model.pb")).parent
    for folder in (written / name / "1", exported):
        assert set(tf.saved_model.load(folder).signatures) == answers | {"serving_default"}


def test_show_draws_filters_and_reconstructions(capsys, tmp_path):
    drawn = {}
    for name in ("rbm.digits", "coder.digits"):
        status, out, error = said(
            capsys, "show", name, "--figure", str(tmp_path / f"{name}.svg")
        )
        assert status == 0, error
        drawn[name] = (tmp_path / f"{name}.svg").read_text().count("<image")
        assert "zoo.features" in out
    assert drawn == {"rbm.digits": 12, "coder.digits": 12 + 2 * making.EXAMPLES_KEPT}


def test_predict_refuses_what_does_not_sort_images_in_one_line(capsys, tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((8, 8), np.uint8))
    status, _, error = said(capsys, "predict", "rbm.digits", str(tmp_path / "a.npy"))
    assert status != 0 and error.count("\n") == 1
    assert "does not sort images into classes" in error and "zoo export" in error


def test_the_models_are_listed_with_their_numbers(capsys):
    out = said(capsys, "list", "*r*.digits")[1]
    assert "per image" in out and folders.card("rbm.digits").name in out
