"""What a person sees while members train: one bar per study, and nothing where the output is
no terminal."""

import contextlib
import threading
import time
from collections.abc import Mapping

from zoo.engine.settings import current


class Progress:
    """Counts members and steps; safe to call from several threads."""

    def __init__(self, lengths: Mapping[str, int], show=None):
        self.lengths, self.show = lengths, show
        self.done = 0
        self.trained: dict[str, int] = {}
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def advanced(self, member: str, steps: int):
        """Note that a member was trained for some more steps."""
        with self._lock:
            self.trained[member] = self.trained.get(member, 0) + steps
            self._draw(steps)

    def finished(self, member: str):
        """Note that a member is complete, whether trained now or found."""
        with self._lock:
            self.done += 1
            self._draw(self.lengths[member] - self.trained.get(member, 0))

    def pace(self) -> float:
        """Return the steps per second trained so far, found members left out."""
        return sum(self.trained.values()) / max(time.monotonic() - self._began, 1e-9)

    def _draw(self, steps: int):
        if self.show:
            self.show(self, steps)


@contextlib.contextmanager
def study_progress(name: str, lengths: Mapping[str, int]):
    """Yield a `Progress` that draws a bar with members done, steps per second and time left
    on a terminal.

    Args:
        name: what the bar is called.
        lengths: updates of each member, by what it is called here.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not (current().progress and console.is_terminal):
        yield Progress(lengths)
        return
    with _bar(console) as bar:
        members = len(lengths)
        task = bar.add_task(
            name, total=sum(lengths.values()), members=f"0/{members}", pace="-"
        )

        def show(progress, steps):
            bar.update(
                task,
                advance=steps,
                members=f"{progress.done}/{members}",
                pace=f"{progress.pace():,.0f}",
            )

        yield Progress(lengths, show)


def _bar(console):
    from rich import progress

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TextColumn("{task.fields[members]} members, {task.fields[pace]} steps/s,"),
        progress.TimeRemainingColumn(),
        progress.TextColumn("left"),
        console=console,
        transient=True,
    )
