"""No package may become denser to read than it is: limits on syntax nodes per line, and on long lines."""

from typing import NamedTuple

import pytest

from benchmarks import density


class Limit(NamedTuple):
    """The most that a package may have: nodes per line (median, 90th percentile) and long lines (%)."""

    median: float
    ninth_decile: float
    long_lines: float


TARGET = Limit(11, 15, 3)
LIMITS = {  # lower a figure when its package gets below it
    "reproductions": TARGET,
    "reproductions/harness": TARGET,
    "reproductions/lecture_notes": TARGET,
    "tuning": TARGET,
    "zoo": Limit(11, 16, 3),
    "zoo/cli": TARGET,
    "zoo/engine": Limit(11.5, 15.5, 3),
    "zoo/pretrained": TARGET,
    "website": TARGET,
    "benchmarks": Limit(11, 17, 3),
    "tests": Limit(13.5, 19, 3),
}
PACKED = """
def spread(
    values,
    factor=1,
):
    '''Two lines
    of text.'''
    # A comment.

    first = (
        1,
        2,
    )
    def inner():
        '''Text.'''
        return 3
    return inner
"""


@pytest.mark.parametrize("package", density.group_files())
def test_a_package_is_no_denser_than_its_limit(package):
    found = density.measure(density.group_files()[package])
    limit = LIMITS[package]
    assert found.median <= limit.median
    assert found.ninth_decile <= limit.ninth_decile
    assert found.long_lines <= limit.long_lines


def test_every_package_has_a_limit():
    assert set(LIMITS) == set(density.PACKAGES)


def test_a_function_is_counted_without_signature_docstrings_comments_and_brackets(tmp_path):
    file = tmp_path / "packed.py"
    file.write_text(PACKED)
    (function,) = density.read_functions([file])
    assert (function.name, function.line) == ("spread", 2)
    assert function.lines == 6  # first = (, 1, 2, def inner, return 3, return inner
    assert (
        function.nodes == 14
    )  # Assign Name Store Tuple 1 2 Load, FunctionDef arguments Return 3, Return Name Load


def test_a_function_of_three_lines_is_left_out(tmp_path):
    file = tmp_path / "short.py"
    file.write_text("def f():\n    a = 1\n    b = 2\n    return a + b\n")
    assert density.read_functions([file]) == []


def test_a_method_counts_and_a_function_inside_a_function_does_not(tmp_path):
    file = tmp_path / "nested.py"
    inner = "".join(f"            x = {number}\n" for number in range(5))
    file.write_text(
        f"class A:\n    def method(self):\n        def inner():\n{inner}        return inner\n"
    )
    assert [function.name for function in density.read_functions([file])] == ["method"]


def test_long_lines_are_a_share_of_all_lines(tmp_path):
    file = tmp_path / "long.py"
    file.write_text(f"x = 1\n\n# {'x' * 93}\n# {'x' * 92}\n")
    assert density.measure([file]).long_lines == 25


def test_a_file_belongs_to_the_innermost_package():
    assert density.find_package(density.ROOT / "zoo/cli/models.py") == "zoo/cli"
    assert density.find_package(density.ROOT / "zoo/models/mlp.py") == "zoo"


def test_the_ninth_decile_is_the_one_of_numpy():
    import numpy as np

    values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0]
    assert density.ninth_decile(values) == pytest.approx(np.percentile(values, 90))
