"""Digits: 1,797 handwritten digits of 8 by 8 pixels, carried inside scikit-learn, so always
at hand.

x: (n, 8, 8, 1) float32 in [0, 1] (stored 0 to 16, divided by 16), or (n, 64) when flat. y:
(n,) int64, 0 to 9. Splits, in file order: train the first 1,000, valid the next 397, test the
last 400. Classes are near
balance: train 98 to 104 a class, valid 37 to 41, test 39 to 43.

File order follows the writers: neighbours in the file mostly come from the same hand, so test
digits come mostly from hands that training never saw. This is harder than a shuffled split
(nearest neighbour trained
on the first 1,000: 95.3 % of the last 400 right, against about 98 % after shuffling).

Licence CC BY 4.0. E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI
Machine Learning Repository, 1998 (scikit-learn carries the test half, 13 writers).
"""

import importlib.util

import numpy as np

from zoo.data.dataset import Dataset, pixels, split

NAME = "digits (UCI, 8x8)"
SIZE = "1,797 grey images, 8x8"
LICENCE = "CC BY 4.0"


def where() -> str | None:
    """Where it is found: inside scikit-learn, if that is installed (seen without importing
    it)."""
    return "scikit-learn" if importlib.util.find_spec("sklearn") else None


def load(flat: bool = False, raw: bool = False) -> Dataset:
    """The digits; `flat` gives (n, 64), `raw` the stored values 0 to 16 as uint8."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    x = pixels(bunch.images.astype(np.uint8)[..., None], highest=16, flat=flat, raw=raw)
    parts = ((0, 1000), (1000, 1397), (1397, None))
    return Dataset(NAME, *(split(x, bunch.target, *part) for part in parts), "scikit-learn")
