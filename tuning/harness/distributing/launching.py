"""Starts a chief and its workers on this machine, and keeps them at work until the study is
over."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tuning.harness.distributing import tether
from tuning.harness.store import folder, ledger

FRUITLESS = 3
"""Deaths in a row, without having got anywhere in between, after which a process is not
started again."""
PING = 5.0
STUCK = 60.0
"""Seconds after which a chief that has answered before, and no longer does, is ended."""
LEFT = 20.0
"""Seconds after which a chief is ended from whom all its workers have parted, the study being
over."""
TOLD = 130
"""Exit status of a chief or worker that was sent SIGTERM."""
ASK = "/".join(("", "keras_tuner.Oracle", "GetSpace"))
"""What every chief answers at any time."""


@dataclass
class Child:
    """A process that is kept alive under one name."""

    name: str
    command: Sequence[str]
    progress: Callable[[], int] = lambda: 0
    """How far it has come: a number that grows."""
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    deaths: int = 0
    """Without progress, one after the other."""
    reached: int = 0

    def start(self) -> None:
        """Start it, tied to this process by its standard input, and out of reach of the
        terminal's Ctrl-C."""
        self.reached = self.progress()
        environment = os.environ | self.environment
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, env=environment, start_new_session=True
        )

    def code(self) -> int | None:
        """Return how it ended, negative for a signal; None while it runs."""
        return self.process.poll()

    def may_live_again(self) -> bool:
        """Tell whether it was killed, and not too often in vain; what ends by itself has said
        why."""
        self.deaths = 1 if self.progress() > self.reached else self.deaths + 1
        return was_killed(self.code()) and self.deaths < FRUITLESS


@dataclass
class Watch:
    """What is known of whether the chief still does its work."""

    answers: Callable[[], bool]
    complete: Callable[[], bool]
    """Whether the study has all trials that it shall have."""
    asked: float = 0.0
    answered: float | None = None
    left: float | None = None
    """Since when no worker runs."""

    def begin(self) -> None:
        """Forget what the former chief did."""
        self.answered = self.left = None

    def find_proof(self, all_left: bool) -> str:
        """Return by what it is proved that the chief is stuck, "" if it is not."""
        now = time.monotonic()
        if now - self.asked > PING:
            self.answered = now if self.answers() else self.answered
            self.asked = now
        self.left = (self.left or now) if all_left else None
        if self.left and now - self.left > LEFT:
            return f"all workers left {LEFT:.0f} s ago"
        if self.answered and now - self.answered > STUCK:
            return f"it has not answered for {STUCK:.0f} s"
        return ""


def supervise(
    chief: Child, workers: Sequence[Child], watch: Watch, say: Callable[[str], None]
) -> int:
    """Run all until the chief ends, and return the exit status: 0 if it ended well.

    Raises:
        KeyboardInterrupt: on Ctrl-C, after all have ended.
    """
    crew = list(workers)
    try:
        for each in (chief, *crew):
            each.start()
        while (code := chief_ended(chief, watch, say)) is None:
            crew = [each for each in crew if keep_alive(each, say)]
            if not crew and all(each.code() for each in workers):
                say("No worker is left; the trials that have ended are kept.")
                return 1
            if proof := watch.find_proof(all_left=not crew):
                say(f"The chief is stuck ({proof}) and is ended.")
                chief.process.kill()
                chief.process.wait()
            time.sleep(0.05)
        return code
    finally:
        dismiss(workers)
        dismiss([chief])  # who notes that the workers have left their trials


def chief_ended(chief: Child, watch: Watch, say) -> int | None:
    """Return the exit status if the chief has ended for good; one that was killed is started
    again."""
    code = chief.code()
    if code is None or not was_killed(code):
        return code
    if watch.left and watch.complete():
        return 0
    if watch.left:
        say("The workers left before the study was over; the same command goes on.")
        return 1
    if not chief.may_live_again():
        say(
            f"The chief was {name_end(code)} {FRUITLESS} times in a row and is not started again."
        )
        return 1
    say(f"The chief was {name_end(code)}; it is started again.")
    chief.start()
    watch.begin()
    return None


def keep_alive(worker: Child, say) -> bool:
    """Start a worker again that was killed; False: it has ended for good."""
    code = worker.code()
    if code is None:
        return True
    if worker.may_live_again():
        say(f"{worker.name} was {name_end(code)}; it is started again under the same id.")
        worker.start()
        return True
    if was_killed(code):
        say(
            f"{worker.name} was {name_end(code)} {FRUITLESS} times in a row and is not started again."
        )
    elif code:
        say(f"{worker.name} has ended with the error above and is not started again.")
    return False


def was_killed(code: int) -> bool:
    """Tell whether a process was ended from outside, by force or by SIGTERM, which it turns
    into 130."""
    return code < 0 or code == TOLD


def name_end(code: int) -> str:
    """Return what ended a process, as "killed by SIGKILL"."""
    if code == TOLD:
        return "told to end"
    names = {each.value: each.name for each in signal.Signals}
    return f"killed by {names.get(-code, f'signal {-code}')}"


def dismiss(children: Sequence[Child]) -> None:
    """End processes: by the end of their standard input, and, where that is not enough, by
    force."""
    started = [each.process for each in children if each.process]
    for process in started:
        process.stdin.close()
    end = time.monotonic() + tether.GRACE + 1
    for process in started:
        try:
            process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(address: str) -> bool:
    """Tell whether a chief answers there; asked without KerasTuner, which would bring
    TensorFlow."""
    import grpc

    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            channel.unary_unary(ASK)(b"", timeout=2.0)
        except grpc.RpcError:
            return False
    return True


def events(place: Path) -> int:
    """Return how much has happened in a study."""
    return len(ledger.read(place))


def wait_until_free(place: Path, say: Callable[[str], None]) -> None:
    """Give processes of a launcher that was killed the time to end."""
    if folder.is_busy(place):
        say(f"Waiting up to {tether.GRACE:.0f} s for another process to leave {place}.")
    end = time.monotonic() + tether.GRACE
    while folder.is_busy(place) and time.monotonic() < end:
        time.sleep(0.2)


def count_begun(place: Path, worker: str) -> int:
    """Return how many trials a worker has begun."""
    return sum(
        each["event"] == "begun" and each.get("worker") == worker
        for each in ledger.read(place)
    )


def threads(workers: int, cores: int) -> int:
    """Return how many executions each worker trains at the same time."""
    return max(1, cores // workers)


def devices(workers: int, gpus: Sequence[str]) -> list[dict[str, str]]:
    """Return what the environment says to each worker of its GPU: they get them in turn.

    Workers that share a GPU take no more of its memory than they need; by itself TensorFlow
    takes it all.
    """
    if not gpus:
        return [{} for _ in range(workers)]
    sparing = {"TF_FORCE_GPU_ALLOW_GROWTH": "true"} if workers > len(gpus) else {}
    return [
        {"CUDA_VISIBLE_DEVICES": gpus[number % len(gpus)]} | sparing
        for number in range(workers)
    ]


def gpus() -> list[str]:
    """Return what CUDA calls the GPUs that this process may use: those of
    CUDA_VISIBLE_DEVICES, else all."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return [each for each in visible.split(",") if each.strip() not in ("", "-1")]
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    query = [program, "--query-gpu=uuid", "--format=csv,noheader"]
    listed = subprocess.run(query, capture_output=True, text=True)
    return listed.stdout.split() if listed.returncode == 0 else []
