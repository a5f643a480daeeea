"""How processes find out that they share a study's folder, and that the study is complete."""

import secrets
from pathlib import Path

from tuning.harness.store import folder, ledger
from zoo.files import write_atomically

MARK = "chief.mark"


def mark(place: Path) -> str:
    """Write and return a random text by which processes find out that they share this folder."""
    text = secrets.token_hex(8)
    write_atomically(place / MARK, text)
    return text


def read_mark(place: Path) -> str:
    """Return what `mark` has written last, "" if nothing."""
    path = place / MARK
    return path.read_text() if path.exists() else ""


def is_complete(place: Path) -> bool:
    """Tell whether all trials that the study is to have are there."""
    facts = folder.read_description(place)
    if facts is None:
        return False
    return len(ledger.ended_trials(ledger.read(place))) >= facts["trials"]
