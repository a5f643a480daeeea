"""Zoo reproduce, zoo pages."""

import enum
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from zoo.cli import machine, options, printing


class Profile(enum.StrEnum):
    """How much of a reproduction is run."""

    smoke = "smoke"
    quick = "quick"
    full = "full"


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    names: tuple[str, ...]
    profile: str
    seeds: int | None = None
    workers: int | None = None
    data_dir: Path | str | None = None
    everything: bool = False
    rejudge: bool = False
    reason: str | None = None
    anew: bool = False
    show_claims: bool = False

    def command(self) -> str:
        """Return the request as a line for a shell."""
        parts = ["zoo", "reproduce", *self.names]
        parts += ["--all"] if self.everything else []
        parts += ["--rejudge"] if self.rejudge else ["--profile", self.profile]
        parts += ["--seeds", str(self.seeds)] if self.seeds else []
        parts += ["--workers", str(self.workers)] if self.workers else []
        parts += ["--data-dir", str(self.data_dir)] if self.data_dir else []
        parts += ["--anew"] if self.anew else []
        parts += ["--claims"] if self.show_claims else []
        return shlex.join(parts)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the `zoo` command; called through the entry points of the group
    `zoo.commands`."""
    app.command()(reproduce)
    app.command()(pages)


def reproduce(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Which ones; without a name, the five main questions."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Run every reproduction.")
    ] = False,
    profile: Annotated[
        Profile,
        typer.Option(help="full: the published setting; quick: seconds."),
    ] = "quick",
    seeds: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Use the random seeds 1 to N. With full: train those a record lacks.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Networks trained at the same time."),
    ] = None,
    data_dir: options.DataDir = None,
    show_claims: Annotated[
        bool, typer.Option("--claims", help="End with every claim and verdict.")
    ] = False,
    listing: Annotated[
        bool, typer.Option("--list", help="List the reproductions and stop.")
    ] = False,
    rejudge: Annotated[
        bool,
        typer.Option(
            "--rejudge",
            help="Judge committed records on mended claims; train nothing.",
        ),
    ] = False,
    reason: Annotated[
        str | None,
        typer.Option(
            help="With --rejudge: why the earlier verdicts no longer stand.",
        ),
    ] = None,
    anew: Annotated[
        bool,
        typer.Option(
            "--anew",
            help="With --seeds: make a new record and keep the old one as superseded.",
        ),
    ] = False,
    estimate: Annotated[
        bool,
        typer.Option(
            "--estimate",
            help="Say what the run would cost on this machine; train nothing.",
        ),
    ] = False,
) -> None:
    """Run reproductions and answer their questions."""
    from reproductions.harness.claiming import questions

    chosen = tuple(questions.check(name) for name in names or ())
    if listing:
        list_reproductions(chosen or questions.names())
        return
    options.use_data_dir(data_dir)
    request = Request(
        chosen,
        str(profile),
        seeds,
        workers,
        data_dir,
        everything,
        rejudge,
        reason,
        anew,
        show_claims,
    )
    if estimate:
        print_estimate(request)
        return
    raise typer.Exit(carry_out(request))


def pages() -> None:
    """Write figures, generated pages and README.md's tables anew from the committed records."""
    from reproductions.harness import publishing, suite
    from reproductions.harness.recording import checkout

    root = checkout.root()
    drawn = suite.redraw(root)
    removed = publishing.write_pages(root)
    for file in [*drawn, *publishing.make_pages(root)]:
        typer.echo(file.relative_to(root))
    for file in removed:
        typer.echo(f"{file.relative_to(root)} (removed: it has no record)")


def carry_out(request: Request) -> int:
    """Run, or judge anew, what was asked for; return the exit status, interrupted or not."""
    try:
        if request.rejudge:
            return judge_again(request)
        return run_reproductions(request)
    except KeyboardInterrupt:
        typer.echo(f"Interrupted; to go on: {request.command()}", err=True)
        return 130


def run_reproductions(request: Request) -> int:
    """Run the reproductions that were asked for; return the exit status."""
    from reproductions.harness import suite
    from reproductions.harness.claiming import questions
    from zoo import engine, startup

    names = request.names or (
        questions.names() if request.everything else questions.NAMED
    )
    startup.load_tensorflow()
    with engine.using(workers=request.workers):
        outcomes = suite.run_suite(
            names,
            request.profile,
            request.seeds,
            context=make_context(request),
            named=bool(request.names),
            show_claims=request.show_claims,
        )
    return suite.exit_status(outcomes)


def judge_again(request: Request) -> int:
    """Judge the records that were asked for, or all, on the files' claims; return the exit
    status."""
    from reproductions.harness import suite
    from reproductions.harness.recording import checkout, records
    from reproductions.harness.showing import summary
    from zoo import startup

    startup.load_tensorflow()
    for name in request.names or records.committed(checkout.root()):
        record = suite.rejudge(
            name,
            context=make_context(request),
            reason=request.reason or records.REWORDED,
        )
        printing.show(
            summary.table_of_claims([suite.Outcome(name, suite.RAN, record)])
        )
    return 0


def make_context(request: Request):
    """Return what the suite has to be told; a record names no folder of this machine."""
    import dataclasses

    from reproductions.harness import suite
    from zoo import data

    public = dataclasses.replace(
        request, data_dir=request.data_dir and "DIR", show_claims=False
    )
    return suite.Context(
        anew=request.anew,
        command="" if request.rejudge else public.command(),
        to_go_on=request.command(),
        versions=machine.versions(),
        describe_machine=machine.describe,
        data_errors=(data.DataError,),
        console=printing.console(),
    )


def print_estimate(request: Request) -> None:
    """Print what a run of one reproduction would cost on this machine."""
    from reproductions.harness import estimating
    from reproductions.harness.claiming.errors import ReproductionError
    from zoo import engine

    if len(request.names) != 1:
        raise ReproductionError(
            "--estimate takes the name of one reproduction; see zoo reproduce --list"
        )
    with engine.using(workers=request.workers):
        estimating.estimate(request.names[0], request.profile, request.seeds)


def list_reproductions(names) -> None:
    """Print name, question, expected time and committed record of these reproductions."""
    from reproductions.harness.claiming import questions
    from reproductions.harness.recording import checkout, records

    root = checkout.root()
    rows = []
    for name in names:
        summary = questions.summary(name)
        rows.append(
            (
                name,
                summary.question,
                summary.wall_time,
                records.standing(root, name),
            )
        )
    printing.show_table(
        ("name", "question", "wall time", "committed record"), rows
    )
