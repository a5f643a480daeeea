"""Subsampling with weights, as in LeNet-5's S2 and S4."""

import keras
from keras import ops


def subsample(x, coefficient, bias, pool: int):
    """Return coefficient * (sum over each pool x pool square) + bias, (batch, height // pool,
    width // pool, maps).

    x: (batch, height, width, maps); coefficient, bias: (maps,). Squares do not overlap; a
        rest is left out.
    """
    means = ops.average_pool(
        x, pool, strides=pool, padding="valid", data_format="channels_last"
    )
    return coefficient * (pool * pool * means) + bias


@keras.saving.register_keras_serializable(package="zoo")
class Subsampling(keras.layers.Layer):
    """Sums squares of each map, times a trainable coefficient, plus a trainable bias, then
    the activation.

    LeCun, Bottou, Bengio and Haffner 1998, section II-B: two parameters a map, 12 for the 6
    maps of S2. From (batch, height, width, maps) to (batch, height // pool, width // pool,
    maps), channels last.

    Args:
        pool: height and width of the squares.
        activation: as Keras takes it.
        coefficient_initializer: for the coefficient of each map; 1 / pool^2 starts as an
            average.
        bias_initializer: for the bias of each map.
        **kwargs: name and dtype, as every layer takes them.
    """

    def __init__(
        self,
        pool: int = 2,
        *,
        activation=None,
        coefficient_initializer="ones",
        bias_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.pool = pool
        self.activation = keras.activations.get(activation)
        self.coefficient_initializer = keras.initializers.get(coefficient_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)

    def build(self, input_shape):
        """Make the coefficients and the biases, both (maps,)."""
        maps = (input_shape[-1],)
        self.coefficient = self.add_weight(
            shape=maps, initializer=self.coefficient_initializer, name="coefficient"
        )
        self.bias = self.add_weight(
            shape=maps, initializer=self.bias_initializer, name="bias"
        )

    def call(self, inputs):
        """Return the smaller maps."""
        return self.activation(subsample(inputs, self.coefficient, self.bias, self.pool))

    def compute_output_shape(self, input_shape):
        """Return (batch, height // pool, width // pool, maps)."""
        batch, *sides, maps = input_shape
        return (batch, *(side and side // self.pool for side in sides), maps)

    def get_config(self):
        """Return the arguments."""
        return {
            **super().get_config(),
            "pool": self.pool,
            "activation": keras.activations.serialize(self.activation),
            "coefficient_initializer": keras.initializers.serialize(
                self.coefficient_initializer
            ),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }
