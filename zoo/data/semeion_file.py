"""The original file of SEMEION, semeion.data: 1,593 rows of text, one handwritten digit each.

A row holds 256 pixels, 0 or 1, of 16 rows from the top, and then ten columns that mark the
class by a 1. The file is sorted by class in blocks. Licence CC BY 4.0; the citation stands in
`zoo.data.semeion`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from zoo.data.dataset import DataError
from zoo.data.files import read_checked

NAME = "SEMEION"
FILE = "semeion.data"
FILES = {FILE: "f43228ae3da5ea6a3c95069d53450b86166770e3b719dcc333182128fe08d4b1"}
ROWS = 1593


def read(
    path: Path, sha256: str = FILES[FILE], rows: int = ROWS
) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels (rows, 16, 16, 1), 0 or 1, and classes (rows,), uint8, in file order.

    Raises:
        DataError: another file than the original, or not rows of 256 pixels and 10 one-hot
            columns.
    """
    content = read_checked(path, sha256, NAME)
    try:
        table = np.array(content.split(), np.float32).reshape(rows, 266)
    except ValueError:
        raise DataError(f"{path}: is not {rows} rows of 266 numbers") from None
    ones_and_zeros = np.isin(table, (0, 1)).all()
    if not ones_and_zeros or (table[:, 256:].sum(axis=1) != 1).any():
        raise DataError(f"{path}: is not made of 0 and 1 with exactly one class a row")
    x = table[:, :256].astype(np.uint8).reshape(-1, 16, 16, 1)
    y = table[:, 256:].argmax(axis=1).astype(np.uint8)
    return x, y
