"""Data facts: sizes and places of digits are measured where they are."""

import numpy as np

from reproductions import data_facts


def test_the_longest_side_and_the_centre_of_a_digit_that_is_known():
    digits = np.zeros((1, 28, 28), np.uint8)
    digits[0, 4:24, 10:15] = 200
    found = data_facts.measure_places(digits)
    assert found[data_facts.BOX(name="MNIST")] == 20
    # rows 4 to 23 are in the middle; columns 10 to 14 have theirs at 12, that of all 28 is at 13.5
    assert found[data_facts.CENTRE(name="MNIST")] == 1.5
