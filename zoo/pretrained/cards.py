"""A model's card: all that is known about it, as JSON of which every byte is checked.

card.json holds the sha256 of every other file of the model's folder, and a digest of itself.
It must be written exactly as `write` writes it, so that a changed byte is noticed even where
JSON would not care.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from zoo.kinds import KINDS
from zoo.pretrained.errors import PretrainedError
from zoo.training import Preprocessing

CARD, WEIGHTS, EXAMPLES, LITE = (
    "card.json",
    "model.weights.h5",
    "examples.npz",
    "model.tflite",
)
"""Names in a model's folder; only classifiers have the last one."""


PLAIN = (str, int, float, bool)
"""Types of values, beside None and lists of them, that a builder's argument may have."""


class Frozen(BaseModel):
    """A value of a card: cannot be changed, and knows no further fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _check_inside(name: str) -> str:
    if not name.isprintable():
        raise ValueError(f"{name!r} cannot be printed")
    path = PurePosixPath(name)
    leads_out = path.is_absolute() or ".." in path.parts
    if leads_out or "\\" in name or str(path) != name:
        raise ValueError(f"{name!r} leads out of the model's folder")
    return name


def _is_plain(value) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, PLAIN)


def plain(arguments: dict) -> dict:
    """Return a builder's arguments, without dicts: Keras makes objects of some.

    Raises:
        ValueError: one is something else than None, a number, a text, or a list of such.
    """
    for name, value in arguments.items():
        if not _is_plain(value):
            raise ValueError(f"{name!r} is neither a number nor a text nor a list of such")
    return arguments


FileName = Annotated[str, AfterValidator(_check_inside)]
Name = Annotated[str, StringConstraints(pattern=r"^\w[\w.-]*$")]
Arguments = Annotated[dict[str, Any], AfterValidator(plain)]
Kind = Literal[*KINDS]


class Input(Frozen):
    """What the loaded model takes: arrays (batch, *shape)."""

    name: str
    shape: tuple[int, ...]
    pixels: bool
    """Whether it is an image; the network then gets shares of `high`, as in data sets."""
    low: float
    high: float
    meaning: str


class Data(Frozen):
    """The data set; the shipped weights were trained on the splits `trained_on`."""

    name: str
    options: Arguments = {}
    title: str
    digest: str
    licence: str
    examples: dict[str, int]
    trained_on: tuple[str, ...]


class SeedResult(Frozen):
    """What one seed came to, in the unit of the first metric; None where training diverged."""

    seed: int
    validation: float | None
    test: float | None


class Metric(Frozen):
    """A number of the shipped model, with its 95 % interval over the examples (not seeds)."""

    name: str
    unit: str
    split: Literal["train", "valid", "test"]
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


class TrainingFacts(Frozen):
    """How the weights came about. Errors of seeds are those after training on train alone."""

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


class Estimate(Frozen):
    """A mean over seeds with its 95 % interval, which a single seed does not have."""

    mean: float
    low: float | None
    high: float | None


class Candidate(Frozen):
    """A trial that was trained anew, in full length, with seeds that the search had not used."""

    trial: str
    values: Arguments
    search: Estimate | None
    """Its score in the search; None: it failed there, or was not tried."""
    rounds: int | None
    """Length of the trial where that was not the full one."""
    fresh: Estimate | None
    """Its score with the fresh seeds; None: one of them diverged."""
    scores: tuple[float | None, ...]
    """Of each fresh seed, in the order of `Search.seeds`."""
    optimism: Estimate | None
    """`search` minus `fresh`; None for a trial that was shorter."""


class Comparison(Frozen):
    """The shipped hyperparameters against the default: means of the first metric over seeds."""

    split: Literal["validation", "test"]
    seeds: int
    """How many of them are in both means: those that diverged with either are not."""
    tuned: float
    default: float
    difference: Estimate
    """Tuned minus default, paired by seed."""


class Search(Frozen):
    """Where the hyperparameters come from. The smaller a score, the better."""

    job: str
    tuner: str
    trials: int
    failed: int
    executions: int
    seed: int
    metric: str
    space: dict[str, str]
    """What was searched: hyperparameter to its range, in words."""
    seeds: tuple[int, ...]
    """The fresh ones."""
    chosen: str
    """The candidate with the lowest mean over the fresh seeds."""
    candidates: tuple[Candidate, ...]
    """The best trials of the search, best first."""
    default: Candidate
    comparisons: tuple[Comparison, ...]
    """Empty where the default was chosen, or fewer than two of its seeds did not diverge."""


class Card(Frozen):
    """Everything about one pretrained model."""

    format: Literal[1] = 1
    name: Name
    summary: str
    kind: Kind
    builder: str
    arguments: Arguments
    parameters: int
    layers: tuple[LayerLine, ...]
    input: Input
    preprocessing: Preprocessing
    outputs: tuple[str, ...]
    classes: tuple[str, ...]
    data: Data
    training: TrainingFacts
    metrics: Annotated[tuple[Metric, ...], Field(min_length=1)]
    confusions: tuple[tuple[int, ...], ...] | None
    """Test examples by true class (rows) and answered class (columns); None without classes.
    """
    source: str
    licence: str
    intended_use: str
    limits: str
    weights_digest: str
    search: Search | None = None
    """None: a training script says the hyperparameters. Then the field is not written."""
    files: dict[FileName, str] = {}
    digest: str = ""


def write(card: Card, folder: Path) -> Card:
    """Write card.json with the sha256 of every file and its own digest; return that card."""
    left_out = {"files", "digest"}
    if card.search is None:
        left_out.add("search")
    content = card.model_dump(mode="json", exclude=left_out)
    content["files"] = hashes(folder)
    content["digest"] = sha256(render(content))
    (folder / CARD).write_bytes(render(content))
    return Card.model_validate(content)


def read(folder: Path) -> Card:
    """Return the card of a model's folder.

    Raises:
        PretrainedError: it is missing, was changed after it was written, or has fields of
            another version.
    """
    path = folder / CARD
    written = _content(folder, CARD, "is this a model's folder?")
    content = _check_intact(path, written)
    try:
        card = Card.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        where = " ".join(place.split())  # a name may hold new lines
        raise PretrainedError(
            f"{path}: {where}: {first['msg']}; it was written for another version of this project"
        ) from None
    for name in (WEIGHTS, EXAMPLES):
        if name not in card.files:
            raise PretrainedError(
                f"{path}: files: {name} is not among them; get the model anew"
            )
    return card


def _content(folder: Path, name: str, cure: str) -> bytes:
    """Return the content of a plain file in the folder; links that lead out are refused."""
    path = folder / name
    try:
        within = path.resolve(strict=True).is_relative_to(folder.resolve())
        if within and path.is_file():
            return path.read_bytes()
    except (OSError, RuntimeError) as error:  # the latter for links in a circle
        reason = getattr(error, "strerror", None) or "a link to itself"
        raise PretrainedError(f"{path}: cannot be read ({reason}); {cure}") from None
    raise PretrainedError(f"{path}: is no plain file of this folder; {cure}")


def _check_intact(path: Path, written: bytes) -> dict:
    """Return the content of a card's file, if it is the one that its digest was made of."""
    changed = PretrainedError(
        f"{path}: was damaged or changed after it was written; get the model anew"
    )
    try:
        content = json.loads(written)
        rest = {name: value for name, value in content.items() if name != "digest"}
        has_form = render(content) == written
        has_digest = content["digest"] == sha256(render(rest))
    except (ValueError, AttributeError, KeyError, RecursionError):
        raise changed from None
    if not (has_form and has_digest):
        raise changed
    if not all(_is_harmless(text) for text in _texts(content)):
        raise PretrainedError(
            f"{path}: holds characters that control a terminal; it is no card of this project"
        )
    return content


def _texts(content) -> Iterator[str]:
    """Return all texts of a card, the names of its fields among them."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        parts = list(content)
        if isinstance(content, dict):
            parts += content.values()
        for part in parts:
            yield from _texts(part)


def _is_harmless(text: str) -> bool:
    categories = {unicodedata.category(character) for character in text.replace("\n", "")}
    return "Cc" not in categories


def render(content: dict) -> bytes:
    """Return the one way in which this content is written."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def sha256(content: bytes) -> str:
    """Return the sha256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file below the folder, without card.json, by relative path."""
    return {name: sha256((folder / name).read_bytes()) for name in _names(folder)}


def _names(folder: Path) -> list[str]:
    """Return the paths of all files below the folder, relative to it, without card.json."""
    found = []
    for path in folder.rglob("*"):
        is_folder = path.is_dir() and not path.is_symlink()
        if not is_folder and path != folder / CARD:
            found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def read_checked(folder: Path, name: str, card: Card) -> bytes:
    """Return the content of a file that the card names, if it is what it was.

    Raises:
        PretrainedError: the file is missing, was changed, or is none: a link out of the
            folder, a device.
    """
    content = _content(folder, name, "get the model anew")
    if sha256(content) != card.files[name]:
        raise PretrainedError(
            f"{folder / name}: was damaged or changed: its sha256 is not the card's; get the model anew"
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
    return sorted(set(_names(folder)) - set(card.files))
