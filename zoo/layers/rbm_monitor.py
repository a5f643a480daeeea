"""The restricted Boltzmann machine that reports its pseudo-likelihood while it is trained."""

import keras
from keras import ops

from zoo.layers.rbm import RBM
from zoo.layers.rbm_likelihood import pseudo_likelihood


def gap(y, outputs):
    """Return the gap of free energies, (batch,), of a `MonitoredRBM`: its loss. The targets
    are ignored."""
    return outputs[:, 0]


def log_pseudo_likelihood(y, outputs):
    """Return the monitored log pseudo-likelihood, (batch,), of a `MonitoredRBM`. The targets
    are ignored."""
    return outputs[:, 1]


@keras.saving.register_keras_serializable(package="zoo")
class MonitoredRBM(RBM):
    """An `RBM` that returns its gap of free energies with the LISA tutorial's monitor beside
    it: (batch, 2).

    The monitor is the stochastic log pseudo-likelihood of the batch, rounded to zeros and
    ones, by one pixel: visible * ln p(v_i | all others). Every update asks for the next
    pixel, from the first on and round again. Averaged over the batches of an epoch, as
    `Recipe.running` does, it is what the tutorial prints: with file order kept, of the same
    pairs of image and pixel. Only the gap has gradients that matter, so train on `gap`.
    Arguments and errors: as `RBM`; for bernoulli units.
    """

    def build(self, input_shape):
        """Make the machine's weights, and the number of the pixel that is asked for next."""
        super().build(input_shape)
        self.pixel = self.add_weight(
            (), "zeros", dtype="int32", trainable=False, name="pixel"
        )

    def call(self, v, training=False):
        """Return gap and monitor side by side, (batch, 2), of v (batch, visible)."""
        monitor = pseudo_likelihood(self, ops.round(v), self.pixel.value)
        both = ops.stack([super().call(v, training), ops.stop_gradient(monitor)], axis=-1)
        if training:
            self.pixel.assign((self.pixel.value + 1) % v.shape[-1])
        return both

    def compute_output_shape(self, input_shape):
        """Return (batch, 2)."""
        return (input_shape[0], 2)
