"""How good a model is: the metrics of each kind, with intervals over the examples."""

import functools

import numpy as np

from zoo.pretrained.cards import Metric

CLASSIFIERS = ("classifier", "logistic")
CHUNK = 1000


def outputs_of(model, x: np.ndarray) -> np.ndarray:
    """Return the model's outputs in inference mode, shape (examples, outputs)."""
    starts = range(0, len(x), CHUNK)
    return np.concatenate([np.asarray(model(x[s : s + CHUNK], training=False)) for s in starts])


def answered(logits: np.ndarray) -> np.ndarray:
    """Return the class numbers; one logit alone stands for the second of two classes."""
    return (logits[:, 0] > 0).astype(int) if logits.shape[1] == 1 else logits.argmax(axis=1)


def wrong(y: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return 100.0 for every example whose class is not the true one, else 0.0: the mean is in percent."""
    return 100.0 * (answered(logits) != y.reshape(-1))


def cross_entropy(y: np.ndarray, logits: np.ndarray, kind: str = "classifier") -> np.ndarray:
    """Return -ln of what the true classes were given, shape (examples,).

    Of the softmax for a "classifier" with several outputs, else summed over independent logistic outputs.
    """
    y, logits = y.reshape(-1).astype(int), logits.astype(np.float64)
    classes = np.arange(logits.shape[1])
    if kind == "classifier" and len(classes) > 1:
        return np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(y)), y]
    targets = y[:, None] == (classes if len(classes) > 1 else [1])
    return np.logaddexp(0, np.where(targets, -logits, logits)).sum(axis=1)


def squared_error(y: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return the mean over the outputs of the squared error, shape (examples,), in float64."""
    return np.square(y - outputs.astype(np.float64)).mean(axis=1)


METRICS = {
    "classifier": {"error": ("%", wrong), "cross-entropy": ("nat", cross_entropy)},
    "logistic": {
        "error": ("%", wrong),
        "cross-entropy": ("nat", functools.partial(cross_entropy, kind="logistic")),
    },
    "regression": {"mean squared error": ("", squared_error)},
}
"""By kind of model: name of a metric to its unit and its function (y, outputs) -> (examples,).

The first one of each kind decides which seed is shipped; the others break ties.
"""


def values(kind: str, y: np.ndarray, outputs: np.ndarray) -> dict[str, np.ndarray]:
    """Return every metric of that kind for each example."""
    return {name: function(y, outputs) for name, (_, function) in METRICS[kind].items()}


def metrics(kind: str, split: str, y: np.ndarray, outputs: np.ndarray) -> tuple[Metric, ...]:
    """Return the metrics with their 95 % intervals: Wilson's for a share, t for a mean."""
    return tuple(
        _metric(name, METRICS[kind][name][0], split, each) for name, each in values(kind, y, outputs).items()
    )


def _metric(name, unit, split, each) -> Metric:
    low, high = _share_interval(each) if unit == "%" else _mean_interval(each)
    return Metric(
        name=name, unit=unit, split=split, examples=len(each), value=float(each.mean()), low=low, high=high
    )


def _share_interval(each) -> tuple[float, float]:
    from scipy import stats

    interval = stats.binomtest(int((each > 0).sum()), len(each)).proportion_ci(method="wilson")
    return 100 * float(interval.low), 100 * float(interval.high)


def _mean_interval(each) -> tuple[float, float]:
    from scipy import stats

    half = stats.t.ppf(0.975, len(each) - 1) * each.std(ddof=1) / np.sqrt(len(each))
    return float(each.mean() - half), float(each.mean() + half)


def confusions(y: np.ndarray, logits: np.ndarray, classes: int) -> tuple[tuple[int, ...], ...]:
    """Return how many examples of each true class (rows) were answered with each class (columns)."""
    table = np.zeros((classes, classes), int)
    np.add.at(table, (y.reshape(-1).astype(int), answered(logits)), 1)
    return tuple(tuple(map(int, row)) for row in table)
