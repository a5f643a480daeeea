"""Loss surface: gradient and Hessian are the loss's, and Newton's ends are what they are taken for."""

import numpy as np
import pytest

from reproductions import loss_surface
from zoo.models import mlp

POINTS = np.random.default_rng(0).normal(size=(3, 9))


@pytest.mark.parametrize("weight", range(9))
def test_gradient_and_hessian_are_finite_differences_of_loss_and_gradient(weight):
    step = 1e-6 * np.eye(9)[weight]
    _, slope, curvature = loss_surface.differentiate(POINTS)
    (high, high_slope, _), (low, low_slope, _) = map(
        loss_surface.differentiate, (POINTS + step, POINTS - step)
    )
    np.testing.assert_allclose((high - low) / 2e-6, slope[:, weight], atol=1e-9)
    np.testing.assert_allclose(
        (high_slope - low_slope) / 2e-6, curvature[:, weight], atol=1e-9
    )


def test_the_loss_is_that_of_the_zoos_network():
    model = mlp(2, (2,), 1, activation="sigmoid")
    inner = POINTS[0, :6].reshape(2, 3)
    model.set_weights([inner[:, :2].T, inner[:, 2], POINTS[0, 6:8, None], POINTS[0, 8:]])
    outputs = 1 / (1 + np.exp(-model.predict(loss_surface.ROWS[:, :2], verbose=0)[:, 0]))
    expected = ((outputs - loss_surface.TARGETS) ** 2).mean()
    assert loss_surface.differentiate(POINTS[:1])[0][0] == pytest.approx(expected, rel=1e-5)


def test_newton_finds_points_without_slope_and_the_flat_point_of_constant_outputs_falls_away():
    draw = np.random.default_rng(1)
    ends = loss_surface.follow_newton(draw.normal(size=(20, 9)), steps=100)
    assert (
        np.abs(loss_surface.differentiate(ends)[1]).max(axis=1) < loss_surface.NO_SLOPE
    ).sum() > 5
    assert loss_surface.has_lower_beside(np.zeros(9), draw, steps=500)


def test_a_solution_has_nothing_lower_beside_it_and_its_segment_rises_in_the_middle():
    draw = np.random.default_rng(2)
    end = loss_surface.find_solution(draw, spread=2.0)
    assert not loss_surface.has_lower_beside(end, draw, steps=100)
    along = loss_surface.measure_segment(end)
    assert along[0] == pytest.approx(along[-1], abs=1e-15)
    assert along[20] > along[0] + 1e-3
