"""`zoo tune`: the commands of searches. Everything heavy is imported inside of them."""

import typer

from tuning.harness.commands import applying, distributing, searching


def add_commands(app: typer.Typer) -> None:
    """Add the group `tune` with all its commands."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Hyperparameter searches: which jobs there are, and running them.",
    )
    group.command("list")(searching.list_jobs)
    group.command()(searching.run)
    group.command()(searching.status)
    group.command()(searching.report)
    group.command()(applying.apply)
    group.command()(distributing.chief)
    group.command()(distributing.worker)
    app.add_typer(group, name="tune")
