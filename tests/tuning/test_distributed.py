"""A chief and its workers: what goes wrong with one of them, and that the study ends as if it had not."""

import functools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.engine.networks import environment
from tests.tuning.conftest import scores
from tests.tuning.toy import STEADY, TOY, pretended
from tuning.harness import errors
from tuning.harness.commands import distributing
from tuning.harness.distributing import addresses, chief, service, shared_folder, worker
from tuning.harness.errors import TuningError
from tuning.harness.reporting.progress import Progress
from tuning.harness.search import study, tuners
from tuning.harness.search.options import Options
from tuning.harness.store import ledger, results
from zoo import engine

STUBBORN = TOY.replace(
    'hp.Float("rate", 0.01, 1.0, default=0.5)', 'hp.Float("rate", 0.1, 1.0, step=0.1)'
)


class Served:
    """A chief in a thread, and workers in others. Training is pretended."""

    def __init__(self, place, **options):
        self.place, self.address, self.said, self.error = place, addresses.free(), [], None
        arguments = (
            self.address,
            "toy",
            Options(**options),
            place,
            Progress(self.said.append),
        )
        self.thread = threading.Thread(target=self._run, args=arguments, daemon=True)
        self.thread.start()
        while self.thread.is_alive() and not self.client().answers():
            time.sleep(0.02)

    def _run(self, *arguments):
        try:
            chief.run(*arguments)
        except Exception as error:
            self.error = error

    def client(self, name="worker-01", patience=60.0):
        return service.Client(self.address, name, patience)

    def work(self, name="worker-01"):
        thread = threading.Thread(
            target=worker.run, args=("toy", self.place, self.client(name)), daemon=True
        )
        thread.start()
        return thread

    def end(self, *workers):
        for thread in (self.thread, *workers):
            thread.join(120)
            assert not thread.is_alive(), "it hangs"
        if self.error:
            raise self.error
        return results.read_records(self.place)


@pytest.fixture
def serve(jobs, quick, tmp_path, monkeypatch):
    """A function that begins a study's chief."""
    monkeypatch.setattr(service, "AGAIN", 0.05)
    monkeypatch.setattr(worker, "POLL", 0.02)
    return lambda place="served", **options: Served(tmp_path / place, **options)


def crew(served, count=2):
    return [served.work(f"worker-{number:02d}") for number in range(1, count + 1)]


@pytest.mark.parametrize("tuner", ["random", "grid"])
@pytest.mark.parametrize("count", [1, 3])
def test_however_many_workers_there_are_trials_and_scores_are_those_of_a_single_process(
    serve, search, tuner, count
):
    served = serve(tuner=tuner, trials=9)
    assert scores(served.end(*crew(served, count))) == scores(search(tuner=tuner, trials=9))


@pytest.mark.parametrize("tuner", ["bayesian", "hyperband"])
def test_whatever_order_scores_arrived_in_a_study_can_be_gone_on_with_by_one_process_and_by_many(
    serve, search, tuner
):
    first = serve(tuner=tuner, trials=8, executions=1)
    begun = first.end(*crew(first, 3))
    longer = search("served", trials=9)
    last = serve(trials=11)
    assert scores(longer)[:8] == scores(begun)
    assert scores(last.end(*crew(last)))[:9] == scores(longer)
    assert len(results.read_records(last.place)) == 11


def test_what_a_single_process_left_unfinished_a_worker_takes_up(serve, search, quick):
    def interrupted(*arguments, **more):
        raise KeyboardInterrupt

    quick(interrupted)
    with pytest.raises(KeyboardInterrupt):
        search("served")
    quick(pretended)
    served = serve()
    assert scores(served.end(served.work())) == scores(search("single"))


def test_values_are_noted_in_the_order_in_which_they_are_declared(serve):
    served = serve()
    assert {tuple(each["values"]) for each in served.end(served.work())} == {
        ("rate", "width")
    }


def test_many_failures_in_a_row_end_nothing_and_their_tracebacks_arrive(serve, jobs, quick):
    def crashing(build, recipe, *arguments, **more):
        if recipe.optimizer.learning_rate < 0.65:
            raise MemoryError("no room for the gradients")
        return pretended(build, recipe, *arguments, **more)

    jobs(STUBBORN)
    quick(crashing)
    served = serve(tuner="grid", trials=24)
    found = served.end(*crew(served))
    statuses = [
        each["status"] for each in ledger.read(served.place) if each["event"] == "ended"
    ]
    assert len(found) == 24
    assert statuses[:5] == ["FAILED"] * 5
    assert "COMPLETED" in statuses
    assert 'raise MemoryError("no room for the gradients")' in found[0]["failure"]


def test_a_worker_that_was_killed_has_its_trial_back_under_the_same_id(serve):
    served = serve()
    lost = served.client("worker-01").create_trial()
    again = served.client("worker-01").create_trial()
    assert again.trial_id == lost.trial_id
    assert again.hyperparameters.values == lost.hyperparameters.values
    assert served.client("worker-02").create_trial().trial_id != lost.trial_id


def test_a_trial_in_which_its_worker_dies_again_and_again_fails(serve):
    served = serve(trials=2)
    for _ in range(errors.MOST_DEATHS):
        served.client("worker-01").create_trial()
    found = served.end(*crew(served, 1))
    assert [each["status"] for each in found] == ["FAILED", "COMPLETED"]
    assert found[0]["failure"] == errors.DIED


def test_the_trial_of_a_worker_that_is_gone_for_ever_is_taken_over_and_counts_once(
    serve, quick, monkeypatch
):
    trained, told = [], threading.Event()

    def held(*arguments, **more):
        trained.append(arguments)
        assert len(trained) == 1 or told.wait(60)
        return pretended(*arguments, **more)

    quick(held)
    monkeypatch.setattr(chief, "LOST", 0.3)
    monkeypatch.setattr(service, "BEAT", 0.05)
    served = serve()
    gone = served.client("worker-07")
    trial = gone.create_trial()
    while not any("worker-07 is silent" in line for line in served.said):
        assert served.thread.is_alive()
        time.sleep(0.02)
    other = served.work("worker-08")
    while not (served.place / "trials" / f"{trial.trial_id}.json").exists():
        assert served.thread.is_alive()
        time.sleep(0.02)
    gone.end_trial(trial)
    told.set()
    assert len(served.end(other)) == 5
    ended = [each["trial"] for each in ledger.read(served.place) if each["event"] == "ended"]
    assert len(ended) == len(set(ended)) == 5


def test_a_worker_in_training_is_not_thought_to_be_gone(serve, quick, monkeypatch):
    def slow(*arguments, **more):
        time.sleep(3.5)
        return pretended(*arguments, **more)

    monkeypatch.setattr(chief, "LOST", 3.0)
    monkeypatch.setattr(service, "BEAT", 0.2)
    quick(slow)
    served = serve(trials=2)
    served.end(*crew(served))
    assert not [line for line in served.said if "silent" in line]


def test_signs_of_life_get_through_while_many_workers_wait_for_a_slow_tuner(
    serve, monkeypatch
):
    served = serve(trials=30)
    trial = served.client("worker-00").create_trial()
    released = threading.Event()
    asked = []

    def slow(chief, worker):
        asked.append(worker)
        released.wait(60)
        return ledger.IDLE

    monkeypatch.setattr(chief.Chief, "ask", slow)
    waiting = [
        threading.Thread(target=served.client(f"worker-{n:02d}").create_trial)
        for n in range(1, 20)
    ]
    for thread in waiting:
        thread.start()
    try:
        while len(asked) < len(waiting):
            time.sleep(0.02)
        request = service.protos.get_service().GetTrialRequest(trial_id=trial.trial_id)
        served.client("worker-00").stub.GetTrial(request, timeout=30.0)
    finally:
        released.set()
        for thread in waiting:
            thread.join()


def test_a_worker_that_must_go_gives_its_trial_to_another(serve, quick):
    def told_to_end(*arguments, **more):
        raise KeyboardInterrupt

    served = serve()
    quick(told_to_end)
    with pytest.raises(KeyboardInterrupt):
        worker.run("toy", served.place, served.client("worker-01"))
    quick(pretended)
    assert len(served.end(served.work("worker-02"))) == 5
    events = [(each["event"], each.get("worker")) for each in ledger.read(served.place)]
    assert events[:4] == [
        ("created", "worker-01"),
        ("begun", "worker-01"),
        ("paused", None),
        ("begun", "worker-02"),
    ]


def test_a_worker_that_must_go_cannot_take_its_former_trial_from_who_has_it_now(serve):
    served = serve()
    first, second = served.client("worker-01"), served.client("worker-02")
    trial = first.create_trial()
    first.give_back(trial)
    taken = second.create_trial()
    first.give_back(trial)
    assert taken.trial_id == trial.trial_id
    assert served.client("worker-03").create_trial().trial_id != trial.trial_id


def test_a_worker_whose_trial_was_taken_over_may_get_others_and_the_ledger_replays(
    serve, search
):
    served = serve(trials=4)
    first = served.client("worker-01")
    first.give_back(first.create_trial())
    taken = served.client("worker-02").create_trial()
    assert (taken.trial_id, first.create_trial().trial_id) == ("0000", "0001")
    oracle = tuners.make("random", study.join_study("toy", served.place).declared, 1, 1)
    tuners.replay(oracle, ledger.read(served.place))
    holders = {name: trial.trial_id for name, trial in oracle.ongoing_trials.items()}
    assert holders == {"worker-02": "0000", "worker-01": "0001"}


def test_a_budget_that_is_used_up_ends_chief_and_workers(serve, quick):
    def slow(*arguments, **more):
        time.sleep(0.5)
        return pretended(*arguments, **more)

    quick(slow)
    served = serve(budget=0.05, trials=50)
    found = served.end(*crew(served))
    assert 0 < len(found) < 50
    assert served.said[-1].startswith(
        f"The budget is used up after {len(found)} of 50 trials"
    )


def test_a_study_that_is_complete_needs_no_worker_and_its_workers_no_chief(serve, search):
    search("served")
    served = serve()
    assert len(served.end()) == 5
    assert worker.run("toy", served.place, served.client(patience=0.0)) is None


def test_a_worker_whose_chief_ended_while_it_trained_ends_too_instead_of_asking_on(
    search, tmp_path
):
    search("served")
    place = tmp_path / "served"
    is_over = functools.partial(shared_folder.is_complete, place)
    client = service.Client(addresses.free(), "worker-01", 5.0, is_over)
    assert worker.work(study.join_study("toy", place), client) == 0


def test_a_worker_that_starts_before_its_chief_waits_for_what_a_complete_study_shall_have_more(
    serve, search, tmp_path, monkeypatch
):
    search("served", trials=2)
    address = addresses.free()
    monkeypatch.setattr(addresses, "free", lambda: address)
    client = service.Client(address, "worker-01", 60.0)
    said = []
    arguments = ("toy", tmp_path / "served", client, None, said.append)
    early = threading.Thread(target=worker.run, args=arguments, daemon=True)
    early.start()
    while not said:
        assert early.is_alive()
        time.sleep(0.02)
    assert len(serve(trials=4).end(early)) == 4


def test_a_ledger_that_cannot_be_written_ends_the_chief_instead_of_leaving_a_lock_held(
    serve, monkeypatch
):
    def full(*arguments):
        raise OSError("no space left on device")

    served = serve()
    monkeypatch.setattr(ledger, "append", full)
    with pytest.raises(TuningError, match="does not go on: the chief ends: no space left"):
        served.client(patience=0.0).create_trial()
    with pytest.raises(OSError, match="no space left"):
        served.end()


def test_a_worker_with_another_folder_is_refused(serve, search, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "VISIBLE", 0.0)
    served = serve()
    search("another")
    with pytest.raises(TuningError, match="does not hold the study of the chief"):
        worker.run("toy", tmp_path / "another", served.client())


def test_what_makes_no_sense_is_refused_and_harms_nobody(serve):
    served = serve()
    client = served.client()
    trial = client.create_trial()
    with pytest.raises(TuningError, match="a score and a number of rounds"):
        client.update_trial(trial.trial_id, {"score": 1.0})
    trial.trial_id = "../../thesis"
    with pytest.raises(TuningError, match=r"this study has no trial \.\./\.\./thesis"):
        client.end_trial(trial)
    with pytest.raises(TuningError, match="--id must be"):
        served.client("../worker").create_trial()
    assert len(served.end(*crew(served))) == 5


def test_a_port_that_is_taken_is_not_shared_and_no_study_is_begun(serve, jobs, tmp_path):
    served = serve()
    with pytest.raises(TuningError, match="is taken, or not an address of this machine"):
        chief.run(served.address, "toy", Options(), tmp_path / "second", Progress(print))
    assert not (tmp_path / "second").exists()
    served.end(served.work())


def test_the_environment_of_another_search_changes_nothing(serve, monkeypatch):
    monkeypatch.setenv("KERASTUNER_ORACLE_IP", "127.0.0.1")
    monkeypatch.setenv("KERASTUNER_ORACLE_PORT", "1")
    monkeypatch.setenv("KERASTUNER_TUNER_ID", "chief")
    served = serve()
    assert len(served.end(served.work())) == 5


def test_without_a_chief_a_worker_ends_with_one_line_instead_of_searching_alone(
    jobs, tmp_path
):
    client, said = service.Client(addresses.free(), "worker-01", patience=0.0), []
    with pytest.raises(TuningError, match="no chief answers at"):
        worker.run("toy", tmp_path / "study", client, say=said.append)
    assert said == [f"waiting for a chief at {client.address}, up to 0.0 s"]
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize(
    ("address", "alone"),
    [
        ("127.0.0.1:7017", True),
        ("localhost:1", True),
        ("[::1]:7017", True),
        ("0.0.0.0:7017", False),
        ("10.0.0.5:7017", False),
        ("node-1:7017", False),
    ],
)
def test_whoever_opens_the_port_to_others_is_told_that_it_has_no_authentication(
    address, alone
):
    assert addresses.is_loopback(addresses.check_address(address, "--listen")) == alone
    said = distributing._warn_about_port(address)
    assert "no authentication" in said
    assert ("which only this machine can reach" in said) == alone


def of(process_named, place):
    """Return the process ids of the commands on a study that contain a word."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if process_named in words and str(place) in words:
            found.append(int(entry.name))
    return found


def wait_for(happened, process):
    """Wait until something has happened while a process runs."""
    while not happened():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.02)


@pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="finds processes in /proc"
)
def test_with_a_worker_and_the_chief_killed_the_job_ends_with_all_trials(
    jobs, search, tmp_path
):
    jobs(STEADY.replace("STEPS = 900", "STEPS = 27_000"))
    place = tmp_path / "killed"
    search("killed", trials=1)  # so that it is a complete study that is made longer
    start = f"import tuning; tuning.__path__.append({str(tmp_path / 'jobs')!r})"
    (tmp_path / "sitecustomize.py").write_text(start)
    path = os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])
    command = [
        sys.executable,
        "-m",
        "zoo.cli",
        "tune",
        "run",
        "toy",
        "--workers",
        "2",
        "--out",
        str(place),
    ]
    command += ["--trials", "5"]
    process = subprocess.Popen(
        command,
        env=environment(PYTHONPATH=path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    def begun():
        events = ledger.read(place) if place.exists() else []
        return [
            each["trial"]
            for each in events
            if (each["event"], each.get("worker")) == ("begun", "worker-01")
        ]

    wait_for(begun, process)
    os.kill(of("worker-01", place)[0], signal.SIGKILL)
    wait_for(lambda: len(begun()) > 1, process)
    os.kill(of("chief", place)[0], signal.SIGKILL)
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 0, said
    assert "worker-01 was killed by SIGKILL; it is started again under the same id." in said
    assert "The chief was killed by SIGKILL; it is started again." in said
    assert begun()[0] == begun()[1], "it was not killed in the middle of a trial"
    assert of("worker-01", place) == of("worker-02", place) == of("chief", place) == []
    with engine.using(store=tmp_path / "another store"):
        assert scores(results.read_records(place)) == scores(search("undisturbed"))
