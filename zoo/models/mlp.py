"""The multilayer perceptron."""

import keras
from keras import layers

from zoo.layers.dropout import dropout_kind


def mlp(
    inputs: int,
    hidden: tuple[int, ...],
    outputs: int,
    *,
    activation="relu",
    kernel_initializer="glorot_uniform",
    bias_initializer="zeros",
    output_kernel_initializer=None,
    kernel_regularizer=None,
    kernel_constraint=None,
    input_dropout: float = 0.0,
    dropout: float = 0.0,
    dropout_form: str = "inverted",
    batch_normalization: bool = False,
    dtype=None,
    name: str = "mlp",
) -> keras.Model:
    """Build inputs-hidden[0]-...-outputs, fully connected; returns logits (batch, outputs)
    for x (batch, inputs).

    784-30-10, the first network of Nielsen 2015 (ch. 1), has 23,860 parameters; each further
    hidden layer of 30 adds 930. 1-10-1 has 31. With batch normalisation 784-30-10 has 23,950:
    two scales for each hidden unit, in whose place its bias goes, and two statistics that are
    not trained.

    Args:
        inputs: number of input values.
        hidden: units of each hidden layer; empty for a single layer of weights.
        outputs: number of output units; they are linear (logits), the loss applies the
            sigmoid or softmax.
        activation: of the hidden layers, as Keras takes it.
        kernel_initializer: of every layer, as Keras takes it (a name, or an initializer with
        or without a seed).
        bias_initializer: likewise, for the biases.
        output_kernel_initializer: of the output layer, where it differs.
        kernel_regularizer: added to the loss for every kernel, for example
        keras.regularizers.L2(lambda / (2 n)), L1 or L1L2.
        kernel_constraint: applied to every kernel after each update, for example
        keras.constraints.MaxNorm(2, axis=0), the limit on each unit's incoming weights of
        Srivastava et al. 2014.
        input_dropout: share of the inputs that is dropped in training.
        dropout: share of every hidden layer's units that is dropped in training.
        dropout_form: "inverted" (Keras's: scaled up in training) or "original" (Srivastava et
        al. 2014: scaled down in use, `zoo.layers.OriginalDropout`).
        batch_normalization: normalise every hidden layer's weighted sums over the batch,
        before the activation (Ioffe and Szegedy 2015).
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.

    Raises:
        ValueError: for sizes that are not positive, or another form of dropout.
    """
    check_sizes(inputs, *hidden, outputs)
    drop = dropout_kind(dropout_form)
    shared = {
        "kernel_regularizer": kernel_regularizer,
        "kernel_constraint": kernel_constraint,
        "dtype": dtype,
    }
    x = entry = keras.Input((inputs,), dtype=dtype, name="inputs")
    if input_dropout:
        x = drop(input_dropout, dtype=dtype, name="input_dropout")(x)
    for number, units in enumerate(hidden, start=1):
        own = initial(kernel_initializer, bias_initializer) | shared
        if batch_normalization:
            x = layers.Dense(units, use_bias=False, **own, name=f"hidden_{number}")(x)
            x = layers.BatchNormalization(dtype=dtype, name=f"normalization_{number}")(x)
            x = layers.Activation(activation, dtype=dtype, name=f"activation_{number}")(x)
        else:
            x = layers.Dense(units, activation, **own, name=f"hidden_{number}")(x)
        if dropout:
            x = drop(dropout, dtype=dtype, name=f"dropout_{number}")(x)
    own = initial(output_kernel_initializer or kernel_initializer, bias_initializer)
    return keras.Model(
        entry, layers.Dense(outputs, **shared, **own, name="logits")(x), name=name
    )


def check_sizes(*sizes):
    """Refuse layer sizes that are not positive whole numbers."""
    for size in sizes:
        if not isinstance(size, int) or size < 1:
            raise ValueError(f"layer sizes must be positive whole numbers, not {size!r}")


def initial(kernel, bias):
    """Return the initializers of one layer, with random numbers of its own."""
    return {"kernel_initializer": fresh(kernel), "bias_initializer": fresh(bias)}


def fresh(initializer):
    """Return a copy of an initializer object with random numbers of its own: one object gives
    every layer the same.
    """
    return (
        initializer.clone()
        if isinstance(initializer, keras.initializers.Initializer)
        else initializer
    )
