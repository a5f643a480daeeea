"""Which reproductions there are: one file each, beside the harness, found by itself.

The question and the expected time are read from the docstring without importing the file.
Everything else comes from the imported module; a reproduction's module level is cheap to
import (no Keras, TensorFlow or scipy).
"""

import ast
import dataclasses
import re
from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

import reproductions
from reproductions.harness.claiming.claims import Claim
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.claiming.plans import find_plan_problems
from zoo.discovery import Shelf
from zoo.texts import one_line

PROFILES = ("smoke", "quick", "full")
NAMED = (
    "xor",
    "function_approximation",
    "mnist_depth",
    "dropout",
    "relu_speedup",
)
"""The five questions that the project is named for: what `zoo reproduce` runs when nothing
else is asked for."""

SHELF = Shelf(
    reproductions,
    kind="reproduction",
    how_to_list="zoo reproduce --list",
    error=ReproductionError,
    examples=("xor", "mnist_depth", "dropout"),
)

# The sentence after "wall time ...:", also one that goes on in the next line.
WALL_TIME = r"wall time[^:\n]*:\s*(.+?)(?:(?<=\.)\s|\n\s*\n|\Z)"

names = SHELF.names
check = SHELF.check


class Summary(NamedTuple):
    """What the docstring says: the question (first paragraph) and the expected wall time (""
    if not stated)."""

    question: str
    wall_time: str


def summary(name: str) -> Summary:
    """Return question and expected wall time from the docstring; a file that cannot be parsed
    says so."""
    text = SHELF.docstring(name)
    stated = re.search(WALL_TIME, text, flags=re.IGNORECASE | re.DOTALL)
    wall_time = " ".join(stated[1].split()) if stated else ""
    question, _, _ = text.partition("\n\n")
    return Summary(one_line(question), wall_time)


def paragraphs(name: str) -> list[str]:
    """Return the docstring below the question, without the expected wall time; each paragraph
    on one line."""
    _, _, rest = SHELF.docstring(name).partition("\n\n")
    rest = re.sub(
        rf"(?:expected\s+)?{WALL_TIME}",
        "\n\n",
        rest,
        flags=re.IGNORECASE | re.DOTALL,
    )
    parts = re.split(r"\n\s*\n", rest)
    return [one_line(part) for part in parts if part.strip()]


def load(name: str) -> ModuleType:
    """Import the reproduction and check its fixed names.

    Raises:
        ReproductionError: an unknown name, a file that cannot be imported, or a fixed name
            that is missing or of the wrong kind.
    """
    check(name)
    try:
        module = SHELF.load(name)
    except (
        Exception,
        SystemExit,
    ) as error:  # one that runs itself when imported ends with SystemExit
        reason = one_line(f"{type(error).__name__}: {error}")
        raise ReproductionError(
            f"reproductions/{name}.py cannot be imported ({reason})"
        ) from error
    if problems := list(find_problems(module)):
        raise ReproductionError(
            f"reproductions/{name}.py: {'; '.join(problems)}"
        )
    return module


def claims(name: str) -> tuple[Claim, ...]:
    """Return the file's CLAIMS."""
    return load(name).CLAIMS


def full_seeds(name: str) -> int:
    """Return how many random seeds a full run has, 0 where nothing is random."""
    return len(getattr(load(name).FULL, "seeds", ()))


def has_seeds(config) -> bool:
    """Tell whether a reproduction's Config has random seeds."""
    return any(field.name == "seeds" for field in dataclasses.fields(config))


def find_problems(module: ModuleType) -> Iterator[str]:
    """Yield what is wrong with the fixed names of a reproduction."""
    yield from find_config_problems(module)
    yield from find_claim_problems(module)
    yield from find_plan_problems(module)
    if not is_tuple_of(getattr(module, "DEVIATIONS", None), str):
        yield "DEVIATIONS must be a tuple of str"
    discussion = getattr(module, "DISCUSSION", {})
    if not isinstance(discussion, dict) or not is_tuple_of(
        (*discussion, *discussion.values()), str
    ):
        yield "DISCUSSION must be a dict of str to str"
    if not isinstance(getattr(module, "ANSWER", ""), str):
        yield "ANSWER must be a str"
    for function in ("run", "plot"):
        if not callable(getattr(module, function, None)):
            yield f"{function} must be a function"
    if not callable(getattr(module, "choose", callable)):
        yield "choose must be a function"


def find_config_problems(module: ModuleType) -> Iterator[str]:
    """Yield what is wrong with Config and its three profiles."""
    config = getattr(module, "Config", None)
    if not (
        dataclasses.is_dataclass(config) and config.__dataclass_params__.frozen
    ):
        yield "Config must be a frozen dataclass"
        return
    for profile in PROFILES:
        if not isinstance(getattr(module, profile.upper(), None), config):
            yield f"{profile.upper()} must be a Config"


def find_claim_problems(module: ModuleType) -> Iterator[str]:
    """Yield what is wrong with CLAIMS and HEADLINE."""
    stated = getattr(module, "CLAIMS", None)
    if not is_tuple_of(stated, Claim) or not stated:
        yield "CLAIMS must be a tuple of Claim, with one at least"
        return
    ids = [claim.id for claim in stated]
    if len(set(ids)) < len(ids):
        yield "two CLAIMS have the same id"
    headline = getattr(module, "HEADLINE", ids[0])
    if headline not in ids:
        yield f"HEADLINE must be the id of one of the CLAIMS, not {headline!r}"


def is_tuple_of(value, kind: type) -> bool:
    """Tell whether the value is a tuple that holds nothing but this kind."""
    return isinstance(value, tuple) and all(
        isinstance(item, kind) for item in value
    )


def source_without(name: str, *variables: str) -> str:
    """Return the file's source without the statements that give the variables their values.

    The constants and functions that these values are made of are left out as well.
    """
    text = SHELF.source(name)
    wanted = set(variables)
    left_out = set()
    for statement in reversed(ast.parse(text).body):
        if find_bound(statement) & wanted:
            left_out |= set(range(statement.lineno, statement.end_lineno + 1))
            wanted |= {
                node.id
                for node in ast.walk(statement)
                if isinstance(node, ast.Name)
            }
    lines = enumerate(text.splitlines(), start=1)
    return "\n".join(line for number, line in lines if number not in left_out)


def find_bound(statement: ast.stmt) -> set[str]:
    """Return the names that an assignment or a function's definition gives a value."""
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return set()
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}
