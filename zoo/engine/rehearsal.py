"""A dry run: what would be trained and for how long, without training it.

    with using(rehearsal=Rehearsal()) as settings:
        run(config)
    settings.rehearsal.costs    # one Cost per call of `train`

Inside of the block `train` trains each study for a second or two, to learn its pace on this machine, and
returns members whose histories are filled up with their last measurement: of the right shapes, and no
results. Members that the run store holds are returned as they are.
"""

import contextlib
import contextvars
import logging
import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from zoo.engine.entry import Entry
from zoo.engine.member import Member, Pace, Training, member_of

SAMPLE_SECONDS = 1.5


class Cost(NamedTuple):
    """What one study would cost on this machine."""

    name: str
    members: int
    missing: int
    """Members that the run store does not hold, and would not after the studies before this one."""
    steps: int
    """Updates of each member."""
    steps_left: int
    """Updates of all members together that no stored state has made."""
    flops: float
    """Floating-point operations of one update of one member, as TensorFlow counts them; elementwise
    operations that it has no count for are left out. 0 where nothing is missing."""
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
        each = self.steps_left / self.missing * self.pace.step + self.pace.measurements * self.pace.measure
        return self.pace.compile + rounds * each


@dataclass
class Rehearsal:
    """Collects the costs of every call of `train` while it is set."""

    costs: list[Cost] = field(default_factory=list)
    seconds: float = 0.0
    """Time that the dry run itself took inside of `train`."""
    samples: dict[tuple[str, int], Entry] = field(default_factory=dict)
    """What stands for each member (key, updates) that was rehearsed: it would then be in the run store."""

    def rehearse(self, name, jobs: Sequence, splits, store, workers: int) -> list[Member]:
        """Note what the jobs would cost, and return members that look like theirs.

        Args:
            name: of the study.
            jobs: its members to train, see `zoo.engine.study.Job`.
            splits: names to pairs of tensors.
            store: the run store.
            workers: members trained at the same time.
        """
        began = time.monotonic()
        first, steps = training_of(jobs[0]), jobs[0].steps
        found = [store.latest(job.key, steps, job.seed) for job in jobs]
        done = [
            max(entry.facts["step"] if entry else 0, self._reached(job.key, steps))
            for job, entry in zip(jobs, found, strict=True)
        ]
        trainings = [training_of(job) for job, step in zip(jobs, done, strict=True) if step < steps]
        paces = sampled(trainings[:workers], splits)
        weights = sum(value.size for value in jobs[0].weights["trainable"].values())
        left = steps * len(jobs) - sum(done)
        flops = flops_of(first, splits["train"]) if trainings else 0.0
        pace = slowest(paces)
        self.costs.append(Cost(name, len(jobs), len(trainings), steps, left, flops, weights, pace, workers))
        if trainings:
            sample = filled_up(trainings[0])
            new = [job for job, step in zip(jobs, done, strict=True) if step < steps]
            self.samples |= {
                (job.key, steps): Entry(sample.arrays, sample.facts | {"seed": job.seed}) for job in new
            }
        self.seconds += time.monotonic() - began
        stands = [self.samples.get((job.key, steps), entry) for job, entry in zip(jobs, found, strict=True)]
        return [member_of(entry) for entry in stands]

    def _reached(self, key: str, steps: int) -> int:
        """Return the updates that an earlier study would have made of a member, up to `steps`."""
        return max((n for member, n in self.samples if member == key and n <= steps), default=0)


def training_of(job) -> Training:
    """Return a job's training, not yet begun."""
    return job.make(job.seed, job.weights)


def sampled(trainings: Sequence[Training], splits) -> list[Pace]:
    """Return the paces of some members that are trained side by side for a moment."""
    with ThreadPoolExecutor(max(1, len(trainings))) as pool:
        # threads do not see the settings of the thread that started them
        futures = [
            pool.submit(contextvars.copy_context().run, training.sample, splits, SAMPLE_SECONDS)
            for training in trainings
        ]
        return [future.result() for future in futures]


def slowest(paces: Sequence[Pace]) -> Pace:
    """Return the largest of each part; all zero where nothing was sampled."""
    return Pace(*map(max, zip(*paces, strict=True))) if paces else Pace(0.0, 0.0, 0.0, 0)


def filled_up(training: Training) -> Entry:
    """Return what the run store would hold of a member, its last measurement in the place of later ones."""
    entry, every = training.entry(finished=True), training.calendar.probe_every
    steps = np.arange(0, training.calendar.steps + 1, every)
    arrays = {name: values for name, values in entry.arrays.items() if not name.startswith("history/")}
    for name in entry.arrays.keys() - arrays.keys():
        values = entry.arrays[name]
        arrays[name] = values[np.minimum(np.arange(len(steps)), len(values) - 1)]
    return Entry(arrays | {"steps": steps}, entry.facts)


def flops_of(training: Training, train) -> float:
    """Return the floating-point operations of one update, as TensorFlow's profiler counts them."""
    from tensorflow.compat.v1 import profiler  # its only public count of operations

    batch = training.calendar.batch_size
    specs = [tf.TensorSpec((batch, *part.shape[1:]), part.dtype) for part in train]
    update = tf.function(training.program.update, autograph=False)
    graph = update.get_concrete_function(training.state, *specs).graph
    options = profiler.ProfileOptionBuilder(profiler.ProfileOptionBuilder.float_operation())
    with messages_of_tensorflow_off():
        return float(profiler.profile(graph, options=options.with_empty_output().build()).total_float_ops)


@contextlib.contextmanager
def messages_of_tensorflow_off():
    """Keep TensorFlow from warning that its profiler calls a deprecated function of its own."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
