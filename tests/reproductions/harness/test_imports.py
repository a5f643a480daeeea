"""The harness knows nothing of networks."""

import ast
from pathlib import Path

import pytest

import reproductions.harness

FILES = sorted(Path(reproductions.harness.__file__).parent.glob("*.py"))


def imported(file):
    """Top names of everything the file imports, at any depth."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_module_imports_keras_tensorflow_or_the_zoo(file):
    assert not set(imported(file)) & {"keras", "tensorflow", "zoo", "tuning"}


@pytest.mark.parametrize("name", ["claims", "verdicts", "intervals", "results"])
def test_what_judges_needs_numpy_and_scipy_only(name):
    file = next(file for file in FILES if file.stem == name)
    standard = {"__future__", "collections", "dataclasses", "functools", "hashlib", "json", "typing"}
    assert set(imported(file)) <= standard | {"numpy", "scipy", "reproductions"}
