"""LeNet-5 as it is usually rebuilt today."""

import keras
from keras import layers


def lenet5(
    inputs: tuple[int, int, int] = (28, 28, 1),
    outputs: int = 10,
    *,
    activation="relu",
    pooling: str = "max",
    dtype=None,
    name: str = "lenet5",
) -> keras.Model:
    """Build the modern LeNet-5; returns logits (batch, outputs) for x (batch, 28, 28, 1).

    After LeCun, Bottou, Bengio and Haffner 1998, section II-B, with every C3 map connected to
    every S2 map, pooling without weights and a linear output layer: 61,706 parameters (156 +
    2,416 + 48,120 + 10,164 + 850), where the original has 60,000. A 28 x 28 image is padded
    inside the first convolution to the source's 32 x 32.

    Args:
        inputs: height, width, channels; at least 12 x 12.
        outputs: number of classes.
        activation: of all hidden layers; the source's is a scaled tanh.
        pooling: "max" or "average" (closer to the source).
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.

    Raises:
        ValueError: for images that are too small, or another kind of pooling.
    """
    if pooling not in ("max", "average"):
        raise ValueError(f'pooling must be "max" or "average", not {pooling!r}')
    if min(inputs[:2]) < 12:
        raise ValueError(
            f"LeNet-5 needs images of at least 12 x 12 pixels, not {inputs[0]} x {inputs[1]}"
        )
    pool = layers.MaxPooling2D if pooling == "max" else layers.AveragePooling2D
    x = entry = keras.Input(inputs, dtype=dtype, name="images")
    x = layers.Conv2D(6, 5, padding="same", activation=activation, dtype=dtype, name="c1")(x)
    x = pool(2, dtype=dtype, name="s2")(x)
    x = layers.Conv2D(16, 5, activation=activation, dtype=dtype, name="c3")(x)
    x = pool(2, dtype=dtype, name="s4")(x)
    x = layers.Flatten(dtype=dtype, name="maps")(x)
    x = layers.Dense(120, activation, dtype=dtype, name="c5")(x)
    x = layers.Dense(84, activation, dtype=dtype, name="f6")(x)
    return keras.Model(entry, layers.Dense(outputs, dtype=dtype, name="logits")(x), name=name)
