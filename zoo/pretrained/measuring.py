"""How good a model is: the metrics of each kind, with intervals over the examples."""

import functools

import numpy as np
import tensorflow as tf

from zoo import statistics
from zoo.layers.rbm import Machine
from zoo.layers.rbm_likelihood import exact_pseudo_likelihood
from zoo.models import surgery
from zoo.pretrained.cards import Metric
from zoo.pretraining import reconstruction_error

CLASSIFIERS = ("classifier", "logistic")
REPRODUCING = ("autoencoder", "rbm")
"""The kinds whose answers are held against the input."""
CHUNK = 1000


def targets(kind: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return what the answers to prepared inputs x are held against: of some kinds x itself, else y."""
    return x if kind in REPRODUCING else y


def answers_of(kind: str, network, x: np.ndarray):
    """Return what the metrics of that kind judge: the bare network's outputs, or the machine that it is."""
    return machine_of(network) if kind == "rbm" else outputs_of(network, x)


def machine_of(network) -> Machine:
    """Return the parameters of the single Boltzmann machine that a bare network is."""
    (layer,) = surgery.coders(network)
    weights = (tf.constant(each.numpy()) for each in (layer.kernel, layer.visible_bias, layer.hidden_bias))
    return Machine(*weights, layer.visible_units, layer.hidden_units)


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


def summed_squares(x: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return the squared distance of sigmoid(logits) from x, summed over pixels, (examples,), in float64."""
    from scipy.special import expit

    return np.square(x - expit(logits.astype(np.float64))).sum(axis=1)


def summed_cross_entropy(x: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return -x ln a - (1 - x) ln(1 - a), a = sigmoid(logit), summed over pixels, (examples,), in float64."""
    logits = logits.astype(np.float64)
    return (np.logaddexp(0, logits) - x * logits).sum(axis=1)


def pseudo_likelihood_loss(x: np.ndarray, machine: Machine) -> np.ndarray:
    """Return minus the sum over pixels of ln p(pixel | all others), (examples,), exactly, of x rounded to
    zeros and ones.
    """
    return -_in_chunks(_pseudo_likelihood, machine, np.round(x))


def machine_squares(x: np.ndarray, machine: Machine) -> np.ndarray:
    """Return the squared distance of x from the machine's reconstruction, without chance, summed over
    pixels, (examples,).
    """
    return _in_chunks(reconstruction_error, machine, x)


def _in_chunks(measure, machine, x):
    starts = range(0, len(x), CHUNK)
    return np.concatenate([np.asarray(measure(machine, x[s : s + CHUNK]), np.float64) for s in starts])


_pseudo_likelihood = tf.function(exact_pseudo_likelihood, jit_compile=True, autograph=False)
# XLA needs two fifths of the time: as many passes over the data as there are pixels take ten seconds then

METRICS = {
    "classifier": {"error": ("%", wrong), "cross-entropy": ("nat", cross_entropy)},
    "logistic": {
        "error": ("%", wrong),
        "cross-entropy": ("nat", functools.partial(cross_entropy, kind="logistic")),
    },
    "regression": {"mean squared error": ("", squared_error)},
    "autoencoder": {
        "squared error": ("per image", summed_squares),
        "cross-entropy": ("nat", summed_cross_entropy),
    },
    "rbm": {
        "negative log pseudo-likelihood": ("nat", pseudo_likelihood_loss),
        "squared error of reconstructions": ("per image", machine_squares),
    },
}
"""By kind of model: name of a metric to its unit and its function (targets, answers) -> (examples,).

The first one of each kind decides which seed is shipped; the others break ties.
"""


def values(kind: str, y: np.ndarray, answers) -> dict[str, np.ndarray]:
    """Return every metric of that kind for each example, of its `targets` and `answers_of`."""
    return {name: function(y, answers) for name, (_, function) in METRICS[kind].items()}


def metrics(kind: str, split: str, y: np.ndarray, answers) -> tuple[Metric, ...]:
    """Return the metrics with their 95 % intervals: Wilson's for a share, t for a mean."""
    return tuple(
        _metric(name, METRICS[kind][name][0], split, each) for name, each in values(kind, y, answers).items()
    )


def _metric(name, unit, split, each) -> Metric:
    low, high = _share_interval(each) if unit == "%" else statistics.t_interval(each)
    return Metric(
        name=name,
        unit=unit,
        split=split,
        examples=len(each),
        value=statistics.mean(each),
        low=low,
        high=high,
    )


def _share_interval(each) -> tuple[float, float]:
    low, high = statistics.wilson_interval(int((each > 0).sum()), len(each))
    return 100 * low, 100 * high


def confusions(y: np.ndarray, logits: np.ndarray, classes: int) -> tuple[tuple[int, ...], ...]:
    """Return how many examples of each true class (rows) were answered with each class (columns)."""
    table = np.zeros((classes, classes), int)
    np.add.at(table, (y.reshape(-1).astype(int), answered(logits)), 1)
    return tuple(tuple(map(int, row)) for row in table)
