"""A dry run: what would be trained and for how long, without training it.

    with using(rehearsal=Rehearsal()) as settings:
        run(config)
    settings.rehearsal.costs    # one Cost per call of `train`

Inside of the block `train` trains each study for a second or two, to learn its pace on this
machine, and returns members whose histories are filled up with their last measurement: of the
right shapes, and no results. Members that the run store holds are returned as they are.
"""

import contextlib
import functools
import logging
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from zoo.engine.entry import Entry
from zoo.engine.member import Member, Pace, Training, member_of
from zoo.engine.workers import Job, run_parallel

SAMPLE_SECONDS = 1.5


class Cost(NamedTuple):
    """What one study would cost on this machine."""

    name: str
    members: int
    missing: int
    """Members that the run store lacks, and would lack after the studies before this one."""
    steps: int
    """Updates of each member."""
    steps_left: int
    """Updates of all members together that no stored state has made."""
    flops: float
    """Floating-point operations of one update of one member, as TensorFlow counts them;
    elementwise operations that it has no count for are left out. 0 where nothing is
    missing."""
    weights: int
    """Trainable weights of a member."""
    pace: Pace
    """Of a member while all workers are busy, in seconds."""
    workers: int

    @property
    def seconds(self) -> float:
        """Expected time of the whole study."""
        rounds = math.ceil(self.missing / self.workers)
        if not rounds:
            return 0.0
        training = self.steps_left / self.missing * self.pace.step
        measuring = self.pace.measurements * self.pace.measure
        return self.pace.compile + rounds * (training + measuring)


@dataclass
class Rehearsal:
    """Collects the costs of every call of `train` while it is set."""

    costs: list[Cost] = field(default_factory=list)
    seconds: float = 0.0
    """Time that the dry run itself took inside of `train`."""
    samples: dict[tuple[str, int], Entry] = field(default_factory=dict)
    """What the run store would then hold of each rehearsed member, by (key, updates)."""

    def rehearse(
        self, name, jobs: Sequence[Job], splits, store, workers: int
    ) -> list[Member]:
        """Note what the jobs would cost, and return members that look like theirs.

        Args:
            name: of the study.
            jobs: its members to train, see `zoo.engine.workers.Job`.
            splits: names to pairs of tensors.
            store: the run store.
            workers: members trained at the same time.
        """
        began = time.monotonic()
        steps = jobs[0].steps
        found = {job.key: store.latest(job.key, steps, job.seed) for job in jobs}
        done = {job.key: self._steps_done(job, found[job.key]) for job in jobs}
        missing = [job for job in jobs if done[job.key] < steps]
        trainings = [job.make(job.seed, job.weights) for job in missing[:workers]]
        pace = slowest(sample_paces(trainings, splits))
        cost = Cost(
            name=name,
            members=len(jobs),
            missing=len(missing),
            steps=steps,
            steps_left=steps * len(jobs) - sum(done.values()),
            flops=flops_of(trainings[0], splits["train"]) if missing else 0.0,
            weights=sum(value.size for value in jobs[0].weights["trainable"].values()),
            pace=pace,
            workers=workers,
        )
        self.costs.append(cost)
        if missing:
            sample = fill_up(trainings[0])
            for job in missing:
                facts = sample.facts | {"seed": job.seed}
                self.samples[job.key, steps] = Entry(sample.arrays, facts)
        self.seconds += time.monotonic() - began
        entries = [self.samples.get((job.key, steps), found[job.key]) for job in jobs]
        return [member_of(entry) for entry in entries]

    def _steps_done(self, job: Job, entry: Entry | None) -> int:
        """Return the updates that are stored, or would be after the studies before this one."""
        steps = [entry.facts["step"]] if entry else [0]
        for key, reached in self.samples:
            if key == job.key and reached <= job.steps:
                steps.append(reached)
        return max(steps)


def sample_paces(trainings: Sequence[Training], splits) -> list[Pace]:
    """Return the paces of some members that are trained side by side for a moment."""
    sample = functools.partial(Training.sample, splits=splits, seconds=SAMPLE_SECONDS)
    return run_parallel(sample, trainings, max(1, len(trainings)), threading.Event())


def slowest(paces: Sequence[Pace]) -> Pace:
    """Return the largest of each part; all zero where nothing was sampled."""
    return Pace(*map(max, zip(*paces, strict=True))) if paces else Pace(0.0, 0.0, 0.0, 0)


def fill_up(training: Training) -> Entry:
    """Return what the store would hold; the last measurement stands for all later ones."""
    entry, calendar = training.entry(finished=True), training.calendar
    steps = np.arange(0, calendar.steps + 1, calendar.probe_every)
    arrays = {}
    for name, values in entry.arrays.items():
        if name.startswith("history/"):
            measured = np.minimum(np.arange(len(steps)), len(values) - 1)
            values = values[measured]
        arrays[name] = values
    return Entry(arrays | {"steps": steps}, entry.facts)


def flops_of(training: Training, train) -> float:
    """Return the floating-point operations of one update, as TensorFlow counts them."""
    from tensorflow.compat.v1 import profiler  # its only public count of operations

    batch = training.calendar.batch_size
    specs = [tf.TensorSpec((batch, *part.shape[1:]), part.dtype) for part in train]
    update = tf.function(training.program.update, autograph=False)
    graph = update.get_concrete_function(training.state, *specs).graph
    counted = profiler.ProfileOptionBuilder.float_operation()
    options = profiler.ProfileOptionBuilder(counted).with_empty_output().build()
    with messages_of_tensorflow_off():
        found = profiler.profile(graph, options=options)
    return float(found.total_float_ops)


@contextlib.contextmanager
def messages_of_tensorflow_off():
    """Silence TensorFlow, whose profiler calls a deprecated function of TensorFlow's own."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
