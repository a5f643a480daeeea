"""Who may import whom, read from every import in the source, also inside functions. No file is excepted.

The rooms of a package are its folders and the files beside them. Imports lead one way only: between files,
between rooms, and between packages: `zoo <- reproductions`, `zoo <- tuning`, and all of these `<- website`.
"""

import ast
import graphlib
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("zoo", "reproductions", "tuning", "website")
INIT = "__init__"
"""The last part of the name of a package's own file: zoo/data/__init__.py is zoo.data.__init__ here."""


@cache
def read_house(root=ROOT):
    """Return {module: names of the project's modules that it imports}, for every file of the packages."""
    files = [file for package in PACKAGES for file in sorted((root / package).rglob("*.py"))]
    modules = {name_module(file, root): file for file in files}
    return {
        name: resolve(read_imports(file.read_text()), modules)
        for name, file in modules.items()
    }


def name_module(file, root):
    """Return the dotted name of a file."""
    return ".".join(file.relative_to(root).with_suffix("").parts)


def read_imports(text):
    """Return the dotted names that the source imports anywhere; `from a import b` gives a.b."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide who is imported"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def resolve(names, modules):
    """Return the modules of the project that hold the names; a name in a package's own file stands there."""
    found = set()
    for name in names:
        parent = name.rpartition(".")[0]
        candidates = (name, f"{name}.{INIT}", parent, f"{parent}.{INIT}")
        found |= {next((each for each in candidates if each in modules), None)}
    return found - {None}


def arrows_between_rooms(house):
    """Return {room: other rooms that its modules import}; a package's own file is no room."""
    rooms = {}
    for module, imported in house.items():
        rooms.setdefault(name_room(module), set()).update(map(name_room, imported))
    return {room: arrows - {room, ""} for room, arrows in rooms.items() if room}


def name_room(module):
    """Return the room that holds a module: "zoo.data", "reproductions.harness.judging", "tuning, jobs"."""
    parts = module.split(".")
    if parts[-1] == INIT and len(parts) == 2:
        return ""  # a package's own file
    if parts[1] in ("harness", "lecture_notes"):
        return ".".join(parts[:3]) if parts[1] == "harness" else ".".join(parts[:2])
    kinds = {"reproductions": "reproductions, questions", "tuning": "tuning, jobs"}
    return kinds.get(parts[0]) or ".".join(parts[:2])


def is_inside(module, *folders):
    """Whether the module is one of these modules, or lies in one of these folders."""
    return any(f"{module}.".startswith(f"{folder}.") for folder in folders)


def find_circle(arrows):
    """Return the names along one circle, or nothing."""
    try:
        graphlib.TopologicalSorter(arrows).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


class Arrow(NamedTuple):
    """One import of one module of the project by another."""

    importing: str
    imported: str


def find_arrows(from_, to):
    """Return the imports that lead from modules in the first folders to modules in the second."""
    arrows = [Arrow(module, name) for module, names in read_house().items() for name in names]
    return sorted(
        each
        for each in arrows
        if is_inside(each.importing, *from_) and is_inside(each.imported, *to)
    )


def write_house(folder, **texts):
    """Write files, named with two underscores for each dot, and return what they import."""
    for name, text in texts.items():
        file = folder / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return read_house(folder)


def test_imports_inside_functions_and_of_names_are_read(tmp_path):
    house = write_house(
        tmp_path,
        zoo__a="def f():\n    from zoo import b\n",
        zoo__b="import zoo.rooms.c\nimport numpy\n",
        zoo__rooms__c="from zoo.a import f\n",
    )
    assert house == {"zoo.a": {"zoo.b"}, "zoo.b": {"zoo.rooms.c"}, "zoo.rooms.c": {"zoo.a"}}


def test_a_name_in_a_package_is_imported_from_the_packages_own_file(tmp_path):
    (tmp_path / "zoo" / "data").mkdir(parents=True)
    (tmp_path / "zoo" / "data" / "__init__.py").write_text("def load(): pass\n")
    house = write_house(
        tmp_path, zoo__a="from zoo.data import load\n", zoo__b="import zoo.data\n"
    )
    assert house["zoo.a"] == house["zoo.b"] == {"zoo.data.__init__"}


def test_a_circle_between_files_is_found(tmp_path):
    house = write_house(
        tmp_path, zoo__a="import zoo.b\n", zoo__b="def f():\n    import zoo.a\n"
    )
    assert set(find_circle(house)) == {"zoo.a", "zoo.b"}


def test_a_circle_between_rooms_is_found_where_the_files_have_none(tmp_path):
    house = write_house(
        tmp_path,
        zoo__models__a="import zoo.data.b\n",
        zoo__data__b="",
        zoo__data__c="import zoo.models.d\n",
        zoo__models__d="",
    )
    assert find_circle(house) == []
    assert set(find_circle(arrows_between_rooms(house))) == {"zoo.models", "zoo.data"}


@pytest.mark.parametrize("package", ["reproductions", "tuning"])
def test_reproductions_and_tuning_know_zoo_and_not_each_other(package):
    others = {"reproductions", "tuning", "website"} - {package}
    assert not find_arrows(from_=[package], to=others)


def test_the_engine_knows_nothing_of_zoo_but_files_and_statistics():
    known = ("zoo.engine", "zoo.files", "zoo.statistics")
    found = find_arrows(from_=["zoo.engine"], to=["zoo"])
    assert not [arrow for arrow in found if not is_inside(arrow.imported, *known)]


def test_claiming_and_judging_load_no_networks_by_any_way():
    rooms = ("reproductions.harness.claiming", "reproductions.harness.judging")
    for module in read_house():
        if is_inside(module, *rooms):
            assert not libraries_behind(module) & {"keras", "tensorflow"}, module


def libraries_behind(module):
    """Return the first names of all that the module imports, and that what it imports imports."""
    seen, ahead = set(), [module]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead.extend(read_house()[name])
    texts = [(ROOT / f"{name.replace('.', '/')}.py").read_text() for name in seen]
    return {name.split(".")[0] for text in texts for name in read_imports(text)}


def test_no_reproduction_imports_another_one_or_the_command_line():
    questions = [
        f"reproductions.{file.stem}" for file in (ROOT / "reproductions").glob("[!_]*.py")
    ]
    assert questions
    assert not find_arrows(from_=questions, to=[*questions, "zoo.cli"])


def test_zoo_knows_none_of_the_packages_that_use_it():
    assert not find_arrows(from_=["zoo"], to=["reproductions", "tuning", "website"])


def test_no_files_import_each_other_in_a_circle():
    assert not find_circle(read_house())


def test_no_rooms_import_each_other_in_a_circle():
    assert not find_circle(arrows_between_rooms(read_house()))


ARCHITECTURE = ROOT / "docs" / "architecture.md"


def draw_house():
    """Return a picture of all rooms and their arrows in the language of Mermaid.

    Arrows that follow from others are left out: where a leads to b and b to c, none is drawn from a to c.
    """
    rooms = arrows_between_rooms(read_house())
    lines = ["flowchart TD"]
    for room in sorted(rooms):
        for other in sorted(rooms[room]):
            ways_around = rooms[room] - {other}
            if not any(other in rooms_behind(way, rooms) for way in ways_around):
                lines.append(f"    {as_node(room)} --> {as_node(other)}")
    return "\n".join(lines)


def rooms_behind(room, rooms):
    """Return all rooms that a room leads to."""
    seen, ahead = set(), [room]
    while ahead:
        for other in rooms.get(ahead.pop(), set()) - seen:
            seen.add(other)
            ahead.append(other)
    return seen


def as_node(room):
    """Return a room as Mermaid's nodes are written."""
    name = room.removesuffix(f".{INIT}")
    return f'{re.sub("[., ]+", "_", name)}["{name}"]'


def test_the_page_on_architecture_shows_the_rooms_and_arrows_that_there_are():
    """When rooms or arrows change: python tests/test_house.py writes the picture anew."""
    (drawn,) = PICTURE.findall(ARCHITECTURE.read_text())
    assert drawn.strip() == draw_house()


PICTURE = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)

if __name__ == "__main__":
    text = PICTURE.sub(lambda _: f"```mermaid\n{draw_house()}\n```", ARCHITECTURE.read_text())
    ARCHITECTURE.write_text(text)
