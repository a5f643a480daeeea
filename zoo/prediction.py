"""What `zoo predict` answers: files to images, images to classes. TensorFlow is loaded only on wish."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import numpy as np

from zoo import images
from zoo.data.dataset import DataError
from zoo.pretrained import cards, folders

READABLE = (*images.PICTURES, ".npy", ".idx", "ubyte")
AT_ONCE = 1024
RUNTIMES = ("litert", "tensorflow")


class PredictionError(Exception):
    """A model that cannot answer, or an image it cannot take; the message names the culprit and the cure."""

    exit_code = 1


class Model(NamedTuple):
    """A model that is ready to answer; `run` makes probabilities (batch, classes) of float32 pixels."""

    name: str
    shape: tuple[int, ...]
    """Of one image: rows, columns, channels."""
    classes: tuple[str, ...]
    runtime: str
    run: Callable[[np.ndarray], np.ndarray]


class Read(NamedTuple):
    """What a file held (uint8), or in one line why it could not be read."""

    label: str
    pixels: np.ndarray | None
    error: str


class Fitted(NamedTuple):
    """Images as a model takes them: what to call each, and uint8 pixels (images, *shape of its input)."""

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
    """Those of all models, a line for everything that could not be answered, and by model what ran it."""

    runtimes: dict[str, str]
    found: list[Prediction]
    errors: list[str]


def open_model(name: str, runtime: str | None = None, *, trust: bool = False, jit: bool = True) -> Model:
    """A classifier by its name or folder, every file of which is what its card states.

    Args:
        name: as for `zoo.load`.
        runtime: "litert" or "tensorflow"; None: LiteRT where the model has such a file.
        trust: use a foreign folder, or a SavedModel that answers `probabilities`.
        jit: with TensorFlow on a GPU, compile by XLA.

    Raises:
        PretrainedError: there is no such model, it is foreign and not trusted, or was changed.
        PredictionError: it does not sort images into classes, or the runtime is unknown or cannot be had.
    """
    if runtime not in (None, *RUNTIMES):
        raise PredictionError(f"there is no runtime {runtime!r}; the runtimes: {', '.join(RUNTIMES)}")
    folder = folders.trusted(name, trust)
    if without_card := folders.savedmodel(folder):
        return _foreign(without_card, runtime)
    card = cards.read(folder)
    cards.check_files(folder, card)
    if not (card.classes and card.input.pixels):
        raise PredictionError(
            f"{card.name}: does not sort images into classes; use it from Python (zoo.load), or "
            "export it (zoo export)"
        )
    if runtime is None:
        runtime = "litert" if cards.LITE in card.files else "tensorflow"
    return _through_litert(folder, card) if runtime == "litert" else _through_tensorflow(folder, card, jit)


def _through_litert(folder, card):
    from zoo import lite_runtime

    if cards.LITE not in card.files:
        raise PredictionError(f"{card.name}: has no {cards.LITE}; use --runtime tensorflow")
    content = cards.read_checked(folder, cards.LITE, card)
    try:
        serve = lite_runtime.runner(content)
    except ImportError as error:
        raise PredictionError(f"LiteRT cannot be used ({error}); use --runtime tensorflow") from None
    by = f"LiteRT {metadata.version('ai-edge-litert')}"
    return _model(card, by, lambda pixels: serve(**{card.input.name: pixels})["probabilities"])


def _model(card, runtime, run):
    return Model(card.name, card.input.shape, card.classes, runtime, run)


def _through_tensorflow(folder, card, jit):
    from zoo import startup

    startup.load_tensorflow()
    import tensorflow as tf

    from zoo import export, pretrained

    served = export.endpoints(pretrained.load(folder, trust=True), card.kind)["serve"]
    gpu = bool(tf.config.list_physical_devices("GPU"))
    answer = tf.function(served.function, served.inputs, autograph=False, jit_compile=(gpu and jit) or None)
    where = ("GPU, XLA" if jit else "GPU") if gpu else "CPU"
    runtime = f"TensorFlow {tf.__version__} on the {where}"
    return _model(card, runtime, lambda pixels: answer(tf.constant(pixels))["probabilities"].numpy())


def _foreign(folder, runtime):
    """A SavedModel without a card, its classes called by their numbers."""
    if runtime == "litert":
        raise PredictionError(f"{folder}: is a SavedModel; use --runtime tensorflow")
    from zoo import startup

    startup.load_tensorflow()
    import tensorflow as tf

    from zoo.pretrained import foreign

    model = foreign.load(folder)
    shape, answer = model.input_shape[1:], model.output
    shares = answer.get("probabilities") if isinstance(answer, dict) else None
    if shares is None or len(shape) != 3 or None in (*shape, *shares.shape[1:]):
        raise PredictionError(
            f"{folder}: does not answer `probabilities` for images; use it from Python: zoo.load"
        )
    named = folder.resolve()
    return Model(
        named.parent.name if named.name.isdigit() else named.name,
        shape,
        tuple(map(str, range(max(2, shares.shape[1])))),
        f"TensorFlow {tf.__version__}",
        lambda pixels: model(pixels)["probabilities"].numpy(),
    )


def read(names: Iterable[str]) -> list[Read]:
    """The content of files, of all that is readable in folders, and of standard input ("-")."""
    return [_read(label, source) for name in names for label, source in _sources(name)]


def _sources(name: str) -> Iterator[tuple[str, Path | None]]:
    if name in ("", "-"):
        yield name, None
        return
    try:
        inside = sorted(path for path in Path(name).iterdir() if _is_readable(path))
    except OSError:  # it is no folder, or one whose trouble shows when it is read
        inside = []
    yield from ((str(path), path) for path in inside) if inside else [(name, Path(name))]


def _is_readable(path):
    plain = path.name.lower()
    known = plain.endswith(READABLE) or plain.removesuffix(".gz").endswith(("ubyte", ".idx"))
    there = path.is_file() or (path.is_symlink() and not path.exists())  # a link to nowhere gets its line
    return known and there and not plain.startswith(".")


def _read(label, source) -> Read:
    if not label:  # as a path it would be the working folder
        return Read(label, None, "an empty file name: name a file, a folder, or - for standard input")
    try:
        if source is None:
            return Read(label, _standard_input(), "")
        if source.is_dir():
            next(source.iterdir(), None)  # raises where it cannot be listed
            return Read(label, None, f"{label}: holds no file that can be read (.png, .jpg, .npy, IDX)")
        return Read(label, images.read(source), "")
    except DataError as error:
        return Read(label, None, str(error))
    except OSError as error:
        return Read(label, None, f"{label}: cannot be read ({error.strerror})")


def _standard_input() -> np.ndarray:
    """Pixels from standard input, the format taken from the first bytes."""
    content = sys.stdin.buffer.read()
    if not content:
        raise DataError("-: standard input was empty; lead a picture into it: zoo predict NAME - < FILE")
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
    models: Iterable[Model], files: Iterable[Read], *, top: int = 3, invert: bool = False
) -> Predictions:
    """Asks every model about every file; what one cannot take is one line, and the rest is still answered.

    A grey image whose median is over 127 counts as dark on light; `invert` turns such images round.
    """
    models, files = list(models), list(files)
    runtimes = {model.name: model.runtime for model in models}
    if len(runtimes) < len(models):
        raise PredictionError(f"{' '.join(model.name for model in models)}: name every model once")
    found, errors = [], [file.error for file in files if file.pixels is None]
    for model in models:
        taken = []
        for file in files:
            try:
                taken += [fitted(file, model)] if file.pixels is not None else []
            except PredictionError as error:
                errors.append(str(error))
        found += _predictions(model, taken, top, invert) if taken else []
    return Predictions(runtimes, found, errors)


def _predictions(model, taken, top, invert):
    pixels = np.concatenate([each.pixels for each in taken])
    dark = _dark_on_light(pixels)
    if invert:
        pixels = np.where(dark.reshape(-1, *(1,) * (pixels.ndim - 1)), 255 - pixels, pixels)
    parts = [pixels[start : start + AT_ONCE] for start in range(0, len(pixels), AT_ONCE)]
    shares = np.concatenate([model.run(part.astype(np.float32)) for part in parts])
    if shares.shape[1] == 1:
        shares = np.concatenate([1 - shares, shares], axis=1)
    order = np.argsort(-shares, axis=1, kind="stable")[:, :top]
    labels = [label for each in taken for label in each.labels]
    return [
        Prediction(label, model.name, _named(model, row, best), bool(was), bool(was and invert))
        for label, row, best, was in zip(labels, shares, order, dark, strict=True)
    ]


def _named(model, row, best):
    return tuple((model.classes[i], float(row[i])) for i in best)


def _dark_on_light(pixels):
    if pixels.shape[-1] == 3:
        return np.zeros(len(pixels), bool)
    return np.median(pixels.reshape(len(pixels), -1), axis=1) > 127


def fitted(file: Read, model: Model) -> Fitted:
    """The images in a file as the model takes them.

    Coloured pictures whose three channels are equal count as grey.

    Raises:
        PredictionError: they have another size, or there is none.
    """
    shape, pixels = model.shape, file.pixels
    if shape[-1] == 1 and pixels.ndim > 2 and pixels.shape[-1] == 3 and (pixels == pixels[..., :1]).all():
        pixels = pixels[..., 0]
    forms = (shape, shape[:-1]) if shape[-1] == 1 else (shape,)
    if pixels.shape in forms:
        return Fitted([file.label], pixels.reshape(1, *shape))
    if pixels.size and pixels.shape[1:] in forms:
        return Fitted([f"{file.label}[{i}]" for i in range(len(pixels))], pixels.reshape(-1, *shape))
    raise PredictionError(
        f"{file.label}: holds {_size(pixels.shape)}, but {model.name} takes {_size(shape)}; "
        "crop, scale or convert it first"
    )


def _size(shape) -> str:
    if 0 in shape:
        return "nothing"
    if len(shape) == 1:
        return f"{shape[0]:,} numbers and no image"
    if len(shape) == 2 or (len(shape) == 3 and shape[-1] in (1, 3)):
        return f"{shape[0]} x {shape[1]} {'coloured' if shape[2:] == (3,) else 'grey'} pixels"
    return f"an array {shape}"


def rows(predictions: Predictions) -> list[tuple[str, ...]]:
    """The lines of a table: the image, then for each model its classes; empty where it could not answer."""
    lines = {}
    for each in predictions.found:
        cell = "   ".join(f"{name} {share:.1%}" for name, share in each.top)
        lines.setdefault(each.image, {})[each.model] = cell
    models = predictions.runtimes
    return [(image, *(cells.get(model, "") for model in models)) for image, cells in lines.items()]


def as_json(predictions: Predictions) -> str:
    """Everything as JSON: `runtimes`, `predictions` with the probabilities in full, `errors`."""
    found = [
        {
            "image": each.image,
            "model": each.model,
            "inverted": each.inverted,
            "top": [{"class": name, "probability": share} for name, share in each.top],
        }
        for each in predictions.found
    ]
    content = {"runtimes": predictions.runtimes, "predictions": found, "errors": predictions.errors}
    return json.dumps(content, indent=2)


def remarks(predictions: Predictions) -> list[str]:
    """What the user may not know: a line on images that are dark on light and were left so."""
    count = len({each.image for each in predictions.found if each.dark_on_light and not each.inverted})
    if not count:
        return []
    images = "1 image is" if count == 1 else f"{count} images are"
    return [f"{images} dark on light; if the model learned light on dark, say --invert"]
