"""What a judge says: the four statuses, the causes of an open verdict, and the numbers that a
verdict rests on."""

from dataclasses import dataclass

REPRODUCED = "reproduced"
NOT_REPRODUCED = "not reproduced"
INCONCLUSIVE = "inconclusive"
NOT_RUN = "not run"
STATUSES = (REPRODUCED, NOT_REPRODUCED, INCONCLUSIVE, NOT_RUN)

ONE_RUN = "one published run cannot decide"
PUBLISHED_MEAN = "the published mean is too uncertain to decide"
MORE_SEEDS = "more seeds would decide"
TOO_FEW = "too few seeds"
UNFINISHED = "the planned seeds are not complete"
UNSOUND = "the runs do not allow a verdict"
CENSORED = "runs that never got there show only a bound"
CAUSES = (
    ONE_RUN,
    PUBLISHED_MEAN,
    MORE_SEEDS,
    TOO_FEW,
    UNFINISHED,
    UNSOUND,
    CENSORED,
)
"""Why a verdict is inconclusive."""

RULES = 2
"""The version of the rules of verdicts. The first rules judged by the width of an interval;
these judge by a margin."""


@dataclass(frozen=True)
class Verdict:
    """What came out: `ours` is the `statistic` of our `n` runs (diverged runs are counted in
    `n`).

    `interval` is the interval that was compared, on the scale of our number: that of one
    further run where one published run is judged, else that of the mean or fraction. An
    inconclusive verdict has a `cause` (one of CAUSES). `seeds_needed` says how many seeds
    would decide; it is None where that is not known or more than 1,000. `power` is the
    probability with which an identical procedure would be reproduced. `percentile` places one
    published run among ours, or the best of k among such bests; `z` does so for one run. What
    does not apply is None, or "".
    """

    status: str
    statistic: str = ""
    ours: float | None = None
    interval: tuple[float, float] | None = None
    n: int = 0
    diverged: int = 0
    censored: int = 0
    cause: str = ""
    seeds_needed: int | None = None
    power: float | None = None
    percentile: float | None = None
    z: float | None = None
    detail: str = ""


@dataclass(frozen=True)
class Decision:
    """A status with its cause, and how many seeds would decide."""

    status: str
    cause: str = ""
    seeds_needed: int | None = None
    detail: str = ""


def decide_inside(ends: tuple[float, float], low: float, high: float) -> str:
    """Return the status of an interval against two bounds.

    Strictly inside is reproduced, strictly outside is not reproduced. An interval that
    touches a bound decides nothing. Infinite bounds always allow.
    """
    allowed_from_below = low == -float("inf") or low < ends[0]
    allowed_from_above = high == float("inf") or ends[1] < high
    if allowed_from_below and allowed_from_above:
        return REPRODUCED
    if ends[1] < low or high < ends[0]:
        return NOT_REPRODUCED
    return INCONCLUSIVE


def join_sentences(*sentences: str) -> str:
    """Return the sentences that are not empty, with semicolons between them."""
    return "; ".join(sentence for sentence in sentences if sentence)
