"""Files and folders that appear whole or not at all."""

import contextlib
import shutil
import tempfile
from pathlib import Path

from zoo.endpoints import ExportError


@contextlib.contextmanager
def placed(target: str | Path):
    """Give a path to write to, which becomes `target` if the block ends well, else vanishes.

    Both lie in the same folder, so that taking the name is one step of the file system.

    Raises:
        ExportError: something of that name is there already, or the folder cannot be written
            to.
    """
    target = Path(target)
    if target.exists():
        raise ExportError(f"{target}: is there already; remove it, or choose another place")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        workplace = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise ExportError(
            f"{target.parent}: cannot be written to ({error.strerror})"
        ) from None
    try:
        yield workplace / target.name
        (workplace / target.name).rename(target)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
