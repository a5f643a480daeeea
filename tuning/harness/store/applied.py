"""applied.json: what `zoo tune apply` chose, and what it measured then.

    asked, command     the options, and the typed command
    model              the name of the model that the study ends in
    search             the same as the card's field `search` (zoo.pretrained.cards.Search)
    test               null before the test split is used; then the results of every seed

The choice is written before the test split is used, and the results after it. So a study uses
the test split for one choice only, even if the process is killed in between.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tuning.harness.errors import TuningError
from tuning.harness.store import folder

NAME = "applied.json"
USED = "the test split was, or may have been, used for this study already"


def read(place: Path) -> dict | None:
    """Return the content of applied.json, None if the study was not applied yet.

    Raises:
        TuningError: the file is damaged.
    """
    path = place / NAME
    if not path.exists():
        return None
    applied = folder.read_json(path, ("asked", "model", "search", "test"))
    try:
        _check_content(applied)
    except (ValueError, LookupError, TypeError) as error:
        reason = f"{error}".splitlines()[0]
        found = f"{path} is not what zoo tune apply writes ({reason})"
        raise TuningError(f"{found}: restore it") from None
    return applied


def _check_content(applied: Mapping) -> None:
    from zoo.pretrained.cards import Metric, Search

    Search.model_validate(applied["search"])
    if applied["test"] is not None:
        Metric.model_validate(applied["test"]["metrics"][0])
        str(applied["test"]["weights_digest"])


def write(place: Path, applied: Mapping) -> None:
    """Write applied.json, whole or not at all."""
    folder.write_json(place / NAME, applied)


def check_same_request(before: Mapping | None, asked: Mapping, trials: Sequence[str]) -> None:
    """Refuse a second choice that would use the same test split.

    Args:
        before: the content of applied.json, if there is one.
        asked: the options now.
        trials: the best trials now.

    Raises:
        TuningError: the first choice was among other trials, or by other seeds.
    """
    if before is None:
        return
    if before["asked"] != asked:
        options = " ".join(f"--{name} {value}" for name, value in before["asked"].items())
        raise TuningError(
            f"{USED}, with {options}, and a second choice would flatter the model: "
            "give these options again, or search anew with another --seed and --out"
        )
    known = [candidate["trial"] for candidate in before["search"]["candidates"]]
    if known != list(trials):
        raise TuningError(
            f"{USED}, when its best trials were {', '.join(known)} and not {', '.join(trials)}, "
            "and a second choice would flatter the model: "
            "search anew with another --seed and --out"
        )


def check_same_choice(before: Mapping | None, chosen: str) -> None:
    """Refuse to ship another trial than the one that was chosen before the test.

    Raises:
        TuningError: the networks, trained again, lead to another choice.
    """
    if before and before["search"]["chosen"] != chosen:
        raise TuningError(
            f"trial {before['search']['chosen']} was chosen before, but the networks that were "
            f"trained again here would choose {chosen}: "
            "apply the study where it was first applied, or with its run store (ZOO_STORE)"
        )
