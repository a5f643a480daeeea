"""The one error that an export may raise on purpose."""


class ExportError(Exception):
    """A model cannot be exported; the message names the culprit and the cure."""

    exit_code = 1
