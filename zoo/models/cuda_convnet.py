"""Krizhevsky's small convolutional network for CIFAR-10."""

import keras
from keras import layers

from zoo.layers import ResponseNormalization
from zoo.models.mlp import check_sizes


def cuda_convnet(
    inputs: tuple[int, int, int] = (32, 32, 3),
    outputs: int = 10,
    *,
    activation="relu",
    response_normalization: bool = False,
    dtype=None,
    name: str = "cuda_convnet",
) -> keras.Model:
    """Build the four-layer network "18pct" for CIFAR-10; returns logits (batch, 10) for x
    (batch, 32, 32, 3).

    Krizhevsky's cuda-convnet, example file `layers-18pct.cfg`: convolutions of 32, 32 and 64
    maps, 5 x 5, behind each a pooling 3 wide at a stride of 2 (the first by maximum, the
    others by average), and one dense layer: 89,578 parameters (2,432 + 25,632 + 51,264 +
    10,250), with or without response normalisation, which has none. A candidate for the
    unnamed four-layer network of Krizhevsky, Sutskever and Hinton 2012, figure 1, there
    without normalisation. The source's pixels are 0 to 255 less their mean image. Kernels
    start normal with deviation 1e-4, then 0.01, biases at zero.

    Args:
        inputs: height, width, channels.
        outputs: number of classes.
        activation: of the three convolutions; behind the first pooling, as in the file.
        response_normalization: normalise behind the first two poolings, as in the file.
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.

    Raises:
        ValueError: for sizes that are not positive.
    """
    check_sizes(*inputs, outputs)
    convolution = {"kernel_size": 5, "padding": "same", "dtype": dtype}
    # "same" lets the last window hang over the edge, as cuda-convnet does: 32 -> 16 -> 8 -> 4
    pooling = {"pool_size": 3, "strides": 2, "padding": "same", "dtype": dtype}

    def normal(deviation):
        return keras.initializers.RandomNormal(stddev=deviation)

    def normalized(x, number):
        layer = ResponseNormalization(dtype=dtype, name=f"rnorm{number}")
        return layer(x) if response_normalization else x

    x = entry = keras.Input(inputs, dtype=dtype, name="images")
    x = layers.Conv2D(32, kernel_initializer=normal(1e-4), **convolution, name="conv1")(x)
    x = layers.MaxPooling2D(**pooling, name="pool1")(x)
    x = normalized(layers.Activation(activation, dtype=dtype, name="activation1")(x), 1)
    x = layers.Conv2D(
        32,
        activation=activation,
        kernel_initializer=normal(0.01),
        **convolution,
        name="conv2",
    )(x)
    x = normalized(layers.AveragePooling2D(**pooling, name="pool2")(x), 2)
    x = layers.Conv2D(
        64,
        activation=activation,
        kernel_initializer=normal(0.01),
        **convolution,
        name="conv3",
    )(x)
    x = layers.AveragePooling2D(**pooling, name="pool3")(x)
    x = layers.Flatten(dtype=dtype, name="maps")(x)
    x = layers.Dense(outputs, kernel_initializer=normal(0.01), dtype=dtype, name="logits")(x)
    return keras.Model(entry, x, name=name)
