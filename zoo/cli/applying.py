"""zoo tune apply: what it does, and shows of the trials that were trained anew."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import typer

from zoo.cli import machine, models, printing


class Asked(NamedTuple):
    """What tuning.harness.apply.Asked holds, whose module is too heavy to be imported at once."""

    top: int
    seeds: int
    unfinished: bool

    def words(self) -> list[str]:
        """As the command line has it."""
        unfinished = ["--unfinished"] if self.unfinished else []
        return ["--top", str(self.top), "--seeds", str(self.seeds), *unfinished]


def apply(
    job: str,
    asked: Asked,
    place: Path,
    into: Path | None,
    again: Mapping,
    versions: dict[str, str],
) -> None:
    """Ships a study's model; `again` holds the options beside, for the line that says how to go on."""
    from zoo import startup
    from zoo.pretrained import folders

    command = ["zoo", "tune", "apply", job, *asked.words()]
    target = into or folders.written_to()
    try:
        startup.load_tensorflow()
        from tuning.harness import apply as last_mile
        from zoo.pretrained.describing import Circumstances

        here = {fact: value for fact, value in machine.describe().items() if fact != "host"}
        about = Circumstances(shlex.join(command), versions, here)
        card = last_mile.run(job, last_mile.Asked(*asked), place, target, about, typer.echo)
    except KeyboardInterrupt:
        more = [part for option, value in again.items() if value for part in (option, str(value))]
        to_go_on = shlex.join([*command, *more])
        typer.echo(f"Interrupted; what was trained is kept. To go on: {to_go_on}", err=True)
        raise typer.Exit(130) from None
    show(card)
    models.say_made(card, target)


def show(card) -> None:
    """Shows the search of a model's card as tables and sentences."""
    from zoo.pretrained import searched

    search, metric = card.search, searched.measured_by(card)
    scores = f"{search.metric}, 95 % interval"
    trial, before, fresh, *rest = searched.CANDIDATES
    head = (trial, f"{before} ({scores})", f"{fresh} ({len(search.seeds)})", *rest)
    printing.show_table(head, searched.candidates(search))
    typer.echo(searched.optimism(search))
    if search.comparisons:
        split, tuned, default, difference = searched.COMPARISONS
        head = (split, f"{tuned} ({metric})", default, f"{difference}, 95 % interval")
        printing.show_table(head, searched.comparisons(search))
    typer.echo(searched.verdict(search, metric))
