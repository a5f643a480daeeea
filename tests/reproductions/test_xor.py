"""XOR: what decides about threshold units decides other tables rightly too, and success means success."""

import numpy as np
import pytest

from reproductions import xor
from zoo import data

TABLE = data.load("xor").train
ROWS, TARGETS = TABLE.x, TABLE.y[:, 0]


def table(number):
    """One of the sixteen functions of two bits, as the four targets."""
    return np.array([number >> row & 1 for row in range(4)])


def test_fourteen_of_the_sixteen_tables_are_separable_and_xor_and_its_negation_are_not():
    unseparable = [tuple(table(n)) for n in range(16) if not xor.is_separable(ROWS, table(n))]
    assert unseparable == [(0, 1, 1, 0), (1, 0, 0, 1)]


def test_one_threshold_unit_gets_three_rows_of_xor_and_all_four_of_and():
    assert xor.count_most_rows(ROWS, TARGETS) == 3
    assert xor.count_most_rows(ROWS, np.array([0, 0, 0, 1])) == 4


def test_random_units_find_three_rows_of_xor_and_all_four_of_or():
    assert xor.search_most_rows(ROWS, TARGETS, seed=1, units=1_000) == 3
    assert xor.search_most_rows(ROWS, np.array([0, 1, 1, 1]), seed=1, units=1_000) == 4


def test_the_formula_and_the_threshold_units_agree_with_the_operator_of_python():
    expected = [float(int(a) ^ int(b)) for a, b in ROWS]
    assert (
        xor.evaluate_formula(ROWS)
        == expected
        == list(xor.evaluate_threshold_units(ROWS))
        == list(xor.XOR)
    )


@pytest.mark.parametrize(
    ("logits", "right", "solved"),
    [
        ([-5, 5, 5, -5], True, True),
        ([-0.1, 0.1, 0.1, -0.1], True, False),
        ([-5, 5, 5, 5], False, False),
        ([0, 0, 0, 0], False, False),
        ([np.nan, 5, 5, -5], False, False),
    ],
)
def test_solved_means_all_rows_right_and_a_small_cross_entropy(logits, right, solved):
    found = xor.measure_logits(np.array([logits], float), TARGETS)
    assert (found[xor.ALL_ROWS].tolist(), found[xor.SOLVED].tolist()) == ([right], [solved])


def test_constant_outputs_of_one_half_cost_ln_2_and_a_quarter():
    found = xor.measure_logits(np.zeros((1, 4)), TARGETS)
    assert found[xor.ENTROPY] == pytest.approx(np.log(2), abs=1e-15)
    assert found[xor.SQUARES] == pytest.approx(0.25, abs=1e-15)
