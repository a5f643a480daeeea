"""Which reproductions there are, and what they say of themselves.

Names, docstrings and constants are read from the source with `ast`: nothing a reproduction imports is
imported for a listing. Only `load` imports a reproduction.
"""

import ast
import dataclasses
import difflib
import importlib
import re
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import reproductions
from reproductions.harness.claims import Claim
from reproductions.harness.errors import ReproductionError

PROFILES = ("smoke", "quick", "full")
# The sentence after "wall time ...:", also one that goes on in the next line.
WALL_TIME = r"wall time[^:\n]*:\s*(.+?)(?:(?<=\.)\s|\n\s*\n|\Z)"


class Summary(NamedTuple):
    """What the docstring says: the question (first line) and the expected wall time ("" if not stated)."""

    question: str
    wall_time: str


def names() -> list[str]:
    """The names of all reproductions: one file each, beside the harness."""
    files = (file for folder in reproductions.__path__ for file in Path(folder).glob("*.py"))
    return sorted(file.stem for file in files if not file.stem.startswith("_"))


def check(name: str) -> str:
    """The name, if there is such a reproduction.

    Raises:
        ReproductionError: there is none; the message lists the nearest names.
    """
    known = names()
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known
    raise ReproductionError(f"no reproduction is called '{name}'; did you mean {' or '.join(near)}?")


def summary(name: str) -> Summary:
    """The question and expected wall time from the docstring; a file that cannot be parsed says so."""
    try:
        text = ast.get_docstring(_parsed(name)) or "(no docstring)"
    except SyntaxError as error:
        return Summary(f"(syntax error in line {error.lineno})", "")
    stated = re.search(WALL_TIME, text, flags=re.IGNORECASE | re.DOTALL)
    return Summary(text.splitlines()[0], " ".join(stated[1].split()) if stated else "")


def paragraphs(name: str) -> list[str]:
    """What the docstring says below the question, but for the expected wall time; each in one line."""
    _, _, rest = (ast.get_docstring(_parsed(name)) or "").partition("\n")
    rest = re.sub(rf"(?:expected\s+)?{WALL_TIME}", "\n\n", rest, flags=re.IGNORECASE | re.DOTALL)
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", rest) if part.strip()]


def claims(name: str) -> tuple[Claim, ...]:
    """The file's CLAIMS, without importing the file."""
    return _constant(name, "CLAIMS")


def deviations(name: str) -> tuple[str, ...]:
    """The file's DEVIATIONS, without importing the file."""
    return _constant(name, "DEVIATIONS")


def discussion(name: str) -> dict[str, str]:
    """The file's DISCUSSION, without importing the file; {} where nothing has been written yet."""
    written = any("DISCUSSION" in _bound_by(statement) for statement in _parsed(name).body)
    return _constant(name, "DISCUSSION") if written else {}


def source_beside(name: str, variable: str) -> str:
    """The file's source without the statements that `variable` is built from."""
    behind = _statements_behind(variable, _parsed(name))
    left_out = {number for node in behind for number in range(node.lineno, node.end_lineno + 1)}
    lines = enumerate(_source(name).read_text(encoding="utf-8").splitlines(), start=1)
    return "\n".join(line for number, line in lines if number not in left_out)


def load(name: str) -> ModuleType:
    """Imports the reproduction and checks its fixed names.

    Raises:
        ReproductionError: unknown name, or a fixed name is missing or of the wrong kind.
    """
    module = importlib.import_module(f"reproductions.{check(name)}")
    problems = list(_problems(module))
    if problems:
        raise ReproductionError(f"reproductions/{name}.py: {'; '.join(problems)}")
    return module


def full_seeds(name: str) -> int:
    """How many random seeds a full run has, 0 where nothing is random; read without running the file."""
    return len(getattr(_constant(name, "FULL"), "seeds", ()))


def _problems(module: ModuleType):
    config = getattr(module, "Config", None)
    if not (dataclasses.is_dataclass(config) and config.__dataclass_params__.frozen):
        yield "Config must be a frozen dataclass"
    else:
        for profile in PROFILES:
            if not isinstance(getattr(module, profile.upper(), None), config):
                yield f"{profile.upper()} must be a Config"
    stated = getattr(module, "CLAIMS", None)
    if not _is_tuple_of(stated, Claim) or not stated:
        yield "CLAIMS must be a tuple of Claim, with one at least"
    elif len({claim.id for claim in stated}) < len(stated):
        yield "two CLAIMS have the same id"
    if not _is_tuple_of(getattr(module, "DEVIATIONS", None), str):
        yield "DEVIATIONS must be a tuple of str"
    elif _constant(module.__name__.split(".")[-1], "CLAIMS") != stated:
        yield "CLAIMS depends on more than plain data: listings read it without running the rest of the file"
    if not _is_dict_of_texts(getattr(module, "DISCUSSION", {})):
        yield "DISCUSSION must be a dict of str to str"
    for function in ("run", "plot"):
        if not callable(getattr(module, function, None)):
            yield f"{function} must be a function"


def _is_tuple_of(value, kind: type) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, kind) for item in value)


def _is_dict_of_texts(value) -> bool:
    return isinstance(value, dict) and _is_tuple_of((*value, *value.values()), str)


def _source(name: str) -> Path:
    check(name)
    files = (Path(folder) / f"{name}.py" for folder in reproductions.__path__)
    return next(file for file in files if file.exists())


def _parsed(name: str) -> ast.Module:
    return ast.parse(_source(name).read_text(encoding="utf-8"))


def _constant(name: str, variable: str):
    """Evaluates one module-level name together with only those statements that it is built from."""
    namespace = {"__name__": f"reproductions.{name}"}
    try:
        kept = ast.Module(_statements_behind(variable, _parsed(name)), [])
        exec(compile(kept, str(_source(name)), "exec", dont_inherit=True), namespace)
        return namespace[variable]
    except Exception as error:
        raise ReproductionError(
            f"reproductions/{name}.py: {variable} must be plain data, readable without running the rest of "
            f"the file ({type(error).__name__}: {error})"
        ) from error


def _statements_behind(variable: str, module: ast.Module) -> list[ast.stmt]:
    wanted, kept = {variable}, []
    for statement in reversed(module.body):
        if _bound_by(statement) & wanted:
            kept.append(_only(statement, wanted))
            wanted |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return kept[::-1]


def _only(statement: ast.stmt, wanted: set[str]) -> ast.stmt:
    """An import cut down to the wanted names: beside `Claim`, `figures` would bring matplotlib in."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        statement.names = [alias for alias in statement.names if _bound_as(alias) in wanted]
    return statement


def _bound_as(alias: ast.alias) -> str:
    return (alias.asname or alias.name).split(".")[0]


def _bound_by(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {_bound_as(alias) for alias in statement.names}
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return set()
