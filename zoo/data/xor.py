"""XOR: the four rows of the exclusive-or table.

x: (4, 2) float32, rows 00, 01, 10, 11. y: (4, 1) float32, 0 1 1 0. All three splits are these
four rows, because there are no others. Generated; no licence needed. Minsky & Papert,
"Perceptrons", 1969.
"""

import numpy as np

from zoo.data.dataset import Dataset, Split

NAME = "XOR"
SIZE = "4 rows, 2 inputs"
LICENCE = "none needed"


def where() -> str:
    """Where it is found: always at hand."""
    return "generated"


def load() -> Dataset:
    """The table, three times: x (4, 2) and y (4, 1), float32."""
    rows = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    table = Split(rows, np.array([[0], [1], [1], [0]], np.float32))
    return Dataset(NAME, table, table, table, "generated")
