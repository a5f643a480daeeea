"""One unit, and Rosenblatt's rule: it separates what can be separated, and never what cannot."""

import numpy as np
import pytest

from zoo.models import perceptron, rosenblatt
from zoo.models.perceptron import corrected

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.fixture
def separable():
    """Return points, their sides of a line, and the least number of corrections that must be enough."""
    random = np.random.default_rng(0)
    normal, offset = np.array([0.6, -0.8]), 0.3
    x = random.uniform(-2, 2, (400, 2))
    distance = x @ normal + offset
    x, distance = x[np.abs(distance) > 0.1], distance[np.abs(distance) > 0.1]
    length = np.sqrt(normal @ normal + offset**2)
    margin = np.abs(distance).min() / length
    radius = np.sqrt((x**2).sum(axis=1) + 1).max()
    return x, (distance > 0).astype(int), (radius / margin) ** 2


def test_two_inputs_make_three_parameters():
    assert perceptron(2).count_params() == 3
    assert "3 parameters" in perceptron.__doc__


def test_a_logistic_unit_gives_the_weighted_sum():
    model = perceptron(2)
    model.set_weights([np.array([[2.0], [-1.0]]), np.array([0.5])])
    assert np.asarray(model(CORNERS)).ravel().tolist() == [0.5, -0.5, 2.5, 1.5]


def test_a_step_gives_one_where_the_weighted_sum_is_positive():
    model = perceptron(2, unit="step")
    model.set_weights([np.array([[1.0], [1.0]]), np.array([-1.5])])
    assert np.asarray(model(CORNERS)).ravel().tolist() == [0, 0, 0, 1]


def test_the_rule_separates_what_a_line_separates_within_novikoffs_bound(separable):
    x, y, bound = separable
    learned = rosenblatt(x, y, passes=10_000)
    assert learned.separated
    assert 0 < learned.mistakes <= bound
    model = perceptron(2, unit="step", dtype="float64")
    model.set_weights([learned.kernel, learned.bias])
    np.testing.assert_array_equal(np.asarray(model(x)).ravel(), y)


def test_the_rate_scales_the_weights_and_changes_no_decision(separable):
    x, y, _ = separable
    one, half = rosenblatt(x, y, passes=1000), rosenblatt(x, y, passes=1000, rate=0.5)
    assert half.mistakes == one.mistakes
    np.testing.assert_array_equal(half.kernel, 0.5 * one.kernel)


def test_a_right_answer_changes_nothing_and_a_wrong_one_moves_by_the_example():
    kernel, x = np.array([1.0, 0.0]), np.array([2.0, 3.0])
    same, bias = corrected(kernel, 0.5, x, 1)
    assert (same.tolist(), bias) == ([1.0, 0.0], 0.5)
    moved, bias = corrected(kernel, 0.5, x, 0, rate=0.1)
    assert (moved.tolist(), bias) == ([1.0 - 0.2, -0.1 * 3.0], 0.4)


def test_and_is_learned_and_exclusive_or_never():
    assert rosenblatt(CORNERS, [0, 0, 0, 1]).separated
    learned = rosenblatt(CORNERS, [0, 1, 1, 0], passes=200)
    assert not learned.separated
    assert learned.mistakes >= 200


@pytest.mark.parametrize("y", [[-1, 1, 1, 1], [0, 1], [[0], [1], [0], [1]]])
def test_targets_that_are_no_zeros_and_ones_for_the_examples_are_refused(y):
    with pytest.raises(ValueError, match="must be 0 or 1, one for each of the 4 examples"):
        rosenblatt(CORNERS, y)


def test_no_passes_and_another_unit_are_refused():
    with pytest.raises(ValueError, match="passes must be a positive whole number, not 0"):
        rosenblatt(CORNERS, [0, 0, 0, 1], passes=0)
    with pytest.raises(ValueError, match='"logistic" or "step", not \'sign\''):
        perceptron(2, unit="sign")
    with pytest.raises(ValueError, match="positive whole numbers, not 0"):
        perceptron(0)
