"""Pages and reports say what the records hold."""

import copy

from reproductions.harness import publishing, suite
from reproductions.harness.claiming import questions
from reproductions.harness.recording import records
from reproductions.harness.showing import entries, summary


def full(checkout, names=(), seeds=None):
    """Runs the invented reproductions in full and leaves their records."""
    from rich.console import Console

    machine = {
        "cpu": "fast",
        "cores": 2,
        "platform": "Linux",
        "threads": 1,
        "onednn": "1",
        "devices": ["CPU"],
    }
    context = suite.Context(
        root=checkout.root,
        command="zoo reproduce",
        versions={"python": "3", "numpy": "1"},
        describe_machine=lambda: machine,
        console=Console(quiet=True),
    )
    return suite.run_suite(
        names or questions.names(), "full", seeds, context=context, named=bool(names)
    )


def test_a_full_run_brings_the_pages_into_step(checkout):
    full(checkout)
    assert publishing.find_out_of_step(checkout.root) == []
    page = (checkout.root / "docs/results/coins.md").read_text()
    assert page.startswith("# Do these coins land where they should?\n")
    assert "\n**Claims: 4 reproduced.**\n" in page
    assert '\n"Coins land at 10." **reproduced**, 8 seeds (published: 10 m; ours: ' in page
    assert "An invented question with an invented source." in page
    assert "![Do these coins land where they should?](coins.svg)" in page
    assert "| Coins land at 10. | 10 m |" in page and "invented, table 1 (P)" in page
    assert "- We have no coins." in page


def test_a_page_says_how_its_record_was_made_and_how_to_extend_it(checkout):
    full(checkout)
    page = (checkout.root / "docs/results/coins.md").read_text()
    commit = records.read(checkout.root / "docs/results/coins.json")["runs"][0]["commit"]
    for line in (
        "| seeds | 1 to 8 |",
        "| command | `zoo reproduce` |",
        f"| commit | `{commit}` |",
    ):
        assert line in page
    for line in (
        "| versions | Python 3, NumPy 1 |",
        "| machine | fast, 2 cores, Linux, CPU |",
    ):
        assert line in page
    assert "| threads | 1 for each operation, with oneDNN |" in page
    again = "- `zoo reproduce coins --profile full` makes this record anew."
    assert f"{again} Expected wall time on two cores: quick 1 s" in page
    assert (
        "- `zoo reproduce coins --profile full --seeds 16` adds 8 seeds to this record.\n"
        in page
    )
    stone = (checkout.root / "docs/results/stone.md").read_text()
    assert "| seeds | nothing is random |" in stone and "--seeds" not in stone


def test_a_page_says_what_was_chosen_and_where_it_is_an_end_of_what_was_tried(checkout):
    full(checkout)
    record = records.read(checkout.root / "docs/results/coins.json")
    record["chosen"] = {
        "chosen rate, flat": {"value": 0.1, "tried": [0.01, 1.0, 0.1]},
        "learning rate, edge": {"value": 1.0, "tried": [0.01, 0.1, 1.0]},
        "chosen range": {"value": 2.0},
        "rate": {
            "value": 0.3,
            "tried": [0.1, 0.3, 1.0],
            "scores": [2.5, 1.25, "nan"],
            "remark": "Scores: %.",
        },
        "start": {"value": "random"},
    }
    chosen = entries.make_entry("coins", record).chosen
    assert chosen == {
        "chosen rate, flat": "0.1 (tried: 0.01, 0.1, 1)",
        "learning rate, edge": "1 (tried: 0.01, 0.1, 1; the chosen one is an end of these)",
        "chosen range": "2",
        "rate": "0.3 (tried: 0.1: 2.5, 0.3: 1.25, 1: diverged). Scores: %.",
        "start": "random",
    }
    page = publishing.render("page.md", entry=entries.make_entry("coins", record))
    assert "- chosen range: 2\n" in page.split("## Chosen by validation")[1]
    assert "adds 8 seeds to this record. Settings chosen by validation are kept.\n" in page


def test_earlier_verdicts_are_those_on_claims_that_changed(checkout):
    full(checkout)
    record = records.read(checkout.root / "docs/results/coins.json")
    old = copy.deepcopy(records.supersede(record, "We miscounted."))
    old["verdicts"][0]["status"] = "not reproduced"
    (earlier,) = entries.make_entry("coins", record | {"superseded": [old]}).superseded
    assert earlier.changes == [("Coins land at 10.", "not reproduced", "reproduced")]
    assert earlier.same == 3
    assert earlier.title.endswith("8 seeds. We miscounted.")
    text = publishing.render(
        "page.md", entry=entries.make_entry("coins", record | {"superseded": [old]})
    )
    assert "3 verdicts are the same today." in text
    assert "| Coins land at 10. | not reproduced | reproduced |" in text


def test_a_record_made_in_two_runs_has_a_column_for_each(checkout):
    full(checkout, names=["coins"], seeds=3)
    full(checkout, names=["coins"], seeds=5)
    page = (checkout.root / "docs/results/coins.md").read_text()
    assert "| seeds | 1 to 3 | 4 to 5 |" in page and "adds 3 seeds to this record." in page
    assert "--profile full` makes this record anew, with 8 seeds." in page


def index_rows(checkout):
    """The cells of the index, one list for each line that links a page: first answers, then counts."""
    lines = (checkout.root / "docs/reproductions.md").read_text().splitlines()
    return [line.strip("| ").split(" | ") for line in lines if "](results/" in line]


def test_the_index_links_every_page_with_its_answer_and_its_counts(checkout):
    full(checkout)
    answers, counts = index_rows(checkout)[:2], index_rows(checkout)[2:]
    assert answers == [
        [
            "[Do these coins land where they should?](results/coins.md)",
            "Claims: 4 reproduced.",
            "**reproduced**",
            "8",
        ],
        [
            "[Is a stone a stone?](results/stone.md)",
            "Claims: 1 reproduced.",
            "**reproduced**",
            "-",
        ],
    ]
    assert [row[:6] for row in counts] == [
        ["[coins](results/coins.md)", "4", "0", "0", "0", "none"],
        ["[stone](results/stone.md)", "1", "0", "0", "0", "none"],
    ]
    index = (checkout.root / "docs/reproductions.md").read_text()
    assert "](errata.md)" in index and "](cited.md)" in index


def test_the_page_of_a_record_that_is_gone_goes_too(checkout):
    full(checkout)
    (checkout.root / "docs/results/stone.json").unlink()
    page = checkout.root / "docs/results/stone.md"
    assert (
        "docs/results/stone.md belongs to no record: remove it"
        in publishing.find_out_of_step(checkout.root)
    )
    assert publishing.write_pages(checkout.root) == [page]
    assert not page.exists() and publishing.find_out_of_step(checkout.root) == []


def test_checks_of_our_own_have_a_table_of_their_own(checkout):
    checkout.change("coins", 'PLACE, "C") for n', 'PLACE, "K") for n')
    checkout.commit()
    full(checkout)
    page = (checkout.root / "docs/results/coins.md").read_text()
    published, own = page.split("## Our own checks")
    assert "Coins land at 10." in published and "edge \\| heads" not in published
    assert "edge \\| heads" in own and "Coins land at 10." not in own


def test_a_bar_in_a_text_does_not_break_the_table(checkout):
    full(checkout)
    page = (checkout.root / "docs/results/coins.md").read_text()
    rows = [line for line in page.splitlines() if "heads \\|" in line]
    assert len(rows) == 1 and rows[0].replace("\\|", "").count("|") == 7


def test_the_readme_changes_between_its_markers_only(checkout):
    full(checkout)
    text = (checkout.root / "README.md").read_text()
    assert text.startswith("Before.\n<!-- answers:begin -->\n| question | our answer |")
    assert text.endswith("<!-- claims:end -->\nAfter.\n")
    answers, claims = text.split("Between.\n")
    assert answers.endswith("<!-- answers:end -->\n")
    assert (
        answers.count("[Do these coins land where they should?](docs/results/coins.md)") == 1
    )
    assert claims.startswith("<!-- claims coins/height coins/spin:begin -->\n| claim |")
    assert "| Coins land at 10. |" in claims and "stone" not in claims
    publishing.write_pages(checkout.root)
    assert (checkout.root / "README.md").read_text() == text


def answer_rows(checkout):
    """The cells of README.md's table of answers, one list for each question."""
    lines = (checkout.root / "README.md").read_text().splitlines()
    return [line.strip("| ").split(" | ") for line in lines if "](docs/results/" in line]


ANSWERED = """DEVIATIONS = ("We have no coins.",)
HEADLINE = "coins/spin"
ANSWER = "Yes | by {coins/spin} m, with {seeds} seeds."
"""


def test_the_readme_answers_each_question_in_one_sentence(checkout):
    checkout.change("coins", 'DEVIATIONS = ("We have no coins.",)\n', ANSWERED)
    checkout.change("stone", "Exact(2.5, 1e-9)", "Exact(9.9, 1e-9)")
    checkout.commit()
    full(checkout)
    spin = entries.make_entry(
        "coins", records.read(checkout.root / "docs/results/coins.json")
    ).headline
    assert answer_rows(checkout) == [
        [
            "[Do these coins land where they should?](docs/results/coins.md)",
            f"Yes \\| by {spin.ours.split(' ')[0]} m, with 8 seeds.",
            "**reproduced**",
            "8",
        ],
        [
            "[Is a stone a stone?](docs/results/stone.md)",
            "Claims: 1 not reproduced.",
            "**not reproduced**",
            "-",
        ],
    ]


def test_the_readme_says_where_a_record_is_out_of_date(checkout):
    checkout.change("coins", 'DEVIATIONS = ("We have no coins.",)\n', ANSWERED)
    checkout.commit()
    full(checkout)
    checkout.change("coins", '"coins/spin"', '"coins/turn"')
    checkout.change("coins", "{coins/spin}", "{coins/turn}")
    publishing.write_pages(checkout.root)
    assert answer_rows(checkout)[0][1:] == [
        "Claims: 4 reproduced.",
        "record out of date",
        "8",
    ]


def test_checks_of_our_own_are_counted_apart_from_published_claims(checkout):
    assert checkout.change("stone", '"invented", "P"', '"invented", "K"') is None
    checkout.change(
        "coins",
        'PLACE, "C") for n in ("heads", "edge")',
        'PLACE, "CK"[n == "edge"]) for n in ("heads", "edge")',
    )
    checkout.commit()
    full(checkout)
    assert [row[1:6] for row in index_rows(checkout)[2:]] == [
        ["3", "0", "0", "0", "1 of 1"],
        ["0", "0", "0", "0", "1 of 1"],
    ]
    assert [row[1] for row in answer_rows(checkout)] == [
        "Claims: 3 reproduced, own checks met: 1 of 1.",
        "Claims: own checks met: 1 of 1.",
    ]
    assert records.standing(checkout.root, "stone") == "own checks met: 1 of 1"
    checkout.change(
        "stone", "return Result({", 'return Result(stand_in="a pebble", metrics={'
    )
    checkout.commit()
    full(checkout)
    assert records.standing(checkout.root, "stone") == "1 not run"


def test_a_typed_verdict_is_out_of_step(checkout):
    full(checkout)
    file = checkout.root / "README.md"
    file.write_text(file.read_text().replace("**reproduced**", "**not reproduced**", 1))
    assert publishing.find_out_of_step(checkout.root) == [
        "README.md is not what the records give: write it anew with zoo pages"
    ]


def test_a_claim_that_no_record_has_does_not_vanish_from_the_readme_unseen(checkout):
    full(checkout)
    file = checkout.root / "README.md"
    file.write_text(file.read_text().replace("coins/spin:begin", "coins/turn:begin"))
    publishing.write_pages(checkout.root)
    assert publishing.find_out_of_step(checkout.root) == [
        "README.md names the claim 'coins/turn', which no reproduction states"
    ]


def test_a_changed_claim_is_out_of_step_until_judged_again(checkout):
    full(checkout)
    checkout.change("coins", "OneRun(10.0", "OneRun(30.0")
    wrong = publishing.find_out_of_step(checkout.root)
    assert (
        "docs/results/coins.json was judged on other claims: re-judge it or run it again"
        in wrong
    )


def test_a_record_without_a_reproduction_is_out_of_step(checkout):
    full(checkout)
    (checkout.folder / "stone.py").unlink()
    assert (
        "docs/results/stone.json belongs to no reproduction: remove it"
        in publishing.find_out_of_step(checkout.root)
    )


def test_a_checkout_without_records_needs_no_pages(checkout):
    assert (
        publishing.make_pages(checkout.root) == {}
        and publishing.find_out_of_step(checkout.root) == []
    )


def test_the_report_holds_its_figures_and_escapes_what_it_prints(checkout):
    checkout.change("coins", "Coins land at 10.", "Coins <b>land</b> at 10.")
    checkout.commit()
    outcomes = full(checkout)
    text = publishing.write_report(outcomes, checkout.root, "full").read_text()
    assert text.count("data:image/svg+xml;base64,") == 2
    assert "Coins &lt;b&gt;land" in text and "<b>land" not in text
    assert "Coins &lt;b>land" in (checkout.root / "docs/results/coins.md").read_text()


def test_a_broken_file_takes_a_finished_run_no_answer_away(checkout):
    full(checkout)
    checkout.add("stone", '"""Is it here?"""\nimport no_such_module\n')
    checkout.commit()
    _, printed = checkout.run("coins", profile="full")
    assert (
        "The pages do not show this record yet: reproductions/stone.py cannot be imported"
        in printed
    )
    assert (
        "coins: Do these coins land where they should?" in printed
        and "report.html" in printed
    )


def test_the_terminal_table_shows_intervals_in_brackets(checkout):
    from rich.console import Console

    console = Console(width=200, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(summary.table_of_claims(full(checkout)))
    text = console.export_text()
    assert "Spinning helps." in text and "[0." in text and "reproduced" in text
