"""The networks of Nielsen's book, with its initial weights."""

import keras

from zoo.initializers import nielsen_bias, nielsen_kernel
from zoo.models.mlp import mlp


def nielsen_mlp(
    inputs: int = 784,
    hidden: tuple[int, ...] = (30,),
    outputs: int = 10,
    *,
    name="nielsen_mlp",
) -> keras.Model:
    """Build inputs-hidden-outputs of logistic units; returns logits (batch, outputs) for x
    (batch, inputs).

    Nielsen, "Neural Networks and Deep Learning", 2015, `network2.Network` with its default
    initial weights: kernels N(0, 1 / fan_in), biases N(0, 1). The ten outputs are logistic
    too: `losses.summed_binary_cross_entropy` applies the sigmoid. Parameters with 1 to 4
    hidden layers of 30: 23,860, 24,790, 25,720, 26,650.
    """
    return mlp(
        inputs,
        hidden,
        outputs,
        activation="sigmoid",
        kernel_initializer=nielsen_kernel(),
        bias_initializer=nielsen_bias(),
        name=name,
    )
