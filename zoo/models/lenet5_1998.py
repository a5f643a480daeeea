"""LeNet-5 as it was published."""

import math

import keras
from keras import initializers, layers

from zoo.layers import RBFOutput, SparseConv2D, Subsampling, digit_bitmaps, scaled_tanh

C3_TABLE = (
    *[tuple(sorted((first + k) % 6 for k in range(3))) for first in range(6)],
    *[tuple(sorted((first + k) % 6 for k in range(4))) for first in range(6)],
    *[(0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)],
    (0, 1, 2, 3, 4, 5),
)
"""The S2 maps that each C3 map sees: three neighbours (maps 0 to 5), four neighbours (6 to
11), two pairs (12 to 14), all six (15). LeCun et al. 1998, table I.
"""

SIDE = 32


@keras.saving.register_keras_serializable(package="zoo")
class FanInUniform(initializers.Initializer):
    """Uniform on +-scale / fan-in, the fan-in being the number of values that a unit sees.

    LeCun, Bottou, Bengio and Haffner 1998, appendix A, with scale 2.4. Keras's own uniform
    initializers go with the root of the fan-in.
    """

    def __init__(self, scale: float = 2.4, seed: int | None = None):
        self.scale, self.seed = scale, seed

    def __call__(self, shape, dtype=None):
        """Return the values for a kernel whose last axis are the units."""
        limit = self.scale / math.prod(shape[:-1])
        return initializers.RandomUniform(-limit, limit, seed=self.seed)(shape, dtype)

    def get_config(self):
        """Return the arguments."""
        return {"scale": self.scale, "seed": self.seed}


def lenet5_1998(
    inputs: tuple[int, int, int] = (32, 32, 1),
    *,
    centres=None,
    dtype=None,
    name: str = "lenet5_1998",
) -> keras.Model:
    """Build the original LeNet-5; returns logits (batch, 10) for x (batch, 32, 32, 1).

    LeCun, Bottou, Bengio and Haffner, Proceedings of the IEEE 86(11), 1998, section II-B:
    convolution C3 by a partial table, subsampling with a coefficient and a bias for each map,
    1.7159 tanh(2x/3) everywhere, and outputs that are minus the squared distance of F6 from a
    fixed 7 x 12 picture of each digit. 60,000 trainable parameters (156 + 12 + 1,516 + 32 +
    48,120 + 10,164) and 340,908 connections; the journal's 345,308 comes of a slip in C3's
    line, where 1,516 x 100 is 151,600.

    The source's images are 28 x 28 in a frame of 32 x 32, with paper at -0.1 and ink at
    1.175. That is for the caller to do, as the frame must be paper and not zeros. Kernels and
    coefficients start uniform on +-2.4 / fan-in, as there; biases, of which it says nothing,
    at zero.

    The source trains with its equation 9, distance of the right class + ln(exp(-j) + sum of
    exp(-distance)). Softmax cross-entropy lacks the term in j, so that it does not hold F6
    near any picture.

    Args:
        inputs: 32, 32, and the number of channels.
        centres: rows of 84 numbers, one per class; None: the ten digits of
            `zoo.layers.digit_bitmaps`.
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.

    Raises:
        ValueError: for images of another size, or centres of another length.
    """
    if tuple(inputs[:2]) != (SIDE, SIDE):
        raise ValueError(
            f"the original LeNet-5 needs images of 32 x 32 pixels, not {inputs[0]} x {inputs[1]}"
        )
    shared = {"activation": scaled_tanh, "dtype": dtype}
    x = entry = keras.Input(inputs, dtype=dtype, name="images")
    x = layers.Conv2D(6, 5, kernel_initializer=FanInUniform(), **shared, name="c1")(x)
    x = Subsampling(coefficient_initializer=coefficient(), **shared, name="s2")(x)
    x = SparseConv2D(C3_TABLE, 5, kernel_initializer=FanInUniform(), **shared, name="c3")(x)
    x = Subsampling(coefficient_initializer=coefficient(), **shared, name="s4")(x)
    x = layers.Conv2D(120, 5, kernel_initializer=FanInUniform(), **shared, name="c5")(x)
    x = layers.Flatten(dtype=dtype, name="maps")(x)
    x = layers.Dense(84, kernel_initializer=FanInUniform(), **shared, name="f6")(x)
    x = RBFOutput(
        digit_bitmaps() if centres is None else centres, dtype=dtype, name="logits"
    )(x)
    return keras.Model(entry, x, name=name)


def coefficient():
    """Return the initializer of a 2 x 2 subsampling's coefficients: +-2.4 / 4."""
    return initializers.RandomUniform(-0.6, 0.6)
