"""What is said of a search whose best trial was shipped: tables and sentences, for terminal and pages."""

from collections.abc import Iterable, Mapping

from zoo.pretrained.cards import Candidate, Card, Comparison, Estimate, Search

CANDIDATES = ("trial", "in the search", "fresh seeds", "optimism", "hyperparameters")
COMPARISONS = ("split", "tuned", "default", "difference")


def section(card: Card) -> str:
    """Return the part of a model's page, in Markdown."""
    search = card.search
    return "\n\n".join(
        [
            _told(search),
            _searched(search),
            _retrained(search),
            _table(CANDIDATES, candidates(search)),
            f"Optimism is the score in the search minus that of the fresh seeds. {optimism(search)}",
            _compared(search),
            *([_table(COMPARISONS, comparisons(search))] if search.comparisons else []),
            verdict(search, measured_by(card)),
        ]
    )


def measured_by(card: Card) -> str:
    """Return the first metric with its unit, such as "error, %"."""
    first = card.metrics[0]
    return ", ".join(filter(None, (first.name, first.unit)))


def candidates(search: Search) -> list[tuple[str, ...]]:
    """Return the rows under CANDIDATES, the default last where it is none of the best."""
    known = [each.trial for each in search.candidates]
    default = [] if search.default.trial in known else [search.default]
    return [_row(search, each) for each in [*search.candidates, *default]]


def comparisons(search: Search) -> list[tuple[str, ...]]:
    """Return the rows under COMPARISONS."""
    return [
        (each.split, f"{each.tuned:.4g}", f"{each.default:.4g}", estimate(each.difference))
        for each in search.comparisons
    ]


def estimate(found: Estimate | None) -> str:
    """Return "0.0187 [0.0172, 0.0202]"; the brackets hold the 95 % interval, where there is one."""
    if found is None:
        return "-"
    return (
        f"{found.mean:.4g}" if found.low is None else f"{found.mean:.4g} [{found.low:.4g}, {found.high:.4g}]"
    )


def optimism(search: Search) -> str:
    """Return whether being the best of many flattered the search's best trial, and the chosen one."""
    first = search.candidates[0]
    chosen = next(each for each in search.candidates if each.trial == search.chosen)
    told = [_flattered(f"the search's best trial, {first.trial},", first)]
    if chosen is not first:
        told.append(_flattered(f"the chosen trial, {chosen.trial},", chosen))
    compared = sum(each.fresh is not None for each in search.candidates)
    if compared > 1:
        told.append(
            f"The fresh score of the chosen trial is itself the lowest of {compared}, and so flattered a "
            "little in its turn."
        )
    return " ".join(told)


def _flattered(which: str, each: Candidate) -> str:
    found = each.optimism
    if each.fresh is None:
        return f"The optimism of {which} is not known, since it failed or diverged with fresh seeds."
    if found is None:
        return f"The optimism of {which} is not known, since it was shorter in the search."
    said = f"The optimism of {which} is {estimate(found)}"
    if found.low is None:
        return f"{said}; a single network in the search gives it no interval."
    if found.high < 0:
        return f"{said}: the search flattered it."
    how = "the interval does not exclude zero" if found.low <= 0 else "the search did not flatter it"
    return f"{said}; {how}."


def verdict(search: Search, metric: str) -> str:
    """Return whether the tuned hyperparameters are better than the default ones, on the test split.

    Args:
        search: of a card.
        metric: what was compared, such as "error, %".
    """
    if search.chosen == search.default.trial:
        return "The untuned default itself was chosen: the search found nothing better."
    found = next((each for each in search.comparisons if each.split == "test"), None)
    if found is None:
        return "The default failed, or too many of its seeds diverged, so there is no comparison with it."
    return f"Tuned minus default, test {metric}: {estimate(found.difference)}, {_judged(found)}"


def _judged(found: Comparison) -> str:
    if found.difference.high < 0:
        return "an interval that excludes zero: the tuned networks are better."
    if found.difference.low > 0:
        return "an interval that excludes zero: the tuned networks are worse."
    return (
        f"an interval that does not exclude zero: these {found.seeds} seeds do not show that tuning "
        "makes a difference."
    )


def _told(search):
    failed = f", {search.failed} of which failed" if search.failed else ""
    return (
        f"Its hyperparameters are those of trial {search.chosen} of the search `{search.job}`: "
        f"{search.trials} trials{failed}, {search.tuner} search, networks per trial {search.executions}, "
        f"seed {search.seed}. "
        f"Scores are means of `{search.metric}` at the end of training, the smaller the better."
    )


def _searched(search):
    return "\n".join(f"- {name}: {said}" for name, said in search.space.items())


def _retrained(search):
    seeds = ", ".join(map(str, search.seeds))
    return (
        f"The best trials, and the untuned default ({search.default.trial}), were trained anew with the "
        f"random seeds {seeds}, which the search had not used. Of the best, the one with the lowest mean on "
        "the validation split was chosen. Brackets hold 95 % intervals over the seeds."
    )


def _compared(search):
    return (
        "Chosen and default networks were then measured on the test split, for the first and only time. "
        "Differences are paired by seed. That on the validation split flatters the chosen one, since it was "
        "chosen there; that on the test split far less: only by what luck of these seeds also shows on other "
        "examples."
        if search.comparisons
        else "Only then was the test split used."
    )


def _row(search: Search, each: Candidate) -> tuple[str, ...]:
    roles = {"chosen": search.chosen, "default": search.default.trial}
    held = ", ".join(role for role, trial in roles.items() if trial == each.trial)
    mark = f" ({held})" if held else ""
    short = f" after {each.rounds} rounds" if each.rounds else ""
    fresh = estimate(each.fresh) if each.fresh else _diverged(each)
    return (
        each.trial + mark,
        estimate(each.search) + short,
        fresh,
        estimate(each.optimism),
        worded(each.values),
    )


def _diverged(each: Candidate) -> str:
    return f"{each.scores.count(None)} of {len(each.scores)} failed or diverged"


def worded(values: Mapping) -> str:
    """Return values as "width=64, learning_rate=0.0012"."""
    return ", ".join(
        f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in values.items()
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
