"""Reads the data files of this folder. Every mistake in one is a line that names the entry
and the key."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from reproductions.harness.claiming.errors import ReproductionError
from zoo.texts import one_line

Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(one_line)]
"""A text that is not empty; it may go over several lines of the file."""


class Table(BaseModel):
    """A table of the file, which has no other keys than the fields of its class."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def refuse_unknown_keys(cls, stated):
        """Refuse a key that no field has."""
        for key in stated if isinstance(stated, Mapping) else ():
            if key not in cls.model_fields:
                known = ", ".join(cls.model_fields)
                raise ValueError(
                    f"there is no key '{key}'; the keys are {known}"
                )
        return stated


Content = TypeVar("Content", bound=Table)


def read_file(
    file: Path, content: type[Content], noun: str, name: str
) -> Content:
    """Return what a TOML file holds.

    Args:
        file: the file.
        content: the class of the whole file; its fields are the file's keys.
        noun: what an entry is called in messages: "finding".
        name: the key that tells entries apart: "number".

    Raises:
        ReproductionError: the file is not valid TOML, or has an unknown key, a missing key,
            or a value of the wrong type.
    """
    try:
        stated = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ReproductionError(
            f"{file.name} is not valid TOML: {error}"
        ) from error
    try:
        return content.model_validate(stated)
    except ValidationError as error:
        first = error.errors()[0]
        place = name_place(first["loc"], stated, noun, name)
        raise ReproductionError(
            f"{file.name}{place}: {describe(first)}"
        ) from error


def name_place(location: tuple, stated: Mapping, noun: str, name: str) -> str:
    """Return where a mistake is: ", finding 12, key 'kind'"."""
    keys = location
    place = ""
    if len(location) > 1 and isinstance(location[1], int):
        section, position, *keys = location
        entry = stated[section][position]
        place = f", {noun} no. {position + 1} of [[{section}]]"
        if isinstance(entry, Mapping) and name in entry:
            place = f", {noun} {entry[name]}"
    if not keys:
        return place
    path = ".".join(map(str, keys))
    return f"{place}, key '{path}'"


def describe(error: Mapping) -> str:
    """Return what is wrong, from one of pydantic's errors."""
    if error["type"] == "missing":
        return "it is missing"
    return error["msg"].removeprefix("Value error, ")


def raise_first(problems: Iterable[str], file: Path) -> None:
    """Raise a ReproductionError with the first of these problems of the file, if there is
    one."""
    for problem in problems:
        raise ReproductionError(f"{file.name}, {problem}")


def find_repeated(names: Iterable[str]) -> list[str]:
    """Return each name that occurs more than once."""
    names = list(names)
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]
