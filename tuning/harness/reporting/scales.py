"""Hyperparameters as scales: where a value lies on an axis, and how its range reads in words.

They are read from study.json, so a report needs neither the job nor KerasTuner.
"""

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from zoo.texts import format_value

MARKS = 5
"""Marks on an axis, unless the hyperparameter has a short grid of values."""
SHORT_GRID = 6
"""A grid with more values than this is not marked value by value."""
WIDE = 10
"""Scores need a logarithmic axis if the largest is more than so many times the smallest."""


class Scale(NamedTuple):
    """One hyperparameter."""

    name: str
    levels: tuple | None
    """All its values, in order; None for a range, which goes from `low` to `high`."""
    low: float
    high: float
    step: float | None
    logarithmic: bool
    whole: bool
    default: object
    conditions: tuple[tuple[str, tuple], ...]
    """Pairs (other hyperparameter, its values): it counts only where all of them hold."""


def read_scales(facts: Mapping) -> list[Scale]:
    """Return a study's hyperparameters, in the order in which the job declares them."""
    return [
        make_scale(declared["class_name"], declared["config"]) for declared in facts["space"]
    ]


def make_scale(kind: str, config: Mapping) -> Scale:
    """Return one hyperparameter from what KerasTuner writes about it."""
    levels = find_levels(kind, config)
    low = config.get("min_value", 0)
    default = config.get("default")
    if default is None:  # KerasTuner then takes the first value
        default = levels[0] if levels else low
    conditions = [condition["config"] for condition in config.get("conditions", ())]
    return Scale(
        name=config["name"],
        levels=levels,
        low=low,
        high=config.get("max_value", 1),
        step=config.get("step"),
        logarithmic=config.get("sampling") == "log",
        whole=kind == "Int",
        default=default,
        conditions=tuple((each["name"], tuple(each["values"])) for each in conditions),
    )


def find_levels(kind: str, config: Mapping) -> tuple | None:
    """Return all values of a hyperparameter, None for a range."""
    if kind == "Boolean":
        return False, True
    if kind == "Fixed":
        return (config["value"],)
    return tuple(config["values"]) if kind == "Choice" else None


def position(scale: Scale, value) -> float | None:
    """Return where a value lies on its axis, from 0 to 1; None if there is no value."""
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
    """Return pairs (position, text) of the marks on an axis."""
    values = scale.levels
    if values is None:
        values = list_grid(scale) or spread_marks(scale)
    distinct = dict.fromkeys(values)
    return [(position(scale, value), format_value(value)) for value in distinct]


def list_grid(scale: Scale) -> list:
    """Return all values of a short grid, [] for a long one or where there are no steps."""
    low, high, step = scale.low, scale.high, scale.step
    if step is None or high == low:
        return []
    steps = math.log(high / low, step) if scale.logarithmic else (high - low) / step
    steps += 1e-9  # against rounding
    if steps >= SHORT_GRID:
        return []
    numbers = range(int(steps) + 1)
    if scale.logarithmic:
        return [low * step**number for number in numbers]
    return [low + step * number for number in numbers]


def spread_marks(scale: Scale) -> list:
    """Return MARKS values at about equal distances, both ends included."""
    values = [_value_at(scale, number / (MARKS - 1)) for number in range(MARKS)]
    if scale.whole:
        return [round(value) for value in values]
    return [float(f"{value:.2g}") for value in values]


def _value_at(scale: Scale, share: float) -> float:
    if scale.logarithmic:
        return scale.low * (scale.high / scale.low) ** share
    return scale.low + (scale.high - scale.low) * share


def describe_values(scale: Scale) -> str:
    """Return the values in words: "16 to 256, whole numbers, logarithmic"."""
    if scale.levels is not None:
        return ", ".join(map(format_value, scale.levels))
    parts = [f"{format_value(scale.low)} to {format_value(scale.high)}"]
    if scale.whole:
        parts.append("whole numbers")
    if scale.step is not None and (scale.logarithmic or not scale.whole or scale.step > 1):
        kind = "by factors of" if scale.logarithmic else "in steps of"
        parts.append(f"{kind} {format_value(scale.step)}")
    elif scale.logarithmic:
        parts.append("logarithmic")
    return ", ".join(parts)


def describe_condition(scale: Scale) -> str:
    """Return where the hyperparameter counts: "layers is 2 or 3"; "" if it always does."""
    parts = []
    for name, values in scale.conditions:
        parts.append(f"{name} is {' or '.join(map(format_value, values))}")
    return " and ".join(parts)


def describe(scale: Scale) -> str:
    """Return "8 to 64, whole numbers; default 32; if layers is 2"."""
    condition = describe_condition(scale)
    parts = [describe_values(scale), f"default {format_value(scale.default)}"]
    if condition:
        parts.append(f"if {condition}")
    return "; ".join(parts)


def is_wide(scores: Iterable[float]) -> bool:
    """Tell whether scores need a logarithmic axis."""
    scores = list(scores)
    return bool(scores) and min(scores) > 0 and max(scores) > WIDE * min(scores)
