"""The one exception of the harness."""


class ReproductionError(Exception):
    """Something the user must be told, in one line: what is wrong and what to do about it."""

    exit_code = 2
