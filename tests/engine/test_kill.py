"""A study that is killed at any moment and started again ends in the bits of an undisturbed one."""

import random
import signal
import subprocess
import sys
import time

import pytest

from tests.engine.networks import checksum, environment, recipe, splits, with_dropout
from zoo import engine
from zoo.engine.store import RunStore

EPOCHS = 240
KILLS = 3

STUDY = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background inherit that it is ignored
from tests.engine.networks import checksum, recipe, splits, with_dropout
from zoo import engine
from zoo.engine import member
member.LOOP_SECONDS = 0.02
train_one = member.Training.run
def run(training, *arguments):
    print("trained", training.seed, file=sys.stderr)
    train_one(training, *arguments)
member.Training.run = run
input()
print("started", flush=True)
with engine.using(store=sys.argv[1], checkpoint_seconds=0.0, workers=2):
    study = engine.train(with_dropout, recipe(epochs={EPOCHS}), splits(), [1, 2, 3])
print(*map(checksum, study.members))
"""


def prepare(store, count=1):
    """Start processes that wait for a word to begin the study: together, as they mostly import."""
    command = [sys.executable, "-c", STUDY, str(store)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return [subprocess.Popen(command, text=True, env=environment(), **pipes) for _ in range(count)]


def begin(process):
    """Let a prepared process begin the study."""
    process.stdin.write("begin\n")
    process.stdin.flush()


def wait_for_checkpoints(process, store, count=1):
    """Wait until a running study has written some checkpoints."""
    seen = known = set(store.glob("*/*.state"))
    while process.poll() is None and len(seen) < len(known) + count:
        time.sleep(0.005)
        seen = seen | set(store.glob("*/*.state"))


def kill_in_mid_training(process, store, moments):
    """Begin the study and kill it at a random moment; return what it had printed and its exit code."""
    begin(process)
    wait_for_checkpoints(process, store, moments.randint(1, 30))
    time.sleep(moments.uniform(0, 0.02))
    process.send_signal(signal.SIGKILL)
    return process.communicate()[0].split(), process.returncode


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return the checksums of the members of a study that nothing disturbed."""
    with engine.using(store=tmp_path_factory.mktemp("undisturbed")):
        study = engine.train(with_dropout, recipe(epochs=EPOCHS), splits(), [1, 2, 3])
    return [checksum(member) for member in study.members]


def test_killed_at_random_moments_and_started_again_it_ends_in_the_same_bits(tmp_path, undisturbed):
    moments = random.Random(0)
    *doomed, last = prepare(tmp_path, KILLS + 1)
    for process in doomed:
        printed, code = kill_in_mid_training(process, tmp_path, moments)
        assert (printed, code) == (["started"], -signal.SIGKILL), "it ended before it could be killed"
        assert any(not row.facts["finished"] for row in RunStore(tmp_path).rows()), (
            "nothing was left half done"
        )
    printed, errors = last.communicate("begin\n")
    assert last.returncode == 0, errors
    assert printed.split()[1:] == undisturbed


def test_two_processes_on_one_store_end_in_the_same_bits_and_share_the_work(tmp_path, undisturbed):
    together = prepare(tmp_path, 2)
    for process in together:
        begin(process)
    printed, errors = zip(*(process.communicate() for process in together), strict=True)
    assert printed[0].split()[1:] == printed[1].split()[1:] == undisturbed
    trained = [line for line in "".join(errors).splitlines() if line.startswith("trained")]
    assert sorted(trained) == ["trained 1", "trained 2", "trained 3"]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a child process")
def test_ctrl_c_saves_the_members_on_their_way(tmp_path):
    (process,) = prepare(tmp_path)
    begin(process)
    wait_for_checkpoints(process, tmp_path)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert "KeyboardInterrupt" in errors
    assert any(not row.facts["finished"] for row in RunStore(tmp_path).rows())
    assert not list(tmp_path.glob("*/*.tmp"))
