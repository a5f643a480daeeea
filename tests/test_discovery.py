"""Docstrings are read as Python reads them, and fast."""

import ast
from pathlib import Path

import pytest

from zoo.discovery import read_docstring

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("package", ["zoo", "reproductions", "tuning"])
def test_every_docstring_is_the_one_that_python_sees(package):
    for file in (ROOT / package).rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert read_docstring(text) == ast.get_docstring(ast.parse(text)), file


@pytest.mark.parametrize(
    "text", ["", "x = 1\n", "# only a comment\n", 'f"no docstring {1}"\n', "b'bytes'\n"]
)
def test_a_file_without_a_docstring_has_none(text):
    assert read_docstring(text) is None


@pytest.mark.parametrize("text", ['"""never closed', "def :\n", "  indented\n"])
def test_a_file_that_begins_with_an_error_is_refused(text):
    with pytest.raises(SyntaxError):
        read_docstring(text)


def test_a_docstring_is_read_before_an_error_further_down():
    assert read_docstring('# first\n"""Says\n    more."""\ndef :\n') == "Says\nmore."
