"""How good a model is: the measures of its kind, with intervals over the examples."""

import numpy as np

from zoo import statistics
from zoo.kinds import KINDS, Measure
from zoo.metrics import answered_classes, outputs_of
from zoo.pretrained.cards import Metric

__all__ = ["answers_of", "confusions", "metrics", "outputs_of", "targets", "values"]


def targets(kind: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return what the answers to inputs x are held against: for some kinds x itself, else y."""
    return x if KINDS[kind].targets_are_inputs else y


def answers_of(kind: str, network, x: np.ndarray):
    """Return what the measures judge: the bare network's outputs, or the machine it is."""
    return KINDS[kind].answers(network, x)


def values(kind: str, y: np.ndarray, answers) -> dict[str, np.ndarray]:
    """Return every measure of that kind for each example, from `targets` and `answers_of`."""
    return {each.name: each.function(y, answers) for each in KINDS[kind].measures}


def metrics(kind: str, split: str, y: np.ndarray, answers) -> tuple[Metric, ...]:
    """Return the measures with 95 % intervals: Wilson's for a share, Student's for a mean."""
    found = []
    for measure in KINDS[kind].measures:
        of_examples = measure.function(y, answers)
        found.append(_metric(measure, split, of_examples))
    return tuple(found)


def confusions(y: np.ndarray, logits: np.ndarray, classes: int) -> tuple:
    """Count the examples of each true class (rows) by the class that was answered.

    The result is a tuple of rows, each a tuple of whole numbers, as a card holds it.
    """
    table = np.zeros((classes, classes), int)
    truth = y.reshape(-1).astype(int)
    answered = answered_classes(logits)
    np.add.at(table, (truth, answered), 1)
    return tuple(map(tuple, table.tolist()))


def _metric(measure: Measure, split: str, of_examples: np.ndarray) -> Metric:
    low, high = _interval(measure, of_examples)
    return Metric(
        name=measure.name,
        unit=measure.unit,
        split=split,
        examples=len(of_examples),
        value=statistics.mean(of_examples),
        low=low,
        high=high,
    )


def _interval(measure: Measure, of_examples: np.ndarray) -> tuple[float, float]:
    if measure.unit != "%":
        return statistics.t_interval(of_examples)
    wrong = int((of_examples > 0).sum())
    low, high = statistics.wilson_interval(wrong, len(of_examples))
    return 100 * low, 100 * high
