"""Texts that several parts show in the same form."""

import pytest

from zoo import texts


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (99.4, "99 s"),
        (100, "2 min"),
        (5399, "90 min"),
        (5400, "1.5 h"),
        (86_400, "24.0 h"),
    ],
)
def test_a_duration_has_the_unit_that_people_would_use(seconds, text):
    assert texts.format_duration(seconds) == text


def test_of_an_error_the_first_line_is_told_or_its_class_where_it_says_nothing():
    assert texts.first_line(ValueError("\n first \nsecond")) == "first"
    assert texts.first_line(MemoryError()) == "MemoryError"


def test_a_text_on_one_line_has_single_blanks():
    assert texts.one_line(" two\n  lines\tand more ") == "two lines and more"


def test_a_line_of_a_table_has_a_bar_on_both_sides():
    assert texts.table_line(("seed", "test")) == "| seed | test |"


def test_values_are_named_and_fractions_have_four_digits():
    assert texts.format_values({"width": 64, "rate": 0.0012345}) == "width=64, rate=0.001234"
    assert texts.format_values({}) == ""
