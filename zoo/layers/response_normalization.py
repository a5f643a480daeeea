"""Local response normalisation within each map, as in cuda-convnet's `rnorm` layers."""

import keras
from keras import ops


def normalized_response(x, size: int, scale: float, power: float):
    """Return x / (1 + scale * m)^power, m the mean square over the size x size square around
    each value.

    x: (batch, height, width, maps). Beyond the border counts as zero.
    """
    before = (size - 1) // 2
    border = [(0, 0), *[(before, size - 1 - before)] * 2, (0, 0)]
    squares = ops.pad(ops.square(x), border)
    means = ops.average_pool(
        squares, size, strides=1, padding="valid", data_format="channels_last"
    )
    return x * ops.power(1.0 + scale * means, -power)


@keras.saving.register_keras_serializable(package="zoo")
class ResponseNormalization(keras.layers.Layer):
    """Divides each value by a power of the mean square around it in its own map; shape kept,
    no weights.

    Krizhevsky's cuda-convnet, layer type `rnorm` with the constants of its
    `layer-params-18pct.cfg` (whose `scale` is for the mean square of the whole window too:
    the program divides it by size^2).

    Args:
        size: height and width of the square.
        scale: of the mean square.
        power: of the divisor.
        **kwargs: name and dtype, as every layer takes them.
    """

    def __init__(self, size: int = 3, scale: float = 5e-5, power: float = 0.75, **kwargs):
        super().__init__(**kwargs)
        self.size, self.scale, self.power = size, scale, power

    def call(self, inputs):
        """Return values of the inputs' shape."""
        return normalized_response(inputs, self.size, self.scale, self.power)

    def compute_output_shape(self, input_shape):
        """Return the shape of the inputs."""
        return input_shape

    def get_config(self):
        """Return the arguments."""
        return {
            **super().get_config(),
            "size": self.size,
            "scale": self.scale,
            "power": self.power,
        }
