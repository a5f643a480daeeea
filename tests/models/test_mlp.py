"""The multilayer perceptron computes what its arguments say."""

import keras
import numpy as np
import pytest

from zoo.initializers import nielsen_bias
from zoo.layers import OriginalDropout
from zoo.models import mlp


def kernels(model):
    """Return the weight matrices, first layer first."""
    return [layer.kernel for layer in model.layers if isinstance(layer, keras.layers.Dense)]


@pytest.mark.parametrize(
    ("sizes", "count"),
    [((784, (30,), 10), 23_860), ((784, (30, 30), 10), 24_790), ((1, (10,), 1), 31)],
)
def test_the_parameter_count_is_the_one_that_the_docstring_states(sizes, count):
    assert mlp(*sizes).count_params() == count


def test_the_docstring_names_the_counts():
    for number in ("23,860", "930", "31."):
        assert number in mlp.__doc__


def test_the_outputs_are_those_of_matrix_products_with_the_activation_between():
    model = mlp(
        5, (4, 3), 2, activation="tanh", bias_initializer=nielsen_bias(), dtype="float64"
    )
    x = a = np.random.default_rng(0).normal(size=(7, 5))
    weights = model.get_weights()
    for kernel, bias in zip(weights[0:4:2], weights[1:4:2], strict=True):
        a = np.tanh(a @ kernel + bias)
    np.testing.assert_allclose(model(x), a @ weights[4] + weights[5], rtol=1e-12)


def test_without_hidden_layers_it_is_one_layer_of_weights():
    assert [variable.path for variable in mlp(4, (), 3).variables] == [
        "logits/kernel",
        "logits/bias",
    ]


def test_layers_are_named_by_their_role():
    model = mlp(4, (3, 3), 2, input_dropout=0.2, dropout=0.5)
    names = [
        "inputs",
        "input_dropout",
        "hidden_1",
        "dropout_1",
        "hidden_2",
        "dropout_2",
        "logits",
    ]
    assert [layer.name for layer in model.layers] == names


def test_dropout_is_a_share_that_is_dropped_and_stops_before_the_output():
    model = mlp(4, (3,), 2, input_dropout=0.2, dropout=0.5)
    rates = {
        layer.name: layer.rate
        for layer in model.layers
        if isinstance(layer, keras.layers.Dropout)
    }
    assert rates == {"input_dropout": 0.2, "dropout_1": 0.5}
    hidden = keras.Model(model.input, model.get_layer("dropout_1").output)
    x = np.ones((4000, 4), "float32")
    model.get_layer("hidden_1").bias.assign(np.full(3, 10.0))
    assert np.mean(hidden(x, training=True) == 0) == pytest.approx(0.5, abs=0.03)
    assert np.mean(hidden(x) == 0) == 0


def test_regularizer_and_constraint_hold_for_every_kernel_and_no_bias():
    limit = keras.constraints.MaxNorm(2, axis=0)
    model = mlp(
        4, (3, 3), 2, kernel_regularizer=keras.regularizers.L2(0.5), kernel_constraint=limit
    )
    for layer in model.layers[1:]:
        assert layer.kernel_constraint is limit
        assert layer.bias_constraint is None
        assert layer.bias_regularizer is None
    expected = 0.5 * sum(float(np.square(kernel).sum()) for kernel in kernels(model))
    assert float(sum(model.losses)) == pytest.approx(expected, rel=1e-6)


def test_the_output_layer_may_start_differently():
    model = mlp(4, (3, 3), 2, kernel_initializer="ones", output_kernel_initializer="zeros")
    assert [float(np.mean(kernel)) for kernel in kernels(model)] == [1.0, 1.0, 0.0]
    assert [
        float(np.mean(kernel))
        for kernel in kernels(mlp(4, (3,), 2, kernel_initializer="ones"))
    ] == [
        1,
        1,
    ]


def test_one_initializer_object_gives_every_layer_weights_of_its_own():
    initializer = keras.initializers.RandomNormal()
    first, second, last = kernels(mlp(3, (3, 3), 3, kernel_initializer=initializer))
    assert not np.array_equal(first, second)
    assert not np.array_equal(second, last)


def test_float64_holds_for_weights_and_arithmetic():
    model = mlp(4, (3,), 2, dropout=0.5, dtype="float64")
    assert {variable.dtype for variable in model.trainable_variables} == {"float64"}
    assert model(np.ones((1, 4))).dtype == "float64"


@pytest.mark.parametrize(
    ("sizes", "culprit"),
    [
        ((0, (3,), 2), "0"),
        ((4, (3, -1), 2), "-1"),
        ((4, (3,), 2.5), "2.5"),
        ((4, ("3",), 2), "'3'"),
    ],
)
def test_sizes_that_are_no_positive_whole_numbers_are_refused_by_name(sizes, culprit):
    with pytest.raises(ValueError, match=f"positive whole numbers, not {culprit}"):
        mlp(*sizes)


def test_dropout_may_be_of_the_published_form():
    model = mlp(4, (3,), 2, input_dropout=0.2, dropout=0.5, dropout_form="original")
    rates = {
        layer.name: layer.rate for layer in model.layers if isinstance(layer, OriginalDropout)
    }
    assert rates == {"input_dropout": 0.2, "dropout_1": 0.5}
    x = np.ones((1, 4), "float32")
    hidden = np.maximum(0.8 * x @ model.get_layer("hidden_1").kernel, 0)
    np.testing.assert_allclose(
        model(x), 0.5 * hidden @ model.get_layer("logits").kernel, rtol=1e-4, atol=1e-6
    )


def test_another_form_of_dropout_is_refused_with_the_two_that_exist():
    with pytest.raises(ValueError, match='"inverted" or "original", not \'scaled\''):
        mlp(4, (3,), 2, dropout_form="scaled")


def test_batch_normalisation_stands_between_weights_without_bias_and_the_activation():
    model = mlp(4, (3, 3), 2, dropout=0.5, batch_normalization=True)
    names = [layer.name for layer in model.layers]
    assert names[1:5] == ["hidden_1", "normalization_1", "activation_1", "dropout_1"]
    assert names[-1] == "logits"
    hidden, logits = model.get_layer("hidden_1"), model.get_layer("logits")
    assert (hidden.use_bias, hidden.activation) == (False, keras.activations.linear)
    assert logits.use_bias


def test_normalised_sums_have_mean_zero_and_deviation_one_in_training():
    model = mlp(6, (5,), 2, batch_normalization=True)
    inner = keras.Model(model.input, model.get_layer("normalization_1").output)
    x = np.random.default_rng(0).normal(3, 2, (500, 6))
    sums = np.asarray(inner(x, training=True))
    np.testing.assert_allclose(sums.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(sums.std(axis=0), 1, atol=1e-2)


def test_batch_normalisation_makes_the_count_that_the_docstring_states():
    assert mlp(784, (30,), 10, batch_normalization=True).count_params() == 23_950
    assert "23,950" in mlp.__doc__


def test_max_norm_holds_each_units_incoming_weights_after_an_update():
    limit = keras.constraints.MaxNorm(0.5, axis=0)
    model = mlp(
        6, (5,), 2, kernel_constraint=limit, kernel_regularizer=keras.regularizers.L1(0.01)
    )
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.train_on_batch(np.ones((4, 6)), np.ones((4, 2)))
    for kernel in kernels(model):
        lengths = np.linalg.norm(kernel, axis=0)
        assert lengths.max() <= 0.5 + 1e-5
        assert lengths.max() > 0.49
