"""README.md: its examples run as they stand there, its tables and commands name what exists."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from reproductions.harness import publishing
from reproductions.harness.claiming import questions
from reproductions.harness.recording import records

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
NUMBERS = range(1, len(EXAMPLES) + 1)
RUN_ALL = """
import pathlib, runpy, sys, traceback
for file in sys.argv[1:]:
    try:
        runpy.run_path(file, run_name="__main__")
        pathlib.Path(file).with_suffix(".ran").touch()
    except Exception:
        traceback.print_exc()
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The folder in which one process ran the examples as scripts, and its errors."""
    folder = tmp_path_factory.mktemp("readme")
    for number, example in zip(NUMBERS, EXAMPLES, strict=True):
        (folder / f"{number}.py").write_text(example)
    command = [sys.executable, "-c", RUN_ALL, *(f"{number}.py" for number in NUMBERS)]
    return folder, subprocess.run(command, capture_output=True, text=True, cwd=folder).stderr


@pytest.mark.parametrize("number", NUMBERS)
def test_an_example_runs_as_a_script(number, ran):
    folder, errors = ran
    assert (folder / f"{number}.ran").exists(), errors[-2000:]


def test_the_readme_has_examples():
    assert len(EXAMPLES) == 3


def test_the_answers_of_all_records_stand_in_the_readme():
    (answers,) = re.findall(
        r"<!-- answers:begin -->\n(.*?)<!-- answers:end -->", README, flags=re.DOTALL
    )
    assert re.findall(r"\]\(docs/results/(\w+)\.md\)", answers) == records.committed(ROOT)


def test_the_claims_that_the_readme_shows_exist():
    assert publishing.find_unknown_claims(ROOT) == []
    assert re.search(r"<!-- claims \S.*:begin -->\n\| claim \|", README)


def test_the_reproductions_that_its_commands_name_exist():
    named = re.findall(r"^zoo reproduce (\w+)", README, flags=re.MULTILINE)
    assert len(named) >= 3 and set(named) <= set(questions.names())
