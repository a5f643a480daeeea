"""Which jobs there are, and what they say of themselves.

Names, docstrings and the data set are read from the source with `ast`; only `load` imports a job.
"""

import ast
import difflib
import importlib
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import tuning
from tuning.harness.errors import TuningError
from tuning.harness.job import Job

TARGETS = ("labels", "inputs")
KINDS = ("classifier", "logistic", "regression", "autoencoder")
TUNERS = ("random", "grid", "bayesian", "hyperband", "optuna")


class Summary(NamedTuple):
    """What a job's file says: the docstring's first line and "Expected time", and the data set; "" if not."""

    title: str
    time: str
    data: str


def names() -> list[str]:
    """Return the names of all jobs: one file each, beside the harness."""
    files = (file for folder in tuning.__path__ for file in Path(folder).glob("*.py"))
    return sorted(file.stem for file in files if not file.stem.startswith("_"))


def check(name: str) -> str:
    """Return the name, if there is such a job.

    Raises:
        TuningError: there is none; the message gives the nearest names.
    """
    known = names()
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known
    raise TuningError(f"no job is called '{name}'; did you mean {' or '.join(near)}?")


def summary(name: str) -> Summary:
    """Return what the file says, read without running it; a file that cannot be parsed says so."""
    check(name)
    file = next(file for folder in tuning.__path__ if (file := Path(folder) / f"{name}.py").exists())
    try:
        module = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        return Summary(f"(syntax error in line {error.lineno})", "", "")
    text = ast.get_docstring(module) or "(no docstring)"
    stated = [line.partition(": ")[2] for line in text.splitlines() if line.startswith("Expected time")]
    return Summary(text.splitlines()[0], stated[0] if stated else "", _data(module))


def model(name: str) -> str:
    """Return what the model is called that a job's study ends in: mlp_tuned.mnist for mnist_mlp."""
    on = summary(name).data
    return f"{name.removeprefix(f'{on}_')}_tuned.{on}"


def job_of(model_name: str) -> str | None:
    """Return the job whose studies end in a model of that name, None if there is none."""
    return next((name for name in names() if model(name) == model_name), None)


def load(name: str) -> ModuleType:
    """Import a job and check its fixed names.

    Raises:
        TuningError: unknown name, or a fixed name is missing or of the wrong kind.
    """
    module = importlib.import_module(f"tuning.{check(name)}")
    problems = list(_problems(module))
    if problems:
        raise TuningError(f"tuning/{name}.py: {'; '.join(problems)}")
    return module


def check_installed(tuner: str) -> None:
    """Refuse a tuner whose library is not installed.

    Raises:
        TuningError: with the command that installs it.
    """
    if tuner == "optuna" and importlib.util.find_spec("optuna") is None:
        raise TuningError("optuna is missing; get it with: pip install 'reprozoo[optuna]'")


def _problems(module: ModuleType):
    job = getattr(module, "JOB", None)
    if not isinstance(job, Job):
        yield "JOB must be a Job"
    else:
        if job.targets not in TARGETS:
            yield f"targets must be one of {', '.join(TARGETS)}, not {job.targets!r}"
        if job.kind not in KINDS:
            yield f"kind must be one of {', '.join(KINDS)}, not {job.kind!r}"
        if job.tuner not in TUNERS:
            yield f"tuner must be one of {', '.join(TUNERS)}, not {job.tuner!r}"
        if min(job.trials, job.executions) < 1:
            yield "trials and executions must be at least 1"
    if not callable(getattr(module, "space", None)):
        yield "space must be a function"


def _data(module: ast.Module) -> str:
    """Return the data set that JOB = Job(data="...") names, "" where it is not written so."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Job":
            given = {each.arg: each.value for each in node.keywords}
            return getattr(given.get("data"), "value", "")
    return ""
