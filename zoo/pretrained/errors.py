"""The one error that pretrained models raise on purpose."""


class PretrainedError(Exception):
    """A model cannot be found, trusted or believed; the message names culprit and cure."""

    exit_code = 2
