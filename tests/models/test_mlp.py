"""The multilayer perceptron computes what its arguments say."""

import keras
import numpy as np
import pytest

from zoo.initializers import nielsen_bias
from zoo.models import mlp


def kernels(model):
    """Return the weight matrices, first layer first."""
    return [layer.kernel for layer in model.layers if isinstance(layer, keras.layers.Dense)]


@pytest.mark.parametrize(
    ("sizes", "count"), [((784, (30,), 10), 23_860), ((784, (30, 30), 10), 24_790), ((1, (10,), 1), 31)]
)
def test_the_parameter_count_is_the_one_that_the_docstring_states(sizes, count):
    assert mlp(*sizes).count_params() == count


def test_the_docstring_names_the_counts():
    for number in ("23,860", "930", "31."):
        assert number in mlp.__doc__


def test_the_outputs_are_those_of_matrix_products_with_the_activation_between():
    model = mlp(5, (4, 3), 2, activation="tanh", bias_initializer=nielsen_bias(), dtype="float64")
    x = a = np.random.default_rng(0).normal(size=(7, 5))
    weights = model.get_weights()
    for kernel, bias in zip(weights[0:4:2], weights[1:4:2], strict=True):
        a = np.tanh(a @ kernel + bias)
    np.testing.assert_allclose(model(x), a @ weights[4] + weights[5], rtol=1e-12)


def test_without_hidden_layers_it_is_one_layer_of_weights():
    assert [variable.path for variable in mlp(4, (), 3).variables] == ["logits/kernel", "logits/bias"]


def test_layers_are_named_by_their_role():
    model = mlp(4, (3, 3), 2, input_dropout=0.2, dropout=0.5)
    names = ["inputs", "input_dropout", "hidden_1", "dropout_1", "hidden_2", "dropout_2", "logits"]
    assert [layer.name for layer in model.layers] == names


def test_dropout_is_a_share_that_is_dropped_and_stops_before_the_output():
    model = mlp(4, (3,), 2, input_dropout=0.2, dropout=0.5)
    rates = {layer.name: layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)}
    assert rates == {"input_dropout": 0.2, "dropout_1": 0.5}
    hidden = keras.Model(model.input, model.get_layer("dropout_1").output)
    x = np.ones((4000, 4), "float32")
    model.get_layer("hidden_1").bias.assign(np.full(3, 10.0))
    assert np.mean(hidden(x, training=True) == 0) == pytest.approx(0.5, abs=0.03)
    assert np.mean(hidden(x) == 0) == 0


def test_regularizer_and_constraint_hold_for_every_kernel_and_no_bias():
    limit = keras.constraints.MaxNorm(2, axis=0)
    model = mlp(4, (3, 3), 2, kernel_regularizer=keras.regularizers.L2(0.5), kernel_constraint=limit)
    for layer in model.layers[1:]:
        assert layer.kernel_constraint is limit
        assert layer.bias_constraint is None
        assert layer.bias_regularizer is None
    expected = 0.5 * sum(float(np.square(kernel).sum()) for kernel in kernels(model))
    assert float(sum(model.losses)) == pytest.approx(expected, rel=1e-6)


def test_the_output_layer_may_start_differently():
    model = mlp(4, (3, 3), 2, kernel_initializer="ones", output_kernel_initializer="zeros")
    assert [float(np.mean(kernel)) for kernel in kernels(model)] == [1.0, 1.0, 0.0]
    assert [float(np.mean(kernel)) for kernel in kernels(mlp(4, (3,), 2, kernel_initializer="ones"))] == [
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
    [((0, (3,), 2), "0"), ((4, (3, -1), 2), "-1"), ((4, (3,), 2.5), "2.5"), ((4, ("3",), 2), "'3'")],
)
def test_sizes_that_are_no_positive_whole_numbers_are_refused_by_name(sizes, culprit):
    with pytest.raises(ValueError, match=f"positive whole numbers, not {culprit}"):
        mlp(*sizes)
