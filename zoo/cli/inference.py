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
    from zoo.pretrained import PretrainedError, folders

    if folders.savedmodel(folders.place(name).folder):
        raise PretrainedError(f"{name}: is a SavedModel already; there is nothing to export")
    startup.load_tensorflow()
    from zoo import export as exports
    from zoo import pretrained

    card, model = folders.card(name), pretrained.load(name, trust=trust)
    if form == Form.savedmodel:
        target = out / card.name / "1"
        exports.savedmodel(model, target, kind=card.kind, **options)
    else:
        target = out / f"{card.name}.{FILE_ENDINGS[form]}"
        getattr(exports, form)(model, target, kind=card.kind)
    typer.echo(f"Wrote {target}, which answers as {card.name} does.")


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
    predictions = prediction.predict(models, prediction.read(files), top=top, invert=invert)
    if as_json:
        typer.echo(prediction.as_json(predictions))
    elif predictions.found:
        printing.show_table(("image", *(model.name for model in models)), prediction.rows(predictions))
        typer.echo("\n".join(f"{each} answered through {by}." for each, by in predictions.runtimes.items()))
    for line in (*predictions.errors, *prediction.remarks(predictions)):
        typer.echo(f"zoo: {line}", err=True)
    raise typer.Exit(1 if predictions.errors else 0)
