"""The launcher, with programs of one line in place of chief and workers."""

import signal
import subprocess
import sys
import time

import pytest

from tests.engine.networks import environment
from tuning.harness.distributing import addresses, launching

FOREVER = "import sys; sys.stdin.read()"
AT_ONCE = "pass"
KILLED = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
TOLD_TO_END = "raise SystemExit(130)"
WRONG = "raise SystemExit(2)"


def child(program, name="worker-01", progress=lambda: 0):
    return launching.Child(name, [sys.executable, "-S", "-c", program], progress)


@pytest.fixture
def supervised(monkeypatch):
    """A function that runs a chief and workers, and returns the exit status and what was said."""
    monkeypatch.setattr(launching, "LEFT", 0.3)
    monkeypatch.setattr(launching, "PING", 0.05)
    monkeypatch.setattr(launching, "STUCK", 0.3)

    def run(head, *workers, answers=lambda: True, complete=lambda: True):
        said = []
        code = launching.supervise(
            head, workers, launching.Watch(answers, complete), said.append
        )
        assert all(each.process.returncode is not None for each in (head, *workers))
        return code, said

    return run


def test_the_end_of_the_chief_ends_all(supervised):
    assert supervised(child("import time; time.sleep(0.2)", "chief"), child(FOREVER)) == (
        0,
        [],
    )


def test_what_the_chief_refuses_is_refused(supervised):
    assert supervised(child(WRONG, "chief"), child(FOREVER)) == (2, [])


def test_a_worker_that_is_killed_in_vain_again_and_again_is_given_up_and_so_is_the_study(
    supervised,
):
    code, said = supervised(child(FOREVER, "chief"), child(KILLED))
    again = "worker-01 was killed by SIGKILL; it is started again under the same id."
    assert code == 1
    assert said == [
        again,
        again,
        "worker-01 was killed by SIGKILL 3 times in a row and is not started again.",
        "No worker is left; the trials that have ended are kept.",
    ]


def test_who_is_told_to_end_by_others_than_the_launcher_is_started_again(supervised):
    _, said = supervised(child(FOREVER, "chief"), child(TOLD_TO_END))
    assert said[0] == "worker-01 was told to end; it is started again under the same id."
    assert said[2] == "worker-01 was told to end 3 times in a row and is not started again."
    _, said = supervised(child(TOLD_TO_END, "chief"), child(FOREVER))
    assert said[0] == "The chief was told to end; it is started again."


def test_a_worker_that_gets_on_between_its_deaths_is_not_given_up(supervised):
    steps = iter(range(5))
    lively = child(KILLED, progress=lambda: next(steps, 4))
    _, said = supervised(child(FOREVER, "chief"), lively)
    assert sum("again under the same id" in line for line in said) > launching.FRUITLESS - 1
    assert "is not started again" in said[-2]


def test_a_worker_that_ends_with_an_error_is_not_started_again(supervised):
    code, said = supervised(child(FOREVER, "chief"), child(WRONG))
    assert code == 1
    assert said[0] == "worker-01 has ended with the error above and is not started again."


def test_a_chief_from_whom_all_workers_have_parted_is_ended(supervised):
    code, said = supervised(
        child(FOREVER, "chief"), child(AT_ONCE), child(AT_ONCE, "worker-02")
    )
    assert code == 0
    assert said == ["The chief is stuck (all workers left 0 s ago) and is ended."]


def test_a_chief_from_whom_all_workers_have_parted_too_early_is_no_success(supervised):
    code, said = supervised(child(FOREVER, "chief"), child(AT_ONCE), complete=lambda: False)
    assert code == 1
    assert said[1:] == [
        "The workers left before the study was over; the same command goes on."
    ]


def test_a_chief_that_no_longer_answers_is_ended_and_started_again(supervised, tmp_path):
    answers, mark = iter([True]), tmp_path / "started"
    stuck_at_first = (
        f"import os\nif not os.path.exists({str(mark)!r}): os.mkdir({str(mark)!r}); {FOREVER}"
    )
    head = child(stuck_at_first, "chief")
    code, said = supervised(head, child(FOREVER), answers=lambda: next(answers, False))
    assert said[0].startswith("The chief is stuck (it has not answered for")
    assert said[1:] == ["The chief was killed by SIGKILL; it is started again."]
    assert code == 0


def test_a_chief_that_has_not_answered_yet_is_left_to_start(supervised):
    head = child("import time; time.sleep(0.6)", "chief")
    assert supervised(head, child(FOREVER), answers=lambda: False) == (0, [])


def test_a_chief_that_dies_again_and_again_is_given_up(supervised):
    code, said = supervised(child(KILLED, "chief"), child(FOREVER))
    assert code == 1
    assert (
        said[-1]
        == "The chief was killed by SIGKILL 3 times in a row and is not started again."
    )


@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN])
def test_a_process_whose_launcher_was_killed_ends_as_after_ctrl_c(handler):
    program = (
        "import time\n"
        "from tuning.harness.distributing import tether\n"
        "tether.tie()\n"
        "try: print('ready', flush=True); time.sleep(60)\n"
        "except KeyboardInterrupt: print('saved', flush=True)\n"
    )
    parent = (
        "import signal, subprocess, sys\n"
        f"signal.signal(signal.SIGINT, {int(handler)})\n"
        f"subprocess.Popen([sys.executable, '-c', {program!r}], stdin=subprocess.PIPE).wait()\n"
    )
    command = [sys.executable, "-c", parent]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout.readline() == "ready\n"
        launcher.send_signal(signal.SIGKILL)
        began = time.monotonic()
        assert launcher.stdout.read() == "saved\n"
        assert time.monotonic() - began < launching.tether.GRACE


def test_a_process_is_killed_by_force_where_the_end_of_its_input_is_not_enough(monkeypatch):
    monkeypatch.setattr(launching.tether, "GRACE", 0.2)
    deaf = child("import time; time.sleep(60)")
    deaf.start()
    launching.dismiss([deaf])
    assert deaf.code() == -signal.SIGKILL


def test_cores_are_shared_out_and_nobody_goes_without():
    assert [launching.threads(workers, 8) for workers in (1, 2, 3, 8, 9)] == [8, 4, 2, 1, 1]


def test_gpus_are_given_out_in_turn_and_shared_ones_not_taken_whole():
    assert launching.devices(2, []) == [{}, {}]
    assert launching.devices(2, ["0", "3"]) == [
        {"CUDA_VISIBLE_DEVICES": "0"},
        {"CUDA_VISIBLE_DEVICES": "3"},
    ]
    shared = launching.devices(3, ["0", "3"])
    assert [each["CUDA_VISIBLE_DEVICES"] for each in shared] == ["0", "3", "0"]
    assert {each["TF_FORCE_GPU_ALLOW_GROWTH"] for each in shared} == {"true"}


@pytest.mark.parametrize(
    ("visible", "found"),
    [("", []), ("-1", []), ("1", ["1"]), ("GPU-a,GPU-b", ["GPU-a", "GPU-b"])],
)
def test_the_gpus_are_those_that_this_process_may_use(monkeypatch, visible, found):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert launching.gpus() == found


def test_an_address_without_a_chief_does_not_answer():
    assert not launching.answers(addresses.free())
