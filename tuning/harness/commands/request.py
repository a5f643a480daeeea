"""What a user asks for: the options of the commands, and the same as a line for a shell."""

import shlex
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from zoo.cli import machine

JobName = Annotated[str, typer.Argument(metavar="JOB", help="A job; see zoo tune list.")]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="The study's folder (default: one of the job's name here).",
        show_default=False,
    ),
]
Tuner = Annotated[
    str | None,
    typer.Option(help="random, grid, bayesian, hyperband or optuna."),
]
Trials = Annotated[
    int | None,
    typer.Option(help="How many in all; more than before extends a study."),
]
Executions = Annotated[
    int | None,
    typer.Option(help="Networks per trial, each from its own seed."),
]
Budget = Annotated[
    float | None,
    typer.Option(metavar="MINUTES", help="Begin no further trial after so long."),
]
Seed = Annotated[
    int | None,
    typer.Option(help="Of the whole search (default: 1).", show_default=False),
]
Workers = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Train trials in N processes at once (default: in this one).",
        show_default=False,
    ),
]


def end_on_sigterm() -> None:
    """Have SIGTERM, as batch systems send it, do what Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def name_options(tuner, trials, executions, budget, seed) -> dict:
    """Return what was asked of a search, by the names of the options."""
    return {
        "--tuner": tuner,
        "--trials": trials,
        "--executions": executions,
        "--budget": budget,
        "--seed": seed,
    }


def to_words(options: Mapping) -> list[str]:
    """Return options as a command line has them, without those that were not given."""
    words = []
    for option, value in options.items():
        if value is not None:
            words += [option, str(value)]
    return words


def command_line(job: str, options: Mapping, command: str = "run") -> str:
    """Return a command as a line for a shell."""
    return shlex.join(["zoo", "tune", command, job, *to_words(options)])


def find_study(job: str, out: Path | None) -> tuple[Path, dict]:
    """Return the folder of a job's study, and what its study.json says.

    Raises:
        TuningError: there is no such job or no such study.
    """
    from tuning.harness import discovery
    from tuning.harness.store import folder

    place = out or Path(discovery.check(job))
    return place, folder.require_study(place, job)


def describe_circumstances(command: str):
    """Return what study.json says about a run: its command, the versions and this machine."""
    from tuning.harness.search.study import Circumstances

    return Circumstances(command, list_versions(), describe_machine())


def list_versions() -> dict[str, str]:
    """Return the versions of everything that a search depends on."""
    from importlib import metadata

    versions = machine.versions()
    versions["keras-tuner"] = metadata.version("keras-tuner")
    for optuna in metadata.distributions(name="optuna"):
        versions[optuna.name] = optuna.version
    return versions


def describe_machine() -> dict:
    """Return this machine as a study tells it: its name is nobody else's business."""
    return {fact: value for fact, value in machine.describe().items() if fact != "host"}
