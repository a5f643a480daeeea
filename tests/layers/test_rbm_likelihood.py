"""Likelihoods of small machines against brute force and scikit-learn; the estimate against exact ones."""

import numpy as np
import pytest
from sklearn.neural_network import BernoulliRBM

from tests.layers import machines
from zoo.layers import rbm_likelihood
from zoo.layers.rbm import Machine, free_energy

RANDOM = np.random.default_rng(5)
DATA = (RANDOM.random((9, 6)) < 0.5).astype("float64")


def brute_log_z(m):
    """Return ln Z from the energies of all states."""
    return np.log(np.exp(-machines.energies(m, *map(machines.states, m.kernel.shape))).sum())


def conditional(m, v, pixel):
    """Return ln p(v_pixel | the other pixels) of each row from all states of the machine."""
    p = machines.joint(m).sum(axis=1)
    numbers = (v @ 2 ** np.arange(v.shape[1])).astype(int)
    return np.log(p[numbers] / (p[numbers] + p[numbers ^ (1 << pixel)]))


def test_ln_z_is_that_of_all_states():
    m = machines.machine()
    assert float(rbm_likelihood.log_partition(m)) == pytest.approx(brute_log_z(m), rel=1e-12)


def test_ln_z_of_more_states_than_are_enumerated_at_a_time_is_the_one_over_all_visible_states():
    m = machines.machine(8, 14)
    expected = np.logaddexp.reduce(-np.asarray(free_energy(m, machines.states(8))))
    assert rbm_likelihood.ROWS < 2**14
    assert float(rbm_likelihood.log_partition(m)) == pytest.approx(expected, rel=1e-12)


def test_float32_weights_are_summed_in_double_precision():
    m = machines.machine(8, 10)
    single = Machine(*(np.float32(value) for value in m[:3]))
    double = Machine(*(np.float64(value) for value in single[:3]))
    assert float(rbm_likelihood.log_partition(single)) == float(
        rbm_likelihood.log_partition(double)
    )


def test_ln_z_of_gaussian_visible_units_is_the_integral():
    m = machines.machine(1, 3, visible_units="gaussian")
    grid = np.linspace(-25, 25, 50_001)[:, None]
    density = np.exp(-np.asarray(free_energy(m, grid)))
    expected = np.log(density.sum() * (grid[1, 0] - grid[0, 0]))
    assert float(rbm_likelihood.log_partition(m)) == pytest.approx(expected, rel=1e-9)


def test_probabilities_of_all_visible_states_sum_to_one():
    log_p = rbm_likelihood.log_likelihood(machines.machine(), machines.states(6))
    assert np.exp(log_p).sum() == pytest.approx(1, rel=1e-12)


def test_a_known_ln_z_is_used():
    m = machines.machine()
    np.testing.assert_allclose(
        rbm_likelihood.log_likelihood(m, DATA, log_z=2.0),
        -np.asarray(free_energy(m, DATA)) - 2,
    )


@pytest.mark.parametrize(("hidden", "kind"), [(21, "bernoulli"), (4, "gaussian")])
def test_states_that_cannot_be_enumerated_are_refused_with_the_way_out(hidden, kind):
    m = machines.machine(6, hidden, hidden_units=kind)
    with pytest.raises(
        ValueError, match=f"{hidden} {kind} .* use annealed_importance_sampling"
    ):
        rbm_likelihood.log_partition(m)


@pytest.mark.parametrize("pixel", range(6))
def test_the_pseudo_likelihood_of_a_pixel_is_its_conditional_probability(pixel):
    m = machines.machine()
    ours = rbm_likelihood.pseudo_likelihood(m, DATA, pixel)
    np.testing.assert_allclose(ours, 6 * conditional(m, DATA, pixel), rtol=1e-10)


def test_the_exact_pseudo_likelihood_sums_over_all_pixels():
    m = machines.machine()
    expected = sum(conditional(m, DATA, pixel) for pixel in range(6))
    np.testing.assert_allclose(
        rbm_likelihood.exact_pseudo_likelihood(m, DATA), expected, rtol=1e-10
    )


def test_the_stochastic_pseudo_likelihood_is_scikit_learns_for_the_same_pixels():
    m = machines.machine()
    theirs = BernoulliRBM(4, random_state=3)
    theirs.components_ = m.kernel.T
    theirs.intercept_visible_, theirs.intercept_hidden_ = m.visible_bias, m.hidden_bias
    pixels = np.random.RandomState(3).randint(0, 6, len(DATA))
    ours = rbm_likelihood.pseudo_likelihood(m, DATA, pixels)
    np.testing.assert_allclose(ours, theirs.score_samples(DATA), rtol=1e-10)


def test_the_pseudo_likelihood_of_gaussian_units_is_refused():
    m = machines.machine(visible_units="gaussian")
    with pytest.raises(ValueError, match="bernoulli units on both sides"):
        rbm_likelihood.exact_pseudo_likelihood(m, DATA)
    with pytest.raises(ValueError, match="bernoulli units on both sides"):
        rbm_likelihood.pseudo_likelihood(m, DATA, 0)


def test_the_free_energy_gap_is_the_difference_of_the_means():
    m = machines.machine()
    energies = np.asarray(free_energy(m, DATA))
    gap = rbm_likelihood.free_energy_gap(m, DATA[:4], DATA[4:])
    assert float(gap) == pytest.approx(energies[4:].mean() - energies[:4].mean())


@pytest.mark.parametrize("base", [False, True], ids=["even base", "base of the data"])
def test_annealed_importance_sampling_agrees_with_enumeration_at_15_hidden_units(base):
    m = machines.machine(20, 15)
    m = m._replace(kernel=0.7 * m.kernel)
    data = (np.random.default_rng(1).random((50, 20)) < 0.4).astype("float64")
    bias = rbm_likelihood.log_odds(data) if base else None
    estimate = rbm_likelihood.annealed_importance_sampling(
        m, 1, temperatures=600, base_bias=bias
    )
    exact = float(rbm_likelihood.log_partition(m))
    assert estimate.low < exact < estimate.high
    assert estimate.low < estimate.log_z < estimate.high
    assert estimate.high - estimate.low < 0.6


def test_annealing_in_one_step_is_less_certain_than_in_many():
    m = machines.machine(12, 8)
    widths = []
    for temperatures in (1, 300):
        estimate = rbm_likelihood.annealed_importance_sampling(
            m, 1, temperatures=temperatures
        )
        widths.append(estimate.high - estimate.low)
    assert widths[0] > 4 * widths[1]


def test_a_machine_without_interactions_is_estimated_without_error():
    m = machines.machine()._replace(kernel=np.zeros((6, 4)), hidden_bias=np.zeros(4))
    estimate = rbm_likelihood.annealed_importance_sampling(
        m, 1, temperatures=3, base_bias=m.visible_bias
    )
    assert estimate == pytest.approx((brute_log_z(m),) * 3, rel=1e-12)


def test_log_odds_give_back_the_shares_of_ones_and_are_finite_for_constant_pixels():
    data = np.array([[0, 1, 1], [0, 1, 0], [0, 1, 1], [0, 1, 0]])
    shares = 1 / (1 + np.exp(-rbm_likelihood.log_odds(data, floor=1e-9)))
    np.testing.assert_allclose(shares, [0, 1, 0.5], atol=1e-6)
    assert np.isfinite(rbm_likelihood.log_odds(data)).all()
