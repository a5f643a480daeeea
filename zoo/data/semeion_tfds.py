"""SEMEION as a tensorflow-datasets builder, which importing this module makes known.

One split, "train", with all 1,593 rows: the original has no test set. Pixels are stored as 0
and 255.
"""

from pathlib import Path
from typing import ClassVar

import tensorflow_datasets as tfds
from tensorflow_datasets.core.download.checksums import UrlInfo

from zoo.data import semeion_file
from zoo.data.semeion_file import FILE, FILES

URL = "https://archive.ics.uci.edu/ml/machine-learning-databases/semeion/semeion.data"


class Semeion(tfds.core.GeneratorBasedBuilder):
    """Handwritten digits of the Semeion Research Center, 16x16, black and white (CC BY 4.0)."""

    VERSION = tfds.core.Version("1.0.0")
    url_infos: ClassVar = {URL: UrlInfo(2_889_702, FILES[FILE], FILE)}

    def _info(self) -> tfds.core.DatasetInfo:
        return tfds.core.DatasetInfo(
            builder=self,
            description=semeion_file.__doc__,
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(shape=(16, 16, 1)),
                    "label": tfds.features.ClassLabel(num_classes=10),
                }
            ),
            supervised_keys=("image", "label"),
            homepage="https://archive.ics.uci.edu/dataset/178/semeion+handwritten+digit",
        )

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples(Path(dl_manager.download(URL)))}

    def _generate_examples(self, path):
        for row, (image, label) in enumerate(zip(*semeion_file.read(path), strict=True)):
            yield row, {"image": image * 255, "label": label}
