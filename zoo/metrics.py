"""What models are measured by: functions that give one number per example.

Answers are the outputs of a network, shape (examples, outputs), or the parameters of a
Boltzmann machine. The mean over the examples is the number on a model's card.
"""

import numpy as np
import tensorflow as tf

from zoo.layers.rbm import Machine
from zoo.layers.rbm_likelihood import exact_pseudo_likelihood
from zoo.models import surgery
from zoo.pretraining import reconstruction_error

CHUNK = 1000
"""Examples that are answered at once."""

# XLA takes two fifths of the time: ten seconds for as many passes over the data as there are pixels.
_pseudo_likelihood = tf.function(exact_pseudo_likelihood, jit_compile=True, autograph=False)


def outputs_of(model, x: np.ndarray) -> np.ndarray:
    """Return the model's outputs in inference mode, shape (examples, outputs)."""
    parts = [np.asarray(model(part, training=False)) for part in _chunks(x)]
    return np.concatenate(parts)


def machine_of(network, x: np.ndarray | None = None) -> Machine:
    """Return the parameters of the one Boltzmann machine in a bare network, whatever x is."""
    (layer,) = surgery.coders(network)
    return Machine(
        tf.constant(layer.kernel.numpy()),
        tf.constant(layer.visible_bias.numpy()),
        tf.constant(layer.hidden_bias.numpy()),
        layer.visible_units,
        layer.hidden_units,
    )


def answered_classes(logits: np.ndarray) -> np.ndarray:
    """Return the class numbers, (examples,); one logit alone stands for class 1 of two."""
    if logits.shape[1] == 1:
        return (logits[:, 0] > 0).astype(int)
    return logits.argmax(axis=1)


def wrong(y: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return 100.0 for every wrong example and 0.0 for a right one: the mean is in percent."""
    return 100.0 * (answered_classes(logits) != y.reshape(-1))


def cross_entropy(y: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return -ln of the softmax's share for the true class; one logit alone is logistic."""
    if logits.shape[1] == 1:
        return logistic_cross_entropy(y, logits)
    logits = logits.astype(np.float64)
    classes = y.reshape(-1).astype(int)
    examples = np.arange(len(y))
    of_truth = logits[examples, classes]
    return np.logaddexp.reduce(logits, axis=1) - of_truth


def logistic_cross_entropy(y: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return -ln of the share of the truth in independent logistic outputs, summed.

    One logit alone stands for the second of two classes.
    """
    logits = logits.astype(np.float64)
    outputs = logits.shape[1]
    first = 0 if outputs > 1 else 1
    classes = np.arange(first, first + outputs)
    truth = y.reshape(-1, 1).astype(int)
    is_true = truth == classes
    signed = np.where(is_true, -logits, logits)
    return np.logaddexp(0, signed).sum(axis=1)


def squared_error(y: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return the mean over the outputs of the squared error, (examples,), in float64."""
    return np.square(y - outputs.astype(np.float64)).mean(axis=1)


def summed_squares(x: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return the squared distance of sigmoid(logits) from x, summed, (examples,)."""
    from scipy.special import expit

    return np.square(x - expit(logits.astype(np.float64))).sum(axis=1)


def summed_cross_entropy(x: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return -x ln a - (1 - x) ln(1 - a) with a = sigmoid(logit), summed, (examples,)."""
    logits = logits.astype(np.float64)
    return (np.logaddexp(0, logits) - x * logits).sum(axis=1)


def pseudo_likelihood_loss(x: np.ndarray, machine: Machine) -> np.ndarray:
    """Return minus the sum over pixels of ln p(pixel | all others), (examples,), exactly.

    The pixels x are rounded to zeros and ones.
    """
    return -_by_chunks(_pseudo_likelihood, machine, np.round(x))


def machine_squares(x: np.ndarray, machine: Machine) -> np.ndarray:
    """Return the squared distance of x from the machine's reconstruction, summed.

    The reconstruction is made of probabilities, without chance.
    """
    return _by_chunks(reconstruction_error, machine, x)


def _by_chunks(measure, machine, x):
    parts = [np.asarray(measure(machine, part), np.float64) for part in _chunks(x)]
    return np.concatenate(parts)


def _chunks(x):
    for start in range(0, len(x), CHUNK):
        yield x[start : start + CHUNK]
