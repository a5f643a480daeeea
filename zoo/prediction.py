"""What `zoo predict` answers: files to images, images to classes."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import numpy as np

from zoo import images
from zoo.pretrained import cards, folders
from zoo.reading import DataError

READABLE = (*images.PICTURES, ".npy", ".idx", "ubyte")
AT_ONCE = 1024
"""Images that a model answers at once."""
RUNTIMES = ("litert", "tensorflow")


class PredictionError(Exception):
    """A model cannot answer, or not take an image; the message names culprit and cure."""

    exit_code = 1


class Model(NamedTuple):
    """A model that is ready to answer."""

    name: str
    shape: tuple[int, ...]
    """Of one image: rows, columns, channels."""
    classes: tuple[str, ...]
    runtime: str
    run: Callable[[np.ndarray], np.ndarray]
    """Float32 pixels (batch, *shape) -> probabilities (batch, classes)."""


class Read(NamedTuple):
    """What a file held (uint8), or in one line why it could not be read."""

    label: str
    pixels: np.ndarray | None
    error: str


class Fitted(NamedTuple):
    """Images as a model takes them: a label for each, and uint8 pixels (images, *shape)."""

    labels: list[str]
    pixels: np.ndarray


class Prediction(NamedTuple):
    """The most probable classes of one image, with their probabilities, the best first."""

    image: str
    model: str
    top: tuple[tuple[str, float], ...]
    dark_on_light: bool
    inverted: bool


class Predictions(NamedTuple):
    """The predictions of all models, the lines on what failed, and by model what ran it."""

    runtimes: dict[str, str]
    found: list[Prediction]
    errors: list[str]


def open_model(
    name: str,
    runtime: str | None = None,
    *,
    trust: bool = False,
    jit: bool = True,
) -> Model:
    """Return a classifier by its name or folder, every file of which is what its card states.

    Args:
        name: as for `zoo.load`.
        runtime: "litert" or "tensorflow"; None: LiteRT where the model has such a file.
        trust: use a foreign folder, or a SavedModel that answers `probabilities`.
        jit: with TensorFlow on a GPU, compile by XLA.

    Raises:
        PretrainedError: there is no such model, it is foreign and not trusted, or was
            changed.
        PredictionError: it does not sort images into classes, or the runtime is unknown or
            missing.
    """
    if runtime not in (None, *RUNTIMES):
        raise PredictionError(
            f"there is no runtime {runtime!r}; the runtimes: {', '.join(RUNTIMES)}"
        )
    folder = folders.trusted(name, trust)
    without_card = folders.savedmodel(folder)
    if without_card:
        return _foreign(without_card, runtime)
    card = cards.read(folder)
    cards.check_files(folder, card)
    if not (card.classes and card.input.pixels):
        raise PredictionError(
            f"{card.name}: does not sort images into classes; use it from Python (zoo.load), "
            "or export it (zoo export)"
        )
    if runtime is None:
        runtime = "litert" if cards.LITE in card.files else "tensorflow"
    if runtime == "litert":
        return _through_litert(folder, card)
    return _through_tensorflow(folder, card, jit)


def _through_litert(folder: Path, card: cards.Card) -> Model:
    from zoo import lite_runtime

    if cards.LITE not in card.files:
        raise PredictionError(f"{card.name}: has no {cards.LITE}; use --runtime tensorflow")
    content = cards.read_checked(folder, cards.LITE, card)
    try:
        serve = lite_runtime.runner(content)
    except ImportError as error:
        raise PredictionError(
            f"LiteRT cannot be used ({error}); use --runtime tensorflow"
        ) from None
    runtime = f"LiteRT {metadata.version('ai-edge-litert')}"

    def run(pixels):
        answer = serve(**{card.input.name: pixels})
        return answer["probabilities"]

    return Model(card.name, card.input.shape, card.classes, runtime, run)


def _through_tensorflow(folder: Path, card: cards.Card, jit: bool) -> Model:
    from zoo import startup

    startup.load_tensorflow()
    import tensorflow as tf

    from zoo import export, pretrained

    model = pretrained.load(folder, trust=True)
    served = export.endpoints(model, card.kind)["serve"]
    compiled, where = None, "CPU"
    if tf.config.list_physical_devices("GPU"):
        compiled = jit or None
        where = "GPU, XLA" if jit else "GPU"
    serve = tf.function(served.function, served.inputs, autograph=False, jit_compile=compiled)

    def run(pixels):
        answer = serve(tf.constant(pixels))
        return answer["probabilities"].numpy()

    runtime = f"TensorFlow {tf.__version__} on the {where}"
    return Model(card.name, card.input.shape, card.classes, runtime, run)


def _foreign(folder: Path, runtime: str | None) -> Model:
    """Return a SavedModel without a card, its classes called by their numbers."""
    if runtime == "litert":
        raise PredictionError(f"{folder}: is a SavedModel; use --runtime tensorflow")
    from zoo import startup

    startup.load_tensorflow()
    import tensorflow as tf

    from zoo.pretrained import foreign

    model = foreign.load(folder)
    answer = model.output
    shares = answer.get("probabilities") if isinstance(answer, dict) else None
    shape = model.input_shape[1:]
    is_image = len(shape) == 3 and None not in shape
    if shares is None or not is_image or None in shares.shape[1:]:
        raise PredictionError(
            f"{folder}: does not answer `probabilities` for images; use it from Python: zoo.load"
        )

    def run(pixels):
        return model(pixels)["probabilities"].numpy()

    named = folder.resolve()
    name = named.parent.name if named.name.isdigit() else named.name
    count = max(2, shares.shape[1])
    classes = tuple(map(str, range(count)))
    return Model(name, shape, classes, f"TensorFlow {tf.__version__}", run)


def read(names: Iterable[str]) -> list[Read]:
    """Return the content of files, of readable files in folders, and of "-" (stdin)."""
    found = []
    for name in names:
        for label, source in _sources(name):
            found.append(_read(label, source))
    return found


def _sources(name: str) -> Iterator[tuple[str, Path | None]]:
    if name in ("", "-"):
        yield name, None
        return
    try:
        inside = sorted(path for path in Path(name).iterdir() if _is_readable(path))
    except OSError:  # it is no folder, or one whose trouble shows when it is read
        inside = []
    for path in inside:
        yield str(path), path
    if not inside:
        yield name, Path(name)


def _is_readable(path: Path) -> bool:
    name = path.name.lower()
    unpacked = name.removesuffix(".gz")
    known = name.endswith(READABLE) or unpacked.endswith(("ubyte", ".idx"))
    if not known or name.startswith("."):
        return False
    leads_nowhere = path.is_symlink() and not path.exists()  # such a link gets its line
    return path.is_file() or leads_nowhere


def _read(label: str, source: Path | None) -> Read:
    if not label:  # as a path it would be the working folder
        return Read(
            label, None, "an empty file name: name a file, a folder, or - for standard input"
        )
    try:
        if source is None:
            return Read(label, _standard_input(), "")
        if source.is_dir():
            next(source.iterdir(), None)  # raises where it cannot be listed
            return Read(
                label,
                None,
                f"{label}: holds no file that can be read (.png, .jpg, .npy, IDX)",
            )
        return Read(label, images.read(source), "")
    except DataError as error:
        return Read(label, None, str(error))
    except OSError as error:
        return Read(label, None, f"{label}: cannot be read ({error.strerror})")


def _standard_input() -> np.ndarray:
    """Return pixels from standard input, the format taken from the first bytes."""
    content = sys.stdin.buffer.read()
    if not content:
        raise DataError(
            "-: standard input was empty; lead a picture into it: zoo predict NAME - < FILE"
        )
    if content.startswith((b"\x89PNG", b"\xff\xd8")):
        return images.picture(content, "-")
    if content.startswith(b"\x93NUMPY"):
        return images.npy(content, "-")
    if content.startswith(b"\x1f\x8b"):
        content = images.gunzip(content, "-")
    if not content.startswith(b"\0\0"):
        raise DataError("-: standard input is neither PNG, JPEG, NPY nor IDX")
    return images.idx(content, "-")


def predict(
    models: Iterable[Model],
    files: Iterable[Read],
    *,
    top: int = 3,
    invert: bool = False,
) -> Predictions:
    """Ask every model about every file; what a model cannot take is one line of `errors`.

    Args:
        models: ready to answer, each of another name.
        files: what they are asked about.
        top: how many classes are named for an image.
        invert: turn grey images whose median is over 127, that is dark on light, into light
            on dark.

    Raises:
        PredictionError: a model is named twice.
    """
    models, files = list(models), list(files)
    runtimes = {model.name: model.runtime for model in models}
    if len(runtimes) < len(models):
        named = " ".join(model.name for model in models)
        raise PredictionError(f"{named}: name every model once")
    found = []
    errors = [file.error for file in files if file.pixels is None]
    for model in models:
        fitting, refused = _fit_all(files, model)
        errors += refused
        if fitting:
            found += _predictions(model, fitting, top, invert)
    return Predictions(runtimes, found, errors)


def _fit_all(files: Sequence[Read], model: Model) -> tuple[list[Fitted], list[str]]:
    """Return the images that the model can take, and a line for every file it cannot."""
    fitting, refused = [], []
    for file in files:
        if file.pixels is not None:
            try:
                fitting.append(fitted(file, model))
            except PredictionError as error:
                refused.append(str(error))
    return fitting, refused


def _predictions(
    model: Model,
    fitting: Sequence[Fitted],
    top: int,
    invert: bool,
) -> list[Prediction]:
    pixels = np.concatenate([each.pixels for each in fitting])
    labels = [label for each in fitting for label in each.labels]
    dark = _dark_on_light(pixels)
    if invert:
        pixels[dark] = 255 - pixels[dark]
    shares = _probabilities(model, pixels)
    order = np.argsort(-shares, axis=1, kind="stable")[:, :top]
    found = []
    for label, row, best, was_dark in zip(labels, shares, order, dark.tolist(), strict=True):
        classes = tuple((model.classes[i], float(row[i])) for i in best)
        found.append(Prediction(label, model.name, classes, was_dark, was_dark and invert))
    return found


def _probabilities(model: Model, pixels: np.ndarray) -> np.ndarray:
    """Return the probabilities of all classes, of two classes both: (images, classes)."""
    parts = []
    for start in range(0, len(pixels), AT_ONCE):
        part = pixels[start : start + AT_ONCE]
        parts.append(model.run(part.astype(np.float32)))
    shares = np.concatenate(parts)
    if shares.shape[1] == 1:
        return np.concatenate([1 - shares, shares], axis=1)
    return shares


def _dark_on_light(pixels: np.ndarray) -> np.ndarray:
    if pixels.shape[-1] == 3:
        return np.zeros(len(pixels), bool)
    flat = pixels.reshape(len(pixels), -1)
    return np.median(flat, axis=1) > 127


def fitted(file: Read, model: Model) -> Fitted:
    """Return the images in a file as the model takes them.

    Coloured pictures whose three channels are equal count as grey.

    Raises:
        PredictionError: they have another size, or there is none.
    """
    shape = model.shape
    is_grey = shape[-1] == 1
    pixels = _one_channel(file.pixels) if is_grey else file.pixels
    forms = (shape, shape[:-1]) if is_grey else (shape,)
    if pixels.shape in forms:
        return Fitted([file.label], pixels.reshape(1, *shape))
    if pixels.size and pixels.shape[1:] in forms:
        labels = [f"{file.label}[{i}]" for i in range(len(pixels))]
        return Fitted(labels, pixels.reshape(-1, *shape))
    raise PredictionError(
        f"{file.label}: holds {_size(pixels.shape)}, but {model.name} takes {_size(shape)}; "
        "crop, scale or convert it first"
    )


def _one_channel(pixels: np.ndarray) -> np.ndarray:
    """Return the pixels without their channels where these are three equal ones."""
    if pixels.ndim < 3 or pixels.shape[-1] != 3:
        return pixels
    first = pixels[..., 0]
    return first if (pixels == first[..., None]).all() else pixels


def _size(shape: tuple[int, ...]) -> str:
    if 0 in shape:
        return "nothing"
    if len(shape) == 1:
        return f"{shape[0]:,} numbers and no image"
    rows_and_columns, channels = shape[:2], shape[2:]
    if len(rows_and_columns) < 2 or channels not in ((), (1,), (3,)):
        return f"an array {shape}"
    color = "coloured" if channels == (3,) else "grey"
    return f"{shape[0]} x {shape[1]} {color} pixels"


def rows(predictions: Predictions) -> list[tuple[str, ...]]:
    """Return the lines of a table: an image, then each model's classes, if it has any."""
    by_image: dict[str, dict[str, str]] = {}
    for each in predictions.found:
        classes = [f"{name} {share:.1%}" for name, share in each.top]
        cells = by_image.setdefault(each.image, {})
        cells[each.model] = "   ".join(classes)
    table = []
    for image, cells in by_image.items():
        answers = [cells.get(model, "") for model in predictions.runtimes]
        table.append((image, *answers))
    return table


def as_json(predictions: Predictions) -> str:
    """Return everything as JSON: `runtimes`, `predictions` and `errors`."""
    content = {
        "runtimes": predictions.runtimes,
        "predictions": [_facts(each) for each in predictions.found],
        "errors": predictions.errors,
    }
    return json.dumps(content, indent=2)


def _facts(each: Prediction) -> dict:
    top = [{"class": name, "probability": share} for name, share in each.top]
    return {"image": each.image, "model": each.model, "inverted": each.inverted, "top": top}


def remarks(predictions: Predictions) -> list[str]:
    """Return what the user may not know: a line on images that were left dark on light."""
    left = {
        each.image for each in predictions.found if each.dark_on_light and not each.inverted
    }
    if not left:
        return []
    subject = "1 image is" if len(left) == 1 else f"{len(left)} images are"
    return [f"{subject} dark on light; if the model learned light on dark, say --invert"]
