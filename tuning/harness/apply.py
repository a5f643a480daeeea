"""The last mile of a search: its best trials, trained anew with fresh seeds; the best of these gets shipped.

The order is what keeps it honest. Which trials, which seeds and which one is chosen depend on the validation
split only, and are written down; only then is the test split used, for the chosen one and for the default.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from tuning.harness import (
    apply_model,
    apply_numbers,
    apply_record,
    discovery,
    failures,
    folder,
    ledger,
    objective,
    results,
    scales,
    seeds,
    space,
    study,
)
from tuning.harness.errors import TuningError
from tuning.harness.options import Options
from zoo import data
from zoo.pretrained import cards, making
from zoo.pretrained.cards import Card, Search
from zoo.pretrained.describing import Circumstances, Plan
from zoo.pretrained.searched import estimate

LEAST_SEEDS = 6
"""With fewer pairs, no test that ignores the shape of the distribution reaches 5 %."""


@dataclass(frozen=True)
class Asked:
    """What a user asks of it.

    Raises:
        TuningError: for numbers that make no sense.
    """

    top: int = 3
    """How many of the best trials are trained anew."""
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


class Retrained(NamedTuple):
    """A trial that is to be trained anew, and by what."""

    record: Mapping
    plan: Plan
    candidate: Any


@dataclass(frozen=True)
class Subject:
    """A study that is applied."""

    name: str
    module: ModuleType
    place: Path
    facts: Mapping
    found: Sequence[Mapping]
    """Records of all trials."""
    declared: Any
    splits: Mapping[str, tuple]
    seeds: tuple[int, ...]
    """The fresh ones."""


def run(
    name: str, asked: Asked, place: Path, models: Path, about: Circumstances, say: Callable[[str], None]
) -> Card:
    """Train the best trials anew, choose one, test it, and write its model into the folder `models`.

    Done already with the same options, it trains nothing and returns the card of the model.

    Raises:
        TuningError: there is no such study, it is another one by now or unfinished, none of its trials has a
            score, every candidate failed, or the test split was used for another choice.
        PretrainedError: another model of that name is there already.
        DataError: the job's data set is not at hand.
        KeyboardInterrupt: on Ctrl-C; what was trained is kept in the run store.
    """
    module = discovery.load(name)
    folder.require(place, name)
    with folder.locked(place):
        subject = opened(name, module, place, asked)
        check_finished(subject, asked)
        best = [retrained(subject, record) for record in leading(subject.found)[: asked.top]]
        default = retrained(subject, default_of(subject))
        before = apply_record.read(place)
        apply_record.check_same(before, asked.choice(), [each.record["trial"] for each in best])
        if done := finished(before, models):
            return done
        making.check_free(models / discovery.model(name), "--models")
        search = chosen(subject, best, default, say)
        apply_record.check_choice(before, search.chosen)
        record = {"asked": asked.choice(), "command": about.command, "model": discovery.model(name)}
        record |= {"search": search.model_dump(mode="json"), "test": before and before["test"]}
        apply_record.write(place, record)
        say(f"Trial {search.chosen} is chosen; now the test split is used.")
        winner = next(each for each in best if each.record["trial"] == search.chosen)
        return shipped(subject, winner, default, search, record, models, about)


def opened(name: str, module: ModuleType, place: Path, asked: Asked) -> Subject:
    """Return the study, if it is still the job's.

    Raises:
        TuningError: the job or its data changed, or no trial has a score.
    """
    job, facts, found = module.JOB, folder.description(place), results.records(place)
    dataset, declared = data.load(job.data, **job.data_options), space.declared(module)
    study.check_unchanged(facts, study.searched(name, module, dataset, declared), Options(), place)
    if not results.completed(found):
        raise TuningError(f"no trial of the study in {place} has a score, so there is nothing to apply")
    fresh = fresh_seeds(facts, ledger.read(place), asked.seeds)
    return Subject(name, module, place, facts, found, declared, study.splits(job, dataset), fresh)


def check_finished(subject: Subject, asked: Asked) -> None:
    """Refuse to use up the test split of a study that is still to go on, unless that is asked for.

    Raises:
        TuningError: says how many trials are missing.
    """
    ended, wanted = len(subject.found), subject.facts["trials"]
    if ended < wanted and not asked.unfinished and apply_record.read(subject.place) is None:
        raise TuningError(
            f"the study has ended {ended} of its {wanted} trials, and can be applied only once: go on with "
            f"zoo tune run {subject.name} first, or apply it as it is with --unfinished"
        )


def fresh_seeds(facts: Mapping, events: Sequence[Mapping], wanted: int) -> tuple[int, ...]:
    """Return the smallest seeds from 1 on with which no network of the study was, or is to be, trained."""
    created = [space.own(each["values"]) for each in events if each["event"] == "created"]
    used = {
        seeds.of_execution(facts["seed"], values, number)
        for values in created
        for number in range(facts["executions"])
    }
    return tuple(islice((seed for seed in count(1) if seed not in used), wanted))


def leading(found: Sequence[Mapping]) -> list[Mapping]:
    """Return the trials that have a score, best first, and of equal values one only: the longest.

    A longer trial comes before a shorter one, since their scores do not compare.
    """
    ranked = sorted(results.completed(found), key=lambda each: -_length(each))
    distinct = {}
    for each in ranked:
        distinct.setdefault(_key(each["values"]), each)
    return list(distinct.values())


def default_of(subject: Subject) -> Mapping:
    """Return the trial that has every hyperparameter at its default, or one that was never tried."""
    values = space.defaults(subject.declared)
    same = [each for each in subject.found if _key(each["values"]) == _key(values)]
    untried = {"trial": "default", "values": values, "score": None, "interval": None, "rounds": None}
    return next(iter(leading(same)), None) or next(iter(same), untried)


def retrained(subject: Subject, record: Mapping) -> Retrained:
    """Return by what a trial is trained anew, in full length."""
    candidate = space.candidate(subject.module, subject.declared, record["values"])
    untuned = _key(record["values"]) == _key(space.defaults(subject.declared))
    given = subject.name, subject.module, candidate, len(subject.found), subject.seeds
    return Retrained(record, apply_model.plan(*given, untuned=untuned), candidate)


def finished(before: Mapping | None, models: Path) -> Card | None:
    """Return the card of the model if all was done before and the model is there."""
    if not before or not before["test"] or not (models / before["model"] / cards.CARD).is_file():
        return None
    card = cards.read(models / before["model"])
    return card if card.weights_digest == before["test"]["weights_digest"] else None


def chosen(subject: Subject, best: Sequence[Retrained], default: Retrained, say) -> Search:
    """Train the best trials and the default with the fresh seeds, and choose by the validation split.

    Raises:
        TuningError: networks of every candidate failed or diverged.
    """
    known = [each.record["trial"] for each in best]
    everyone = [*best, *([] if default.record["trial"] in known else [default])]
    found = {each.record["trial"]: anew(subject, each, say) for each in everyone}
    alive = [found[trial] for trial in known if found[trial].fresh]
    if not alive:
        raise TuningError(
            "with fresh seeds every candidate failed, or diverged with one of them: try more with --top"
        )
    return Search(
        **summary(subject),
        seeds=subject.seeds,
        chosen=min(alive, key=lambda each: each.fresh.mean).trial,
        candidates=tuple(found[trial] for trial in known),
        default=found[default.record["trial"]],
        comparisons=(),
    )


def anew(subject: Subject, each: Retrained, say: Callable[[str], None]) -> cards.Candidate:
    """Train a trial in full length with the fresh seeds, and return its scores, all None where it failed."""
    record = each.record
    scores, failure = fresh_scores(subject, each)
    fresh = None if None in scores else apply_numbers.mean(scores)
    made = cards.Candidate(
        trial=record["trial"],
        values=record["values"],
        search=apply_numbers.of_search(record),
        rounds=record["rounds"] if shorter(each) else None,
        fresh=fresh,
        scores=scores,
        optimism=fresh and flattered(each, scores),
    )
    said = f"{estimate(made.fresh)} with fresh seeds" if made.fresh else failure
    say(f"Trial {made.trial}: {estimate(made.search)} in the search, {said}")
    return made


def fresh_scores(subject: Subject, each: Retrained) -> tuple[tuple[float | None, ...], str]:
    """Return a score per fresh seed, None where there is none, and why some have none.

    Raises:
        TuningError, DataError, StoreError: what has to do with more than this trial.
    """
    metric, title = subject.module.JOB.metric, f"trial {each.record['trial']}, fresh seeds"
    try:
        executions, _ = objective.trained(
            each.candidate, each.candidate.recipe, metric, subject.splits, subject.seeds, title
        )
    except Exception as error:  # as in the search, where the untuned default may have failed too
        if failures.is_for_the_user(error):
            raise
        return (None,) * len(subject.seeds), f"failed now: {failures.last_line(failures.of_crash(error))}"
    return tuple(one.score for one in executions), "diverged with some of the fresh seeds"


def flattered(each: Retrained, fresh: Sequence[float]) -> cards.Estimate | None:
    """Return the score in the search minus the fresh one, None where the trial was shorter or failed."""
    if each.record["score"] is None or shorter(each):
        return None
    return apply_numbers.optimism([one["score"] for one in each.record["executions"]], fresh)


def shorter(each: Retrained) -> bool:
    """Tell whether the search trained a trial in less than its full length."""
    rounds = each.record["rounds"]
    return rounds is not None and rounds < objective.rounds_of(each.candidate.recipe)


def summary(subject: Subject) -> dict:
    """Return what a card says of the search itself."""
    facts, found = subject.facts, subject.found
    kept = {name: facts[name] for name in ("job", "tuner", "executions", "seed", "metric")}
    failed = len(found) - len(results.completed(found))
    searched = {each.name: scales.described(each) for each in scales.of_study(facts)}
    return kept | {"trials": len(found), "failed": failed, "space": searched}


def shipped(subject, winner: Retrained, default: Retrained, search: Search, record, models, about) -> Card:
    """Measure chosen and default networks on the test split, write the model, and complete the record."""
    training = winner.plan.training
    dataset = data.load(training.data, **training.data_options)
    outcomes = making.train_seeds(winner.plan, dataset)
    choice = making.choose(winner.plan, dataset, outcomes)
    theirs = ()
    default_has_networks = set(search.default.scores) != {None}
    if winner.record["trial"] != default.record["trial"] and default_has_networks:
        theirs = making.train_seeds(default.plan, dataset).results
        search = search.model_copy(update={"comparisons": apply_numbers.comparisons(choice.results, theirs)})
    card = making.write(winner.plan, dataset, choice, models, about, search)
    test = {
        "metrics": [each.model_dump(mode="json") for each in card.metrics],
        "shipped_seed": choice.seed,
        "tuned": [each.model_dump() for each in choice.results],
        "default": [each.model_dump() for each in theirs],
        "weights_digest": card.weights_digest,
    }
    apply_record.write(subject.place, record | {"search": search.model_dump(mode="json"), "test": test})
    return card


def _length(record: Mapping) -> float:
    return math.inf if record["rounds"] is None else record["rounds"]


def _key(values: Mapping) -> tuple:
    return tuple(sorted(values.items()))
