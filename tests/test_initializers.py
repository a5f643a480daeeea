"""Initial weights have the spread of their sources, and are not truncated."""

import keras
import numpy as np
import pytest

from zoo import initializers
from zoo.models import mlp

DRAWN = {
    "kernel of 784 inputs": (initializers.nielsen_kernel, (784, 400), 1 / 28),
    "kernel of 30 inputs": (initializers.nielsen_kernel, (30, 10_000), 30**-0.5),
    "bias": (initializers.nielsen_bias, (300_000,), 1.0),
    "large kernel": (initializers.nielsen_large_kernel, (784, 400), 1.0),
}


@pytest.fixture(params=DRAWN)
def drawn(request):
    """Return some 300,000 initial values, in units of the standard deviation that the source states."""
    make, shape, deviation = DRAWN[request.param]
    keras.utils.set_random_seed(1)
    return np.ravel(make()(shape)) / deviation


def test_the_standard_deviation_is_the_sources(drawn):
    assert abs(drawn.std() - 1) < 0.01
    assert abs(drawn.mean()) < 0.01


def test_the_tails_are_those_of_a_normal_distribution_and_not_cut_at_two(drawn):
    assert np.mean(np.abs(drawn) > 2) == pytest.approx(0.0455, rel=0.05)
    assert np.mean(np.abs(drawn) > 3) == pytest.approx(0.0027, rel=0.2)


def test_kerass_lecun_normal_is_another_distribution():
    kernel = np.ravel(keras.initializers.LecunNormal(1)((784, 400))) * 28
    assert not np.any(np.abs(kernel) > 2.5)


def test_a_filter_counts_all_its_inputs():
    keras.utils.set_random_seed(1)
    assert np.std(initializers.nielsen_kernel()((5, 5, 4, 3_000))) == pytest.approx(
        0.1, rel=0.01
    )


def test_nielsens_later_kernel_counts_the_outputs_of_a_filter():
    keras.utils.set_random_seed(1)
    kernel = initializers.nielsen_fan_out_kernel(4.0)((5, 5, 3_000, 4))
    assert np.std(kernel) == pytest.approx(0.2, rel=0.01)


def test_the_limits_of_lisas_convolutions_count_what_pooling_leaves():
    keras.utils.set_random_seed(1)
    kernel = np.abs(initializers.PooledGlorotUniform(4)((5, 5, 20, 50)))
    assert 0.999 < kernel.max() / (6 / (500 + 1250 / 4)) ** 0.5 <= 1
    assert np.mean(kernel < kernel.max() / 2) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    "make", [initializers.nielsen_kernel, initializers.nielsen_large_kernel]
)
def test_layers_that_are_given_one_initializer_start_with_different_weights(make):
    model = mlp(
        9, (9, 9), 9, kernel_initializer=make(), bias_initializer=initializers.nielsen_bias()
    )
    first, second, last = (layer.get_weights() for layer in model.layers[1:])
    for kind in (0, 1):
        assert not np.array_equal(first[kind], second[kind])
        assert not np.array_equal(second[kind], last[kind])


@pytest.mark.parametrize("make", [make for make, _, _ in DRAWN.values()])
def test_the_seed_decides_the_values(make):
    def values(seed):
        keras.utils.set_random_seed(seed)
        return np.asarray(make()((4, 5)))

    np.testing.assert_array_equal(values(1), values(1))
    assert not np.array_equal(values(1), values(2))
