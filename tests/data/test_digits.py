"""scikit-learn's digits: sizes, range, class balance of the fixed splits."""

import numpy as np

from zoo.data import load


def test_the_splits_have_their_sizes_and_classes():
    digits = load("digits")
    counts = [
        np.bincount(part.y).tolist() for part in (digits.train, digits.valid, digits.test)
    ]
    assert counts[0] == [99, 102, 100, 104, 98, 100, 101, 99, 98, 99]
    assert counts[1] == [40, 41, 37, 40, 40, 41, 41, 40, 37, 40]
    assert counts[2] == [39, 39, 40, 39, 43, 41, 39, 40, 39, 41]
    assert digits.name == "digits (UCI, 8x8)" and digits.train.y.dtype == np.int64


def test_pixels_run_from_0_to_1_in_steps_of_a_16th_in_file_order():
    digits, raw = load("digits"), load("digits", raw=True)
    assert digits.train.x.shape == (1000, 8, 8, 1) and raw.train.x.dtype == np.uint8
    assert (digits.train.x.min(), digits.train.x.max(), raw.train.x.max()) == (0, 1, 16)
    np.testing.assert_array_equal(digits.test.x * 16, raw.test.x)
    np.testing.assert_array_equal(digits.train.y[:12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])


def test_flat_digits_are_the_same_pixels_in_rows():
    np.testing.assert_array_equal(
        load("digits", flat=True).valid.x, load("digits").valid.x.reshape(397, 64)
    )
