"""Reproductions are found and described without being imported."""

import subprocess
import sys
from pathlib import Path

import pytest

import reproductions
from reproductions.harness import claims, discovery, records
from reproductions.harness.errors import ReproductionError


def test_every_file_is_found_and_the_harness_is_not(checkout):
    checkout.add("_scratch", "")
    assert discovery.names() == ["coins", "stone"]


def test_the_docstring_gives_question_and_wall_time(checkout):
    assert discovery.summary("coins") == ("Do these coins land where they should?", "quick 1 s, full 2 s.")
    assert discovery.summary("stone") == ("Is a stone a stone?", "")


@pytest.mark.parametrize(
    "text",
    [
        "Expected wall time: 1.5 s,\nfull 2 s. Else.\n\nMore.",
        "Expected wall time: 1.5 s,\nfull 2 s.\n\nMore.",
    ],
)
def test_a_wall_time_that_goes_on_in_the_next_line_is_read_whole(checkout, text):
    checkout.add("clock", f'"""Late?\n\n{text}\n"""')
    assert discovery.summary("clock").wall_time == "1.5 s, full 2 s."


def test_the_paragraphs_leave_out_question_and_wall_time(checkout):
    assert discovery.paragraphs("coins") == ["An invented question with an invented source."]
    assert discovery.paragraphs("stone") == []
    text = "First,\nsecond.\n\nExpected wall time: 1.5 s,\nfull 2 s. Else.\n\nMore."
    checkout.add("clock", f'"""Late?\n\n{text}\n"""')
    assert discovery.paragraphs("clock") == ["First, second.", "Else.", "More."]


def test_a_file_that_python_cannot_read_does_not_spoil_the_listing(checkout):
    checkout.add("broken", "def :\n")
    assert discovery.summary("broken").question == "(syntax error in line 1)"
    (checkout.root / "docs/results").mkdir(parents=True)
    (checkout.root / "docs/results/broken.json").write_text(
        '{"metrics": {}, "claims_digest": "", "runs": []}'
    )
    assert "CLAIMS must be plain data" in records.standing(checkout.root, "broken")


def test_claims_are_read_without_importing_the_file(checkout):
    checkout.change("coins", "import numpy as np", "import numpy as np\nimport no_such_module")
    stated = discovery.claims("coins")
    assert [claim.id for claim in stated] == ["coins/height", "coins/spin", "coins/heads", "coins/edge"]
    assert stated[0].where == "invented, table 1"
    assert "reproductions.coins" not in sys.modules


def test_claims_read_from_the_source_are_those_of_the_module(checkout):
    assert claims.digest(discovery.claims("coins")) == claims.digest(discovery.load("coins").CLAIMS)


def test_an_unknown_name_lists_the_near_ones(checkout):
    with pytest.raises(ReproductionError, match="no reproduction is called 'coin'; did you mean coins"):
        discovery.load("coin")


OTHER_CLAIMS = """
DEVIATIONS = ()
if DEVIATIONS == ():
    CLAIMS = (Claim("other", "says", "weight", CLAIMS[0].judge, "where", "P"),)
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("@dataclass(frozen=True)", "@dataclass", "Config must be a frozen dataclass"),
        ("FULL = QUICK = SMOKE", "FULL = QUICK = QUACK", "SMOKE must be a Config"),
        ("CLAIMS = (", "CLAIMS = () and (", "CLAIMS must be a tuple of Claim"),
        ("DEVIATIONS = ()", 'DEVIATIONS = ["x"]', "DEVIATIONS must be a tuple of str"),
        ("def run", "def ran", "run must be a function"),
        ("def plot", "def draw", "plot must be a function"),
        ("DEVIATIONS = ()", "DEVIATIONS = ()\nCLAIMS += CLAIMS", "two CLAIMS have the same id"),
        ("DEVIATIONS = ()", OTHER_CLAIMS, "CLAIMS depends on more than plain data"),
    ],
)
def test_a_missing_fixed_name_is_said_in_one_line(checkout, old, new, complaint):
    checkout.change("stone", old, new)
    with pytest.raises(ReproductionError, match=complaint) as raised:
        discovery.load("stone")
    assert "\n" not in str(raised.value) and str(raised.value).startswith("reproductions/stone.py")


def test_a_listing_imports_nothing_heavy(checkout):
    script = (
        "import sys, reproductions\n"
        "from reproductions.harness import discovery, records, checkout\n"
        "reproductions.__path__.append(sys.argv[1])\n"
        "assert 'coins' in discovery.names()\n"
        "for name in discovery.names():\n"
        "    discovery.summary(name), discovery.claims(name), records.standing(checkout.root(), name)\n"
        "names = {'numpy', 'scipy', 'matplotlib', 'tensorflow', 'keras', 'rich', 'jinja2'}\n"
        "heavy = names & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    command = [sys.executable, "-c", script, str(checkout.folder)]
    done = subprocess.run(
        command, cwd=Path(reproductions.__file__).parent.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
