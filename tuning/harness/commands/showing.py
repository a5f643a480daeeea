"""What is shown at the end of a search: its best trials, and where its files are."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import typer

from zoo.cli import printing

SHOWN = 10
"""Trials in the table."""


def show_results(place: Path) -> int:
    """Show the best trials and the files; return the exit status: 1 if every trial failed."""
    from tuning.harness.store import folder, results

    records = results.read_records(place)
    facts = folder.read_description(place)
    ranked = results.rank(records)
    if ranked:
        headings = ("trial", f"{facts['metric']} (95 % interval)", "training", "values")
        rows = [make_row(record, facts) for record in ranked[:SHOWN]]
        printing.show_table(headings, rows)
    for line in describe_results(place, records, ranked):
        typer.echo(line, err=not ranked)
    return int(bool(records) and not ranked)


def make_row(record: Mapping, facts: Mapping) -> tuple[str, str, str, str]:
    """Return a trial's row in the table."""
    from tuning.harness.reporting.progress import format_length, format_score
    from zoo.texts import format_duration, format_values

    training = format_duration(record["seconds"]) + format_length(record, facts.get("rounds"))
    return record["trial"], format_score(record), training, format_values(record["values"])


def describe_results(
    place: Path,
    records: Sequence[Mapping],
    ranked: Sequence[Mapping],
) -> Iterator[str]:
    """Yield what the table does not show."""
    if len(ranked) > SHOWN:
        yield f"{len(ranked) - SHOWN} more in {place / 'results.csv'}."
    failed = [record for record in records if record not in ranked]
    if failed:
        yield describe_failures(place, failed, len(records))
    if ranked:
        yield (
            f"Trial {ranked[0]['trial']} is the best of {len(records)} by the validation split. "
            "Part of its score is probably luck, because it is the best of many."
        )
    names = ("results.csv", "results.json", "executions.jsonl")
    yield f"Results: {', '.join(str(place / name) for name in names)}"


def describe_failures(place: Path, failed: Sequence[Mapping], count: int) -> str:
    """Return how many of the trials failed, and why the last of them did."""
    from tuning.harness.errors import last_line

    share = "Every trial"
    if len(failed) < count:
        share = f"{len(failed)} of {count} trials"
    last = failed[-1]
    file = place / "trials" / f"{last['trial']}.json"
    return f"{share} failed, the last one with: {last_line(last['failure'])} ({file})"
