"""What a study's report says, as sentences and tables, before it becomes Markdown or HTML."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tuning.harness.errors import last_line
from tuning.harness.reporting import effects, scales
from tuning.harness.reporting.effects import Forecast
from tuning.harness.reporting.progress import format_score
from tuning.harness.reporting.scales import Scale
from tuning.harness.store import folder, results
from zoo.texts import format_duration, format_value

FAIR = ("random", "grid")
"""Tuners whose trials do not depend on the scores before them."""


def find_default(records: Sequence[Mapping]) -> Mapping | None:
    """Return the trial with all defaults, the longest of several; None if there is none."""
    for first in records:
        if first["trial"] == "0000":
            same = [record for record in records if record["values"] == first["values"]]
            return max(same, key=_length_with_score)
    return None


def _length_with_score(record: Mapping) -> tuple[bool, int]:
    has_score = record["score"] is not None
    return has_score, record["rounds"] or 0


def answer(facts: Mapping, records: Sequence[Mapping]) -> str:
    """Return in one sentence what the search has found so far."""
    if not records:
        return f"None of {facts['trials']} trials has ended yet."
    best = results.find_best(records)
    if best is None:
        return "Every trial that has ended failed, so there is no best one."
    return f"Trial {best['trial']} has the best score: {format_score(best)}."


def summarise(
    facts: Mapping,
    records: Sequence[Mapping],
    *,
    is_applied: bool = False,
) -> list[str]:
    """Return what came out, a sentence or two each; [] if no trial has ended.

    `is_applied`: the page also tells what fresh seeds have shown.
    """
    if not records:
        return []
    ranked = results.rank(records)
    failed = len(records) - len(ranked) or "none"
    lines = [
        f"{len(records)} of {facts['trials']} trials have ended; {failed} of them failed.",
        *describe_pruning(records),
        describe_score(facts),
    ]
    if ranked:
        lines.append(warn_of_luck(facts, ranked, is_applied=is_applied))
        lines += compare_default(ranked, find_default(records))
    return lines


def describe_pruning(records: Sequence[Mapping]) -> list[str]:
    """Return how many trials were pruned, [] if none was."""
    pruned = sum(map(results.is_pruned, records))
    if pruned == 0:
        return []
    return [f"Trials that were pruned, that is given up before their full length: {pruned}."]


def describe_score(facts: Mapping) -> str:
    """Return what a score is."""
    if facts["executions"] == 1:
        return (
            f"The score is `{facts['metric']}` of one network per trial; smaller is better."
        )
    return (
        f"The score is the mean of `{facts['metric']}` over {facts['executions']} networks "
        "per trial, with its 95 % interval; smaller is better."
    )


def warn_of_luck(facts: Mapping, ranked: Sequence[Mapping], *, is_applied: bool) -> str:
    """Return that the best of many trials owes some of its score to luck."""
    if is_applied:
        advice = "fresh seeds below show how much."
    else:
        advice = f"`zoo tune apply {facts['job']}` trains it on fresh seeds."
    best = ranked[0]
    return (
        f"Trial {best['trial']} is the best of {len(ranked)} trials, with {format_score(best)}. "
        f"Part of that is probably luck: {advice}"
    )


def compare_default(ranked: Sequence[Mapping], default: Mapping | None) -> Iterator[str]:
    """Yield where the untuned default stands among the trials with a score."""
    if default is None:
        return
    name = f"The untuned default (trial {default['trial']})"
    best = ranked[0]
    if default["score"] is None:
        yield f"{name} failed: {last_line(default['failure'])}"
    elif best is default:
        yield f"{name} is that best trial: the search found nothing better."
    else:
        yield f"{name} has {format_score(default)}, {describe_place(ranked, default)}."
        yield describe_lead(best, default)


def describe_place(ranked: Sequence[Mapping], default: Mapping) -> str:
    """Return the default's place among the trials of its length: "place 3 of 30 trials"."""
    rounds = default["rounds"]
    rivals = [record for record in ranked if record["rounds"] == rounds]
    place = rivals.index(default) + 1
    text = f"place {place} of {len(rivals)} trials"
    if rounds:
        text += f" with {rounds} rounds"
    return text


def describe_lead(best: Mapping, default: Mapping) -> str:
    """Return by how much the best trial is better than the default."""
    if best["rounds"] != default["rounds"]:
        return "It was trained for another length than the best trial, so the two do not compare."
    score = default["score"]
    lead = score - best["score"]
    text = f"The best trial's score is lower by {format_value(lead)}"
    if score > 0:
        text += f" ({100 * lead / score:.2g} %)"
    return f"{text}. {describe_overlap(best, default)}"


def describe_overlap(first: Mapping, second: Mapping) -> str:
    """Return whether the intervals of two trials overlap."""
    if first["interval"] is None or second["interval"] is None:
        return "One network per trial gives no intervals."
    low, high = first["interval"]
    other_low, other_high = second["interval"]
    if low <= other_high and other_low <= high:
        return "The two intervals overlap."
    return "The two intervals do not overlap."


def describe_sample(facts: Mapping, records: Sequence[Mapping]) -> list[str]:
    """Return what must be known about the trials from which effects are read."""
    compared = effects.comparable(records)
    ranked = results.rank(records)
    lines = []
    if compared and len(compared) < len(ranked):
        rounds = compared[0]["rounds"]
        length = f"{rounds} rounds" if rounds else "full length"
        lines.append(
            f"Only the {len(compared)} trials of {length} are compared here. That is the "
            "commonest length, and scores of different lengths do not compare."
        )
        if rounds != min(record["rounds"] for record in ranked):
            lines.append(
                "The tuner stopped shorter trials because of their scores, so bad values are rare."
            )
    if facts["tuner"] not in FAIR:
        lines.append(
            f"The {facts['tuner']} tuner chose values by earlier scores, so the trials are no "
            "even sample. What looks like the effect of one hyperparameter may come from another."
        )
    return lines


def describe_importance(forecast: Forecast) -> str:
    """Return what the forests show, or why they show nothing."""
    if forecast.reason:
        explained = forecast.explained
        share = (
            f" (share of the variance that it predicts: {explained:.2f})" if explained else ""
        )
        return f"No importances: {forecast.reason}{share}."
    return (
        f"A random forest predicts {100 * forecast.explained:.0f} % of the variance of trials "
        "that it has not seen. A hyperparameter's importance is the share of the variance that the "
        "forest loses when this hyperparameter's values are shuffled. Where the middle 90 % of the "
        "forests include 0, nothing certain can be said."
    )


def importance_rows(forecast: Forecast) -> list[tuple[str, str, str]]:
    """Return rows (name, mean, middle 90 %), the most important hyperparameter first."""
    rows = []
    for each in forecast.importances:
        rows.append((each.name, f"{each.mean:z.2f}", f"{each.low:z.2f} to {each.high:z.2f}"))
    return rows


def space_rows(hyperparameters: Sequence[Scale]) -> list[tuple[str, str, str, str]]:
    """Return a row for each hyperparameter: name, values, default, where it counts."""
    rows = []
    for scale in hyperparameters:
        condition = scales.describe_condition(scale) or "always"
        default = format_value(scale.default)
        rows.append((scale.name, scales.describe_values(scale), default, condition))
    return rows


def trial_headings(
    facts: Mapping,
    hyperparameters: Sequence[Scale],
    records: Sequence[Mapping],
) -> list[str]:
    """Return the headings of the table of trials."""
    headings = ["trial", "status", f"{facts['metric']} (95 % interval)"]
    if has_lengths(records):
        headings.append("rounds")
    headings += [scale.name for scale in hyperparameters]
    return [*headings, "time", "seeds"]


def trial_rows(
    hyperparameters: Sequence[Scale],
    records: Sequence[Mapping],
) -> list[list[str]]:
    """Return a row for each trial: the best first, failed ones last with their reason."""
    failed = [record for record in records if record["score"] is None]
    rows = []
    for record in [*results.rank(records), *failed]:
        row = [record["trial"], describe_status(record), describe_result(record)]
        if has_lengths(records):
            row.append(str(record["rounds"] or ""))
        for scale in hyperparameters:
            value = record["values"].get(scale.name)
            row.append("-" if value is None else format_value(value))
        rows.append([*row, *describe_executions(record)])
    return rows


def has_lengths(records: Sequence[Mapping]) -> bool:
    """Tell whether the tuner gave the trials lengths."""
    return any(record["rounds"] for record in records)


def describe_status(record: Mapping) -> str:
    """Return "COMPLETED", "FAILED" or "COMPLETED, pruned"."""
    return record["status"] + (", pruned" if results.is_pruned(record) else "")


def describe_result(record: Mapping) -> str:
    """Return a trial's score, or the last line of its failure."""
    return last_line(record["failure"]) if record["score"] is None else format_score(record)


def describe_executions(record: Mapping) -> tuple[str, str]:
    """Return the time that a trial's networks took, and their seeds."""
    if not record["executions"]:
        return "-", "-"
    seeds = [str(execution["seed"]) for execution in record["executions"]]
    return format_duration(record["seconds"]), ", ".join(seeds)


def run_rows(facts: Mapping, records: Sequence[Mapping]) -> list[tuple[str, str]]:
    """Return pairs (what, value) about how the study was run."""
    runs = folder.list_runs(facts)
    limit = f", up to {facts['rounds']} rounds" if facts.get("rounds") else ""
    seconds = sum(record["seconds"] for record in records)
    rows = {
        "tuner": facts["tuner"] + limit,
        "trials": f"{len(records)} of {facts['trials']}",
        "networks per trial": str(facts["executions"]),
        "seed of the study": str(facts["seed"]),
        "data": f"{facts['data']['name']}, digest {facts['data']['digest'][:12]}",
        "training in all": format_duration(seconds),
        "command": list_distinct(describe_command(run) for run in runs),
        "versions": list_distinct(describe_versions(run) for run in runs),
        "machine": list_distinct(describe_machine(run) for run in runs),
    }
    return [(what, value) for what, value in rows.items() if value]


def list_distinct(texts: Iterable[str]) -> str:
    """Return texts in their order, each once, without empty ones."""
    return "; then ".join(dict.fromkeys(filter(None, texts)))


def describe_command(run: Mapping) -> str:
    """Return the command of a run as code, "" if it is not known."""
    return f"`{run['command']}`" if run.get("command") else ""


def describe_versions(run: Mapping) -> str:
    """Return the versions that a run had."""
    versions = run.get("versions") or {}
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def describe_machine(run: Mapping) -> str:
    """Return the machine of a run, "" if it is not known."""
    machine = run.get("machine")
    if not machine:
        return ""
    devices = ", ".join(dict.fromkeys(machine["devices"]))
    return f"{machine['cpu']}, {machine['cores']} cores, {machine['platform']}, {devices}"
