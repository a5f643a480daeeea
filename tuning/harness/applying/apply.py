"""From a search to a model: the best trials are trained again, and one of them is shipped.

The order keeps it honest. Trials, seeds and the choice depend on the validation split only,
and are written down. Then the test split is used, for the chosen trial and for the untuned
default.
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from tuning.harness import discovery, errors
from tuning.harness.applying import model, numbers
from tuning.harness.errors import TuningError
from tuning.harness.reporting import scales
from tuning.harness.search import objective, seeds, space, study
from tuning.harness.search.options import Options
from tuning.harness.store import applied, folder, ledger, results
from zoo import data
from zoo.pretrained import cards, making
from zoo.pretrained.cards import Card, Search
from zoo.pretrained.describing import Circumstances, Plan
from zoo.pretrained.searched import estimate as format_estimate

LEAST_SEEDS = 6
"""With fewer pairs, no test that makes no assumption about the distribution reaches 5 %."""


@dataclass(frozen=True)
class Request:
    """What a user asks for.

    Raises:
        TuningError: a number makes no sense.
    """

    top: int = 3
    """How many of the best trials are trained again."""
    seeds: int = LEAST_SEEDS
    unfinished: bool = False
    """Whether a study may be applied before it has all its trials."""

    def __post_init__(self):
        """Refuse what cannot be done."""
        if self.top < 1:
            raise TuningError(f"--top must be at least 1, not {self.top}")
        if self.seeds < LEAST_SEEDS:
            raise TuningError(
                f"--seeds must be at least {LEAST_SEEDS}, not {self.seeds}: fewer tell too little"
            )

    def choice(self) -> dict[str, int]:
        """Return what a choice depends on, beside the study."""
        return {"top": self.top, "seeds": self.seeds}


class Contender(NamedTuple):
    """A trial that is to be trained again."""

    record: Mapping
    plan: Plan
    candidate: Any


@dataclass(frozen=True)
class Subject:
    """The study that is applied."""

    name: str
    module: ModuleType
    place: Path
    facts: Mapping
    records: Sequence[Mapping]
    """Of all trials."""
    declared: Any
    splits: Mapping[str, tuple]
    seeds: tuple[int, ...]
    """The fresh ones."""


def run(
    name: str,
    request: Request,
    place: Path,
    models: Path,
    circumstances: Circumstances,
    say: Callable[[str], None],
) -> Card:
    """Train the best trials again, choose one, test it, and write its model below `models`.

    If that was done before with the same options, train nothing and return the card of the
    model.

    Raises:
        TuningError: there is no such study, it has changed or is unfinished, no trial has a
            score, every candidate failed, or the test split was used for another choice.
        PretrainedError: another model of that name is there already.
        DataError: the job's data set is not at hand.
        KeyboardInterrupt: on Ctrl-C; what was trained is kept in the run store.
    """
    module = discovery.load(name)
    folder.require_study(place, name)
    with folder.lock(place):
        subject = open_subject(name, module, place, request)
        check_finished(subject, request)
        records = lead(subject.records)[: request.top]
        best = [make_contender(subject, record) for record in records]
        default = make_contender(subject, find_default(subject))
        before = applied.read(place)
        trials = [contender.record["trial"] for contender in best]
        applied.check_same_request(before, request.choice(), trials)
        card = find_shipped(before, models)
        if card:
            return card
        making.check_free(models / discovery.model_name(name), "--models")
        search = choose(subject, best, default, say)
        applied.check_same_choice(before, search.chosen)
        content = {
            "asked": request.choice(),
            "command": circumstances.command,
            "model": discovery.model_name(name),
            "search": search.model_dump(mode="json"),
            "test": before["test"] if before else None,
        }
        applied.write(place, content)
        say(f"Trial {search.chosen} is chosen; now the test split is used.")
        winner = best[trials.index(search.chosen)]
        return ship(subject, winner, default, search, content, models, circumstances)


def open_subject(name: str, module: ModuleType, place: Path, request: Request) -> Subject:
    """Return the study, if it is still the job's.

    Raises:
        TuningError: the job or its data changed, or no trial has a score.
    """
    facts = folder.read_description(place)
    records = results.read_records(place)
    dataset = study.load_data(module.JOB)
    declared = space.declare(module)
    identity = study.identify(name, module, dataset, declared)
    study.check_unchanged(facts, identity, Options(), place)
    if not results.rank(records):
        reason = f"no trial of the study in {place} has a score"
        raise TuningError(f"{reason}, so there is nothing to apply")
    return Subject(
        name=name,
        module=module,
        place=place,
        facts=facts,
        records=records,
        declared=declared,
        splits=study.make_splits(module.JOB, dataset),
        seeds=find_fresh_seeds(facts, ledger.read(place), request.seeds),
    )


def find_fresh_seeds(
    facts: Mapping,
    events: Sequence[Mapping],
    wanted: int,
) -> tuple[int, ...]:
    """Return the smallest seeds from 1 on that no network of the study has or will have."""
    used = set()
    for event in events:
        if event["event"] == "created":
            values = space.job_values(event["values"])
            for number in range(facts["executions"]):
                used.add(seeds.of_execution(facts["seed"], values, number))
    fresh = (seed for seed in itertools.count(1) if seed not in used)
    return tuple(itertools.islice(fresh, wanted))


def check_finished(subject: Subject, request: Request) -> None:
    """Refuse to use up the test split of an unfinished study, unless the user asks for it.

    Raises:
        TuningError: says how many trials are missing.
    """
    ended = len(subject.records)
    wanted = subject.facts["trials"]
    if ended >= wanted or request.unfinished or applied.read(subject.place):
        return
    raise TuningError(
        f"the study has ended {ended} of its {wanted} trials, and can be applied only once: "
        f"go on with zoo tune run {subject.name} first, or apply it as it is with --unfinished"
    )


def lead(records: Sequence[Mapping]) -> list[Mapping]:
    """Return the trials with a score, the best first; of equal values only the longest trial.

    A longer trial comes before a shorter one, because their scores do not compare.
    """
    ranked = sorted(results.rank(records), key=_length, reverse=True)
    distinct = {}
    for record in ranked:
        distinct.setdefault(values_key(record["values"]), record)
    return list(distinct.values())


def _length(record: Mapping) -> float:
    return math.inf if record["rounds"] is None else record["rounds"]


def values_key(values: Mapping) -> tuple:
    """Return what tells whether two trials have the same values."""
    return tuple(sorted(values.items()))


def find_default(subject: Subject) -> Mapping:
    """Return the trial with all defaults; if it was never tried, a record without a score."""
    values = space.default_values(subject.declared)
    key = values_key(values)
    same = [record for record in subject.records if values_key(record["values"]) == key]
    if same:
        return [*lead(same), *same][0]
    return {
        "trial": "default",
        "values": values,
        "score": None,
        "interval": None,
        "rounds": None,
    }


def make_contender(subject: Subject, record: Mapping) -> Contender:
    """Return how a trial is trained again, in full length."""
    candidate = space.make_candidate(subject.module, subject.declared, record["values"])
    default = space.default_values(subject.declared)
    plan = model.make_plan(
        subject.name,
        subject.module,
        candidate,
        trials=len(subject.records),
        seeds=subject.seeds,
        untuned=values_key(record["values"]) == values_key(default),
    )
    return Contender(record, plan, candidate)


def find_shipped(before: Mapping | None, models: Path) -> Card | None:
    """Return the card of the model if everything was done before and the model is there."""
    if not before or not before["test"]:
        return None
    place = models / before["model"]
    if not (place / cards.CARD).is_file():
        return None
    card = cards.read(place)
    return card if card.weights_digest == before["test"]["weights_digest"] else None


def choose(
    subject: Subject,
    best: Sequence[Contender],
    default: Contender,
    say: Callable[[str], None],
) -> Search:
    """Train the best trials and the default with fresh seeds; choose by the validation split.

    Raises:
        TuningError: networks of every candidate failed or diverged.
    """
    trials = [contender.record["trial"] for contender in best]
    found = {}
    for contender in [*best, default]:
        trial = contender.record["trial"]
        if trial not in found:
            found[trial] = train_again(subject, contender, say)
    alive = [found[trial] for trial in trials if found[trial].fresh]
    if not alive:
        raise TuningError(
            "with fresh seeds every candidate failed, or diverged with one of them: try more with --top"
        )
    return Search(
        **summarise_search(subject),
        seeds=subject.seeds,
        chosen=min(alive, key=lambda candidate: candidate.fresh.mean).trial,
        candidates=tuple(found[trial] for trial in trials),
        default=found[default.record["trial"]],
        comparisons=(),
    )


def train_again(
    subject: Subject,
    contender: Contender,
    say: Callable[[str], None],
) -> cards.Candidate:
    """Train a trial in full length with the fresh seeds, and return its scores.

    A trial that failed has None in place of each score.
    """
    record = contender.record
    scores, failure = score_fresh_seeds(subject, contender)
    fresh = None if None in scores else numbers.estimate_mean(scores)
    candidate = cards.Candidate(
        trial=record["trial"],
        values=record["values"],
        search=numbers.estimate_search(record),
        rounds=record["rounds"] if was_shorter(contender) else None,
        fresh=fresh,
        scores=scores,
        optimism=measure_optimism(contender, scores) if fresh else None,
    )
    outcome = f"{format_estimate(fresh)} with fresh seeds" if fresh else failure
    searched = format_estimate(candidate.search)
    say(f"Trial {candidate.trial}: {searched} in the search, {outcome}")
    return candidate


def score_fresh_seeds(
    subject: Subject,
    contender: Contender,
) -> tuple[tuple[float | None, ...], str]:
    """Return a score per fresh seed, None where there is none, and why some may have none.

    Raises:
        TuningError, DataError, StoreError: problems that concern more than this trial.
    """
    try:
        executions = objective.train_executions(
            contender.candidate,
            subject.module.JOB.metric,
            subject.splits,
            subject.seeds,
            f"trial {contender.record['trial']}, fresh seeds",
        )
    except (
        Exception
    ) as error:  # as in the search, where the untuned default may have failed too
        if errors.is_user_error(error):
            raise
        reason = errors.last_line(errors.format_crash(error))
        return (None,) * len(subject.seeds), f"failed now: {reason}"
    scores = tuple(execution.score for execution in executions)
    return scores, "diverged with some of the fresh seeds"


def measure_optimism(contender: Contender, fresh: Sequence[float]) -> cards.Estimate | None:
    """Return the score in the search minus the fresh one; None if either does not count."""
    record = contender.record
    if record["score"] is None or was_shorter(contender):
        return None
    searched = [execution["score"] for execution in record["executions"]]
    return numbers.estimate_optimism(searched, fresh)


def was_shorter(contender: Contender) -> bool:
    """Tell whether the search trained a trial for less than its full length."""
    rounds = contender.record["rounds"]
    if rounds is None:
        return False
    return rounds < objective.count_rounds(contender.candidate.recipe)


def summarise_search(subject: Subject) -> dict:
    """Return what a card says about the search itself."""
    facts, records = subject.facts, subject.records
    kept = {name: facts[name] for name in ("job", "tuner", "executions", "seed", "metric")}
    return kept | {
        "trials": len(records),
        "failed": len(records) - len(results.rank(records)),
        "space": {scale.name: scales.describe(scale) for scale in scales.read_scales(facts)},
    }


def ship(
    subject: Subject,
    winner: Contender,
    default: Contender,
    search: Search,
    content: Mapping,
    models: Path,
    circumstances: Circumstances,
) -> Card:
    """Measure both kinds of networks on the test split; write the model and applied.json."""
    training = winner.plan.training
    dataset = data.load(training.data, **training.data_options)
    outcomes = making.train_seeds(winner.plan, dataset)
    choice = making.choose(winner.plan, dataset, outcomes)
    default_results = ()
    is_default = winner.record["trial"] == default.record["trial"]
    default_failed = set(search.default.scores) == {None}
    if not is_default and not default_failed:
        default_results = making.train_seeds(default.plan, dataset).results
        comparisons = numbers.compare(choice.results, default_results)
        search = search.model_copy(update={"comparisons": comparisons})
    card = making.write(winner.plan, dataset, choice, models, circumstances, search)
    test = {
        "metrics": [metric.model_dump(mode="json") for metric in card.metrics],
        "shipped_seed": choice.seed,
        "tuned": [result.model_dump() for result in choice.results],
        "default": [result.model_dump() for result in default_results],
        "weights_digest": card.weights_digest,
    }
    complete = {**content, "search": search.model_dump(mode="json"), "test": test}
    applied.write(subject.place, complete)
    return card
