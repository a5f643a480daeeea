"""What we think of a claim stands beside its verdict, and every number in it comes from a record."""

import pytest

from reproductions.harness import publishing
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.recording import records
from reproductions.harness.showing import discussion

MISSED = ("Exact(2.5, 1e-9)", "Exact(9.9, 1e-9)")
DISCUSSION = """DEVIATIONS = ()
DISCUSSION = {{"{}": "{}"}}
"""


def full(checkout, name="stone"):
    """Runs one invented reproduction in full; returns its record and its page."""
    checkout.commit()
    (outcome,), _ = checkout.run(name, profile="full")
    assert outcome.state == "ran", outcome.message
    return outcome.record, (checkout.root / f"docs/results/{name}.md").read_text()


def discuss(checkout, key, text):
    """A stone that is too light, and what is thought of it."""
    checkout.change("stone", *MISSED)
    checkout.change("stone", "DEVIATIONS = ()\n", DISCUSSION.format(key, text))


def test_a_text_stands_on_the_page_with_the_numbers_of_the_record(checkout):
    discuss(checkout, "stone/weight", "A stone of {ours} is no stone of {published}.")
    record, page = full(checkout)
    assert '> "It weighs 2.5." **not reproduced** (published 9.9; ours 2.5, n = 1)' in page
    assert "A stone of 2.5 is no stone of 9.9." in page.split("## What we think")[1]
    assert discussion.find_complaints("stone", record) == []


def test_a_text_is_no_part_of_the_record_or_of_the_claims_digest(checkout):
    checkout.change("stone", *MISSED)
    before, _ = full(checkout)
    checkout.change("stone", "DEVIATIONS = ()\n", DISCUSSION.format("stone", "It is wet."))
    assert publishing.find_out_of_step(checkout.root) == [
        "docs/results/stone.md is not what the records give: write it anew with zoo pages"
    ]
    again, _ = full(checkout)
    assert again["claims_digest"] == before[
        "claims_digest"
    ] and "It is wet." not in records.as_text(again)


def test_a_text_that_is_missing_stops_no_run_and_is_asked_for(checkout):
    checkout.change("stone", *MISSED)
    record, page = full(checkout)
    assert "*Nothing has been written on this yet.*" in page
    assert discussion.find_complaints("stone", record) == [
        "stone: DISCUSSION says nothing of 'stone/weight'"
    ]
    assert discussion.find_complaints("stone") == []


def test_what_was_reproduced_and_own_checks_need_no_text(checkout):
    record, page = full(checkout)
    assert "What we think" not in page and discussion.find_complaints("stone", record) == []
    checkout.change("stone", *MISSED)
    checkout.change("stone", '"invented", "P"', '"invented", "K"')
    record, page = full(checkout)
    assert "What we think" not in page and discussion.find_complaints("stone", record) == []
    checkout.change("stone", "DEVIATIONS = ()\n", DISCUSSION.format("stone/", "It is wet."))
    publishing.write_pages(checkout.root)
    assert "It is wet." in (checkout.root / "docs/results/stone.md").read_text()


def test_claims_with_the_same_text_stand_together_and_the_longest_key_speaks(checkout):
    checkout.change("coins", "OneRun(10.0", "OneRun(90.0")
    checkout.change("coins", "at_least=0.2", "at_least=0.99")
    texts = {"coins/": "Wind.", "coins/he": "Sun.", "coins/height": "Rain."}
    record, _ = full(checkout, "coins")
    found = {
        thought.text: len(thought.claims)
        for thought in discussion.gather_thoughts(record, texts)
    }
    assert found == {"Rain.": 1, "Sun.": 1, "Wind.": 1}
    (everything,) = discussion.gather_thoughts(record, {"coins": "Wind."})
    assert [claim.split(" **")[0] for claim in everything.claims] == [
        '"Coins land at 10."',
        '"heads | heads"',
        '"edge | heads"',
    ]


@pytest.mark.parametrize(
    ("key", "text", "complaint"),
    [
        ("stone/size", "It is wet.", "a text on 'stone/size', which speaks of no claim"),
        ("stone", "It has {weight}.", "a placeholder {weight}"),
        ("stone", "It has 2.75 or 2.5.", "a number that the file states nowhere else: 2.75"),
    ],
)
def test_a_text_about_nothing_or_with_a_typed_number_is_seen(checkout, key, text, complaint):
    discuss(checkout, key, text)
    assert f"stone: DISCUSSION has {complaint}" in discussion.find_complaints("stone")
    full(checkout)  # and stops no run


def test_the_constants_that_a_text_is_made_of_count_as_text(checkout):
    discuss(checkout, "stone", "It has 2.75.")
    checkout.change("stone", '"It has 2.75."', "WEIGHT")
    checkout.change("stone", "DEVIATIONS = ()", 'DEVIATIONS = ()\nWEIGHT = "It has 2.75."')
    (complaint,) = discussion.find_complaints("stone")
    assert complaint.endswith("2.75")


def test_a_number_that_only_the_answer_states_is_typed_all_the_same(checkout):
    discuss(checkout, "stone", "It has 2.75.")
    checkout.change("stone", "DEVIATIONS = ()", 'DEVIATIONS = ()\nANSWER = "It has 2.75."')
    (complaint,) = discussion.find_complaints("stone")
    assert complaint.endswith("2.75")


def test_a_discussion_is_texts_for_claims(checkout):
    discuss(checkout, "stone", "It is wet.")
    assert questions.load("stone").DISCUSSION == {"stone": "It is wet."}
    checkout.change("stone", '"It is wet."', "2")
    with pytest.raises(ReproductionError, match="DISCUSSION must be a dict of str to str"):
        questions.load("stone")


def test_seeds_and_what_stands_for_nothing_are_filled_or_left(checkout):
    checkout.change("coins", "OneRun(10.0", "OneRun(90.0")
    record, _ = full(checkout, "coins")
    (thought,) = discussion.gather_thoughts(record, {"coins/height": "{seeds} of {unknown}"})
    assert thought.text == "8 of {unknown}"
