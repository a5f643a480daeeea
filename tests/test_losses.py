"""Losses are their sources' formulas, summed over the outputs where the source sums."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo import losses

RANDOM = np.random.default_rng(0)
LOGITS = RANDOM.normal(size=(7, 10)) * 3
CLASSES = RANDOM.integers(0, 10, 7)
ROWS = np.eye(10)[CLASSES]
SHARES = RANDOM.dirichlet(np.ones(10), 7)


def sigmoid(z):
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def binary_cross_entropy(y, z):
    """Return the sum over the outputs of -y ln a - (1 - y) ln(1 - a)."""
    a = sigmoid(z)
    return -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=-1)


def cross_entropy(y, z):
    """Return -sum y ln softmax(z)."""
    return -(y * np.log(np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))).sum(axis=-1)


def maximum_a_posteriori(y, z):
    """Return the distance of the right class + ln(exp(-2) + sum of exp(-distance)), distances being -z."""
    return (y * -z).sum(axis=-1) + np.log(np.exp(-2) + np.exp(z).sum(axis=-1))


FORMULAS = {
    losses.summed_binary_cross_entropy: binary_cross_entropy,
    losses.half_squares_of_sigmoid: lambda y, z: ((sigmoid(z) - y) ** 2).sum(axis=-1) / 2,
    losses.half_squares: lambda y, z: ((z - y) ** 2).sum(axis=-1) / 2,
    losses.mean_squares: lambda y, z: ((z - y) ** 2).sum(axis=-1) / 10,
    losses.softmax_cross_entropy: cross_entropy,
    losses.MaximumAPosteriori(2.0): maximum_a_posteriori,
}
OF_CLASSES = [
    losses.summed_binary_cross_entropy,
    losses.half_squares_of_sigmoid,
    losses.softmax_cross_entropy,
    losses.MaximumAPosteriori(2.0),
]


def named(loss):
    """Return what a loss is called in the tests' names."""
    return getattr(loss, "__name__", repr(loss))


@pytest.mark.parametrize("loss", FORMULAS, ids=named)
@pytest.mark.parametrize("targets", [ROWS, SHARES], ids=["one-hot", "shares"])
def test_a_loss_equals_its_formula_with_one_value_per_example(loss, targets):
    values = loss(tf.constant(targets), tf.constant(LOGITS))
    assert values.shape == (7,)
    np.testing.assert_allclose(values, FORMULAS[loss](targets, LOGITS), rtol=1e-12)


@pytest.mark.parametrize("loss", FORMULAS, ids=named)
def test_a_loss_keeps_the_type_of_the_outputs_whatever_the_targets_type(loss):
    for y in (ROWS.astype("float32"), ROWS.astype("int64"), ROWS.astype("uint8")):
        values = loss(tf.constant(y), tf.constant(LOGITS))
        assert values.dtype == tf.float64
        np.testing.assert_allclose(values, FORMULAS[loss](ROWS, LOGITS), rtol=1e-12)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64"])
@pytest.mark.parametrize("loss", OF_CLASSES, ids=named)
def test_class_numbers_mean_their_one_hot_rows(loss, dtype):
    numbers = loss(tf.constant(CLASSES.astype(dtype)), tf.constant(LOGITS))
    np.testing.assert_array_equal(numbers, loss(tf.constant(ROWS), tf.constant(LOGITS)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [100.0, 1e4, 1e30])
@pytest.mark.parametrize("loss", OF_CLASSES, ids=named)
def test_extreme_logits_give_finite_losses_and_gradients(loss, size, dtype):
    logits = tf.constant([[size, -size, 0.0], [-size, size, 0.0]], dtype)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        values = loss(tf.constant([0, 0]), logits)
    assert np.isfinite(values).all()
    assert np.isfinite(tape.gradient(values, logits)).all()
    assert float(values[0]) < float(values[1])


def test_a_far_wrong_logit_costs_its_size_in_the_cross_entropies():
    wrong = tf.constant([[-1e4, 1e4]], "float64")
    assert float(losses.summed_binary_cross_entropy(tf.constant([0]), wrong)[0]) == 2e4
    assert float(losses.softmax_cross_entropy(tf.constant([0]), wrong)[0]) == 2e4


def gradient(loss, targets=ROWS):
    """Return the gradient of the mean loss over the batch."""
    logits = tf.constant(LOGITS)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = tf.reduce_mean(loss(tf.constant(targets), logits))
    return tape.gradient(value, logits).numpy()


# Keras casts to float32 before it compares, hence the tolerance of what is compared with its losses.
def test_the_gradient_is_ten_times_that_of_kerass_binary_cross_entropy_on_ten_outputs():
    reference = gradient(keras.losses.BinaryCrossentropy(from_logits=True))
    np.testing.assert_allclose(
        gradient(losses.summed_binary_cross_entropy), 10 * reference, rtol=1e-5
    )


def test_the_gradient_is_five_times_that_of_kerass_squared_error_on_ten_outputs():
    reference = gradient(keras.losses.MeanSquaredError())
    np.testing.assert_allclose(gradient(losses.half_squares), 5 * reference, rtol=1e-5)
    np.testing.assert_allclose(gradient(losses.mean_squares), reference, rtol=1e-5)


def test_two_outputs_make_half_squares_the_same_as_kerass_squared_error():
    y, outputs = tf.constant(ROWS[:, :2]), tf.constant(LOGITS[:, :2])
    reference = keras.losses.mean_squared_error(y, outputs)
    np.testing.assert_allclose(losses.half_squares(y, outputs), reference, rtol=1e-12)


def test_the_error_signal_of_logistic_units_is_output_minus_target():
    expected = (sigmoid(LOGITS) - ROWS) / len(LOGITS)
    np.testing.assert_allclose(
        gradient(losses.summed_binary_cross_entropy), expected, rtol=1e-12
    )


def test_the_error_signal_of_squares_carries_the_slope_of_the_logistic_units():
    a = sigmoid(LOGITS)
    expected = (a - ROWS) * a * (1 - a) / len(LOGITS)
    np.testing.assert_allclose(gradient(losses.half_squares_of_sigmoid), expected, rtol=1e-12)


def test_softmax_cross_entropy_equals_kerass():
    reference = gradient(keras.losses.CategoricalCrossentropy(from_logits=True), SHARES)
    np.testing.assert_allclose(
        gradient(losses.softmax_cross_entropy, SHARES), reference, rtol=1e-5
    )


def test_without_its_last_term_maximum_a_posteriori_is_softmax_cross_entropy():
    far = losses.MaximumAPosteriori(np.inf)
    expected = losses.softmax_cross_entropy(tf.constant(ROWS), tf.constant(LOGITS))
    np.testing.assert_allclose(
        far(tf.constant(ROWS), tf.constant(LOGITS)), expected, rtol=1e-12
    )
    np.testing.assert_allclose(
        gradient(far), gradient(losses.softmax_cross_entropy), rtol=1e-9, atol=1e-15
    )


def test_maximum_a_posteriori_draws_near_what_is_already_the_nearest_of_all_and_softmax_does_not():
    distances, y = tf.constant([[30.0, 90.0, 90.0]], "float64"), tf.constant([0])
    pulls = []
    for loss in (losses.MaximumAPosteriori(2.0), losses.softmax_cross_entropy):
        with tf.GradientTape() as tape:
            tape.watch(distances)
            value = loss(y, -distances)
        pulls.append(float(tape.gradient(value, distances)[0, 0]))
    assert pulls[0] == pytest.approx(1) and pulls[1] == pytest.approx(0)


def test_a_network_that_returns_its_cost_is_minimised_as_it_is():
    costs = tf.constant([1.0, -2.0, 3.0])
    np.testing.assert_array_equal(losses.own_cost(tf.constant([7, 8, 9]), costs), costs)


@pytest.mark.parametrize(
    ("loss", "plain"),
    [
        (losses.reconstruction_cross_entropy, losses.summed_binary_cross_entropy),
        (losses.reconstruction_half_squares, losses.half_squares),
    ],
)
def test_a_reconstruction_is_compared_with_the_target_beside_it_which_is_a_constant(
    loss, plain
):
    targets, logits = tf.constant(SHARES), tf.constant(LOGITS)
    with tf.GradientTape() as tape:
        tape.watch([targets, logits])
        values = loss(None, tf.concat([targets, logits], axis=1))
    np.testing.assert_allclose(values, plain(targets, logits), rtol=1e-12)
    to_targets, to_logits = tape.gradient(values, [targets, logits])
    assert not np.any(to_targets)
    assert np.all(np.any(to_logits, axis=1))


@pytest.mark.parametrize("y", [[0, 1, 1], [[0], [1], [1]]])
def test_targets_of_a_single_output_are_numbers_in_either_shape(y):
    outputs = np.array([[-1.0], [2.0], [3.0]], "float32")
    np.testing.assert_allclose(losses.half_squares(np.array(y), outputs), [0.5, 0.5, 2.0])
    np.testing.assert_allclose(
        losses.summed_binary_cross_entropy(np.array(y), outputs),
        np.log1p(np.exp([-1.0, -2.0, -3.0])),
        rtol=1e-6,
    )


def test_class_numbers_in_a_column_are_class_numbers():
    logits = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    y = np.array([2, 0, 1, 1])
    np.testing.assert_allclose(
        losses.softmax_cross_entropy(y[:, None], logits),
        losses.softmax_cross_entropy(y, logits),
    )
