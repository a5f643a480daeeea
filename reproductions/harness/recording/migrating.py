"""Records of an older schema, brought to today's.

Schema 1 had neither digest nor schema number. It kept settings that validation chose among
the metrics ("chosen ..." or "learning rate, ..."), one equal number for each seed, or as a
note that began with the number.
"""

import re
from collections.abc import Mapping

from reproductions.harness.recording.results import OTHERWISE

SCHEMA = 2
PREFIXES = ("chosen ", "learning rate, ")


def migrate(record: Mapping) -> dict:
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
