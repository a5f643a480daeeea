"""The `zoo` command: one module per group of commands, and here how they are called.

Everything heavy is imported inside of the commands, so that listings stay fast.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from zoo.cli import checking, data_sets, distributing, inference, models, reproducing, runs, tuning

# Read when TensorFlow starts: no chatter; one thread per operation, so that members train side by side; and
# oneDNN's kernels, which TensorFlow by itself leaves off on older CPUs (those without AVX-512 VNNI, say).
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.command()(reproducing.reproduce)
app.command("list")(models.list_models)
app.command()(models.show)
app.command()(models.verify)
app.command()(models.train)
app.command()(inference.export)
app.command()(inference.predict)
app.command()(checking.doctor)
app.command()(reproducing.pages)
app.add_typer(data_sets.app, name="data")
app.add_typer(runs.app, name="runs")
tuning.app.command()(distributing.chief)
tuning.app.command()(distributing.worker)
app.add_typer(tuning.app, name="tune")


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; what a user must be told is one message, and only real bugs show a traceback."""
    try:
        status = app(arguments, prog_name="zoo", standalone_mode=False)
    except Exception as error:
        status = getattr(type(error), "exit_code", None)
        if status is None:
            raise
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        if message:  # a command without arguments has shown its help instead
            typer.echo(f"zoo: {message}", err=True)
    sys.exit(status or 0)


def run_file(path: str) -> None:
    """Makes a reproduction's file a script: the same as `zoo reproduce NAME` with the script's options."""
    main(["reproduce", Path(path).stem, *sys.argv[1:]])


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"reprozoo {metadata.version('reprozoo')}")
        raise typer.Exit()


@app.callback()
def _zoo(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop."),
    ] = False,
) -> None:
    """Classic deep-learning results, reproduced with many random seeds and judged."""
