"""What can be seen of a model: first filters, confusions of classes, reconstructions."""

from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from scipy.special import expit

from zoo.kinds import KINDS
from zoo.pretrained import cards, folders, loading
from zoo.pretrained.errors import PretrainedError

FILTERS_SHOWN = 64
PAIRS_ABREAST = 4


def figure(name: str | Path, path: Path, *, trust: bool = False) -> None:
    """Write a picture of a model's filters and confusions, or of its reconstructions.

    Args:
        name: as for `load`.
        path: of the picture; the ending of its name decides the format.
        trust: as for `load`.

    Raises:
        PretrainedError: as for `load`, or the model has neither, or the file cannot be
            written.
    """
    panels = _panels(name, trust)
    if not panels:
        raise PretrainedError(
            f"{name}: has neither filters that are images nor classes to be drawn"
        )
    picture = Figure(figsize=(5 * len(panels), 5), layout="constrained")
    parts = np.atleast_1d(picture.subfigures(1, len(panels)))
    for (draw, content), part in zip(panels, parts, strict=True):
        draw(part, content)
    try:
        with matplotlib.rc_context({"svg.hashsalt": "zoo"}):
            picture.savefig(path)
    except (OSError, ValueError) as error:
        raise PretrainedError(
            f"{path}: cannot be written ({error}); name a .svg, .png or .pdf file"
        ) from None


def _panels(name: str | Path, trust: bool) -> list[tuple[Callable, object]]:
    """Return what there is to be drawn: functions, and what each of them draws."""
    card = folders.card(name)
    network = loading.load(name, bare=True, trust=trust)
    panels = [
        (_draw_filters, filters(network, card)),
        (_draw_confusions, card if card.confusions else None),
        (_draw_reconstructions, reconstructions(folders.place(name).folder, card)),
    ]
    return [(draw, content) for draw, content in panels if content is not None]


def filters(network, card: cards.Card) -> np.ndarray | None:
    """Return the first layer's kernels as images (filters, rows, columns), else None.

    Only the first channel of each is shown.
    """
    kernels = [weight for weight in network.weights if weight.path.endswith("kernel")]
    kernel = kernels[0].numpy()
    shape = card.input.shape
    if kernel.ndim == 4:
        return kernel[:, :, 0].transpose(2, 0, 1)
    sees_pixels = kernel.ndim == 2 and len(kernel) == np.prod(shape)
    if len(shape) == 3 and sees_pixels:
        images = kernel.T.reshape(-1, *shape)
        return images[..., 0]
    return None


def reconstructions(folder: Path, card: cards.Card) -> np.ndarray | None:
    """Return the stored test images and what an autoencoder makes of them, from 0 to 1.

    The shape is (2, images, rows, columns); other models have none, None. Only the first
    channel is shown.
    """
    if not KINDS[card.kind].answers_pixels or len(card.input.shape) != 3:
        return None
    with np.load(folder / cards.EXAMPLES, allow_pickle=False) as stored:
        images = stored["inputs"]
        logits = stored["outputs"].astype(float)
    originals = images / card.input.high
    drawn = expit(logits).reshape(images.shape)
    return np.stack([originals, drawn])[..., 0]


def _draw_filters(part, kernels):
    shown = kernels[:FILTERS_SHOWN]
    columns = int(np.ceil(np.sqrt(len(shown))))
    rows = -(-len(shown) // columns)
    grid = part.subplots(rows, columns, squeeze=False)
    limit = np.abs(shown).max()
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, kernel in zip(grid.flat, shown, strict=False):
        axes.imshow(kernel, cmap="RdBu_r", vmin=-limit, vmax=limit)
    part.suptitle(
        f"first layer: {len(shown)} of {len(kernels)} filters (blue negative, red positive)"
    )


def _draw_reconstructions(part, pairs):
    columns = min(pairs.shape[1], PAIRS_ABREAST)
    count = pairs.shape[1] // columns * columns  # images of full rows
    sides = pairs.shape[2:]
    by_row = pairs[:, :count].reshape(2, -1, columns, *sides)
    images = by_row.swapaxes(0, 1).reshape(
        -1, *sides
    )  # a row of images, a row of theirs, ...
    grid = part.subplots(len(images) // columns, columns, squeeze=False)
    for axes, image in zip(grid.flat, images, strict=True):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        axes.set_axis_off()
    part.suptitle("test images, and below each its reconstruction")


def _draw_confusions(part, card):
    axes = part.subplots()
    table = np.array(card.confusions)
    is_right = np.eye(len(table), dtype=bool)
    mistakes = np.where(is_right, 0, table)
    axes.imshow(mistakes, cmap="Reds")
    dark = mistakes.max() / 2
    for row, column in np.ndindex(*table.shape):
        color = "white" if mistakes[row, column] > dark else "black"
        text = table[row, column] or ""
        axes.text(column, row, text, ha="center", va="center", fontsize=8, color=color)
    axes.set(xlabel="answered class", ylabel="true class")
    axes.set_xticks(range(len(table)), card.classes)
    axes.set_yticks(range(len(table)), card.classes)
    part.suptitle(f"test examples, {card.data.title}")
