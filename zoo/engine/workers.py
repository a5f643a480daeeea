"""Workers: threads of this process that train members side by side, or find them stored."""

import contextvars
import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from zoo.engine.entry import Entry
from zoo.engine.member import Member, Stopped, member_of
from zoo.engine.placing import workers_for
from zoo.engine.progress import Progress, study_progress
from zoo.engine.settings import current, store_folder
from zoo.engine.store import RunStore, open_store


class Job(NamedTuple):
    """One member to be trained."""

    seed: int
    key: str
    """Its key in the run store."""
    weights: dict
    """Its initial weights."""
    steps: int
    """Its length in updates."""
    make: Callable
    """(seed, weights) -> Training."""


class Session(NamedTuple):
    """What all jobs of one call of `train` share."""

    splits: Mapping
    """Names to pairs of tensors."""
    store: RunStore
    progress: Progress
    stop: threading.Event
    """Set when the jobs must end at their next save."""


def run_jobs(jobs: Sequence[Job], splits: Mapping, name: str) -> list[Member]:
    """Return the members of all jobs, from the run store or newly trained.

    The settings say how many are trained at a time. Members that another process trains are
    left for the end, and waited for.
    """
    workers = workers_for(len(jobs))
    store, stop = open_store(store_folder()), threading.Event()
    with study_progress(name, {job.key: job.steps for job in jobs}) as progress:
        session = Session(splits, store, progress, stop)
        members = run_parallel(
            functools.partial(run_job, session=session), jobs, workers, stop
        )
        missing = [index for index, member in enumerate(members) if member is None]
        wait = functools.partial(run_when_free, session=session)
        late = run_parallel(wait, [jobs[index] for index in missing], workers, stop)
    for index, member in zip(missing, late, strict=True):
        members[index] = member
    return members


def run_parallel(
    function: Callable, items: Sequence, workers: int, stop: threading.Event
) -> list[Any]:
    """Return the function's results for all items, in order, computed by so many threads.

    The first error, or Ctrl-C, sets `stop`, so that what runs can end early, and is raised.
    """
    with ThreadPoolExecutor(workers) as pool:
        # threads do not see the settings of the thread that started them
        futures = [
            pool.submit(contextvars.copy_context().run, function, item) for item in items
        ]
        try:
            return [future.result() for future in futures]
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def run_when_free(job: Job, *, session: Session) -> Member:
    """Return one member as soon as no other process trains it.

    Raises:
        Stopped: when `stop` is set meanwhile.
    """
    while (member := run_job(job, session=session)) is None:
        if session.stop.wait(0.5):
            raise Stopped
    return member


def run_job(job: Job, *, session: Session) -> Member | None:
    """Return one member, found or trained; None where another process is training it."""
    entry = stored_entry(job, session.store)
    if not is_complete(entry, job):
        with session.store.claim(job.key) as mine:
            if not mine:
                return None
            # again, since another process may have finished it in between
            entry = stored_entry(job, session.store)
            if not is_complete(entry, job):
                entry = train_on(job, entry, session)
    session.progress.finished(job.key)
    return member_of(entry)


def stored_entry(job: Job, store: RunStore) -> Entry | None:
    """Return the latest stored state of a job's member, if there is one."""
    return store.latest(job.key, job.steps, job.seed)


def is_complete(entry: Entry | None, job: Job) -> bool:
    """Tell whether a stored state is the end of the job."""
    return entry is not None and entry.facts["step"] >= job.steps


def train_on(job: Job, entry: Entry | None, session: Session) -> Entry:
    """Train a member from a stored state, or from the start, and return its last entry."""
    training = job.make(job.seed, job.weights)
    if entry is not None:
        training.resume(entry)
    save = functools.partial(session.store.put, job.key)
    pulse = functools.partial(session.progress.advanced, job.key)
    training.run(session.splits, save, pulse, session.stop, current().checkpoint_seconds)
    return training.entry(finished=True)
