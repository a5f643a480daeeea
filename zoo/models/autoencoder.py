"""Autoencoders: shallow or stacked, tied or untied, denoising or not."""

import functools
from collections.abc import Callable

import keras
from keras import layers

from zoo.layers.corruption import Corruption
from zoo.layers.tied import TiedDense
from zoo.models.mlp import check_sizes, fresh


def autoencoder(
    inputs: int,
    hidden: tuple[int, ...],
    *,
    activation="sigmoid",
    code_activation=None,
    tied: bool = False,
    corruption: str | None = None,
    corruption_level: float = 0.0,
    kernel_initializer="glorot_uniform",
    dtype=None,
    name: str = "autoencoder",
) -> keras.Model:
    """Build inputs-hidden[0]-...-code-...-hidden[0]-inputs; returns logits (batch, inputs)
    for x (batch, inputs).

    The loss decides what the logits are: `losses.summed_binary_cross_entropy(x, logits)` or
    `half_squares_of_sigmoid` for pixels from 0 to 1, `half_squares` for a linear
    reconstruction. The layers are "hidden_1" up to the code, the last of them, and
    "decoder_n" down to "decoder_1".

    784-1000-500-250-30, with code_activation="linear", is the deep autoencoder of Hinton and
    Salakhutdinov 2006: 2,837,314 parameters. 784-500 tied is the denoising autoencoder of the
    LISA tutorial: 393,284. The 256-2-256 network that the SEMEION digits are drawn with has
    1,282.

    Args:
        inputs: number of input values.
        hidden: units of each level of the encoder; the last is the code.
        activation: of all hidden layers, as Keras takes it.
        code_activation: of the code, where it differs.
        tied: decode with the transposed kernels of the encoder.
        corruption: noise on the inputs in training: "masking", "gaussian" or
            "salt_and_pepper".
        corruption_level: its share of values, or standard deviation.
        kernel_initializer: of every layer. Vincent's and the LISA tutorial's range for
            logistic units, 4 sqrt(6 / (fan_in + fan_out)), is
            keras.initializers.VarianceScaling(16, "fan_avg", "uniform").
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.

    Raises:
        ValueError: for sizes that are not positive, no level, or unknown noise.
    """
    check_levels(inputs, hidden)
    x = entry = keras.Input((inputs,), dtype=dtype, name="inputs")
    if corruption:
        x = Corruption(corruption, corruption_level, dtype=dtype, name="noise")(x)
    kinds = (activation,) * (len(hidden) - 1) + (code_activation or activation,)
    below = (inputs, *hidden[:-1])
    lower = (None, *kinds[:-1])
    pairs = [
        coder(level, *sizes, tied, fresh(kernel_initializer), dtype)
        for level, sizes in enumerate(zip(hidden, kinds, below, lower, strict=True), start=1)
    ]
    for encode, _ in pairs:
        x = encode(x)
    for _, decode in reversed(pairs):
        x = decode(x)
    return keras.Model(entry, x, name=name)


def autoencoder_level(
    inputs: int,
    hidden: tuple[int, ...],
    *,
    activation="sigmoid",
    code_activation=None,
    tied: bool = False,
    corruption: str | None = None,
    corruption_level: float = 0.0,
    kernel_initializer="glorot_uniform",
    dtype=None,
    name: str = "autoencoder_level",
) -> keras.Model:
    """Build the network that trains the last level of `hidden` on the frozen ones below;
    returns its target and its logits side by side, (batch, 2 * size of the level below), for
    x (batch, inputs).

    The target is what the levels below make of x, without the corruption; so the network
    carries it itself, and the losses `reconstruction_cross_entropy` and
    `reconstruction_half_squares` take it from the output. The weights have the paths that
    they have in `autoencoder` and `mlp`. Bengio, Lamblin, Popovici and Larochelle 2007;
    Vincent et al. 2010. The second level of 784-1000-1000 has 2,002,000 parameters to train
    untied, 1,002,000 tied. Arguments and errors: as `autoencoder`, with the corruption on the
    level's input.
    """
    check_levels(inputs, hidden)
    x = entry = keras.Input((inputs,), dtype=dtype, name="inputs")
    for level, units in enumerate(hidden[:-1], start=1):
        x = layers.Dense(
            units, activation, trainable=False, dtype=dtype, name=f"hidden_{level}"
        )(x)
    target = x
    if corruption:
        x = Corruption(corruption, corruption_level, dtype=dtype, name="noise")(x)
    below = (inputs, *hidden)[-2]
    code = code_activation or activation
    encode, decode = coder(
        len(hidden), hidden[-1], code, below, None, tied, fresh(kernel_initializer), dtype
    )
    pair = layers.Concatenate(dtype=dtype, name="target_and_logits")(
        [target, decode(encode(x))]
    )
    return keras.Model(entry, pair, name=name)


def coder(level, units, activation, below, lower_activation, tied, initializer, dtype):
    """Return the two ways through one level, as functions: from `below` values to `units`,
    and back."""
    if tied:
        both = TiedDense(
            units,
            activation,
            lower_activation,
            kernel_initializer=initializer,
            dtype=dtype,
            name=f"hidden_{level}",
        )
        return both, functools.partial(both, backward=True)
    shared = {"kernel_initializer": initializer, "dtype": dtype}
    encode = layers.Dense(units, activation, **shared, name=f"hidden_{level}")
    shared["kernel_initializer"] = fresh(initializer)
    return encode, layers.Dense(below, lower_activation, **shared, name=f"decoder_{level}")


def check_levels(inputs, hidden):
    """Refuse sizes that are not positive, and an autoencoder without a code."""
    check_sizes(inputs, *hidden)
    if not hidden:
        raise ValueError("an autoencoder needs at least one level of hidden units, the code")


def autoencoder_levels(
    inputs: int,
    hidden: tuple[int, ...],
    *,
    corruption_levels: tuple[float, ...] | None = None,
    code_activation=None,
    **choices,
) -> tuple[Callable, ...]:
    """Return one builder of `autoencoder_level` per level, lowest first.

    `corruption_levels` gives one level of noise per builder (the LISA tutorial's: .1, .2,
    .3), `code_activation` is for the last one; other choices are shared.

    Raises:
        ValueError: for a number of corruption levels that is not the number of levels.
    """
    if corruption_levels and len(corruption_levels) != len(hidden):
        raise ValueError(
            f"{len(hidden)} levels need as many corruption levels, not {len(corruption_levels)}"
        )
    builders = []
    for level in range(1, len(hidden) + 1):
        own = {"corruption_level": corruption_levels[level - 1]} if corruption_levels else {}
        own |= {"code_activation": code_activation} if level == len(hidden) else {}
        builders.append(
            functools.partial(autoencoder_level, inputs, hidden[:level], **choices | own)
        )
    return tuple(builders)
