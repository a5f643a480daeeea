"""A study that is killed at any moment and started again ends in the bits of an undisturbed one."""

import random
import signal
import subprocess
import sys
import time

import pytest

from tests.engine.networks import checksum, environment, recipe, splits, with_dropout
from zoo import engine

EPOCHS = 2500

STUDY = f"""
import sys
from tests.engine.networks import checksum, recipe, splits, with_dropout
from zoo import engine
from zoo.engine import member
member.LOOP_SECONDS = 0.02
with engine.using(store=sys.argv[1], checkpoint_seconds=0.0, workers=2):
    print("started", flush=True)
    study = engine.train(with_dropout, recipe(epochs={EPOCHS}), splits(), [1, 2, 3])
print(*map(checksum, study.members))
"""


def start(store):
    """Start the study in a process of its own."""
    command = [sys.executable, "-c", STUDY, str(store)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )


def kill_after_checkpoints(store, moment):
    """Start the study, kill it `moment` seconds after its first checkpoint; tell whether it was still training."""
    known = set(store.glob("*/*.run"))
    process = start(store)
    while process.poll() is None and set(store.glob("*/*.run")) <= known:
        time.sleep(0.01)
    time.sleep(moment)
    unfinished = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return unfinished


def test_killed_at_random_moments_and_started_again_it_ends_in_the_same_bits(tmp_path):
    moments = random.Random(0)
    killed = [kill_after_checkpoints(tmp_path, moments.uniform(0, 0.5)) for _ in range(4)]
    last = start(tmp_path)
    printed, errors = last.communicate()
    assert last.returncode == 0, errors
    undisturbed = engine.train(with_dropout, recipe(epochs=EPOCHS), splits(), [1, 2, 3])
    assert printed.split()[1:] == [checksum(member) for member in undisturbed.members]
    assert sum(killed) >= 2, "the study ended before it could be killed: the test shows nothing"


def test_two_processes_on_one_store_end_in_the_same_bits_and_share_the_work(tmp_path):
    together = [start(tmp_path), start(tmp_path)]
    printed = [process.communicate()[0].split()[1:] for process in together]
    undisturbed = engine.train(with_dropout, recipe(epochs=EPOCHS), splits(), [1, 2, 3])
    assert printed[0] == printed[1] == [checksum(member) for member in undisturbed.members]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a child process")
def test_ctrl_c_saves_the_members_on_their_way(tmp_path):
    process = start(tmp_path)
    while not list(tmp_path.glob("*/*.run")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert "KeyboardInterrupt" in errors
    assert list(tmp_path.glob("*/*.run"))
    assert not list(tmp_path.glob("*/*.tmp"))
