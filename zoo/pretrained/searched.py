"""What is said of a search whose trial was shipped: tables and sentences."""

from collections.abc import Iterable

from zoo.pretrained.cards import Candidate, Card, Comparison, Estimate, Search
from zoo.texts import format_values, table_line

CANDIDATES = ("trial", "in the search", "fresh seeds", "optimism", "hyperparameters")
COMPARISONS = ("split", "tuned", "default", "difference")


def section(card: Card) -> str:
    """Return the part of a model's page, in Markdown."""
    search = card.search
    paragraphs = [
        _origin(search),
        _space(search),
        _retraining(search),
        _table(CANDIDATES, candidates(search)),
        f"Optimism is the score in the search minus that of the fresh seeds. {optimism(search)}",
        _testing(search),
    ]
    if search.comparisons:
        paragraphs.append(_table(COMPARISONS, comparisons(search)))
    paragraphs.append(verdict(search, measured_by(card)))
    return "\n\n".join(paragraphs)


def measured_by(card: Card) -> str:
    """Return the first metric with its unit, such as "error, %"."""
    first = card.metrics[0]
    return f"{first.name}, {first.unit}" if first.unit else first.name


def candidates(search: Search) -> list[tuple[str, ...]]:
    """Return the rows under CANDIDATES, the default last where it is none of the best."""
    listed = list(search.candidates)
    known = [each.trial for each in listed]
    if search.default.trial not in known:
        listed.append(search.default)
    return [_row(search, each) for each in listed]


def comparisons(search: Search) -> list[tuple[str, ...]]:
    """Return the rows under COMPARISONS."""
    rows = []
    for each in search.comparisons:
        means = (f"{each.tuned:.4g}", f"{each.default:.4g}")
        rows.append((each.split, *means, estimate(each.difference)))
    return rows


def estimate(found: Estimate | None) -> str:
    """Return "0.0187 [0.0172, 0.0202]"; the brackets hold the 95 % interval, if any."""
    if found is None:
        return "-"
    if found.low is None:
        return f"{found.mean:.4g}"
    return f"{found.mean:.4g} [{found.low:.4g}, {found.high:.4g}]"


def optimism(search: Search) -> str:
    """Return whether the search flattered its best trial, and the chosen one."""
    first = search.candidates[0]
    by_trial = {each.trial: each for each in search.candidates}
    chosen = by_trial[search.chosen]
    sentences = [_optimism_of(f"the search's best trial, {first.trial},", first)]
    if chosen.trial != first.trial:
        sentences.append(_optimism_of(f"the chosen trial, {chosen.trial},", chosen))
    compared = sum(each.fresh is not None for each in search.candidates)
    if compared > 1:
        sentences.append(
            f"The fresh score of the chosen trial is itself the lowest of {compared}, and so "
            "flattered a little in its turn."
        )
    return " ".join(sentences)


def _optimism_of(which: str, each: Candidate) -> str:
    if each.fresh is None:
        return f"The optimism of {which} is not known, since it failed or diverged with fresh seeds."
    found = each.optimism
    if found is None:
        return f"The optimism of {which} is not known, since it was shorter in the search."
    sentence = f"The optimism of {which} is {estimate(found)}"
    if found.low is None:
        return f"{sentence}; a single network in the search gives it no interval."
    if found.high < 0:
        return f"{sentence}: the search flattered it."
    if found.low <= 0:
        return f"{sentence}; the interval does not exclude zero."
    return f"{sentence}; the search did not flatter it."


def verdict(search: Search, metric: str) -> str:
    """Return whether the tuned hyperparameters beat the default ones on the test split.

    Args:
        search: of a card.
        metric: what was compared, such as "error, %".
    """
    if search.chosen == search.default.trial:
        return "The untuned default itself was chosen: the search found nothing better."
    for each in search.comparisons:
        if each.split == "test":
            difference = estimate(each.difference)
            return f"Tuned minus default, test {metric}: {difference}, {_judgement(each)}"
    return "The default failed, or too many of its seeds diverged, so there is no comparison with it."


def _judgement(found: Comparison) -> str:
    if found.difference.high < 0:
        return "an interval that excludes zero: the tuned networks are better."
    if found.difference.low > 0:
        return "an interval that excludes zero: the tuned networks are worse."
    return (
        f"an interval that does not exclude zero: these {found.seeds} seeds do not show that "
        "tuning makes a difference."
    )


def _origin(search: Search) -> str:
    failed = f", {search.failed} of which failed" if search.failed else ""
    return (
        f"Its hyperparameters are those of trial {search.chosen} of the search "
        f"`{search.job}`: {search.trials} trials{failed}, {search.tuner} search, networks per "
        f"trial {search.executions}, seed {search.seed}. Scores are means of "
        f"`{search.metric}` at the end of training, the smaller the better."
    )


def _space(search: Search) -> str:
    return "\n".join(f"- {name}: {values}" for name, values in search.space.items())


def _retraining(search: Search) -> str:
    seeds = ", ".join(map(str, search.seeds))
    return (
        f"The best trials, and the untuned default ({search.default.trial}), were trained "
        f"anew with the random seeds {seeds}, which the search had not used. Of the best, the "
        "one with the lowest mean on the validation split was chosen. Brackets hold 95 % "
        "intervals over the seeds."
    )


def _testing(search: Search) -> str:
    if not search.comparisons:
        return "Only then was the test split used."
    return (
        "Chosen and default networks were then measured on the test split, for the first and "
        "only time. Differences are paired by seed. That on the validation split flatters the "
        "chosen one, since it was chosen there; that on the test split far less: only by what "
        "luck of these seeds also shows on other examples."
    )


def _row(search: Search, each: Candidate) -> tuple[str, ...]:
    length = f" after {each.rounds} rounds" if each.rounds else ""
    fresh = estimate(each.fresh) if each.fresh else _failures(each)
    return (
        f"{each.trial}{_mark(search, each)}",
        f"{estimate(each.search)}{length}",
        fresh,
        estimate(each.optimism),
        format_values(each.values),
    )


def _mark(search: Search, each: Candidate) -> str:
    roles = []
    if each.trial == search.chosen:
        roles.append("chosen")
    if each.trial == search.default.trial:
        roles.append("default")
    return f" ({', '.join(roles)})" if roles else ""


def _failures(each: Candidate) -> str:
    count = each.scores.count(None)
    return f"{count} of {len(each.scores)} failed or diverged"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    rule = ("---",) * len(head)
    return "\n".join(map(table_line, (head, rule, *rows)))
