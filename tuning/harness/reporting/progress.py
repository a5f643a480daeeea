"""What a person sees while a study runs: a line per trial, the best so far, the time left."""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence

from tuning.harness.errors import last_line
from tuning.harness.store import results
from zoo.texts import format_duration, format_values


class Progress:
    """Tells what happens through `say(line)`.

    `wait(text)` is a context manager. It shows the text while a trial is being trained.
    """

    def __init__(self, say, wait=contextlib.nullcontext):
        self.say = say
        self.wait = wait
        self.total = 0
        """Trials that the study is to have."""
        self.rounds: int | None = None
        """The full length of a trial, for tuners that shorten some."""
        self.records: list[Mapping] = []
        self.seconds: list[float] = []
        """Of each trial that ended in this run."""
        self.workers = 1
        """Trials that are trained at the same time."""

    def begin(self, records: Sequence[Mapping]) -> None:
        """Take in the trials that an earlier run has ended."""
        self.records = list(records)
        if records:
            ended = f"{len(records)} of {self.total} trials"
            self.say(f"{ended} are there already{format_best(records)}.")

    @contextlib.contextmanager
    def train(self, trial: str, values: Mapping) -> Iterator[None]:
        """Show which trial is being trained, and take its time."""
        start = time.monotonic()
        number = len(self.records) + 1
        with self.wait(f"[{number}/{self.total}] trial {trial}: {format_values(values)}"):
            yield
        self.seconds.append(time.monotonic() - start)

    def end_trial(self, record: Mapping) -> None:
        """Say what became of a trial."""
        self.records.append(record)
        seconds = self.seconds[-1] if self.seconds else 0.0
        parts = (
            f"[{len(self.records)}/{self.total}] trial {record['trial']}: ",
            f"{format_outcome(record)}, ",
            format_duration(seconds),
            format_length(record, self.rounds),
            format_best(self.records),
            self._format_time_left(),
        )
        self.say("".join(parts))

    def end_trial_elsewhere(self, record: Mapping, seconds: float, workers: int) -> None:
        """Say what became of a trial that one of several workers has trained."""
        self.seconds.append(seconds)
        self.workers = workers
        self.end_trial(record)

    def say_out_of_time(self) -> None:
        """Say that the budget ended the run."""
        self.say(
            f"The budget is used up after {len(self.records)} of {self.total} trials; "
            "the same command goes on."
        )

    def say_exhausted(self) -> None:
        """Say that the tuner has no more values to try, if that is why trials are missing."""
        if len(self.records) < self.total:
            ended = f"{len(self.records)} of {self.total} trials"
            self.say(f"There is nothing left to try after {ended}.")

    def _format_time_left(self) -> str:
        missing = self.total - len(self.records)
        if missing <= 0 or not self.seconds:
            return ""
        mean = sum(self.seconds) / len(self.seconds)
        return f"; about {format_duration(missing * mean / self.workers)} left"


def format_best(records: Sequence[Mapping]) -> str:
    """Return "; best so far 0.0187 (trial 0003)"."""
    best = results.find_best(records)
    if best is None:
        return "; none has a score yet"
    return f"; best so far {best['score']:.4g} (trial {best['trial']})"


def format_outcome(record: Mapping) -> str:
    """Return a trial's score, or that it failed and which file says why."""
    if record["score"] is not None:
        return format_score(record)
    return f"FAILED, {last_line(record['failure'])} (trials/{record['trial']}.json)"


def format_score(record: Mapping) -> str:
    """Return a trial's score with its interval: "0.0187 (0.0172 to 0.0202)"."""
    score = f"{record['score']:.4g}"
    if record["interval"] is None:
        return score
    low, high = record["interval"]
    return f"{score} ({low:.4g} to {high:.4g})"


def format_length(record: Mapping, full: int | None) -> str:
    """Return ", 3 of 9 rounds" for a trial of a tuner that shortens some, "" for others."""
    if results.is_pruned(record):
        return f", pruned after {record['rounds']} of {full} rounds"
    return f", {record['rounds']} of {full} rounds" if record["rounds"] else ""
