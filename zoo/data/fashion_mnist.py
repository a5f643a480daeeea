"""Fashion-MNIST: 70,000 pictures of clothes, grey, 28 by 28 pixels, in the format of MNIST.

x: (n, 28, 28, 1) float32 in [0, 1] (stored 0 to 255, divided by 255), or (n, 784) when flat.
y: (n,) int64, an index into CLASSES. Splits as for MNIST: first 50,000, last 10,000, test
10,000. 7,000 pictures a class.

Read from the four original .gz files in the folder `fashion_mnist` of the data folder, whose
sha256 are checked at each load; else from a folder prepared by tensorflow-datasets. Unpacked
files are not taken: no published checksum tells them from others.

MIT licence. H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for
Benchmarking Machine Learning Algorithms", arXiv:1708.07747, 2017. The sha256 are those that
tensorflow-datasets 4.9.10 holds.
"""

from pathlib import Path

from zoo.data import idx_files, prepared
from zoo.data.dataset import Dataset

NAME = "Fashion-MNIST"
SIZE = "70,000 grey images, 28x28"
LICENCE = "MIT"
DOWNLOAD = "30 MB from fashion-mnist.s3-website.eu-central-1.amazonaws.com"
CLASSES = (
    "T-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
PACKED = {
    "train-images-idx3-ubyte": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
FILES = {f"{stem}.gz": sha256 for stem, sha256 in PACKED.items()}
FAMILY = idx_files.Family("fashion_mnist", NAME, DOWNLOAD, PACKED)


def where() -> Path | None:
    """Folder it would be read from, or None."""
    return idx_files.find(FAMILY)


def load(flat: bool = False, raw: bool = False) -> Dataset:
    """Fashion-MNIST; `flat` gives (n, 784), `raw` the stored bytes 0 to 255 as uint8.

    Raises:
        DataError: it is missing, or what is there is not Fashion-MNIST.
    """
    return idx_files.load(FAMILY, flat=flat, raw=raw)


def builder(folder: Path):
    """The tensorflow-datasets builder that writes it under `folder`."""
    return prepared.builder("fashion_mnist", folder)
