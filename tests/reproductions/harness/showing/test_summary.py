"""The last screen: one block for each question, whatever became of its run."""

import io

import pytest
from rich.console import Console

from reproductions.harness import suite
from reproductions.harness.showing import summary

ANSWERED = """DEVIATIONS = ("We have no coins.",)
HEADLINE = "coins/spin"
ANSWER = "Spinning helps by {coins/spin:.1f} m [with {seeds} seeds]."
"""


@pytest.fixture
def answered(checkout):
    """A checkout in which coins have an answer, and a full record."""
    checkout.change("coins", 'DEVIATIONS = ("We have no coins.",)\n', ANSWERED)
    checkout.commit()
    checkout.run("coins", profile="full")
    return checkout


def show(checkout, *outcomes):
    """The lines of the last screen, without blank ones."""
    console = Console(file=io.StringIO(), width=200)
    console.print(summary.summarize(outcomes, checkout.root))
    return [line.rstrip() for line in console.file.getvalue().splitlines() if line.strip()]


QUESTION = "coins: Do these coins land where they should?"
VERDICT = '  Verdict: reproduced (8 seeds): "Spinning helps."'


def test_a_quick_run_beside_a_record_shows_answer_verdict_and_which_way_it_points(answered):
    outcomes, printed = answered.run("coins")
    question, answer, verdict, run = show(answered, *outcomes)
    assert question == QUESTION and verdict == VERDICT
    assert answer.startswith("  Spinning helps by 2.0 m") and answer.endswith(
        " m [with 8 seeds]."
    )
    assert run.startswith("  This quick run (the same setting): 1.925 m [")
    assert run.endswith("], 3 seeds. It points the same way.")
    assert all(line in printed for line in (question, answer, verdict, run))


def test_a_quick_run_that_comes_out_otherwise_says_so(answered):
    answered.change("coins", "- 1 - 0.1 *", "+ 9 - 0.1 *")
    outcomes, _ = answered.run("coins")
    assert show(answered, *outcomes)[-1].endswith("], 3 seeds. It points the other way.")


def test_a_quick_run_that_chance_may_have_turned_round_says_so(answered):
    answered.change("coins", "- 1 - 0.1 *", "+ 1 - 0.1 *")
    outcomes, _ = answered.run("coins")
    assert show(answered, *outcomes)[-1].endswith(
        "It points the other way, though that may be chance."
    )


def test_a_stand_in_is_called_an_analogue(answered):
    answered.change(
        "coins",
        'data={"coins": "abc"}',
        'data={"coins": "abc"}, stand_in="pebbles stand in for coins"',
    )
    outcomes, _ = answered.run("coins")
    assert (
        "  This quick run (analogue: pebbles stand in for coins): 1.9"
        in show(answered, *outcomes)[-1]
    )


def test_a_full_run_shows_its_record_alone(answered):
    outcomes, _ = answered.run("coins", profile="full")
    question, answer, verdict = show(answered, *outcomes)
    assert (question, verdict) == (QUESTION, VERDICT) and answer.startswith(
        "  Spinning helps by 2.0 m"
    )


def test_a_file_without_an_answer_shows_how_its_claims_came_out(checkout):
    checkout.run("stone", profile="full")
    outcomes, _ = checkout.run("stone")
    assert show(checkout, *outcomes) == [
        "stone: Is a stone a stone?",
        "  Claims: 1 reproduced.",
        '  Verdict: reproduced (nothing is random): "It weighs 2.5."',
        "  This quick run (the same setting): exactly the published value. It points the same way.",
    ]


def test_without_a_record_there_is_what_this_run_found(checkout):
    outcomes, _ = checkout.run("stone", "coins")
    stone, found, coins, run = show(checkout, *outcomes)
    assert stone == "stone: Is a stone a stone?"
    assert found == "  This quick run (the same setting): exactly the published value."
    assert coins == QUESTION and run.startswith("  This quick run (the same setting): ")
    assert run.endswith("], 3 seeds.")


@pytest.mark.parametrize("claim", ["coins/spin", "coins/heads"])
def test_a_small_run_that_did_not_measure_the_headline_says_so(answered, claim):
    answered.change("coins", 'HEADLINE = "coins/spin"', f'HEADLINE = "{claim}"')
    for metric in ("flat", "heads"):
        answered.change("coins", f'            "{metric}": ', f'            "no {metric}": ')
    outcomes, _ = answered.run("coins")
    metric = {"coins/spin": "flat", "coins/heads": "heads"}[claim]
    assert show(answered, *outcomes)[-1] == (
        f"  This quick run (the same setting): not measured: {metric}. It says nothing on this."
    )


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        ("raise RuntimeError('edge up')", "failed to run"),
        ("raise LookupError('no coins: buy some')", "not run (no usable data)"),
        ("raise KeyboardInterrupt", "interrupted"),
    ],
)
def test_a_run_that_failed_leaves_the_records_answer(answered, failure, state):
    answered.change("coins", "few = [", f"{failure}\n    few = [")
    outcomes, _ = answered.run("coins")
    question, answer, verdict, run = show(answered, *outcomes)
    assert (question, verdict, run) == (QUESTION, VERDICT, f"  This run: {state}.")
    assert answer.startswith("  Spinning helps by 2.0 m")


def test_a_stale_record_is_said_and_its_answer_is_not_shown(answered):
    answered.change("coins", "OneRun(10.0", "OneRun(11.0")
    outcomes, _ = answered.run("coins")
    question, stale, run = show(answered, *outcomes)
    assert question == QUESTION
    assert stale == "  The record is out of date: its claims are not the file's."
    assert run.startswith("  This quick run (the same setting): ") and "points" not in run


def test_a_record_that_cannot_be_read_is_named_and_hides_no_other_question(answered):
    outcomes, _ = answered.run("coins", "stone")
    file = answered.root / "docs/results/coins.json"
    file.write_text(file.read_text().replace('"count": [7,', '"count": [8,'))
    question, damaged, stone, *_ = show(answered, *outcomes)
    assert question == QUESTION and stone == "stone: Is a stone a stone?"
    assert (
        damaged
        == f"  {file} was changed after it was written; restore it with git"[: len(damaged)]
    )


def test_a_file_that_cannot_be_imported_has_its_block_too(answered):
    answered.change("coins", "import numpy as np", "import no_such_module")
    outcomes, printed = answered.run("coins", "stone")
    assert show(answered, *outcomes)[:3] == [
        QUESTION,
        "  This run: failed to run.",
        "stone: Is a stone a stone?",
    ]
    assert printed.count("no_such_module") == 1


@pytest.mark.parametrize(
    ("seeds", "text"), [((1, 2), "2 seeds"), ((1,), "1 seed"), ((), "nothing is random")]
)
def test_seeds_are_counted_in_words(seeds, text):
    assert summary.describe_seeds({"config": {"seeds": seeds}}) == text


def test_the_table_of_claims_has_a_row_for_what_did_not_run(checkout):
    outcomes, _ = checkout.run("stone")
    console = Console(file=io.StringIO(), width=200)
    console.print(summary.table_of_claims([*outcomes, suite.Outcome("coins", suite.FAILED)]))
    text = console.file.getvalue()
    assert "It weighs 2.5." in text and any(
        "coins" in row and "failed to run" in row for row in text.splitlines()
    )
