"""Texts that several parts write alike: durations, and anything on one line."""


def format_duration(seconds: float) -> str:
    """Return a time in the unit that people would use: "40.0 s", "12 min", "2.7 h"."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def one_line(text) -> str:
    """Return a text on one line: every run of white space becomes one blank."""
    return " ".join(str(text).split())
