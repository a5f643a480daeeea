"""Where models are found, and which of them are ours."""

import difflib
import errno
import fnmatch
import os
from pathlib import Path
from typing import NamedTuple

import zoo
from zoo.pretrained import cards, scripts
from zoo.pretrained.errors import PretrainedError

FOREIGN = (
    "a foreign model. Its checksums only say that its files fit together, not who made them; "
    "whoever did may feed hostile files to the libraries that read them"
)
PROGRAM = (
    "a SavedModel without a card. It is a program: what it does on this machine, reading and "
    "writing files among it, was decided by whoever made it, and nothing says who that was"
)
HOW_TO_TRUST = "If you trust that person, say so: --trust (in Python: trust=True)"


class Place(NamedTuple):
    """A model's folder; `foreign`: named by its path, and in none of the known folders."""

    folder: Path
    foreign: bool


def shipped() -> Path:
    """Return the folder of our own models, which lies beside the package."""
    return Path(zoo.__file__).parents[1] / "saved_models"


def roots() -> list[Path]:
    """Return the folders that are searched, in order: ZOO_MODELS, then our own models.

    Raises:
        PretrainedError: ZOO_MODELS was set, but is not a folder.
    """
    chosen = os.environ.get("ZOO_MODELS")
    if not chosen:
        return [shipped()]
    folder = Path(chosen).expanduser()
    if not folder.is_dir():
        raise PretrainedError(
            f"{chosen}: not a folder, though ZOO_MODELS names it; correct or unset it"
        )
    return [folder, shipped()]


def written_to() -> Path:
    """Return where `zoo train` puts models: ZOO_MODELS, the checkout, or ./saved_models."""
    chosen = os.environ.get("ZOO_MODELS")
    if chosen:
        return Path(chosen).expanduser()
    is_checkout = (shipped().parent / "pyproject.toml").is_file()
    return shipped() if is_checkout else Path("saved_models")


def list_models(pattern: str = "*") -> list[str]:
    """Return the names of all models at hand that fit the pattern, such as "*.mnist"."""
    found = {
        card.parent.name for root in roots() for card in root.glob(f"[!.]*/{cards.CARD}")
    }
    return sorted(fnmatch.filter(found, pattern))


def place(name_or_folder: str | Path) -> Place:
    """Return where a model is, by its name or by the path of its folder.

    Raises:
        PretrainedError: there is no such model; the message gives the nearest names.
    """
    name = str(name_or_folder)
    if not name:  # as a path it would be the working folder
        raise PretrainedError("an empty name; zoo list shows the names of models")
    searched = roots()
    if not isinstance(name_or_folder, Path) and _is_name(name):
        for root in searched:
            if _is_there(root / name / cards.CARD):
                return Place(root / name, foreign=False)
    folder = Path(name).expanduser()
    if _is_there(folder) and folder.is_dir():
        within = folder.resolve()
        ours = any(within.is_relative_to(root.resolve()) for root in searched)
        return Place(folder, foreign=not ours)
    raise PretrainedError(_unknown(name))


def trusted(name_or_folder: str | Path, trust: bool) -> Path:
    """Return the folder of a model, if it is ours or the caller trusts it.

    Raises:
        PretrainedError: there is no such model, or it is foreign or without a card, and not
            trusted.
    """
    folder, foreign = place(name_or_folder)
    if trust:
        return folder
    if savedmodel(folder):
        raise PretrainedError(f"{folder}: {PROGRAM}. {HOW_TO_TRUST}")
    if foreign:
        raise PretrainedError(f"{folder}: {FOREIGN}. {HOW_TO_TRUST}")
    return folder


def savedmodel(folder: Path) -> Path | None:
    """Return the SavedModel in a folder without a card, the highest of numbered versions."""
    card = folder / cards.CARD
    if (
        card.exists() or card.is_symlink()
    ):  # one that is no plain file is refused when it is read
        return None
    if (folder / "saved_model.pb").is_file():
        return folder
    versions = {}
    for file in folder.glob("*/saved_model.pb"):
        if file.parent.name.isdigit():
            versions[int(file.parent.name)] = file.parent
    return versions[max(versions)] if versions else None


def card(name_or_folder: str | Path) -> cards.Card:
    """Return the card of a model, whose own digest has been checked.

    Raises:
        PretrainedError: there is no such model, or its card is damaged.
    """
    return cards.read(place(name_or_folder).folder)


def _is_name(name: str) -> bool:
    return name == Path(name).name and name not in ("", ".", "..")


def _is_there(path: Path) -> bool:
    """Whether there is such a file or folder; one whose name is too long cannot be.

    Raises:
        PretrainedError: it cannot be told, since a folder on the way may not be searched.
    """
    try:
        return path.exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise PretrainedError(f"{path}: cannot be read ({error.strerror})") from None


def _unknown(name: str) -> str:
    if name in scripts.names():
        return f"{name} has not been trained yet; do so with: zoo train {name}"
    known = list_models()
    if not known:
        return f"there is no model called {name!r}, and no other either; train one: zoo train NAME"
    near = difflib.get_close_matches(name, known, cutoff=0.4) or known
    return f"there is no model called {name!r}; the nearest names: {', '.join(near)}"
