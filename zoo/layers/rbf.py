"""An output layer that compares its input with one fixed pattern per class, as in LeNet-5."""

import keras
import numpy as np
from keras import ops


def minus_squared_distances(x, centres):
    """Return -|x - centre|^2 for every centre, (batch, classes); x: (batch, values), centres:
    (classes, values).
    """
    return -ops.sum(ops.square(ops.expand_dims(x, 1) - centres), axis=-1)


@keras.saving.register_keras_serializable(package="zoo")
class RBFOutput(keras.layers.Layer):
    """Minus the squared distance from each class's fixed centre: (batch, values) to logits
    (batch, classes).

    LeCun, Bottou, Bengio and Haffner 1998, section II-B, equation 7, with the sign turned, so
    that the nearest class has the largest output. Nothing is trained.

    Args:
        centres: one row of numbers per class; `zoo.layers.digit_bitmaps()` are LeNet-5's
            kind.
        **kwargs: name and dtype, as every layer takes them.

    Raises:
        ValueError: for rows of unequal length, or inputs of another length than the rows.
    """

    def __init__(self, centres, **kwargs):
        super().__init__(**kwargs)
        lengths = {len(row) for row in centres}
        if len(lengths) != 1:
            raise ValueError(f"the centres need rows of one length, not of {sorted(lengths)}")
        self.centres = np.asarray(centres)

    def build(self, input_shape):
        """Refuse inputs that are no points among the centres."""
        if input_shape[-1] != self.centres.shape[1]:
            raise ValueError(
                f"{self.name} has centres of {self.centres.shape[1]} values, but inputs of {input_shape[-1]}"
            )

    def call(self, inputs):
        """Return the logits."""
        return minus_squared_distances(
            inputs, ops.convert_to_tensor(self.centres, dtype=inputs.dtype)
        )

    def compute_output_shape(self, input_shape):
        """Return (batch, classes)."""
        return (input_shape[0], len(self.centres))

    def get_config(self):
        """Return the arguments."""
        return {**super().get_config(), "centres": self.centres.tolist()}
