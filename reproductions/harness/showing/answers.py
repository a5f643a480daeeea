"""The answer to a reproduction's question: one sentence, its numbers from the record, and what a
small run adds.

A file's ANSWER is plain text with places for numbers. "{CLAIM}" stands for our number of that
claim, "{CLAIM low}" and "{CLAIM high}" for the ends of its interval, "{CLAIM size}" for the
number without its sign, "{CLAIM published}" for the source's number, and "{seeds}" for the number
of seeds. A format may follow: "{CLAIM size:.2f}", "{CLAIM:.0%}".
"""

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from reproductions.harness.claiming.claims import Claim, judge_claim
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.judging.numbers import format_ours
from reproductions.harness.judging.verdicts import Verdict
from reproductions.harness.recording import records
from reproductions.harness.showing import wording

PLACE = re.compile(r"\{([^{}:]+)(?::([^{}]*))?\}")
SAME_WAY, OTHER_WAY, NO_WAY = "points the same way", "points the other way", "says nothing on this"


class Headline(NamedTuple):
    """The claim that answers a question, and its verdict."""

    claim: Claim
    verdict: Verdict


def headline_id(module) -> str:
    """Return the id of the claim that answers the file's question: its HEADLINE, else its first
    claim."""
    return getattr(module, "HEADLINE", module.CLAIMS[0].id)


def find_headline(module, record: Mapping) -> Headline | None:
    """Return the headline claim with its verdict in this record, None where the record lacks
    it."""
    wanted = headline_id(module)
    for claim, verdict in records.judgements(record):
        if claim.id == wanted:
            return Headline(claim, verdict)
    return None


def fill_answer(text: str, record: Mapping) -> str:
    """Return an ANSWER with the record's numbers in its places.

    Raises:
        ReproductionError: a place names no claim of the record.
    """
    judgements = {claim.id: (claim, verdict) for claim, verdict in records.judgements(record)}

    def fill(place: re.Match) -> str:
        name, form = place[1], place[2]
        if name == "seeds":
            return str(len(record["config"].get("seeds", ())))
        claim_id, _, part = name.partition(" ")
        if claim_id not in judgements:
            raise ReproductionError(f"ANSWER of {record['name']}: the record has no claim '{claim_id}'")
        return fill_place(*judgements[claim_id], part, form)

    return PLACE.sub(fill, text)


def fill_place(claim: Claim, verdict: Verdict, part: str, form: str | None) -> str:
    """Return one number of a verdict as text; an infinite one is said in words."""
    if part == "published":
        return wording.describe_published(claim)
    value = pick_number(verdict, part)
    if value is None:
        return "an unknown number"
    if not math.isfinite(value):
        return "no number (not reached)"
    return format(value, form) if form else format_ours(value)


def pick_number(verdict: Verdict, part: str) -> float | None:
    """Return our number, its size, or an end of its interval; None where the verdict has none."""
    if part in ("low", "high"):
        return None if verdict.interval is None else verdict.interval[part == "high"]
    if part == "size" and verdict.ours is not None:
        return abs(verdict.ours)
    if part in ("", "size"):
        return verdict.ours
    raise ReproductionError(f"ANSWER: a place ends in low, high, size or published, not in '{part}'")


def compare_ways(module, record: Mapping | None, small: Mapping) -> tuple[Headline, str]:
    """Return the headline of a small run as if it could be judged, and whether it points as the
    record does.

    Both point the same way where both of our numbers agree with the claim, chance left out, or where neither does.

    Args:
        module: the reproduction.
        record: its committed record, None if it has none.
        small: the record of the small run.
    """
    claim = next(claim for claim in module.CLAIMS if claim.id == headline_id(module))
    found = Headline(claim, judge_claim(claim, records.result_of(small).metrics))
    committed = None if record is None else find_headline(module, record)
    if committed is None or not (has_number(found) and has_number(committed)):
        return found, NO_WAY
    same = agrees(found) == agrees(committed)
    return found, SAME_WAY if same else OTHER_WAY


def has_number(headline: Headline) -> bool:
    """Tell whether the verdict has a number of ours."""
    ours = headline.verdict.ours
    return ours is not None and not math.isnan(ours)


def agrees(headline: Headline) -> bool:
    """Tell whether our number alone agrees with the claim."""
    return headline.claim.judge.agrees(headline.verdict)
