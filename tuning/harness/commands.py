"""zoo tune."""


def add_commands(app) -> None:
    """Add the group `tune` to the `zoo` command."""
    from zoo.cli import distributing, tuning

    if not any(command.name == "chief" for command in tuning.app.registered_commands):
        tuning.app.command("chief")(distributing.chief)
        tuning.app.command("worker")(distributing.worker)
    app.add_typer(tuning.app, name="tune")
