"""Studies that really train: killed, repeated elsewhere, continued by Hyperband and Optuna."""

import signal
import subprocess
import sys

import pytest

from tests.engine.networks import environment
from tests.tuning.conftest import NEEDS_OPTUNA, scores
from tests.tuning.toy import STEADY, TOY
from tuning.harness import discovery
from tuning.harness.search import objective, space
from tuning.harness.store import ledger
from zoo import data, engine
from zoo.engine import member
from zoo.engine.settings import store_folder
from zoo.engine.store import RunStore

KILLED = """
import os
import signal
import sys
import tuning
import tuning.harness
from pathlib import Path
tuning.__path__.append(sys.argv[1])
from tuning.harness.search import study
from tuning.harness.store import ledger
from tuning.harness.search.options import Options
from tuning.harness.reporting.progress import Progress
from zoo import engine
from zoo.engine import member

place = Path(sys.argv[2])
advance = member.Training._advance

def fatal(training, *arguments):
    count = advance(training, *arguments)
    if training.step >= 500 and ledger.read(place)[-1] == {"event": "begun", "trial": "0001"}:
        os.kill(os.getpid(), signal.SIGKILL)
    return count

member.Training._advance = fatal
with engine.using(checkpoint_seconds=0.0):
    study.run("toy", Options(seed=0, trials=3), place, Progress(print))
"""


@pytest.fixture
def trained(monkeypatch):
    """The updates that were really done, per random seed."""
    counts = {}
    advance = member.Training._advance

    def counted(training, *arguments):
        count = advance(training, *arguments)
        counts[training.seed] = counts.get(training.seed, 0) + count
        return count

    monkeypatch.setattr(member.Training, "_advance", counted)
    return counts


def test_killed_in_mid_study_the_same_command_ends_in_the_same_scores(
    jobs, search, trained, tmp_path
):
    jobs(STEADY)
    command = [sys.executable, "-c", KILLED, str(tmp_path / "jobs"), str(tmp_path / "killed")]
    killed = subprocess.run(command, env=environment(), capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert ledger.read(tmp_path / "killed")[-1] == {"event": "begun", "trial": "0001"}
    half_done = [
        row.facts["step"]
        for row in RunStore(store_folder()).rows()
        if not row.facts["finished"]
    ]
    assert max(half_done) >= 400, "killed after 500 updates, and saved after every 100"
    again = search("killed", seed=0, trials=3)
    assert min(trained[each["seed"]] for each in again[1]["executions"]) <= 500, "begun anew"
    with engine.using(store=tmp_path / "another store"):
        undisturbed = search("undisturbed", seed=0, trials=3)
    assert scores(again) == scores(undisturbed)
    assert len(again) == 3


def test_a_trial_that_is_trained_alone_elsewhere_has_the_same_score(jobs, search, tmp_path):
    third = search("study", trials=3)[2]
    module = discovery.load("toy")
    dataset = data.load("sincos", samples=20)
    splits = {"train": tuple(dataset.train), "validation": tuple(dataset.valid)}
    with engine.using(store=tmp_path / "another store"):
        alone = objective.attempt(
            module, space.declare(module), third["values"], splits, 1, 2
        )
    assert alone.failure == ""
    assert alone.score == third["score"]
    assert [each.seed for each in alone.executions] == [
        each["seed"] for each in third["executions"]
    ]


def test_hyperband_goes_on_with_the_networks_it_has_instead_of_training_them_again(
    jobs, search, trained
):
    jobs(STEADY.replace("probe_every=STEPS // 9", "probe_every=STEPS // 3"))
    found = search(tuner="hyperband", executions=1)
    seeds = [each["executions"][0]["seed"] for each in found]
    rounds = [each["rounds"] for each in found]
    assert len(set(seeds)) < len(seeds), "no trial was sent on"
    longest = {
        seed: 300 * most
        for seed, most in sorted(zip(seeds, rounds, strict=True), key=lambda pair: pair[1])
    }
    assert trained == longest
    assert sum(trained.values()) < 300 * sum(rounds)
    for each in found:
        assert each["executions"][0]["steps"][-1] == 300 * each["rounds"]


@NEEDS_OPTUNA
def test_optuna_trains_no_network_twice_and_pruned_ones_no_further(jobs, search, trained):
    jobs(STEADY.replace("probe_every=STEPS // 9", "probe_every=STEPS // 3"))
    found = search(tuner="optuna", executions=1, trials=9)
    assert trained == {each["executions"][0]["seed"]: 300 * each["rounds"] for each in found}
    assert {each["rounds"] for each in found} == {1, 3}, "no trial was pruned"


def test_a_network_that_really_diverges_fails_its_trial(jobs, search):
    jobs(
        TOY.replace(
            'hp.Float("rate", 0.01, 1.0, default=0.5)', 'hp.Float("rate", 1e8, 1e9)'
        ).replace("tanh", "relu")
    )
    record = search(trials=1)[0]
    assert record["status"] == "FAILED"
    assert "2 of 2 executions diverged" in record["failure"]
    assert record["executions"][0]["history"]["validation mean_squares"][-1] is None
