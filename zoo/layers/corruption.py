"""Noise that a denoising autoencoder must undo.

After Vincent, Larochelle, Lajoie, Bengio and Manzagol 2010, "Stacked denoising autoencoders",
section 3.5.
"""

import keras
from keras import ops, random


def masking(x, level, seed):
    """Return x with a zero in place of each value with chance `level`."""
    noise = random.uniform(ops.shape(x), dtype=x.dtype, seed=seed)
    return ops.where(noise < level, ops.zeros_like(x), x)


def gaussian(x, level, seed):
    """Return x plus independent N(0, level^2)."""
    return x + random.normal(ops.shape(x), stddev=level, dtype=x.dtype, seed=seed)


def salt_and_pepper(x, level, seed):
    """Return x with each value replaced with chance `level`: by a zero or a one, each as
    likely."""
    noise = random.uniform(ops.shape(x), dtype=x.dtype, seed=seed)
    salted = ops.where(noise < level, ops.ones_like(x), x)
    return ops.where(noise < level / 2, ops.zeros_like(x), salted)


CORRUPTIONS = {"masking": masking, "gaussian": gaussian, "salt_and_pepper": salt_and_pepper}


@keras.saving.register_keras_serializable(package="zoo")
class Corruption(keras.layers.Layer):
    """Corrupts its input, of any shape, in training; passes it on unchanged in inference.

    Unlike Dropout, masking leaves the values that stay as they are.

    Args:
        kind: "masking", "gaussian" or "salt_and_pepper".
        level: the share of values that is replaced, or the standard deviation of Gaussian
            noise.
        seed: of the noise; None: from Keras's global one.
        **options: what every Keras layer takes.

    Raises:
        ValueError: for another kind, or a level out of range.
    """

    def __init__(self, kind: str, level: float, *, seed: int | None = None, **options):
        super().__init__(**options)
        if kind not in CORRUPTIONS:
            raise ValueError(
                f"corruption must be one of {', '.join(CORRUPTIONS)}, not {kind!r}"
            )
        if level < 0 or (kind != "gaussian" and level > 1):
            least = "0 or more" if kind == "gaussian" else "a share from 0 to 1"
            raise ValueError(f"the level of {kind} noise must be {least}, not {level!r}")
        self.kind, self.level, self.seed = kind, level, seed

    def build(self, input_shape):
        """Make the random state, here rather than in __init__, so that its path carries the
        layer's name."""
        self.random_state = keras.random.SeedGenerator(self.seed, name="random_state")

    def call(self, x, training=False):
        """Return x, corrupted in training."""
        return CORRUPTIONS[self.kind](x, self.level, self.random_state) if training else x

    def compute_output_shape(self, input_shape):
        """Return the shape of the input."""
        return input_shape

    def get_config(self):
        """Return the arguments."""
        return super().get_config() | {
            "kind": self.kind,
            "level": self.level,
            "seed": self.seed,
        }
