"""Reading a folder that tensorflow-datasets has prepared, in the order of the original files.

tensorflow-datasets writes examples sorted by md5(split name + key), and the builders used
here take the position in the original file as key; so the original order is found again by
sorting the same hashes. array_record folders are read without TensorFlow; tfrecord folders
need it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from zoo.data.dataset import DataError
from zoo.data.files import names_in
from zoo.texts import first_line


def find(root: Path, key: str) -> Path | None:
    """The newest prepared version, `root/key/1.2.3`, or None."""
    versions = [name for name in names_in(root / key) if name.replace(".", "").isdigit()]
    complete = [
        name for name in versions if "dataset_info.json" in names_in(root / key / name)
    ]
    newest = max(
        complete, key=lambda name: [int(part) for part in name.split(".")], default=None
    )
    return root / key / newest if newest else None


def read(
    folder: Path, part: str, features: Sequence[str] = ("image", "label")
) -> list[np.ndarray]:
    """One array for each feature, axis 0 in the order of the original files; `part` is
    "train" or "test".

    Raises:
        DataError: the folder is damaged, incomplete, or lacks a feature.
    """
    noise = logging.getLogger("absl")
    level = noise.level
    noise.setLevel(logging.ERROR)  # it recommends OpenCV, which is of no use here
    try:
        examples = _examples(folder, part)
        stored = [
            np.stack([np.asarray(example[name]) for example in examples]) for name in features
        ]
    except (
        Exception
    ) as error:  # whatever the readers raise for damaged data, the user needs this one line
        reason = first_line(error)
        raise DataError(
            f"{folder}: cannot be read ({reason}); remove it and run zoo data prepare again"
        ) from None
    finally:
        noise.setLevel(level)
    return [_unshuffled(array, part) for array in stored]


def builder(key: str, folder: Path):
    """The builder of tensorflow-datasets called `key`, writing array_record files under
    `folder`."""
    import tensorflow_datasets as tfds

    return tfds.builder(key, data_dir=folder, file_format="array_record")


def _examples(folder: Path, part: str) -> list[dict]:
    import tensorflow_datasets as tfds

    ready = tfds.builder_from_directory(folder)
    if ready.info.file_format.value == "array_record":
        source = ready.as_data_source(part)
        return source.__getitems__(range(len(source)))
    in_order = tfds.ReadConfig(interleave_cycle_length=1)
    return list(
        tfds.as_numpy(ready.as_dataset(part, read_config=in_order, shuffle_files=False))
    )


def _unshuffled(stored: np.ndarray, part: str) -> np.ndarray:
    keys = sorted(
        range(len(stored)), key=lambda key: hashlib.md5(f"{part}{key}".encode()).digest()
    )
    original = np.empty_like(stored)
    original[keys] = stored
    return original
