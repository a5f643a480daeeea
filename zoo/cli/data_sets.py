"""zoo data."""

from pathlib import Path
from typing import Annotated

import typer

from zoo.cli import printing

app = typer.Typer(
    no_args_is_help=True, help="Data sets: what is at hand, and how to get the rest."
)


@app.command("list")
def list_data_sets() -> None:
    """List the data sets, and where each was found."""
    from zoo import data

    rows = [(row.name, row.size, row.licence, row.found) for row in data.listing()]
    printing.show_table(("data set", "size", "licence", "found"), rows)
    if any(row[-1] == "missing" for row in rows):
        typer.echo(
            "Get one that is missing with `zoo data prepare NAME`, or name its folder: --data-dir DIR."
        )


@app.command()
def prepare(
    name: Annotated[str, typer.Argument(help="The data set.")],
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", help="Folder with the original files; without it they are downloaded."
        ),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", help="Folder to write into (default: ZOO_DATA)."),
    ] = None,
) -> None:
    """Check the original files of a data set, and write them in the form that is read
    fastest."""
    from zoo import data, startup

    if name in data.DATASETS:
        startup.load_tensorflow()
    data.prepare(name, source, data_dir, typer.echo)
