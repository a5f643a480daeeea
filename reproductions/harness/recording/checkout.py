"""The git checkout that a record belongs to: which commit made it, and whether that commit
tells all."""

import subprocess
from pathlib import Path

import reproductions
from reproductions.harness.claiming.errors import ReproductionError

# What full runs write themselves: it cannot have changed what is computed, and must not block the next run.
GENERATED = (
    "docs/results/",
    "docs/reproductions.md",
    "docs/errata.md",
    "docs/cited.md",
    "README.md",
)


def root() -> Path:
    """The project's folder: above this package in a checkout, else the current folder."""
    above = Path(reproductions.__file__).parent.parent
    return above if (above / "pyproject.toml").exists() else Path.cwd()


def commit(folder: Path) -> str:
    """The commit that is checked out in `folder`, "" outside of a git checkout."""
    try:
        return _git(folder, "rev-parse", "HEAD").strip()
    except ReproductionError:
        return ""


def require_clean(folder: Path) -> None:
    """Makes sure that the checked-out commit says what will be computed.

    Raises:
        ReproductionError: `folder` is no git checkout, a tracked file is changed, or a Python
            file is neither tracked nor ignored (files that full runs write are excepted).
    """
    if not commit(folder):
        raise ReproductionError(
            f"a full run records the commit that made it, and {folder} is no git checkout with a commit: "
            "clone the repository, or use --profile quick"
        )
    entries = _git(
        folder,
        "status",
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--no-renames",
    )
    dirty = [
        entry[3:]
        for entry in entries.split("\0")
        if entry and _matters(entry[:2], entry[3:])
    ]
    if dirty:
        more = f" and {len(dirty) - 3} more" if len(dirty) > 3 else ""
        raise ReproductionError(
            f"a full run needs a clean checkout, and these files are not committed: {', '.join(dirty[:3])}"
            f"{more}; commit them first, or use --profile quick"
        )


def _matters(state: str, path: str) -> bool:
    if path.startswith(GENERATED):
        return False
    return state != "??" or path.endswith(".py")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise ReproductionError(
            f"git failed in {folder}: {said[0] if said else error}"
        ) from error
    return done.stdout
