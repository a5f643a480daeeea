"""Options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="Folder with the data sets (default: ZOO_DATA).",
        show_default=False,
    ),
]


def use_data_dir(folder: Path | None) -> None:
    """Lets this process find its data there.

    Raises:
        zoo.data.DataError: it is no folder.
    """
    if folder is None:
        return
    from zoo.data.files import searchable

    os.environ["ZOO_DATA"] = str(folder.expanduser().absolute())
    searchable()
