"""Writing a file whole or not at all.

Text and bytes are written by the same function: `write_atomically(path, content)`. A library
that writes files itself can write into an `io.BytesIO`; its `getvalue()` is then the content.
"""

import os
import secrets
from pathlib import Path

TEMPORARY = ".tmp"
"""How the name of a half-written file ends. What a killed process leaves can be removed."""


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write a file so that readers find the old content or the new one, even after a crash.

    The file gets the permissions that the user's umask allows for a new file. Missing folders
    are made.

    Args:
        path: the file, whether it exists or not.
        content: bytes, or text, which becomes UTF-8 with its line ends as they are.

    Raises:
        OSError: the file cannot be written; what was there before is still there.
    """
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}{TEMPORARY}")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:  # Ctrl-C too
        partial.unlink(missing_ok=True)
        raise
