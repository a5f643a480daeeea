"""What a person sees while a study runs: a line per trial, with the best so far and the time left."""

import contextlib
import time
from collections.abc import Mapping, Sequence

from tuning.harness import failures, results


class Progress:
    """Tells through `say(line)`; `wait(text)` is a context that shows the text while a trial runs."""

    def __init__(self, say, wait=contextlib.nullcontext):
        self.say, self.wait = say, wait
        self.total, self.rounds = 0, None
        self.records: list[Mapping] = []
        self.seconds: list[float] = []
        self.beside = 1
        """Trials that are trained at the same time."""

    def done(self, records: Sequence[Mapping]) -> None:
        """Note the trials that an earlier run has ended."""
        self.records = list(records)
        if records:
            self.say(f"{len(records)} of {self.total} trials are there already{best_so_far(records)}.")

    @contextlib.contextmanager
    def running(self, trial: str, values: Mapping):
        """Show which trial is being trained, and take its time."""
        began = time.monotonic()
        with self.wait(f"{self._count(1)} trial {trial}: {worded(values)}"):
            yield
        self.seconds.append(time.monotonic() - began)

    def ended(self, record: Mapping) -> None:
        """Say what became of a trial."""
        self.records.append(record)
        found = failure(record) if record["score"] is None else score(record)
        rest = "".join((best_so_far(self.records), self._time_left()))
        took = duration(self._last()) + length(record, self.rounds)
        self.say(f"{self._count()} trial {record['trial']}: {found}, {took}{rest}")

    def ended_elsewhere(self, record: Mapping, seconds: float, beside: int) -> None:
        """Say what became of a trial that took a worker so long, beside others."""
        self.seconds.append(seconds)
        self.beside = beside
        self.ended(record)

    def out_of_time(self) -> None:
        """Say that the budget ended the run."""
        self.say(
            f"The budget is used up after {len(self.records)} of {self.total} trials; "
            "the same command goes on."
        )

    def no_more(self) -> None:
        """Say, where that is so, that the tuner ran out of values to try."""
        if len(self.records) < self.total:
            self.say(f"There is nothing left to try after {len(self.records)} of {self.total} trials.")

    def _count(self, more: int = 0) -> str:
        return f"[{len(self.records) + more}/{self.total}]"

    def _last(self) -> float:
        return self.seconds[-1] if self.seconds else 0.0

    def _time_left(self) -> str:
        missing = self.total - len(self.records)
        if missing <= 0 or not self.seconds:
            return ""
        left = missing * sum(self.seconds) / len(self.seconds) / self.beside
        return f"; about {duration(left)} left"


def best_so_far(records: Sequence[Mapping]) -> str:
    """Return "; best so far 0.0187 (trial 0003)"."""
    best = results.best(records)
    return f"; best so far {best['score']:.4g} (trial {best['trial']})" if best else "; none has a score yet"


def score(record: Mapping) -> str:
    """Return a trial's score with its interval."""
    if record["interval"] is None:
        return f"{record['score']:.4g}"
    low, high = record["interval"]
    return f"{record['score']:.4g} ({low:.4g} to {high:.4g})"


def length(record: Mapping, full: int | None) -> str:
    """Return ", 3 of 9 rounds" for a trial of Hyperband or Optuna, which need not have its full length."""
    if results.is_pruned(record):
        return f", pruned after {record['rounds']} of {full} rounds"
    return f", {record['rounds']} of {full} rounds" if record["rounds"] else ""


def failure(record: Mapping) -> str:
    """Return that a trial failed, and where it says why."""
    return f"FAILED, {failures.last_line(record['failure'])} (trials/{record['trial']}.json)"


def worded(values: Mapping) -> str:
    """Return values as "width=64, learning_rate=0.0012"."""
    return ", ".join(f"{name}={shown(value)}" for name, value in values.items())


def shown(value) -> str:
    """Return a value as short as it can be read."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def duration(seconds: float) -> str:
    """Return seconds in the unit that people would use: "0.3 s", "40 s", "12 min", "2.7 h"."""
    if seconds < 100:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
