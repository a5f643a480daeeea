"""The chief of a search on several processes: hands out the oracle's trials, and notes what
becomes of them.

It alone writes the ledger and the results. Workers put the records of their trials into the
study's folder, which they share with the chief, and then tell it so: KerasTuner's messages
have no place for a traceback.
"""

import functools
import threading
import time

from tuning.harness.distributing import addresses, service, shared_folder
from tuning.harness.errors import MOST_DEATHS, TuningError
from tuning.harness.reporting.progress import Progress
from tuning.harness.search import study, tuners
from tuning.harness.store import folder, ledger, results, tensorboard

LOST = 60.0
"""Seconds without a sign of life after which others may have a worker's trial."""
FAREWELL = 5.0
"""Seconds for which workers are told that the study is over."""


def run(address: str, *search, parting: float = 0.0) -> None:
    """Run a job's study, or go on with it, with workers that ask at the address.

    `search` is what `study.run` takes. `parting` is the time in seconds for which the chief
    goes on after Ctrl-C, where workers are told to end at the same time and leave their
    trials.

    Raises:
        TuningError: as `study.run`; or the address is not to be had, and then the folder is
            left as it was.
        OSError: the folder can no longer be written.
    """
    server = service.bound(address)
    try:
        study.run(*search, by=functools.partial(serve, server=server, parting=parting))
    finally:
        server.stop(grace=None)


def serve(
    opened: study.Study,
    oracle,
    progress: Progress,
    deadline: float | None,
    *,
    server,
    parting: float,
) -> None:
    """Hand out trials until the tuner has no more and all have ended, or the time is up."""
    progress.begin(results.read_records(opened.folder))
    chief = Chief(opened, oracle, progress, deadline)
    with service.answer_workers(server, chief):
        try:
            while not chief.is_over():
                time.sleep(0.1)
        except KeyboardInterrupt:
            chief.wait_for_trials_given_back(parting)
            raise
        chief.take_leave()
    chief.say_why()


class Chief:
    """What workers ask and tell. Any error within is kept, and raised by `is_over` too: a
    chief whose oracle knows what the ledger does not must end, and the next one go on from
    the ledger.
    """

    def __init__(
        self, opened: study.Study, oracle, progress: Progress, deadline: float | None = None
    ):
        """Begin with the oracle as the ledger has it; trials of a single process have nobody
        to wait for."""
        self.study, self.oracle, self.progress, self.deadline = (
            opened,
            oracle,
            progress,
            deadline,
        )
        self.lock = threading.RLock()
        self.mark = shared_folder.mark(opened.folder)
        self.broken: Exception | None = None
        self.stopped = False
        self.asking: set[str] = set()
        self.handed: dict[str, float] = {}
        """When each trial was handed out, by this chief."""
        self.heard = {
            trial.trial_id: time.monotonic() for trial in tuners.list_unfinished(oracle)
        }
        """When there was the last sign of life of each unfinished trial."""
        tuners.take_back(oracle, ledger.ALONE)

    def ask(self, worker: str):
        """Return the trial that a worker shall train, or IDLE or STOPPED.

        Its own unfinished one is the first: then it has died and was started anew, or our
            answer was lost.

        Raises:
            Refused: for an id that is none.
        """
        try:
            addresses.check_id(worker)
        except TuningError as error:
            raise service.Refused(str(error)) from None
        with self.lock:
            return self._carry_out(self._next, worker)

    def take_score(self, name: str, metrics, rounds: int):
        """Return the trial, STOPPED if by its score after so many rounds it is worth no more.

        Raises:
            Refused: what was measured is no score.
        """
        if set(metrics) != {tuners.SCORE} or rounds < 1:
            raise service.Refused(
                f"trial {name}: a score and a number of rounds were expected"
            )
        with self.lock:
            self.heard[self._find_trial(name).trial_id] = time.monotonic()
            return self._carry_out(self.oracle.update_trial, name, metrics, rounds)

    def alive(self, name: str):
        """Note that a trial is being trained, and return it."""
        trial = self._find_trial(name)
        self.heard[name] = time.monotonic()
        return trial

    def end_trial(self, name: str) -> None:
        """Take in the record of a trial; told twice, as when an answer was lost, it counts
        once.

        Raises:
            NotYet: the record cannot be seen in the folder.
        """
        with self.lock:
            trial = self._find_trial(name)
            if name in self.oracle.end_order:
                return
            if not folder.trial_path(self.study.folder, name).exists():
                raise service.NotYet(
                    f"trials/{name}.json is not in the chief's folder: is it shared?"
                )
            self._carry_out(
                self._end, trial, folder.read_trials(self.study.folder, [name])[0]
            )

    def give_back(self, name: str, worker: str | None) -> None:
        """Let others have the trial of a worker that has to go, unless one of them has it by
        now."""
        with self.lock:
            self._find_trial(name)
            if worker and worker == tuners.find_worker(self.oracle, name):
                self.asking.discard(worker)
                self._carry_out(self._note, {"event": "paused", "trial": name})
                tuners.take_back(self.oracle, worker)

    def is_over(self) -> bool:
        """Tell whether there is nothing left to hand out or to wait for.

        Raises:
            Exception: the error that made an answer impossible.
        """
        with self.lock:
            self._check()
            self._take_back_lost()
            if self.oracle.ongoing_trials:
                return False
            return self.is_late() or (
                self._has_no_more() and not tuners.has_waiting(self.oracle)
            )

    def is_late(self) -> bool:
        """Tell whether the budget is used up."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def take_leave(self) -> None:
        """Wait for the workers that are about to ask again, to be told that it is over."""
        end = time.monotonic() + FAREWELL
        while self.asking and time.monotonic() < end:
            time.sleep(0.1)

    def wait_for_trials_given_back(self, seconds: float) -> None:
        """Let workers say that they end, or it would count as if they had died in their
        trials."""
        end = time.monotonic() + seconds
        while self.oracle.ongoing_trials and time.monotonic() < end:
            time.sleep(0.1)

    def say_why(self) -> None:
        """Say what ended the search."""
        if self._has_no_more():
            self.progress.say_exhausted()
        else:
            self.progress.say_out_of_time()

    def _next(self, worker: str):
        self._take_back_lost()
        self.asking.add(worker)
        while True:
            trial = self._own_or_new(worker)
            if isinstance(trial, str):
                return trial
            name = trial.trial_id
            if ledger.count_deaths(ledger.read(self.study.folder), name) < MOST_DEATHS:
                self._note({"event": "begun", "trial": name, "worker": worker})
                self.heard[name] = self.handed[name] = time.monotonic()
                return trial
            record = study.record_death(trial)
            folder.write_trial(self.study.folder, record)
            self._end(trial, record)

    def _own_or_new(self, worker: str):
        if worker in self.oracle.ongoing_trials:
            return self.oracle.ongoing_trials[worker]
        if not self.is_late():
            trial = self.oracle.create_trial(worker)
            if trial.status == ledger.RUNNING:
                return trial
            self.stopped = trial.status == ledger.STOPPED
            if not self.stopped:
                return ledger.IDLE
        if self.oracle.ongoing_trials:
            return ledger.IDLE  # whoever is at work may die, and leave a trial to this worker
        self.asking.discard(worker)
        return ledger.STOPPED

    def _end(self, trial, record) -> None:
        place = self.study.folder
        tuners.tell_score(self.oracle, trial, record["score"])
        tensorboard.write(place, record)
        results.write(place)
        began = self.handed.get(record["trial"])
        took = time.monotonic() - began if began else record["seconds"]
        self.progress.end_trial_elsewhere(record, took, len(self.oracle.ongoing_trials) + 1)

    def _has_no_more(self) -> bool:
        return self.stopped or len(self.oracle.trials) >= self.oracle.limit

    def _take_back_lost(self) -> None:
        now = time.monotonic()
        for holder, trial in list(self.oracle.ongoing_trials.items()):
            if now - self.heard.get(trial.trial_id, now) > LOST:
                self.progress.say(
                    f"{holder} is silent: trial {trial.trial_id} can be taken over by others."
                )
                tuners.take_back(self.oracle, holder)
                self.asking.discard(holder)

    def _find_trial(self, name: str):
        if name not in self.oracle.trials:
            raise service.Refused(f"this study has no trial {name}")
        return self.oracle.trials[name]

    def _note(self, event) -> None:
        ledger.append(self.study.folder, event)

    def _check(self) -> None:
        if self.broken:
            raise self.broken

    def _carry_out(self, act, *arguments):
        self._check()
        try:
            return act(*arguments)
        except Exception as error:
            self.broken = error
            raise
