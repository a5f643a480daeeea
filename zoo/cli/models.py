"""zoo list, zoo show, zoo verify, zoo train: the pretrained models and how they are made."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from zoo.cli import machine, options, printing


def list_models(
    pattern: Annotated[str, typer.Argument(help='Which ones, such as "*.mnist".')] = "*",
) -> None:
    """List the pretrained models, and the recipes of those that have not been trained yet."""
    from fnmatch import fnmatch

    from zoo.pretrained import PretrainedError, folders, recipes

    trained = folders.list_models(pattern)
    rows = [_model_row(name) for name in trained]
    for name in recipes.names():
        if name not in trained and fnmatch(name, pattern):
            rows.append((name, recipes.summary(name).title, "", f"not trained; {recipes.summary(name).time}"))
    if not rows:
        raise PretrainedError(f"no model's name fits {pattern!r}; zoo list shows them all")
    printing.show_table(("model", "what it is", "parameters", "test, 95 % interval"), rows)


def show(
    name: Annotated[str, typer.Argument(help="A model, or a model's folder.")],
    figure: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Also draw filters, confusions, reconstructions: .svg, .png or .pdf."
        ),
    ] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Draw a foreign folder's filters.")] = False,
) -> None:
    """Show all that is known of a model: its card, numbers, layers and confusions."""
    from rich.markdown import Markdown

    from zoo.pretrained import folders, pages

    printing.show(Markdown(pages.body(folders.card(name))))
    if figure:
        from zoo import startup

        startup.load_tensorflow()
        from zoo.pretrained import figures

        figures.figure(name, figure, trust=trust)
        typer.echo(f"Drawn: {figure}")


def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models or folders of models; without one, all of ours.")
    ] = None,
    data_dir: options.DataDir = None,
    trust: Annotated[bool, typer.Option("--trust", help="Also read the weights of foreign folders.")] = False,
) -> None:
    """Check models byte by byte, rebuild them, and measure again the number that each card claims."""
    from zoo import startup
    from zoo.pretrained import folders

    options.use_data_dir(data_dir)
    chosen = names or folders.list_models()
    for name in chosen:
        folders.place(name)
    startup.load_tensorflow()
    from zoo.pretrained import verifying

    found = [(name, each) for name in chosen for each in verifying.verify(name, trust=trust)]
    state = {True: "ok", False: "FAILED", None: "not checked"}
    rows = [(Path(name).name, each.check, state[each.passed], each.said) for name, each in found]
    printing.show_table(("model", "check", "state", "found"), rows)
    failed = [f"zoo: {name}: {each.check}: {each.said}" for name, each in found if each.passed is False]
    for line in failed:
        typer.echo(line, err=True)
    raise typer.Exit(int(bool(failed)))


def train(
    name: Annotated[str, typer.Argument(help="A model that has a recipe; see zoo list.")],
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Train the random seeds 1 to N (default: the recipe's).")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Networks trained at the same time.")] = None,
    data_dir: options.DataDir = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder that gets the model's folder.")
    ] = None,
) -> None:
    """Train a model by its recipe, with several random seeds, and write the folder that is loaded later."""
    from zoo import engine, startup
    from zoo.pretrained import folders, recipes

    _check_recipe(name)
    options.use_data_dir(data_dir)
    startup.load_tensorflow()
    from zoo.pretrained import making

    seeds = seeds or recipes.load(name).MODEL.seeds
    command = shlex.join(["zoo", "train", name, "--seeds", str(seeds)])
    circumstances = making.Circumstances(command, machine.versions(), _machine())
    folder = out or folders.written_to()
    try:
        with engine.using(workers=workers):
            card = making.make(name, seeds, folder, circumstances)
    except KeyboardInterrupt:
        to_go_on = _with_options(command, {"--workers": workers, "--data-dir": data_dir, "--out": out})
        typer.echo(f"Interrupted; what was trained is kept. To go on: {to_go_on}", err=True)
        raise typer.Exit(130) from None
    say_made(card, folder)


def say_made(card, folder: Path) -> None:
    """Say how good a new model is, where it lies, and how it is found."""
    from zoo.pretrained import folders, pages

    typer.echo(f"{card.metrics[0].name}: {pages.shown(card.metrics[0])}. All seeds: {pages.spread(card)}.")
    if pages.verdict(card):
        typer.echo(pages.verdict(card))
    typer.echo(f"Written: {folder / card.name}")
    if folder.resolve() not in [root.resolve() for root in folders.roots()]:
        typer.echo(f"To find it by its name: ZOO_MODELS={shlex.quote(str(folder.resolve()))}")


def _check_recipe(name: str) -> None:
    """Refuses a name without a recipe, and says of models of searches how these are made."""
    from tuning.harness import discovery
    from zoo.pretrained import PretrainedError, recipes

    job = None if name in recipes.names() else discovery.job_of(name)
    if job:
        raise PretrainedError(
            f"{name} has no recipe: it comes from a search; zoo tune run {job}, then zoo tune apply {job}"
        )
    recipes.check(name)


def _machine() -> dict:
    """This machine as a card tells it: its name is nobody else's business."""
    return {fact: value for fact, value in machine.describe().items() if fact != "host"}


def _with_options(command: str, given: dict) -> str:
    """The command with those of the options that were given, as a line for a shell."""
    parts = [part for option, value in given.items() if value for part in (option, str(value))]
    return shlex.join([*shlex.split(command), *parts])


def _model_row(name: str) -> tuple[str, str, str, str]:
    from zoo.pretrained import PretrainedError, folders, pages

    try:
        card = folders.card(name)
    except PretrainedError as error:
        return name, str(error), "", "damaged"
    metric = card.metrics[0]
    return name, card.summary, f"{card.parameters:,}", f"{metric.name} {pages.shown(metric)}"
