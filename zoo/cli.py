"""The `zoo` command. Everything heavy is imported inside of the commands, so that listings stay fast."""

import enum
import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

# Read when TensorFlow starts: no chatter, and one thread per operation, so that members train side by side.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

PIPED_WIDTH = 160
PACKAGES = (
    "reprozoo",
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "scikit-learn",
)

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
data_app = typer.Typer(no_args_is_help=True, help="Data sets: what is at hand, and how to get the rest.")
runs_app = typer.Typer(no_args_is_help=True, help="The run store: trained members that are found again.")
app.add_typer(data_app, name="data")
app.add_typer(runs_app, name="runs")

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Folder with the data sets (default: ZOO_DATA).", show_default=False),
]


class Profile(enum.StrEnum):
    """How much of a reproduction is run."""

    smoke = "smoke"
    quick = "quick"
    full = "full"


class Form(enum.StrEnum):
    """What a model is exported as."""

    savedmodel = "savedmodel"
    litert = "litert"
    onnx = "onnx"


class Precision(enum.StrEnum):
    """What an exported model calculates in."""

    float32 = "float32"
    mixed_float16 = "mixed_float16"
    mixed_bfloat16 = "mixed_bfloat16"


class Runtime(enum.StrEnum):
    """What answers."""

    litert = "litert"
    tensorflow = "tensorflow"


FILE_ENDINGS = {Form.litert: "tflite", Form.onnx: "onnx"}


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; what a user must be told is one message, and only real bugs show a traceback."""
    try:
        app(arguments, prog_name="zoo")
    except Exception as error:
        status = getattr(type(error), "exit_code", None)
        if status is None:
            raise
        typer.echo(f"zoo: {error}", err=True)
        sys.exit(status)


def run_file(path: str) -> None:
    """Makes a reproduction's file a script: the same as `zoo reproduce NAME` with the script's options."""
    main(["reproduce", Path(path).stem, *sys.argv[1:]])


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"reprozoo {metadata.version('reprozoo')}")
        raise typer.Exit()


@app.callback()
def _zoo(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop."),
    ] = False,
) -> None:
    """Classic deep-learning results, reproduced with many random seeds and judged."""


@app.command()
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
    data_dir: DataDir = None,
    listing: Annotated[bool, typer.Option("--list", help="List the reproductions and stop.")] = False,
    rejudge: Annotated[
        bool, typer.Option("--rejudge", help="Judge committed records on mended claims; train nothing.")
    ] = False,
) -> None:
    """Run reproductions and judge what they claim."""
    from reproductions.harness import discovery

    chosen = [discovery.check(name) for name in names or ()]
    if listing:
        _print(_reproductions_table(chosen or discovery.names()))
        return
    _use_data_dir(data_dir)
    to_go_on = _command(chosen, profile, seeds, workers, data_dir, rejudge)
    # A record keeps what was asked for: folders of this machine are nobody else's business.
    command = _command(chosen, profile, seeds, workers, data_dir and "DIR")
    try:
        if rejudge:
            status = _rejudged(chosen)
        else:
            status = _reproduced(chosen, profile, seeds, workers, _context(command, to_go_on))
    except KeyboardInterrupt:
        typer.echo(f"Interrupted; to go on: {to_go_on}", err=True)
        status = 130
    raise typer.Exit(status)


@data_app.command("list")
def data_list() -> None:
    """List the data sets, and where each was found."""
    from zoo import data

    rows = [(row.name, row.size, row.licence, row.found) for row in data.listing()]
    _print(_table(("data set", "size", "licence", "found"), rows))
    if any(row[-1] == "missing" for row in rows):
        typer.echo(
            "Get one that is missing with `zoo data prepare NAME`, or name its folder: --data-dir DIR."
        )


@data_app.command("prepare")
def data_prepare(
    name: Annotated[str, typer.Argument(help="The data set.")],
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Folder with the original files; without it they are downloaded."),
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Folder to write into (default: ZOO_DATA).")
    ] = None,
) -> None:
    """Check the original files of a data set, and write them in the form that is read fastest."""
    from zoo import data, startup

    if name in data.DATASETS:
        startup.load_tensorflow()
    data.prepare(name, source, data_dir, typer.echo)


@runs_app.command("list")
def runs_list() -> None:
    """List what is in the run store, one line per kind of network and length."""
    store = _store()
    groups: dict[tuple, list] = {}
    for row in store.rows():
        groups.setdefault(_kind(row), []).append(row)
    rows = [(*kind, str(len(found)), _size(found), _age(found)) for kind, found in groups.items()]
    _print(_table(("network", "updates", "state", "members", "size", "newest"), rows))
    typer.echo(f"{sum(len(found) for found in groups.values())} in {store.folder}")


@runs_app.command("clean")
def runs_clean(
    everything: Annotated[bool, typer.Option("--all", help="Remove everything.")] = False,
    older_than: Annotated[
        float | None, typer.Option(min=0, metavar="DAYS", help="Remove what was written before that.")
    ] = None,
    unfinished: Annotated[bool, typer.Option("--unfinished", help="Remove the checkpoints only.")] = False,
) -> None:
    """Remove trained members from the run store; without an option, only say what would go."""
    if sum((everything, older_than is not None, unfinished)) > 1:
        raise typer.BadParameter("name one of --all, --older-than and --unfinished")
    store = _store()
    if everything:
        keep = _nothing
    elif unfinished:
        keep = _is_finished
    elif older_than is not None:
        keep = _younger_than(older_than)
    else:
        typer.echo(_what_would_go(store))
        return
    files, size = store.clean(keep)
    typer.echo(f"Removed {files} files, {_megabytes(size)}, from {store.folder}")


@app.command("list")
def list_models(
    pattern: Annotated[str, typer.Argument(help='Which ones, such as "*.mnist".')] = "*",
) -> None:
    """List the pretrained models, and the recipes of those that have not been trained yet."""
    from fnmatch import fnmatch

    from zoo.pretrained import folders, recipes

    trained = folders.list_models(pattern)
    rows = [_model_row(name) for name in trained]
    for name in recipes.names():
        if name not in trained and fnmatch(name, pattern):
            rows.append((name, recipes.summary(name).title, "", f"not trained; {recipes.summary(name).time}"))
    _print(_table(("model", "what it is", "parameters", "test, 95 % interval"), rows))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A model, or a model's folder.")],
    figure: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also draw filters and confusions: .svg, .png or .pdf."),
    ] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Draw a foreign folder's filters.")] = False,
) -> None:
    """Show all that is known of a model: its card, numbers, layers and confusions."""
    from rich.markdown import Markdown

    from zoo.pretrained import folders, pages

    _print(Markdown(pages.body(folders.card(name))))
    if figure:
        from zoo import startup

        startup.load_tensorflow()
        from zoo.pretrained import figures

        figures.figure(name, figure, trust=trust)
        typer.echo(f"Drawn: {figure}")


@app.command()
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models or folders of models; without one, all of ours.")
    ] = None,
    data_dir: DataDir = None,
    trust: Annotated[bool, typer.Option("--trust", help="Also read the weights of foreign folders.")] = False,
) -> None:
    """Check models byte by byte, rebuild them, and measure again the number that each card claims."""
    from zoo import startup
    from zoo.pretrained import folders

    _use_data_dir(data_dir)
    chosen = names or folders.list_models()
    for name in chosen:
        folders.place(name)
    startup.load_tensorflow()
    from zoo.pretrained import verifying

    found = [(name, each) for name in chosen for each in verifying.verify(name, trust=trust)]
    state = {True: "ok", False: "FAILED", None: "not checked"}
    rows = [(Path(name).name, each.check, state[each.passed], each.said) for name, each in found]
    _print(_table(("model", "check", "state", "found"), rows))
    failed = [f"zoo: {name}: {each.check}: {each.said}" for name, each in found if each.passed is False]
    for line in failed:
        typer.echo(line, err=True)
    raise typer.Exit(int(bool(failed)))


@app.command()
def train(
    name: Annotated[str, typer.Argument(help="A model that has a recipe; see zoo list.")],
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Train the random seeds 1 to N (default: the recipe's).")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Networks trained at the same time.")] = None,
    data_dir: DataDir = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder that gets the model's folder.")
    ] = None,
) -> None:
    """Train a model by its recipe, with several random seeds, and write the folder that is loaded later."""
    from zoo import engine, startup
    from zoo.pretrained import folders, pages, recipes

    recipes.check(name)
    _use_data_dir(data_dir)
    startup.load_tensorflow()
    from zoo.pretrained import making

    seeds = seeds or recipes.load(name).MODEL.seeds
    command = shlex.join(["zoo", "train", name, "--seeds", str(seeds)])
    options = {"--workers": workers, "--data-dir": data_dir, "--out": out}
    own = [part for option, value in options.items() if value for part in (option, str(value))]
    to_go_on = shlex.join([*shlex.split(command), *own])
    machine = {fact: value for fact, value in _describe_machine().items() if fact != "host"}
    folder = out or folders.written_to()
    try:
        with engine.using(workers=workers):
            card = making.make(name, seeds, folder, making.Circumstances(command, _versions(), machine))
    except KeyboardInterrupt:
        typer.echo(f"Interrupted; what was trained is kept. To go on: {to_go_on}", err=True)
        raise typer.Exit(130) from None
    typer.echo(f"{card.metrics[0].name}: {pages.shown(card.metrics[0])}. All seeds: {pages.spread(card)}.")
    if pages.verdict(card):
        typer.echo(pages.verdict(card))
    typer.echo(f"Written: {folder / name}")


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="A model, or a model's folder.")],
    form: Annotated[Form, typer.Option("--format", help="onnx needs the extra of that name.")] = "savedmodel",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write into.")] = Path("exported"),
    xla: Annotated[
        bool, typer.Option("--xla", help="savedmodel: add serve_xla, compiled for GPUs; never the default.")
    ] = False,
    precision: Annotated[Precision, typer.Option(help="savedmodel: what is calculated in.")] = "float32",
    warm_up: Annotated[
        bool, typer.Option("--warm-up", help="savedmodel: add warm-up requests; needs the serving extra.")
    ] = False,
    trust: Annotated[bool, typer.Option("--trust", help="Export a foreign folder's model.")] = False,
) -> None:
    """Write a model in the form of TensorFlow Serving, LiteRT or ONNX, if it answers as the model does."""
    options = {"xla": xla, "precision": str(precision), "warm_up": warm_up}
    if form != Form.savedmodel and options != {"xla": False, "precision": "float32", "warm_up": False}:
        raise typer.BadParameter("--xla, --precision and --warm-up are for --format savedmodel")
    from zoo import startup

    startup.load_tensorflow()
    from zoo import export as exports
    from zoo import pretrained
    from zoo.pretrained import folders

    card, model = folders.card(name), pretrained.load(name, trust=trust)
    if form == Form.savedmodel:
        target = out / card.name / "1"
        exports.savedmodel(model, target, kind=card.kind, **options)
    else:
        target = out / f"{card.name}.{FILE_ENDINGS[form]}"
        getattr(exports, form)(model, target, kind=card.kind)
    typer.echo(f"Wrote {target}, which answers as {card.name} does.")


@app.command()
def predict(
    name: Annotated[str, typer.Argument(help="A classifier, or its folder.")],
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="PNG, JPEG, IDX, NPY, a folder of them, or - for stdin."),
    ],
    also: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="One more model, shown beside; may be repeated.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many classes are shown.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
    invert: Annotated[
        bool, typer.Option("--invert", help="Turn images that are dark on light into light on dark.")
    ] = False,
    runtime: Annotated[
        Runtime | None, typer.Option(help="Default: LiteRT, where the model has such a file.")
    ] = None,
    no_jit: Annotated[
        bool, typer.Option("--no-jit", help="With TensorFlow on a GPU: do not compile by XLA.")
    ] = False,
    trust: Annotated[bool, typer.Option("--trust", help="Use a foreign folder's model.")] = False,
) -> None:
    """Say what is in pictures: the most probable classes of each."""
    from zoo import prediction

    models = [
        prediction.open_model(each, runtime, trust=trust, jit=not no_jit) for each in (name, *(also or ()))
    ]
    said = prediction.ask(models, prediction.read(files), top=top, invert=invert)
    if as_json:
        typer.echo(prediction.as_json(said))
    elif said.answers:
        _print(_table(("image", *(model.card.name for model in models)), prediction.rows(said)))
        typer.echo("\n".join(f"{each} answered through {by}." for each, by in said.runtimes.items()))
    for line in (*said.errors, *prediction.remarks(said)):
        typer.echo(f"zoo: {line}", err=True)
    raise typer.Exit(1 if said.errors else 0)


@app.command()
def doctor(data_dir: DataDir = None) -> None:
    """Check this machine and installation for everything known to go wrong, and say what mends it."""
    from zoo import doctor as checks

    _use_data_dir(data_dir)
    found = checks.findings()
    typer.echo(checks.report(found))
    raise typer.Exit(checks.exit_status(found))


@app.command()
def pages() -> None:
    """Write the figures, docs/reproductions.md and README.md's tables anew from the committed records."""
    from reproductions.harness import checkout, report, suite

    root = checkout.root()
    report.write_pages(root)
    for file in [*suite.redraw(root), *report.pages(root)]:
        typer.echo(file.relative_to(root))


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
        _print(report.table([suite.Outcome(name, suite.RAN, record)]))
    return 0


def _context(command: str, to_go_on: str):
    from reproductions.harness import suite
    from zoo import data

    return suite.Context(
        command=command,
        to_go_on=to_go_on,
        versions=_versions(),
        describe_machine=_describe_machine,
        data_errors=(data.DataError,),
        console=_console(),
    )


def _command(chosen, profile, seeds, workers, data_dir, rejudge=False) -> str:
    """What was asked for, as a line for a shell."""
    parts = ["zoo", "reproduce", *chosen]
    parts += ["--rejudge"] if rejudge else ["--profile", str(profile)]
    parts += ["--seeds", str(seeds)] if seeds else []
    parts += ["--workers", str(workers)] if workers else []
    parts += ["--data-dir", str(data_dir)] if data_dir else []
    return shlex.join(parts)


def _versions() -> dict[str, str]:
    import platform
    from importlib import metadata

    return {"python": platform.python_version(), **{name: metadata.version(name) for name in PACKAGES}}


def _describe_machine() -> dict:
    """What a record says of the machine; the devices only if TensorFlow has been loaded."""
    import platform

    from zoo.engine import machine

    return {
        "host": platform.node(),
        "cpu": machine.processor_name(),
        "cores": machine.cores(),
        "platform": f"{platform.system()} {platform.machine()}",
        "threads": int(os.environ["TF_NUM_INTRAOP_THREADS"]),
        "onednn": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1"),
        "devices": _devices(),
    }


def _devices() -> list[str]:
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        return []
    return [device.device_type for device in tensorflow.config.list_logical_devices()]


def _use_data_dir(folder: Path | None) -> None:
    if folder is None:
        return
    from zoo.data.files import searchable

    os.environ["ZOO_DATA"] = str(folder.expanduser().absolute())
    searchable()


def _reproductions_table(names):
    from reproductions.harness import checkout, discovery, records

    root = checkout.root()
    found = [(name, discovery.summary(name)) for name in names]
    rows = [(name, said.question, said.wall_time, records.standing(root, name)) for name, said in found]
    return _table(("name", "question", "wall time", "committed record"), rows)


def _model_row(name: str) -> tuple[str, str, str, str]:
    from zoo.pretrained import PretrainedError, folders, pages

    try:
        card = folders.card(name)
    except PretrainedError as error:
        return name, str(error), "", "damaged"
    metric = card.metrics[0]
    return name, card.summary, f"{card.parameters:,}", f"{metric.name} {pages.shown(metric)}"


def _store():
    from zoo.engine.settings import store_folder
    from zoo.engine.store import RunStore

    return RunStore(store_folder())


def _kind(row) -> tuple[str, str, str]:
    if not row.facts:
        return "(damaged)", "", ""
    diverged = row.facts["diverged_at"] is not None
    state = "diverged" if diverged else "finished" if row.facts["finished"] else "checkpoint"
    return row.facts["network"], f"{row.facts['step']:,}", state


def _nothing(row) -> bool:
    return False


def _is_finished(row) -> bool:
    return bool(row.facts.get("finished"))


def _younger_than(days: float):
    return lambda row: row.age < days * 86400


def _what_would_go(store) -> str:
    rows = store.rows()
    checkpoints = [row for row in rows if not _is_finished(row)]
    return (
        f"Nothing removed from {store.folder}.\n"
        f"  --all              would remove {len(rows)} members, {_size(rows)}\n"
        f"  --unfinished       would remove {len(checkpoints)} checkpoints, {_size(checkpoints)}\n"
        f"  --older-than DAYS  would remove those written before that"
    )


def _size(rows) -> str:
    return _megabytes(sum(row.size for row in rows))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _age(rows) -> str:
    hours = min(row.age for row in rows) / 3600
    return f"{hours / 24:.0f} days ago" if hours >= 48 else f"{hours:.1f} hours ago"


def _table(headings, rows):
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _print(shown) -> None:
    _console().print(shown)


def _console():
    """A console as wide as the terminal; wide enough for every table where the output is a file or a pipe."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=PIPED_WIDTH)


if __name__ == "__main__":
    main()
