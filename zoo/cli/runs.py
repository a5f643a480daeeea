"""zoo runs: the store of trained members."""

from typing import Annotated

import typer

from zoo.cli import printing

app = typer.Typer(
    no_args_is_help=True, help="The run store: trained members that are found again."
)


@app.command("list")
def list_runs() -> None:
    """List what is in the run store, one line per kind of network and length."""
    store = _store()
    rows = store.rows()
    groups: dict[tuple, list] = {}
    for row in rows:
        groups.setdefault(_kind(row), []).append(row)
    lines = []
    for kind, members in groups.items():
        lines.append((*kind, str(len(members)), _size(members), _age(members)))
    printing.show_table(("network", "updates", "state", "members", "size", "newest"), lines)
    typer.echo(f"{len(rows)} in {store.folder}")


@app.command()
def clean(
    everything: Annotated[bool, typer.Option("--all", help="Remove everything.")] = False,
    older_than: Annotated[
        float | None,
        typer.Option(min=0, metavar="DAYS", help="Remove what was written before that."),
    ] = None,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Remove checkpoints and damaged files only.")
    ] = False,
    old_format: Annotated[
        bool,
        typer.Option(
            "--old-format",
            help="Remove what earlier versions wrote; this one does not read it.",
        ),
    ] = False,
) -> None:
    """Remove trained members from the run store; without an option, only say what would go."""
    if sum((everything, older_than is not None, unfinished, old_format)) > 1:
        raise typer.BadParameter(
            "name one of --all, --older-than, --unfinished and --old-format"
        )
    store = _store()
    if everything:
        keep = _nothing
    elif unfinished:
        keep = _is_worth_keeping
    elif old_format:
        keep = _is_of_this_format
    elif older_than is not None:
        keep = _younger_than(older_than)
    else:
        typer.echo(_what_would_go(store))
        return
    files, size = store.clean(keep)
    typer.echo(f"Removed {files} files, {_megabytes(size)}, from {store.folder}")


def _store():
    from zoo.engine.settings import store_folder
    from zoo.engine.store import RunStore

    return RunStore(store_folder())


def _kind(row) -> tuple[str, str, str]:
    if row.problem:
        return f"({row.problem})", "", ""
    if row.facts.get("diverged_at") is not None:
        state = "diverged"
    elif row.facts.get("finished"):
        state = "finished"
    else:
        state = "checkpoint"
    return str(row.facts.get("network")), f"{row.facts['step']:,}", state


def _nothing(row) -> bool:
    return False


def _is_worth_keeping(row) -> bool:
    return not row.expendable


def _is_of_this_format(row) -> bool:
    from zoo.engine.store import OLD_FORMAT

    return row.problem != OLD_FORMAT


def _younger_than(days: float):
    return lambda row: row.age < days * 86400


def _what_would_go(store) -> str:
    rows = store.rows()
    unfinished = [row for row in rows if row.expendable]
    old = [row for row in rows if not _is_of_this_format(row)]
    return (
        f"Nothing removed from {store.folder}.\n"
        f"  --all              would remove {len(rows)} files, {_size(rows)}\n"
        f"  --unfinished       would remove {len(unfinished)} checkpoints and damaged files,"
        f" {_size(unfinished)}\n"
        f"  --old-format       would remove {len(old)} files of earlier versions, {_size(old)}\n"
        f"  --older-than DAYS  would remove those written before that"
    )


def _size(rows) -> str:
    return _megabytes(sum(row.size for row in rows))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _age(rows) -> str:
    hours = min(row.age for row in rows) / 3600
    return f"{hours / 24:.0f} days ago" if hours >= 48 else f"{hours:.1f} hours ago"
