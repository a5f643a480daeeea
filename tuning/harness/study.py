"""Runs a study: asks the tuner for trials, has them trained, and keeps all so that any end is a pause."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from tuning.harness import (
    addresses,
    discovery,
    failures,
    folder,
    hparams,
    ledger,
    objective,
    results,
    space,
    states,
    tuners,
)
from tuning.harness.errors import TuningError
from tuning.harness.options import Options
from tuning.harness.progress import Progress
from zoo import data, engine

SEED = 1
PARTS = {
    "data": "the data are",
    "targets": "the job's targets are",
    "metric": "the job's metric is",
    "code": "what the job's space(hp) does, or what it calls, is",
}


@dataclass(frozen=True)
class Study:
    """What the trials of one study share."""

    folder: Path
    module: ModuleType
    declared: Any
    """All hyperparameters of the job."""
    facts: Mapping
    """What study.json holds."""
    splits: Mapping[str, tuple]


class Made(NamedTuple):
    """What study.json says of each run beside the search: command, versions, machine."""

    command: str = ""
    versions: Mapping[str, str] = {}
    machine: Mapping = {}


def run(
    name: str, options: Options, place: Path, progress: Progress, made: Made | None = None, by=None
) -> None:
    """Run a job's study, or go on with it, until it has its trials or its time is up.

    The trials are run here, or, where `by` takes the place of `search`, by others.

    Raises:
        TuningError: no such job, options that the study was not begun with, another declaration of the
            hyperparameters, or a folder that is not to be had.
        DataError: the job's data set is not at hand.
        KeyboardInterrupt: on Ctrl-C; all but the last two seconds of training are kept.
    """
    module = discovery.load(name)
    dataset = data.load(module.JOB.data, **module.JOB.data_options)  # what is refused leaves no folder behind
    with folder.locked(place), engine.using(progress=False):
        study = opened(name, module, dataset, options, place, made or Made())
        oracle = resumed(study)
        progress.total, progress.rounds = study.facts["trials"], study.facts.get("rounds")
        try:
            (by or search)(study, oracle, progress, options.deadline())
        finally:
            results.write(place)


def opened(name: str, module: ModuleType, dataset, options: Options, place: Path, made: Made) -> Study:
    """Declare the space, and agree with what the folder says, or write it."""
    job = module.JOB
    declared = space.declared(module)
    default = space.candidate(module, declared, space.defaults(declared))
    objective.check_measured(name, job.metric, default.recipe)
    found = searched(name, module, dataset, declared)
    before = folder.description(place)
    if before:
        check_unchanged(before, found, options, place)
    facts = before or found | begun(job, options)
    discovery.check_installed(facts["tuner"])
    if facts["tuner"] in tuners.SHORTENING:
        facts["rounds"] = objective.rounds_of(default.recipe)
    wanted = options.trials or facts.get("trials") or default_trials(job, facts)
    events = ledger.read(place)
    facts["trials"] = max(wanted, ledger.created(events))
    if ledger.ended(events) < facts["trials"]:
        facts = folder.with_run(facts, made._asdict())
    folder.describe(place, facts)
    return Study(place, module, declared, facts, splits(job, dataset))


def joined(name: str, place: Path) -> Study:
    """Return the study that another process has opened, to train trials of it here.

    Raises:
        TuningError: the folder has no study of the job, or the job or its data are others here.
        DataError: the job's data set is not at hand.
    """
    module = discovery.load(name)
    facts = folder.require(place, name)
    dataset = data.load(module.JOB.data, **module.JOB.data_options)
    declared = space.declared(module)
    check_unchanged(facts, searched(name, module, dataset, declared), Options(), place)
    discovery.check_installed(facts["tuner"])
    return Study(place, module, declared, facts, splits(module.JOB, dataset))


def searched(name: str, module: ModuleType, dataset, declared) -> dict:
    """Return what of a job and its data must not change while a study lasts."""
    return {
        "job": name,
        "metric": module.JOB.metric,
        "targets": module.JOB.targets,
        "data": {"name": dataset.name, "digest": dataset.digest},
        "space": space.described(declared),
        "code": space.code(module),
    }


def begun(job, options: Options) -> dict:
    """Return what a new study fixes for good."""
    return {
        "tuner": options.tuner or job.tuner,
        "seed": SEED if options.seed is None else options.seed,
        "executions": options.executions or job.executions,
    }


def default_trials(job, facts: Mapping) -> int:
    """Return how many trials a study has that was not told."""
    return tuners.sweep(facts["rounds"]) if facts["tuner"] == "hyperband" else job.trials


def splits(job, dataset) -> dict[str, tuple]:
    """Return what is trained on, and what scores are measured on."""
    return {"train": pair(job, dataset.train), "validation": pair(job, dataset.valid)}


def pair(job, split) -> tuple:
    """Return what the engine trains on: inputs, and what the loss is given as targets."""
    return split.x, split.x if job.targets == "inputs" else split.y


def check_unchanged(before: Mapping, found: Mapping, options: Options, place: Path) -> None:
    """Refuse to go on with a study that has become another one.

    Raises:
        TuningError: says what differs.
    """
    anew = f"go on as before, or begin another study with --out (this one is in {place})"
    if before["job"] != found["job"]:
        raise TuningError(f"the study there is one of the job {before['job']}, not of {found['job']}; {anew}")
    for option in ("tuner", "seed", "executions"):
        wanted = getattr(options, option)
        if wanted is not None and wanted != before[option]:
            raise TuningError(f"the study was begun with --{option} {before[option]}, not {wanted}; {anew}")
    lines = space.differences(before["space"], found["space"])
    if lines:
        differing = "".join(f"\n  {line}" for line in lines)
        raise TuningError(f"the search space is not the one that the study was begun with; {anew}{differing}")
    for part, said in PARTS.items():
        if before[part] != found[part]:
            raise TuningError(f"{said} not what the study was begun with; {anew}")


def resumed(study: Study):
    """Return the oracle in the state that the ledger tells, which notes from now on what happens."""
    facts = study.facts
    oracle = tuners.make(facts["tuner"], study.declared, facts["seed"], facts.get("rounds", 1))
    ledger.mend(study.folder)
    tuners.replay(oracle, ledger.read(study.folder))
    oracle.limit = facts["trials"]
    oracle.journal = lambda event: ledger.append(study.folder, event)
    return oracle


def search(study: Study, oracle, progress: Progress, deadline: float | None) -> None:
    """Run trials until the tuner has no more, or the time is up."""
    progress.done(results.records(study.folder))
    while deadline is None or time.monotonic() < deadline:
        trial = next_trial(oracle)
        if trial is None:
            progress.no_more()
            return
        record = run_trial(study, oracle, trial, progress)
        folder.keep_trial(study.folder, record)
        tuners.tell(oracle, trial, record["score"])
        hparams.write(study.folder, record)
        results.write(study.folder)
        progress.ended(record)
    progress.out_of_time()


def next_trial(oracle):
    """Return a trial that was left unfinished, else a new one, else None."""
    left = tuners.unfinished(oracle)
    trial = left[0] if left else oracle.create_trial(addresses.ALONE)
    return trial if trial.status == states.RUNNING else None


def run_trial(study: Study, oracle, trial, progress: Progress) -> dict:
    """Train and score a trial, and return its record; the oracle may be that of another process."""
    name, values = trial.trial_id, trial.hyperparameters.values
    if ledger.deaths(ledger.read(study.folder), name) >= failures.MOST_DEATHS:
        return recorded(trial, objective.Outcome(None, None, (), failures.DIED), values.get(space.ROUNDS))
    ledger.append(study.folder, {"event": "begun", "trial": name})
    try:
        with progress.running(name, values):
            return attempted(study, oracle, trial)
    except BaseException:
        ledger.append(study.folder, {"event": "paused", "trial": name})
        raise


def attempted(study: Study, oracle, trial) -> dict:
    """Train a trial in full length, or for as long as the oracle does not prune it, and return its record."""
    values = trial.hyperparameters.values
    *shorter, full = lengths(study, values)
    for rounds in shorter:
        outcome = attempt(study, {**values, space.ROUNDS: rounds})
        if outcome.score is None:
            return recorded(trial, outcome, rounds)
        if tuners.is_pruned(oracle, trial, outcome.score, rounds):
            return recorded(trial, outcome, rounds, pruned=True)
    return recorded(trial, attempt(study, values), full)


def lengths(study: Study, values: Mapping) -> list[int | None]:
    """Return the lengths to which a trial is trained one after another, None for all that the recipe says."""
    if study.facts["tuner"] == "optuna":
        return objective.lengths(study.facts["rounds"])
    return [values.get(space.ROUNDS)]


def attempt(study: Study, values: Mapping) -> objective.Outcome:
    """Train and score one choice of values."""
    facts = study.facts
    return objective.attempt(
        study.module, study.declared, values, study.splits, facts["seed"], facts["executions"]
    )


def recorded(trial, outcome: objective.Outcome, rounds: int | None, pruned: bool = False) -> dict:
    """Return what trials/<trial>.json holds."""
    return {
        "trial": trial.trial_id,
        "status": states.FAILED if outcome.score is None else states.COMPLETED,
        "score": outcome.score,
        "interval": outcome.interval,
        "values": space.own(trial.hyperparameters.values),
        "rounds": rounds,
        "pruned": pruned,
        "seconds": sum(each.seconds for each in outcome.executions),
        "executions": [each._asdict() for each in outcome.executions],
        "failure": outcome.failure,
    }
