"""The worked example of docs/contributing.md is a reproduction that runs as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import reproductions
from reproductions.harness import suite
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.claims import metrics_of
from reproductions.harness.recording import records
from reproductions.harness.showing import figures
from zoo import engine

PAGE = (Path(__file__).parents[2] / "docs" / "contributing.md").read_text()


@pytest.fixture
def example(tmp_path, monkeypatch):
    """The example as a module that discovery finds."""
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    (tmp_path / "digits_hidden.py").write_text(source)
    monkeypatch.setattr(reproductions, "__path__", [*reproductions.__path__, str(tmp_path)])
    yield questions.load("digits_hidden")
    del sys.modules["reproductions.digits_hidden"]


def test_the_example_measures_what_its_claims_need_and_is_judged_and_drawn(example, tmp_path):
    assert "digits_hidden" in questions.names()
    assert questions.summary("digits_hidden").question.endswith("?")
    with engine.using(store=tmp_path / "members"):
        result = suite.Plan(example.SMOKE).run(example)
    needed = {name for claim in example.CLAIMS for name in metrics_of(claim)}
    assert needed <= set(result.metrics)
    record = records.make("digits_hidden", "smoke", example.SMOKE, result, example.CLAIMS, {})
    assert [claim["id"] for claim in record["claims"]] == [
        "digits-hidden/error-0",
        "digits-hidden/error-30",
        "digits-hidden/helps",
    ]
    assert all(verdict["n"] == 2 for verdict in record["verdicts"])
    with figures.style():
        assert isinstance(example.plot(result), figures.Figure)


@pytest.mark.parametrize("command", [("format", "--check"), ("check",)])
def test_the_example_passes_make_lint_as_a_file_in_reproductions(command):
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    place = (
        Path(reproductions.__path__[0]) / "digits_hidden.py"
    )  # only named: its settings count
    ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(place), "-"]
    run = subprocess.run(ruff, input=source, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
