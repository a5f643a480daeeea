"""The figures of a study's report, in the style of all figures of the project."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from tuning.harness.reporting import effects, scales
from tuning.harness.reporting.effects import Importance
from tuning.harness.reporting.scales import Scale
from tuning.harness.store import results
from zoo.figures import OURS, PUBLISHED, new

BEST = PUBLISHED
DEFAULT = "black"
SOFT = "#7c96b3"
COLORS_BY_RANK = LinearSegmentedColormap.from_list("rank", [OURS, "#dfe7f0"])
WIDTH = 9.0
"""Inches."""
NO_VALUE = -0.13
"""The height of lines on the axis of a hyperparameter that does not count for their trial."""
PANELS_PER_ROW = 4
LONG_MARKS = 22
"""Letters of all marks below a panel; more of them are turned."""


def draw_best_so_far(
    records: Sequence[Mapping],
    metric: str,
    default: Mapping | None,
) -> Figure:
    """Draw every trial's score with its interval, the best so far, and the default."""
    figure, (axes,) = new(width=WIDTH, height=3.6)
    scored = sorted(results.rank(records), key=lambda record: record["trial"])
    last = max(trial_number(record) for record in records)
    limit_scores(axes, [record["score"] for record in scored])
    draw_scores(axes, scored)
    draw_steps(axes, scored, last)
    if default and default["score"] is not None:
        axes.axhline(default["score"], ls="--", lw=1, color=DEFAULT, label="untuned default")
    draw_failures(axes, records)
    axes.set_xlabel("trial")
    axes.set_ylabel(metric)
    axes.set_xlim(-0.5, last + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside upper right", ncols=5)
    return figure


def trial_number(record: Mapping) -> int:
    """Return the number in a trial's name."""
    return int(record["trial"])


def trial_length(record: Mapping) -> int:
    """Return the rounds of a trial, 0 if the tuner does not shorten trials."""
    return record["rounds"] or 0


def limit_scores(axes: Axes, scores: Sequence[float]) -> None:
    """Make the vertical axis span the scores. Much longer intervals leave the picture."""
    low, high = min(scores), max(scores)
    if scales.is_wide(scores):
        axes.set_yscale("log")
        axes.set_ylim(low / 1.3, high * 1.3)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        room = 0.12 * (high - low) or abs(high) * 0.1 or 0.1
        axes.set_ylim(low - room, high + room)


def draw_scores(axes: Axes, scored: Sequence[Mapping]) -> None:
    """Draw a point with its interval for each trial: open where the trial was shortened."""
    numbers = list(map(trial_number, scored))
    scores = [record["score"] for record in scored]
    bars = interval_bars(scored)
    axes.errorbar(numbers, scores, yerr=bars, fmt="none", lw=0.8, color=SOFT)
    longest = max(map(trial_length, scored))
    full = [record for record in scored if trial_length(record) == longest]
    shorter = [record for record in scored if trial_length(record) < longest]
    draw_points(axes, full, OURS, "one trial, 95 % interval")
    draw_points(axes, shorter, "white", "shorter trial")


def draw_points(axes: Axes, scored: Sequence[Mapping], color: str, label: str) -> None:
    """Draw the scores of some trials as points of one color."""
    if scored:
        numbers = list(map(trial_number, scored))
        scores = [record["score"] for record in scored]
        axes.plot(numbers, scores, "o", ms=4, mfc=color, mec=OURS, label=label)


def interval_bars(scored: Sequence[Mapping]) -> np.ndarray:
    """Return the lengths of the intervals below and above the scores, shape (2, trials).

    A trial without an interval has length 0.
    """
    lengths = []
    for record in scored:
        score = record["score"]
        low, high = record["interval"] or (score, score)
        lengths.append((score - low, high - score))
    return np.clip(np.array(lengths).T, 0, None)


def draw_steps(axes: Axes, scored: Sequence[Mapping], last: int) -> None:
    """Draw the best score so far, up to the last trial. Pruned trials are never the best."""
    scores = [np.inf if results.is_pruned(record) else record["score"] for record in scored]
    best = np.minimum.accumulate(scores)
    numbers = [trial_number(record) for record in scored]
    axes.step(
        [*numbers, last],
        [*best, best[-1]],
        where="post",
        color=BEST,
        zorder=1.5,
        label="best so far",
    )


def draw_failures(axes: Axes, records: Sequence[Mapping]) -> None:
    """Draw failed trials as crosses at the top."""
    numbers = [trial_number(record) for record in records if record["score"] is None]
    if numbers:
        heights = [0.98] * len(numbers)
        place = axes.get_xaxis_transform()
        axes.plot(numbers, heights, "x", color=DEFAULT, transform=place, label="failed")


class Column(NamedTuple):
    """One axis of the parallel coordinates."""

    name: str
    marks: Sequence[tuple[float, str]]
    """Pairs (height, text)."""
    height_of: Callable[[Mapping], float]
    """A trial's record -> where its line crosses the axis, from 0 to 1."""


def draw_parallel_coordinates(
    hyperparameters: Sequence[Scale],
    records: Sequence[Mapping],
    metric: str,
    default: Mapping | None,
) -> Figure:
    """Draw one line per trial through its values to its score, dark for a good rank."""
    figure, (axes,) = new(width=WIDTH, height=4.2)
    ranked = results.rank(records)
    columns = [
        *map(make_column, hyperparameters),
        *make_length_column(ranked),
        make_score_column(ranked, metric),
    ]
    for rank in reversed(range(len(ranked))):
        heights = [column.height_of(ranked[rank]) for column in columns]
        axes.plot(heights, **line_style(rank, ranked, default))
    draw_columns(axes, columns)
    has_conditions = any(scale.conditions for scale in hyperparameters)
    axes.set_ylim((NO_VALUE if has_conditions else 0) - 0.04, 1.04)
    if axes.get_legend_handles_labels()[0]:
        figure.legend(loc="outside upper right", ncols=2)
    return figure


def make_column(scale: Scale) -> Column:
    """Return the axis of a hyperparameter."""

    def height_of(record):
        position = scales.position(scale, record["values"].get(scale.name))
        return NO_VALUE if position is None else position

    marks = scales.marks(scale)
    if scale.conditions:
        marks.append((NO_VALUE, "not used"))
    return Column(scale.name, marks, height_of)


def make_length_column(ranked: Sequence[Mapping]) -> list[Column]:
    """Return a list with an axis for the trials' lengths; [] if all have the same length."""
    lengths = {record["rounds"] for record in ranked}
    if len(lengths) < 2:
        return []
    heights, marks = {}, []
    for place, rounds in enumerate(sorted(lengths, key=lambda rounds: rounds or 0)):
        heights[rounds] = place / (len(lengths) - 1)
        marks.append((heights[rounds], str(rounds or "all")))
    return [Column("rounds", marks, lambda record: heights[record["rounds"]])]


def make_score_column(ranked: Sequence[Mapping], metric: str) -> Column:
    """Return the axis of the scores."""
    scores = [record["score"] for record in ranked]
    scale = Scale(
        name=metric.replace(" ", "\n"),
        levels=None,
        low=min(scores),
        high=max(scores),
        step=None,
        logarithmic=scales.is_wide(scores),
        whole=False,
        default=None,
        conditions=(),
    )
    marks = scales.marks(scale)
    return Column(scale.name, marks, lambda record: scales.position(scale, record["score"]))


def line_style(rank: int, ranked: Sequence[Mapping], default: Mapping | None) -> dict:
    """Return how the line of the trial of that rank is drawn."""
    trial = ranked[rank]["trial"]
    is_default = default is not None and trial == default["trial"]
    if rank == 0:
        label = f"best, trial {trial}"
        if is_default:
            label += ": the untuned default"
        return {"color": BEST, "lw": 2.2, "zorder": 5, "label": label}
    if is_default:
        return {
            "color": DEFAULT,
            "lw": 1.4,
            "ls": "--",
            "zorder": 4,
            "label": "untuned default",
        }
    color = COLORS_BY_RANK(rank / max(len(ranked) - 1, 1))
    return {"color": color, "lw": 1.0, "zorder": 2 - rank / len(ranked)}


def draw_columns(axes: Axes, columns: Sequence[Column]) -> None:
    """Draw the axes of the parallel coordinates with their marks and names."""
    paper = {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.75}
    look = {"fontsize": 7, "va": "center", "zorder": 6, "bbox": paper}
    for number, column in enumerate(columns):
        axes.axvline(number, color="#666666", lw=0.8, zorder=3)
        for height, text in column.marks:
            axes.annotate(text, (number, height), (3, 0), textcoords="offset points", **look)
    names = [column.name.replace("_", "\n") for column in columns]
    axes.set_xticks(range(len(columns)), names, fontsize=8)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_xlim(-0.1, len(columns) - 0.6)


def draw_effects(
    hyperparameters: Sequence[Scale],
    trials: Sequence[Mapping],
    metric: str,
) -> Figure:
    """Draw the scores over each hyperparameter, with means of groups and their intervals."""
    columns = min(PANELS_PER_ROW, len(hyperparameters))
    rows = -(-len(hyperparameters) // columns)
    width = WIDTH * columns / PANELS_PER_ROW if columns > 1 else WIDTH / 2
    figure = Figure(figsize=(width, 2.4 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
    scores = [trial["score"] for trial in trials]
    limit_scores(panels[0], scores)
    logarithmic = scales.is_wide(scores)
    for axes, scale in zip(panels, hyperparameters, strict=False):
        draw_effect(axes, scale, trials, logarithmic=logarithmic)
    for axes in panels[len(hyperparameters) :]:
        axes.set_visible(False)
    figure.supylabel(metric, fontsize=10)
    return figure


def draw_effect(
    axes: Axes,
    scale: Scale,
    trials: Sequence[Mapping],
    *,
    logarithmic: bool,
) -> None:
    """Draw the scores over one hyperparameter."""
    points = effects.list_points(scale, trials)
    if points:
        positions, scores = zip(*points, strict=True)
        axes.plot(positions, scores, "o", ms=3, mew=0, alpha=0.55, color=OURS)
    for group in effects.group_trials(scale, trials, logarithmic=logarithmic):
        draw_interval(axes, group)
    draw_marks(axes, scale)
    axes.set_xlim(-0.1, 1.1)
    title = scale.name
    if len(points) < len(trials):
        title += f" ({len(points)} of {len(trials)} trials)"
    axes.set_title(title, fontsize=9)


def draw_interval(axes: Axes, group: effects.Group) -> None:
    """Draw the mean of a group with its interval."""
    below = group.mean - group.low
    above = group.high - group.mean
    axes.errorbar(
        group.position,
        group.mean,
        yerr=[[below], [above]],
        fmt="s",
        ms=4,
        capsize=3,
        color="black",
    )


def draw_marks(axes: Axes, scale: Scale) -> None:
    """Mark values of a hyperparameter below its panel."""
    marks = scales.marks(scale)
    positions = [position for position, _ in marks]
    texts = [text for _, text in marks]
    axes.set_xticks(positions, texts, fontsize=7)
    if sum(map(len, texts)) > LONG_MARKS:
        axes.tick_params(axis="x", rotation=40)


def draw_importances(importances: Sequence[Importance]) -> Figure:
    """Draw how much each hyperparameter matters, with the spread over the forests."""
    figure, (axes,) = new(width=7.0, height=0.8 + 0.32 * len(importances))
    for place, each in enumerate(importances):
        axes.plot([each.low, each.high], [place, place], color=SOFT, lw=2)
        axes.plot(each.mean, place, "o", ms=5, color=OURS)
    axes.axvline(0, color="black", lw=0.8)
    names = [each.name for each in importances]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel(
        "share of the variance lost when shuffled (mean, middle 90 % of the forests)"
    )
    return figure
