"""What we think where a claim did not come out: the texts of a file's DISCUSSION beside its verdicts.

DISCUSSION maps the id of a claim, or what several ids begin with, to a sentence or two on the likely reason
and on what would decide it. It is written after the run, so it is no part of CLAIMS, of their digest or of a
record. What was measured is not typed there: {ours} and {published} stand for the claim's own numbers. A text
that is missing stops no run; `complaints` says what is wrong, and a test asks for it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from reproductions.harness import discovery, records, wording
from reproductions.harness.claims import OWN, Claim

OPEN = ("not reproduced", "inconclusive")
PLACE = re.compile(r"\{(.*?)\}")
PLACES = {"ours", "published"}
NUMBER = re.compile(r"\d+(?:[.,_]\d+)*")


class Thought(NamedTuple):
    """One text ("" where none has been written yet) and the claims that it is about, each in words."""

    claims: list[str]
    text: str


def thoughts(record: Mapping, texts: Mapping[str, str]) -> list[Thought]:
    """What is thought of each claim that was not reproduced or is inconclusive, in the order of CLAIMS.

    Claims with the same text stand together. A check of our own is left out where it has no text.
    """
    grouped: dict[str, list[str]] = {}
    for claim, verdict in _open(record):
        key = key_of(claim.id, texts)
        if key is not None or claim.tag != OWN:
            text = "" if key is None else filled(texts[key], claim, verdict)
            compared = wording.compared(claim, verdict)
            grouped.setdefault(text, []).append(f'"{claim.says}" **{verdict.status}** ({compared})')
    return [Thought(claims, text) for text, claims in grouped.items()]


def key_of(claim: str, texts: Iterable[str]) -> str | None:
    """The key that speaks of the claim with this id: the longest one that the id begins with."""
    return max((key for key in texts if claim.startswith(key)), key=len, default=None)


def filled(text: str, claim: Claim, verdict) -> str:
    """The text with the claim's numbers in their places."""
    values = {"ours": wording.measured(claim, verdict), "published": wording.published(claim)}
    return PLACE.sub(lambda place: values.get(place[1], place[0]), text)


def complaints(name: str, record: Mapping | None = None) -> list[str]:
    """One line for everything that is wrong with the file's DISCUSSION, given its record (None if none).

    Published claims that did not come out and have no text; keys that speak of no claim; placeholders that
    stand for nothing; numbers that occur nowhere else in the file, and so must have been measured.
    """
    texts, ids = discovery.discussion(name), [claim.id for claim in discovery.claims(name)]
    missing = (
        [c.id for c, _ in _open(record) if c.tag != OWN and key_of(c.id, texts) is None] if record else []
    )
    spoken = {key_of(claim, texts) for claim in ids}
    return [
        *(f"{name}: DISCUSSION says nothing of {claim!r}" for claim in missing),
        *(
            f"{name}: DISCUSSION has a text on {key!r}, which speaks of no claim"
            for key in texts
            if key not in spoken
        ),
        *(f"{name}: DISCUSSION has a {problem}" for text in texts.values() for problem in _typed(name, text)),
    ]


def _open(record: Mapping):
    return [(claim, verdict) for claim, verdict in records.judgements(record) if verdict.status in OPEN]


def _typed(name: str, text: str):
    """What should not have been typed into a text."""
    yield from (f"placeholder {{{place}}}" for place in PLACE.findall(text) if place not in PLACES)
    stated = _numbers(discovery.source_beside(name, "DISCUSSION"))
    for number in sorted(_numbers(PLACE.sub("", text)) - stated):
        yield f"number that the file states nowhere else: {number}"


def _numbers(text: str) -> set[str]:
    """All numbers in a text, written alike: 60,000 and 60_000 are the same."""
    return {re.sub("[,_]", "", number) for number in NUMBER.findall(text)}
