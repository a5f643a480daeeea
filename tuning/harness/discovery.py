"""Which jobs there are, and what their files say.

Names, docstrings and data sets are read from the source with `ast`. Only `load` imports a
job.
"""

import ast
from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

import tuning
from tuning.harness.errors import TuningError
from tuning.harness.job import Job
from zoo.discovery import Shelf

JOBS = Shelf(tuning, "job", "zoo tune list", TuningError)
TARGETS = ("labels", "inputs")
KINDS = ("classifier", "logistic", "regression", "autoencoder")
TUNERS = ("random", "grid", "bayesian", "hyperband", "optuna")


class Summary(NamedTuple):
    """What a job's file says about itself; "" where it says nothing."""

    title: str
    """The first line of the docstring."""
    time: str
    """The docstring's "Expected time"."""
    data: str
    """Name of the data set."""


def names() -> list[str]:
    """Return the names of all jobs: one file each, beside the harness."""
    return JOBS.names()


def check(name: str) -> str:
    """Return the name of an existing job.

    Raises:
        TuningError: there is no such job; the message gives the nearest names.
    """
    return JOBS.check(name)


def summary(name: str) -> Summary:
    """Return what a job's file says, without running it. The title tells a syntax error."""
    lines = JOBS.docstring(name).splitlines()
    times = [line.partition(": ")[2] for line in lines if line.startswith("Expected time")]
    return Summary(lines[0], times[0] if times else "", find_data(name))


def find_data(name: str) -> str:
    """Return the data set in JOB = Job(data="..."), "" if it is not written like this."""
    try:
        module = ast.parse(JOBS.source(name))
    except (SyntaxError, ValueError):
        return ""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Job":
            values = {keyword.arg: keyword.value for keyword in node.keywords}
            return getattr(values.get("data"), "value", "")
    return ""


def model_name(job: str) -> str:
    """Return the model that a job's studies end in: mlp_tuned.mnist for mnist_mlp."""
    data = summary(job).data
    return f"{job.removeprefix(f'{data}_')}_tuned.{data}"


def load(name: str) -> ModuleType:
    """Import a job and check what every job must have.

    Raises:
        TuningError: there is no such job, or something is missing or has a wrong type.
    """
    module = JOBS.load(name)
    problems = list(find_problems(module))
    if problems:
        raise TuningError(f"tuning/{name}.py: {'; '.join(problems)}")
    return module


def find_problems(module: ModuleType) -> Iterator[str]:
    """Yield what is wrong with a job."""
    job = getattr(module, "JOB", None)
    if isinstance(job, Job):
        yield from find_wrong_fields(job)
    else:
        yield "JOB must be a Job"
    if not callable(getattr(module, "space", None)):
        yield "space must be a function"


def find_wrong_fields(job: Job) -> Iterator[str]:
    """Yield which fields of a job have values that they cannot have."""
    for field, allowed in (("targets", TARGETS), ("kind", KINDS), ("tuner", TUNERS)):
        value = getattr(job, field)
        if value not in allowed:
            yield f"{field} must be one of {', '.join(allowed)}, not {value!r}"
    if job.trials < 1 or job.executions < 1:
        yield "trials and executions must be at least 1"
