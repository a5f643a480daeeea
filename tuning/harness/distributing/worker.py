"""A worker of a search: asks the chief for trials, and trains them."""

import contextlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tuning.harness.distributing import service, shared_folder
from tuning.harness.errors import TuningError
from tuning.harness.search import study
from tuning.harness.store import folder, ledger
from zoo import engine
from zoo.texts import format_duration

POLL = 0.5
"""Seconds after which a worker that has nothing to do asks again."""
VISIBLE = 90.0
"""Seconds for which a network folder may hide from one machine what another has written."""


def run(
    name: str,
    place: Path,
    client: service.Client,
    threads: int | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> int | None:
    """Train trials of a study for as long as its chief has any, and return how many were
    trained.

    None: no chief has answered, and none is needed, since the study has all its trials.

    Args:
        name: of the job.
        place: the study's folder, the same as the chief's.
        client: of the chief.
        threads: executions that are trained at the same time; None: one per core, one on a
            GPU.
        say: is told when a chief has to be waited for.

    Raises:
        TuningError: no chief answers, or it has another study, or the job or its data are
            others here.
        DataError: the job's data set is not at hand.
        KeyboardInterrupt: on Ctrl-C; another worker can have the trial.
    """
    if not wait_for_chief(client, place, say):
        return None
    check_shared(client, place)
    with engine.using(progress=False, workers=threads):
        return work(study.join_study(name, place), client)


def wait_for_chief(client: service.Client, place: Path, say: Callable[[str], None]) -> bool:
    """Wait until a chief answers; False: none has, and the study has all its trials.

    That it has them is believed only in the end: a chief that is still starting may be about
        to want more.

    Raises:
        TuningError: none answers for too long.
    """
    end = time.monotonic() + client.patience
    waiting = False
    while not client.answers():
        if not waiting:
            say(
                f"waiting for a chief at {client.address}, up to {format_duration(client.patience)}"
            )
        waiting = True
        if time.monotonic() > end:
            if shared_folder.is_complete(place):
                return False
            raise TuningError(
                f"no chief answers at {client.address}: start one there with zoo tune chief, or mend --chief"
            )
        time.sleep(POLL)
    return True


def check_shared(client: service.Client, place: Path) -> None:
    """Wait until this machine sees the chief's study in the folder.

    Raises:
        TuningError: it does not see it for too long.
    """
    end = time.monotonic() + VISIBLE
    mark = client.mark()
    while shared_folder.read_mark(place) != mark:
        if time.monotonic() > end:
            raise TuningError(
                f"{place} does not hold the study of the chief at {client.address}: both must share one "
                "folder; mend --out or --chief"
            )
        time.sleep(POLL)


def work(joined: study.Study, client: service.Client) -> int:
    """Train one trial after the other, until the chief has no more, or is gone because it has
    no more."""
    count = 0
    with contextlib.suppress(service.Over):
        while (trial := client.create_trial()).status != ledger.STOPPED:
            if trial.status == ledger.IDLE:
                time.sleep(POLL)
                continue
            train(joined, client, trial)
            count += 1
    return count


def train(joined: study.Study, client: service.Client, trial) -> None:
    """Train a trial, put its record into the folder, and tell the chief; what ends us gives
    it back."""
    trial.hyperparameters.values = in_order(joined.declared, trial.hyperparameters.values)
    try:
        with client.at_work(trial):
            record = study.train_trial(joined, client, trial)
    except BaseException:
        client.give_back(trial)
        raise
    folder.write_trial(joined.folder, record)
    client.end_trial(trial)


def in_order(declared, values: Mapping) -> dict:
    """Return the values in the order in which they are declared, which they lose on their
    way."""
    names = dict.fromkeys([*(each.name for each in declared.space), *values])
    return {name: values[name] for name in names if name in values}
