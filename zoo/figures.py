"""How all figures of the project look, and how they are saved: the same figure gives the same
bytes.

Draw inside of `style()` on what `new` returns, and keep the figure with `save`.
"""

import io
from pathlib import Path

from matplotlib import style as matplotlib_style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from zoo.files import write_atomically

OURS = "#1f5fa8"
PUBLISHED = "#c8401f"
STYLE = {
    "svg.fonttype": "path",  # text drawn as outlines looks the same wherever the page is read
    "svg.hashsalt": "reproductions",  # without it, ids in the file are random
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
}


def style():
    """Return a context in which figures look alike on every machine, whatever the user's own
    settings."""
    return matplotlib_style.context(["default", STYLE])


def new(
    columns: int = 1, *, width: float = 7.0, height: float = 4.0
) -> tuple[Figure, list[Axes]]:
    """Return a figure of `width` x `height` inches, and so many axes side by side on it."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, list(figure.subplots(1, columns, squeeze=False)[0])


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG: the same figure gives the same bytes, on any day."""
    text = io.StringIO()
    with style():
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    lines = [line.rstrip() for line in text.getvalue().splitlines()]
    write_atomically(path, "\n".join(lines) + "\n")
