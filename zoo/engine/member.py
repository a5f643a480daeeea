"""Training one member: a pure function of network, recipe, data and seed, cut into loops of
about two seconds.
"""

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from zoo.engine.batches import Batches
from zoo.engine.entry import Entry
from zoo.engine.program import Program
from zoo.engine.recipe import Calendar

LOOP_SECONDS = 2.0
FIRST_LOOP = 50
LONGEST_LOOP = 20_000
"""Updates in one call of the compiled loop: LOOP_SECONDS of them, FIRST_LOOP while their pace
is unknown."""


class Member(NamedTuple):
    """One trained network."""

    seed: int
    weights: dict
    """{"trainable": {path: array}, "states": {path: array}}."""
    history: dict[str, np.ndarray]
    """What the probes measured, by name; axis 0 has one entry per element of `steps`. After a
    divergence: NaN.
    """
    steps: np.ndarray
    """The numbers of updates at which was measured, from 0: shape (measurements,)."""
    diverged_at: int | None
    """The update, counted from 1, whose loss was not finite, or after which weights were
    found not to be; None for a member that trained to its end."""
    seconds: float
    """Time spent in training it, all sessions together."""


class Pace(NamedTuple):
    """How long parts of a member's training take, in seconds."""

    compile: float
    step: float
    """One update."""
    measure: float
    """One measurement by all probes."""
    measurements: int
    """How many of these the whole training has."""


class Stopped(Exception):
    """The study was interrupted; the member's checkpoint has been saved."""


class Training:
    """A member on its way: its state, its history so far, and how to go on."""

    def __init__(self, program: Program, calendar: Calendar, seed: int, weights: dict):
        self.program, self.calendar, self.seed = program, calendar, seed
        self.batches = Batches(calendar, seed, program.recipe.shuffle)
        self.state = program.initial_state(weights)
        self.step, self.diverged_at, self.seconds = 0, None, 0.0
        self.steps: list[int] = []
        self.history: dict[str, list] = {}
        self._pace = None

    def resume(self, entry: Entry):
        """Take over a stored state."""
        self.state = unflatten(self.state, entry.arrays)
        self.step, self.diverged_at = entry.facts["step"], entry.facts["diverged_at"]
        if self.diverged_at is not None:
            self.step = self.calendar.steps
        self.seconds = entry.facts["seconds"]
        self.steps = entry.arrays["steps"].tolist()
        self.history = {
            name.removeprefix("history/"): list(values)
            for name, values in entry.arrays.items()
            if name.startswith("history/")
        }

    def run(
        self,
        splits,
        save: Callable,
        pulse: Callable,
        stop: threading.Event,
        checkpoint_seconds: float,
    ):
        """Train to the end: `save(entry)` now and then and at the end, `pulse(steps)` after
        every loop.

        Raises:
            Stopped: when `stop` is set; the state has been saved.
        """
        self._trace(splits)
        if not self.steps:
            self._measure(splits)
        if not self.steps:
            raise ValueError(
                f"the initial weights of seed {self.seed} are not all finite numbers"
            )
        saved = time.monotonic()
        while self.step < self.calendar.steps and self.diverged_at is None:
            if stop.is_set():
                save(self.entry(finished=False))
                raise Stopped
            pulse(self._advance(splits["train"]))
            if self.diverged_at is None and self.step % self.calendar.probe_every == 0:
                self._measure(splits)
            if (
                time.monotonic() - saved > checkpoint_seconds
                and self.step < self.calendar.steps
            ):
                save(self.entry(finished=False))
                saved = time.monotonic()
        if self.diverged_at is not None:
            self._fill_with_nan()
        save(self.entry(finished=True))

    def sample(self, splits, seconds: float) -> Pace:
        """Train for about so long, measured at both ends, and return the pace; the state is
        of no other use.

        Raises:
            ValueError: for initial weights that are not finite.
        """
        began = time.monotonic()
        self._trace(splits)
        self._measure(splits)
        if not self.steps:
            raise ValueError(
                f"the initial weights of seed {self.seed} are not all finite numbers"
            )
        untrained = self.state
        self._advance(splits["train"])  # compiles
        self.state, self.step, compiled = untrained, 0, time.monotonic()
        while not self.step or (
            self.step < self.calendar.steps and time.monotonic() - compiled < seconds
        ):
            self._advance(splits["train"])
        trained = time.monotonic()
        self._rescale_sums()
        self._measure(splits)
        measured = time.monotonic() - trained
        step = (trained - compiled) / self.step
        return Pace(
            compiled - began,
            step,
            measured,
            self.calendar.steps // self.calendar.probe_every + 1,
        )

    def _rescale_sums(self):
        """Make the sums those of a whole stretch between two probes, of which the sample was
        a part."""
        whole = self.calendar.probe_every / self.step
        self.state["sums"] = {
            name: total * whole for name, total in self.state["sums"].items()
        }

    def _trace(self, splits):
        tables, shorter = [], []
        if not self.calendar.full_batch:
            tables.append(padded(self.batches.segment(0, 1), self.calendar))
            if self.calendar.tail and self.calendar.steps >= self.calendar.steps_per_epoch:
                shorter.append(np.zeros((1, self.calendar.tail), np.int32))
        self.program.trace(self.state, splits, tables + shorter)
        for table in shorter:
            self.program.compile_aside(self.state, splits, table)

    def _advance(self, train) -> int:
        began = time.monotonic()
        count = min(
            self.calendar.probe_every - self.step % self.calendar.probe_every, LONGEST_LOOP
        )
        count = min(
            count,
            FIRST_LOOP if self._pace is None else max(1, int(LOOP_SECONDS / self._pace)),
        )
        if self.calendar.full_batch:
            self.state = self.program.full_batch(self.state, *train, tf.constant(count))
        else:
            table = self.batches.segment(self.step, count)
            count = len(table)
            table = tf.constant(padded(table, self.calendar))
            self.state = self.program.gathered(self.state, *train, table, tf.constant(count))
        if not bool(self.state["finite"]):
            self.diverged_at = int(self.state["step"])
        self.step += count
        spent = time.monotonic() - began
        self._pace = spent / count
        self.seconds += spent
        return count

    def _measure(self, splits):
        sums = self.state["sums"]
        weights = {"trainable": self.state["trainable"], "states": self.state["states"]}
        finite, measured = self.program.measure(weights, splits)
        if not finite:
            self.diverged_at = self.step
            return
        values = {name: value.numpy() for name, value in measured.items()}
        count = self.calendar.probe_every if self.steps else np.nan
        values |= {f"training {name}": total.numpy() / count for name, total in sums.items()}
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)
        self.steps.append(self.step)
        self.state["sums"] = {name: tf.zeros_like(total) for name, total in sums.items()}

    def _fill_with_nan(self):
        self.step = self.calendar.steps
        missing = range(
            self.steps[-1] + self.calendar.probe_every,
            self.step + 1,
            self.calendar.probe_every,
        )
        for _ in missing:
            for values in self.history.values():
                values.append(np.full_like(np.asarray(values[0], dtype=float), np.nan))
        self.steps += missing

    def entry(self, finished: bool) -> Entry:
        """Return what the run store keeps."""
        arrays = flatten(self.state) | {"steps": np.array(self.steps, dtype=np.int64)}
        arrays |= {
            f"history/{name}": np.stack(values) for name, values in self.history.items()
        }
        facts = {
            "seed": self.seed,
            "step": self.step,
            "finished": finished,
            "diverged_at": self.diverged_at,
            "seconds": self.seconds,
            "network": self.program.network.model.name,
        }
        return Entry(arrays, facts)


def member_of(entry: Entry) -> Member:
    """Return the finished member that a stored entry holds."""
    weights = {"trainable": {}, "states": {}}
    history = {}
    for name, value in entry.arrays.items():
        kind, _, path = name.partition("/")
        if kind in weights:
            weights[kind][path] = value
        elif kind == "history":
            history[path] = value
    facts = entry.facts
    steps = entry.arrays["steps"]
    return Member(
        facts["seed"], weights, history, steps, facts["diverged_at"], facts["seconds"]
    )


def padded(table: np.ndarray, calendar: Calendar) -> np.ndarray:
    """Return the table filled up to the rows of the longest one, since every shape is
    compiled anew."""
    if table.shape[1] < calendar.batch_size:
        return table
    rows = min(calendar.probe_every, calendar.longest_segment, LONGEST_LOOP)
    return np.concatenate([table, np.zeros((rows - len(table), table.shape[1]), table.dtype)])


def flatten(tree: dict, prefix: str = "") -> dict[str, np.ndarray]:
    """Return {"outer/inner": array} of a nested dictionary of tensors."""
    flat = {}
    for name, value in tree.items():
        path = f"{prefix}{name}"
        flat |= (
            flatten(value, f"{path}/") if isinstance(value, dict) else {path: value.numpy()}
        )
    return flat


def unflatten(tree: dict, flat: dict[str, np.ndarray], prefix: str = "") -> dict:
    """Return the nested dictionary of tensors, of the structure of `tree`, that `flatten` was
    given."""
    return {
        name: unflatten(value, flat, f"{prefix}{name}/")
        if isinstance(value, dict)
        else tf.constant(flat[prefix + name])
        for name, value in tree.items()
    }
