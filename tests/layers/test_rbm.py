"""The machine's formulas against brute force and scikit-learn; the layer against the updates it means."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.neural_network import BernoulliRBM

from tests.layers import machines
from zoo.layers import RBM
from zoo.layers import rbm as mathematics

RANDOM = np.random.default_rng(5)
DATA = (RANDOM.random((7, 6)) < [0.2, 0.5, 0.8, 0.3, 0.6, 0.5]).astype("float64")
NAMES = ("kernel", "visible_bias", "hidden_bias")


def layer_with(machine, **choices):
    """Return a float64 layer that holds the machine."""
    choices = {"seed": 1, "dtype": "float64"} | choices
    layer = RBM(machine.kernel.shape[1], **choices)
    layer.build((None, machine.kernel.shape[0]))
    for name in NAMES:
        getattr(layer, name).assign(getattr(machine, name))
    return layer


def gradients(layer, v, training=True):
    """Return the gradients of the mean output for kernel, visible and hidden bias."""
    weights = [getattr(layer, name) for name in NAMES]
    with tf.GradientTape() as tape:
        cost = tf.reduce_mean(layer(tf.constant(v), training=training))
    return tape.gradient(cost, [weight.value for weight in weights])


@pytest.fixture(scope="module")
def twins():
    """Return a machine and scikit-learn's with the same weights."""
    m = machines.machine(12, 9)
    theirs = BernoulliRBM(9, random_state=3)
    theirs.components_ = m.kernel.T
    theirs.intercept_visible_, theirs.intercept_hidden_ = m.visible_bias, m.hidden_bias
    return m, theirs, (RANDOM.random((20, 12)) < 0.5).astype("float64")


def test_the_free_energy_is_minus_the_log_of_the_summed_weights_of_all_hidden_states():
    m = machines.machine()
    expected = -np.log(np.exp(-machines.energies(m, DATA, machines.states(4))).sum(axis=1))
    np.testing.assert_allclose(mathematics.free_energy(m, DATA), expected, rtol=1e-12)


def test_conditionals_are_the_means_over_all_states():
    m = machines.machine()
    h = machines.states(4)[[3, 9, 14]]
    expected = machines.hidden_shares(m, DATA) @ machines.states(4)
    np.testing.assert_allclose(
        mathematics.hidden_given_visible(m, DATA), expected, rtol=1e-12
    )
    expected = machines.visible_shares(m, h) @ machines.states(6)
    np.testing.assert_allclose(mathematics.visible_given_hidden(m, h), expected, rtol=1e-12)


def test_free_energy_and_conditionals_are_scikit_learns(twins):
    m, theirs, v = twins
    np.testing.assert_allclose(
        mathematics.free_energy(m, v), theirs._free_energy(v), rtol=1e-12
    )
    np.testing.assert_allclose(
        mathematics.hidden_given_visible(m, v), theirs.transform(v), rtol=1e-12
    )


def test_a_reconstruction_is_the_mean_of_scikit_learns_visible_samples(twins):
    m, theirs, v = twins
    hidden = np.repeat(theirs.transform(v[:3]), 4000, axis=0)
    samples = theirs._sample_visibles(hidden, np.random.RandomState(0)).reshape(3, 4000, 12)
    np.testing.assert_allclose(
        mathematics.reconstruct(m, v[:3]), samples.mean(axis=1), atol=0.035
    )


def test_a_step_of_gibbs_sampling_reaches_the_states_of_scikit_learns_as_often(twins):
    m, theirs, v = twins
    many = np.repeat(v[:2], 4000, axis=0)
    ours = mathematics.gibbs(m, many, seed=1).numpy().reshape(2, 4000, 12)
    reference = theirs.gibbs(many).reshape(2, 4000, 12)
    assert set(np.unique(ours)) == {0.0, 1.0}
    np.testing.assert_allclose(ours.mean(axis=1), reference.mean(axis=1), atol=0.045)


def test_long_chains_forget_their_start_and_follow_the_machine():
    m = machines.machine()
    start = np.tile(DATA[:1], (6000, 1))
    reached = mathematics.gibbs(m, start, 30, seed=2).numpy()
    expected = machines.joint(m).sum(axis=1) @ machines.states(6)
    assert np.abs(reached.mean(axis=0) - expected).max() < 0.03
    assert (
        np.abs(mathematics.gibbs(m, start, 1, seed=2).numpy().mean(axis=0) - expected).max()
        > 0.1
    )


def test_the_seed_decides_a_chain_and_each_draw_is_new():
    m = machines.machine()
    start = np.tile(DATA[:1], (50, 1))
    first, again, other = (
        mathematics.gibbs(m, start, 2, seed=seed).numpy() for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    generator = keras.random.SeedGenerator(1)
    first, second = (mathematics.gibbs(m, start, seed=generator).numpy() for _ in range(2))
    assert not np.array_equal(first, second)


def test_without_any_draws_a_step_is_the_reconstruction():
    m = machines.machine()
    quiet = mathematics.gibbs(m, DATA, 2, seed=1, sample_hidden=False, sample_visible=False)
    np.testing.assert_array_equal(
        quiet, mathematics.reconstruct(m, mathematics.reconstruct(m, DATA))
    )


def test_gaussian_visible_units_have_their_field_as_mean_and_variance_one():
    m = machines.machine(visible_units="gaussian")
    h = machines.states(4)[[5]]
    np.testing.assert_allclose(
        mathematics.visible_given_hidden(m, h), h @ m.kernel.T + m.visible_bias
    )
    means = np.zeros((4000, 3))
    samples = mathematics.drawn(
        tf.constant(means), "gaussian", keras.random.SeedGenerator(1)
    ).numpy()
    assert np.abs(samples.std(axis=0) - 1).max() < 0.05


def test_the_free_energy_of_gaussian_units_is_their_energy_summed_or_integrated():
    m = machines.machine(visible_units="gaussian")
    h = machines.states(4)
    quadratic = 0.5 * ((DATA - m.visible_bias) ** 2).sum(axis=1)
    expected = quadratic - np.log(
        np.exp(DATA @ m.kernel @ h.T + h @ m.hidden_bias).sum(axis=1)
    )
    np.testing.assert_allclose(mathematics.free_energy(m, DATA), expected, rtol=1e-12)
    one = machines.machine(6, 1, hidden_units="gaussian")
    h, width = np.linspace(-30, 30, 60_001, retstep=True)
    energy = (
        0.5 * (h - one.hidden_bias) ** 2
        - (DATA @ one.kernel) * h
        - (DATA @ one.visible_bias)[:, None]
    )
    expected = -np.log(np.exp(-energy).sum(axis=1) * width)
    np.testing.assert_allclose(mathematics.free_energy(one, DATA), expected, rtol=1e-9)


def test_the_positive_phase_is_the_mean_of_v_h_over_the_data():
    m = machines.machine()
    layer = layer_with(m)
    with tf.GradientTape() as tape:
        energy = tf.reduce_mean(mathematics.free_energy(layer, tf.constant(DATA)))
    ours = tape.gradient(energy, [getattr(layer, name).value for name in NAMES])
    for gradient, mean in zip(
        ours, machines.statistics(m, machines.shares_of(DATA)), strict=True
    ):
        np.testing.assert_allclose(gradient, -mean, rtol=1e-10)


def test_without_draws_the_gradient_is_the_difference_of_the_two_phases():
    m = machines.machine()
    v = DATA
    imagined = mathematics.reconstruct(m, v).numpy()
    h, h_imagined = (mathematics.hidden_given_visible(m, x).numpy() for x in (v, imagined))
    expected = (imagined.T @ h_imagined - v.T @ h) / len(v), (imagined - v).mean(axis=0)
    layer = layer_with(m, sample_hidden=False)
    for training in (True, False):
        kernel, visible, hidden = gradients(layer, v, training)
        np.testing.assert_allclose(kernel, expected[0], rtol=1e-10)
        np.testing.assert_allclose(visible, expected[1], rtol=1e-10)
        np.testing.assert_allclose(hidden, (h_imagined - h).mean(axis=0), rtol=1e-10)


def sampled_gradients(layer, v, times):
    """Return `times` gradients of the kernel, each with new draws."""
    step = tf.function(lambda: gradients(layer, v)[0])
    return np.stack([step().numpy() for _ in range(times)])


def distance(samples, expected):
    """Return the largest distance of the samples' mean from what is expected, in standard errors."""
    error = samples.std(axis=0, ddof=1) / np.sqrt(len(samples))
    return np.abs((samples.mean(axis=0) - expected) / error).max()


def after_one_step(m, v_shares):
    """Return the probabilities of all v after one step of Gibbs sampling."""
    h_shares = v_shares @ machines.hidden_shares(m, machines.states(len(m.visible_bias)))
    return h_shares @ machines.visible_shares(m, machines.states(len(m.hidden_bias)))


def test_the_mean_update_of_cd_1_is_what_enumerating_all_its_draws_gives():
    m = machines.machine()
    data = machines.shares_of(DATA)
    positive, once, twice = (
        machines.statistics(m, shares)[0]
        for shares in (
            data,
            after_one_step(m, data),
            after_one_step(m, after_one_step(m, data)),
        )
    )
    samples = sampled_gradients(
        layer_with(m, sample_visible=True), np.tile(DATA, (20, 1)), 300
    )
    assert distance(samples, once - positive) < 4.5
    assert distance(samples, twice - positive) > 9


def test_the_mean_update_with_visible_probabilities_is_what_enumerating_the_hidden_draws_gives():
    m = machines.machine()
    h = machines.states(4)
    imagined = np.asarray(mathematics.visible_given_hidden(m, h))
    products = np.einsum(
        "sv,sh->svh", imagined, mathematics.hidden_given_visible(m, imagined)
    )
    chances = machines.hidden_shares(m, DATA).mean(axis=0)
    positive = machines.statistics(m, machines.shares_of(DATA))[0]
    samples = sampled_gradients(layer_with(m), np.tile(DATA, (20, 1)), 300)
    assert distance(samples, np.tensordot(chances, products, 1) - positive) < 4.5


@pytest.mark.parametrize(
    "choices", [{"steps": 25}, {"chains": 500, "steps": 10}], ids=["CD-25", "PCD-10"]
)
def test_long_chains_give_the_gradient_of_the_log_likelihood_and_cd_1_does_not(choices):
    m = machines.machine()
    model, data = machines.joint(m).sum(axis=1), machines.shares_of(DATA)
    exact = machines.statistics(m, model)[0] - machines.statistics(m, data)[0]
    v = np.tile(DATA, (40, 1))
    layer = layer_with(m, sample_visible=True, **choices)
    samples = sampled_gradients(layer, v, 45)[5:]
    assert distance(samples, exact) < 4.5
    assert distance(sampled_gradients(layer_with(m, sample_visible=True), v, 40), exact) > 9


def test_persistent_chains_go_on_from_where_they_were_and_leave_inference_alone():
    layer = layer_with(machines.machine(), chains=3, sample_visible=True)
    before = layer.fantasies.numpy()
    layer(DATA)
    np.testing.assert_array_equal(layer.fantasies, before)
    layer(DATA, training=True)
    assert not np.array_equal(layer.fantasies, before)
    assert set(np.unique(layer.fantasies)) <= {0.0, 1.0}


def test_persistent_chains_imagine_what_their_own_hidden_states_say_whatever_the_data():
    m = machines.machine()
    layer = layer_with(m, chains=2, sample_visible=True)
    outputs = layer(DATA, training=True).numpy() - mathematics.free_energy(m, DATA)
    np.testing.assert_allclose(outputs, outputs[0], rtol=1e-12)
    still = machines.machine()._replace(
        kernel=np.zeros((6, 4)), visible_bias=np.full(6, 50.0)
    )
    imagined = layer_with(still, chains=2, sample_visible=True).imagine(None)
    np.testing.assert_array_equal(imagined, np.ones((2, 6)))


def test_in_inference_the_output_is_the_gap_to_the_reconstruction_and_draws_nothing():
    m = machines.machine()
    layer = layer_with(m)
    state = layer.random_state.state.numpy()
    gap = mathematics.free_energy(m, DATA) - mathematics.free_energy(
        m, mathematics.reconstruct(m, DATA)
    )
    np.testing.assert_allclose(layer(DATA), gap, rtol=1e-12)
    np.testing.assert_array_equal(layer.random_state.state, state)
    layer(DATA, training=True)
    assert not np.array_equal(layer.random_state.state, state)


def test_a_finished_level_returns_its_hidden_means_and_has_no_random_state():
    m = machines.machine()
    layer = layer_with(m, returns="hidden")
    np.testing.assert_allclose(
        layer(DATA, training=True), mathematics.hidden_given_visible(m, DATA)
    )
    assert [variable.name for variable in layer.variables] == list(NAMES)


def test_a_linear_code_is_updated_as_in_the_released_code():
    m = machines.machine(hidden_units="gaussian")
    layer = layer_with(m, hidden_units="gaussian", sample_hidden=False)
    h = DATA @ m.kernel + m.hidden_bias
    imagined = 1 / (1 + np.exp(-(h @ m.kernel.T + m.visible_bias)))
    h_imagined = imagined @ m.kernel + m.hidden_bias
    kernel, _, hidden = gradients(layer, DATA)
    np.testing.assert_allclose(
        kernel, (imagined.T @ h_imagined - DATA.T @ h) / len(DATA), rtol=1e-10
    )
    np.testing.assert_allclose(hidden, (h_imagined - h).mean(axis=0), rtol=1e-9)


def test_a_layer_comes_back_from_its_configuration():
    choices = {"steps": 2, "chains": 3, "sample_visible": True, "seed": 4, "name": "machine"}
    layer = RBM(5, kernel_initializer="zeros", hidden_bias_initializer="ones", **choices)
    again = RBM.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert {name: getattr(again, name) for name in choices} == choices
    assert isinstance(again.hidden_bias_initializer, keras.initializers.Ones)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"visible_units": "binary"}, "visible_units must be .* not 'binary'"),
        ({"hidden_units": "relu"}, "hidden_units must be .* not 'relu'"),
        (
            {"visible_units": "gaussian", "hidden_units": "gaussian"},
            "make one side bernoulli",
        ),
        ({"returns": "loss"}, "returns must be"),
        ({"steps": 0}, "steps must be a whole number from 1, not 0"),
        ({"units": 2.5}, "units must be a whole number from 1, not 2.5"),
        ({"chains": -1}, "chains must be a whole number from 0, not -1"),
        ({"chains": 5}, "set sample_hidden and sample_visible"),
    ],
)
def test_choices_that_do_not_exist_or_go_together_are_refused(choices, message):
    with pytest.raises(ValueError, match=message):
        RBM(**{"units": 4} | choices)
