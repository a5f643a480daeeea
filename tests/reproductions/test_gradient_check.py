"""The gradient check sees wrong equations, and its own networks are Keras's."""

import numpy as np
import pytest

from reproductions import gradient_check
from reproductions.gradient_check import (
    NETS,
    compare,
    differentiate,
    draw_numbers,
    estimate_gradient,
)


def test_every_page_has_its_network():
    assert list(NETS) == list(gradient_check.PAGES)


@pytest.mark.parametrize("net", NETS.values(), ids=list(NETS))
def test_a_gradient_that_is_off_by_a_millionth_is_noticed(net):
    net = draw_numbers(net, 8, seed=1)
    exact = differentiate(net)
    assert compare(net.equations(net), exact) < 1e-12
    assert compare(net.equations(net) * (1 + 1e-6), exact) > 1e-7


def test_differences_get_better_with_the_square_of_the_step():
    net = draw_numbers(NETS[gradient_check.LAYERS], 8, seed=1)
    exact = differentiate(net)
    coarse = compare(estimate_gradient(net, 1e-2), exact)
    fine = compare(estimate_gradient(net, 1e-3), exact)
    assert coarse / fine == pytest.approx(100, rel=0.1)


def test_a_net_without_biases_draws_the_same_kernels():
    net = NETS[gradient_check.LAYERS]
    whole = draw_numbers(net, 8, seed=1)
    bare = draw_numbers(net._replace(has_biases=False), 8, seed=1)
    assert [kernel.shape for kernel, _ in bare.layers] == [(3, 5), (5, 4), (4, 3)]
    for (kernel, bias), (same_kernel, no_bias) in zip(whole.layers, bare.layers, strict=True):
        np.testing.assert_array_equal(kernel, same_kernel)
        assert bias.all() and not no_bias.any()
    np.testing.assert_array_equal(whole.x, bare.x)
