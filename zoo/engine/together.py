"""Several studies on the same data side by side, so that no core is idle where each has few seeds."""

import functools
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import tensorflow as tf

from zoo.engine.fingerprint import digest
from zoo.engine.member import Training
from zoo.engine.network import build_with_seed, initial_weights
from zoo.engine.program import program_for
from zoo.engine.progress import Progress, study_progress
from zoo.engine.recipe import Recipe, calendar
from zoo.engine.settings import current, worker_count
from zoo.engine.study import (
    Job,
    Study,
    as_tensors,
    check_inputs,
    open_store,
    run_job,
    run_parallel,
    run_when_free,
    set_one_thread_per_member,
    splits_digest,
    study_inputs,
    train,
)


class Arm(NamedTuple):
    """One study: what `train` takes, but for the data. Arms must agree in what type of numbers they take."""

    build: Callable
    recipe: Recipe
    seeds: Iterable[int]


def train_together(arms: Sequence[Arm], data: Mapping, *, name: str = "training") -> list[Study]:
    """Train all arms, and return the studies that `train` would return for each, to the bit.

    Where TensorFlow already runs with several threads per operation, and in a rehearsal, one after the other.

    Raises:
        ValueError: for data, seeds, a network or a length that cannot be trained; says which.
        KeyboardInterrupt: on Ctrl-C; finished members and checkpoints are in the run store.
    """
    arms = [arm._replace(seeds=tuple(map(int, arm.seeds))) for arm in arms]
    if current().rehearsal or not set_one_thread_per_member():
        return [train(arm.build, arm.recipe, data, arm.seeds, name=name) for arm in arms]
    for arm in arms:
        check_inputs(arm.recipe, data, list(arm.seeds))
    splits, data_digest = as_tensors(build_with_seed(arms[0].build, 0), data), splits_digest(data)
    stop, store = threading.Event(), open_store()
    plans = [plan(arm, len(data["train"][0]), data_digest) for arm in arms]
    members, steps = sum(len(jobs) for jobs, _ in plans), max(work["steps"] for _, work in plans)
    with study_progress(name, members, steps) as progress:
        tasks = [
            functools.partial(run_job, job, splits=splits, store=store, stop=stop, progress=part, **work)
            for number, (jobs, work) in enumerate(plans)
            for part in [Part(progress, number)]
            for job in jobs
        ]
        found = run_all(tasks, stop)
    each = iter(found)
    return [Study(tuple(next(each) for _ in arm.seeds), arm.build) for arm in arms]


class Part(NamedTuple):
    """One study's share of a common progress bar: a seed alone does not name a member there."""

    whole: Progress
    number: int

    def advanced(self, seed: int, steps: int):
        """Note that a member was trained for some more steps."""
        self.whole.advanced((self.number, seed), steps)

    def finished(self, seed: int):
        """Note that a member is complete."""
        self.whole.finished((self.number, seed))


def plan(arm, examples, data_digest):
    """Return an arm's jobs, and what `run_job` needs to know of them all."""
    models = [build_with_seed(arm.build, seed) for seed in arm.seeds]
    inputs = digest(study_inputs(models[0], arm.recipe, data_digest))
    weights = map(initial_weights, models)
    jobs = [
        Job(seed, digest([inputs, seed, values]), values)
        for seed, values in zip(arm.seeds, weights, strict=True)
    ]
    lengths = calendar(arm.recipe, examples)
    make = functools.partial(Training, program_for(models[0], arm.recipe), lengths)
    return jobs, {"make": make, "steps": lengths.steps}


def run_all(tasks, stop) -> list:
    """Return the members of all tasks; those that another process trains are left for the end."""
    workers = worker_count(len(tasks), gpu=bool(tf.config.list_logical_devices("GPU")))
    found = run_parallel(call, tasks, workers, stop)
    busy = [task for task, member in zip(tasks, found, strict=True) if member is None]
    late = iter(run_parallel(functools.partial(run_when_free, run=call, stop=stop), busy, workers, stop))
    return [next(late) if member is None else member for member in found]


def call(task):
    """Return what a task returns."""
    return task()
