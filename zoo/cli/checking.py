"""zoo doctor."""

import typer

from zoo.cli import options


def doctor(data_dir: options.DataDir = None) -> None:
    """Check this machine and installation for everything known to go wrong, and say what
    mends it."""
    from zoo import doctor as checks

    options.use_data_dir(data_dir)
    found = checks.findings()
    typer.echo(checks.report(found))
    raise typer.Exit(checks.exit_status(found))
