"""zoo tune apply: from a study to a pretrained model."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from tuning.harness.commands import request
from zoo.cli import options, printing

Top = Annotated[
    int,
    typer.Option(metavar="K", help="How many of the best trials to train again."),
]
Seeds = Annotated[
    int,
    typer.Option(metavar="N", help="Fresh random seeds for each; at least 6."),
]


def apply(
    job: request.JobName,
    top: Top = 3,
    seeds: Seeds = 6,
    unfinished: Annotated[
        bool,
        typer.Option("--unfinished", help="Even if the search has not had all its trials."),
    ] = False,
    data_dir: options.DataDir = None,
    out: request.Out = None,
    models: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder that gets the model's folder.")
    ] = None,
) -> None:
    """Train the best trials again with fresh seeds, and make a model of the best."""
    from zoo.pretrained import folders

    request.end_on_sigterm()
    options.use_data_dir(data_dir)
    place, _ = request.find_study(job, out)
    target = models or folders.written_to()
    command = ["zoo", "tune", "apply", job, "--top", str(top), "--seeds", str(seeds)]
    command += ["--unfinished"] * unfinished
    try:
        card = _make_model(job, (top, seeds, unfinished), place, target, shlex.join(command))
    except KeyboardInterrupt:
        others = {"--data-dir": data_dir, "--out": out, "--models": models}
        again = shlex.join([*command, *request.to_words(others)])
        typer.echo(f"Interrupted; what was trained is kept. To go on: {again}", err=True)
        raise typer.Exit(130) from None
    show_search(card)
    _say_where(card, target)


def _make_model(job: str, asked: tuple, place: Path, target: Path, command: str):
    from zoo import startup

    startup.load_tensorflow()
    from tuning.harness.applying import apply as applying
    from zoo.pretrained.describing import Circumstances

    machine = request.describe_machine()
    circumstances = Circumstances(command, request.list_versions(), machine)
    asked = applying.Request(*asked)
    return applying.run(job, asked, place, target, circumstances, typer.echo)


def show_search(card) -> None:
    """Show the search of a model's card as tables and sentences."""
    from zoo.pretrained import searched

    search = card.search
    metric = searched.measured_by(card)
    trial, before, fresh, *others = searched.CANDIDATES
    headings = (
        trial,
        f"{before} ({search.metric}, 95 % interval)",
        f"{fresh} ({len(search.seeds)})",
        *others,
    )
    printing.show_table(headings, searched.candidates(search))
    typer.echo(searched.optimism(search))
    if search.comparisons:
        split, tuned, default, difference = searched.COMPARISONS
        headings = (split, f"{tuned} ({metric})", default, f"{difference}, 95 % interval")
        printing.show_table(headings, searched.comparisons(search))
    typer.echo(searched.verdict(search, metric))


def _say_where(card, target: Path) -> None:
    from zoo.cli import models

    models.say_made(card, target)
