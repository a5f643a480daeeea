"""The recurrent cell computes Keras's simple recurrent layer, without its random state."""

import keras
import numpy as np

from zoo.layers import ElmanCell

X = np.random.default_rng(0).normal(size=(3, 7, 5))


def test_a_row_at_a_time_it_gives_keras_s_simple_recurrent_layer():
    ours = keras.layers.RNN(ElmanCell(4, "tanh", dtype="float64"), dtype="float64")
    theirs = keras.layers.SimpleRNN(4, dtype="float64")
    theirs.build(X.shape)
    theirs.bias = theirs.cell.bias.assign([0.1, -0.2, 0.3, 0.0])
    ours.build(X.shape)
    ours.set_weights(theirs.get_weights())
    np.testing.assert_allclose(ours(X), theirs(X), rtol=1e-12)


def test_units_are_logistic_unless_told_otherwise_and_the_state_is_the_output():
    cell = ElmanCell(4)
    cell.build((None, 5))
    output, (state,) = cell(X[:, 0].astype("float32"), [np.zeros((3, 4), "float32")])
    np.testing.assert_array_equal(output, state)
    expected = 1 / (1 + np.exp(-(X[:, 0] @ cell.kernel.numpy())))
    np.testing.assert_allclose(output, expected, rtol=1e-5)


def test_it_carries_no_random_state():
    layer = keras.layers.RNN(ElmanCell(4, name="cell"), name="hidden")
    layer.build(X.shape)
    paths = [variable.path for variable in layer.variables]
    assert paths == ["hidden/cell/kernel", "hidden/cell/recurrent_kernel", "hidden/cell/bias"]
