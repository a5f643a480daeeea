"""Records: what was measured, how it was judged, and who measured it, as JSON that repeats to the bit.

A full run's record is committed (docs/results/NAME.json); those of the other profiles have the same shape and
lie in runs/PROFILE/NAME.json, which git ignores. Numbers are written with all their digits; "nan" and "inf"
stand as strings, since JSON has no such numbers.
"""

import dataclasses
import json
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from reproductions.harness import claims as claims_
from reproductions.harness import discovery
from reproductions.harness.errors import ReproductionError
from reproductions.harness.results import OTHERWISE, Result, joined

# In each entry of a record's `runs`: the only fields that may differ when the same commit is run again on the
# same kind of machine.
VOLATILE = ("host", "started", "wall_seconds", "command")


def path(root: Path, profile: str, name: str) -> Path:
    """Where the record of this profile belongs."""
    folder = root / "docs" / "results" if profile == "full" else root / "runs" / profile
    return folder / f"{name}.json"


def committed(root: Path) -> list[str]:
    """Names of all full records in the checkout."""
    return sorted(file.stem for file in (root / "docs" / "results").glob("*.json"))


def make(name: str, profile: str, config, result: Result, claims, run: Mapping) -> dict:
    """The record of one run.

    `config` is the reproduction's Config; `run` says who made it (machine, versions, commit, wall time) and
    becomes the first entry of `runs`, with the config's seeds.
    """
    record = {
        "name": name,
        "profile": profile,
        "config": _plain(dataclasses.asdict(config)),
        "claims_digest": "",
        "claims": [],
        "data": dict(result.data),
        "stand_in": result.stand_in,
        "notes": dict(result.notes),
        "metrics": {metric: _plain(values.tolist()) for metric, values in result.metrics.items()},
        "verdicts": [],
        "superseded": [],
        "runs": [{"seeds": list(getattr(config, "seeds", ())), **_plain(run)}],
    }
    return judged(record, claims)


def judged(record: Mapping, claims: Sequence) -> dict:
    """The record with verdicts on these claims; verdicts on other claims move to its `superseded`."""
    from reproductions.harness import verdicts

    result, digest = result_of(record), claims_.digest(claims)
    superseded = list(record["superseded"])
    if record["claims_digest"] not in ("", digest):
        superseded.append({key: record[key] for key in ("claims_digest", "claims", "verdicts")})
    found = [verdicts.judge(claim, result.metrics, result.stand_in) for claim in claims]
    return {
        **record,
        "claims_digest": digest,
        "claims": [claims_.as_data(claim) for claim in claims],
        "verdicts": [_plain(dataclasses.asdict(verdict)) for verdict in found],
        "superseded": superseded,
    }


def replacing(new: dict, old: Mapping | None) -> dict:
    """The new record with the old one's superseded verdicts, and its last ones too if the claims changed."""
    if old is None:
        return new
    kept = list(old["superseded"])
    if old["claims_digest"] != new["claims_digest"]:
        kept.append({key: old[key] for key in ("claims_digest", "claims", "verdicts")})
    return {**new, "superseded": kept}


def missing_seeds(record: Mapping, config) -> tuple[int, ...]:
    """The seeds of `config` that the record lacks.

    Raises:
        ReproductionError: the record was made with another config, or its seeds are not 1..n.
    """
    wanted, theirs = _plain(dataclasses.asdict(config)), dict(record["config"])
    have = theirs.pop("seeds")
    seeds = wanted.pop("seeds")
    differ = [key for key in wanted | theirs if wanted.get(key) != theirs.get(key)]
    if differ:
        changes = ", ".join(f"{k} ({theirs.get(k)!r} there, {wanted.get(k)!r} now)" for k in differ)
        raise _cannot_extend(record, f"its config differs: {changes}")
    if have != list(range(1, len(have) + 1)):
        raise _cannot_extend(record, f"its seeds are not 1 to {len(have)}")
    return tuple(seed for seed in seeds if seed not in have)


def check_claims(record: Mapping, claims: Sequence) -> None:
    """Makes sure that the record was judged on these very claims.

    Raises:
        ReproductionError: it was not.
    """
    if record["claims_digest"] != claims_.digest(claims):
        raise _cannot_extend(record, "its claims are not the file's (re-judge the record first)")


def extended(record: Mapping, addition: Mapping, claims: Sequence) -> dict:
    """The record with the seeds of `addition` (a record of further seeds) behind its own, judged anew.

    Raises:
        ReproductionError: the two were measured on different data, as different stand-ins, or hold different
            metrics.
    """
    for key in ("data", "stand_in"):
        if record[key] != addition[key]:
            raise _cannot_extend(record, f"its {key} differs: {record[key]!r} there, {addition[key]!r} now")
    try:
        result = joined(result_of(record), result_of(addition))
    except ValueError as error:
        raise _cannot_extend(record, str(error)) from error
    merged = {
        **record,
        "config": {**record["config"], "seeds": record["config"]["seeds"] + addition["config"]["seeds"]},
        "notes": _both_notes(record, addition),
        "metrics": {metric: _plain(values.tolist()) for metric, values in result.metrics.items()},
        "runs": [*record["runs"], *addition["runs"]],
    }
    return judged(merged, claims)


def _both_notes(record: Mapping, addition: Mapping) -> dict:
    """The notes of both; where one came out otherwise for the new seeds, both texts and these seeds."""
    notes = {**addition["notes"], **record["notes"]}
    seeds = span(addition["config"]["seeds"])
    for key, text in addition["notes"].items():
        if notes[key] != text:
            notes[key] += f"{OTHERWISE}{seeds}: {text}"
    return notes


def span(seeds: Sequence[int]) -> str:
    """Seeds in words: "1 to 16", or "3, 5" where some between are missing."""
    if len(seeds) > 1 and list(seeds) == list(range(seeds[0], seeds[-1] + 1)):
        return f"{seeds[0]} to {seeds[-1]}"
    return ", ".join(map(str, seeds))


def result_of(record: Mapping) -> Result:
    """The measurements, with the arrays' kinds (bool, int, float64) as they were."""
    metrics = {name: _array(values) for name, values in record["metrics"].items()}
    return Result(metrics, record["data"], record["stand_in"], record["notes"])


def judgements(record: Mapping) -> list[tuple]:
    """Pairs (Claim, Verdict) in the order of CLAIMS."""
    from reproductions.harness.verdicts import Verdict

    stated = [claims_.from_data(data) for data in record["claims"]]
    found = [Verdict(**{key: _number(value) for key, value in data.items()}) for data in record["verdicts"]]
    return list(zip(stated, found, strict=True))


def stable(record: Mapping) -> dict:
    """The record without its volatile fields: bit-identical when repeated."""
    runs = [{key: value for key, value in run.items() if key not in VOLATILE} for run in record["runs"]]
    return {**record, "runs": runs}


def standing(root: Path, name: str) -> str:
    """One line on the committed record: what it found, or that its claims are not the file's ("" if none)."""
    file = path(root, "full", name)
    if not file.exists():
        return ""
    try:
        record, stated = read(file), discovery.claims(name)
    except ReproductionError as error:
        return str(error)
    if record["claims_digest"] != claims_.digest(stated):
        return "record out of date: its claims are not the file's"
    return counts(record)


def counts(record: Mapping) -> str:
    """How many published claims came out how, and how many checks of our own were met (if they were run)."""
    published, own = [], []
    for claim, verdict in zip(record["claims"], record["verdicts"], strict=True):
        checked = claim["tag"] == claims_.OWN and verdict["status"] != "not run"
        (own if checked else published).append(verdict["status"])
    parts = [f"{published.count(status)} {status}" for status in dict.fromkeys(published)]
    if own:
        parts.append(f"own checks met: {own.count('reproduced')} of {len(own)}")
    return ", ".join(parts)


def read(file: Path) -> dict:
    """A record from its file.

    Raises:
        ReproductionError: the file cannot be read as a record.
    """
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        record["metrics"], record["claims_digest"], record["runs"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReproductionError(f"{file} is no readable record ({error}); restore it with git") from error
    return record


def write(record: Mapping, file: Path) -> None:
    """Writes the record in one piece: a reader sees the old one or the new one, never half of it."""
    write_text(as_text(record), file)


def write_text(text: str, file: Path) -> None:
    """Puts a text in the place of a file, in one piece."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    partial = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        partial.chmod(0o644)  # mkstemp's files are private
        partial.replace(file)
    except BaseException:
        partial.unlink()
        raise


def as_text(record: Mapping) -> str:
    """The record as JSON: objects indented, lists of numbers on one line, which keeps files short."""
    return _indented(record, "") + "\n"


def _indented(value, margin: str) -> str:
    inner = margin + " "
    if isinstance(value, Mapping) and value:
        lines = [f"{json.dumps(key)}: {_indented(item, inner)}" for key, item in value.items()]
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        lines = [_indented(item, inner) for item in value]
    else:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    opening, closing = "{}" if isinstance(value, Mapping) else "[]"
    body = ",\n".join(inner + line for line in lines)
    return f"{opening}\n{body}\n{margin}{closing}"


def _plain(value):
    """Plain JSON data; NaN and infinities become strings."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(
        f"a record holds numbers, texts and lists of them, not {type(value).__name__} ({value!r})"
    )


def _number(value):
    """A field of a verdict as it was before `_plain`."""
    if isinstance(value, list):
        return tuple(_number(item) for item in value)
    return float(value) if value in ("nan", "inf", "-inf") else value


def _array(values: list):
    import numpy as np

    array = np.array(values)
    return array.astype(np.float64) if array.dtype.kind == "U" else array


def _cannot_extend(record: Mapping, reason: str) -> ReproductionError:
    return ReproductionError(
        f"the record of {record['name']} cannot be extended, {reason}; leave out --seeds to make it anew"
    )
