"""The `zoo` command: its own groups of commands, one module each, and those that other
packages bring.

A package adds commands by an entry point of the group `zoo.commands`: a function that is
given the application. Everything heavy is imported inside of the commands, so that listings
stay fast.
"""

import os
import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated

import typer

from zoo.cli import checking, data_sets, inference, models, runs
from zoo.texts import one_line

# Read when TensorFlow starts: no chatter; one thread per operation, so that members train side by side; and
# oneDNN's kernels, which TensorFlow by itself leaves off on older CPUs (those without AVX-512 VNNI, say).
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


def make_app() -> typer.Typer:
    """Return the application with all commands, those of other packages included."""
    app = typer.Typer(
        no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
    )
    app.callback()(show_version)
    app.command("list")(models.list_models)
    app.command()(models.show)
    app.command()(models.verify)
    app.command()(models.train)
    app.command()(inference.export)
    app.command()(inference.predict)
    app.command()(checking.doctor)
    app.add_typer(data_sets.app, name="data")
    app.add_typer(runs.app, name="runs")
    for point in entry_points(group="zoo.commands"):
        add_commands_of(point, app)
    return app


def add_commands_of(point: EntryPoint, app: typer.Typer) -> None:
    """Let one other package add its commands.

    A package that cannot be loaded is reported in one line; the other commands still work.
    """
    try:
        point.load()(app)
    except Exception as error:
        reason = one_line(f"{type(error).__name__}: {error}")
        typer.echo(
            f"zoo: the commands of {point.value} cannot be loaded ({reason})", err=True
        )


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; what a user must be told is one message, and only real bugs show
    a traceback."""
    try:
        status = make_app()(arguments, prog_name="zoo", standalone_mode=False)
    except Exception as error:
        status = getattr(type(error), "exit_code", None)
        if status is None:
            raise
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        if message:  # a command without arguments has shown its help instead
            typer.echo(f"zoo: {message}", err=True)
    sys.exit(status or 0)


def print_version(wanted: bool) -> None:
    """Print the version and stop, where that was asked for."""
    if wanted:
        from importlib import metadata

        typer.echo(f"reprozoo {metadata.version('reprozoo')}")
        raise typer.Exit()


def show_version(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=print_version,
            is_eager=True,
            help="Show the version and stop.",
        ),
    ] = False,
) -> None:
    """Classic deep-learning results, reproduced with many random seeds and judged."""
