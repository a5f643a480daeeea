"""What a judge says: the four statuses, and the numbers that a verdict rests on."""

from dataclasses import dataclass

REPRODUCED = "reproduced"
NOT_REPRODUCED = "not reproduced"
INCONCLUSIVE = "inconclusive"
NOT_RUN = "not run"
STATUSES = (REPRODUCED, NOT_REPRODUCED, INCONCLUSIVE, NOT_RUN)


@dataclass(frozen=True)
class Verdict:
    """What came out: `ours` is the `statistic` of our `n` runs (diverged runs are counted in
    `n`).

    `interval` is the 95 % interval that was compared. It is predictive for one run and for
    the best of k. It is that of the mean (or median) otherwise. `resolvable` is given where
    the verdict is inconclusive: the smallest difference (for ratios: factor) from the
    published value that these seeds could have told apart. A predictive interval has none,
    since more seeds do not narrow the scatter of single runs. `percentile` places one
    published run among ours, or the best of k among such bests. `z` does so for one run. `p`
    is the permutation test's. What does not apply is None.
    """

    status: str
    statistic: str = ""
    ours: float | None = None
    interval: tuple[float, float] | None = None
    n: int = 0
    diverged: int = 0
    censored: int = 0
    percentile: float | None = None
    z: float | None = None
    p: float | None = None
    resolvable: float | None = None
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


def decide_holding(
    ends: tuple[float, float], published: float, widest: float
) -> tuple[str, str]:
    """Return the status of an interval that should hold the published value, and a remark on
    it.

    An interval wider than `widest` is inconclusive, since holding a value then means little.
    """
    rounding = 1e-12 * max(1.0, abs(published))
    if not ends[0] - rounding <= published <= ends[1] + rounding:
        return NOT_REPRODUCED, ""
    if ends[1] - ends[0] > widest:
        return (
            INCONCLUSIVE,
            "the interval holds the published value but is too wide to count",
        )
    return REPRODUCED, ""


def join_sentences(*sentences: str) -> str:
    """Return the sentences that are not empty, with semicolons between them."""
    return "; ".join(sentence for sentence in sentences if sentence)
