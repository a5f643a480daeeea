"""Dying ReLU: nets counted as dead at birth are those whose outputs do not depend on the input."""

import numpy as np
import pytest

from reproductions import dying_relu


@pytest.mark.parametrize(
    ("layers", "units", "probability"),
    [(1, 1, 0.0), (1, 5, 0.0), (2, 1, 0.5), (3, 1, 0.75), (2, 2, 5 / 32)],
)
def test_small_nets_are_dead_with_the_probability_that_can_be_worked_out_by_hand(layers, units, probability):
    found = dying_relu.drawn(1, 20_000, layers, units).mean()
    assert found == pytest.approx(probability, abs=0.015)


def test_each_seed_size_and_number_of_layers_draws_its_own_nets():
    first = dying_relu.drawn(1, 500, 4, 2)
    assert np.array_equal(first, dying_relu.drawn(1, 500, 4, 2))
    assert not np.array_equal(first, dying_relu.drawn(2, 500, 4, 2))


def test_the_network_is_he_normal_with_zero_biases():
    kernel, bias, *_ = dying_relu.he_network(500, (400,), 1).get_weights()
    assert kernel.std() == pytest.approx(np.sqrt(2 / 500), rel=0.02)
    assert np.abs(kernel).max() > 3.5 * np.sqrt(2 / 500)  # truncation would end at 2.3
    assert not bias.any()
