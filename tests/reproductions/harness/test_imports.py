"""The rooms of the harness know only those before them, and none knows networks."""

import ast
from pathlib import Path

import pytest

import reproductions.harness

FOLDER = Path(reproductions.harness.__file__).parent
FILES = {
    str(file.relative_to(FOLDER).with_suffix("")): file
    for file in sorted(FOLDER.rglob("*.py"))
}
ROOMS = ("judging", "claiming", "recording", "showing")
PACKAGE = "reproductions.harness."
# Of zoo: what knows no networks either. The commands and the estimate import the rest inside of functions.
LIGHT = {"zoo.discovery", "zoo.figures", "zoo.files", "zoo.statistics", "zoo.texts"}
COMMANDS = {"__init__", "commands", "estimating"}
STANDARD = {
    "__future__",
    "abc",
    "ast",
    "collections",
    "dataclasses",
    "functools",
    "hashlib",
    "json",
    "math",
}
STANDARD |= {"re", "string", "types", "typing"}


def imported(file):
    """Dotted names of the modules that the file imports, at any depth; `from a import b` counts as a.b."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide who is imported"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tops(file):
    """Top names of everything the file imports."""
    return {name.split(".")[0] for name in imported(file)}


def within_harness(file):
    """The files of the harness that the file imports, named as in FILES."""
    names = {
        name.removeprefix(PACKAGE).replace(".", "/")
        for name in imported(file)
        if name.startswith(PACKAGE)
    }
    return {name if name in FILES else name.rpartition("/")[0] for name in names}


@pytest.mark.parametrize("name", FILES)
def test_no_file_imports_keras_tensorflow_or_tuning(name):
    assert not tops(FILES[name]) & {"keras", "tensorflow", "tuning"}


@pytest.mark.parametrize("name", sorted(set(FILES) - COMMANDS))
def test_of_zoo_only_what_knows_no_networks_is_imported(name):
    found = {name for name in imported(FILES[name]) if name.split(".")[0] == "zoo"}
    assert {".".join(name.split(".")[:2]) for name in found} <= LIGHT


@pytest.mark.parametrize("name", [name for name in FILES if "/" in name])
def test_a_room_knows_only_those_before_it(name):
    room = ROOMS.index(name.split("/")[0])
    for other in within_harness(FILES[name]):
        assert other.split("/")[0] in ROOMS[: room + 1], other


def test_no_two_files_import_each_other_in_a_circle():
    left = {
        name: within_harness(file) - {name}
        for name, file in FILES.items()
        if name != "__init__"
    }
    while ready := [name for name, others in left.items() if not others & set(left)]:
        for name in ready:
            del left[name]
    assert left == {}


@pytest.mark.parametrize(
    "name",
    [name for name in FILES if name.startswith(("judging", "claiming/claims", "claiming/m"))],
)
def test_what_judges_needs_numpy_and_scipy_only(name):
    assert tops(FILES[name]) <= STANDARD | {"numpy", "scipy", "reproductions", "zoo"}


def test_the_reading_of_imports_sees_the_harness():
    assert within_harness(FILES["claiming/claims"]) >= {
        "judging/judges",
        "judging/verdicts",
        "claiming/errors",
    }
    assert {"judging/judges", "showing/answers", "commands", "suite"} <= set(FILES)
