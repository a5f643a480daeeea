"""The figures of a study's report, in the style of all figures of the project."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from reproductions.harness.figures import OURS, PUBLISHED, new
from tuning.harness import effects, scales
from tuning.harness.effects import Importance
from tuning.harness.results import completed, is_pruned
from tuning.harness.scales import Scale

BEST, DEFAULT, SOFT = PUBLISHED, "black", "#7c96b3"
BY_RANK = LinearSegmentedColormap.from_list("rank", [OURS, "#dfe7f0"])
WIDTH = 9.0
ABSENT = -0.13
"""Where lines run that have no value on an axis."""
ACROSS = 4


def best_so_far(found: Sequence[Mapping], metric: str, default: Mapping | None) -> Figure:
    """Every trial's score with its interval, the best one so far, and the default's score."""
    figure, (axes,) = new(width=WIDTH, height=3.6)
    scored = sorted(completed(found), key=lambda each: each["trial"])
    numbers, scores = [int(each["trial"]) for each in scored], [each["score"] for each in scored]
    _score_axis(axes.yaxis, scores)
    axes.errorbar(numbers, scores, yerr=_bars(scored), fmt="none", lw=0.8, color=SOFT)
    _points(axes, scored)
    last = max(int(each["trial"]) for each in found)
    whole = [np.inf if is_pruned(each) else each["score"] for each in scored]
    best = np.minimum.accumulate(whole)
    axes.step([*numbers, last], [*best, best[-1]], where="post", color=BEST, zorder=1.5, label="best so far")
    if default and default["score"] is not None:
        axes.axhline(default["score"], ls="--", lw=1, color=DEFAULT, label="untuned default")
    failed = [int(each["trial"]) for each in found if each["score"] is None]
    if failed:
        place = axes.get_xaxis_transform()
        axes.plot(failed, [0.98] * len(failed), "x", color=DEFAULT, transform=place, label="failed")
    axes.set_xlabel("trial")
    axes.set_ylabel(metric)
    axes.set_xlim(-0.5, last + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside upper right", ncols=5)
    return figure


def _points(axes: Axes, scored: Sequence[Mapping]) -> None:
    """A point for each trial: a full one for the longest, an open one for shorter trials."""
    longest = max(each["rounds"] or 0 for each in scored)
    for short, label in ((False, "one trial, 95 % interval"), (True, "shorter trial")):
        chosen = [each for each in scored if ((each["rounds"] or 0) < longest) == short]
        x, y = [int(each["trial"]) for each in chosen], [each["score"] for each in chosen]
        if chosen:
            axes.plot(x, y, "o", ms=4, mfc="white" if short else OURS, mec=OURS, label=label)


def _bars(scored: Sequence[Mapping]) -> np.ndarray:
    """Lengths of the error bars, shape (2, trials); none where there is one execution only."""
    ends = [each["interval"] or (each["score"], each["score"]) for each in scored]
    lengths = [
        (each["score"] - low, high - each["score"]) for each, (low, high) in zip(scored, ends, strict=True)
    ]
    return np.clip(np.array(lengths).T, 0, None)


def _score_axis(axis, scores: Sequence[float]) -> None:
    """Make an axis span the scores; bars that are much longer leave the picture."""
    low, high = min(scores), max(scores)
    limits, scale = axis.axes.set_ylim, axis.axes.set_yscale
    if scales.is_wide(scores):
        scale("log")
        limits(low / 1.3, high * 1.3)
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
    else:
        room = 0.12 * (high - low) or abs(high) * 0.1 or 0.1
        limits(low - room, high + room)


def parallel_coordinates(declared: Sequence[Scale], found: Sequence[Mapping], metric: str, default) -> Figure:
    """One line per trial through its values to its score: the darker, the better its rank."""
    scored = completed(found)
    figure, (axes,) = new(width=WIDTH, height=4.2)
    columns = [*map(_column, declared), *_lengths(scored), _scores(scored, metric)]
    for rank, each in reversed(list(enumerate(scored))):
        heights = [place(each) for _, _, place in columns]
        axes.plot(heights, **_line(rank, len(scored), each, default))
    for number, (_, marks, _) in enumerate(columns):
        axes.axvline(number, color="#666666", lw=0.8, zorder=3)
        for height, text in marks:
            axes.annotate(text, (number, height), (3, 0), textcoords="offset points", **_MARK)
    axes.set_xticks(range(len(columns)), [name.replace("_", "\n") for name, _, _ in columns], fontsize=8)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_xlim(-0.1, len(columns) - 0.6)
    lowest = ABSENT if any(each.conditions for each in declared) else 0
    axes.set_ylim(lowest - 0.04, 1.04)
    if axes.get_legend_handles_labels()[0]:
        figure.legend(loc="outside upper right", ncols=2)
    return figure


_PAPER = {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.75}
_MARK = {"fontsize": 7, "va": "center", "zorder": 6, "bbox": _PAPER}


def _column(scale: Scale):
    """Return (name, marks, function record -> height) of one axis."""

    def place(record):
        height = scales.position(scale, record["values"].get(scale.name))
        return ABSENT if height is None else height

    marks = scales.marks(scale)
    return scale.name, [*marks, (ABSENT, "not used")] if scale.conditions else marks, place


def _lengths(scored: Sequence[Mapping]) -> list:
    """Return an axis for the trials' lengths, where these differ."""
    lengths = sorted({each["rounds"] for each in scored}, key=lambda rounds: rounds or 0)
    if len(lengths) < 2:
        return []
    heights = dict(zip(lengths, np.linspace(0, 1, len(lengths)).tolist(), strict=True))
    return [("rounds", [(height, str(rounds or "all")) for rounds, height in heights.items()],
             lambda record: heights[record["rounds"]])]  # fmt: skip


def _scores(scored: Sequence[Mapping], metric: str):
    """Return the axis of the scores."""
    scores = [each["score"] for each in scored]
    scale = Scale(metric, None, min(scores), max(scores), None, scales.is_wide(scores), False, None, ())
    return (
        metric.replace(" ", "\n"),
        scales.marks(scale),
        lambda record: scales.position(scale, record["score"]),
    )


def _line(rank: int, count: int, record: Mapping, default: Mapping | None) -> dict:
    """Return how a trial's line is drawn."""
    is_default = default is not None and record["trial"] == default["trial"]
    if rank == 0:
        name = f"best, trial {record['trial']}" + (": the untuned default" if is_default else "")
        return {"color": BEST, "lw": 2.2, "zorder": 5, "label": name}
    if is_default:
        return {"color": DEFAULT, "lw": 1.4, "ls": "--", "zorder": 4, "label": "untuned default"}
    return {"color": BY_RANK(rank / max(count - 1, 1)), "lw": 1.0, "zorder": 2 - rank / count}


def one_by_one(declared: Sequence[Scale], trials: Sequence[Mapping], metric: str) -> Figure:
    """The scores over each hyperparameter, with means of groups and their intervals."""
    across = min(ACROSS, len(declared))
    down = -(-len(declared) // across)
    figure = Figure(
        figsize=(WIDTH * across / ACROSS if across > 1 else 4.5, 2.4 * down), layout="constrained"
    )
    panels = figure.subplots(down, across, squeeze=False, sharey=True).ravel()
    scores = [each["score"] for each in trials]
    _score_axis(panels[0].yaxis, scores)
    for axes, scale in zip(panels, declared, strict=False):
        _panel(axes, scale, trials, logarithmic=scales.is_wide(scores))
    for axes in panels[len(declared) :]:
        axes.set_visible(False)
    figure.supylabel(metric, fontsize=10)
    return figure


def _panel(axes: Axes, scale: Scale, trials: Sequence[Mapping], *, logarithmic: bool) -> None:
    """One hyperparameter."""
    shown = effects.points(scale, trials)
    if shown:
        axes.plot(*zip(*shown, strict=True), "o", ms=3, mew=0, alpha=0.55, color=OURS)
    for group in effects.groups(scale, trials, logarithmic=logarithmic):
        bars = [[group.mean - group.low], [group.high - group.mean]]
        axes.errorbar(group.position, group.mean, yerr=bars, fmt="s", ms=4, capsize=3, color="black")
    marks = scales.marks(scale)
    axes.set_xticks([place for place, _ in marks], [text for _, text in marks], fontsize=7)
    if sum(len(text) for _, text in marks) > 22:
        axes.tick_params(axis="x", rotation=40)
    axes.set_xlim(-0.1, 1.1)
    some = f" ({len(shown)} of {len(trials)} trials)" if len(shown) < len(trials) else ""
    axes.set_title(scale.name + some, fontsize=9)


def importances(found: Sequence[Importance]) -> Figure:
    """How much each hyperparameter matters to a forest, with the spread over the forests."""
    figure, (axes,) = new(width=7.0, height=0.8 + 0.32 * len(found))
    for place, each in enumerate(found):
        axes.plot([each.low, each.high], [place, place], color=SOFT, lw=2)
        axes.plot(each.mean, place, "o", ms=5, color=OURS)
    axes.axvline(0, color="black", lw=0.8)
    axes.set_yticks(range(len(found)), [each.name for each in found])
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_xlabel("share of the variance lost when shuffled (mean, middle 90 % of the forests)")
    return figure
