"""What retraining tells: how far the search flattered a trial, and whether tuning beat the default."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from tuning.harness import objective
from zoo.pretrained.cards import Comparison, Estimate, SeedResult


def mean(scores: Sequence[float]) -> Estimate:
    """Return the mean with its t interval over seeds."""
    return _estimate(float(np.mean(scores)), objective.interval(np.asarray(scores)))


def of_search(record: Mapping) -> Estimate | None:
    """Return a trial's score in the search, None if it failed there."""
    return None if record["score"] is None else _estimate(record["score"], record["interval"])


def optimism(searched: Sequence[float], fresh: Sequence[float]) -> Estimate:
    """Return the mean in the search minus that of the fresh seeds, with Welch's interval.

    A single network in the search has no spread, so there is no interval then.
    """
    difference = float(np.mean(searched) - np.mean(fresh))
    if len(searched) < 2:
        return _estimate(difference, None)
    if np.ptp(searched) == np.ptp(fresh) == 0:
        return _estimate(difference, (difference, difference))
    found = stats.ttest_ind(searched, fresh, equal_var=False).confidence_interval(objective.CONFIDENCE)
    return _estimate(difference, (float(found.low), float(found.high)))


def comparisons(tuned: Sequence[SeedResult], default: Sequence[SeedResult]) -> tuple[Comparison, ...]:
    """Return what lies between two networks on each split, paired by seed; nothing below two pairs."""
    pairs = [
        (mine, theirs)
        for mine, theirs in zip(tuned, default, strict=True)
        if None not in (mine.validation, theirs.validation, mine.test, theirs.test)
    ]
    return tuple(_compared(pairs, split) for split in ("validation", "test")) if len(pairs) > 1 else ()


def _compared(pairs, split: str) -> Comparison:
    mine, theirs = np.array([[getattr(each, split) for each in pair] for pair in pairs]).T
    return Comparison(
        split=split,
        seeds=len(pairs),
        tuned=float(mine.mean()),
        default=float(theirs.mean()),
        difference=mean(mine - theirs),
    )


def _estimate(value: float, interval: tuple[float, float] | None) -> Estimate:
    low, high = interval or (None, None)
    return Estimate(mean=value, low=low, high=high)
