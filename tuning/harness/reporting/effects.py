"""What a study's trials tell about each hyperparameter: means of groups, and importance.

Only trials of one length are compared. A tuner that shortens trials lets the good ones go on,
so the longer trials are no fair sample.
"""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tuning.harness.reporting import scales
from tuning.harness.reporting.scales import Scale
from tuning.harness.store import results
from zoo import statistics

FEW_VALUES = 6
"""Up to so many values of a hyperparameter, every value is a group of its own."""
GROUPS = 5
"""Groups of neighbouring values, where there are more."""
SMALLEST_GROUP = 4
"""Trials in a group of neighbouring values, at least."""
SMALLEST_MEAN = 3
"""Trials of which a mean is shown, at least."""
FEWEST_TRIALS = 20
"""With fewer trials, nothing is said about importance."""
FOLDS = 5
REPEATS = 3
TREES = 50
SHUFFLES = 3


class Group(NamedTuple):
    """Trials with the same value of a hyperparameter, or with neighbouring values."""

    position: float
    """On the hyperparameter's scale, from 0 to 1; of neighbouring values the median."""
    mean: float
    """Of the scores."""
    low: float
    high: float
    """95 % t interval of the mean, over the trials."""


class Importance(NamedTuple):
    """The share of the scores' variance that forests lose without one hyperparameter."""

    name: str
    mean: float
    """Over the forests."""
    low: float
    high: float
    """The middle 90 % of the forests."""


class Forecast(NamedTuple):
    """How well forests predict the scores of trials that they have not seen."""

    explained: float | None
    """Share of the variance that they predict; None where no forest was grown."""
    importances: tuple[Importance, ...]
    """The largest first; none where `reason` says why."""
    reason: str = ""


def comparable(records: Sequence[Mapping]) -> list[Mapping]:
    """Return the trials with a score and the commonest length; of two the longer length."""
    ranked = results.rank(records)
    counts = Counter(record["rounds"] for record in ranked)
    if not counts:
        return []
    commonest = max(counts, key=lambda rounds: (counts[rounds], rounds or 0))
    return [record for record in ranked if record["rounds"] == commonest]


def group_trials(
    scale: Scale, trials: Sequence[Mapping], *, logarithmic: bool
) -> list[Group]:
    """Return the means of the groups of trials in which the hyperparameter counts.

    On a logarithmic axis, means and intervals are those of the logarithms.
    """
    points = sorted(list_points(scale, trials))
    by_position = {}
    for point in points:
        by_position.setdefault(point[0], []).append(point)
    parts = list(by_position.values())
    if len(parts) > FEW_VALUES:
        parts = split_points(points)
    large = [part for part in parts if len(part) >= SMALLEST_MEAN]
    return [summarise_group(part, logarithmic=logarithmic) for part in large]


def list_points(scale: Scale, trials: Sequence[Mapping]) -> list[tuple[float, float]]:
    """Return pairs (position, score) of the trials in which the hyperparameter counts."""
    points = []
    for trial in trials:
        position = scales.position(scale, trial["values"].get(scale.name))
        if position is not None:
            points.append((position, trial["score"]))
    return points


def split_points(points: Sequence[tuple]) -> list[Sequence[tuple]]:
    """Return sorted points in groups of about equal size; [] if they are too few for two."""
    count = min(GROUPS, len(points) // SMALLEST_GROUP)
    if count < 2:
        return []
    edges = np.linspace(0, len(points), count + 1)
    bounds = itertools.pairwise(edges.round().astype(int))
    return [points[low:high] for low, high in bounds]


def summarise_group(points: Sequence[tuple], *, logarithmic: bool) -> Group:
    """Return the mean score of a group of points, with its interval."""
    positions, scores = np.array(points).T
    values = np.log(scores) if logarithmic else scores
    summary = np.array([values.mean(), *statistics.t_interval(values)])
    if logarithmic:
        summary = np.exp(summary)
    return Group(float(np.median(positions)), *map(float, summary))


def forecast(hyperparameters: Sequence[Scale], trials: Sequence[Mapping]) -> Forecast:
    """Return how well forests predict the scores, and the importance of each hyperparameter.

    By cross-validation: each forest is asked about trials that it has not seen.
    """
    if len(trials) < FEWEST_TRIALS:
        reason = f"too few trials: {len(trials)}, and at least {FEWEST_TRIALS} are needed"
        return Forecast(None, (), reason)
    scores = np.array([trial["score"] for trial in trials], dtype=float)
    y = np.log(scores) if scales.is_wide(scores) else scores
    if np.ptp(y) == 0:
        return Forecast(None, (), "all trials have the same score")
    x = np.array([make_features(hyperparameters, trial) for trial in trials])
    errors, losses = grow_forests(x, y)
    explained = float(1 - errors.mean() / y.var())
    if explained <= 0:
        reason = (
            "the forest predicts nothing: for unseen trials it is no better than their mean"
        )
        return Forecast(explained, (), reason)
    names = [scale.name for scale in hyperparameters]
    return Forecast(explained, rank_importances(names, losses / y.var()))


def make_features(hyperparameters: Sequence[Scale], trial: Mapping) -> list[float]:
    """Return a trial's values as the trees see them: -1 where one does not count."""
    features = []
    for scale in hyperparameters:
        position = scales.position(scale, trial["values"].get(scale.name))
        features.append(-1.0 if position is None else position)
    return features


def rank_importances(names: Sequence[str], shares: np.ndarray) -> tuple[Importance, ...]:
    """Return the importances, the largest first; shape of `shares`: (forests, names)."""
    importances = []
    for name, share in zip(names, shares.T, strict=True):
        low, high = np.quantile(share, (0.05, 0.95))
        importances.append(Importance(name, float(share.mean()), float(low), float(high)))
    importances.sort(key=lambda importance: -importance.mean)
    return tuple(importances)


def grow_forests(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how wrong forests are about trials they have not seen, and what makes it worse.

    Returns:
        Mean squared errors, shape (forests,), and by how much they grow when one
            hyperparameter is
        shuffled, shape (forests, hyperparameters).
    """
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance
    from sklearn.model_selection import RepeatedKFold

    errors, losses = [], []
    folds = RepeatedKFold(n_splits=FOLDS, n_repeats=REPEATS, random_state=0)
    for seen, unseen in folds.split(x):
        forest = RandomForestRegressor(TREES, random_state=0)
        forest.fit(x[seen], y[seen])
        residuals = forest.predict(x[unseen]) - y[unseen]
        errors.append(np.mean(residuals**2))
        shuffled = permutation_importance(
            forest,
            x[unseen],
            y[unseen],
            scoring="neg_mean_squared_error",
            n_repeats=SHUFFLES,
            random_state=0,
        )
        losses.append(shuffled.importances_mean)
    return np.array(errors), np.array(losses)
