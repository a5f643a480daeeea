"""The command line as a user meets it: fast listings, one clear line for each mistake, exit codes."""

import os
import subprocess
import sys
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from zoo import cli, startup
from zoo.engine.store import Entry, RunStore

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"


def said(capsys, *arguments):
    """Exit status, standard output and standard error of one command line."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(list(arguments))
    return stopped.value.code or 0, *capsys.readouterr()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("tune run digits_mlp --executions x", "Invalid value for '--executions': "),
        (
            "tune worker digits_mlp --chief a:1 --id b --threads 0",
            "Invalid value for '--threads': ",
        ),
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


def put(store, name, *, step=10, finished=True, days=0.0):
    facts = {
        "step": step,
        "finished": finished,
        "diverged_at": None,
        "network": "mlp",
        "seed": 1,
    }
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


@pytest.mark.parametrize(
    "command", [["--help"], ["reproduce", "--list"], ["data", "list"], ["runs", "list"]]
)
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
    assert not loaded & {
        "tensorflow",
        "keras",
        "scipy",
        "sklearn",
        "tensorflow_datasets",
        "matplotlib",
    }


def test_importing_zoo_loads_no_part_of_it_until_it_is_used():
    program = (
        "import sys, zoo; assert not [m for m in sys.modules if m.startswith(('zoo.', 'numpy', 'keras'))]; "
        "zoo.data.DATASETS; assert 'zoo.data' in sys.modules and 'zoo.engine' not in sys.modules; "
        "print(zoo.__version__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip()


def test_every_part_of_zoo_is_public_or_known_to_serve_the_inside_only():
    import pkgutil

    import zoo

    parts = {module.name for module in pkgutil.iter_modules(zoo.__path__)}
    assert parts - set(zoo.__all__) == {
        "cli",
        "discovery",
        "doctor",
        "endpoints",
        "figures",
        "files",
        "kinds",
        "lite_runtime",
        "metrics",
        "reading",
        "startup",
        "statistics",
        "texts",
        "training",
    }
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


@pytest.mark.parametrize(
    ("given", "set_to"), [({}, "1"), ({ONEDNN: "1"}, "1"), ({ONEDNN: "0"}, "0")]
)
def test_the_command_switches_onednn_on_unless_told_otherwise(given, set_to):
    program = "import os; from zoo.cli import machine; print(os.environ['{}'], machine.describe()['onednn'])"
    assert run_with(given, program.format(ONEDNN)) == [set_to, "None"]


def test_a_record_says_whether_onednn_is_on():
    program = (
        "import tensorflow; from zoo.cli import machine; print(machine.describe()['onednn'])"
    )
    assert run_with({ONEDNN: "0"}, program) == ["0"]


def run_with(setting, program):
    """The words that a fresh Python prints, with this setting of oneDNN."""
    environment = {
        name: value for name, value in os.environ.items() if name != ONEDNN
    } | setting
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=True
    )
    return done.stdout.split()


def interrupt():
    raise KeyboardInterrupt


def test_an_interrupted_training_names_the_command_with_all_that_was_given(
    tmp_path, capsys, monkeypatch
):
    from zoo.pretrained import making

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(startup, "load_tensorflow", lambda: None)
    monkeypatch.setattr(making, "make", lambda *_: interrupt())
    status, _, err = said(capsys, "train", "mlp.xor", "--workers", "1", "--out", "my models")
    assert status == 130
    assert (
        err.endswith("--workers 1 --out 'my models'\n")
        and "zoo train mlp.xor --seeds " in err
    )


def entry_point(value):
    return EntryPoint(name=value.split(".")[0], value=value, group="zoo.commands")


def broken_commands(app):
    """What a package may bring that breaks when it adds its commands."""
    raise RuntimeError("no\ncommands")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            "no_such_package.commands:add_commands",
            "ModuleNotFoundError: No module named 'no_such_package'",
        ),
        ("reproductions.harness.commands:no_such_name", "AttributeError: module"),
        (f"{__name__}:broken_commands", "RuntimeError: no commands"),
    ],
)
def test_the_commands_of_a_broken_package_are_one_line_and_the_others_work(
    capsys, monkeypatch, value, reason
):
    points = [entry_point(value), entry_point("reproductions.harness.commands:add_commands")]
    monkeypatch.setattr(
        cli, "entry_points", lambda group: points if group == "zoo.commands" else []
    )
    status, out, complaints = said(capsys, "--help")
    assert status == 0 and complaints.count("\n") == 1
    assert complaints.startswith(f"zoo: the commands of {value} cannot be loaded ({reason}")
    assert all(command in out for command in ("reproduce", "pages", "verify", "predict"))
    assert said(capsys, "reproduce", "--list", "xor")[0] == 0


def test_a_package_may_bring_commands_of_its_own(capsys, monkeypatch, tmp_path):
    (tmp_path / "garden.py").write_text(
        "import typer\n"
        "def add_commands(app):\n"
        "    app.command('plant')(plant)\n"
        "def plant(kind: str):\n"
        "    'Plant a tree.'\n"
        "    typer.echo(f'planted: {kind}')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(
        cli, "entry_points", lambda group: [entry_point("garden:add_commands")]
    )
    assert said(capsys, "plant", "oak") == (0, "planted: oak\n", "")
    assert "Plant a tree." in said(capsys, "--help")[1]


def test_the_installed_commands_are_those_of_reproductions_and_tuning():
    from importlib.metadata import entry_points

    values = {point.value for point in entry_points(group="zoo.commands")}
    assert values >= {
        "reproductions.harness.commands:add_commands",
        "tuning.harness.commands:add_commands",
    }


def test_a_bug_of_our_own_keeps_its_traceback(monkeypatch):
    from zoo import data

    monkeypatch.setattr(data, "listing", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["data", "list"])


def test_the_data_list_names_every_data_set_and_how_to_get_what_is_missing(
    capsys, monkeypatch, tmp_path
):
    monkeypatch.setenv("ZOO_DATA", str(tmp_path))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    status, out, _ = said(capsys, "data", "list")
    assert status == 0
    assert (
        all(name in out for name in ("xor", "digits", "mnist", "cifar10"))
        and "zoo data prepare" in out
    )


def test_preparing_from_a_folder_without_the_files_names_the_missing_file(capsys, tmp_path):
    (tmp_path / "empty").mkdir()
    status, _, err = said(
        capsys,
        "data",
        "prepare",
        "mnist",
        "--from",
        str(tmp_path / "empty"),
        "--data-dir",
        str(tmp_path),
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
def test_cleaning_removes_what_the_option_says_and_nothing_without_one(
    store, capsys, options, left
):
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


def test_chatter_at_the_start_is_left_out_and_everything_else_passed_on(capfd):
    with startup._without_chatter():
        os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called ...\n")
        os.write(2, b"I0000 00:00:1 port.cc:153] oneDNN custom operations are on.\n")
        os.write(2, b"E0000 00:00:1 something.cc:1] a real error\n")
        subprocess.run(
            [sys.executable, "-c", "import os; os.write(2, b'a child\\n')"], check=True
        )
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
