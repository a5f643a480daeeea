"""Pictures moved at random, so that a network learns that where a thing lies does not matter."""

import keras
from keras import ops, random


def moved(x, rows, columns):
    """Return pictures (batch, height, width, channels) moved down and right by whole pixels.

    rows, columns: (batch,) whole numbers, negative ones for up and left. What comes in at an
    edge repeats the edge, which is right for pictures in a frame of one colour.
    """
    down, right = (
        _selection(by, side, x.dtype)
        for by, side in zip((rows, columns), x.shape[1:3], strict=True)
    )
    return ops.einsum("bvw,bhwc->bhvc", right, ops.einsum("bgh,bhwc->bgwc", down, x))


def _selection(by, side: int, dtype):
    """Return which old line each new line is, as matrices (batch, side, side) of 0 and 1."""
    old = ops.arange(side, dtype="int32") - ops.expand_dims(ops.cast(by, "int32"), 1)
    return ops.one_hot(ops.clip(old, 0, side - 1), side, dtype=dtype)


@keras.saving.register_keras_serializable(package="zoo")
class RandomShift(keras.layers.Layer):
    """Moves each picture in training by whole pixels, each distance as likely; passes it on
    in inference.

    From (batch, height, width, channels) to the same shape; see `moved` for the edges.

    Args:
        pixels: the farthest distance, both across and along.
        seed: of the distances; None: from Keras's global one.
        **options: what every Keras layer takes.

    Raises:
        ValueError: for a distance that is no whole number of 0 or more.
    """

    def __init__(self, pixels: int, *, seed: int | None = None, **options):
        super().__init__(**options)
        if not isinstance(pixels, int) or pixels < 0:
            raise ValueError(
                f"pictures are moved by a whole number of pixels, 0 or more, not {pixels!r}"
            )
        self.pixels, self.seed = pixels, seed

    def build(self, input_shape):
        """Make the random state, here rather than in __init__, so that its path carries the
        layer's name."""
        self.random_state = keras.random.SeedGenerator(self.seed, name="random_state")

    def call(self, x, training=False):
        """Return the pictures, moved in training."""
        if not training:
            return x
        distances = random.randint(
            (2, ops.shape(x)[0]), -self.pixels, self.pixels + 1, seed=self.random_state
        )
        return moved(x, distances[0], distances[1])

    def compute_output_shape(self, input_shape):
        """Return the shape of the input."""
        return input_shape

    def get_config(self):
        """Return the arguments."""
        return super().get_config() | {"pixels": self.pixels, "seed": self.seed}
