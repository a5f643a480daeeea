"""What can be seen of a model: the filters of its first layer, and which classes it takes for which."""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from zoo.pretrained import cards, folders, loading
from zoo.pretrained.errors import PretrainedError

FILTERS_SHOWN = 64


def figure(name: str | Path, path: Path, *, trust: bool = False) -> None:
    """Write the filters and confusions of a model as a picture, its format taken from the file's name.

    Raises:
        PretrainedError: as for `load`, or the model has neither, or the file cannot be written.
    """
    kernels = filters(loading.load(name, bare=True, trust=trust), folders.card(name))
    table = folders.card(name).confusions
    drawn = [draw for draw, there in ((_filters, kernels is not None), (_confusions, table)) if there]
    if not drawn:
        raise PretrainedError(f"{name}: has neither filters that are images nor classes to be drawn")
    picture = Figure(figsize=(5 * len(drawn), 5), layout="constrained")
    for draw, part in zip(drawn, np.atleast_1d(picture.subfigures(1, len(drawn))), strict=True):
        draw(part, kernels if draw is _filters else folders.card(name))
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
