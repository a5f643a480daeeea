"""Runs a study: asks the tuner for trials, trains them, and keeps all. Any end is a pause."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from tuning.harness import discovery
from tuning.harness.errors import DIED, MOST_DEATHS, TuningError
from tuning.harness.reporting.progress import Progress
from tuning.harness.search import objective, space, tuners
from tuning.harness.search.options import Options, check_installed
from tuning.harness.store import folder, ledger, results, tensorboard
from zoo import data, engine

SEED = 1
IDENTITY = {
    "data": "the data are",
    "targets": "the job's targets are",
    "metric": "the job's metric is",
    "code": "what the job's space(hp) does, or what it calls, is",
}
"""What must stay the same while a study lasts, and how a message names it."""


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


class Circumstances(NamedTuple):
    """What study.json says about each run: how it was called, and on what it ran."""

    command: str = ""
    versions: Mapping[str, str] = {}
    machine: Mapping = {}


def run(
    name: str,
    options: Options,
    place: Path,
    progress: Progress,
    circumstances: Circumstances | None = None,
    by=None,
) -> None:
    """Run a job's study, or go on with it, until it has its trials or its time is up.

    The trials are run here, unless `by` takes the place of `search` and has others run them.

    Raises:
        TuningError: there is no such job, the study was begun with other options or
            hyperparameters, or the folder is not to be had.
        DataError: the job's data set is not at hand.
        KeyboardInterrupt: on Ctrl-C; all but the last two seconds of training are kept.
    """
    module = discovery.load(name)
    dataset = load_data(module.JOB)  # before there is a folder
    with folder.lock(place), engine.using(progress=False):
        circumstances = circumstances or Circumstances()
        study = open_study(name, module, dataset, options, place, circumstances)
        oracle = resume_oracle(study)
        progress.total = study.facts["trials"]
        progress.rounds = study.facts.get("rounds")
        try:
            (by or search)(study, oracle, progress, options.deadline())
        finally:
            results.write(place)


def load_data(job):
    """Return the job's data set."""
    return data.load(job.data, **job.data_options)


def open_study(
    name: str,
    module: ModuleType,
    dataset,
    options: Options,
    place: Path,
    circumstances: Circumstances,
) -> Study:
    """Return the study in the folder, or a new one, and write its study.json.

    Raises:
        TuningError: the study in the folder is another one.
    """
    declared = space.declare(module)
    recipe = find_default_recipe(name, module, declared)
    identity = identify(name, module, dataset, declared)
    before = folder.read_description(place)
    if before:
        check_unchanged(before, identity, options, place)
    facts = before or identity | fix_options(module.JOB, options)
    check_installed(facts["tuner"])
    if facts["tuner"] in tuners.SHORTENING:
        facts["rounds"] = objective.count_rounds(recipe)
    events = ledger.read(place)
    facts["trials"] = count_trials(module.JOB, options, facts, events)
    if len(ledger.ended_trials(events)) < facts["trials"]:
        facts = folder.add_run(facts, circumstances._asdict())
    folder.write_description(place, facts)
    return Study(place, module, declared, facts, make_splits(module.JOB, dataset))


def find_default_recipe(name: str, module: ModuleType, declared) -> engine.Recipe:
    """Return the training with all defaults, if it measures the job's metric."""
    values = space.default_values(declared)
    recipe = space.make_candidate(module, declared, values).recipe
    objective.check_measured(name, module.JOB.metric, recipe)
    return recipe


def identify(name: str, module: ModuleType, dataset, declared) -> dict:
    """Return what of a job and its data must not change while a study lasts."""
    return {
        "job": name,
        "metric": module.JOB.metric,
        "targets": module.JOB.targets,
        "data": {"name": dataset.name, "digest": dataset.digest},
        "space": space.describe(declared),
        "code": space.code_digest(module),
    }


def fix_options(job, options: Options) -> dict:
    """Return the options that a new study fixes for good."""
    return {
        "tuner": options.tuner or job.tuner,
        "seed": SEED if options.seed is None else options.seed,
        "executions": options.executions or job.executions,
    }


def count_trials(job, options: Options, facts: Mapping, events: list[dict]) -> int:
    """Return how many trials the study is to have: never fewer than it has."""
    wanted = options.trials or facts.get("trials")
    if wanted is None:
        is_hyperband = facts["tuner"] == "hyperband"
        wanted = tuners.count_sweep(facts["rounds"]) if is_hyperband else job.trials
    return max(wanted, ledger.count_created(events))


def check_unchanged(
    before: Mapping,
    identity: Mapping,
    options: Options,
    place: Path,
) -> None:
    """Refuse to go on with a study that has become another one.

    Raises:
        TuningError: says what differs.
    """
    cure = f"go on as before, or begin another study with --out (this one is in {place})"
    job, found = before["job"], identity["job"]
    if job != found:
        raise TuningError(f"the study there is one of the job {job}, not of {found}; {cure}")
    for option in ("tuner", "seed", "executions"):
        wanted = getattr(options, option)
        if wanted is not None and wanted != before[option]:
            begun = f"the study was begun with --{option} {before[option]}"
            raise TuningError(f"{begun}, not {wanted}; {cure}")
    differences = space.list_differences(before["space"], identity["space"])
    if differences:
        lines = "".join(f"\n  {difference}" for difference in differences)
        reason = "the search space is not the one that the study was begun with"
        raise TuningError(f"{reason}; {cure}{lines}")
    for part, name in IDENTITY.items():
        if before[part] != identity[part]:
            raise TuningError(f"{name} not what the study was begun with; {cure}")


def make_splits(job, dataset) -> dict[str, tuple]:
    """Return what is trained on, and what scores are measured on: pairs (inputs, targets)."""
    return {
        "train": make_pair(job, dataset.train),
        "validation": make_pair(job, dataset.valid),
    }


def make_pair(job, split) -> tuple:
    """Return inputs, and what the loss compares the outputs with."""
    return split.x, split.x if job.targets == "inputs" else split.y


def join_study(name: str, place: Path) -> Study:
    """Return the study that another process has opened, to train trials of it here.

    Raises:
        TuningError: the folder has no study of the job, or the job or its data are others
            here.
        DataError: the job's data set is not at hand.
    """
    module = discovery.load(name)
    facts = folder.require_study(place, name)
    dataset = load_data(module.JOB)
    declared = space.declare(module)
    identity = identify(name, module, dataset, declared)
    check_unchanged(facts, identity, Options(), place)
    check_installed(facts["tuner"])
    return Study(place, module, declared, facts, make_splits(module.JOB, dataset))


def resume_oracle(study: Study):
    """Return the oracle in the state that the ledger tells; it then writes there."""
    facts = study.facts
    rounds = facts.get("rounds", 1)
    oracle = tuners.make(facts["tuner"], study.declared, facts["seed"], rounds)
    ledger.mend(study.folder)
    tuners.replay(oracle, ledger.read(study.folder))
    oracle.limit = facts["trials"]
    oracle.journal = lambda event: ledger.append(study.folder, event)
    return oracle


def search(study: Study, oracle, progress: Progress, deadline: float | None) -> None:
    """Run trials until the tuner has no more, or the time is up."""
    progress.begin(results.read_records(study.folder))
    while deadline is None or time.monotonic() < deadline:
        trial = next_trial(oracle)
        if trial is None:
            progress.say_exhausted()
            return
        record = run_trial(study, oracle, trial, progress)
        folder.write_trial(study.folder, record)
        tuners.tell_score(oracle, trial, record["score"])
        tensorboard.write(study.folder, record)
        results.write(study.folder)
        progress.end_trial(record)
    progress.say_out_of_time()


def next_trial(oracle):
    """Return a trial that was left unfinished, else a new one, else None."""
    unfinished = tuners.list_unfinished(oracle)
    trial = unfinished[0] if unfinished else oracle.create_trial(ledger.ALONE)
    return trial if trial.status == ledger.RUNNING else None


def run_trial(study: Study, oracle, trial, progress: Progress) -> dict:
    """Train and score a trial, and return its record."""
    name = trial.trial_id
    values = trial.hyperparameters.values
    deaths = ledger.count_deaths(ledger.read(study.folder), name)
    if deaths >= MOST_DEATHS:
        return record_death(trial)
    ledger.append(study.folder, {"event": "begun", "trial": name})
    try:
        with progress.train(name, values):
            return train_trial(study, oracle, trial)
    except BaseException:
        ledger.append(study.folder, {"event": "paused", "trial": name})
        raise


def train_trial(study: Study, oracle, trial) -> dict:
    """Train a trial until its end or until the oracle prunes it, and return its record.

    The oracle may be that of another process.
    """
    values = trial.hyperparameters.values
    *shorter, full = list_lengths(study, values)
    for rounds in shorter:
        outcome = attempt(study, {**values, space.ROUNDS: rounds})
        if outcome.score is None:
            return make_record(trial, outcome, rounds)
        if tuners.is_pruned(oracle, trial, outcome.score, rounds):
            return make_record(trial, outcome, rounds, pruned=True)
    return make_record(trial, attempt(study, values), full)


def list_lengths(study: Study, values: Mapping) -> list[int | None]:
    """Return the lengths to which a trial is trained in turn; None: the recipe's own."""
    if study.facts["tuner"] == "optuna":
        return objective.list_lengths(study.facts["rounds"])
    return [values.get(space.ROUNDS)]


def attempt(study: Study, values: Mapping) -> objective.Outcome:
    """Train and score one choice of values."""
    return objective.attempt(
        study.module,
        study.declared,
        values,
        study.splits,
        study.facts["seed"],
        study.facts["executions"],
    )


def record_death(trial) -> dict:
    """Return the record of a trial in which the process died too often."""
    rounds = trial.hyperparameters.values.get(space.ROUNDS)
    return make_record(trial, objective.Outcome(None, None, (), DIED), rounds)


def make_record(
    trial,
    outcome: objective.Outcome,
    rounds: int | None,
    pruned: bool = False,
) -> dict:
    """Return what trials/<trial>.json holds."""
    return {
        "trial": trial.trial_id,
        "status": ledger.FAILED if outcome.score is None else ledger.COMPLETED,
        "score": outcome.score,
        "interval": outcome.interval,
        "values": space.job_values(trial.hyperparameters.values),
        "rounds": rounds,
        "pruned": pruned,
        "seconds": sum(execution.seconds for execution in outcome.executions),
        "executions": [execution._asdict() for execution in outcome.executions],
        "failure": outcome.failure,
    }
