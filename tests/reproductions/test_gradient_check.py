"""The gradient check sees wrong equations, and its own networks are Keras's."""

import numpy as np
import pytest

from reproductions import gradient_check
from reproductions.gradient_check import NETS, apart, automatic, differences, drawn


@pytest.mark.parametrize("net", NETS, ids=list(gradient_check.PAGES))
def test_a_gradient_that_is_off_by_a_millionth_is_noticed(net):
    weights, x, y = drawn(net, 8, seed=1)
    exact = automatic(net, weights, x, y)
    assert apart(net.equations(net, weights, x, y), exact) < 1e-12
    assert apart(net.equations(net, weights, x, y) * (1 + 1e-6), exact) > 1e-7


def test_differences_get_better_with_the_square_of_the_step():
    net = NETS[1]
    weights, x, y = drawn(net, 8, seed=1)
    exact = automatic(net, weights, x, y)
    coarse, fine = (apart(differences(net, weights, x, y, step), exact) for step in (1e-2, 1e-3))
    assert coarse / fine == pytest.approx(100, rel=0.1)


def test_a_net_without_biases_draws_the_same_kernels():
    net = NETS[1]
    whole, bare = (drawn(net._replace(biases=b), 8, seed=1) for b in (True, False))
    kernels = bare[0] != 0
    assert kernels.sum() == 3 * 5 + 5 * 4 + 4 * 3
    np.testing.assert_array_equal(whole[0][kernels], bare[0][kernels])
    np.testing.assert_array_equal(whole[1], bare[1])
