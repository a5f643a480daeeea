"""What a source says, as pure data: a `Claim` names a metric and the judge that checks it.

Claims are written before a run, hashed, stored in the record, and compared with it later.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.judging.judge import stated_fields
from reproductions.harness.judging.judges import JUDGES, Judge, require
from reproductions.harness.judging.verdicts import (
    NOT_RUN,
    Verdict,
    join_sentences,
)
from zoo.statistics import LEVEL

TAGS = {
    "P": "read in the primary paper",
    "C": "read in the authors' code or stored results",
    "D": "digitised from a vector drawing",
    "E": "read by eye from a figure",
    "S": "taken from somebody else's summary",
    "K": "computed independently",
    "M": "remembered, not verified",
}
OWN = "K"
"""The tag of what nobody published: a check of our own, counted apart."""

ARITHMETIC = "arithmetic"
FIGURE = "published figures"
DIRECTION = "directions"
READING = "readings of ours"
OWN_CHECK = "our own checks"
KINDS = {
    FIGURE: "a number that somebody measured and published",
    DIRECTION: "a published statement on which of two is larger, or that both are alike",
    READING: "a published statement without a number, which we read as one",
    ARITHMETIC: "a published number that can be computed without chance",
    OWN_CHECK: "nobody published it; we asked",
}
"""The kinds of claims, which are counted apart."""


@dataclass(frozen=True)
class Claim:
    """One statement of a source, and how it is to be judged; written before the run.

    `says` is the statement in our words. `metric` is the name in `Result.metrics`. `where` is
    the place in the source. `tag` says how the number came to us (a key of TAGS). `unit` is
    what the metric is measured in. `reading` says which bound, number or reading is ours and
    not the source's. The rows of one table or curve share a `family`, which is judged as a
    whole; "" is a family of one.

    Raises:
        ValueError: for an unknown tag, or a judge that is none.
    """

    id: str
    says: str
    metric: str
    judge: Judge
    where: str
    tag: str
    unit: str = ""
    reading: str = ""
    family: str = ""

    def __post_init__(self):
        require(
            self.tag in TAGS,
            f"{self.id}: tag {self.tag!r} is none of {', '.join(TAGS)}",
        )
        require(
            isinstance(self.judge, Judge),
            f"{self.id}: judge must be one of {', '.join(JUDGES)}",
        )

    @property
    def is_own(self) -> bool:
        """Whether this is a check of our own, which nobody published."""
        return self.tag == OWN

    @property
    def kind(self) -> str:
        """What is claimed: one of KINDS."""
        if self.is_own:
            return OWN_CHECK
        if self.reading:
            return READING
        if not self.judge.has_scatter:
            return ARITHMETIC
        return DIRECTION if self.judge.states_direction else FIGURE


def judge_claim(
    claim: Claim,
    metrics: Mapping[str, np.ndarray],
    stand_in: str = "",
    level: float = LEVEL,
) -> Verdict:
    """Return the verdict on one claim.

    Args:
        claim: what is judged.
        metrics: arrays of shape (seeds,), or (seeds, k) for an `Exact` tuple of k numbers.
        stand_in: why these numbers cannot be compared with the publication. It leaves our
            numbers in the verdict and its status at *not run*.
        level: the level of the interval.

    Raises:
        ValueError: a metric has a shape or values that its judge cannot read; the message
            names the claim.
    """
    names = metrics_of(claim)
    missing = [
        name for name in names if name not in metrics or len(metrics[name]) == 0
    ]
    if missing:
        verdict = Verdict(NOT_RUN, detail=f"not measured: {', '.join(missing)}")
    else:
        arrays = read_metrics(claim, metrics)
        verdict = claim.judge.judge(*arrays, level=level)
    if not stand_in:
        return verdict
    detail = join_sentences(f"analogue: {stand_in}", verdict.detail)
    return Verdict(**{**vars(verdict), "status": NOT_RUN, "detail": detail})


def read_metrics(
    claim: Claim, metrics: Mapping[str, np.ndarray]
) -> list[np.ndarray]:
    """Return the arrays that the claim is judged by, as float64.

    Raises:
        ValueError: the judge cannot read one of them; the message names claim and metric.
    """
    arrays = []
    for name in metrics_of(claim):
        array = np.asarray(metrics[name]).astype(np.float64)
        try:
            claim.judge.check_values(name, array)
        except ValueError as error:
            raise ValueError(f"claim {claim.id}: {error}") from error
        arrays.append(array)
    return arrays


def metrics_of(claim: Claim) -> tuple[str, ...]:
    """Return the names in `Result.metrics` that the claim is judged by."""
    versus = getattr(claim.judge, "versus", None)
    return (claim.metric,) if versus is None else (claim.metric, versus)


def as_data(claim: Claim) -> dict:
    """Return the claim as plain JSON data, without the fields that are at their default."""
    judge = {"kind": type(claim.judge).__name__, **claim.judge.stated_fields()}
    return {**stated_fields(claim), "judge": judge}


def from_data(data: Mapping) -> Claim:
    """Return the claim that `as_data` wrote.

    Raises:
        ReproductionError: its judge is unknown here.
    """
    kind = data["judge"]["kind"]
    if kind not in JUDGES:
        raise ReproductionError(
            f"claim {data['id']}: there is no judge named '{kind}' in this version"
        )
    stated = {}
    for key, value in data["judge"].items():
        if key != "kind":
            stated[key] = tuple(value) if isinstance(value, list) else value
    return Claim(**{**data, "judge": JUDGES[kind](**stated)})


def digest(claims: Iterable[Claim]) -> str:
    """Return the sha256 of the claims' canonical text: the same everywhere, changed by any
    change of a claim."""
    text = json.dumps(
        [as_data(claim) for claim in claims], sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()
