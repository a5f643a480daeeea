"""Stylised pictures of the ten digits, 7 wide and 12 high: the fixed targets of LeNet-5's
output layer."""

import numpy as np

PICTURES = """
..###.. ...#... ..###.. .#####. ....##. ######. ...###. ####### ..###.. ..###..
.##.##. ..##... .#...#. #....## ...###. ##..... ..##... #....## .##.##. .##.##.
##...## .###... ##...## .....## ..#.##. ##..... .##.... ....##. ##...## ##...##
##...## ...##.. .....## .....## ..#.##. ##..... ##..... ....##. ##...## ##...##
##...## ...##.. .....## ...###. .##.##. #####.. ##.###. ...##.. .##.##. ##...##
##...## ...##.. ....##. ....##. .#..##. ....##. ###..## ...##.. ..###.. .##..##
##...## ...##.. ...##.. .....## ##..##. .....## ##...## ..##... .##.##. ..##.##
##...## ...##.. ..##... .....## ####### .....## ##...## ..##... ##...## .....##
##...## ...##.. .##.... .....## ....##. .....## ##...## ..##... ##...## .....##
##...## ...##.. ##..... #....## ....##. #....## ##...## .##.... ##...## ....##.
.##.##. ...##.. ##..... ##..##. ....##. ##..##. .##.##. .##.... .##.##. ..###..
..###.. .###### ####### .####.. ....##. .####.. ..###.. .##.... ..###.. ###....
"""


def digit_bitmaps() -> np.ndarray:
    """Return the pictures of 0 to 9 as rows of 84 = 12 x 7 values, +1 ink and -1 paper: (10,
    84), int8.

    LeCun, Bottou, Bengio and Haffner 1998, figure 3, show such pictures of the printable
    ASCII characters; these ten were drawn anew in that style and are not copies of theirs.
    """
    rows = [line.split() for line in PICTURES.strip().splitlines()]
    ink = np.array([[list(digit) for digit in row] for row in rows]) == "#"
    return np.where(ink, 1, -1).astype("int8").transpose(1, 0, 2).reshape(10, 84)
