"""The training scripts in zoo/training/: which there are, and what they say.

Names and docstrings are read from the files without running them; only `load` imports one.
"""

import difflib
from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

from zoo import training
from zoo.data import DATASETS
from zoo.discovery import Shelf
from zoo.pretrained.errors import PretrainedError
from zoo.training import Training

SHELF = Shelf(training, "training script", "zoo list", PretrainedError)
TIME = "Expected time"
"""How the line of a docstring begins that says how long a training takes."""


class Summary(NamedTuple):
    """What a script's docstring says: its first line, and how long the training takes."""

    title: str
    time: str


def names() -> list[str]:
    """Return the names of all models that have a training script."""
    return sorted(map(_name, SHELF.names()))


def check(name: str) -> str:
    """Return the name, if there is such a training script.

    Raises:
        PretrainedError: there is none; the message gives the nearest names.
    """
    known = names()
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, cutoff=0.4) or known
    raise PretrainedError(
        f"there is no training script for {name!r}; the nearest names: {', '.join(near)}"
    )


def summary(name: str) -> Summary:
    """Return what the docstring says, read without running the file."""
    text = SHELF.docstring(_stem(check(name)))
    lines = text.splitlines()
    time = ""
    for line in lines:
        if line.startswith(TIME):
            time = line.partition(": ")[2]
            break
    return Summary(lines[0], time)


def load(name: str) -> Training:
    """Import a training script, and return its value TRAINING.

    Raises:
        PretrainedError: there is no such script, or it does not end in a usable value.
    """
    module = SHELF.load(_stem(check(name)))
    problems = list(_problems(module, name))
    if problems:
        raise PretrainedError(f"zoo/training/{_stem(name)}.py: {'; '.join(problems)}")
    return module.TRAINING


def _problems(module: ModuleType, name: str) -> Iterator[str]:
    found = vars(module).get("TRAINING")
    if not isinstance(found, Training):
        yield "TRAINING must be a zoo.training.Training"
        return
    data_set = name.rpartition(".")[2]
    if data_set != found.data:
        yield f"it is named after the data set {data_set}, but trains on {found.data}"
    if not callable(found.recipe):
        yield "recipe must be a function"
    if found.build is not None and not callable(found.build):
        yield "build must be a function"


def _name(stem: str) -> str:
    """Return the model's name of a file; data sets' names hold "_" too."""
    last_word = stem.rpartition("_")[2]
    fitting = [data for data in DATASETS if stem.endswith(f"_{data}")]
    data = max(fitting, key=len, default=last_word)
    model = stem.removesuffix(f"_{data}")
    return f"{model}.{data}"


def _stem(name: str) -> str:
    return name.replace(".", "_")
