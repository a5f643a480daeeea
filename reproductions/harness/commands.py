"""Zoo reproduce, zoo pages."""

import typer

from reproductions.harness.request import (
    Anew,
    Estimate,
    Everything,
    Listing,
    Names,
    ProfileName,
    Reason,
    Rejudge,
    Request,
    Seeds,
    ShowClaims,
    Workers,
)
from zoo.cli import machine, options, printing


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the `zoo` command; called through the entry points of the group
    `zoo.commands`."""
    app.command()(reproduce)
    app.command()(pages)


def reproduce(
    names: Names = None,
    everything: Everything = False,
    profile: ProfileName = "quick",
    seeds: Seeds = None,
    workers: Workers = None,
    data_dir: options.DataDir = None,
    show_claims: ShowClaims = False,
    listing: Listing = False,
    rejudge: Rejudge = False,
    reason: Reason = None,
    anew: Anew = False,
    estimate: Estimate = False,
) -> None:
    """Run reproductions and answer their questions."""
    from reproductions.harness.claiming import questions

    checked_names = tuple(questions.check(name) for name in names or ())
    if listing:
        list_reproductions(checked_names or questions.names())
        return
    options.use_data_dir(data_dir)
    request = Request(
        names=checked_names,
        profile=str(profile),
        seeds=seeds,
        workers=workers,
        data_dir=data_dir,
        everything=everything,
        rejudge=rejudge,
        reason=reason,
        anew=anew,
        show_claims=show_claims,
    )
    check_options(request)
    if estimate:
        print_estimate(request)
        return
    raise typer.Exit(carry_out(request))


def check_options(request: Request) -> None:
    """Refuse options that do not fit together.

    Raises:
        ReproductionError: an option would have no effect.
    """
    from reproductions.harness.claiming.errors import ReproductionError

    if request.reason and not request.rejudge:
        raise ReproductionError(
            "--reason goes with --rejudge: add --rejudge, or leave out --reason"
        )
    if request.anew and not request.seeds:
        raise ReproductionError(
            "--anew goes with --seeds: add --seeds N, or leave out --anew; "
            "without --seeds, a full run makes a new record"
        )


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
