"""What a study's trials tell of its hyperparameters one by one: means of groups, and importance.

Only trials of one length are compared: where a tuner shortens trials, those that go on are no fair sample.
"""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from tuning.harness import scales
from tuning.harness.results import completed
from tuning.harness.scales import Scale

FEW = 6
"""Values of a hyperparameter up to this number are groups of their own."""
GROUPS, SMALLEST = 5, 4
"""Groups of neighbouring values else, and the trials that one of them needs."""
FEWEST = 20
"""Trials without which nothing is said of importance."""
FOLDS, REPEATS, TREES, SHUFFLES = 5, 3, 50, 3


class Group(NamedTuple):
    """Trials with the same value of a hyperparameter, or with neighbouring ones."""

    position: float
    """On the hyperparameter's scale; of neighbouring values the middle one."""
    mean: float
    low: float
    high: float
    """The 95 % t interval of the mean over the trials."""


class Importance(NamedTuple):
    """How much of the scores' variance a forest no longer foretells when one hyperparameter is shuffled."""

    name: str
    mean: float
    low: float
    high: float
    """Middle 90 % over the forests."""


class Foretold(NamedTuple):
    """What a forest makes of the trials: `explained` is the share of the variance that it foretells of trials
    it has not seen, None where it was not asked; `importances` are empty where `reason` says why.
    """

    explained: float | None
    importances: tuple[Importance, ...]
    reason: str = ""


def comparable(found: Sequence[Mapping]) -> list[Mapping]:
    """Return the trials with a score that have the commonest length, the longer one if two are common."""
    scored = completed(found)
    counts = Counter(each["rounds"] for each in scored)
    length = max(counts, key=lambda rounds: (counts[rounds], rounds or 0), default=None)
    return [each for each in scored if each["rounds"] == length]


def transformed(scores: Sequence[float]) -> np.ndarray:
    """Return the scores, or their logarithms where they are drawn on a logarithmic axis."""
    values = np.asarray(scores, dtype=float)
    return np.log(values) if scales.is_wide(values) else values


def groups(scale: Scale, trials: Sequence[Mapping], *, logarithmic: bool) -> list[Group]:
    """Return the means of the groups of three trials and more in which the hyperparameter counts.

    On a logarithmic axis means and intervals are those of the logarithms.
    """
    pairs = sorted(points(scale, trials))
    places = [place for place, _ in pairs]
    if len(set(places)) <= FEW:
        parts = [[pair for pair in pairs if pair[0] == place] for place in dict.fromkeys(places)]
    else:
        count = max(1, min(GROUPS, len(pairs) // SMALLEST))
        edges = np.linspace(0, len(pairs), count + 1).round().astype(int)
        parts = [pairs[low:high] for low, high in itertools.pairwise(edges)]
        parts = parts if count > 1 else []
    return [_group(part, logarithmic=logarithmic) for part in parts if len(part) >= 3]


def points(scale: Scale, trials: Sequence[Mapping]) -> list[tuple[float, float]]:
    """Return (position, score) of the trials in which the hyperparameter counts."""
    placed = [(scales.position(scale, each["values"].get(scale.name)), each["score"]) for each in trials]
    return [pair for pair in placed if pair[0] is not None]


def _group(part: Sequence[tuple[float, float]], *, logarithmic: bool) -> Group:
    places, scores = np.array(part).T
    values = np.log(scores) if logarithmic else scores
    low, high = stats.ttest_1samp(values, 0.0).confidence_interval(0.95) if np.ptp(values) else values[:2]
    summary = np.array([values.mean(), low, high])
    return Group(float(np.median(places)), *map(float, np.exp(summary) if logarithmic else summary))


def foretold(declared: Sequence[Scale], trials: Sequence[Mapping]) -> Foretold:
    """Return the importance of each hyperparameter, the largest first, by forests that are asked of trials
    which they have not seen (cross-validation).
    """
    if len(trials) < FEWEST:
        return Foretold(None, (), f"too few trials: {len(trials)}, and at least {FEWEST} are needed")
    y = transformed([each["score"] for each in trials])
    if np.ptp(y) == 0:
        return Foretold(None, (), "all trials have the same score")
    x = np.array([[_feature(each, trial) for each in declared] for trial in trials], dtype=float)
    missed, lost = _forests(x, y)
    explained = 1 - missed.mean() / y.var()
    if explained <= 0:
        reason = "the forest foretells nothing: of trials it has not seen it knows no more than their mean"
        return Foretold(float(explained), (), reason)
    lows, highs = np.quantile(lost / y.var(), (0.05, 0.95), axis=0)
    means = (lost / y.var()).mean(axis=0)
    found = [
        Importance(each.name, *map(float, numbers))
        for each, *numbers in zip(declared, means, lows, highs, strict=True)
    ]
    return Foretold(float(explained), tuple(sorted(found, key=lambda each: -each.mean)))


def _feature(scale: Scale, trial: Mapping) -> float:
    """Return a trial's value as the trees see it; where it does not count, one below all others."""
    place = scales.position(scale, trial["values"].get(scale.name))
    return -1.0 if place is None else place


def _forests(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return of every forest the mean square of what it misses, and by how much that grows when one
    hyperparameter is shuffled, shape (forests, hyperparameters).
    """
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance
    from sklearn.model_selection import RepeatedKFold

    missed, lost = [], []
    for seen, unseen in RepeatedKFold(n_splits=FOLDS, n_repeats=REPEATS, random_state=0).split(x):
        forest = RandomForestRegressor(TREES, random_state=0).fit(x[seen], y[seen])
        missed.append(np.mean((forest.predict(x[unseen]) - y[unseen]) ** 2))
        shuffled = permutation_importance(
            forest, x[unseen], y[unseen], scoring="neg_mean_squared_error", n_repeats=SHUFFLES, random_state=0
        )
        lost.append(shuffled.importances_mean)
    return np.array(missed), np.array(lost)
