"""Convolutional networks of the plain kind: convolution and pooling, then fully connected
layers."""

from functools import partial

import keras
from keras import layers

from zoo.initializers import PooledGlorotUniform, nielsen_bias, nielsen_fan_out_kernel
from zoo.layers.dropout import dropout_kind
from zoo.models.mlp import check_sizes, initial


def cnn(
    inputs: tuple[int, int, int] = (28, 28, 1),
    filters: tuple[int, ...] = (20, 40),
    hidden: tuple[int, ...] = (100,),
    outputs: int = 10,
    *,
    kernel_size: int = 5,
    pool: int = 2,
    activation="relu",
    convolution_initializer="glorot_uniform",
    kernel_initializer="glorot_uniform",
    bias_initializer="zeros",
    output_kernel_initializer=None,
    output_bias_initializer=None,
    kernel_regularizer=None,
    kernel_constraint=None,
    dropout: float = 0.0,
    dropout_form: str = "inverted",
    dtype=None,
    name: str = "cnn",
) -> keras.Model:
    """Build stages of convolution, max-pooling and activation, then dense layers; returns
    logits (batch, outputs) for x (batch, height, width, channels).

    The kind of Nielsen 2015, ch. 6 (`nielsen_cnn`) and of the Deep Learning Tutorials' LeNet
    (`lisa_lenet`), which both pool before the bias and the activation: the same as here. The
    default has 85,670 parameters (520 + 20,040 + 64,100 + 1,010).

    Args:
        inputs: height, width, channels.
        filters: maps of each convolution, without padding; may be empty.
        hidden: units of each hidden dense layer; may be empty.
        outputs: number of output units; they are linear.
        kernel_size: height and width of the kernels.
        pool: height and width of the pooling squares, which do not overlap.
        activation: of all stages and hidden layers.
        convolution_initializer: of the convolutions' kernels.
        kernel_initializer: of the dense kernels.
        bias_initializer: of all biases.
        output_kernel_initializer: of the output layer, where it differs.
        output_bias_initializer: likewise.
        kernel_regularizer: added to the loss for every kernel.
        kernel_constraint: applied to every kernel after each update.
        dropout: share of the inputs of every dense layer that is dropped in training, the
            output's included.
        dropout_form: "inverted" (Keras's) or "original" (`zoo.layers.OriginalDropout`).
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.

    Raises:
        ValueError: for sizes that are not positive, images too small for the stages, or
        another form of dropout.
    """
    check_sizes(*inputs, *filters, *hidden, outputs, kernel_size, pool)
    check_images(inputs, len(filters), kernel_size, pool)
    drop = dropout_kind(dropout_form)

    def thinned(x, number):
        return drop(dropout, dtype=dtype, name=f"dropout_{number}")(x) if dropout else x

    kernels = {
        "kernel_regularizer": kernel_regularizer,
        "kernel_constraint": kernel_constraint,
        "dtype": dtype,
    }
    entry = keras.Input(inputs, dtype=dtype, name="images")
    start = partial(initial, convolution_initializer, bias_initializer)
    x = convolved(entry, filters, kernel_size, pool, activation, kernels, start)
    x = layers.Flatten(dtype=dtype, name="maps")(x)
    for number, units in enumerate(hidden, start=1):
        own = initial(kernel_initializer, bias_initializer)
        x = layers.Dense(units, activation, **kernels, **own, name=f"hidden_{number}")(
            thinned(x, number)
        )
    own = initial(
        output_kernel_initializer or kernel_initializer,
        output_bias_initializer or bias_initializer,
    )
    x = layers.Dense(outputs, **kernels, **own, name="logits")(thinned(x, len(hidden) + 1))
    return keras.Model(entry, x, name=name)


def convolved(x, filters, kernel_size, pool, activation, kernels, start):
    """Return the maps (batch, height, width, filters[-1]) after all convolutions, each pooled
    and activated.

    `kernels` holds what every convolution is given, `start()` returns each one's
    initializers.
    """
    dtype = kernels["dtype"]
    for number, maps in enumerate(filters, start=1):
        x = layers.Conv2D(
            maps, kernel_size, **kernels, **start(), name=f"convolution_{number}"
        )(x)
        x = layers.MaxPooling2D(pool, dtype=dtype, name=f"pooling_{number}")(x)
        x = layers.Activation(activation, dtype=dtype, name=f"activation_{number}")(x)
    return x


def check_images(inputs, stages, kernel_size, pool):
    """Refuse images of which the stages would leave nothing."""
    least = 1
    for _ in range(stages):
        least = least * pool + kernel_size - 1
    if min(inputs[:2]) < least:
        raise ValueError(
            f"{stages} stages of convolution and pooling need images of at least {least} x {least} pixels, "
            f"not {inputs[0]} x {inputs[1]}"
        )


def nielsen_cnn(
    inputs: tuple[int, int, int] = (28, 28, 1),
    filters: tuple[int, ...] = (20, 40),
    hidden: tuple[int, ...] = (100,),
    outputs: int = 10,
    *,
    activation="sigmoid",
    dropout: float = 0.0,
    dtype=None,
    name: str = "nielsen_cnn",
) -> keras.Model:
    """Build a network of Nielsen's sixth chapter; returns logits (batch, outputs) for x
    (batch, 28, 28, 1).

    Nielsen, "Neural Networks and Deep Learning", 2015, ch. 6, with the initial weights of
    `network3.py`: dense kernels N(0, 1 / units), convolutions N(0, 4 / (25 filters)), biases
    N(0, 1), the softmax layer zero; and its dropout, of the original form, on the inputs of
    every dense layer. Parameters: 79,510 without convolution, 289,630 with one of 20 maps,
    85,670 with 20 and 40 maps, 1,672,570 with two hidden layers of 1,000 above these.

    Args:
        inputs: height, width, channels.
        filters: maps of each 5 x 5 convolution; empty, (20,) or (20, 40) in the source.
        hidden: units of each hidden layer.
        outputs: number of classes.
        activation: "sigmoid" or "relu" in the source.
        dropout: share that is dropped; 0.5 in the source's best network.
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.
    """
    return cnn(
        inputs,
        filters,
        hidden,
        outputs,
        activation=activation,
        convolution_initializer=nielsen_fan_out_kernel(4.0),
        kernel_initializer=nielsen_fan_out_kernel(1.0),
        bias_initializer=nielsen_bias(),
        output_kernel_initializer="zeros",
        output_bias_initializer="zeros",
        dropout=dropout,
        dropout_form="original",
        dtype=dtype,
        name=name,
    )


def lisa_lenet(
    inputs: tuple[int, int, int] = (28, 28, 1),
    filters: tuple[int, ...] = (20, 50),
    hidden: tuple[int, ...] = (500,),
    outputs: int = 10,
    *,
    dtype=None,
    name: str = "lisa_lenet",
) -> keras.Model:
    """Build the LeNet of the Deep Learning Tutorials; returns logits (batch, 10) for x
    (batch, 28, 28, 1).

    LISA lab, Montreal, "Deep Learning Tutorials", `convolutional_mlp.py`: 431,080 parameters
    (520 + 25,050 + 400,500 + 5,010), tanh, maximum pooling, uniform initial weights, biases
    and the softmax layer zero.

    Args:
        inputs: height, width, channels.
        filters: maps of each 5 x 5 convolution.
        hidden: units of each hidden layer.
        outputs: number of classes.
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.
    """
    return cnn(
        inputs,
        filters,
        hidden,
        outputs,
        activation="tanh",
        convolution_initializer=PooledGlorotUniform(),
        output_kernel_initializer="zeros",
        dtype=dtype,
        name=name,
    )
