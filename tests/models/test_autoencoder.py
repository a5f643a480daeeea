"""Autoencoders have their sources' sizes, and their levels train on targets that they carry themselves."""

import functools

import keras
import numpy as np
import pytest

from zoo import engine, losses
from zoo.engine.optimizers import SGD
from zoo.models import autoencoder, autoencoder_level, autoencoder_levels

X = np.random.default_rng(0).random((20, 8)).astype("float32")


@pytest.mark.parametrize(
    ("sizes", "choices", "count"),
    [
        ((784, (1000, 500, 250, 30)), {"code_activation": "linear"}, 2_837_314),
        ((784, (500,)), {"tied": True}, 393_284),
        ((256, (2,)), {}, 1_282),
    ],
)
def test_the_parameter_count_is_the_one_that_the_docstring_states(sizes, choices, count):
    assert autoencoder(*sizes, **choices).count_params() == count
    assert f"{count:,}" in autoencoder.__doc__


@pytest.mark.parametrize(("tied", "count"), [(False, 2_002_000), (True, 1_002_000)])
def test_the_second_level_trains_as_many_parameters_as_the_docstring_states(tied, count):
    model = autoencoder_level(784, (1000, 1000), tied=tied)
    assert sum(v.shape.num_elements() for v in model.trainable_variables) == count
    assert f"{count:,}" in autoencoder_level.__doc__


def test_layers_go_down_to_the_code_and_back_with_their_activations():
    model = autoencoder(8, (6, 5, 2), activation="tanh", code_activation="linear")
    found = {
        layer.name: (layer.units, layer.activation.__name__) for layer in model.layers[1:]
    }
    assert list(found.items()) == [
        ("hidden_1", (6, "tanh")),
        ("hidden_2", (5, "tanh")),
        ("hidden_3", (2, "linear")),
        ("decoder_3", (5, "tanh")),
        ("decoder_2", (6, "tanh")),
        ("decoder_1", (8, "linear")),
    ]


def test_tied_weights_stay_tied_while_they_train():
    build = functools.partial(autoencoder, 8, (6, 3), tied=True)
    recipe = engine.Recipe(
        loss=losses.summed_binary_cross_entropy, optimizer=SGD(0.1), batch_size=5, epochs=5
    )
    model = engine.train(build, recipe, {"train": (X, X)}, [1]).model(1)
    kernels = [v for v in model.trainable_variables if v.path.endswith("kernel")]
    assert len(kernels) == 2
    first, second = (layer.get_weights() for layer in model.layers[1:])

    def logistic(z):
        return 1 / (1 + np.exp(-z))

    code = logistic(logistic(X @ first[0] + first[1]) @ second[0] + second[1])
    expected = logistic(code @ second[0].T + second[2]) @ first[0].T + first[2]
    np.testing.assert_allclose(model(X), expected, rtol=1e-4, atol=1e-5)


def test_equal_kernels_of_encoder_and_decoder_start_differently():
    initializer = keras.initializers.RandomNormal()
    model = autoencoder(4, (4, 4), kernel_initializer=initializer)
    kernels = {v.numpy().tobytes() for v in model.variables if v.path.endswith("kernel")}
    assert len(kernels) == 4


@pytest.mark.parametrize("tied", [False, True], ids=["untied", "tied"])
@pytest.mark.parametrize("kind", ["masking", "gaussian", "salt_and_pepper"])
def test_a_denoising_autoencoder_sees_noise_in_training_alone_and_learns(kind, tied):
    build = functools.partial(
        autoencoder, 8, (6,), corruption=kind, corruption_level=0.3, tied=tied
    )
    model = build()
    np.testing.assert_array_equal(model(X), model(X))
    assert not np.array_equal(model(X, training=True), model(X, training=True))
    recipe = engine.Recipe(
        loss=losses.half_squares_of_sigmoid, optimizer=SGD(0.5), batch_size=5, epochs=20
    )
    study = engine.train(build, recipe, {"train": (X, X)}, [1])
    cost = study.history("training loss")[0]
    assert cost[-1] < cost[1]


def test_a_level_returns_the_clean_activations_below_beside_their_reconstruction():
    model = autoencoder_level(8, (6, 3), corruption="masking", corruption_level=0.9)
    hidden = keras.Model(model.input, model.get_layer("hidden_1").output)
    target, logits = np.split(np.asarray(model(X, training=True)), 2, axis=1)
    np.testing.assert_allclose(target, hidden(X), rtol=1e-6)
    assert logits.shape == (20, 6)
    assert not np.allclose(logits, np.split(np.asarray(model(X)), 2, axis=1)[1])


def test_the_first_level_reconstructs_the_inputs_themselves():
    model = autoencoder_level(8, (6,))
    target, logits = np.split(np.asarray(model(X)), 2, axis=1)
    np.testing.assert_array_equal(target, X)
    plain = autoencoder(8, (6,))
    plain.set_weights(model.get_weights())
    np.testing.assert_allclose(plain(X), logits, rtol=1e-6)


def test_the_levels_of_a_stack_keep_its_paths_and_their_own_noise():
    levels = autoencoder_levels(
        8,
        (6, 5),
        corruption="masking",
        corruption_levels=(0.1, 0.2),
        code_activation="linear",
    )
    first, second = (build() for build in levels)
    assert (first.get_layer("noise").level, second.get_layer("noise").level) == (0.1, 0.2)
    assert first.get_layer("hidden_1").activation is keras.activations.sigmoid
    assert second.get_layer("hidden_2").activation is keras.activations.linear
    whole = {v.path for v in autoencoder(8, (6, 5)).variables}
    assert {v.path for m in (first, second) for v in m.trainable_variables} == whole


@pytest.mark.parametrize("build", [autoencoder, autoencoder_level])
def test_an_autoencoder_without_a_code_is_refused(build):
    with pytest.raises(ValueError, match="at least one level of hidden units, the code"):
        build(8, ())


def test_a_wrong_number_of_corruption_levels_is_refused():
    with pytest.raises(ValueError, match="2 levels need as many corruption levels, not 3"):
        autoencoder_levels(8, (6, 5), corruption="masking", corruption_levels=(0.1, 0.2, 0.3))
