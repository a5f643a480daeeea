"""zoo export, zoo predict: models at work."""

import enum
from pathlib import Path
from typing import Annotated

import typer

from zoo.cli import printing


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
DEFAULTS = {"xla": False, "precision": "float32", "warm_up": False}
"""Options that only --format savedmodel takes, with their defaults."""


Exported = Annotated[str, typer.Argument(help="A model, or a model's folder.")]
Format = Annotated[Form, typer.Option("--format", help="onnx needs the extra of that name.")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Folder to write into.")]
Xla = Annotated[
    bool,
    typer.Option(
        "--xla", help="savedmodel: add serve_xla, compiled for GPUs; never the default."
    ),
]
Calculation = Annotated[Precision, typer.Option(help="savedmodel: what is calculated in.")]
WarmUp = Annotated[
    bool,
    typer.Option(
        "--warm-up", help="savedmodel: add warm-up requests; needs the serving extra."
    ),
]
TrustExported = Annotated[
    bool, typer.Option("--trust", help="Export a foreign folder's model.")
]
Classifier = Annotated[str, typer.Argument(help="A classifier, or its folder.")]
Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...", help="PNG, JPEG, IDX, NPY, a folder of them, or - for stdin."
    ),
]
Also = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="One more model, shown beside; may be repeated."),
]
Top = Annotated[int, typer.Option(min=1, help="How many classes are shown.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]
Invert = Annotated[
    bool,
    typer.Option("--invert", help="Turn images that are dark on light into light on dark."),
]
AnsweredBy = Annotated[
    Runtime | None,
    typer.Option(help="Default: LiteRT, where the model has such a file."),
]
NoJit = Annotated[
    bool,
    typer.Option("--no-jit", help="With TensorFlow on a GPU: do not compile by XLA."),
]
TrustUsed = Annotated[bool, typer.Option("--trust", help="Use a foreign folder's model.")]


def export(
    name: Exported,
    form: Format = "savedmodel",
    out: Out = Path("exported"),
    xla: Xla = False,
    precision: Calculation = "float32",
    warm_up: WarmUp = False,
    trust: TrustExported = False,
) -> None:
    """Write a model in the form of TensorFlow Serving, LiteRT or ONNX, if it answers as the
    model does."""
    options = {"xla": xla, "precision": str(precision), "warm_up": warm_up}
    if form != Form.savedmodel and options != DEFAULTS:
        raise typer.BadParameter(
            "--xla, --precision and --warm-up are for --format savedmodel"
        )
    from zoo import startup
    from zoo.pretrained import PretrainedError, folders

    place = folders.place(name)
    if folders.savedmodel(place.folder):
        raise PretrainedError(f"{name}: is a SavedModel already; there is nothing to export")
    startup.load_tensorflow()
    from zoo import export as exports
    from zoo import pretrained

    card = folders.card(name)
    model = pretrained.load(name, trust=trust)
    if form == Form.savedmodel:
        target = out / card.name / "1"
        exports.savedmodel(model, target, kind=card.kind, **options)
    else:
        target = out / f"{card.name}.{FILE_ENDINGS[form]}"
        write = getattr(exports, form)
        write(model, target, kind=card.kind)
    typer.echo(f"Wrote {target}, which answers as {card.name} does.")


def predict(
    name: Classifier,
    files: Files,
    also: Also = None,
    top: Top = 3,
    as_json: AsJson = False,
    invert: Invert = False,
    runtime: AnsweredBy = None,
    no_jit: NoJit = False,
    trust: TrustUsed = False,
) -> None:
    """Say what is in pictures: the most probable classes of each."""
    from zoo import prediction

    names = [name, *(also or [])]
    models = [
        prediction.open_model(each, runtime, trust=trust, jit=not no_jit) for each in names
    ]
    images = prediction.read(files)
    predictions = prediction.predict(models, images, top=top, invert=invert)
    if as_json:
        typer.echo(prediction.as_json(predictions))
    elif predictions.found:
        _show(predictions, [model.name for model in models])
    for line in [*predictions.errors, *prediction.remarks(predictions)]:
        typer.echo(f"zoo: {line}", err=True)
    raise typer.Exit(1 if predictions.errors else 0)


def _show(predictions, names: list[str]) -> None:
    """Show a row per image, a column per model, and below which runtime answered."""
    from zoo import prediction

    printing.show_table(("image", *names), prediction.rows(predictions))
    for name, runtime in predictions.runtimes.items():
        typer.echo(f"{name} answered through {runtime}.")
