"""What we think where a claim did not come out: the texts of a file's DISCUSSION beside its
verdicts.

DISCUSSION maps the id of a claim, or what several ids begin with, to a sentence or two: the
likely reason, and what would decide it. It is written after the run, so it is no part of
CLAIMS, of their digest, or of a record. What was measured is not typed there: {ours} and
{published} stand for the claim's own numbers, {seeds} for how many seeds the record has. A
missing text stops no run. `find_complaints` says what is wrong, and a test asks for it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from reproductions.harness.claiming import questions
from reproductions.harness.claiming.claims import Claim
from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    NOT_REPRODUCED,
    TOO_FEW,
    UNFINISHED,
)
from reproductions.harness.recording import records
from reproductions.harness.showing import wording

OPEN = (NOT_REPRODUCED, INCONCLUSIVE)
TOO_EARLY = (UNFINISHED, TOO_FEW)
PLACE = re.compile(r"\{(.*?)\}")
PLACES = {"ours", "published", "seeds"}
NUMBER = re.compile(r"\d+(?:[.,_]\d+)*")


class Thought(NamedTuple):
    """One text ("" where none has been written yet) and the claims that it is about, each in
    words."""

    claims: list[str]
    text: str


def gather_thoughts(record: Mapping, texts: Mapping[str, str]) -> list[Thought]:
    """Return what is thought of each claim that was not reproduced or is inconclusive, in the
    order of CLAIMS.

    Claims with the same text stand together. A check of our own is left out where it has no
    text.
    """
    grouped: dict[str, list[str]] = {}
    for claim, verdict in open_judgements(record):
        key = find_key(claim.id, texts)
        if key is None and claim.is_own:
            continue
        text = (
            ""
            if key is None
            else fill_places(texts[key], claim, verdict, record)
        )
        compared = wording.describe_both(claim, verdict)
        grouped.setdefault(text, []).append(
            f'"{claim.says}" **{wording.say_status(claim, verdict.status)}** ({compared})'
        )
    return [Thought(claims, text) for text, claims in grouped.items()]


def find_key(claim: str, texts: Iterable[str]) -> str | None:
    """Return the key that speaks of the claim with this id: the longest one that the id
    begins with."""
    return max(
        (key for key in texts if claim.startswith(key)), key=len, default=None
    )


def fill_places(text: str, claim: Claim, verdict, record: Mapping) -> str:
    """Return the text with the claim's numbers in their places."""
    values = {
        "ours": wording.format_measured(claim, verdict),
        "published": wording.describe_published(claim),
        "seeds": str(len(record["config"].get("seeds", ()))),
    }
    return PLACE.sub(lambda place: values.get(place[1], place[0]), text)


def find_complaints(name: str, record: Mapping | None = None) -> list[str]:
    """Return one line for everything that is wrong with the file's DISCUSSION, given its
    record (None if none).

    Wrong are: a published claim that did not come out and has no text; a key that speaks of
    no claim; a placeholder that stands for nothing; a number that occurs nowhere else in the
    file, and so must have been measured.
    """
    module = questions.load(name)
    texts = getattr(module, "DISCUSSION", {})
    complaints = []
    for claim, _ in open_judgements(record) if record else ():
        if not claim.is_own and find_key(claim.id, texts) is None:
            complaints.append(
                f"{name}: DISCUSSION says nothing of {claim.id!r}"
            )
    spoken = {find_key(claim.id, texts) for claim in module.CLAIMS}
    for key in texts:
        if key not in spoken:
            complaints.append(
                f"{name}: DISCUSSION has a text on {key!r}, which speaks of no claim"
            )
    for text in texts.values():
        complaints += [
            f"{name}: DISCUSSION has a {problem}"
            for problem in find_typed(name, text)
        ]
    return complaints


def open_judgements(record: Mapping) -> list[tuple]:
    """Return the claims that did not come out, with their verdicts; those whose seeds are too
    few, or not complete yet, need no thought."""
    return [
        (claim, verdict)
        for claim, verdict in records.judgements(record)
        if verdict.status in OPEN and verdict.cause not in TOO_EARLY
    ]


def find_typed(name: str, text: str) -> Iterator[str]:
    """Yield what should not have been typed into a text."""
    for place in PLACE.findall(text):
        if place not in PLACES:
            yield f"placeholder {{{place}}}"
    yield from find_typed_numbers(name, PLACE.sub("", text))


def find_typed_numbers(name: str, text: str) -> Iterator[str]:
    """Yield the numbers of a text that the file states in neither its code nor its claims."""
    stated = find_numbers(
        questions.source_without(name, "DISCUSSION", "ANSWER")
    )
    for number in sorted(find_numbers(text) - stated):
        yield f"number that the file states nowhere else: {number}"


def find_numbers(text: str) -> set[str]:
    """Return all numbers in a text, written alike: 60,000 and 60_000 are the same."""
    return {re.sub("[,_]", "", number) for number in NUMBER.findall(text)}
