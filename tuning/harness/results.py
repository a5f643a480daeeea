"""The files that other programs read, made from the trials' records, without KerasTuner and Keras."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tuning.harness import failures, folder, ledger, stored
from tuning.harness.columns import COLUMNS
from tuning.harness.states import COMPLETED
from zoo.engine.store import write_atomically

TABLE, SUMMARY, EXECUTIONS = "results.csv", "results.json", "executions.jsonl"
OF_THE_TRIAL = ("trial", "rounds", "values")
"""What a line of executions.jsonl says of the trial."""


def records(place: Path) -> list[dict]:
    """Return the records of all trials that have ended, in the order in which they were named.

    Those whose file in trials/ is gone, as in a study that was committed, are put together from results.json
    and executions.jsonl; of a failure that leaves the last line.
    """
    ended = [each["trial"] for each in ledger.read(place) if each["event"] == "ended"]
    gone = {trial for trial in ended if not folder.trial_file(place, trial).exists()}
    known = {trial: record for trial, record in _written(place).items() if trial in gone} if gone else {}
    read = folder.trials(place, [trial for trial in ended if trial not in known])
    return sorted([*read, *known.values()], key=lambda each: each["trial"])


def completed(found: Iterable[Mapping]) -> list[Mapping]:
    """Return the trials that have a score, best first; of equal ones the earlier first.

    Those that were pruned come last, whatever their scores, which are those of shorter trainings.
    """
    scored = [each for each in found if each["status"] == COMPLETED]
    return sorted(scored, key=lambda each: (is_pruned(each), each["score"], each["trial"]))


def is_pruned(record: Mapping) -> bool:
    """Tell whether a trial was given up before its full length; studies of former versions do not say so."""
    return record.get("pruned", False)


def best(found: Iterable[Mapping]) -> Mapping | None:
    """Return the trial of the lowest score, None if none has one: a failed trial is never the best."""
    return next(iter(completed(found)), None)


def write(place: Path) -> None:
    """Write results.csv, results.json and executions.jsonl."""
    facts, found = folder.description(place), records(place)
    names = [each["config"]["name"] for each in facts["space"]]
    write_atomically(place / TABLE, table(found, names).encode())
    folder.write_json(place / SUMMARY, summary(facts, found))
    lines = [json.dumps(each, allow_nan=False) + "\n" for each in executions(found)]
    write_atomically(place / EXECUTIONS, "".join(lines).encode())


def table(found: Iterable[Mapping], names: Sequence[str]) -> str:
    """Return the trials as CSV, one line each; what a trial does not have is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *names])
    for each in found:
        low, high = each["interval"] or (None, None)
        own = (each["trial"], each["status"], each["score"], low, high)
        trained = (len(each["executions"]), each["seconds"], each["rounds"], is_pruned(each) or None)
        writer.writerow([*own, *trained, *(each["values"].get(name) for name in names)])
    return text.getvalue()


def summary(facts: Mapping, found: Sequence[Mapping]) -> dict:
    """Return what results.json holds."""
    first = best(found)
    return {
        "study": {name: value for name, value in facts.items() if name != "space"},
        "ended": len(found),
        "failed": sum(each["status"] != COMPLETED for each in found),
        "pruned": sum(map(is_pruned, found)),
        "best": first and _short(first),
        "trials": [_short(each) for each in found],
    }


def executions(found: Iterable[Mapping]) -> Iterable[dict]:
    """Return every execution of every trial, with its seed, history, time and score."""
    for each in found:
        for one in each["executions"]:
            yield {name: each[name] for name in OF_THE_TRIAL} | one


def _written(place: Path) -> dict[str, dict]:
    """Return the trials that an earlier `write` put into results.json and executions.jsonl."""
    if not (place / SUMMARY).exists() or not (place / EXECUTIONS).exists():
        return {}
    found = {
        each["trial"]: {"failure": "", **each, "executions": []}
        for each in stored.content(place / SUMMARY, "trials")["trials"]
    }
    for one in stored.lines(place / EXECUTIONS, "trial"):
        kept = {name: value for name, value in one.items() if name not in OF_THE_TRIAL}
        if one["trial"] in found:
            found[one["trial"]]["executions"].append(kept)
    return found


def _short(record: Mapping) -> dict:
    kept = ("trial", "status", "score", "interval", "rounds", "seconds", "values")
    failure = failures.last_line(record["failure"])
    pruned = {"pruned": True} if is_pruned(record) else {}
    return {name: record[name] for name in kept} | pruned | ({"failure": failure} if failure else {})
