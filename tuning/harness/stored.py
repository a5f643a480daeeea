"""Reads the JSON of a study's folder, where a damaged file is answered in one line that names it."""

import json
from pathlib import Path

from tuning.harness.errors import TuningError


def content(path: Path, *fields: str) -> dict:
    """Return the dictionary in a file.

    Raises:
        TuningError: it cannot be read, is no dictionary, or lacks one of the fields.
    """
    return _dictionary(_text(path), f"{path}", fields)


def lines(path: Path, *fields: str) -> list[dict]:
    """Return the dictionaries in a file's lines, without a last line that has no end.

    Raises:
        TuningError: the file cannot be read, or a line is no dictionary with the fields; tells which line.
    """
    whole = _text(path).rpartition("\n")[0]
    return [
        _dictionary(line, f"line {number} of {path}", fields)
        for number, line in enumerate(whole.splitlines(), start=1)
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _damaged(f"{path}", error) from None


def _dictionary(text: str, where: str, fields) -> dict:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise _damaged(where, error) from None
    missing = [each for each in fields if not isinstance(found, dict) or each not in found]
    if missing or not isinstance(found, dict):
        raise _damaged(where, f"without {missing[0]}" if missing else "not a dictionary")
    return found


def _damaged(where: str, why) -> TuningError:
    return TuningError(f"{where} cannot be read ({why}): restore it, or begin anew with --out")
