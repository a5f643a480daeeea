"""Pages and reports say what the records hold."""

from reproductions.harness import records, report, suite


def full(checkout):
    """Runs both invented reproductions in full and leaves their records."""
    from rich.console import Console

    context = suite.Context(root=checkout.root, command="zoo reproduce", console=Console(quiet=True))
    return suite.run_suite([], "full", context=context)


def test_a_full_run_brings_the_pages_into_step(checkout):
    full(checkout)
    assert report.out_of_step(checkout.root) == []
    page = (checkout.root / "docs" / "reproductions.md").read_text()
    assert "Do these coins land where they should?" in page and "![coins](results/coins.svg)" in page
    assert "Seeds 1 to 8 at commit" in page and "No random seeds" in page
    assert "We have no coins." in page and "zoo reproduce coins --profile full" in page
    assert "| Coins land at 10. | 10 m |" in page and "invented, table 1 (P)" in page


def test_a_bar_in_a_text_does_not_break_the_table(checkout):
    full(checkout)
    rows = [
        line
        for line in (checkout.root / "docs" / "reproductions.md").read_text().splitlines()
        if "heads \\|" in line
    ]
    assert len(rows) == 1 and rows[0].replace("\\|", "").count("|") == 6


def test_the_readme_changes_between_its_markers_only(checkout):
    full(checkout)
    text = (checkout.root / "README.md").read_text()
    assert text.startswith("Before.\n<!-- verdicts:begin -->\n| reproduction |")
    assert text.endswith("<!-- verdicts:end -->\nAfter.\n")
    counts, claims = text.split("Between.\n")
    assert counts.count("[coins](docs/reproductions.md#coins)") == 1
    assert claims.startswith("<!-- verdicts of coins:begin -->\n| what is said |")
    assert "| Coins land at 10. |" in claims and "stone" not in claims
    report.write_pages(checkout.root)
    assert (checkout.root / "README.md").read_text() == text


def test_checks_of_our_own_are_counted_apart_from_published_claims(checkout):
    assert checkout.change("stone", '"invented", "P"', '"invented", "K"') is None
    checkout.change(
        "coins",
        'PLACE, "C") for n in ("heads", "edge")',
        'PLACE, "CK"[n == "edge"]) for n in ("heads", "edge")',
    )
    checkout.commit()
    full(checkout)
    rows = [
        line
        for line in (checkout.root / "README.md").read_text().splitlines()
        if "docs/reproductions.md#" in line
    ]
    assert [row.split("|")[3:-1] for row in rows] == [
        [" 3 ", " 0 ", " 0 ", " 1 of 1 "],
        [" 0 ", " 0 ", " 0 ", " 1 of 1 "],
    ]
    assert records.standing(checkout.root, "stone") == "own checks met: 1 of 1"
    checkout.change("stone", "return Result({", 'return Result(stand_in="a pebble", metrics={')
    checkout.commit()
    full(checkout)
    assert records.standing(checkout.root, "stone") == "1 not run"


def test_a_typed_verdict_is_out_of_step(checkout):
    full(checkout)
    file = checkout.root / "README.md"
    file.write_text(file.read_text().replace("**reproduced**", "**not reproduced**", 1))
    assert report.out_of_step(checkout.root) == [
        "README.md is not what the records give: write it anew with write_pages"
    ]


def test_a_changed_claim_is_out_of_step_until_judged_again(checkout):
    full(checkout)
    checkout.change("coins", "OneRun(10.0", "OneRun(30.0")
    wrong = report.out_of_step(checkout.root)
    assert "docs/results/coins.json was judged on other claims: re-judge it or run it again" in wrong


def test_a_record_without_a_reproduction_is_out_of_step(checkout):
    full(checkout)
    (checkout.folder / "stone.py").unlink()
    assert "docs/results/stone.json belongs to no reproduction: remove it" in report.out_of_step(
        checkout.root
    )


def test_a_checkout_without_records_needs_no_pages(checkout):
    assert report.pages(checkout.root) == {} and report.out_of_step(checkout.root) == []


def test_the_report_holds_its_figures_and_escapes_what_it_prints(checkout):
    checkout.change("coins", "Coins land at 10.", "Coins <b>land</b> at 10.")
    checkout.commit()
    outcomes = full(checkout)
    text = report.write_report(outcomes, checkout.root, "full").read_text()
    assert text.count("data:image/svg+xml;base64,") == 2
    assert "Coins &lt;b&gt;land" in text and "<b>land" not in text
    assert "Coins &lt;b>land" in (checkout.root / "docs" / "reproductions.md").read_text()


def test_the_terminal_table_shows_intervals_in_brackets(checkout):
    from rich.console import Console

    console = Console(width=200, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(report.table(full(checkout)))
    text = console.export_text()
    assert "Spinning helps." in text and "[0." in text and "reproduced" in text
