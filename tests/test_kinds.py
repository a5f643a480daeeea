"""The kinds of models: one value each, complete, and cheap to list."""

import subprocess
import sys

import pytest

from zoo.kinds import KINDS

ALL = list(KINDS.values())


def functions_of(kind):
    """All functions that a kind names, by what they are for."""
    found = {measure.name: measure.function for measure in kind.measures}
    found |= {"endpoints": kind.endpoints, "answers": kind.answers}
    return found | ({"as_loaded": kind.as_loaded} if kind.as_loaded else {})


def test_every_kind_is_found_by_its_name():
    assert [kind.name for kind in ALL] == list(KINDS)
    assert len(KINDS) >= 5


@pytest.mark.parametrize("kind", ALL, ids=KINDS)
def test_every_function_that_a_kind_names_is_there(kind):
    for purpose, function in functions_of(kind).items():
        assert callable(function.function()), purpose


@pytest.mark.parametrize("kind", ALL, ids=KINDS)
def test_a_kind_says_what_it_answers_and_is_measured_by(kind):
    assert kind.outputs and kind.measures
    assert len({measure.name for measure in kind.measures}) == len(kind.measures)


@pytest.mark.parametrize("kind", ALL, ids=KINDS)
def test_a_kind_that_makes_codes_describes_its_answers_and_one_with_classes_makes_none(kind):
    assert not kind.has_code or kind.description
    assert not (kind.has_code and kind.has_classes)
    assert not kind.answers_pixels or kind.targets_are_inputs


def test_listing_the_kinds_loads_no_library():
    program = "import sys, zoo.kinds\nassert not {'numpy', 'scipy', 'keras', 'tensorflow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_no_kind_can_be_added_by_accident():
    with pytest.raises(TypeError):
        KINDS["other"] = ALL[0]
