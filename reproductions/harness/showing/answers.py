"""The answer to a reproduction's question: one sentence, its numbers from the record, and
what a small run adds.

A file's ANSWER is plain text with places for numbers. "{CLAIM}" stands for our number of that
claim, "{CLAIM low}" and "{CLAIM high}" for the ends of its interval, "{CLAIM size}" for the
number without its sign, "{CLAIM published}" for the source's number, and "{seeds}" for the
number of seeds. A format may follow: "{CLAIM size:.2f}", "{CLAIM:.0%}".
"""

import dataclasses
import math
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from reproductions.harness.claiming import questions
from reproductions.harness.claiming.claims import Claim, judge_claim
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.judging.numbers import format_ours
from reproductions.harness.judging.verdicts import (
    NOT_REPRODUCED,
    REPRODUCED,
    Verdict,
)
from reproductions.harness.recording import records
from reproductions.harness.showing import wording
from reproductions.harness.showing.discussion import find_typed_numbers

PLACE = re.compile(r"\{([^{}]+)\}")
PARTS = ("", " low", " high", " size", " published")
NOT_KNOWN = "Not known yet: the planned run is still to come."
SAME_WAY, OTHER_WAY, NO_WAY = (
    "points the same way",
    "points the other way",
    "says nothing on this",
)


class Headline(NamedTuple):
    """The claim that answers a question, and its verdict."""

    claim: Claim
    verdict: Verdict


def headline_id(module) -> str:
    """Return the id of the claim that answers the file's question: its HEADLINE, else its
    first claim."""
    return getattr(module, "HEADLINE", module.CLAIMS[0].id)


def find_headline(module, record: Mapping) -> Headline | None:
    """Return the headline claim with its verdict in this record, None where the record lacks
    it."""
    wanted = headline_id(module)
    for claim, verdict in records.judgements(record):
        if claim.id == wanted:
            return Headline(claim, verdict)
    return None


def state_answer(module, record: Mapping) -> str:
    """Return the file's ANSWER with the record's numbers.

    How many claims came out how takes its place where the file has none, where the record was
    judged on other claims than the file's, and where the ANSWER cannot be filled, which is
    said. A record that lacks the headline's number has no answer yet.
    """
    text = getattr(module, "ANSWER", "")
    counts = f"Claims: {records.counts(record)}."
    if not text or records.is_stale(record, module.CLAIMS):
        return counts
    headline = find_headline(module, record)
    if headline.verdict.ours is None:
        return NOT_KNOWN
    try:
        return fill_answer(text, record)
    except ReproductionError as error:
        return f"{counts} ({error})"


def fill_answer(text: str, record: Mapping) -> str:
    """Return an ANSWER with the record's numbers in its places.

    Raises:
        ReproductionError: a place names no claim of the record, or no number of it.
    """
    judgements = {
        claim.id: (claim, verdict)
        for claim, verdict in records.judgements(record)
    }

    def fill(place: re.Match) -> str:
        if place[1] == "seeds":
            return str(len(record["config"].get("seeds", ())))
        try:
            claim_id, part, form = read_place(place[1], judgements)
            return fill_place(*judgements[claim_id], part, form)
        except ValueError as error:
            raise ReproductionError(
                f"ANSWER of {record['name']}: {place[0]} {error}"
            ) from error

    return PLACE.sub(fill, text)


def read_place(place: str, ids: Iterable[str]) -> tuple[str, str, str]:
    """Return (claim's id, part, format) of a place; an id may hold blanks and colons itself.

    Raises:
        ValueError: it names none of these claims, or no number of one.
    """
    claim_id = max(
        (one for one in ids if place.startswith(one)), key=len, default=None
    )
    if claim_id is None:
        raise ValueError("names no claim")
    part, _, form = place.removeprefix(claim_id).partition(":")
    if part not in PARTS:
        raise ValueError(
            f"ends in '{part.strip()}', not in low, high, size or published"
        )
    return claim_id, part.strip(), form


def fill_place(claim: Claim, verdict: Verdict, part: str, form: str) -> str:
    """Return one number of a verdict as text; one that is none is said in words.

    Raises:
        ValueError: the format is none of a number.
    """
    if part == "published":
        return wording.describe_published(claim)
    value = pick_number(verdict, part)
    if value is None or math.isnan(value):
        return "an unknown number"
    if math.isinf(value):
        return "no number (not reached)"
    text = format(value, form) if form else format_ours(value)
    return text.replace("%", " %")


def pick_number(verdict: Verdict, part: str) -> float | None:
    """Return our number, its size, or an end of its interval; None where the verdict has
    none."""
    if part in ("low", "high"):
        return (
            None
            if verdict.interval is None
            else verdict.interval[part == "high"]
        )
    if part == "size" and verdict.ours is not None:
        return abs(verdict.ours)
    return verdict.ours


def find_complaints(name: str, record: Mapping | None = None) -> list[str]:
    """Return one line for everything that is wrong with the file's ANSWER, given its record
    (None if none).

    Wrong are: a place that names no claim of the file or of the record; a number that occurs
    nowhere else in the file, and so must have been measured.
    """
    module = questions.load(name)
    text = getattr(module, "ANSWER", "")
    ids = [claim.id for claim in module.CLAIMS]
    complaints = []
    for place in PLACE.findall(text):
        try:
            place == "seeds" or read_place(place, ids)
        except ValueError as error:
            complaints.append(
                f"{name}: ANSWER has a place {{{place}}} that {error}"
            )
    for problem in find_typed_numbers(name, PLACE.sub("", text)):
        complaints.append(f"{name}: ANSWER has a {problem}")
    if record is not None and not complaints:
        try:
            fill_answer(text, record)
        except ReproductionError as error:
            complaints.append(f"{name}: {error}")
    return complaints


def compare_ways(
    module, record: Mapping | None, small: Mapping
) -> tuple[Headline, str]:
    """Return the headline of a small run as if it could be judged, and whether it points as
    the record does.

    Both point the same way where both of our numbers agree with the claim, chance left out,
    or where neither does. A file's IN_SMALL_RUNS names the metrics that a small run measures
    in place of those of the headline claim: {the claim's metric: the small run's}.

    Args:
        module: the reproduction.
        record: its committed record, None if it has none.
        small: the record of the small run.
    """
    claim = next(
        claim for claim in module.CLAIMS if claim.id == headline_id(module)
    )
    metrics = dict(records.result_of(small).metrics)
    for full_name, small_name in getattr(module, "IN_SMALL_RUNS", {}).items():
        if full_name not in metrics and small_name in metrics:
            metrics[full_name] = metrics[small_name]
    claim = without_horizon(claim)
    found = Headline(claim, judge_claim(claim, metrics))
    committed = None if record is None else find_headline(module, record)
    if committed is None or not (has_number(found) and has_number(committed)):
        return found, NO_WAY
    way = SAME_WAY if agrees(found) == agrees(committed) else OTHER_WAY
    return found, f"{way}, though that may be chance" if may_be_chance(
        found
    ) else way


def may_be_chance(headline: Headline) -> bool:
    """Tell whether our number agrees with the claim at one end of its interval and not at the
    other, however many seeds there are."""
    verdict = headline.verdict
    if verdict.status in (REPRODUCED, NOT_REPRODUCED):
        return False
    if verdict.interval is None:
        return True
    places = (verdict.ours, *verdict.interval)
    moved = (dataclasses.replace(verdict, ours=place) for place in places)
    return len({headline.claim.judge.agrees(each) for each in moved}) > 1


def without_horizon(claim: Claim) -> Claim:
    """Return the claim for a small run, whose runs end earlier: one that never got to its
    threshold then has no number."""
    if getattr(claim.judge, "horizon", None) is None:
        return claim
    judge = dataclasses.replace(claim.judge, horizon=None)
    return dataclasses.replace(claim, judge=judge)


def has_number(headline: Headline) -> bool:
    """Tell whether the verdict has a number of ours."""
    ours = headline.verdict.ours
    return ours is not None and not math.isnan(ours)


def agrees(headline: Headline) -> bool:
    """Tell whether our number alone agrees with the claim."""
    return headline.claim.judge.agrees(headline.verdict)
