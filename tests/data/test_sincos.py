"""The curve to fit: its known values, its points, its noise."""

import numpy as np
import pytest

from zoo.data import DataError, load
from zoo.data.sincos import best_pieces, curve


def test_the_curve_has_its_known_values():
    np.testing.assert_allclose(
        curve(np.array([-1.0, 0, 1, 0.5, 0.11735])), [1, 1, 1, -2, 1.634177], atol=1e-6
    )


def test_the_test_split_is_the_noiseless_curve_on_an_even_grid():
    test = load("sincos", noise=1.0).test
    assert test.x.shape == test.y.shape == (401, 1)
    np.testing.assert_allclose(np.diff(test.x[:, 0]), 0.005, atol=1e-6)
    np.testing.assert_allclose(test.y, curve(test.x.astype(float)), atol=1e-5)


def test_points_lie_on_a_grid_or_are_drawn_from_the_seed():
    grid, drawn = load("sincos", samples=5), load("sincos", samples=5, grid=False)
    np.testing.assert_allclose(grid.train.x[:, 0], [-1, -0.5, 0, 0.5, 1])
    assert np.abs(drawn.train.x).max() <= 1 and np.ptp(np.diff(drawn.train.x[:, 0])) > 0.01
    assert drawn.digest != load("sincos", samples=5, grid=False, seed=1).digest


def test_noise_has_the_asked_standard_deviation_in_training_and_validation():
    noisy = load("sincos", samples=20_000, noise=0.3)
    for part in (noisy.train, noisy.valid):
        assert np.std(part.y - curve(part.x.astype(float))) == pytest.approx(0.3, rel=0.03)


@pytest.mark.parametrize("wrong", [{"samples": 1}, {"noise": -0.1}])
def test_too_few_points_and_negative_noise_are_refused(wrong):
    with pytest.raises(DataError, match="sincos: needs"):
        load("sincos", **wrong)


def test_one_and_two_pieces_leave_what_least_squares_on_every_split_leaves():
    x = np.linspace(-1, 1, 401)

    def left(points):
        fitted = np.polynomial.Polynomial.fit(x[points], curve(x[points]), 1)(x[points])
        return ((fitted - curve(x[points])) ** 2).sum() / 401

    two = min(left(slice(0, cut)) + left(slice(cut, None)) for cut in range(2, 400))
    np.testing.assert_allclose(best_pieces(2), [left(slice(None)), two], rtol=1e-9)


def test_a_piece_for_every_two_points_leaves_nothing():
    least = best_pieces(201)
    assert (np.diff(least) <= 1e-15).all()
    assert least[-1] < 1e-12 < least[99]
