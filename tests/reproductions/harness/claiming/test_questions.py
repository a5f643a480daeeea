"""Reproductions are found and described without being imported; a broken file fails alone."""

import subprocess
import sys
from pathlib import Path

import pytest

import reproductions
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.recording import records
from zoo.cli import main


def test_every_file_is_found_and_the_harness_is_not(checkout):
    checkout.add("_scratch", "")
    assert questions.names() == ["coins", "stone"]


def test_the_five_main_questions_exist():
    assert len(questions.NAMED) == 5 and set(questions.NAMED) <= set(questions.names())


def test_the_docstring_gives_question_and_wall_time(checkout):
    assert questions.summary("coins") == (
        "Do these coins land where they should?",
        "quick 1 s, full 2 s.",
    )
    assert questions.summary("stone") == ("Is a stone a stone?", "")


@pytest.mark.parametrize(
    "text",
    [
        "Expected wall time: 1.5 s,\nfull 2 s. Else.\n\nMore.",
        "Expected wall time: 1.5 s,\nfull 2 s.\n\nMore.",
    ],
)
def test_a_wall_time_that_goes_on_in_the_next_line_is_read_whole(checkout, text):
    checkout.add("clock", f'"""Late?\n\n{text}\n"""')
    assert questions.summary("clock").wall_time == "1.5 s, full 2 s."


def test_the_paragraphs_leave_out_question_and_wall_time(checkout):
    assert questions.paragraphs("coins") == ["An invented question with an invented source."]
    assert questions.paragraphs("stone") == []
    text = "First,\nsecond.\n\nExpected wall time: 1.5 s,\nfull 2 s. Else.\n\nMore."
    checkout.add("clock", f'"""Late?\n\n{text}\n"""')
    assert questions.paragraphs("clock") == ["First, second.", "Else.", "More."]


BROKEN = {
    "def :\n": ("(syntax error in line 1)", "SyntaxError"),
    '"""Is it here?"""\nimport no_such_module\n': (
        "Is it here?",
        "No module named 'no_such_module'",
    ),
    '"""Is it whole?"""\nraise ValueError("two\\nlines")\n': (
        "Is it whole?",
        "ValueError: two lines",
    ),
    '"""Does it end?"""\nraise SystemExit(3)\n': ("Does it end?", "SystemExit: 3"),
    '"""Has it claims?"""\n': ("Has it claims?", "CLAIMS must be a tuple of Claim"),
    "": ("(no docstring)", "CLAIMS must be a tuple of Claim"),
}


@pytest.mark.parametrize("source", BROKEN)
def test_a_broken_file_keeps_its_row_in_the_listing_and_says_what_is_wrong(checkout, source):
    question, reason = BROKEN[source]
    checkout.add("broken", source)
    assert questions.summary("broken").question == question
    line = records.standing(checkout.root, "broken")
    assert line.startswith("reproductions/broken.py") and reason in line and "\n" not in line


def test_a_file_in_another_encoding_keeps_its_row_in_the_listing(checkout):
    (checkout.folder / "broken.py").write_bytes('"""¿Cuántas?"""\n'.encode("latin-1"))
    assert questions.summary("broken").question.startswith("(cannot be read: ")
    assert "reproductions/broken.py cannot be imported" in records.standing(
        checkout.root, "broken"
    )


def test_a_broken_file_hides_no_other_row_of_the_listing(checkout, capsys, monkeypatch):
    checkout.run("stone", profile="full")
    for position, source in enumerate(BROKEN):
        checkout.add(f"broken{position}", source)
    monkeypatch.chdir(checkout.root)
    monkeypatch.setattr(reproductions, "__file__", str(checkout.folder / "__init__.py"))
    with pytest.raises(SystemExit) as stopped:
        main(["reproduce", "--list"])
    shown = capsys.readouterr().out
    assert not stopped.value.code and "Traceback" not in shown
    rows = [" ".join(line.split()) for line in shown.splitlines()]
    assert any("Is a stone a stone?" in row and "1 reproduced" in row for row in rows)
    assert sum("│ broken" in row for row in rows) == len(BROKEN)
    assert "No module named" in shown


def test_a_broken_file_fails_alone(checkout):
    checkout.add("broken", '"""Is it here?"""\nimport no_such_module\n')
    outcomes, printed = checkout.run()
    assert [(o.name, o.state) for o in outcomes] == [
        ("broken", "failed to run"),
        ("coins", "ran"),
        ("stone", "ran"),
    ]
    assert (
        printed.count(
            "cannot be imported (ModuleNotFoundError: No module named 'no_such_module')"
        )
        == 1
    )
    assert not list((checkout.root / "runs").rglob("*.traceback.txt"))


def test_claims_and_seeds_are_those_of_the_file(checkout):
    stated = questions.claims("coins")
    assert [claim.id for claim in stated] == [
        "coins/height",
        "coins/spin",
        "coins/heads",
        "coins/edge",
    ]
    assert stated[0].where == "invented, table 1"
    assert (questions.full_seeds("coins"), questions.full_seeds("stone")) == (8, 0)


def test_an_unknown_name_lists_the_near_ones(checkout):
    with pytest.raises(
        ReproductionError, match="there is no reproduction named 'coin'; did you mean coins"
    ):
        questions.load("coin")


def test_a_name_that_is_near_none_shows_three_examples_and_how_to_list_all(checkout):
    with pytest.raises(ReproductionError) as raised:
        questions.check("zzzzzz")
    assert str(raised.value) == (
        "there is no reproduction named 'zzzzzz'; there are, for example, xor, mnist_depth, dropout. "
        "List all with: zoo reproduce --list"
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("@dataclass(frozen=True)", "@dataclass", "Config must be a frozen dataclass"),
        ("FULL = QUICK = SMOKE", "FULL = QUICK = QUACK", "SMOKE must be a Config"),
        ("CLAIMS = (", "CLAIMS = () and (", "CLAIMS must be a tuple of Claim"),
        ("DEVIATIONS = ()", 'DEVIATIONS = ["x"]', "DEVIATIONS must be a tuple of str"),
        ("def run", "def ran", "run must be a function"),
        ("def plot", "def draw", "plot must be a function"),
        (
            "DEVIATIONS = ()",
            "DEVIATIONS = ()\nCLAIMS += CLAIMS",
            "two CLAIMS have the same id",
        ),
        ("DEVIATIONS = ()", "DEVIATIONS = ()\nANSWER = 2.5", "ANSWER must be a str"),
        ("DEVIATIONS = ()", "DEVIATIONS = ()\nchoose = {}", "choose must be a function"),
        (
            "DEVIATIONS = ()",
            'DEVIATIONS = ()\nHEADLINE = "stone/size"',
            "HEADLINE must be the id of one of the CLAIMS, not 'stone/size'",
        ),
    ],
)
def test_a_missing_or_wrong_fixed_name_is_said_in_one_line(checkout, old, new, complaint):
    checkout.change("stone", old, new)
    with pytest.raises(ReproductionError, match=complaint) as raised:
        questions.load("stone")
    assert "\n" not in str(raised.value) and str(raised.value).startswith(
        "reproductions/stone.py"
    )


def test_the_source_without_a_name_lacks_all_that_its_value_is_made_of(checkout):
    checkout.change(
        "stone", "DEVIATIONS = ()", 'SAY = 7.5\nOTHER = 8.5\nDEVIATIONS = (f"{SAY}",)'
    )
    left = questions.source_without("stone", "DEVIATIONS")
    assert "8.5" in left and "7.5" not in left and "class Config" in left


def test_a_listing_imports_nothing_heavy(checkout):
    script = (
        "import sys, reproductions\n"
        "from reproductions.harness.claiming import questions\n"
        "from reproductions.harness.recording import checkout, records\n"
        "reproductions.__path__.append(sys.argv[1])\n"
        "assert 'coins' in questions.names()\n"
        "for name in questions.names():\n"
        "    questions.summary(name), records.standing(checkout.root(), name)\n"
        "names = {'scipy', 'matplotlib', 'tensorflow', 'keras', 'rich', 'jinja2', 'sklearn'}\n"
        "heavy = names & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    command = [sys.executable, "-c", script, str(checkout.folder)]
    done = subprocess.run(
        command,
        cwd=Path(reproductions.__file__).parent.parent,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
