"""The error of this package that is meant for users: one line, no traceback."""


class ReproductionError(Exception):
    """A run cannot be done as it was asked for; the message names the culprit and the cure."""

    exit_code = 2
