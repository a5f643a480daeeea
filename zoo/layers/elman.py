"""The simple recurrent network's hidden units, whose last state is an input of the next step."""

import keras
from keras import activations, ops


def next_state(x, state, kernel, recurrent_kernel, bias, activation):
    """Return activation(x W + state U + bias), shape (batch, units)."""
    return activation(ops.matmul(x, kernel) + ops.matmul(state, recurrent_kernel) + bias)


@keras.saving.register_keras_serializable(package="zoo")
class ElmanCell(keras.layers.Layer):
    """One step of Elman's network, for keras.layers.RNN: the state (batch, units) is also the
    output.

    Elman 1990, "Finding structure in time". Keras's SimpleRNNCell computes the same, but
    carries the state of a random generator even where nothing is random.

    Args:
        units: number of hidden units, and of context units that hold their last state.
        activation: as Keras takes it.
        **options: what every Keras layer takes.
    """

    def __init__(self, units: int, activation="sigmoid", **options):
        super().__init__(**options)
        self.units = self.state_size = self.output_size = units
        self.activation = activations.get(activation)

    def build(self, input_shape):
        """Make the weights: Keras's defaults for recurrent layers."""
        self.kernel = self.add_weight(
            (input_shape[-1], self.units), "glorot_uniform", name="kernel"
        )
        self.recurrent_kernel = self.add_weight(
            (self.units, self.units), "orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight((self.units,), "zeros", name="bias")

    def call(self, x, states):
        """Return (output, [state]) after the row x (batch, inputs) was read in the states."""
        state = next_state(
            x, states[0], self.kernel, self.recurrent_kernel, self.bias, self.activation
        )
        return state, [state]

    def get_build_config(self):
        """Return nothing: the layer around the cell builds it, and gives the weights' paths
        its name."""
        return

    def get_config(self):
        """Return the arguments."""
        return super().get_config() | {
            "units": self.units,
            "activation": activations.serialize(self.activation),
        }
