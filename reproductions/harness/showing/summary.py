"""The last screen of a run: for each question the answer, its verdict, and what this run
adds."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reproductions.harness.claiming import questions
from reproductions.harness.claiming.claims import Claim
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    NOT_REPRODUCED,
    NOT_RUN,
    REPRODUCED,
    Verdict,
)
from reproductions.harness.recording import records
from reproductions.harness.showing import answers, entries, wording

COLOURS = {
    REPRODUCED: "green",
    NOT_REPRODUCED: "red",
    INCONCLUSIVE: "yellow",
    NOT_RUN: "dim",
}


def summarize(outcomes: Iterable, root: Path) -> Group:
    """Return the answers to all questions that were run, ready to print."""
    return Group(
        *(
            Padding(answer_question(outcome, root), (0, 0, 1, 0))
            for outcome in outcomes
        )
    )


def answer_question(outcome, root: Path) -> Group:
    """Return one question with its answer, its verdict and what this run found."""
    question = Text(
        f"{outcome.name}: {questions.summary(outcome.name).question}",
        style="bold",
    )
    try:
        lines = list(describe_outcome(outcome, root))
    except ReproductionError as error:  # its file or its record cannot be read
        printed = str(error) == outcome.message
        lines = [
            Text(
                describe_run(outcome, None) if printed else str(error),
                style="yellow",
            )
        ]
    return Group(question, Padding(Group(*lines), (0, 0, 0, 2)))


def describe_outcome(outcome, root: Path) -> Iterator[Text]:
    """Yield the answer, its verdict and what this run found, each on a line of its own."""
    module = questions.load(outcome.name)
    record = read_committed(root, outcome.name)
    if record is not None and records.is_stale(record, module.CLAIMS):
        yield Text(
            "The record is out of date: its claims are not the file's.",
            style="yellow",
        )
        record = None
    if record is not None:
        yield Text(answers.state_answer(module, record))
        yield describe_verdict(module, record)
    if (
        record is None
        or outcome.record is None
        or outcome.record["profile"] != "full"
    ):
        yield Text(describe_run(outcome, record), style="dim")


def read_committed(root: Path, name: str) -> Mapping | None:
    """Return the committed record of this reproduction, None if it has none."""
    file = records.path(root, "full", name)
    return records.read(file) if file.exists() else None


def describe_verdict(module, record: Mapping) -> Text:
    """Return the verdict on the headline claim, and on how many seeds it rests."""
    headline = answers.find_headline(module, record)
    status = headline.verdict.status
    seeds = describe_seeds(record)
    return Text.assemble(
        "Verdict: ",
        (wording.say_status(headline.claim, status), COLOURS[status]),
        f' ({seeds}): "{headline.claim.says}"',
    )


def describe_seeds(record: Mapping) -> str:
    """Return "32 seeds", "1 seed", or that nothing is random."""
    count = len(record["config"].get("seeds", ()))
    if not count:
        return "nothing is random"
    return f"{count} seed{'s' * (count > 1)}"


def describe_run(outcome, record: Mapping | None) -> str:
    """Return what this run found on the headline claim, and whether it points the record's
    way."""
    if outcome.record is None:
        return f"This run: {outcome.state}."  # the reason was printed when it happened
    module = questions.load(outcome.name)
    headline, way = answers.compare_ways(module, record, outcome.record)
    stand_in = outcome.record["stand_in"]
    kind = f"analogue: {stand_in}" if stand_in else "the same setting"
    pointing = f". It {way}" if record is not None else ""
    return f"This {outcome.record['profile']} run ({kind}): {describe_found(*headline)}{pointing}."


def describe_found(claim: Claim, verdict: Verdict) -> str:
    """Return what a run found on a claim, in words."""
    if verdict.ours is None:
        return verdict.detail or "no number"
    return claim.judge.describe_found(
        verdict, f" {claim.unit}" if claim.unit else ""
    )


def table_of_claims(outcomes: Iterable) -> Table:
    """Return every claim of all outcomes with its verdict, ready to print."""
    shown = Table(title="Verdicts", title_justify="left")
    for heading in ("reproduction", "claim", "published", "ours", "verdict"):
        shown.add_column(heading, overflow="fold")
    for outcome in outcomes:
        for row in entries.rows(outcome.record) if outcome.record else []:
            status = Text(row.word, style=COLOURS[row.status])
            shown.add_row(
                *map(Text, (outcome.name, row.says, row.published, row.ours)),
                status,
            )
        if not outcome.record:
            shown.add_row(
                outcome.name, "", "", "", Text(outcome.state, style="dim")
            )
        shown.add_section()
    return shown
