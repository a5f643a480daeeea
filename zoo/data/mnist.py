"""MNIST: 70,000 handwritten digits, grey, 28 by 28 pixels.

x: (n, 28, 28, 1) float32 in [0, 1] (stored 0 to 255, divided by 255), or (n, 784) when flat.
y: (n,) int64, 0 to 9. Splits: train the first 50,000 of the training file, valid its last
10,000, test the 10,000 of the test file; the division that Nielsen's book and the LISA
tutorials use. Classes are only roughly balanced (9.0 to 11.2 %).

Read from the four original files, packed or unpacked, in the data folder or its folder
`mnist`; else from a folder prepared by tensorflow-datasets, in the order of the original
files. Either way its sha256 is checked at each load.

Licence CC BY-SA 3.0. Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten
digits", 1998; described in LeCun, Bottou, Bengio, Haffner, Proceedings of the IEEE 86(11),
1998. The sha256 of the .gz files are those that tensorflow-datasets 4.9.10 holds.
"""

from pathlib import Path

from zoo.data import idx_files, prepared
from zoo.data.dataset import Dataset

NAME = "MNIST"
SIZE = "70,000 grey images, 28x28"
LICENCE = "CC BY-SA 3.0"
DOWNLOAD = "11 MB from storage.googleapis.com"
PACKED = {
    "train-images-idx3-ubyte": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
UNPACKED = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
FILES = {f"{stem}.gz": sha256 for stem, sha256 in PACKED.items()}
FAMILY = idx_files.Family("mnist", NAME, DOWNLOAD, PACKED, UNPACKED, bare=True)


def where() -> Path | None:
    """Folder it would be read from, or None."""
    return idx_files.find(FAMILY)


def load(flat: bool = False, raw: bool = False) -> Dataset:
    """MNIST; `flat` gives (n, 784), `raw` the stored bytes 0 to 255 as uint8.

    Raises:
        DataError: it is missing, or what is there is not MNIST.
    """
    return idx_files.load(FAMILY, flat=flat, raw=raw)


def builder(folder: Path):
    """The tensorflow-datasets builder that writes it under `folder`."""
    return prepared.builder("mnist", folder)
