"""Figures in one style, whose SVG files repeat to the byte.

A reproduction's `plot` builds on `new`, `seeds`, `band` and `published`. The suite calls it
inside `style()` and stores what comes back with `save`.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from zoo import statistics
from zoo.figures import OURS, PUBLISHED, new, save, style

__all__ = [
    "OURS",
    "PUBLISHED",
    "Figure",
    "band",
    "columns",
    "draw_columns",
    "fraction",
    "new",
    "new_grid",
    "published",
    "save",
    "seeds",
    "share_limits",
    "style",
]


def seeds(
    axes: Axes,
    position: float,
    values,
    *,
    label: str = "one seed",
    width: float = 0.6,
) -> None:
    """One column of points, a point per seed, with their mean and its 95 % interval beside
    them.

    `values` has shape (seeds,). Runs that diverged or never reached their threshold cannot be
    drawn as points; their number is written above the column.
    """
    values = np.asarray(values, np.float64)
    finite = np.sort(values[np.isfinite(values)])
    if len(finite):
        spread = (
            np.linspace(-0.5, 0.5, len(finite))
            if len(finite) > 1
            else np.zeros(1)
        )
        order = np.argsort(
            np.sin(np.arange(len(finite)) * 2.4), kind="stable"
        )  # scatters neighbours apart
        shift = spread[order] * width * 0.6
        axes.plot(
            position + shift,
            finite,
            "o",
            ms=3.5,
            mew=0,
            alpha=0.55,
            color=OURS,
            label=_once(axes, label),
        )
    if len(finite) > 1:
        low, high = statistics.mean_interval(finite)
        mean, edge = statistics.mean(finite), position + 0.45 * width
        bars = [[mean - low], [high - mean]]
        text = _once(axes, "mean, 95 % interval")
        axes.errorbar(
            [edge],
            [mean],
            yerr=bars,
            fmt="s",
            ms=4,
            capsize=3,
            color="black",
            label=text,
        )
    if len(finite) < len(values):
        # three lines, since columns stand close and neighbours may have a note too
        note = f"{len(values) - len(finite)} of {len(values)}\nnot\nshown"
        place = axes.get_xaxis_transform()
        axes.text(
            position,
            0.99,
            note,
            ha="center",
            va="top",
            fontsize=7,
            transform=place,
        )
        axes.margins(y=0.2)  # room for the note above the points


def published(
    axes: Axes,
    position: float,
    value: float,
    *,
    label: str = "published",
    width: float = 0.6,
) -> None:
    """The published value as a mark across the column at `position`."""
    ends = [position - width / 2, position + width / 2]
    axes.plot(
        ends,
        [value, value],
        "-",
        lw=2,
        color=PUBLISHED,
        label=_once(axes, label),
    )


def band(axes: Axes, steps, curves, *, label: str, color: str = OURS) -> None:
    """Curves of many seeds: their median as a line, the middle 90 % as a band.

    `steps` has shape (points,), `curves` (seeds, points); NaN is left out point by point.
    """
    low, middle, high = np.nanquantile(
        np.asarray(curves, np.float64), (0.05, 0.5, 0.95), axis=0
    )
    axes.fill_between(steps, low, high, color=color, alpha=0.2, lw=0)
    axes.plot(
        steps,
        middle,
        color=color,
        label=f"{label} (median, middle 90 % of {len(curves)} seeds)",
    )


def fraction(
    axes: Axes,
    position: float,
    runs,
    *,
    color: str = OURS,
    label: str | None = None,
) -> None:
    """Draw the share of runs (true or false, shape (seeds,)) for which something holds, with
    Wilson's interval."""
    ends = statistics.wilson_interval(int(np.sum(runs)), len(runs))
    axes.plot([position, position], ends, color=color)
    axes.plot(position, np.mean(runs), "o", color=color, label=label)


def draw_columns(
    axes: Axes,
    runs: Mapping,
    marks: Mapping | None = None,
    *,
    label: str = "published",
) -> None:
    """Draw one column of seeds for each name, with the published value across it where there
    is one.

    Args:
        axes: where to draw.
        runs: {name of the column: values of shape (seeds,)}.
        marks: {name of the column: published value}.
        label: what the legend calls the marks.
    """
    marks = marks or {}
    for position, (name, values) in enumerate(runs.items()):
        seeds(axes, position, values)
        if name in marks:
            published(axes, position, marks[name], label=label)
    columns(axes, [str(name) for name in runs])


def share_limits(several: Sequence[Axes]) -> None:
    """Give several axes the same y-limits: the widest of theirs."""
    limits = [end for axes in several for end in axes.get_ylim()]
    for axes in several:
        axes.set_ylim(min(limits), max(limits))


def columns(axes: Axes, names: Sequence[str]) -> None:
    """Names the columns at the positions 0, 1, 2, ..."""
    axes.set_xticks(range(len(names)), names)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.grid(visible=False, axis="x")


def _once(axes: Axes, label: str) -> str:
    """The label where it is new to the axes' legend, else a label that legends leave out."""
    return (
        f"_{label}" if label in axes.get_legend_handles_labels()[1] else label
    )


def new_grid(
    rows: int, columns: int, *, width: float, height: float
) -> tuple[Figure, list[Axes]]:
    """Return a figure of `width` x `height` inches with rows of axes, listed row by row."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False).ravel())
