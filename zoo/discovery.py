"""Files of a folder as named things: reproductions, search jobs, training scripts.

A file is a thing; its name is the file's; its docstring says what it is. Docstrings are read
without importing the file, so that a listing costs little and a broken file does not hide the
others. Only `load` imports.
"""

import ast
import difflib
import importlib
import io
import os
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True)
class Shelf:
    """All files of one package that are things of one kind."""

    package: ModuleType
    kind: str
    """What one of them is called in messages: "reproduction"."""

    how_to_list: str
    """The command that lists them: "zoo reproduce --list"."""

    error: type[Exception]
    """What is raised, with one line for the user."""

    examples: tuple[str, ...] = ()
    """Names that a message shows where nothing is near; the first three files if none are
    given."""

    def names(self) -> list[str]:
        """Return the names of all files, sorted; names that begin with "_" are left out."""
        # A listing asks for each name anew, and Path.glob takes many times as long.
        files = (file.name for folder in self.package.__path__ for file in os.scandir(folder))
        stems = {file.removesuffix(".py") for file in files if file.endswith(".py")}
        return sorted(stem for stem in stems if not stem.startswith("_"))

    def check(self, name: str) -> str:
        """Return the name, if there is such a file.

        Raises:
            Exception: `error`, with the nearest names, or with three examples and how to list
                all.
        """
        known = self.names()
        if name in known:
            return name
        raise self.error(f"there is no {self.kind} named '{name}'{self._cure(name, known)}")

    def file(self, name: str) -> Path:
        """Return the path of the file with this name; raises `error` where there is none."""
        self.check(name)
        files = (Path(folder) / f"{name}.py" for folder in self.package.__path__)
        return next(file for file in files if file.exists())

    def source(self, name: str) -> str:
        """Return the text of the file."""
        return self.file(name).read_text(encoding="utf-8")

    def docstring(self, name: str) -> str:
        """Return the file's docstring, read without importing it; a file that cannot be
        parsed says so."""
        try:
            return read_docstring(self.source(name)) or "(no docstring)"
        except SyntaxError as error:
            return f"(syntax error in line {error.lineno})"
        except ValueError as error:  # bytes that are no UTF-8, or zeros
            return f"(cannot be read: {error})"

    def load(self, name: str) -> ModuleType:
        """Import the file and return its module; raises `error` where there is none."""
        return importlib.import_module(f"{self.package.__name__}.{self.check(name)}")

    def _cure(self, name: str, known: Iterable[str]) -> str:
        known = list(known)
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        if near:
            return f"; did you mean {' or '.join(near)}?"
        examples = ", ".join((self.examples or tuple(known))[:3])
        return f"; there are, for example, {examples}. List all with: {self.how_to_list}"


def read_docstring(text: str) -> str | None:
    """Return the docstring of a module's source, None where it has none.

    Only the docstring itself is parsed: to parse the whole file takes 30 times as long, and a
    listing reads many.

    Raises:
        SyntaxError: the source has no docstring and cannot be parsed.
    """
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    try:
        first = next(
            each for each in tokens if each.type not in (tokenize.COMMENT, tokenize.NL)
        )
    except tokenize.TokenError:
        return ast.get_docstring(ast.parse(text))
    is_string = first.type == tokenize.STRING
    return ast.get_docstring(ast.parse(first.string if is_string else text))
