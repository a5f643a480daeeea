"""What a study's report says in words and tables, before it becomes Markdown or HTML."""

from collections.abc import Iterable, Mapping, Sequence

from tuning.harness import effects, failures, folder, scales
from tuning.harness.effects import Foretold
from tuning.harness.progress import duration, score, shown
from tuning.harness.results import completed, is_pruned
from tuning.harness.scales import Scale

FAIR = ("random", "grid")
"""Tuners whose trials do not depend on the scores before them."""


def default_of(found: Sequence[Mapping]) -> Mapping | None:
    """Return the trial with all defaults, of several lengths the longest; None if it has not ended."""
    first = next((each for each in found if each["trial"] == "0000"), None)
    same = [each for each in found if first and each["values"] == first["values"]]
    return max(same, key=lambda each: (each["score"] is not None, each["rounds"] or 0), default=None)


def result(facts: Mapping, found: Sequence[Mapping], *, is_applied: bool = False) -> list[str]:
    """Return what came out, one sentence or two each; `is_applied`: fresh seeds are told of elsewhere."""
    ranked = completed(found)
    failed = len(found) - len(ranked)
    said = [f"{len(found)} of {facts['trials']} trials have ended, {failed or 'none'} of them failed."]
    pruned = sum(map(is_pruned, found))
    if pruned:
        said.append(f"Pruned, that is given up before their full length: {pruned}.")
    if not found:
        return [f"None of {facts['trials']} trials has ended yet."]
    if not ranked:
        return [*said, "Every trial that has ended failed, so there is no best one."]
    best, default = ranked[0], default_of(found)
    what_next = ": see below" if is_applied else f"; `zoo tune apply {facts['job']}` trains it on fresh seeds"
    said.append(
        f"Trial {best['trial']} is the best by {facts['metric']}: {score(best)}. Being the best of "
        f"{len(ranked)}, its score flatters it{what_next}."
    )
    return [*said, *_default(best, default, ranked)]


def _default(best: Mapping, default: Mapping | None, ranked: Sequence[Mapping]):
    """Yield where the untuned default stands."""
    if default is None:
        return
    name = f"The untuned default, trial {default['trial']},"
    if default["score"] is None:
        yield f"{name} failed: {failures.last_line(default['failure'])}"
        return
    rivals = [each for each in ranked if each["rounds"] == default["rounds"]]
    length = f" with {default['rounds']} rounds" if default["rounds"] else ""
    place = f"place {rivals.index(default) + 1} of {len(rivals)} trials{length}"
    if best is default:
        yield f"{name} is that best one: no trial was better."
    elif best["rounds"] != default["rounds"]:
        yield f"{name} has {score(default)}, {place}. It was not trained as long as the best trial."
    else:
        less = 1 - best["score"] / default["score"] if default["score"] > 0 else None
        by = f" ({100 * less:.2g} %)" if less is not None else ""
        yield (
            f"{name} has {score(default)}, {place}. The best trial's score is lower by "
            f"{shown(default['score'] - best['score'])}{by}, and the two intervals {_overlap(best, default)}."
        )


def _overlap(one: Mapping, other: Mapping) -> str:
    if one["interval"] is None or other["interval"] is None:
        return "are not known, since there is one execution only"
    (low, high), (other_low, other_high) = one["interval"], other["interval"]
    return "overlap" if low <= other_high and other_low <= high else "do not overlap"


def sample(facts: Mapping, found: Sequence[Mapping]) -> list[str]:
    """Return what must be known of the trials from which effects are read."""
    chosen, scored = effects.comparable(found), completed(found)
    said = []
    if chosen and len(chosen) < len(scored):
        length = f"{chosen[0]['rounds']} rounds" if chosen[0]["rounds"] else "full length"
        said.append(
            f"Only the {len(chosen)} trials of {length} are compared here, the commonest length: scores of "
            "trials of different lengths do not compare."
        )
        if chosen[0]["rounds"] != min(each["rounds"] for each in scored):
            said.append("Shorter ones went no further because of their scores, so bad values are rare here.")
    if facts["tuner"] not in FAIR:
        said.append(
            f"The {facts['tuner']} tuner chose by earlier scores, so the trials are no even sample of the "
            "values, and an effect may be another hyperparameter's."
        )
    return said


def importance(found: Foretold) -> str:
    """Return what the forests say, or why they say nothing."""
    if found.reason:
        share = f" (share of the variance foretold: {found.explained:.2f})" if found.explained else ""
        return f"No importances: {found.reason}{share}."
    return (
        f"A forest foretells {100 * found.explained:.0f} % of the variance of trials that it has not seen. "
        "A hyperparameter's importance is the share of the variance that it foretells no more when that "
        "hyperparameter's values are shuffled; where the spread includes 0, nothing certain can be said."
    )


def importance_rows(found: Foretold) -> list[tuple]:
    """Return a row for each hyperparameter, the most important first."""
    return [
        (each.name, f"{each.mean:z.2f}", f"{each.low:z.2f} to {each.high:z.2f}") for each in found.importances
    ]


def space_rows(declared: Sequence[Scale]) -> list[tuple]:
    """Return a row for each hyperparameter: name, values, default, where it counts."""
    return [
        (each.name, scales.worded(each), shown(each.default), scales.condition(each) or "always")
        for each in declared
    ]


def trial_headings(facts: Mapping, declared: Sequence[Scale], found: Sequence[Mapping]) -> list[str]:
    """Return the headings of the table of trials."""
    length = ["rounds"] if _has_lengths(found) else []
    names = [each.name for each in declared]
    return ["trial", "status", f"{facts['metric']} (95 % interval)", *length, *names, "time", "seeds"]


def trial_rows(declared: Sequence[Scale], found: Sequence[Mapping]) -> list[list[str]]:
    """Return a row for each trial, the best first; failed ones last, with the last line of what failed."""
    failed = [each for each in found if each["score"] is None]
    return [_row(declared, each, _has_lengths(found)) for each in [*completed(found), *failed]]


def _row(declared: Sequence[Scale], record: Mapping, has_lengths: bool) -> list[str]:
    said = failures.last_line(record["failure"]) if record["score"] is None else score(record)
    length = [str(record["rounds"] or "")] if has_lengths else []
    values = [record["values"].get(each.name) for each in declared]
    seeds = ", ".join(str(each["seed"]) for each in record["executions"])
    worded = ["-" if value is None else shown(value) for value in values]
    took = duration(record["seconds"]) if record["executions"] else "-"
    status = record["status"] + (", pruned" if is_pruned(record) else "")
    return [record["trial"], status, said, *length, *worded, took, seeds or "-"]


def _has_lengths(found: Sequence[Mapping]) -> bool:
    return any(each["rounds"] for each in found)


def made(facts: Mapping, found: Sequence[Mapping]) -> list[tuple[str, str]]:
    """Return pairs (what, how) on the making of the study."""
    runs = folder.runs(facts)
    commands = (f"`{each['command']}`" for each in runs if each.get("command"))
    rows = (
        ("tuner", facts["tuner"] + (f", up to {facts['rounds']} rounds" if facts.get("rounds") else "")),
        ("trials", f"{len(found)} of {facts['trials']}"),
        ("executions per trial", str(facts["executions"])),
        ("seed of the study", str(facts["seed"])),
        ("data", f"{facts['data']['name']}, digest {facts['data']['digest'][:12]}"),
        ("training in all", duration(sum(each["seconds"] for each in found))),
        ("command", _distinct(commands)),
        ("versions", _distinct(_versions(each.get("versions") or {}) for each in runs)),
        ("machine", _distinct(_machine(each.get("machine") or {}) for each in runs)),
    )
    return [(what, how) for what, how in rows if how]


def _distinct(said: Iterable[str]) -> str:
    return "; then ".join(dict.fromkeys(filter(None, said)))


def _versions(versions: Mapping) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _machine(machine: Mapping) -> str:
    if not machine:
        return ""
    devices = ", ".join(dict.fromkeys(machine["devices"]))
    return f"{machine['cpu']}, {machine['cores']} cores, {machine['platform']}, {devices}"
