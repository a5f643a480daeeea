"""Numbers in digits, the same in the terminal, the pages and the README."""

import math


def format_ours(value: float) -> str:
    """Return one of our numbers to four significant digits: an accuracy to hundredths of a
    percent."""
    if abs(value) < 10_000 or not math.isfinite(value):
        return f"{value:.4g}"
    return f"{value:,.0f}"


def format_published(value: float) -> str:
    """Return a published number with all the digits that were published."""
    return f"{value:.12g}"


def format_bounds(
    at_least: float | None, at_most: float | None, unit: str
) -> str:
    """Return one or two bounds in words: "below 5 %", "above 0 points", "between 1 and 2
    times"."""
    if at_least is None:
        return f"below {format_published(at_most)}{unit}"
    if at_most is None:
        return f"above {format_published(at_least)}{unit}"
    return f"between {format_published(at_least)} and {format_published(at_most)}{unit}"


def format_interval(ends: tuple[float, float]) -> str:
    """Return an interval of ours: "[96.21, 96.79]", or "[5.4 or more]" where it has no upper
    end."""
    low, high = ends
    if math.isinf(high):
        return f"[{format_ours(low)} or more]"
    return f"[{format_ours(low)}, {format_ours(high)}]"
