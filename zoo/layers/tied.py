"""A dense layer that can be called in both directions with one kernel: the tied weights of an
autoencoder."""

import keras
from keras import activations, initializers, ops


def encoded(x, kernel, bias, activation):
    """Return activation(x W + bias), shape (batch, units), for x (batch, visible)."""
    return activation(ops.matmul(x, kernel) + bias)


def decoded(h, kernel, visible_bias, activation):
    """Return activation(h W' + visible_bias), shape (batch, visible), for h (batch, units)."""
    return activation(ops.matmul(h, ops.transpose(kernel)) + visible_bias)


@keras.saving.register_keras_serializable(package="zoo")
class TiedDense(keras.layers.Layer):
    """A dense layer (batch, visible) -> (batch, units) that `layer(h, backward=True)` runs
    the other way.

    Both directions share the kernel and have a bias each, so a call forward must come first.

    Args:
        units: number of hidden units.
        activation: forward, as Keras takes it.
        backward_activation: of the way back; None: linear, for logits.
        kernel_initializer: as Keras takes it; both biases start at zero.
        **options: what every Keras layer takes.
    """

    def __init__(
        self,
        units: int,
        activation="sigmoid",
        backward_activation=None,
        *,
        kernel_initializer="glorot_uniform",
        **options,
    ):
        super().__init__(**options)
        self.units = units
        self.activation = activations.get(activation)
        self.backward_activation = activations.get(backward_activation)
        self.kernel_initializer = initializers.get(kernel_initializer)

    def build(self, input_shape):
        """Make the kernel and both biases from the shape of the first, forward input."""
        visible = input_shape[-1]
        self.kernel = self.add_weight(
            (visible, self.units), self.kernel_initializer, name="kernel"
        )
        self.bias = self.add_weight((self.units,), "zeros", name="bias")
        self.visible_bias = self.add_weight((visible,), "zeros", name="visible_bias")

    def call(self, x, backward=False):
        """Return the hidden units of x, or with `backward` the visible ones of hidden units
        x."""
        if backward:
            return decoded(x, self.kernel, self.visible_bias, self.backward_activation)
        return encoded(x, self.kernel, self.bias, self.activation)

    def get_config(self):
        """Return the arguments."""
        return super().get_config() | {
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "backward_activation": activations.serialize(self.backward_activation),
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
        }
