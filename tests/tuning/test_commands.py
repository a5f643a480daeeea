"""zoo tune as a user meets it. Training is pretended here."""

import os
import signal
import time

import pytest

from tests.tuning.toy import diverged, pretended
from tuning.harness.commands import distributing
from tuning.harness.distributing import launching, tether
from tuning.harness.store import folder, ledger
from zoo import cli, startup


@pytest.fixture
def zoo(jobs, quick, tmp_path, monkeypatch, capsys):
    """A function that runs a command line in an empty folder; returns exit code, output and complaints."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(startup, "load_tensorflow", lambda: None)
    handler = signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def run(line):
        with pytest.raises(SystemExit) as ended:
            cli.main(line.split())
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    yield run
    signal.signal(signal.SIGTERM, handler)


def test_a_search_ends_with_its_best_trials_and_its_files(zoo, tmp_path):
    code, said, complaints = zoo("tune run toy --trials 3")
    assert (code, complaints) == (0, "")
    assert "[3/3] trial 0002:" in said
    assert "rate=0.5, width=4" in said
    assert "is the best of 3 by the validation split" in said
    assert (tmp_path / "here" / "toy" / "results.csv").exists()


def test_the_folder_can_be_another_one(zoo, tmp_path):
    zoo("tune run toy --trials 1 --out elsewhere/mine")
    assert (tmp_path / "here" / "elsewhere" / "mine" / "results.json").exists()
    assert "1 of 1 trials have ended" in zoo("tune status toy --out elsewhere/mine")[1]


def test_hyperband_tells_how_long_each_trial_was(zoo):
    said = zoo("tune run toy --tuner hyperband --trials 11")[1]
    assert ", 1 of 9 rounds" in said
    assert ", 3 of 9 rounds; best so far" in said


def test_status_says_how_far_it_is_and_whether_somebody_is_at_work(zoo, tmp_path):
    zoo("tune run toy --trials 2")
    code, said, _ = zoo("tune status toy")
    assert code == 0
    assert "2 of 2 trials have ended, 0 of them failed; best so far" in said
    assert "no process is at work" in said
    with folder.lock(tmp_path / "here" / "toy"):
        assert "; a process is at work on it" in zoo("tune status toy")[1]


def test_a_report_writes_the_files_anew(zoo, tmp_path):
    zoo("tune run toy --trials 2")
    (tmp_path / "here" / "toy" / "results.csv").unlink()
    code, said, _ = zoo("tune report toy")
    assert code == 0
    assert "0001" in said
    assert "Report: toy/report.html, and for a code host toy/README.md" in said
    assert (tmp_path / "here" / "toy" / "report.html").exists()
    assert (tmp_path / "here" / "toy" / "results.csv").exists()


def test_a_report_on_a_study_that_is_running_leaves_its_result_files_alone(zoo, tmp_path):
    zoo("tune run toy --trials 2")
    (tmp_path / "here" / "toy" / "results.csv").unlink()
    with folder.lock(tmp_path / "here" / "toy"):
        assert zoo("tune report toy")[0] == 0
    assert not (tmp_path / "here" / "toy" / "results.csv").exists()


def test_looking_at_a_study_leaves_its_folder_as_it_is(zoo, tmp_path):
    zoo("tune run toy --trials 1")
    (tmp_path / "here" / "toy" / "study.lock").unlink()
    assert "no process is at work" in zoo("tune status toy")[1]
    assert not (tmp_path / "here" / "toy" / "study.lock").exists()


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        (
            "trials.jsonl",
            '{"event": "created", "trial": "0000"}\ngarbage\n',
            "line 2 of toy/trials.jsonl",
        ),
        (
            "trials.jsonl",
            "[1]\n",
            "line 1 of toy/trials.jsonl cannot be read (without event)",
        ),
        ("study.json", "[]", "toy/study.json cannot be read (without job)"),
        ("study.json", "{", "toy/study.json cannot be read (Expecting property name"),
        ("trials/0000.json", "3", "toy/trials/0000.json cannot be read (without trial)"),
        ("applied.json", "{}", "toy/applied.json cannot be read (without asked)"),
        (
            "applied.json",
            '{"asked": {}, "model": "x", "search": {}, "test": null}',
            "toy/applied.json is not what zoo tune apply writes (13 validation errors for Search)",
        ),
        ("report.html", None, "toy/report.html"),
    ],
)
def test_a_damaged_file_is_named_in_one_line(zoo, tmp_path, file, content, told):
    zoo("tune run toy --trials 1")
    path = tmp_path / "here" / "toy" / file
    path.mkdir() if content is None else path.write_text(content)
    code, _, complaints = zoo("tune report toy")
    assert (code, complaints.count("\n")) == (2, 1)
    assert complaints.startswith("zoo: ") and told in complaints


def test_damaged_results_of_a_committed_study_are_named_in_one_line(zoo, tmp_path):
    zoo("tune run toy --trials 1")
    (tmp_path / "here" / "toy" / "trials" / "0000.json").unlink()
    (tmp_path / "here" / "toy" / "results.json").write_text("{")
    code, _, complaints = zoo("tune status toy")
    assert (code, complaints.count("\n")) == (
        2,
        1,
    ) and "toy/results.json cannot be read" in complaints


def test_a_study_of_which_every_trial_failed_says_so_and_ends_with_1(zoo, quick):
    quick(lambda *arguments, **more: diverged(pretended(*arguments, **more), (0, 1)))
    code, _, complaints = zoo("tune run toy --trials 4")
    assert code == 1
    assert complaints.startswith(
        "Every trial failed, the last one with: 2 of 2 executions diverged"
    )
    assert zoo("tune report toy")[0] == 1


def test_ctrl_c_ends_with_130_and_says_how_to_go_on(zoo, quick):
    def interrupted(*arguments, **more):
        raise KeyboardInterrupt

    quick(interrupted)
    code, _, complaints = zoo("tune run toy --trials 4 --seed 0 --out mine")
    assert code == 130
    assert complaints == (
        "Interrupted; what was trained is kept. To go on: zoo tune run toy --trials 4 --seed 0 --out mine\n"
    )


@pytest.mark.parametrize("command", ["run toy", "run toy --workers 2", "chief toy"])
def test_a_folder_that_another_process_holds_is_refused_before_anything_slow_is_done(
    zoo, tmp_path, monkeypatch, command
):
    def loaded():
        raise AssertionError("TensorFlow is loaded")

    monkeypatch.setattr(startup, "load_tensorflow", loaded)
    monkeypatch.setattr(tether, "GRACE", 0.3)
    with folder.lock(tmp_path / "here" / "toy"):
        code, said, complaints = zoo(f"tune {command}")
    assert (code, "process to leave toy" in said) == (2, "workers" in command)
    assert (
        complaints
        == "zoo: another process is at work on the study in toy: wait, or use --out\n"
    )


def test_a_chief_that_is_started_again_has_what_is_left_of_the_budget(zoo, monkeypatch):
    started, asked = [], []
    monkeypatch.setenv(
        "CUDA_VISIBLE_DEVICES", "-1"
    )  # which the chief sets, and which is put back after it
    monkeypatch.setattr(
        launching, "supervise", lambda head, *_: started.append(head.command) or 1
    )
    monkeypatch.setattr(distributing, "_begin", lambda tied: None)
    monkeypatch.setattr(
        distributing, "_serve", lambda job, options, *_: asked.append(options.budget)
    )
    zoo("tune run toy --workers 2 --budget 10")
    began = time.time()
    for minutes in (0, 4, 11):
        monkeypatch.setattr(time, "time", lambda now=began + 60 * minutes: now)
        zoo(" ".join(started[0][started[0].index("tune") :]))
    assert asked == pytest.approx([10, 6, 0], abs=0.1)


def test_sigterm_ends_a_search_like_ctrl_c_and_is_no_death_in_its_trial(zoo, quick, tmp_path):
    def terminated(*arguments, **more):
        os.kill(os.getpid(), signal.SIGTERM)
        return pretended(*arguments, **more)

    quick(terminated)
    code, _, complaints = zoo("tune run toy --trials 4")
    assert (code, complaints.count("\n")) == (130, 1)
    assert ledger.count_deaths(ledger.read(tmp_path / "here" / "toy"), "0000") == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("tune run toi", "there is no job named 'toi'; did you mean toy?"),
        (
            "tune run toy --tuner sgd",
            "--tuner is one of random, grid, bayesian, hyperband, optuna, not 'sgd'",
        ),
        ("tune run toy --trials 0", "--trials must be at least 1, not 0"),
        ("tune run toy --trials 20000", "--trials must be at most 9999, not 20000"),
        ("tune run toy --executions -1", "--executions must be at least 1, not -1"),
        ("tune run toy --budget 0", "--budget must be more than 0 minutes, not 0"),
        ("tune run toy --seed -1", "--seed must be a whole number from 0, not -1"),
        ("tune run toy --workers 0", "--workers must be at least 1, not 0"),
        (
            "tune chief toy --listen 7017",
            "--listen must be HOST:PORT, such as 192.168.0.5:7017 or [::1]:7017, not '7017'",
        ),
        (
            "tune worker toy --chief node-1:0 --id worker-01",
            "--chief must be HOST:PORT, such as 192.168.0.5:7017 or [::1]:7017, not 'node-1:0'",
        ),
        (
            "tune worker toy --chief node-1:7017 --id chief",
            "--id must be letters, digits, dots and dashes, such as worker-03, and not 'chief'",
        ),
        (
            "tune status toy",
            "there is no study in toy: begin one with zoo tune run toy, or name its folder: --out",
        ),
        (
            "tune report toy --out x",
            "there is no study in x: begin one with zoo tune run toy, or name its folder: --out",
        ),
        ("tune status toi", "there is no job named 'toi'; did you mean toy?"),
    ],
)
def test_a_mistake_is_answered_in_one_line(zoo, line, told):
    assert zoo(line) == (2, "", f"zoo: {told}\n")


def test_a_folder_of_another_jobs_study_is_refused(zoo, jobs):
    from tests.tuning.toy import TOY

    jobs(TOY, "other")
    zoo("tune run toy --trials 1")
    for command in ("run", "status", "report"):
        code, _, complaints = zoo(f"tune {command} other --out toy")
        assert (code, complaints.count("\n")) == (2, 1)
        assert "job toy, not of other" in complaints
