"""Records: what was measured, how it was judged, and who measured it, as JSON that repeats to
the bit.

A full run's record is committed (docs/results/NAME.json). Those of the other profiles have
the same shape and lie in runs/PROFILE/NAME.json, which git ignores. Numbers are written with
all their digits; "nan" and "inf" stand as strings, since JSON has no such numbers. Every
record carries a schema number and a digest of its content.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from reproductions.harness.claiming import claims as claims_
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.claiming.judgements import judge_all
from reproductions.harness.claiming.plans import SeedPlan
from reproductions.harness.judging.families import Family
from reproductions.harness.judging.verdicts import (
    NOT_RUN,
    REPRODUCED,
    RULES,
    Verdict,
)
from reproductions.harness.recording import choices
from reproductions.harness.recording.migrating import SCHEMA, migrate
from reproductions.harness.recording.results import OTHERWISE, Result, joined
from zoo.files import write_atomically

FIELDS = (
    "name",
    "profile",
    "config",
    "rules",
    "planned",
    "looks",
    "claims_digest",
    "claims",
    "data",
    "stand_in",
    "notes",
    "chosen",
    "metrics",
    "verdicts",
    "families",
    "superseded",
    "runs",
)
"""What every record holds."""

NO_PLAN = SeedPlan()
"""That of a small run, which is judged as it is."""

REWORDED = "The claims were worded or measured otherwise."
"""Why verdicts are superseded where nobody says anything else."""

OF_A_RUN = ("config", "data", "notes", "chosen", "metrics", "runs")
"""What a superseded judgement keeps beside its verdicts where the run itself was replaced."""

VOLATILE = ("host", "started", "wall_seconds", "command")
"""The only fields of a record's `runs` that may differ when the same commit runs again on the
same machine."""


def path(root: Path, profile: str, name: str) -> Path:
    """Return where the record of this profile belongs."""
    folder = (
        root / "docs" / "results"
        if profile == "full"
        else root / "runs" / profile
    )
    return folder / f"{name}.json"


def committed(root: Path) -> list[str]:
    """Return the names of all full records in the checkout."""
    return sorted(
        file.stem for file in (root / "docs" / "results").glob("*.json")
    )


def make(
    name: str,
    profile: str,
    config,
    result: Result,
    claims,
    run: Mapping,
    plan: SeedPlan = NO_PLAN,
) -> dict:
    """Return the record of one run.

    Args:
        name: the reproduction's name.
        profile: "smoke", "quick" or "full".
        config: the reproduction's Config.
        result: what was measured and chosen.
        claims: the reproduction's CLAIMS.
        run: who made it (machine, versions, commit, wall time); becomes the first entry of
            `runs`, with the config's seeds.
        plan: the planned seeds.
    """
    record = {
        "name": name,
        "profile": profile,
        "config": as_plain(dataclasses.asdict(config)),
        "rules": RULES,
        "planned": [],
        "looks": [],
        "claims_digest": "",
        "claims": [],
        "data": dict(result.data),
        "stand_in": result.stand_in,
        "notes": dict(result.notes),
        "chosen": {
            key: as_plain(choice.as_data())
            for key, choice in result.chosen.items()
        },
        "metrics": metrics_as_data(result),
        "verdicts": [],
        "families": [],
        "superseded": [],
        "runs": [
            {"seeds": list(getattr(config, "seeds", ())), **as_plain(run)}
        ],
    }
    return judged(record, claims, plan)


def judged(
    record: Mapping,
    claims: Sequence,
    plan: SeedPlan = NO_PLAN,
    reason: str = REWORDED,
) -> dict:
    """Return the record with verdicts on these claims by today's rules.

    Verdicts on other claims, or by older rules, move to its `superseded`, with the `reason`.
    """
    result = result_of(record)
    digest = claims_.digest(claims)
    superseded = list(record["superseded"])
    if record["claims_digest"] not in ("", digest):
        superseded.append(supersede(record, reason))
    seeds = len(record["config"].get("seeds", ()))
    verdicts, families = judge_all(
        claims, result.metrics, result.stand_in, plan, seeds
    )
    return {
        **record,
        "rules": RULES,
        "planned": list(plan.looks),
        "looks": list_looks(record),
        "claims_digest": digest,
        "claims": [claims_.as_data(claim) for claim in claims],
        "verdicts": [verdict_as_data(verdict) for verdict in verdicts],
        "families": [
            as_plain(dataclasses.asdict(family)) for family in families
        ],
        "superseded": as_plain(superseded),
    }


def verdict_as_data(verdict: Verdict) -> dict:
    """Return a verdict as plain JSON data, without what does not apply."""
    stated = dataclasses.asdict(verdict)
    return {
        key: as_plain(value)
        for key, value in stated.items()
        if value is not None and value != ""
    }


def supersede(record: Mapping, reason: str) -> dict:
    """Return the verdicts of a record as earlier ones, with their date and the reason why
    they no longer stand."""
    return {
        "rules": record["rules"],
        "date": last_date(record),
        "reason": reason,
        "seeds": len(record["config"].get("seeds", ())),
        "claims_digest": record["claims_digest"],
        "claims": record["claims"],
        "verdicts": record["verdicts"],
    }


def last_date(record: Mapping) -> str:
    """Return the day of the record's last run, "" where none says it."""
    return max(run.get("started", "")[:10] for run in record["runs"])


def list_looks(record: Mapping) -> list[int]:
    """Return how many seeds the record had after each run, which is when it could be read."""
    looks = []
    seeds = 0
    for run in record["runs"]:
        seeds += len(run["seeds"])
        looks.append(seeds)
    return looks


def replacing(
    new: dict, old: Mapping | None, reason: str = "The run was made anew."
) -> dict:
    """Return the new record with the old one's superseded verdicts, and its last ones if they
    are not the same. A run whose numbers are other ones is kept as a whole."""
    if old is None:
        return new
    kept = list(old["superseded"])
    same_claims = old["claims_digest"] == new["claims_digest"]
    same_numbers = old["metrics"] == new["metrics"]
    if old["claims_digest"] and not (same_claims and same_numbers):
        earlier = supersede(old, reason)
        if not same_numbers:
            earlier.update({key: old[key] for key in OF_A_RUN})
        kept.append(earlier)
    return {**new, "superseded": as_plain(kept)}


def missing_seeds(record: Mapping, config) -> tuple[int, ...]:
    """Return the seeds of `config` that the record lacks.

    Raises:
        ReproductionError: the record was made with another config, or its seeds are not 1..n.
    """
    wanted = as_plain(dataclasses.asdict(config))
    theirs = dict(record["config"])
    have = theirs.pop("seeds")
    seeds = wanted.pop("seeds")
    changes = []
    for key in wanted | theirs:
        if wanted.get(key) != theirs.get(key):
            changes.append(
                f"{key} ({theirs.get(key)!r} there, {wanted.get(key)!r} now)"
            )
    if changes:
        raise cannot_extend(record, f"its config differs: {', '.join(changes)}")
    if have != list(range(1, len(have) + 1)):
        raise cannot_extend(record, f"its seeds are not 1 to {len(have)}")
    return tuple(seed for seed in seeds if seed not in have)


def is_stale(record: Mapping, claims: Sequence) -> bool:
    """Tell whether the record was judged on other claims than these, or by older rules."""
    older_rules = record["rules"] != RULES
    return older_rules or record["claims_digest"] != claims_.digest(claims)


def check_claims(record: Mapping, claims: Sequence) -> None:
    """Make sure that the record was judged on these very claims.

    Raises:
        ReproductionError: it was not.
    """
    if is_stale(record, claims):
        raise cannot_extend(
            record, "its claims are not the file's (re-judge the record first)"
        )


def extended(
    record: Mapping,
    addition: Mapping,
    claims: Sequence,
    plan: SeedPlan = NO_PLAN,
) -> dict:
    """Return the record with the seeds of `addition` (a record of further seeds) behind its
    own, judged anew.

    Raises:
        ReproductionError: the two were measured on different data, as different stand-ins, or
            hold different metrics.
    """
    for key in ("data", "stand_in"):
        if record[key] != addition[key]:
            difference = f"{record[key]!r} there, {addition[key]!r} now"
            raise cannot_extend(record, f"its {key} differs: {difference}")
    try:
        result = joined(result_of(record), result_of(addition))
    except ValueError as error:
        raise cannot_extend(record, str(error)) from error
    seeds = record["config"]["seeds"] + addition["config"]["seeds"]
    merged = {
        **record,
        "config": {**record["config"], "seeds": seeds},
        "notes": join_notes(record, addition),
        "metrics": metrics_as_data(result),
        "runs": [*record["runs"], *addition["runs"]],
    }
    return judged(merged, claims, plan)


def join_notes(record: Mapping, addition: Mapping) -> dict:
    """Return the notes of both; one that came out otherwise for the new seeds has both texts
    and these seeds."""
    notes = {**addition["notes"], **record["notes"]}
    seeds = span(addition["config"]["seeds"])
    for key, text in addition["notes"].items():
        if notes[key] != text:
            notes[key] += f"{OTHERWISE}{seeds}: {text}"
    return notes


def span(seeds: Sequence[int]) -> str:
    """Return seeds in words: "1 to 16", or "3, 5" where some between are missing."""
    if len(seeds) > 1 and list(seeds) == list(range(seeds[0], seeds[-1] + 1)):
        return f"{seeds[0]} to {seeds[-1]}"
    return ", ".join(map(str, seeds))


def result_of(record: Mapping) -> Result:
    """Return the measurements, with the arrays' kinds (bool, int, float64) as they were."""
    metrics = {
        name: as_array(values) for name, values in record["metrics"].items()
    }
    chosen = choices.choices_of(record)
    return Result(
        metrics, record["data"], record["stand_in"], record["notes"], chosen
    )


def judgements(record: Mapping) -> list[tuple]:
    """Return pairs (Claim, Verdict) in the order of CLAIMS."""
    pairs = []
    for stated, found in zip(record["claims"], record["verdicts"], strict=True):
        verdict = Verdict(
            **{key: as_number(value) for key, value in found.items()}
        )
        pairs.append((claims_.from_data(stated), verdict))
    return pairs


def stable(record: Mapping) -> dict:
    """Return the record without its volatile fields: bit-identical when repeated."""
    runs = []
    for run in record["runs"]:
        runs.append(
            {key: value for key, value in run.items() if key not in VOLATILE}
        )
    return {**record, "runs": runs}


def standing(root: Path, name: str) -> str:
    """Return one line on the committed record ("" where there is none): what it found, or
    that its claims are not the file's.

    A file that cannot be imported says so, with and without a record. Whether a record was
    changed after it was written is not checked: that takes as long as to read it, and a
    listing reads all.
    """
    file = path(root, "full", name)
    try:
        stated = questions.claims(name)
        record = read(file, check_digest=False) if file.exists() else None
    except ReproductionError as error:
        return str(error)
    if record is None:
        return ""
    if is_stale(record, stated):
        return "record out of date: its claims are not the file's"
    return counts(record)


def counts(record: Mapping) -> str:
    """Return how many families of published claims came out how, and how many checks of our
    own were met (if they were run)."""
    return describe_counts(families_of(record))


def families_of(record: Mapping) -> list[tuple]:
    """Return pairs (Family, the first of its Claims)."""
    claims = {claim["id"]: claim for claim in record["claims"]}
    pairs = []
    for found in record["families"]:
        family = Family(**{**found, "claims": tuple(found["claims"])})
        first = claims_.from_data(claims[family.claims[0]])
        pairs.append((family, first))
    return pairs


def describe_counts(families: Sequence[tuple]) -> str:
    """Return how many families came out how, in words: "2 reproduced, 1 inconclusive, own
    checks met: 3 of 3"."""
    published = []
    own = []
    for family, claim in families:
        is_check = claim.is_own and family.status != NOT_RUN
        (own if is_check else published).append(family.status)
    parts = [
        f"{published.count(status)} {status}"
        for status in dict.fromkeys(published)
    ]
    if own:
        parts.append(f"own checks met: {own.count(REPRODUCED)} of {len(own)}")
    return ", ".join(parts)


def read(file: Path, check_digest: bool = True) -> dict:
    """Return a record from its file; one of an older schema is brought to today's.

    Args:
        file: where it is.
        check_digest: whether to refuse a record that was changed after it was written.

    Raises:
        ReproductionError: the file cannot be read as a record, was changed after it was
            written, belongs to another reproduction, or was written by a later version of
            this program.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        record = open_record(content, file, check_digest)
        missing = [field for field in FIELDS if field not in record]
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        raise unreadable(file, str(error)) from error
    if missing:
        raise unreadable(file, f"it lacks {', '.join(missing)}")
    return record


def open_record(
    content: Mapping, file: Path, check_digest: bool = True
) -> dict:
    """Return a record of today's schema from a file's content, checked.

    Raises:
        ReproductionError: the content belongs elsewhere, was changed, or is of a later
            schema.
    """
    record = dict(content)
    schema = record.pop("schema", 1)
    digest = record.pop("digest", None)
    if schema > SCHEMA:
        raise ReproductionError(
            f"{file} was written by a later version (schema {schema}); update reprozoo"
        )
    name = record["name"]
    if name != file.stem:
        raise ReproductionError(
            f"{file} holds the record of '{name}'; give it that name, or restore it with git"
        )
    has_digest = schema > 1
    if (
        check_digest
        and has_digest
        and digest != content_digest({"schema": schema, **record})
    ):
        raise ReproductionError(
            f"{file} was changed after it was written; restore it with git"
        )
    if schema == SCHEMA:
        return record
    migrated = migrate(record, schema)
    return {field: migrated[field] for field in FIELDS}


def unreadable(file: Path, reason: str) -> ReproductionError:
    """Return the error that says why a file is no record."""
    return ReproductionError(
        f"{file} is no readable record ({reason}); restore it with git"
    )


def write(record: Mapping, file: Path) -> None:
    """Write the record in one piece: a reader sees the old one or the new one, never half of
    it."""
    write_atomically(file, as_text(record))


def as_text(record: Mapping) -> str:
    """Return the record as JSON: objects indented, lists of numbers on one line, which keeps
    files short."""
    content = {"schema": SCHEMA, **record}
    return indent({**content, "digest": content_digest(content)}, "") + "\n"


def content_digest(content: Mapping) -> str:
    """Return the sha256 of a record's content, the digest itself left out."""
    text = json.dumps(
        content, sort_keys=True, ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def indent(value, margin: str) -> str:
    """Return a value as JSON, indented by the margin."""
    inner = margin + " "
    if isinstance(value, Mapping) and value:
        lines = [
            f"{json.dumps(key)}: {indent(item, inner)}"
            for key, item in value.items()
        ]
        opening, closing = "{}"
    elif isinstance(value, list) and any(
        isinstance(item, Mapping) for item in value
    ):
        lines = [indent(item, inner) for item in value]
        opening, closing = "[]"
    else:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    body = ",\n".join(inner + line for line in lines)
    return f"{opening}\n{body}\n{margin}{closing}"


def metrics_as_data(result: Result) -> dict:
    """Return all metrics as lists."""
    return {
        metric: as_plain(values.tolist())
        for metric, values in result.metrics.items()
    }


def as_plain(value):
    """Return plain JSON data; NaN and infinities become strings.

    Raises:
        TypeError: for what a record cannot hold.
    """
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, np.generic):
        return as_plain(value.item())
    kind = type(value).__name__
    raise TypeError(
        f"a record holds numbers, texts and lists of them, not {kind} ({value!r})"
    )


def as_number(value):
    """Return a field of a verdict as it was before `as_plain`."""
    if isinstance(value, list):
        return tuple(as_number(item) for item in value)
    return float(value) if value in ("nan", "inf", "-inf") else value


def as_array(values: list) -> np.ndarray:
    """Return a metric as it was before `as_plain`."""
    array = np.array(values)
    return array.astype(np.float64) if array.dtype.kind == "U" else array


def cannot_extend(record: Mapping, reason: str) -> ReproductionError:
    """Return the error that says why a record cannot get more seeds."""
    return ReproductionError(
        f"the record of {record['name']} cannot be extended, {reason}; make it anew with --anew"
    )
