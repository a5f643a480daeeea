"""What fresh seeds tell: how far the search flattered a trial, and whether tuning helped."""

from collections.abc import Mapping, Sequence

import numpy as np

from tuning.harness.search.objective import find_interval
from zoo import statistics
from zoo.pretrained.cards import Comparison, Estimate, SeedResult


def estimate_mean(scores: Sequence[float]) -> Estimate:
    """Return the mean with its t interval over seeds."""
    mean = float(np.mean(scores))
    return make_estimate(mean, find_interval(np.asarray(scores)))


def estimate_search(record: Mapping) -> Estimate | None:
    """Return a trial's score in the search, None if it failed there."""
    if record["score"] is None:
        return None
    return make_estimate(record["score"], record["interval"])


def estimate_optimism(searched: Sequence[float], fresh: Sequence[float]) -> Estimate:
    """Return the mean in the search minus the mean of the fresh seeds, with Welch's interval.

    A single network in the search has no spread, so there is no interval then.
    """
    ours, theirs = np.array(searched), np.array(fresh)
    difference = float(ours.mean() - theirs.mean())
    if len(ours) < 2:
        return make_estimate(difference, None)
    interval = statistics.welch_interval(
        ours,
        other_mean=theirs.mean(),
        other_sd=statistics.sd(theirs),
        other_n=len(theirs),
    )
    return make_estimate(difference, interval)


def make_estimate(mean: float, interval: tuple[float, float] | None) -> Estimate:
    """Return a number with its 95 % interval, if it has one."""
    low, high = interval or (None, None)
    return Estimate(mean=mean, low=low, high=high)


def compare(
    tuned: Sequence[SeedResult],
    default: Sequence[SeedResult],
) -> tuple[Comparison, ...]:
    """Return how two networks differ on each split, paired by seed; () below two pairs."""
    pairs = []
    for pair in zip(tuned, default, strict=True):
        measured = [number for each in pair for number in (each.validation, each.test)]
        if None not in measured:
            pairs.append(pair)
    if len(pairs) < 2:
        return ()
    return tuple(compare_split(pairs, split) for split in ("validation", "test"))


def compare_split(pairs: Sequence[tuple[SeedResult, SeedResult]], split: str) -> Comparison:
    """Return how two networks differ on one split."""
    tuned = np.array([getattr(mine, split) for mine, _ in pairs])
    default = np.array([getattr(theirs, split) for _, theirs in pairs])
    return Comparison(
        split=split,
        seeds=len(pairs),
        tuned=float(tuned.mean()),
        default=float(default.mean()),
        difference=estimate_mean(tuned - default),
    )
