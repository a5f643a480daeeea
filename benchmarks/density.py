"""How much does a line of code do? Counts syntax nodes per line, and long lines, for each
package.

    python benchmarks/density.py [--functions N] [--folder FOLDER]

Prints one row per package, or the N densest functions with file and line. What counts,
exactly:

- A *function* is a `def` or `async def`, methods too. One inside another one counts with its
  parent only.
- *Lines of code* are the lines of the body that hold more than brackets, commas and colons.
  The signature, blank lines, comments and docstrings do not count. Functions of fewer than
  four such lines are left out.
- *Nodes* are what `ast.walk` visits in the statements of the body, docstrings left out.
- A *long line* has 95 characters or more. The share is taken over all lines of the package's
  files.

For comparison: the installed Keras 3.15 has a median of 9.0 and a 90th percentile of 13.6,
scikit-learn 1.9 has 9.4 and 13.5, both with their tests. To see it: --folder
.venv/lib/python3.11/site-packages/keras
"""

import argparse
import ast
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "reproductions",
    "reproductions/harness",
    "reproductions/lecture_notes",
    "tuning",
    "zoo",
    "zoo/cli",
    "zoo/engine",
    "zoo/pretrained",
    "website",
    "benchmarks",
    "tests",
)
"""Folders with a row of their own. A file belongs to the innermost of them that holds it."""
FEWEST_LINES = 4
LONG_LINE = 95
Definition = ast.FunctionDef | ast.AsyncFunctionDef


class Function(NamedTuple):
    """One function: where it stands, its number of syntax nodes, its number of lines of code."""

    file: Path
    line: int
    name: str
    nodes: int
    lines: int

    @property
    def density(self) -> float:
        """Syntax nodes per line of code."""
        return self.nodes / self.lines


class Density(NamedTuple):
    """The figures of one package: nodes per line over its functions, and long lines in
    percent."""

    functions: int
    median: float
    ninth_decile: float
    long_lines: float


def main() -> None:
    """Print the table, or the densest functions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--functions", type=int, metavar="N", help="list the N densest functions instead"
    )
    parser.add_argument(
        "--folder", type=Path, metavar="FOLDER", help="measure this folder only"
    )
    options = parser.parse_args()
    packages = group_files(options.folder)
    if options.functions:
        print_functions(packages, options.functions)
    else:
        print_table(packages)


def group_files(folder: Path | None = None) -> dict[str, list[Path]]:
    """Return {package: its Python files}, without packages that have none; or all files of
    one folder."""
    if folder is not None:
        return {str(folder): sorted(folder.rglob("*.py"))}
    packages = {name: [] for name in PACKAGES}
    for name in PACKAGES:
        for file in sorted((ROOT / name).rglob("*.py")):
            if find_package(file) == name:
                packages[name].append(file)
    return {name: files for name, files in packages.items() if files}


def find_package(file: Path) -> str:
    """Return the innermost package that holds the file."""
    holding = [name for name in PACKAGES if file.is_relative_to(ROOT / name)]
    return max(holding, key=len)


def print_table(packages: dict[str, list[Path]]) -> None:
    """Print one row per package."""
    print(f"{'':28}{'functions':>10}{'median':>10}{'90th':>10}{'long, %':>10}")
    for name, files in packages.items():
        row = measure(files)
        figures = (row.median, row.ninth_decile, row.long_lines)
        cells = "".join(f"{figure:10.1f}" for figure in figures)
        print(f"{name:28}{row.functions:10,}{cells}")


def print_functions(packages: dict[str, list[Path]], number: int) -> None:
    """Print the densest functions of all packages, densest first."""
    found = []
    for files in packages.values():
        found.extend(read_functions(files))
    found.sort(key=lambda function: function.density, reverse=True)
    for function in found[:number]:
        file = show_path(function.file)
        print(f"{function.density:6.1f}  {file}:{function.line}  {function.name}")


def show_path(file: Path) -> Path:
    """Return the path from the root of the checkout where the file lies in it."""
    return file.relative_to(ROOT) if file.is_relative_to(ROOT) else file


def measure(files: list[Path]) -> Density:
    """Return the figures of these files taken together; without functions the densities are
    0."""
    densities = [function.density for function in read_functions(files)]
    lengths = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        lengths.extend(len(line) for line in text.splitlines())
    long_lines = [length for length in lengths if length >= LONG_LINE]
    return Density(
        functions=len(densities),
        median=statistics.median(densities or [0.0]),
        ninth_decile=ninth_decile(densities or [0.0]),
        long_lines=100 * len(long_lines) / max(len(lengths), 1),
    )


def ninth_decile(values: list[float]) -> float:
    """Return the 90th percentile by linear interpolation, as numpy does."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=10, method="inclusive")[-1]


def read_functions(files: list[Path]) -> list[Function]:
    """Return the functions of four or more lines of code."""
    found = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        for definition in outermost(ast.parse(text)):
            nodes = count_nodes(definition)
            lines = count_lines(definition, text.splitlines())
            if lines >= FEWEST_LINES:
                found.append(Function(file, definition.lineno, definition.name, nodes, lines))
    return found


def outermost(node: ast.AST) -> Iterator[Definition]:
    """Yield the functions that lie in no other function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield child
        else:
            yield from outermost(child)


def count_nodes(definition: Definition) -> int:
    """Return the number of syntax nodes in the body of a function."""
    nodes = 0
    for statement in definition.body:
        nodes += len(list(ast.walk(statement)))
    for docstring in find_docstrings(definition):
        nodes -= len(list(ast.walk(docstring)))
    return nodes


def count_lines(definition: Definition, text: list[str]) -> int:
    """Return the number of lines of code in the body of a function; `text` holds the lines of
    its file."""
    numbers = set(range(definition.body[0].lineno, definition.end_lineno + 1))
    for docstring in find_docstrings(definition):
        numbers -= set(range(docstring.lineno, docstring.end_lineno + 1))
    return sum(holds_code(text[number - 1]) for number in numbers)


def find_docstrings(definition: Definition) -> Iterator[ast.stmt]:
    """Yield the docstrings of the function and of all that is defined inside it."""
    for node in ast.walk(definition):
        if (
            isinstance(node, Definition | ast.ClassDef)
            and ast.get_docstring(node) is not None
        ):
            yield node.body[0]


def holds_code(line: str) -> bool:
    """Whether the line holds more than a comment, brackets, commas and colons."""
    words = line.strip()
    return not words.startswith("#") and words.strip("()[]{},: ") != ""


if __name__ == "__main__":
    main()
