"""Declared hyperparameters as scales: where a value lies on an axis, and how its range is said in words.

Read from study.json, so that a study is reported without its job and without KerasTuner.
"""

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tuning.harness.progress import shown

MARKS, SHORT = 5, 6
"""Marks on a scale that has not a short grid of values, and up to how many steps such a grid has."""
WIDE = 10
"""Scores of which the largest is so many times the smallest are drawn on a logarithmic axis."""


class Scale(NamedTuple):
    """One hyperparameter."""

    name: str
    levels: tuple | None
    """The values it can take, in order, where these are listed; else None, and `low` to `high`."""
    low: float
    high: float
    step: float | None
    logarithmic: bool
    whole: bool
    default: object
    conditions: tuple[tuple[str, tuple], ...]
    """Pairs (hyperparameter, its values): where it counts at all."""


def of_study(facts: Mapping) -> list[Scale]:
    """Return a study's hyperparameters, in the order of their declaration."""
    return [_scale(each["class_name"], each["config"]) for each in facts["space"]]


def _scale(kind: str, config: Mapping) -> Scale:
    levels = {"Boolean": (False, True), "Fixed": (config.get("value"),)}.get(kind)
    levels = tuple(config["values"]) if kind == "Choice" else levels
    low, high = config.get("min_value", 0), config.get("max_value", 1)
    default = config.get("default")
    conditions = [each["config"] for each in config.get("conditions", ())]
    return Scale(
        config["name"],
        levels,
        low,
        high,
        config.get("step"),
        config.get("sampling") == "log",
        kind == "Int",
        default if default is not None else (levels[0] if levels else low),
        tuple((each["name"], tuple(each["values"])) for each in conditions),
    )


def position(scale: Scale, value) -> float | None:
    """Return where a value lies, from 0 to 1; None where the hyperparameter does not count."""
    if value is None:
        return None
    if scale.levels is not None:
        return _share(scale.levels.index(value), 0, len(scale.levels) - 1)
    if scale.logarithmic:
        return _share(math.log(value), math.log(scale.low), math.log(scale.high))
    return _share(value, scale.low, scale.high)


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5


def marks(scale: Scale) -> list[tuple[float, str]]:
    """Return (position, text) of the marks on an axis."""
    values = scale.levels if scale.levels is not None else _marked(scale)
    return [(position(scale, value), shown(value)) for value in dict.fromkeys(values)]


def _marked(scale: Scale) -> list:
    """Return all values of a short grid, else some at about equal distances, ends included."""
    grid = _grid(scale)
    if grid:
        return grid
    shares = [number / (MARKS - 1) for number in range(MARKS)]
    if scale.logarithmic:
        values = [scale.low * (scale.high / scale.low) ** share for share in shares]
    else:
        values = [scale.low + (scale.high - scale.low) * share for share in shares]
    return [round(value) if scale.whole else float(f"{value:.2g}") for value in values]


def _grid(scale: Scale) -> list:
    """Return all values of a scale with few steps, which are factors on a logarithmic one; else []."""
    factors, step = scale.logarithmic, scale.step
    if step is None or scale.high == scale.low:
        return []
    count = math.log(scale.high / scale.low, step) if factors else (scale.high - scale.low) / step
    if count + 1e-9 >= SHORT:
        return []
    exponents = range(int(count + 1e-9) + 1)
    return [scale.low * step**each if factors else scale.low + step * each for each in exponents]


def worded(scale: Scale) -> str:
    """Return the values in words: "16 to 256, whole numbers, logarithmic"."""
    if scale.levels is not None:
        return ", ".join(map(shown, scale.levels))
    kind = "by factors of" if scale.logarithmic else "in steps of"
    stepped = scale.step is not None and (scale.logarithmic or not scale.whole or scale.step > 1)
    said = (
        f"{shown(scale.low)} to {shown(scale.high)}",
        "whole numbers" if scale.whole else "",
        f"{kind} {shown(scale.step)}" if stepped else "",
        "logarithmic" if scale.logarithmic and not stepped else "",
    )
    return ", ".join(filter(None, said))


def condition(scale: Scale) -> str:
    """Return where the hyperparameter counts, in words, "" if everywhere."""
    return " and ".join(f"{name} is {' or '.join(map(shown, values))}" for name, values in scale.conditions)


def described(scale: Scale) -> str:
    """Return range, default and condition in words: "8 to 64, whole numbers; default 32; if layers is 2"."""
    where = condition(scale)
    return f"{worded(scale)}; default {shown(scale.default)}{f'; if {where}' if where else ''}"


def is_wide(scores: Iterable[float]) -> bool:
    """Tell whether scores are better looked at as logarithms."""
    scores = list(scores)
    return bool(scores) and min(scores) > 0 and max(scores) > WIDE * min(scores)
