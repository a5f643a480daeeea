"""What importing a part loads, and what the parts of zoo may know; the general rules: tests/test_house.py."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {"tensorflow", "keras"}
AT_HAND_ONLY = {"tensorflow_datasets", "sklearn"}
# A tensorflow-datasets builder is a class of that library; the module is imported inside of functions only.
BUILDERS_OF_DATA = {"zoo/data/semeion_tfds.py"}


def files(*folders):
    """All Python files under the folders, with their paths from the checkout as names."""
    found = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [pytest.param(file, id=str(file.relative_to(ROOT))) for file in found]


def imports(nodes, package=""):
    """Dotted names of what the nodes import; `from a import b` counts as a.b, and gives a too."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide who is imported"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def everywhere(text):
    """What the source imports anywhere."""
    return set(imports(ast.walk(ast.parse(text))))


def at_module_level(text):
    """What importing the source imports: all that stands outside of functions."""
    return set(imports(_outside_of_functions(ast.parse(text))))


def _outside_of_functions(node):
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _outside_of_functions(child)


def within(names, *packages):
    """Those of the dotted names that lie in one of the packages."""
    return {
        name
        for name in names
        if any(f"{name}.".startswith(f"{package}.") for package in packages)
    }


def test_the_reading_of_imports_sees_what_it_should():
    text = "import a.b\nif x:\n  from c import d\nclass E:\n  import f\ndef g():\n  from h import i\n"
    assert at_module_level(text) == {"a.b", "c.d", "f"}
    assert everywhere(text) == {"a.b", "c.d", "f", "h.i"}
    assert within({"zoo.data", "zoo.database", "numpy"}, "zoo.data") == {"zoo.data"}


@pytest.mark.parametrize("file", files("zoo/data"))
def test_importing_data_loads_no_heavy_library(file):
    forbidden = (
        HEAVY if str(file.relative_to(ROOT)) in BUILDERS_OF_DATA else HEAVY | AT_HAND_ONLY
    )
    assert not within(at_module_level(file.read_text()), *forbidden)


@pytest.mark.parametrize("file", files("zoo/data"))
def test_a_builder_of_data_is_imported_inside_of_functions_only(file):
    modules = [name.removesuffix(".py").replace("/", ".") for name in BUILDERS_OF_DATA]
    assert not within(at_module_level(file.read_text()), *modules)


@pytest.mark.parametrize("file", files("zoo/models"))
def test_models_know_layers_initializers_and_losses_only(file):
    found = within(everywhere(file.read_text()), "zoo")
    assert found == within(
        found, "zoo.models", "zoo.layers", "zoo.initializers", "zoo.losses"
    )


@pytest.mark.parametrize(
    "file", [*files("zoo/layers"), ROOT / "zoo/initializers.py", ROOT / "zoo/losses.py"]
)
def test_layers_initializers_and_losses_know_nothing_else_of_zoo(file):
    found = within(everywhere(file.read_text()), "zoo")
    assert found == within(found, "zoo.layers")
