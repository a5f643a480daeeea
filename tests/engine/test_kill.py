"""A study that is killed at any moment and started again ends in the bits of an undisturbed one."""

import multiprocessing
import os
import random
import signal
import sys
import time

import pytest

from tests.engine.networks import checksum, recipe, splits, with_dropout
from zoo import engine
from zoo.engine import member
from zoo.engine.store import RunStore

EPOCHS = 120
KILLS = 3
# All processes here are forked from one that has imported TensorFlow and not yet used it: that import is what
# takes the time, and a fork of this process, which has used it, would hang.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tensorflow", "keras"])


class StudyProcess:
    """A process that runs the study in a store once `begin` is called, and says what happens."""

    def __init__(self, store):
        self.store = store
        self.pipe, pipe = FORKS.Pipe()
        self.process = FORKS.Process(target=run_study, args=(store, pipe), daemon=True)
        self.process.start()
        pipe.close()

    def begin(self):
        """Let it begin, and wait until it has."""
        self.pipe.send("begin")
        assert self.pipe.recv() == "started"

    def wait_for_checkpoints(self, count=1):
        """Wait until it has written some checkpoints."""
        seen = known = set(self.store.glob("*/*.state"))
        while self.process.is_alive() and len(seen) < len(known) + count:
            time.sleep(0.005)
            seen = seen | set(self.store.glob("*/*.state"))

    def send(self, number):
        """Send it a signal."""
        os.kill(self.process.pid, number)

    def end(self):
        """Return all that it still says, and its exit code."""
        said = []
        try:
            while True:
                said.append(self.pipe.recv())
        except EOFError:
            self.process.join()
        return said, self.process.exitcode

    def kill_in_mid_training(self, moments):
        """Begin the study and kill it at a random moment; return what it said and its exit code."""
        self.begin()
        self.wait_for_checkpoints(moments.randint(1, 30))
        time.sleep(moments.uniform(0, 0.02))
        self.send(signal.SIGKILL)
        return self.end()


def run_study(store, pipe):
    """Run the study in this process; say which members are trained here, and at the end their checksums."""
    # Jobs in the background inherit that it is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    member.LOOP_SECONDS = 0.01
    train_one = member.Training.run

    def run(training, *arguments):
        pipe.send(("trained", training.seed))
        train_one(training, *arguments)

    member.Training.run = run
    pipe.recv()
    pipe.send("started")
    try:
        with engine.using(store=store, checkpoint_seconds=0.0, workers=2):
            study = engine.train(with_dropout, recipe(epochs=EPOCHS), splits(), [1, 2, 3])
    except KeyboardInterrupt:
        pipe.send("interrupted")
    else:
        pipe.send([checksum(each) for each in study.members])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return the checksums of the members of a study that nothing disturbed."""
    with engine.using(store=tmp_path_factory.mktemp("undisturbed")):
        study = engine.train(with_dropout, recipe(epochs=EPOCHS), splits(), [1, 2, 3])
    return [checksum(member) for member in study.members]


def test_killed_at_random_moments_and_started_again_it_ends_in_the_same_bits(
    tmp_path, undisturbed
):
    moments = random.Random(0)
    *doomed, last = [StudyProcess(tmp_path) for _ in range(KILLS + 1)]
    for process in doomed:
        said, code = process.kill_in_mid_training(moments)
        assert code == -signal.SIGKILL and undisturbed not in said, (
            "it ended before it could be killed"
        )
        assert any(not row.facts["finished"] for row in RunStore(tmp_path).rows()), (
            "nothing was left half done"
        )
    last.begin()
    said, code = last.end()
    assert code == 0
    assert said[-1] == undisturbed


def test_two_processes_on_one_store_end_in_the_same_bits_and_share_the_work(
    tmp_path, undisturbed
):
    together = [StudyProcess(tmp_path), StudyProcess(tmp_path)]
    for process in together:
        process.begin()
    (*trained, first), (*also_trained, second) = (process.end()[0] for process in together)
    assert first == second == undisturbed
    assert sorted(trained + also_trained) == [("trained", 1), ("trained", 2), ("trained", 3)]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a child process")
def test_ctrl_c_saves_the_members_on_their_way(tmp_path):
    process = StudyProcess(tmp_path)
    process.begin()
    process.wait_for_checkpoints()
    process.send(signal.SIGINT)
    said, _ = process.end()
    assert said[-1] == "interrupted"
    assert any(not row.facts["finished"] for row in RunStore(tmp_path).rows())
    assert not list(tmp_path.glob("*/*.tmp"))
