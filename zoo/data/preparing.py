"""`zoo data prepare`: array_record files written by tensorflow-datasets, all of them or
nothing."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from zoo.data import prepared
from zoo.data.dataset import DataError
from zoo.data.files import folders, names_in, read_checked
from zoo.texts import first_line


def prepare(
    key: str,
    module: ModuleType,
    source: Path | None,
    target: Path | None,
    say: Callable[[str], None],
) -> Path:
    """The prepared folder, `target/key/version`; see `zoo.data.prepare`."""
    if not hasattr(module, "builder"):
        module.load()  # says what is wrong if it is not at hand
        raise DataError(f"{key}: nothing to prepare, it is always at hand ({module.where()})")
    target = Path(target or folders()[0]).expanduser()
    if target.is_dir() and (ready := prepared.find(target, key)):
        say(f"{module.NAME} is already prepared in {ready}")
        return ready
    if source is None:
        say(f"Downloading {module.NAME}: {module.DOWNLOAD} ...")
    else:
        source = Path(source).expanduser()
        _check_originals(module, source)
        say(f"Preparing {module.NAME} from {source} ...")
    return _write(key, module, source, target, say)


def _check_originals(module: ModuleType, source: Path) -> None:
    names = names_in(source)
    for name, sha256 in module.FILES.items():
        if name not in names:
            raise DataError(
                f"{source / name}: missing; {module.NAME} needs {', '.join(module.FILES)} in that folder"
            )
        read_checked(source / name, sha256, module.NAME)


def _write(
    key: str,
    module: ModuleType,
    source: Path | None,
    target: Path,
    say: Callable[[str], None],
) -> Path:
    fresh = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=".incomplete-") as scratch:
            written = _build(module, source, Path(scratch))
            final = target / key / written.name
            final.parent.mkdir(exist_ok=True)
            written.replace(final)
    except OSError as error:
        reason = error.strerror or error
        raise DataError(
            f"{target}: cannot be written ({reason}); name another folder: --data-dir DIR"
        ) from None
    finally:
        if fresh:
            with contextlib.suppress(OSError):  # only empty after a failure
                target.rmdir()
    say(f"{module.NAME} is prepared in {final}")
    return final


def _build(module: ModuleType, source: Path | None, scratch: Path) -> Path:
    import tensorflow_datasets as tfds

    tfds.disable_progress_bar()
    builder = module.builder(scratch)
    config = tfds.download.DownloadConfig(manual_dir=source)
    try:
        # its own lines name the scratch folder, which is soon gone
        with contextlib.redirect_stdout(io.StringIO()):
            builder.download_and_prepare(download_config=config)
    except DataError:
        raise
    except (
        Exception
    ) as error:  # whatever download or writing raise, the user needs this one line
        reason = first_line(error)
        cure = "" if source else "; with the files at hand, use --from DIR"
        raise DataError(f"{module.NAME} could not be prepared ({reason}){cure}") from None
    return Path(builder.data_dir)
