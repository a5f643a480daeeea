"""Small proofs of what docs/errata.md says: what holds where a lecture note is wrong."""

import keras
import numpy as np
from scipy.special import expit, softmax
from scipy.stats import norm
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from zoo import models


def descend(gradient, start, rate, steps=200):
    """Return where gradient descent ends."""
    place = np.array(start, float)
    for _ in range(steps):
        place = place - rate * gradient(place)
    return place


def test_relu_is_linear_on_either_side_of_zero_but_not_across_it_and_has_no_upper_bound():
    def relu(x):
        return np.asarray(keras.ops.relu(np.asarray(x, "float32")))

    assert relu([2.0, 3.0]).sum() == relu(5.0) and relu([-2.0, -3.0]).sum() == relu(-5.0)
    assert relu([3.0, -2.0]).sum() != relu(1.0)
    np.testing.assert_array_equal(relu([1e6, 1e30]), np.float32([1e6, 1e30]))


def test_gradient_descent_may_diverge_and_may_stop_at_a_saddle_point():
    def bowl(place):
        return 2 * place

    def two_valleys(place):
        # of x^2 + y^4 / 4 - y^2 / 2, which is -1/4 at its minima (0, 1) and (0, -1), and 0 at (0, 0)
        x, y = place
        return np.array([2 * x, y**3 - y])

    assert abs(descend(bowl, [1.0], rate=0.4)[0]) < 1e-9
    assert abs(descend(bowl, [1.0], rate=1.1)[0]) > 1e9
    x, y = descend(two_valleys, [1.0, 0.0], rate=0.1)
    assert abs(x) < 1e-9 and y == 0, "this start leads to the saddle point"


def test_a_feature_map_moves_with_its_picture():
    layer = keras.layers.Conv2D(3, 3, padding="valid")
    picture = np.random.default_rng(0).normal(size=(1, 12, 12, 1)).astype("float32")
    moved = np.roll(picture, 1, axis=2)
    before, after = np.asarray(layer(picture)), np.asarray(layer(moved))
    np.testing.assert_allclose(after[:, :, 1:], before[:, :, :-1], rtol=1e-4, atol=1e-5)
    assert np.abs(after - before).max() > 0.1, (
        "a map that stayed as it was would be invariant"
    )


def test_two_softmax_outputs_are_one_logistic_output():
    logits = np.random.default_rng(0).normal(size=(50, 2))
    np.testing.assert_allclose(
        softmax(logits, axis=1)[:, 1], expit(logits[:, 1] - logits[:, 0])
    )


def test_standardising_gives_deviation_one_and_min_max_scaling_the_range_from_0_to_1():
    x = np.random.default_rng(0).gamma(2.0, size=(200, 1))
    standard, scaled = StandardScaler().fit_transform(x), MinMaxScaler().fit_transform(x)
    np.testing.assert_allclose([standard.mean(), standard.std()], [0, 1], atol=1e-12)
    np.testing.assert_allclose([scaled.min(), scaled.max()], [0, 1], atol=1e-12)
    keras_layer = keras.layers.Normalization()
    keras_layer.adapt(x)
    np.testing.assert_allclose(keras_layer(x), standard, rtol=1e-3, atol=1e-4)


def test_dropout_zeroes_outputs_and_leaves_weights_alone():
    model = models.mlp(20, (100,), 2, dropout=0.5)
    before = model.get_weights()
    layer = next(layer for layer in model.layers if "dropout" in layer.name)
    dropped = np.asarray(layer(np.ones((1, 100), "float32"), training=True))
    assert 20 < (dropped == 0).sum() < 80
    model(np.ones((1, 20), "float32"), training=True)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_linear_layers_are_one_layer():
    model = models.mlp(5, (7, 6), 3, activation="linear", dtype="float64")
    weights = np.random.default_rng(0)
    model.set_weights([weights.normal(size=each.shape) for each in model.get_weights()])
    w1, b1, w2, b2, w3, b3 = model.get_weights()
    x = weights.normal(size=(10, 5))
    one_layer = x @ (w1 @ w2 @ w3) + (b1 @ w2 + b2) @ w3 + b3
    np.testing.assert_allclose(model(x), one_layer, rtol=1e-10)


def test_vincents_interval_is_that_of_sampling_the_test_images():
    error, images = 0.0128, 10_000
    half = norm.ppf(0.975) * np.sqrt(error * (1 - error) / images)
    assert round(100 * half, 2) == 0.22
