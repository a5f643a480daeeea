"""zoo list, zoo show, zoo verify, zoo train: the pretrained models and how they are made."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from zoo.cli import machine, options, printing

STATES = {True: "ok", False: "FAILED", None: "not checked"}
"""What `zoo verify` calls a check that passed, failed, or could not be made."""
SEARCHED = "_tuned."
"""What the names of models hold whose hyperparameters a search has found."""

Pattern = Annotated[str, typer.Argument(help='Which ones, such as "*.mnist".')]
Model = Annotated[str, typer.Argument(help="A model, or a model's folder.")]
Models = Annotated[
    list[str] | None,
    typer.Argument(help="Models or folders of models; without one, all of ours."),
]
Script = Annotated[
    str, typer.Argument(help="A model that has a training script; see zoo list.")
]
Picture = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Also draw filters, confusions, reconstructions: .svg, .png or .pdf.",
    ),
]
TrustDrawn = Annotated[bool, typer.Option("--trust", help="Draw a foreign folder's filters.")]
TrustVerified = Annotated[
    bool,
    typer.Option("--trust", help="Also read the weights of foreign folders."),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        min=1, help="Train the random seeds 1 to N (default: the training script's)."
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Networks trained at the same time.")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder that gets the model's folder."),
]


def list_models(pattern: Pattern = "*") -> None:
    """List the pretrained models, and the training scripts of those that have not been
    trained yet."""
    from fnmatch import fnmatch

    from zoo.pretrained import PretrainedError, folders, scripts

    at_hand = folders.list_models(pattern)
    rows = [_model_row(name) for name in at_hand]
    for name in scripts.names():
        if name not in at_hand and fnmatch(name, pattern):
            title, time = scripts.summary(name)
            rows.append((name, title, "", f"not trained; {time}"))
    if not rows:
        raise PretrainedError(f"no model's name fits {pattern!r}; zoo list shows them all")
    printing.show_table(("model", "what it is", "parameters", "test, 95 % interval"), rows)


def show(name: Model, figure: Picture = None, trust: TrustDrawn = False) -> None:
    """Show all that is known of a model: its card, numbers, layers and confusions."""
    from rich.markdown import Markdown

    from zoo.pretrained import folders, pages

    card = folders.card(name)
    printing.show(Markdown(pages.body(card)))
    if figure:
        from zoo import startup

        startup.load_tensorflow()
        from zoo.pretrained import figures

        figures.figure(name, figure, trust=trust)
        typer.echo(f"Drawn: {figure}")


def verify(
    names: Models = None,
    data_dir: options.DataDir = None,
    trust: TrustVerified = False,
) -> None:
    """Check models byte by byte, rebuild them, and measure again the number that each card
    claims."""
    from zoo import startup
    from zoo.pretrained import folders

    options.use_data_dir(data_dir)
    chosen = names or folders.list_models()
    for name in chosen:
        folders.place(name)
    startup.load_tensorflow()
    from zoo.pretrained import verifying

    rows, failures = [], []
    for name in chosen:
        for check, passed, said in verifying.verify(name, trust=trust):
            rows.append((Path(name).name, check, STATES[passed], said))
            if passed is False:
                failures.append(f"zoo: {name}: {check}: {said}")
    printing.show_table(("model", "check", "state", "found"), rows)
    for line in failures:
        typer.echo(line, err=True)
    raise typer.Exit(1 if failures else 0)


def train(
    name: Script,
    seeds: Seeds = None,
    workers: Workers = None,
    data_dir: options.DataDir = None,
    out: Out = None,
) -> None:
    """Train a model by its training script, with several random seeds, and write its folder."""
    from zoo import engine, startup
    from zoo.pretrained import folders, scripts

    _check_script(name)
    options.use_data_dir(data_dir)
    startup.load_tensorflow()
    from zoo.pretrained import making

    seeds = seeds or scripts.load(name).seeds
    command = shlex.join(["zoo", "train", name, "--seeds", str(seeds)])
    circumstances = making.Circumstances(command, machine.versions(), _machine())
    folder = out or folders.written_to()
    try:
        with engine.using(workers=workers):
            card = making.make(name, seeds, folder, circumstances)
    except KeyboardInterrupt:
        given = {"--workers": workers, "--data-dir": data_dir, "--out": out}
        again = _with_options(command, given)
        typer.echo(f"Interrupted; what was trained is kept. To go on: {again}", err=True)
        raise typer.Exit(130) from None
    say_made(card, folder)


def say_made(card, folder: Path) -> None:
    """Say how good a new model is, where it lies, and how it is found."""
    from zoo.pretrained import folders, pages

    first = card.metrics[0]
    typer.echo(f"{first.name}: {pages.shown(first)}. All seeds: {pages.spread(card)}.")
    target = pages.verdict(card)
    if target:
        typer.echo(target)
    typer.echo(f"Written: {folder / card.name}")
    place = folder.resolve()
    if place not in [root.resolve() for root in folders.roots()]:
        typer.echo(f"To find it by its name: ZOO_MODELS={shlex.quote(str(place))}")


def _model_row(name: str) -> tuple[str, str, str, str]:
    from zoo.pretrained import PretrainedError, folders, pages

    try:
        card = folders.card(name)
    except PretrainedError as error:
        return name, str(error), "", "damaged"
    first = card.metrics[0]
    return name, card.summary, f"{card.parameters:,}", f"{first.name} {pages.shown(first)}"


def _check_script(name: str) -> None:
    """Refuse a name without a training script; a model of a search is made otherwise."""
    from zoo.pretrained import PretrainedError, folders, scripts

    if name not in scripts.names() and SEARCHED in name:
        cure = "zoo tune list shows the jobs"
        search = folders.card(name).search if name in folders.list_models() else None
        if search:
            cure = f"zoo tune run {search.job}, then zoo tune apply {search.job}"
        raise PretrainedError(
            f"{name} has no training script: it comes from a search; {cure}"
        )
    scripts.check(name)


def _machine() -> dict:
    """Return this machine as a card tells it: its name is nobody else's business."""
    facts = machine.describe()
    facts.pop("host")
    return facts


def _with_options(command: str, given: dict) -> str:
    """Return the command with those of the options that were given, as a line for a shell."""
    words = shlex.split(command)
    for option, value in given.items():
        if value:
            words += [option, str(value)]
    return shlex.join(words)
