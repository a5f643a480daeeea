"""Gradient bounds: slopes, bands and factors are those of networks whose gradient is known by hand."""

import numpy as np
import pytest
from scipy.special import expit

from reproductions import gradient_bounds


def test_the_slope_is_that_of_the_logistic_function_also_far_from_zero():
    z = np.array([-20.0, -1.0, 0.0, 3.0])
    np.testing.assert_allclose(gradient_bounds.slope(z), expit(z) * expit(-z), rtol=1e-12)


def test_at_both_ends_of_the_band_the_factor_is_exactly_one():
    w = 10.0
    half = gradient_bounds.find_width(w) / 2
    assert w * gradient_bounds.slope(w * half) == pytest.approx(1.0, abs=1e-9)
    assert (
        w * gradient_bounds.slope(w * half * 1.01)
        < 1
        < w * gradient_bounds.slope(w * half * 0.99)
    )


def test_factors_of_a_chain_are_weight_times_slope_last_layer_first():
    weights, biases, x = np.array([2.0, -3.0, 0.5]), np.array([0.1, 0.2, 0.3]), 0.7
    z1 = 2.0 * x + 0.1
    z2 = -3.0 * expit(z1) + 0.2
    expected = [0.5 * gradient_bounds.slope(z2), -3.0 * gradient_bounds.slope(z1)]
    np.testing.assert_allclose(
        gradient_bounds.find_factors(weights, biases, x), expected, rtol=1e-12
    )
