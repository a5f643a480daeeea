"""Parts of trained models compute what the whole did, and share no weights with it."""

import numpy as np
import pytest

from zoo.layers.rbm import hidden_given_visible, reconstruct
from zoo.models import (
    autoencoder,
    autoencoder_from,
    classifier_from,
    dbn,
    decoder_of,
    encoder_of,
    hidden_of,
    lenet5,
    mlp,
    rbm,
)

X = np.random.default_rng(0).random((9, 8))
RANDOM = np.random.default_rng(1)


def shaken(model):
    """Return the model with random weights of size one half, biases among them."""
    for variable in model.variables:
        if "random_state" not in variable.path:
            variable.assign(0.5 * RANDOM.normal(size=variable.shape))
    return model


def logistic(z):
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-np.asarray(z)))


MODELS = {
    "tied": lambda: autoencoder(8, (6, 5), tied=True, dtype="float64"),
    "untied": lambda: autoencoder(8, (6, 5), dtype="float64"),
    "linear code": lambda: autoencoder(8, (6, 5), code_activation="linear", dtype="float64"),
    "denoising": lambda: autoencoder(
        8, (6, 5), corruption="masking", corruption_level=0.5, dtype="float64"
    ),
}


@pytest.mark.parametrize("kind", MODELS)
def test_decoder_after_encoder_is_the_autoencoder(kind):
    model = shaken(MODELS[kind]())
    code = encoder_of(model)(X)
    assert code.shape == (9, 5)
    np.testing.assert_allclose(decoder_of(model)(code), model(X), rtol=1e-10)
    np.testing.assert_allclose(autoencoder_from(model)(X), model(X), rtol=1e-10)


def test_a_machines_parts_are_its_conditionals():
    model = shaken(rbm(8, 5, dtype="float64"))
    machine = model.get_layer("machine")
    np.testing.assert_allclose(
        encoder_of(model)(X), hidden_given_visible(machine, X), rtol=1e-10
    )
    np.testing.assert_allclose(
        logistic(autoencoder_from(model)(X)), reconstruct(machine, X), rtol=1e-10
    )


@pytest.mark.parametrize(
    "model",
    [
        lambda: rbm(8, 5, dtype="float64"),
        lambda: rbm(8, 5, chains=3, sample_visible=True, dtype="float64"),
        lambda: dbn(8, (6, 5), dtype="float64"),
    ],
    ids=["machine", "chains", "stack"],
)
def test_a_machine_that_answers_its_hidden_units_is_one_of_machines_and_shares_no_weights(
    model,
):
    whole = shaken(model())
    part, wanted = hidden_of(whole), encoder_of(whole)(X)
    np.testing.assert_allclose(part(X, training=True), wanted, rtol=1e-10)
    assert [type(layer) for layer in part.layers] == [type(layer) for layer in whole.layers]
    part.layers[-1].kernel.assign(0 * part.layers[-1].kernel)
    np.testing.assert_allclose(encoder_of(whole)(X), wanted)


def test_hidden_units_of_an_autoencoder_are_no_machines():
    with pytest.raises(ValueError, match="autoencoder has layers that are no machines"):
        hidden_of(autoencoder(8, (5,)))


def test_a_gaussian_machines_reconstruction_is_not_squashed():
    model = shaken(rbm(8, 5, visible_units="gaussian", dtype="float64"))
    np.testing.assert_allclose(
        autoencoder_from(model)(X), reconstruct(model.get_layer("machine"), X), rtol=1e-10
    )


def test_a_belief_network_unrolls_into_machines_up_and_down():
    model = shaken(dbn(8, (6, 5, 3), hidden_units="gaussian", dtype="float64"))
    first, second, top = (model.get_layer(f"machine_{level}") for level in (1, 2, 3))
    code = hidden_given_visible(
        top, hidden_given_visible(second, hidden_given_visible(first, X))
    )
    np.testing.assert_allclose(encoder_of(model)(X), code, rtol=1e-10)
    down = logistic(code @ top.kernel.numpy().T + top.visible_bias)
    down = logistic(down @ second.kernel.numpy().T + second.visible_bias)
    expected = down @ first.kernel.numpy().T + first.visible_bias
    np.testing.assert_allclose(decoder_of(model)(code), expected, rtol=1e-10)


def test_an_unrolled_belief_network_has_the_paths_of_the_deep_autoencoder():
    unrolled = autoencoder_from(dbn(784, (1000, 500, 250, 30), hidden_units="gaussian"))
    built = autoencoder(784, (1000, 500, 250, 30), code_activation="linear")
    assert [(v.path, v.shape) for v in unrolled.variables] == [
        (v.path, v.shape) for v in built.variables
    ]
    activations = [layer.activation.__name__ for layer in unrolled.layers[1:]]
    assert activations == [layer.activation.__name__ for layer in built.layers[1:]]


def test_an_unrolled_classifier_has_the_paths_of_the_perceptron_and_the_stated_count():
    unrolled = classifier_from(dbn(784, (500, 500, 2000)), 10)
    built = mlp(784, (500, 500, 2000), 10, activation="sigmoid")
    assert [(v.path, v.shape) for v in unrolled.variables] == [
        (v.path, v.shape) for v in built.variables
    ]
    assert unrolled.count_params() == 1_665_010
    assert "1,665,010" in classifier_from.__doc__


def test_a_classifier_puts_a_linear_layer_on_the_code():
    model = shaken(dbn(8, (6, 5), dtype="float64"))
    classifier = classifier_from(model, 4)
    kernel, bias = classifier.get_layer("logits").get_weights()
    np.testing.assert_allclose(
        classifier(X), encoder_of(model)(X) @ kernel + bias, rtol=1e-10
    )


@pytest.mark.parametrize("part", [encoder_of, decoder_of, autoencoder_from])
def test_parts_share_no_weights_with_the_whole(part):
    model = shaken(autoencoder(8, (6,), tied=True))
    before = model.get_weights()
    for variable in part(model).variables:
        variable.assign(0 * variable)
    for ours, kept in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, kept)


@pytest.mark.parametrize("part", [encoder_of, decoder_of, autoencoder_from])
@pytest.mark.parametrize(
    "model", [lambda: mlp(8, (6,), 3), lambda: lenet5()], ids=["mlp", "lenet5"]
)
def test_models_without_a_code_are_refused_by_name(model, part):
    model = model()
    with pytest.raises(
        ValueError, match=f"{model.name} has no code: .* rbm, dbn or autoencoder"
    ):
        part(model)


def test_a_classifier_of_no_classes_is_refused():
    with pytest.raises(ValueError, match="positive whole numbers, not 0"):
        classifier_from(rbm(8, 5), 0)
