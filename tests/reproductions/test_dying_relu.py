"""Dying ReLU: nets counted as dead at birth are those whose outputs do not depend on the input."""

from dataclasses import replace

import numpy as np
import pytest

from reproductions import dying_relu


@pytest.mark.parametrize(
    ("layers", "units", "probability"),
    [(1, 1, 0.0), (1, 5, 0.0), (2, 1, 0.5), (3, 1, 0.75), (2, 2, 5 / 32)],
)
def test_small_nets_are_dead_with_the_probability_that_can_be_worked_out_by_hand(
    layers, units, probability
):
    found = dying_relu.draw_nets(1, 20_000, layers, units).mean()
    assert found == pytest.approx(probability, abs=0.015)


def test_each_seed_size_and_number_of_layers_draws_its_own_nets():
    first = dying_relu.draw_nets(1, 500, 4, 2)
    assert np.array_equal(first, dying_relu.draw_nets(1, 500, 4, 2))
    assert not np.array_equal(first, dying_relu.draw_nets(2, 500, 4, 2))


def test_the_network_is_he_normal_with_zero_biases():
    kernel, bias, *_ = dying_relu.he_network(500, (400,), 1).get_weights()
    assert kernel.std() == pytest.approx(np.sqrt(2 / 500), rel=0.02)
    assert np.abs(kernel).max() > 3.5 * np.sqrt(2 / 500)  # truncation would end at 2.3
    assert not bias.any()


def test_seeds_beyond_those_that_try_the_rates_have_empty_metrics():
    config = replace(dying_relu.SMOKE, rate_seeds=10, seeds=(11, 12))
    found = dying_relu.measure_rates(config, dataset=None)
    assert {name: len(values) for name, values in found.items()} == {
        dying_relu.DEAD(rate=0.03): 0,
        dying_relu.DEAD(rate=3): 0,
        dying_relu.MOST: 0,
    }


def test_a_network_counts_if_40_percent_of_its_units_are_dead_at_any_rate(monkeypatch):
    shares = {0.03: [0.0, 0.0, np.nan], 3.0: [0.4, 0.39, 0.5]}
    monkeypatch.setattr(
        dying_relu, "train_rate", lambda config, dataset, rate, seeds: np.array(shares[rate])
    )
    found = dying_relu.measure_rates(replace(dying_relu.SMOKE, seeds=(1, 2, 3)), dataset=None)
    assert found[dying_relu.MOST].tolist() == [True, False, True]
