"""The hidden plane of XOR: what looks for lines finds those that there are."""

import numpy as np
import pytest

from reproductions import xor_hidden_plane
from zoo import data

ROWS = data.load("xor").train


def test_the_rows_are_not_separable_and_become_so_when_one_moves_across_the_segment():
    assert not xor_hidden_plane.is_separable(ROWS.x)
    moved = np.array([[0, 0], [0, 1], [1, 0], [0, 0.4]])  # row 11 no longer beyond the others
    assert xor_hidden_plane.is_separable(moved)
    assert not xor_hidden_plane.is_separable(np.array([[0, 0], [0, 1], [1, 0], [0.6, 0.6]]))


@pytest.mark.parametrize(
    ("targets", "share"), [([0, 0, 0, 1], 1), ([1, 0, 0, 0], 1), ([0, 1, 1, 0], 0.75)]
)
def test_the_best_line_gets_all_rows_of_and_and_nor_and_three_of_xor(targets, share):
    assert xor_hidden_plane.score_best_line(ROWS.x, np.array(targets)) == share


def test_no_line_comes_between_points_at_the_same_place():
    together = np.array([[0, 0], [0, 0], [1, 1], [1, 1]])
    assert xor_hidden_plane.score_best_line(together, np.array([0, 1, 0, 1])) == 0.5
    assert xor_hidden_plane.score_best_line(together, np.array([0, 1, 1, 1])) == 0.75
