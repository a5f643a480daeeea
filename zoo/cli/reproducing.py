"""zoo reproduce, zoo pages."""

import enum
import shlex
from typing import Annotated

import typer

from zoo.cli import estimating, machine, options, printing


class Profile(enum.StrEnum):
    """How much of a reproduction is run."""

    smoke = "smoke"
    quick = "quick"
    full = "full"


def reproduce(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which ones; without a name, all of them.")
    ] = None,
    profile: Annotated[Profile, typer.Option(help="full: the published setting; quick: seconds.")] = "quick",
    seeds: Annotated[
        int | None,
        typer.Option(min=1, help="Use the random seeds 1 to N. With full: train those a record lacks."),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Networks trained at the same time.")] = None,
    data_dir: options.DataDir = None,
    listing: Annotated[bool, typer.Option("--list", help="List the reproductions and stop.")] = False,
    rejudge: Annotated[
        bool, typer.Option("--rejudge", help="Judge committed records on mended claims; train nothing.")
    ] = False,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Say what the run would cost on this machine; train nothing.")
    ] = False,
) -> None:
    """Run reproductions and judge what they claim."""
    from reproductions.harness import discovery

    chosen = [discovery.check(name) for name in names or ()]
    if listing:
        _show_reproductions(chosen or discovery.names())
        return
    options.use_data_dir(data_dir)
    if estimate:
        _estimate(chosen, profile, seeds, workers)
        return
    raise typer.Exit(_run(chosen, profile, seeds, workers, data_dir, rejudge))


def pages() -> None:
    """Write figures, generated pages and README.md's tables anew from the committed records."""
    from reproductions.harness import checkout, report, suite

    root = checkout.root()
    drawn, removed = suite.redraw(root), report.write_pages(root)
    for file in [*drawn, *report.pages(root)]:
        typer.echo(file.relative_to(root))
    for file in removed:
        typer.echo(f"{file.relative_to(root)} (removed: it has no record)")


def _estimate(chosen, profile, seeds, workers) -> None:
    from reproductions.harness.errors import ReproductionError
    from zoo import engine

    if len(chosen) != 1:
        raise ReproductionError("--estimate takes the name of one reproduction; see zoo reproduce --list")
    with engine.using(workers=workers):
        estimating.estimate(chosen[0], str(profile), seeds)


def _run(chosen, profile, seeds, workers, data_dir, rejudge) -> int:
    """Run, or judge anew, what was asked for; return the exit status, interrupted or not."""
    to_go_on = _command(chosen, profile, seeds, workers, data_dir, rejudge)
    # A record keeps what was asked for: folders of this machine are nobody else's business.
    command = _command(chosen, profile, seeds, workers, data_dir and "DIR")
    try:
        if rejudge:
            return _rejudged(chosen)
        return _reproduced(chosen, profile, seeds, workers, _context(command, to_go_on))
    except KeyboardInterrupt:
        typer.echo(f"Interrupted; to go on: {to_go_on}", err=True)
        return 130


def _reproduced(chosen, profile, seeds, workers, context) -> int:
    from reproductions.harness import suite
    from zoo import engine, startup

    startup.load_tensorflow()
    with engine.using(workers=workers):
        outcomes = suite.run_suite(chosen, str(profile), seeds, context=context)
    return suite.exit_status(outcomes)


def _rejudged(chosen) -> int:
    from reproductions.harness import checkout, records, report, suite
    from zoo import startup

    startup.load_tensorflow()
    for name in chosen or records.committed(checkout.root()):
        record = suite.rejudge(name, context=_context("", ""))
        printing.show(report.table([suite.Outcome(name, suite.RAN, record)]))
    return 0


def _context(command: str, to_go_on: str):
    from reproductions.harness import suite
    from zoo import data

    return suite.Context(
        command=command,
        to_go_on=to_go_on,
        versions=machine.versions(),
        describe_machine=machine.describe,
        data_errors=(data.DataError,),
        console=printing.console(),
    )


def _command(chosen, profile, seeds, workers, data_dir, rejudge=False) -> str:
    """What was asked for, as a line for a shell."""
    parts = ["zoo", "reproduce", *chosen]
    parts += ["--rejudge"] if rejudge else ["--profile", str(profile)]
    parts += ["--seeds", str(seeds)] if seeds else []
    parts += ["--workers", str(workers)] if workers else []
    parts += ["--data-dir", str(data_dir)] if data_dir else []
    return shlex.join(parts)


def _show_reproductions(names) -> None:
    from reproductions.harness import checkout, discovery, records

    root = checkout.root()
    found = [(name, discovery.summary(name)) for name in names]
    rows = [(name, said.question, said.wall_time, records.standing(root, name)) for name, said in found]
    printing.show_table(("name", "question", "wall time", "committed record"), rows)
