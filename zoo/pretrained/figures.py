"""What can be seen of a model: the filters of its first layer, which classes it takes for which, and what it
makes of images.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from scipy.special import expit

from zoo.pretrained import cards, folders, loading
from zoo.pretrained.errors import PretrainedError

FILTERS_SHOWN = 64
PAIRS_ABREAST = 4


def figure(name: str | Path, path: Path, *, trust: bool = False) -> None:
    """Write filters and confusions of a model, or an autoencoder's reconstructions, as a picture, its format
    taken from the file's name.

    Raises:
        PretrainedError: as for `load`, or the model has neither, or the file cannot be written.
    """
    card = folders.card(name)
    shown = {
        _filters: filters(loading.load(name, bare=True, trust=trust), card),
        _confusions: card if card.confusions else None,
        _reconstructions: reconstructions(folders.place(name).folder, card),
    }
    shown = {draw: what for draw, what in shown.items() if what is not None}
    if not shown:
        raise PretrainedError(f"{name}: has neither filters that are images nor classes to be drawn")
    picture = Figure(figsize=(5 * len(shown), 5), layout="constrained")
    parts = np.atleast_1d(picture.subfigures(1, len(shown)))
    for (draw, what), part in zip(shown.items(), parts, strict=True):
        draw(part, what)
    try:
        with matplotlib.rc_context({"svg.hashsalt": "zoo"}):
            picture.savefig(path)
    except (OSError, ValueError) as error:
        raise PretrainedError(
            f"{path}: cannot be written ({error}); name a .svg, .png or .pdf file"
        ) from None


def filters(network, card: cards.Card) -> np.ndarray | None:
    """Return the first layer's kernels as images, shape (filters, rows, columns); None if they are none.

    Only the first channel of each is shown.
    """
    kernel = next(weight.numpy() for weight in network.weights if weight.path.endswith("kernel"))
    if kernel.ndim == 4:
        return kernel[:, :, 0].transpose(2, 0, 1)
    shape = card.input.shape[:2]
    if len(card.input.shape) == 3 and kernel.ndim == 2 and len(kernel) == np.prod(card.input.shape):
        return kernel.T.reshape(-1, *shape, card.input.shape[2])[..., 0]
    return None


def reconstructions(folder: Path, card: cards.Card) -> np.ndarray | None:
    """Return the stored test images and what an autoencoder makes of them, from 0 to 1, shape (2, images,
    rows, columns); None for other models. Only the first channel is shown.
    """
    if card.kind != "autoencoder" or len(card.input.shape) != 3:
        return None
    with np.load(folder / cards.EXAMPLES, allow_pickle=False) as stored:
        images, logits = stored["inputs"], stored["outputs"].astype(float)
    return np.stack([images / card.input.high, expit(logits).reshape(images.shape)])[..., 0]


def _filters(part, kernels):
    shown = kernels[:FILTERS_SHOWN]
    columns = int(np.ceil(np.sqrt(len(shown))))
    rows = -(-len(shown) // columns)
    grid = part.subplots(rows, columns, squeeze=False)
    limit = np.abs(shown).max()
    for axes, kernel in zip(grid.flat, shown, strict=False):
        axes.imshow(kernel, cmap="RdBu_r", vmin=-limit, vmax=limit)
    for axes in grid.flat:
        axes.set_axis_off()
    part.suptitle(f"first layer: {len(shown)} of {len(kernels)} filters (blue negative, red positive)")


def _reconstructions(part, pairs):
    columns = min(pairs.shape[1], PAIRS_ABREAST)
    pairs = pairs[:, : pairs.shape[1] // columns * columns]
    rows = pairs.reshape(2, -1, columns, *pairs.shape[2:]).swapaxes(0, 1)  # images, theirs, images, theirs
    grid = part.subplots(2 * len(rows), columns, squeeze=False)
    for axes, image in zip(grid.flat, rows.reshape(-1, *pairs.shape[2:]), strict=True):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        axes.set_axis_off()
    part.suptitle("test images, and below each its reconstruction")


def _confusions(part, card):
    axes, table = part.subplots(), np.array(card.confusions)
    mistakes = np.where(np.eye(len(table), dtype=bool), 0, table)
    axes.imshow(mistakes, cmap="Reds")
    for row, column in np.ndindex(*table.shape):
        color = "white" if mistakes[row, column] > mistakes.max() / 2 else "black"
        axes.text(column, row, table[row, column] or "", ha="center", va="center", fontsize=8, color=color)
    axes.set(xlabel="answered class", ylabel="true class")
    axes.set_xticks(range(len(table)), card.classes)
    axes.set_yticks(range(len(table)), card.classes)
    part.suptitle(f"test examples, {card.data.title}")
