"""A model's card: all that is known about it, as one file of JSON whose every byte is checked.

card.json holds the sha256 of every other file of the model's folder, and a digest of itself. It must be
written exactly as `write` writes it, so that a changed byte is noticed even where JSON would not care.
"""

import hashlib
import json
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from zoo.pretrained.errors import PretrainedError

CARD, WEIGHTS, EXAMPLES, LITE = "card.json", "model.weights.h5", "examples.npz", "model.tflite"
"""Names in a model's folder; only classifiers have the last one."""


class Frozen(BaseModel):
    """A value of a card: cannot be changed, and knows no further fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or str(path) != name:
        raise ValueError(f"{name!r} leads out of the model's folder")
    return name


FileName = Annotated[str, AfterValidator(_inside)]


class Input(Frozen):
    """What the loaded model takes: arrays (batch, *shape)."""

    name: str
    shape: tuple[int, ...]
    pixels: bool
    """Whether it is an image; the network then gets shares of `high`, as data sets give them."""
    low: float
    high: float
    meaning: str


class Preprocessing(Frozen):
    """How the network's input is made of a data set's: framed, enlarged, scaled. Images there are in 0..1."""

    frame: int = 0
    """So many pixels of 0, the ground, are put around the image on every side."""
    enlarge: int = 1
    """Every pixel becomes a square of so many by so many."""
    factor: float = 1.0
    offset: float = 0.0


class Data(Frozen):
    """The data set; `trained_on` names the splits that the shipped weights were trained on."""

    name: str
    options: dict[str, Any] = {}
    title: str
    digest: str
    licence: str
    examples: dict[str, int]
    trained_on: tuple[str, ...]


class SeedResult(Frozen):
    """What one random seed came to, in the unit of the first metric; None where training diverged."""

    seed: int
    validation: float | None
    test: float | None


class Metric(Frozen):
    """A number of the shipped model with its 95 % interval, which is over examples, not over seeds."""

    name: str
    unit: str
    split: str
    examples: int
    value: float
    low: float
    high: float


class LayerLine(Frozen):
    """A layer of the bare network; `shape` is that of its output for one example."""

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int


class Training(Frozen):
    """How the weights came about; every seed's errors are those of training on the train split alone."""

    command: str
    recipe: dict[str, Any]
    chosen_by: str
    seed: int
    retrained: bool
    """Whether the chosen seed was trained once more, on train and validation together."""
    target: float | None
    """Test value of the first metric to reach or better; None: none was set."""
    seeds: tuple[SeedResult, ...]
    versions: dict[str, str]
    machine: dict[str, Any]


class Card(Frozen):
    """Everything about one pretrained model."""

    format: Literal[1] = 1
    name: str
    summary: str
    kind: str
    builder: str
    arguments: dict[str, Any]
    parameters: int
    layers: tuple[LayerLine, ...]
    input: Input
    preprocessing: Preprocessing
    outputs: tuple[str, ...]
    classes: tuple[str, ...]
    data: Data
    training: Training
    metrics: tuple[Metric, ...]
    confusions: tuple[tuple[int, ...], ...] | None
    """Test examples by true class (rows) and answered class (columns); None where there are no classes."""
    source: str
    licence: str
    intended_use: str
    limits: str
    weights_digest: str
    files: dict[FileName, str] = {}
    digest: str = ""


def write(card: Card, folder: Path) -> Card:
    """Write card.json, with the sha256 of every file of the folder and its own digest; return that card."""
    content = card.model_dump(mode="json", exclude={"files", "digest"}) | {"files": hashes(folder)}
    content |= {"digest": sha256(rendered(content))}
    (folder / CARD).write_bytes(rendered(content))
    return Card.model_validate(content)


def read(folder: Path) -> Card:
    """Return the card of a model's folder.

    Raises:
        PretrainedError: it is missing, was changed after it was written, or has fields of another version.
    """
    path = folder / CARD
    try:
        written = path.read_bytes()
    except OSError as error:
        raise PretrainedError(
            f"{path}: cannot be read ({error.strerror}); is this a model's folder?"
        ) from None
    content = _checked(path, written)
    try:
        return Card.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise PretrainedError(
            f"{path}: {where}: {first['msg']}; it was written for another version of this project"
        ) from None


def _checked(path: Path, written: bytes) -> dict:
    changed = PretrainedError(f"{path}: was damaged or changed after it was written; get the model anew")
    try:
        content = json.loads(written)
        rest = {name: value for name, value in content.items() if name != "digest"}
        intact = rendered(content) == written and content["digest"] == sha256(rendered(rest))
    except (ValueError, AttributeError, KeyError, RecursionError):
        raise changed from None
    if not intact:
        raise changed
    return content


def rendered(content: dict) -> bytes:
    """Return the one way in which this content is written."""
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def sha256(content: bytes) -> str:
    """Return the sha256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file below the folder, card.json apart, by path relative to it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / CARD)
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()) for path in files}


def read_checked(folder: Path, name: str, card: Card) -> bytes:
    """Return the content of a file that the card names, if it is what it was.

    Raises:
        PretrainedError: the file is missing or was changed.
    """
    path = folder / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PretrainedError(f"{path}: cannot be read ({error.strerror}); get the model anew") from None
    if sha256(content) != card.files[name]:
        raise PretrainedError(
            f"{path}: was damaged or changed: its sha256 is not the card's; get the model anew"
        )
    return content


def check_files(folder: Path, card: Card) -> None:
    """Make sure that every file that the card names is there and is what it was.

    Raises:
        PretrainedError: for the first one that is not, by name.
    """
    for name in card.files:
        read_checked(folder, name, card)


def unlisted(folder: Path, card: Card) -> list[str]:
    """Return the files of the folder that its card does not know."""
    return sorted(set(hashes(folder)) - set(card.files))
