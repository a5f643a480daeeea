"""The command line as a user meets it: fast listings, one clear line for each mistake, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from reproductions.harness.errors import ReproductionError

import reproductions.harness
from reproductions.harness import suite
from zoo import cli, engine, startup
from zoo.engine.store import Entry, RunStore

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
DICE = '''"""Do dice fall evenly?

Expected wall time on two cores: 1 s.
"""

from dataclasses import dataclass

import numpy as np

from reproductions.harness import Claim, Fraction, Result, figures


@dataclass(frozen=True)
class Config:
    seeds: tuple[int, ...]


FULL, QUICK, SMOKE = Config((1, 2, 3, 4)), Config((1, 2, 3)), Config((1, 2))
CLAIMS = (Claim("dice/even", "Most are even.", "even", Fraction(at_least=0.1), "invented", "P"),)
DEVIATIONS = ()


def run(config):
    return Result({"even": np.array([True for seed in config.seeds])})


def plot(result):
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


def said(capsys, *arguments):
    """Exit status, standard output and standard error of one command line."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(list(arguments))
    return stopped.value.code or 0, *capsys.readouterr()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("tune run digits_mlp --executions x", "Invalid value for '--executions': "),
        ("tune worker digits_mlp --chief a:1 --id b --threads 0", "Invalid value for '--threads': "),
        ("tune worker digits_mlp --id b", "Missing option '--chief'."),
        ("verifi", "No such command 'verifi'"),
        ("data info --foo", "No such"),
    ],
)
def test_a_mistyped_command_line_is_answered_in_one_line(capsys, line, told):
    status, out, complaints = said(capsys, *line.split())
    assert (status, out, complaints.count("\n")) == (2, "", 1)
    assert complaints.startswith(f"zoo: {told}")


def test_a_group_of_commands_without_one_shows_its_help(capsys):
    status, out, complaints = said(capsys, "tune")
    assert (status, complaints.strip()) == (2, "") and "Usage: zoo tune" in out


def change(folder, old, new):
    file = folder / "reproductions" / "dice.py"
    file.write_text(file.read_text().replace(old, new))


def put(store, name, *, step=10, finished=True, days=0.0):
    facts = {"step": step, "finished": finished, "diverged_at": None, "network": "mlp", "seed": 1}
    store.put(name, Entry({"weights": np.zeros(1000)}, facts))
    written = store.path(name, step).stat().st_mtime - days * 86400
    os.utime(store.path(name, step), (written, written))


def put_in_old_format(store, key):
    """A file of three megabytes, as earlier versions named theirs."""
    (store.folder / key).mkdir()
    (store.folder / key / f"{key}-000000010.run").write_bytes(bytes(3_000_000))


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A run store with a finished member of today, one of ten days ago, and a checkpoint."""
    monkeypatch.setenv("ZOO_STORE", str(tmp_path / "store"))
    store = RunStore(tmp_path / "store")
    put(store, "aa")
    put(store, "bb", days=10)
    put(store, "cc", finished=False)
    return store


@pytest.mark.parametrize("command", [["--help"], ["reproduce", "--list"], ["data", "list"], ["runs", "list"]])
def test_listings_load_neither_tensorflow_nor_keras_nor_scipy(command, tmp_path):
    program = (
        "import json, sys\n"
        "from zoo import cli\n"
        "try:\n    cli.main(sys.argv[1:])\n"
        "finally:\n    print('loaded:', *sorted(name for name in sys.modules if '.' not in name))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        capture_output=True,
        text=True,
        env={**os.environ, "ZOO_STORE": str(tmp_path)},
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "zoo" in loaded
    assert not loaded & {"tensorflow", "keras", "scipy", "sklearn", "tensorflow_datasets", "matplotlib"}


def test_importing_zoo_loads_no_part_of_it_until_it_is_used():
    program = (
        "import sys, zoo; assert not [m for m in sys.modules if m.startswith(('zoo.', 'numpy', 'keras'))]; "
        "zoo.data.DATASETS; assert 'zoo.data' in sys.modules and 'zoo.engine' not in sys.modules; "
        "print(zoo.__version__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip()


def test_every_part_of_zoo_is_public_or_known_to_serve_the_inside_only():
    import pkgutil

    import zoo

    parts = {module.name for module in pkgutil.iter_modules(zoo.__path__)}
    assert parts - set(zoo.__all__) == {"cli", "doctor", "files", "lite_runtime", "startup", "training"}
    assert {name: getattr(zoo, name) for name in zoo.__all__}.keys() == set(dir(zoo))


def test_an_unknown_part_of_zoo_is_answered_with_the_known_ones():
    import zoo

    with pytest.raises(AttributeError, match=r"engin.*engine"):
        _ = zoo.engin


def test_the_version_is_the_installed_one(capsys):
    status, out, _ = said(capsys, "--version")
    assert status == 0 and out.startswith("reprozoo ")


def test_the_command_line_can_be_run_as_a_module():
    command = [sys.executable, "-m", "zoo.cli", "data", "prepare", "mnits"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("zoo: ") and "mnist" in done.stderr


def test_a_list_shows_the_question_and_the_wall_time(dice, capsys):
    status, out, _ = said(capsys, "reproduce", "--list")
    assert status == 0
    assert "Do dice fall evenly?" in out and "1 s." in out


def test_a_run_ends_with_verdicts_and_keeps_command_versions_and_machine(dice, capsys):
    status, out, _ = said(capsys, "reproduce", "dice", "--profile", "smoke", "--workers", "2")
    assert status == 0
    assert "Most are even." in out and "report.html" in out and "\x1b" not in out
    run = json.loads((dice / "runs" / "smoke" / "dice.json").read_text())["runs"][0]
    assert run["command"] == "zoo reproduce dice --profile smoke --workers 2"
    assert run["versions"].keys() >= {"python", "tensorflow", "keras", "numpy", "scipy", "reprozoo"}
    assert run["cpu"] and run["cores"] >= 1 and run["threads"] == 1


@pytest.mark.parametrize(("given", "set_to"), [({}, "1"), ({ONEDNN: "1"}, "1"), ({ONEDNN: "0"}, "0")])
def test_the_command_switches_onednn_on_unless_told_otherwise(given, set_to):
    program = "import os; from zoo.cli import machine; print(os.environ['{}'], machine.describe()['onednn'])"
    assert run_with(given, program.format(ONEDNN)) == [set_to, "None"]


def test_a_record_says_whether_onednn_is_on():
    program = "import tensorflow; from zoo.cli import machine; print(machine.describe()['onednn'])"
    assert run_with({ONEDNN: "0"}, program) == ["0"]


def run_with(setting, program):
    """The words that a fresh Python prints, with this setting of oneDNN."""
    environment = {name: value for name, value in os.environ.items() if name != ONEDNN} | setting
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return done.stdout.split()


def test_without_a_name_every_reproduction_is_run_in_its_quick_form(dice, capsys):
    assert said(capsys, "reproduce")[0] == 0
    assert json.loads((dice / "runs" / "quick" / "dice.json").read_text())["config"]["seeds"] == [1, 2, 3]


def test_a_reproduction_as_a_script_is_the_same_as_its_command(dice, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["reproductions/dice.py", "--profile", "smoke", "--seeds", "1"])
    with pytest.raises(SystemExit) as stopped:
        cli.run_file("somewhere/reproductions/dice.py")
    assert not stopped.value.code
    record = json.loads((dice / "runs" / "smoke" / "dice.json").read_text())
    assert record["config"]["seeds"] == [1]
    assert record["runs"][0]["command"] == "zoo reproduce dice --profile smoke --seeds 1"


def test_the_engine_is_told_how_many_networks_to_train_at_a_time(dice, capsys):
    change(dice, "import numpy", "from zoo.engine import settings\nimport numpy")
    change(dice, "np.array([True", "np.array([settings.current().workers == 7")
    assert said(capsys, "reproduce", "dice", "--profile", "smoke", "--workers", "7")[0] == 0
    record = json.loads((dice / "runs" / "smoke" / "dice.json").read_text())
    assert record["metrics"]["even"] == [True, True]
    assert engine.settings.current().workers is None


def test_an_unknown_name_is_answered_with_the_near_one_in_one_line(dice, capsys):
    status, out, err = said(capsys, "reproduce", "dicce")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1 and err.startswith("zoo: ") and "dice" in err


@pytest.mark.parametrize("wrong", [["--seeds", "0"], ["--workers", "0"], ["--profile", "fast"], ["--fast"]])
def test_a_wrong_option_is_named_with_exit_code_2(dice, capsys, wrong):
    status, _, err = said(capsys, "reproduce", "dice", *wrong)
    assert status == 2
    assert wrong[0] in err and "Traceback" not in err


def test_an_estimate_tells_the_cost_and_runs_nothing(dice, capsys):
    status, out, _ = said(capsys, "reproduce", "--estimate", "dice", "--profile", "full")
    assert status == 0
    assert "In all 0 updates" in out and "Memory: about" in out
    assert not (dice / "runs").exists() and not (dice / "docs").exists()


def test_an_estimate_goes_as_far_as_results_are_not_needed(dice, capsys):
    change(dice, "return Result(", 'raise ValueError("no result to go on from")\n    return Result(')
    status, out, _ = said(capsys, "reproduce", "--estimate", "dice")
    assert status == 0
    assert "no result to go on from" in out and "In all 0 updates" in out


def test_an_estimate_fails_where_the_run_would_and_says_where_nothing_is_missing(dice, capsys, monkeypatch):
    def refused(plan, module):
        raise ReproductionError("the record holds two rates")

    monkeypatch.setattr(suite.Plan, "run", refused)
    status, out, err = said(capsys, "reproduce", "--estimate", "dice")
    assert (status, out, err) == (ReproductionError.exit_code, "", "zoo: the record holds two rates\n")
    nothing = SimpleNamespace(complete=True, record={"config": {"seeds": [1, 2, 3]}})
    monkeypatch.setattr(suite, "planned", lambda *_: nothing)
    status, out, _ = said(capsys, "reproduce", "--estimate", "dice", "--profile", "full", "--seeds", "3")
    assert (status, out) == (0, "The record of dice already has 3 seeds.\n")


@pytest.mark.parametrize("names", [[], ["dice", "dice2"]])
def test_an_estimate_is_of_one_reproduction(dice, capsys, names):
    (dice / "reproductions" / "dice2.py").write_text(DICE)
    status, out, err = said(capsys, "reproduce", "--estimate", *names)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1 and "one reproduction" in err


def test_a_data_folder_that_is_none_is_named_before_anything_runs(dice, capsys):
    status, out, err = said(capsys, "reproduce", "dice", "--data-dir", str(dice / "nowhere"))
    assert (status, out) == (2, "")
    assert err.count("\n") == 1 and "nowhere" in err


def test_the_data_folder_reaches_what_runs_but_not_the_record(dice, capsys):
    (dice / "mine").mkdir()
    assert said(capsys, "reproduce", "dice", "--profile", "smoke", "--data-dir", "mine")[0] == 0
    assert os.environ["ZOO_DATA"] == str(dice / "mine")
    text = (dice / "runs" / "smoke" / "dice.json").read_text()
    assert "--data-dir DIR" in text and str(dice) not in text


def interrupt():
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("options", "command"),
    [
        (["--seeds", "2"], "zoo reproduce dice --profile quick --seeds 2"),
        (["--data-dir", "my data"], "zoo reproduce dice --profile quick --data-dir 'my data'"),
        (["--rejudge"], "zoo reproduce dice --rejudge"),
    ],
)
def test_ctrl_c_says_how_to_go_on_and_ends_with_130(dice, capsys, monkeypatch, options, command):
    (dice / "my data").mkdir()
    monkeypatch.setattr(startup, "load_tensorflow", interrupt)
    status, _, err = said(capsys, "reproduce", "dice", *options)
    assert status == 130
    assert err == f"Interrupted; to go on: {command}\n"


def test_ctrl_c_within_a_reproduction_names_the_command_with_the_folder_that_was_given(dice, capsys):
    (dice / "mine").mkdir()
    change(dice, "return Result(", "raise KeyboardInterrupt\n    return Result(")
    status, out, _ = said(capsys, "reproduce", "dice", "--data-dir", "mine")
    assert status == 130
    assert out.endswith(": zoo reproduce dice --profile quick --data-dir mine\n")


def test_an_interrupted_training_names_the_command_with_all_that_was_given(dice, capsys, monkeypatch):
    from zoo.pretrained import making

    monkeypatch.setattr(making, "make", lambda *_: interrupt())
    status, _, err = said(capsys, "train", "mlp.xor", "--workers", "1", "--out", "my models")
    assert status == 130
    assert err.endswith("--workers 1 --out 'my models'\n") and "zoo train mlp.xor --seeds " in err


def test_missing_data_is_exit_code_2_and_a_store_that_cannot_be_written_is_1(dice, capsys, monkeypatch):
    change(dice, "return Result(", "from zoo import data\n    data.load('mnist')\n    return Result(")
    monkeypatch.setenv("TFDS_DATA_DIR", str(dice))
    monkeypatch.setenv("ZOO_DATA", str(dice))
    status, out, _ = said(capsys, "reproduce", "dice")
    assert status == 2 and "not run (no usable data): " in out
    change(
        dice,
        "data.load('mnist')",
        "from zoo.engine import settings, store; store.open_store(settings.store_folder())",
    )
    del sys.modules["reproductions.dice"]
    (dice / "file").touch()
    monkeypatch.setenv("ZOO_STORE", str(dice / "file" / "store"))
    status, out, _ = said(capsys, "reproduce", "dice")
    assert status == 1 and "failed to run: the run store" in out
    assert out.count("ZOO_STORE") == 1 and "Traceback" not in out


def test_a_broken_reproduction_is_one_line_and_exit_code_1(dice, capsys):
    change(dice, "return Result(", "return 1 / 0, Result(")
    status, out, _ = said(capsys, "reproduce", "dice", "--profile", "smoke")
    assert status == 1
    assert "ZeroDivisionError" in out and "Traceback" not in out


def test_a_bug_of_our_own_keeps_its_traceback(monkeypatch):
    from zoo import data

    monkeypatch.setattr(data, "listing", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["data", "list"])


def test_rejudging_without_a_record_says_so(dice, capsys):
    status, _, err = said(capsys, "reproduce", "dice", "--rejudge")
    assert status == 2
    assert err.startswith("zoo: ") and err.count("\n") == 1


def test_the_data_list_names_every_data_set_and_how_to_get_what_is_missing(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("ZOO_DATA", str(tmp_path))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    status, out, _ = said(capsys, "data", "list")
    assert status == 0
    assert all(name in out for name in ("xor", "digits", "mnist", "cifar10")) and "zoo data prepare" in out


def test_preparing_from_a_folder_without_the_files_names_the_missing_file(capsys, tmp_path):
    (tmp_path / "empty").mkdir()
    status, _, err = said(
        capsys, "data", "prepare", "mnist", "--from", str(tmp_path / "empty"), "--data-dir", str(tmp_path)
    )
    assert status == 2
    assert "train-images-idx3-ubyte.gz" in err and err.count("\n") == 1


def test_preparing_an_unknown_data_set_names_the_near_one(capsys):
    status, _, err = said(capsys, "data", "prepare", "mnits")
    assert status == 2 and "mnist" in err


def test_the_run_list_counts_members_by_kind_and_length(store, capsys):
    (store.folder / "dd").mkdir()
    (store.folder / "dd" / "dd-000000010.state").write_text("damaged")
    for key in ("ee", "ff"):
        put_in_old_format(store, key)
    status, out, _ = said(capsys, "runs", "list")
    assert status == 0
    for words in (
        ["mlp", "10", "finished", "2"],
        ["mlp", "10", "checkpoint", "1"],
        ["(damaged)", "1"],
        ["(old format)", "2", "6.0 MB"],
    ):
        assert any(all(word in line for word in words) for line in out.splitlines()), words
    assert "6 in " in out


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ([], {"aa", "bb", "cc"}),
        (["--unfinished"], {"aa", "bb"}),
        (["--older-than", "5"], {"aa", "cc"}),
        (["--old-format"], {"aa", "bb", "cc"}),
        (["--all"], set()),
    ],
)
def test_cleaning_removes_what_the_option_says_and_nothing_without_one(store, capsys, options, left):
    status, out, _ = said(capsys, "runs", "clean", *options)
    assert status == 0
    assert {row.path.parent.name for row in store.rows()} == left
    assert ("Removed" if options else "Nothing removed") in out


def test_members_in_the_old_format_are_named_and_removed_on_demand_only(store, capsys):
    put_in_old_format(store, "ee")
    _, out, _ = said(capsys, "runs", "clean")
    assert "--old-format       would remove 1 files of earlier versions, 3.0 MB" in out
    said(capsys, "runs", "clean", "--unfinished")
    assert {row.path.parent.name for row in store.rows()} == {"aa", "bb", "ee"}
    _, out, _ = said(capsys, "runs", "clean", "--old-format")
    assert "Removed 1 files, 3.0 MB" in out
    assert {row.path.parent.name for row in store.rows()} == {"aa", "bb"}


def test_two_ways_of_cleaning_at_once_are_refused(store, capsys):
    status, _, err = said(capsys, "runs", "clean", "--all", "--unfinished")
    assert status == 2 and "one of" in err
    assert len(store.rows()) == 3


def test_pages_of_a_checkout_without_records_are_left_alone(dice, capsys):
    assert said(capsys, "pages") == (0, "", "")
    assert not Path("docs").exists()


def test_chatter_at_the_start_is_left_out_and_everything_else_passed_on(capfd):
    with startup._without_chatter():
        os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called ...\n")
        os.write(2, b"I0000 00:00:1 port.cc:153] oneDNN custom operations are on.\n")
        os.write(2, b"E0000 00:00:1 something.cc:1] a real error\n")
        subprocess.run([sys.executable, "-c", "import os; os.write(2, b'a child\\n')"], check=True)
    os.write(2, b"I0000 after the start\n")
    assert capfd.readouterr().err.splitlines() == [
        "E0000 00:00:1 something.cc:1] a real error",
        "a child",
        "I0000 after the start",
    ]


def test_a_crash_at_the_start_still_says_why():
    program = (
        "import os\nfrom zoo import startup\n"
        "with startup._without_chatter():\n"
        "    os.write(2, b'I0000 chatter\\nF0000 no AVX on this processor\\n')\n    os.abort()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode < 0
    assert "no AVX" in done.stderr and "chatter" not in done.stderr


def test_a_tensorflow_that_cannot_be_imported_is_one_line_that_names_the_doctor(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(startup.StartError, match="zoo doctor"):
        startup.load_tensorflow()
