"""`zoo reproduce` and `zoo pages` as a user meets them: one clear line for each mistake, exit codes."""

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import reproductions
from reproductions import harness
from reproductions.harness import suite
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.errors import ReproductionError
from zoo import cli, engine, startup

DICE = '''"""Do dice fall evenly?

Expected wall time on two cores: 1 s.
"""

from dataclasses import dataclass

import numpy as np

from reproductions.harness import Claim, Fraction, Result


@dataclass(frozen=True)
class Config:
    seeds: tuple[int, ...]


FULL, QUICK, SMOKE = Config((1, 2, 3, 4)), Config((1, 2, 3)), Config((1, 2))
CLAIMS = (Claim("dice/even", "Most are even.", "even", Fraction(at_least=0.1), "invented", "P"),)
DEVIATIONS = ()


def run(config):
    return Result({"even": np.array([True for seed in config.seeds])})


def plot(result):
    from reproductions.harness.showing import figures

    return figures.new()[0]
'''


@pytest.fixture
def dice(tmp_path, monkeypatch):
    """A folder of its own with one invented reproduction, `dice`, that needs no TensorFlow."""
    folder = tmp_path / "reproductions"
    folder.mkdir()
    (folder / "dice.py").write_text(DICE)
    monkeypatch.setattr(reproductions, "__path__", [str(folder)])
    monkeypatch.setattr(reproductions, "__file__", str(folder / "__init__.py"))
    monkeypatch.setattr(startup, "load_tensorflow", lambda: None)
    monkeypatch.setenv("ZOO_DATA", "")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("reproductions.dice", None)
    vars(reproductions).pop("dice", None)


def told(capsys, *arguments):
    """Exit status, standard output and standard error of one command line."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(list(arguments))
    return stopped.value.code or 0, *capsys.readouterr()


def interrupt():
    raise KeyboardInterrupt


def change(folder, old, new):
    file = folder / "reproductions" / "dice.py"
    file.write_text(file.read_text().replace(old, new))


def test_a_list_shows_the_question_and_the_wall_time(dice, capsys):
    status, out, _ = told(capsys, "reproduce", "--list")
    assert status == 0
    assert "Do dice fall evenly?" in out and "1 s." in out


def test_a_run_ends_with_the_answer_and_keeps_command_versions_and_machine(dice, capsys):
    status, out, _ = told(capsys, "reproduce", "dice", "--profile", "smoke", "--workers", "2")
    assert status == 0
    assert (
        "dice: Do dice fall evenly?" in out
        and "This smoke run (the same setting): 2 of 2 runs." in out
    )
    assert "report.html" in out and "\x1b" not in out
    run = json.loads((dice / "runs" / "smoke" / "dice.json").read_text())["runs"][0]
    assert run["command"] == "zoo reproduce dice --profile smoke --workers 2"
    assert run["versions"].keys() >= {
        "python",
        "tensorflow",
        "keras",
        "numpy",
        "scipy",
        "reprozoo",
    }
    assert run["cpu"] and run["cores"] >= 1 and run["threads"] == 1


@pytest.fixture
def cards(dice, monkeypatch):
    """A second reproduction, which is none of the main questions."""
    (dice / "reproductions" / "cards.py").write_text(DICE.replace("dice", "cards"))
    monkeypatch.setattr(questions, "NAMED", ("dice",))
    yield dice
    sys.modules.pop("reproductions.cards", None)
    vars(reproductions).pop("cards", None)


def test_without_a_name_the_main_questions_are_run_in_their_quick_form(cards, capsys):
    dice = cards
    assert told(capsys, "reproduce")[0] == 0
    assert sorted(file.name for file in (dice / "runs" / "quick").glob("*.json")) == [
        "dice.json"
    ]
    assert json.loads((dice / "runs" / "quick" / "dice.json").read_text())["config"][
        "seeds"
    ] == [1, 2, 3]


def test_all_are_run_where_that_is_asked_for(cards, capsys):
    status, out, _ = told(capsys, "reproduce", "--all", "--profile", "smoke")
    assert status == 0 and "[2/2] dice" in out
    record = json.loads((cards / "runs" / "smoke" / "cards.json").read_text())
    assert record["runs"][0]["command"] == "zoo reproduce --all --profile smoke"


def test_a_name_beside_all_runs_what_was_named(cards, capsys):
    assert told(capsys, "reproduce", "cards", "--all", "--profile", "smoke")[0] == 0
    assert [file.name for file in (cards / "runs" / "smoke").glob("*.json")] == ["cards.json"]


def test_every_claim_is_shown_where_that_is_asked_for(dice, capsys):
    status, out, _ = told(capsys, "reproduce", "dice", "--profile", "smoke", "--claims")
    assert status == 0 and "Verdicts" in out and "Most are even." in out
    record = json.loads((dice / "runs" / "smoke" / "dice.json").read_text())
    assert record["runs"][0]["command"] == "zoo reproduce dice --profile smoke"


def test_a_reproduction_as_a_script_is_the_same_as_its_command(dice, capsys, monkeypatch):
    monkeypatch.setattr(
        sys, "argv", ["reproductions/dice.py", "--profile", "smoke", "--seeds", "1"]
    )
    with pytest.raises(SystemExit) as stopped:
        harness.run_file("somewhere/reproductions/dice.py")
    assert not stopped.value.code
    record = json.loads((dice / "runs" / "smoke" / "dice.json").read_text())
    assert record["config"]["seeds"] == [1]
    assert record["runs"][0]["command"] == "zoo reproduce dice --profile smoke --seeds 1"


def test_the_engine_is_told_how_many_networks_to_train_at_a_time(dice, capsys):
    change(dice, "import numpy", "from zoo.engine import settings\nimport numpy")
    change(dice, "np.array([True", "np.array([settings.current().workers == 7")
    assert told(capsys, "reproduce", "dice", "--profile", "smoke", "--workers", "7")[0] == 0
    record = json.loads((dice / "runs" / "smoke" / "dice.json").read_text())
    assert record["metrics"]["even"] == [True, True]
    assert engine.settings.current().workers is None


def test_an_unknown_name_is_answered_with_the_near_one_in_one_line(dice, capsys):
    status, out, err = told(capsys, "reproduce", "dicce")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1 and err.startswith("zoo: ") and "dice" in err


def test_a_name_near_nothing_is_answered_with_examples_and_how_to_list(dice, capsys):
    status, out, err = told(capsys, "reproduce", "zzzzzz")
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert err.endswith(
        "; there are, for example, xor, mnist_depth, dropout. List all with: zoo reproduce --list\n"
    )


@pytest.mark.parametrize(
    "wrong", [["--seeds", "0"], ["--workers", "0"], ["--profile", "fast"], ["--fast"]]
)
def test_a_wrong_option_is_named_with_exit_code_2(dice, capsys, wrong):
    status, _, err = told(capsys, "reproduce", "dice", *wrong)
    assert status == 2
    assert wrong[0] in err and "Traceback" not in err


def test_an_estimate_tells_the_cost_and_runs_nothing(dice, capsys):
    status, out, _ = told(capsys, "reproduce", "--estimate", "dice", "--profile", "full")
    assert status == 0
    assert "In all 0 updates" in out and "Memory: about" in out
    assert not (dice / "runs").exists() and not (dice / "docs").exists()


def test_an_estimate_goes_as_far_as_results_are_not_needed(dice, capsys):
    change(
        dice,
        "return Result(",
        'raise ValueError("no result to go on from")\n    return Result(',
    )
    status, out, _ = told(capsys, "reproduce", "--estimate", "dice")
    assert status == 0
    assert "no result to go on from" in out and "In all 0 updates" in out


def test_an_estimate_fails_where_the_run_would_and_says_where_nothing_is_missing(
    dice, capsys, monkeypatch
):
    def refused(plan, module):
        raise ReproductionError("the record holds two rates")

    monkeypatch.setattr(suite.Plan, "run", refused)
    status, out, err = told(capsys, "reproduce", "--estimate", "dice")
    assert (status, out, err) == (
        ReproductionError.exit_code,
        "",
        "zoo: the record holds two rates\n",
    )
    nothing = SimpleNamespace(complete=True, record={"config": {"seeds": [1, 2, 3]}})
    monkeypatch.setattr(suite, "make_plan", lambda *_: nothing)
    status, out, _ = told(
        capsys, "reproduce", "--estimate", "dice", "--profile", "full", "--seeds", "3"
    )
    assert (status, out) == (0, "The record of dice already has 3 seeds.\n")


@pytest.mark.parametrize("names", [[], ["dice", "dice2"]])
def test_an_estimate_is_of_one_reproduction(dice, capsys, names):
    (dice / "reproductions" / "dice2.py").write_text(DICE)
    status, out, err = told(capsys, "reproduce", "--estimate", *names)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1 and "one reproduction" in err


def test_a_data_folder_that_is_none_is_named_before_anything_runs(dice, capsys):
    status, out, err = told(capsys, "reproduce", "dice", "--data-dir", str(dice / "nowhere"))
    assert (status, out) == (2, "")
    assert err.count("\n") == 1 and "nowhere" in err


def test_the_data_folder_reaches_what_runs_but_not_the_record(dice, capsys):
    (dice / "mine").mkdir()
    assert (
        told(capsys, "reproduce", "dice", "--profile", "smoke", "--data-dir", "mine")[0] == 0
    )
    assert os.environ["ZOO_DATA"] == str(dice / "mine")
    text = (dice / "runs" / "smoke" / "dice.json").read_text()
    assert "--data-dir DIR" in text and str(dice) not in text


@pytest.mark.parametrize(
    ("options", "command"),
    [
        (["--seeds", "2"], "zoo reproduce dice --profile quick --seeds 2"),
        (
            ["--data-dir", "my data"],
            "zoo reproduce dice --profile quick --data-dir 'my data'",
        ),
        (["--rejudge"], "zoo reproduce dice --rejudge"),
    ],
)
def test_ctrl_c_says_how_to_go_on_and_ends_with_130(
    dice, capsys, monkeypatch, options, command
):
    (dice / "my data").mkdir()
    monkeypatch.setattr(startup, "load_tensorflow", interrupt)
    status, _, err = told(capsys, "reproduce", "dice", *options)
    assert status == 130
    assert err == f"Interrupted; to go on: {command}\n"


def test_ctrl_c_within_a_reproduction_names_the_command_with_the_folder_that_was_given(
    dice, capsys
):
    (dice / "mine").mkdir()
    change(dice, "return Result(", "raise KeyboardInterrupt\n    return Result(")
    status, out, _ = told(capsys, "reproduce", "dice", "--data-dir", "mine")
    assert status == 130
    assert out.endswith(": zoo reproduce dice --profile quick --data-dir mine\n")


def test_missing_data_is_exit_code_2_and_a_store_that_cannot_be_written_is_1(
    dice, capsys, monkeypatch
):
    change(
        dice,
        "return Result(",
        "from zoo import data\n    data.load('mnist')\n    return Result(",
    )
    monkeypatch.setenv("TFDS_DATA_DIR", str(dice))
    monkeypatch.setenv("ZOO_DATA", str(dice))
    status, out, _ = told(capsys, "reproduce", "dice")
    assert status == 2 and "not run (no usable data): " in out
    change(
        dice,
        "data.load('mnist')",
        "from zoo.engine import settings, store; store.open_store(settings.store_folder())",
    )
    del sys.modules["reproductions.dice"]
    (dice / "file").touch()
    monkeypatch.setenv("ZOO_STORE", str(dice / "file" / "store"))
    status, out, _ = told(capsys, "reproduce", "dice")
    assert status == 1 and "failed to run: the run store" in out
    assert out.count("ZOO_STORE") == 1 and "Traceback" not in out


def test_a_broken_reproduction_is_one_line_and_exit_code_1(dice, capsys):
    change(dice, "return Result(", "return 1 / 0, Result(")
    status, out, _ = told(capsys, "reproduce", "dice", "--profile", "smoke")
    assert status == 1
    assert "ZeroDivisionError" in out and "Traceback" not in out


def test_rejudging_without_a_record_says_so(dice, capsys):
    status, _, err = told(capsys, "reproduce", "dice", "--rejudge")
    assert status == 2
    assert err.startswith("zoo: ") and err.count("\n") == 1


def test_pages_of_a_checkout_without_records_are_left_alone(dice, capsys):
    assert told(capsys, "pages") == (0, "", "")
    assert not Path("docs").exists()


@pytest.mark.parametrize(
    ("options", "cure"),
    [
        (("dice", "--reason", "a slip"), "add --rejudge, or leave out --reason"),
        (("dice", "--anew"), "add --seeds N, or leave out --anew"),
    ],
)
def test_options_that_do_not_fit_together_are_refused_with_the_cure(
    dice, capsys, options, cure
):
    status, _, error = told(capsys, "reproduce", *options)
    assert status == 2
    assert cure in error
    assert not (dice / "runs").exists()
