"""Losses in the form their sources use, each returning one value per example, shape (batch,).

Keras averages binary cross-entropy and squared error over the outputs; the sources sum. A
factor of ten in the gradient decides whether a published learning rate works, so these are
functions of their own (see docs/architecture.md).
"""

from dataclasses import dataclass

from keras import ops


def targets_like(y, outputs):
    """Return targets in the shape and type of `outputs` (batch, outputs).

    Class numbers, (batch,) or (batch, 1), become one-hot rows; targets of a single output are
    numbers.
    """
    classes = outputs.shape[-1]
    if classes == 1 or (len(y.shape) > 1 and y.shape[-1] == classes):
        return ops.cast(ops.reshape(y, ops.shape(outputs)), outputs.dtype)
    return ops.one_hot(ops.reshape(y, (-1,)), classes, dtype=outputs.dtype)


def summed_binary_cross_entropy(y, logits):
    """-sum over outputs of y ln a + (1 - y) ln(1 - a), a = sigmoid(logit): Nielsen 2015, ch.
    3, equation 63.

    y: class numbers (batch,) or 0/1 rows (batch, outputs); logits: (batch, outputs).
    """
    targets = targets_like(y, logits)
    return ops.sum(
        ops.relu(logits) - logits * targets + ops.softplus(-ops.abs(logits)), axis=-1
    )


def half_squares_of_sigmoid(y, logits):
    """Half the squared distance of sigmoid(logits) from the targets: Nielsen 2015, ch. 1,
    equation 6 (per example).
    """
    return half_squares(targets_like(y, logits), ops.sigmoid(logits))


def half_squares(y, outputs):
    """Half the sum over outputs of (y - output)^2: Mazur 2015; Nielsen 2015, ch. 1."""
    return 0.5 * ops.sum(ops.square(outputs - targets_like(y, outputs)), axis=-1)


def mean_squares(y, outputs):
    """The mean over outputs of (y - output)^2, as keras.losses.MeanSquaredError."""
    return ops.mean(ops.square(outputs - targets_like(y, outputs)), axis=-1)


def softmax_cross_entropy(y, logits):
    """-ln softmax(logits)[y]: y class numbers (batch,), or rows of probabilities (batch,
    classes)."""
    return -ops.sum(targets_like(y, logits) * ops.log_softmax(logits, axis=-1), axis=-1)


def own_cost(y, costs):
    """The outputs themselves, (batch,), of a network that returns its cost, such as the
    free-energy gap of an RBM: the gradient of their mean is the contrastive-divergence
    update. The targets are ignored.
    """
    return costs


def reconstruction_cross_entropy(y, pairs):
    """`summed_binary_cross_entropy` of logits with targets that the network returns beside
    them, as `models.autoencoder_level` does: pairs (batch, 2 * outputs). A sum over pixels,
    as in Vincent et al. 2010. The targets y are ignored.
    """
    targets, logits = ops.split(pairs, 2, axis=-1)
    return summed_binary_cross_entropy(ops.stop_gradient(targets), logits)


def reconstruction_half_squares(y, pairs):
    """`half_squares` of reconstructions with targets beside them: see
    `reconstruction_cross_entropy`."""
    targets, outputs = ops.split(pairs, 2, axis=-1)
    return half_squares(ops.stop_gradient(targets), outputs)


@dataclass(frozen=True)
class MaximumAPosteriori:
    """d[y] + ln(exp(-j) + sum over all classes of exp(-d)), d = -logits the squared
    distances: LeCun, Bottou, Bengio and Haffner 1998, section II-C, equation 9.

    The sum takes in the right class, as printed. It is the cross-entropy of a softmax with
    one more class, "none of them", at the constant distance j: a wrong class is pushed away
    until it is farther than j, and the right one is drawn near even where it is nearer than
    the others, of which softmax alone does nothing.

    Args:
        j: positive, in the unit of the distances; infinity gives `softmax_cross_entropy`.
    """

    j: float

    def __call__(self, y, logits):
        """Return the loss (batch,) for y, class numbers or rows, and logits (batch, classes)."""
        right = ops.sum(targets_like(y, logits) * logits, axis=-1)
        none = ops.full_like(logits[:, :1], -self.j)
        return ops.logsumexp(ops.concatenate([logits, none], axis=-1), axis=-1) - right
