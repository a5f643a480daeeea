"""What a person sees while members train: one bar per study, and nothing where the output is no terminal."""

import contextlib
import threading
import time

from zoo.engine.settings import current


class Progress:
    """Counts members and steps; safe to call from several threads."""

    def __init__(self, members: int, steps: int, show=None):
        self.members, self.steps, self.show = members, steps, show
        self.done = 0
        self.trained: dict[int, int] = {}
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def advanced(self, seed: int, steps: int):
        """Note that a member was trained for some more steps."""
        with self._lock:
            self.trained[seed] = self.trained.get(seed, 0) + steps
            self._draw(steps)

    def finished(self, seed: int):
        """Note that a member is complete, whether trained now or found."""
        with self._lock:
            self.done += 1
            self._draw(self.steps - self.trained.get(seed, 0))

    def pace(self) -> float:
        """Return the steps per second trained so far, found members left out."""
        return sum(self.trained.values()) / max(time.monotonic() - self._began, 1e-9)

    def _draw(self, steps: int):
        if self.show:
            self.show(self, steps)


@contextlib.contextmanager
def study_progress(name: str, members: int, steps: int):
    """Yield a `Progress` that draws a bar with members done, steps per second and time left on a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not (current().progress and console.is_terminal):
        yield Progress(members, steps)
        return
    with _bar(console) as bar:
        task = bar.add_task(name, total=members * steps, members=f"0/{members}", pace="-")

        def show(progress, steps):
            bar.update(
                task, advance=steps, members=f"{progress.done}/{members}", pace=f"{progress.pace():,.0f}"
            )

        yield Progress(members, steps, show)


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
