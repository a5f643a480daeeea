"""Rules on the files of this repository, and what make and .ci/run do on a bare machine."""

import ast
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from reproductions.harness.claiming import questions
from tests.conftest import EXTRAS, TESTED_FIRST, TESTS, pytest_runtest_setup

ROOT = Path(__file__).parents[1]
VAGUE_NAMES = {"utils", "util", "common", "base", "helpers", "helper", "misc", "core"}
ABSOLUTE_PATH = re.compile(rb"(?<![\w.~$}>*/-])/([\w.+-]+)/[\w.+-]")
PICTURE = re.compile(rb"base64,[\w+/=\s]+")
# The first folders that every machine has, and those that examples invent.
ANYWHERE = {"bin", "dev", "etc", "proc", "sys", "usr"} | {
    "big",
    "models",
    "path",
    "somewhere",
    "v1",
}
FIXED_NAMES = {
    "Config",
    "FULL",
    "QUICK",
    "SMOKE",
    "CLAIMS",
    "HEADLINE",
    "DEVIATIONS",
    "ANSWER",
    "run",
    "plot",
}
LONGEST = 40
LOCKS = ("requirements.lock", "requirements-extras.lock")


def tracked():
    """The files git knows, and new ones that it does not ignore; outside of a checkout there are none."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    command = [
        "git",
        "-C",
        str(ROOT),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split(
        "\0"
    )
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def too_long(text):
    """Names of the functions in the source of more lines than are allowed, docstring and signature apart."""
    functions = [
        n
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [each.name for each in functions if lines_of_code(each) > LONGEST]


def lines_of_code(function):
    """Lines from the first statement after the docstring to the last."""
    statements = function.body[ast.get_docstring(function) is not None :]
    return function.end_lineno - statements[0].lineno + 1 if statements else 0


def test_no_file_has_a_name_that_says_nothing():
    names = {file for file in tracked() if file.suffix == ".py"} | {
        file.parent for file in tracked()
    }
    assert not [str(name) for name in names if name.stem in VAGUE_NAMES]


def test_a_long_function_is_seen_and_a_long_docstring_allowed():
    body, text = "    x = 1\n" * LONGEST, '    """Says.\n\n    More.\n    """\n'
    for head in ("def f():\n", f"def f(\n    a,\n):\n{text}", f"async def f():\n{text}"):
        assert too_long(head + body) == []
        assert too_long(f"{head}{body}    x = 2\n") == ["f"]
    assert too_long(f"def f():\n{text}") == []


def test_no_function_is_too_long():
    sources = [
        file
        for folder in ("zoo", "reproductions", "tuning")
        for file in (ROOT / folder).rglob("*.py")
    ]
    found = {str(file): names for file in sources if (names := too_long(file.read_text()))}
    assert not found


def machine_paths(text):
    """Absolute paths that begin in a folder of some machine; in a binary file, whose names of operations look
    like paths, only those of this machine."""
    if b"\0" in text:
        return [
            f"{folder}/" for folder in (ROOT, Path.home()) if f"{folder}/".encode() in text
        ]
    words = PICTURE.sub(b"", text)  # letters of a picture inside a figure look like paths
    return [
        m[0].decode() for m in ABSOLUTE_PATH.finditer(words) if m[1].decode() not in ANYWHERE
    ]


@pytest.mark.parametrize(
    "folder", ["home", "root", "Users", "tmp", "mnt", "srv", "workspace"]
)
@pytest.mark.parametrize("before", ["", "see ", '"', "(", "=", "file:"])
def test_a_path_of_some_machine_is_seen(folder, before):
    path = "/".join(("", folder, "someone", "file.py"))
    assert machine_paths(f"{before}{path}".encode()) == [path[: len(folder) + 3]]


@pytest.mark.parametrize(
    "text",
    [
        "#!/usr/bin/env",
        "https://example.org/home/you",
        "docs/tmp/x",
        "~/home/x",
        "$HOME/tmp/x",
        "</a>/b",
    ],
)
def test_addresses_relative_paths_and_what_every_machine_has_are_left_alone(text):
    assert machine_paths(text.encode()) == []


def test_a_picture_inside_a_figure_is_left_alone_and_what_stands_around_it_is_not():
    assert machine_paths(b'<image href="data:image/png;base64,iVBO /root/z\n+/x=="/>') == []
    folder = "/".join(("", "root", "x"))
    around = f'<a title="{folder}" href="base64,iVBO"/><b title="{folder}"/>'
    assert machine_paths(around.encode()) == [folder] * 2


def test_a_binary_file_is_searched_for_this_very_checkout():
    assert machine_paths(b"\0" + bytes(ROOT / "zoo")) == [f"{ROOT}/"]
    assert machine_paths(b"\0/dense_1/kernel") == []


def test_no_file_tells_of_the_machine_it_was_written_on():
    found = {
        str(file): paths for file in tracked() if (paths := machine_paths(file.read_bytes()))
    }
    assert not found


def test_only_one_file_names_the_data_folder_beside_the_checkout():
    named = {file for file in tracked() if b"../shared/data" in file.read_bytes()}
    assert named - {Path(__file__)} == {ROOT / ".ci" / "run"}


@pytest.mark.parametrize("name", questions.names())
def test_every_reproduction_has_the_fixed_names_and_runs_as_a_script(name):
    tree = ast.parse((ROOT / "reproductions" / f"{name}.py").read_text())
    assert not FIXED_NAMES - {each for statement in tree.body for each in bound(statement)}
    assert ast.unparse(tree.body[-1]) == "if __name__ == '__main__':\n    run_file(__file__)"


def bound(statement):
    """Names that a module-level statement binds."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    return {
        n.id
        for n in ast.walk(statement)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_pins_everything_with_hashes_and_tells_how_it_is_made(name):
    text = (ROOT / name).read_text()
    entries = locked(name)
    assert "make lock" in text.splitlines()[1]
    assert "index-url" not in text, "everything comes from the public index"
    assert len(entries) > 50
    assert not [
        entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry
    ]


def test_both_lock_files_pin_the_same_versions():
    plain, extras = (versions(name) for name in LOCKS)
    assert {name: extras.get(name) for name in plain} == plain


def test_the_extras_are_locked_where_their_tests_run():
    pinned = set(versions("requirements-extras.lock"))
    for extra in EXTRAS:
        assert names_of(extra) <= pinned, extra


def locked(name):
    """The entries of a lock file, each with its hashes, without comments."""
    text = re.sub(r"^ *#.*\n", "", (ROOT / name).read_text(), flags=re.MULTILINE)
    return re.split(r"\n(?=\S)", text.strip())


def versions(name):
    """The pinned versions of each package of a lock file; some have several, for several Pythons."""
    pinned = {}
    for entry in locked(name):
        package, _, version = entry.split()[0].partition("==")
        pinned.setdefault(package, set()).add(version)
    return pinned


def names_of(extra):
    """The packages that pyproject.toml lists for an extra."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    return {re.match(r"[\w-]+", each)[0] for each in listed[extra]}


def test_every_extra_but_those_for_gpus_and_developers_has_tests():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    marks = re.compile(r"mark\.extra\(\"(\w+)\"\)")
    marked = {
        name
        for file in (ROOT / "tests").rglob("*.py")
        for name in marks.findall(file.read_text())
    }
    assert set(listed) - {"gpu", "dev"} == set(EXTRAS) == marked


def test_the_files_that_are_tested_first_exist():
    assert [name for name in TESTED_FIRST if not (TESTS / name).exists()] == []


def test_no_test_is_skipped_for_a_missing_package_but_by_the_mark():
    skips = re.compile(r"importorskip|find_spec\(")
    asking = {
        file for file in (ROOT / "tests").rglob("*.py") if skips.search(file.read_text())
    }
    assert asking == {ROOT / "tests" / "conftest.py", Path(__file__)}


def test_a_missing_extra_skips_a_test_and_fails_it_where_extras_are_required(monkeypatch):
    monkeypatch.setitem(EXTRAS, "jax", ("no_such_package",))
    with pytest.raises(pytest.skip.Exception, match=r"pip install 'reprozoo\[jax\]'"):
        pytest_runtest_setup(marked_test(require_extras=False))
    with pytest.raises(pytest.fail.Exception, match="lacks no_such_package"):
        pytest_runtest_setup(marked_test(require_extras=True))


def marked_test(require_extras):
    """A pretended test that needs JAX."""
    options = {"--require-extras": require_extras}
    marks = {"extra": [pytest.mark.extra("jax").mark]}
    return SimpleNamespace(
        iter_markers=marks.get, config=SimpleNamespace(getoption=options.get)
    )


@pytest.fixture
def bare(tmp_path):
    """A folder with the Makefile, and a pretended Python 3.11 that notes what it is asked to do."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in (*LOCKS, "pyproject.toml"):
        (tmp_path / name).touch()
    python = tmp_path / "pretended"
    python.write_text(
        '#!/bin/sh\necho "$@" >> "$LOG"\n'
        'case "$*" in\n'
        '  "-m venv"*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python";;\n'
        '  *"$REFUSED"*) exit 1;;\n'
        "esac\n"
    )
    python.chmod(0o755)
    return tmp_path


def make(folder, target, *, refused="nothing", pythons="./pretended"):
    """Runs make with these Pythons only; `refused` is the part of a command line at which they fail."""
    environment = {"PATH": os.environ["PATH"], "LOG": str(folder / "log"), "REFUSED": refused}
    command = [
        "make",
        "--no-print-directory",
        "-C",
        str(folder),
        target,
        f"PYTHONS={pythons}",
    ]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def installations(folder, lock="requirements.lock"):
    log = folder / "log"
    return log.read_text().count(f"--require-hashes -r {lock}\n") if log.exists() else 0


def test_make_says_in_one_line_that_there_is_no_fitting_python(bare):
    done = make(bare, "test", refused="version_info")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("make: no Python 3.11, 3.12 or 3.13 found")
    assert not (bare / ".venv").exists()


def test_make_says_in_one_line_that_python_cannot_make_environments(bare):
    done = make(bare, "test", refused="ensurepip")
    assert done.returncode != 0
    assert "python3-venv" in done.stderr.splitlines()[0]


def test_make_passes_over_names_that_are_there_but_do_not_run(bare):
    done = make(bare, "test", pythons="no-such-python /bin/false ./pretended")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_make_installs_once_and_again_when_the_lock_file_changes(bare):
    assert make(bare, "test").returncode == 0
    assert make(bare, "test").returncode == 0
    assert installations(bare) == 1
    assert (bare / "log").read_text().count("-m pytest") == 2
    later = (bare / ".venv" / ".installed").stat().st_mtime + 5
    os.utime(bare / "requirements.lock", (later, later))
    make(bare, "test")
    assert installations(bare) == 2
    assert (bare / "log").read_text().count("-m venv") == 1


def test_make_install_makes_the_environment_that_the_tests_use(bare):
    assert make(bare, "install").returncode == 0
    assert installations(bare) == 1
    assert make(bare, "test").returncode == 0
    assert installations(bare) == 1


def test_the_tests_of_the_extras_have_an_environment_of_their_own(bare):
    assert make(bare, "test-extras").returncode == 0
    assert installations(bare) == 0
    assert installations(bare, "requirements-extras.lock") == 1
    assert (bare / ".venv-extras" / ".installed").exists()
    assert not (bare / ".venv").exists()
    assert "-m extra --require-extras" in (bare / "log").read_text()


@pytest.mark.parametrize("refused", ["--require-hashes", "--no-deps"])
def test_an_installation_that_fails_is_taken_up_again(bare, refused):
    assert make(bare, "test", refused=refused).returncode != 0
    assert "-m pytest" not in (bare / "log").read_text()
    assert make(bare, "test").returncode == 0
    assert installations(bare) == 2


@pytest.mark.parametrize("data", [True, False])
def test_continuous_integration_uses_the_data_beside_the_checkout_if_it_is_there(
    tmp_path, data
):
    beside = tmp_path / "shared" / "data"
    if data:
        beside.mkdir(parents=True)
    done = run_ci(tmp_path, status=0)
    assert done.returncode == 0
    given = f"{tmp_path / 'checkout'}|--no-print-directory {{}}|{beside if data else ''}"
    assert done.stdout.splitlines() == [given.format("test"), given.format("test-extras")]


def test_continuous_integration_fails_where_the_tests_fail(tmp_path):
    done = run_ci(tmp_path, status=3)
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 1


def run_ci(folder, status):
    """Run .ci/run with a make that only says where it runs, for which target, and where the data are."""
    checkout, tools = folder / "checkout", folder / "tools"
    (checkout / ".ci").mkdir(parents=True)
    tools.mkdir()
    shutil.copy(ROOT / ".ci" / "run", checkout / ".ci" / "run")
    (tools / "make").write_text(f'#!/bin/sh\necho "$PWD|$*|$ZOO_DATA"\nexit {status}\n')
    (tools / "make").chmod(0o755)
    environment = {"PATH": f"{tools}:{os.environ['PATH']}"}
    return subprocess.run(
        [checkout / ".ci" / "run"], capture_output=True, text=True, env=environment
    )
