"""Reading a file, and the error that a user gets where its content is wrong."""

from pathlib import Path


class DataError(Exception):
    """Something about data that a user must be told; its text is the whole message."""

    exit_code = 2


def read_bytes(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        DataError: the file cannot be read; the message gives the reason of the operating
            system.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
