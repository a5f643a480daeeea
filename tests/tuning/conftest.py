"""A folder of jobs of its own for every test, and a study run in a moment."""

import sys

import pytest

import tuning.harness
from tests.tuning.toy import TOY, pretended
from tuning.harness.reporting.progress import Progress
from tuning.harness.search import objective, study
from tuning.harness.search.options import Options
from tuning.harness.store import results

NEEDS_OPTUNA = pytest.mark.extra("optuna")


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """A function that writes jobs, found instead of the project's; `toy` is there from the start."""
    folder = tmp_path / "jobs"
    folder.mkdir()
    monkeypatch.setattr(tuning, "__path__", [str(folder)])
    # bytecode would stand in for a file that is rewritten in the same second with as many characters
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(text, name="toy"):
        forget(name)
        (folder / f"{name}.py").write_text(text)

    write(TOY)
    yield write
    for file in folder.glob("*.py"):
        forget(file.stem)


def forget(name):
    """Have a job imported anew."""
    sys.modules.pop(f"tuning.{name}", None)
    vars(tuning).pop(name, None)


@pytest.fixture
def quick(monkeypatch):
    """A function that replaces the engine's training; at first results are pretended."""

    def replace(train):
        monkeypatch.setattr(objective.engine, "train", train)

    replace(pretended)
    return replace


@pytest.fixture
def search(jobs, tmp_path):
    """A function that runs the toy's study in a folder and returns the records of its trials."""

    def run(folder="study", said=None, job="toy", **options):
        lines = [] if said is None else said
        place = tmp_path / folder
        study.run(job, Options(**options), place, Progress(lines.append))
        return results.read_records(place)

    return run


def scores(records):
    """Return what of the records depends on the search alone, not on the clock."""
    kept = ("execution", "seed", "score", "diverged_at", "steps", "history")
    return [
        (
            each["trial"],
            each["status"],
            each["score"],
            each["values"],
            each["rounds"],
            [{name: one[name] for name in kept} for one in each["executions"]],
        )
        for each in records
    ]
