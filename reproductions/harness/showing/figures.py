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
    """Draw one column of points, a point per seed, with their mean and its 95 % interval.

    `values` has shape (seeds,). Runs that diverged or never reached their threshold cannot be
    drawn as points; their number is written above the column.
    """
    values = np.asarray(values, np.float64)
    finite = np.sort(values[np.isfinite(values)])
    if len(finite):
        places = position + 0.6 * width * spread_points(len(finite))
        look = {"ms": 3.5, "mew": 0, "alpha": 0.55, "color": OURS}
        axes.plot(places, finite, "o", label=_once(axes, label), **look)
    if len(finite) > 1:
        draw_mean(axes, position + 0.45 * width, finite)
    if len(finite) < len(values):
        # three lines, since columns stand close and neighbours may have a note too
        note = f"{len(values) - len(finite)} of {len(values)}\nnot\nshown"
        look = {"ha": "center", "va": "top", "fontsize": 7}
        axes.text(
            position, 0.99, note, transform=axes.get_xaxis_transform(), **look
        )
        axes.margins(y=0.2)  # room for the note above the points


def spread_points(count: int) -> np.ndarray:
    """Return places from -0.5 to 0.5 for sorted points, neighbours far apart."""
    if count == 1:
        return np.zeros(1)
    order = np.argsort(np.sin(np.arange(count) * 2.4), kind="stable")
    return np.linspace(-0.5, 0.5, count)[order]


def draw_mean(axes: Axes, position: float, values: np.ndarray) -> None:
    """Draw the mean of finite values with its 95 % interval."""
    low, high = statistics.t_interval(values)
    mean = statistics.mean(values)
    bars = [[mean - low], [high - mean]]
    label = _once(axes, "mean, 95 % interval")
    look = {"fmt": "s", "ms": 4, "capsize": 3, "color": "black"}
    axes.errorbar([position], [mean], yerr=bars, label=label, **look)


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
