"""The trials of a study, read and ranked, and the files that other programs read.

    results.csv         one line per trial
    results.json        the same, with the study's facts and the best trial
    executions.jsonl    one line per execution, with all that was measured

They are made from the trials' records, without KerasTuner and Keras.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tuning.harness.errors import last_line
from tuning.harness.store import folder, ledger
from zoo.files import write_atomically

TABLE = "results.csv"
SUMMARY = "results.json"
EXECUTIONS = "executions.jsonl"
COLUMNS = (
    "trial",
    "status",
    "score",
    "low",
    "high",
    "executions",
    "seconds",
    "rounds",
    "pruned",
)
"""The first columns of results.csv. No hyperparameter can have one of these names."""
TRIAL_FIELDS = ("trial", "rounds", "values")
"""What a line of executions.jsonl says about the trial."""
SUMMARY_FIELDS = ("trial", "status", "score", "interval", "rounds", "seconds", "values")
"""What results.json says about every trial."""


def read_records(place: Path) -> list[dict]:
    """Return the records of all trials that have ended, in the order of their names.

    A committed study has no folder trials/. Its records are put together from results.json
    and executions.jsonl, which keep the last line of a failure only.
    """
    present, missing = [], []
    for trial in ledger.ended_trials(ledger.read(place)):
        is_present = folder.trial_path(place, trial).exists()
        (present if is_present else missing).append(trial)
    records = folder.read_trials(place, present)
    if missing:
        records += restore_records(place, missing)
    return sorted(records, key=lambda record: record["trial"])


def restore_records(place: Path, trials: Sequence[str]) -> list[dict]:
    """Return the records of trials as an earlier `write` has kept them.

    Raises:
        TuningError: it has not kept one of them.
    """
    kept = read_kept_records(place)
    unknown = [trial for trial in trials if trial not in kept]
    restored = [kept[trial] for trial in trials if trial in kept]
    return restored + folder.read_trials(place, unknown)  # which names the first missing file


def read_kept_records(place: Path) -> dict[str, dict]:
    """Return all records that results.json and executions.jsonl hold, by trial."""
    if not (place / SUMMARY).exists() or not (place / EXECUTIONS).exists():
        return {}
    records = {}
    for short in folder.read_json(place / SUMMARY, ("trials",))["trials"]:
        records[short["trial"]] = {"failure": "", **short, "executions": []}
    for line in folder.read_json_lines(place / EXECUTIONS, ("trial",)):
        execution = dict(line)
        for name in TRIAL_FIELDS:
            execution.pop(name, None)
        if line["trial"] in records:
            records[line["trial"]]["executions"].append(execution)
    return records


def rank(records: Iterable[Mapping]) -> list[Mapping]:
    """Return the trials that have a score, the best first; of equal ones the earlier first.

    Pruned trials come last, because their scores are those of shorter trainings.
    """
    complete = [record for record in records if record["status"] == ledger.COMPLETED]
    return sorted(complete, key=_rank_key)


def _rank_key(record: Mapping) -> tuple:
    return is_pruned(record), record["score"], record["trial"]


def is_pruned(record: Mapping) -> bool:
    """Tell whether a trial was given up early. Older studies do not say it."""
    return record.get("pruned", False)


def find_best(records: Iterable[Mapping]) -> Mapping | None:
    """Return the trial with the lowest score, None if no trial has one."""
    ranked = rank(records)
    return ranked[0] if ranked else None


def write(place: Path) -> None:
    """Write results.csv, results.json and executions.jsonl."""
    facts = folder.read_description(place)
    records = read_records(place)
    names = [declared["config"]["name"] for declared in facts["space"]]
    table = make_table(records, names)
    write_atomically(place / TABLE, table)
    folder.write_json(place / SUMMARY, summarise(facts, records))
    lines = make_lines(records)
    write_atomically(place / EXECUTIONS, lines)


def make_table(records: Iterable[Mapping], hyperparameters: Sequence[str]) -> str:
    """Return the trials as CSV, one line each. What a trial does not have is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *hyperparameters])
    for record in records:
        values = [record["values"].get(name) for name in hyperparameters]
        writer.writerow([*_first_cells(record), *values])
    return text.getvalue()


def _first_cells(record: Mapping) -> tuple:
    low, high = record["interval"] or (None, None)
    return (
        record["trial"],
        record["status"],
        record["score"],
        low,
        high,
        len(record["executions"]),
        record["seconds"],
        record["rounds"],
        is_pruned(record) or None,
    )


def summarise(facts: Mapping, records: Sequence[Mapping]) -> dict:
    """Return what results.json holds."""
    best = find_best(records)
    return {
        "study": {name: value for name, value in facts.items() if name != "space"},
        "ended": len(records),
        "failed": len(records) - len(rank(records)),
        "pruned": sum(map(is_pruned, records)),
        "best": best and _shorten(best),
        "trials": [_shorten(record) for record in records],
    }


def _shorten(record: Mapping) -> dict:
    short = {name: record[name] for name in SUMMARY_FIELDS}
    if is_pruned(record):
        short["pruned"] = True
    if record["failure"]:
        short["failure"] = last_line(record["failure"])
    return short


def make_lines(records: Iterable[Mapping]) -> str:
    """Return every execution of every trial as a line of JSON: seed, history, time, score."""
    lines = []
    for record in records:
        trial = {name: record[name] for name in TRIAL_FIELDS}
        for execution in record["executions"]:
            lines.append(json.dumps(trial | execution, allow_nan=False) + "\n")
    return "".join(lines)
