"""The one exception of the harness."""


class TuningError(Exception):
    """Something the user must be told, in plain words: what is wrong and what to do about it."""

    exit_code = 2
