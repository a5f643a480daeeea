"""Dropout as it was published: units are dropped in training, and scaled when the network is
used."""

import keras
from keras import ops


def dropped(x, rate, seed):
    """Return `x` with a share `rate` of its values set to zero and the others left as they
    are.

    The same seed state drops the same units as `keras.layers.Dropout`.
    """
    kept = keras.random.dropout(ops.ones_like(x), rate, seed=seed) > 0
    return x * ops.cast(kept, x.dtype)


def expected(x, rate):
    """Return the mean of `dropped(x, rate, ...)` over all masks: `x` times the probability to
    keep a unit."""
    return x * (1.0 - rate)


@keras.saving.register_keras_serializable(package="zoo")
class OriginalDropout(keras.layers.Layer):
    """Sets a share `rate` of its inputs to zero in training; multiplies by 1 - rate in use.
    Any shape.

    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, JMLR 15 (2014), section 4;
    their p is the probability to keep a unit, 1 - rate. `keras.layers.Dropout` divides by p
    in training instead. A layer of weights w above this one computes the same as weights p w
    above Keras's, but learns at another pace: to train alike, Keras's form needs p times the
    initial deviation and max-norm radius and p^2 times the learning rate of that layer.

    Args:
        rate: share that is dropped, from 0 up to but without 1.
        seed: of the layer's own random numbers; None: drawn from Keras's global seed.
        **kwargs: name and dtype, as every layer takes them.

    Raises:
        ValueError: for a rate outside of [0, 1).
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(
                f"the dropout rate is the share that is dropped, from 0 to below 1, not {rate!r}"
            )
        self.rate, self.seed = rate, seed
        if rate > 0:
            self.seed_generator = keras.random.SeedGenerator(seed, name=self.name)
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs, training=False):
        """Return values of the inputs' shape."""
        if not self.rate:
            return inputs
        return (
            dropped(inputs, self.rate, self.seed_generator)
            if training
            else expected(inputs, self.rate)
        )

    def compute_output_shape(self, input_shape):
        """Return the shape of the inputs."""
        return input_shape

    def get_config(self):
        """Return the arguments."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}


FORMS = {"inverted": keras.layers.Dropout, "original": OriginalDropout}
"""The two forms of dropout by name: "inverted" is Keras's, "original" the published one."""


def dropout_kind(form: str) -> type[keras.layers.Layer]:
    """Return the layer class of the named form of dropout.

    Raises:
        ValueError: for a name that is not in FORMS.
    """
    if form not in FORMS:
        raise ValueError(f'dropout_form must be "inverted" or "original", not {form!r}')
    return FORMS[form]
