"""Records of an older schema, brought to today's.

Schema 1 had neither digest nor schema number. It kept settings that validation chose among
the metrics ("chosen ..." or "learning rate, ..."), one equal number for each seed, or as a
note that began with the number.

Schema 2 was judged by the first rules of verdicts, and knew neither families nor planned
seeds. Its verdicts become superseded ones; the record has to be judged again.
"""

import re
from collections.abc import Mapping

from reproductions.harness.recording.results import OTHERWISE

SCHEMA = 3
FIRST_RULES = 1
NEW_RULES = "The rules of verdicts changed: a margin decides, not the width of an interval."
REWORDED = "The claims were worded or measured otherwise."
PREFIXES = ("chosen ", "learning rate, ")


def migrate(record: Mapping, schema: int) -> dict:
    """Return a record of an older schema as one of today's."""
    if schema < 2:
        record = collect_choices(record)
    return retire_verdicts(record)


def retire_verdicts(record: Mapping) -> dict:
    """Return a record of schema 2 as one of schema 3: without verdicts, until it is judged
    again."""
    older = []
    for verdicts in record["superseded"]:
        older.append(
            {"reason": REWORDED, **describe_first_rules(record, ""), **verdicts}
        )
    last = max(run.get("started", "")[:10] for run in record["runs"])
    older.append(
        {
            "reason": NEW_RULES,
            **describe_first_rules(record, last),
            "claims_digest": record["claims_digest"],
            "claims": record["claims"],
            "verdicts": record["verdicts"],
        }
    )
    return {
        **record,
        "rules": FIRST_RULES,
        "planned": [],
        "looks": [],
        "claims_digest": "",
        "claims": [],
        "verdicts": [],
        "families": [],
        "superseded": older,
    }


def describe_first_rules(record: Mapping, date: str) -> dict:
    """Return what an earlier judgement says of itself, beside its claims and verdicts."""
    return {
        "rules": FIRST_RULES,
        "date": date,
        "seeds": len(record["config"].get("seeds", ())),
    }


def collect_choices(record: Mapping) -> dict:
    """Return a record of schema 1 as one of schema 2: its chosen settings move to `chosen`.

    A metric that a claim is judged by stays a metric as well. A setting that the seeds do not
    share is no setting of the record, and stays where it is.
    """
    judged_metrics = set()
    for claim in record["claims"]:
        judged_metrics |= {claim["metric"], claim["judge"].get("versus")}
    tried = record["config"].get("rates", [])
    chosen = {}
    metrics = {}
    for name, values in record["metrics"].items():
        is_setting = name.startswith(PREFIXES) and is_shared(values)
        if is_setting:
            chosen[name] = as_choice(name, values[0], tried)
        if not is_setting or name in judged_metrics:
            metrics[name] = values
    notes = {}
    for name, text in record["notes"].items():
        if name.startswith(PREFIXES) and states_one_number(text):
            chosen[name] = note_as_choice(text, tried)
        else:
            notes[name] = text
    content = {}
    for key, value in {**record, "notes": notes, "metrics": metrics}.items():
        content[key] = value
        if key == "notes":
            content["chosen"] = chosen
    return content


def is_shared(values: list) -> bool:
    """Tell whether all seeds hold the same one number."""
    return (
        bool(values)
        and not isinstance(values[0], list)
        and values.count(values[0]) == len(values)
    )


def states_one_number(text: str) -> bool:
    """Tell whether a note begins with a number that stands for all seeds."""
    return (
        OTHERWISE not in text and re.match(r"\d+(\.\d+)?\s", text) is not None
    )


def as_choice(name: str, value, tried: list) -> dict:
    """Return a metric's one value as a choice; only rates were chosen among the config's
    rates."""
    is_rate = name.startswith(("chosen rate", "learning rate"))
    return (
        {"value": value, "tried": tried}
        if is_rate and len(tried) > 1
        else {"value": value}
    )


def note_as_choice(text: str, tried: list) -> dict:
    """Return a note such as "0.01 chosen (0.001: 45.1 %, 0.1: diverged)" as a choice with its
    scores."""
    scores = []
    for score in re.findall(r": (diverged|[\d.]+) ?%?", text):
        scores.append("nan" if score == "diverged" else float(score))
    choice = {"value": float(text.split()[0]), "tried": tried}
    if len(scores) == len(tried):
        choice["scores"] = scores
        choice["remark"] = "Scores: training error (%)."
    return choice
