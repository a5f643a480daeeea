"""The perceptron: the bound is that of the best plane, and XOR is followed move by move."""

import numpy as np
import pytest

from reproductions import perceptron


def test_the_bound_is_that_of_the_best_separating_plane():
    # signed examples with their constant: (1, -1) and (3, 1); nearest to zero in between is (1, -1) itself
    bound = perceptron.bound_corrections(np.array([[-1.0], [3.0]]), np.array([0, 1]))
    assert bound == pytest.approx(10 / 2, rel=1e-6)
    # (1, -1) and (1, 1): nearest is (1, 0), at a distance of 1
    bound = perceptron.bound_corrections(np.array([[-1.0], [1.0]]), np.array([0, 1]))
    assert bound == pytest.approx(2, rel=1e-6)


def test_rows_are_all_combinations_of_bits_in_an_order_that_the_seed_decides():
    rows, order = perceptron.draw_rows(3, seed=1)
    assert sorted(map(tuple, rows)) == sorted({tuple(row) for row in rows}) and len(rows) == 8
    np.testing.assert_array_equal(rows @ [4, 2, 1], order)


def test_on_xor_weights_return_and_three_rows_are_the_most_over_many_orders():
    found = [perceptron.follow_xor(perceptron.SMOKE, seed) for seed in range(1, 30)]
    assert max(most for most, _ in found) == 3
    assert all(np.isfinite(period) for _, period in found)
