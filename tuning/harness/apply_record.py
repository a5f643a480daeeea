"""applied.json in a study's folder: what `zoo tune apply` decided, and what came of it.

    asked, command     the options, and the line that was typed
    model              the name of the model that the study ends in
    search             the card's field of that name (zoo.pretrained.cards.Search)
    test               null before the test split was used; then the results of every seed

It is written before the test split is used and completed afterwards, so that a study uses it for one choice
only, even where the process is killed in between.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tuning.harness import folder, stored
from tuning.harness.errors import TuningError

NAME = "applied.json"
USED = "the test split was, or may have been, used for this study already"


def read(place: Path) -> dict | None:
    """Return the record, None where nothing was applied yet.

    Raises:
        TuningError: it is damaged.
    """
    from zoo.pretrained.cards import Metric, Search

    path = place / NAME
    if not path.exists():
        return None
    record = stored.content(path, "asked", "model", "search", "test")
    try:
        Search.model_validate(record["search"])
        if record["test"] is not None:
            Metric.model_validate(record["test"]["metrics"][0])
            str(record["test"]["weights_digest"])
    except (ValueError, LookupError, TypeError) as error:
        reason = f"{error}".splitlines()[0]
        raise TuningError(f"{path} is not what zoo tune apply writes ({reason}): restore it") from None
    return record


def write(place: Path, record: Mapping) -> None:
    """Write the record, whole or not at all."""
    folder.write_json(place / NAME, record)


def check_same(before: Mapping | None, asked: Mapping, trials: Sequence[str]) -> None:
    """Refuse a second choice by the same test split.

    Args:
        before: the record, if there is one.
        asked: the options now.
        trials: the best trials now.

    Raises:
        TuningError: the first choice was among other trials, or by other seeds.
    """
    if before is None:
        return
    options = " ".join(f"--{name} {value}" for name, value in before["asked"].items())
    known = [each["trial"] for each in before["search"]["candidates"]]
    if before["asked"] != asked:
        raise TuningError(
            f"{USED}, with {options}, and a second choice by it would flatter; give these options again, or "
            "search anew with another --seed and --out"
        )
    if known != list(trials):
        raise TuningError(
            f"{USED}, when its best trials were {', '.join(known)} and not {', '.join(trials)}; a second "
            "choice by it would flatter: search anew with another --seed and --out"
        )


def check_choice(before: Mapping | None, chosen: str) -> None:
    """Refuse to ship another trial than the one that was chosen before the test split was used.

    Raises:
        TuningError: the networks, trained again, led to another choice.
    """
    if before and before["search"]["chosen"] != chosen:
        raise TuningError(
            f"trial {before['search']['chosen']} was chosen before; trained again here, the networks would "
            f"choose {chosen}: apply the study where it was first applied, or with its run store (ZOO_STORE)"
        )
