"""The published form of dropout: drops in training, scales in use, and how it differs from Keras's form."""

import keras
import numpy as np
import pytest

from zoo.layers import OriginalDropout

RATE = 0.2
KEEP = 1 - RATE


@pytest.fixture
def x():
    """Return 20,000 rows of eight positive values."""
    return np.random.default_rng(0).uniform(0.5, 1.5, (20_000, 8)).astype("float32")


def test_in_training_values_are_dropped_at_the_rate_or_left_exactly_as_they_are(x):
    y = np.asarray(OriginalDropout(RATE, seed=1)(x, training=True))
    assert set(np.unique(y[y != x])) == {0.0}
    assert np.mean(y == 0) == pytest.approx(RATE, abs=4 * np.sqrt(RATE * KEEP / x.size))


def test_in_use_values_are_multiplied_by_the_probability_to_keep_which_is_the_mean_in_training(
    x,
):
    layer = OriginalDropout(RATE, seed=1)
    np.testing.assert_allclose(layer(x), KEEP * x, rtol=1e-6)
    trained = np.asarray(layer(x, training=True)).mean(axis=0)
    np.testing.assert_allclose(trained, np.asarray(layer(x)).mean(axis=0), rtol=0.02)


def test_every_call_in_training_drops_other_units_and_a_seed_repeats_them(x):
    layer = OriginalDropout(RATE, seed=1)
    first, second = (np.asarray(layer(x, training=True)) for _ in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(OriginalDropout(RATE, seed=1)(x, training=True), first)


def test_the_same_seed_drops_the_units_that_keras_drops(x):
    ours = np.asarray(OriginalDropout(RATE, seed=3)(x, training=True))
    keras_form = np.asarray(keras.layers.Dropout(RATE, seed=3)(x, training=True))
    np.testing.assert_allclose(ours, keras_form * KEEP, rtol=1e-6)


def dense_above(dropout, kernel):
    """Build one dense layer above a dropout layer."""
    entry = keras.Input((kernel.shape[0],))
    model = keras.Model(
        entry, keras.layers.Dense(kernel.shape[1], use_bias=False)(dropout(entry))
    )
    model.layers[-1].kernel.assign(kernel)
    return model


def test_weights_w_here_are_weights_p_w_in_keras_and_learn_alike_at_p_squared_the_rate(x):
    random = np.random.default_rng(1)
    kernel, target = (
        random.normal(size=(8, 3)).astype("float32"),
        random.normal(size=(100, 3)),
    )
    ours = dense_above(OriginalDropout(RATE, seed=5), kernel)
    theirs = dense_above(keras.layers.Dropout(RATE, seed=5), KEEP * kernel)
    np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-5, atol=1e-5)
    for model, rate in ((ours, 0.1), (theirs, 0.1 * KEEP**2)):
        model.compile(keras.optimizers.SGD(rate), "mse")
        for _ in range(5):
            model.train_on_batch(x[:100], target)
    moved = np.abs(ours.get_weights()[0] - kernel).max()
    assert moved > 0.05
    np.testing.assert_allclose(
        KEEP * ours.get_weights()[0], theirs.get_weights()[0], atol=1e-5
    )


def softmax(logits):
    """Return the probabilities of each row of logits."""
    powers = np.exp(logits)
    return powers / powers.sum(axis=-1, keepdims=True)


def test_scaling_a_single_softmax_layer_is_the_geometric_mean_of_all_its_thinned_ones():
    random = np.random.default_rng(2)
    x, kernel = random.normal(size=6), random.normal(size=(6, 3))
    masks = (np.arange(2**6)[:, None] >> np.arange(6)) & 1
    means = np.exp(np.log(softmax(masks * x @ kernel)).mean(axis=0))
    scaled = softmax(np.asarray(OriginalDropout(0.5, dtype="float64")(x[None])) @ kernel)
    np.testing.assert_allclose(scaled[0], means / means.sum(), rtol=1e-12)


def test_a_rate_of_zero_changes_nothing_and_holds_no_random_state(x):
    layer = OriginalDropout(0.0)
    np.testing.assert_array_equal(layer(x, training=True), x)
    assert layer.variables == []


def test_the_random_state_is_named_after_its_layer():
    assert [v.path for v in OriginalDropout(0.5, name="thin").variables] == [
        "thin/seed_generator_state"
    ]


def test_the_layer_comes_back_from_its_configuration():
    config = OriginalDropout(0.3, seed=4, name="thin").get_config()
    again = OriginalDropout.from_config(config)
    assert (again.rate, again.seed, again.name) == (0.3, 4, "thin")


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5])
def test_a_rate_that_is_no_share_is_refused_by_name(rate):
    with pytest.raises(ValueError, match=f"from 0 to below 1, not {rate}"):
        OriginalDropout(rate)
