"""Short texts that several parts of the project show in the same form."""

from collections.abc import Iterable, Mapping


def one_line(text) -> str:
    """Return a text on one line: every run of white space becomes one blank."""
    return " ".join(str(text).split())


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text, or the name of its class if it has none."""
    first, _, _ = str(error).strip().partition("\n")
    return first.rstrip() or type(error).__name__


def format_duration(seconds: float) -> str:
    """Return a duration in a fitting unit: "0.3 s", "40 s", "12 min", "2.7 h"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def format_value(value) -> str:
    """Return a short text of a value: fractions with four digits, all else as it is."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def table_line(cells: Iterable[str]) -> str:
    """Return a line of a table in Markdown, "| seed | test |"."""
    return f"| {' | '.join(cells)} |"


def format_values(values: Mapping) -> str:
    """Return named values as "width=64, learning_rate=0.0012"."""
    return ", ".join(f"{name}={format_value(value)}" for name, value in values.items())
