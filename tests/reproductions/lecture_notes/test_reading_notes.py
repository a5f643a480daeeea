"""A mistake in errata.toml or catalogue.toml is one line that names the entry and the key."""

import pytest

from reproductions.harness.claiming.errors import ReproductionError
from reproductions.lecture_notes import catalogue, errata

ERRATA = """
sources = []
right = []

[kinds]
wrong = "It is false."

[[notes]]
number = "1"
kind = "wrong"
title = "A stone"
where = "lecture note 009, line 1"
says = "It floats."
holds = '''
It weighs {weight}.
It sinks.'''
known_by = "We weighed it."
numbers.weight = { reproduction = "stone", metric = "weight" }
judged.stone = ["stone/floats"]
"""
CATALOGUE = """
[grades]
A = "It is exact."

[reasons.planned]
title = "Planned"
meaning = "Soon."

[[claims]]
id = "stone-floats"
says = "A stone floats."
where = "lecture note 009, line 1"
grade = "A"
check = "Water."
reason = "planned"
"""
SECOND_FINDING = ERRATA[ERRATA.index("[[notes]]") :]
SECOND_CLAIM = CATALOGUE[CATALOGUE.index("[[claims]]") :]


@pytest.fixture
def write(tmp_path):
    """Writes a data file where it belongs beside the invented reproduction `stone`."""
    folder = tmp_path / "reproductions" / "lecture_notes"
    folder.mkdir(parents=True)
    (folder.parent / "stone.py").touch()

    def write_file(name, text):
        (folder / name).write_text(text)
        return folder / name

    return write_file


def test_the_invented_files_are_read(write):
    (finding,) = errata.read(write("errata.toml", ERRATA)).findings
    assert finding.holds == "It weighs {weight}. It sinks."
    assert list(errata.pairs(finding.judged)) == [("stone", "stone/floats")]
    assert finding.measured_by == ["stone"]
    (entry,) = catalogue.read(write("catalogue.toml", CATALOGUE)).claims
    assert (entry.id, entry.reason, entry.remark) == ("stone-floats", "planned", "")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'says = "It',
            'say = "It',
            "finding 1: there is no key 'say'; the keys are number, kind,",
        ),
        ('title = "A stone"\n', "", "finding 1, key 'title': it is missing"),
        ('number = "1"\n', "", "finding no. 1 of [[notes]], key 'number': it is missing"),
        (
            'number = "1"',
            "number = 1",
            "finding 1, key 'number': Input should be a valid string",
        ),
        (
            '"A stone"',
            '""',
            "finding 1, key 'title': String should have at least 1 character",
        ),
        ('kind = "wrong"', 'kind = "odd"', "finding 1, key 'kind': 'odd' is none of wrong"),
        ("{weight}", "{size}", "finding 1, key 'holds': {size} is not among its numbers"),
        (
            "{weight}",
            "1 kg",
            "finding 1, key 'numbers.weight': {weight} does not occur in 'holds'",
        ),
        (
            "judged.stone",
            "judged.moon",
            "finding 1, key 'judged': there is no reproductions/moon.py",
        ),
        (
            "judged.stone",
            "see_also.moon",
            "finding 1, key 'see_also': there is no reproductions/moon.py",
        ),
        (
            '= "stone"',
            '= "moon"',
            "finding 1, key 'numbers': there is no reproductions/moon.py",
        ),
        (
            "metric =",
            "metrics =",
            "finding 1, key 'numbers.weight': there is no key 'metrics';",
        ),
        (
            '["stone/floats"]',
            '"floats"',
            "finding 1, key 'judged.stone': Input should be a valid tuple",
        ),
    ],
)
def test_a_mistake_in_a_finding_is_one_line_that_names_it(write, old, new, message):
    assert old in ERRATA
    file = write("errata.toml", ERRATA.replace(old, new))
    assert fail(errata.read, file).startswith(f"errata.toml, {message}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "[[notes]]",
            "[[note]]",
            ": there is no key 'note'; the keys are kinds, notes, sources, right",
        ),
        ("sources = []", "", ", key 'sources': it is missing"),
        ("sources = []", "sources = ", " is not valid TOML: "),
    ],
)
def test_a_mistake_outside_of_the_findings_is_one_line(write, old, new, message):
    assert old in ERRATA
    file = write("errata.toml", ERRATA.replace(old, new))
    assert fail(errata.read, file).startswith(f"errata.toml{message}")


def test_two_findings_with_one_number_are_refused(write):
    file = write("errata.toml", ERRATA + SECOND_FINDING)
    assert (
        fail(errata.read, file)
        == "errata.toml, finding 1, key 'number': two findings have it"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "check =",
            "checks =",
            "claim stone-floats: there is no key 'checks'; the keys are id, says,",
        ),
        ('grade = "A"\n', "", "claim stone-floats, key 'grade': it is missing"),
        ('grade = "A"', 'grade = "Z"', "claim stone-floats, key 'grade': 'Z' is none of A"),
        (
            '= "planned"',
            '= "odd"',
            "claim stone-floats, key 'reason': 'odd' is none of planned",
        ),
        ('meaning = "Soon."\n', "", "key 'reasons.planned.meaning': it is missing"),
        ("reasons.planned", "reasons.soon", "key 'reasons': 'planned' is missing"),
    ],
)
def test_a_mistake_in_the_catalogue_is_one_line_that_names_it(write, old, new, message):
    assert old in CATALOGUE
    file = write("catalogue.toml", CATALOGUE.replace(old, new))
    assert fail(catalogue.read, file).startswith(f"catalogue.toml, {message}")


def test_two_claims_with_one_id_are_refused(write):
    file = write("catalogue.toml", CATALOGUE + SECOND_CLAIM)
    message = "catalogue.toml, claim stone-floats, key 'id': two claims have it"
    assert fail(catalogue.read, file) == message


def fail(read, file):
    """The message, of one line, with which the file is refused."""
    with pytest.raises(ReproductionError) as caught:
        read(file)
    assert "\n" not in str(caught.value)
    return str(caught.value)
