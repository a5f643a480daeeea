"""Deep belief networks: stacked restricted Boltzmann machines."""

import functools
from collections.abc import Callable

import keras

from zoo.layers.rbm import RBM
from zoo.models.mlp import check_sizes, fresh


def dbn(
    inputs: int,
    hidden: tuple[int, ...],
    *,
    visible_units: str = "bernoulli",
    hidden_units: str = "bernoulli",
    steps: int = 1,
    chains: int = 0,
    sample_hidden: bool = True,
    sample_visible: bool = False,
    kernel_initializer=None,
    dtype=None,
    name: str = "dbn",
) -> keras.Model:
    """Build a stack of machines inputs-hidden[0]-...; returns the top one's free-energy gaps
    (batch,) for v (batch, inputs).

    Hinton, Osindero and Teh 2006, "A fast learning algorithm for deep belief nets"; Hinton
    and Salakhutdinov 2006. The lower machines, "machine_1" and so on, are frozen and pass on
    the probabilities of their hidden units; the top one trains on them. So each level of the
    greedy procedure is the network of `levels`, with the weights of the levels before: see
    `zoo.pretraining`. `surgery.classifier_from` and `surgery.autoencoder_from` unroll the
    stack. Parameters, frozen ones included: 784-500-500-2000 has 1,646,784,
    784-1000-500-250-30 has 1,420,814.

    Args:
        inputs: number of visible units.
        hidden: hidden units of each machine, lowest first.
        visible_units: of the lowest machine: "bernoulli" or "gaussian".
        hidden_units: of the top machine: "bernoulli", or "gaussian" for a linear code.
        steps: Gibbs steps per update of the top machine: the k of CD-k and PCD-k.
        chains: number of its persistent chains; 0: start at the data.
        sample_hidden: draw its hidden states; False: use their means.
        sample_visible: draw its visible states; False: use their means.
        kernel_initializer: of its kernel, as Keras takes it; None: N(0, 0.1^2).
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.

    Raises:
        ValueError: for sizes that are not positive, no machine, and choices that the layer
            refuses.
    """
    check_sizes(inputs, *hidden)
    if not hidden:
        raise ValueError("a deep belief network needs at least one level of hidden units")
    training = {"steps": steps, "chains": chains, "sample_hidden": sample_hidden}
    training |= {
        "sample_visible": sample_visible,
        "kernel_initializer": fresh(kernel_initializer),
    }
    x = entry = keras.Input((inputs,), dtype=dtype, name="visible")
    for level, units in enumerate(hidden, start=1):
        top = level == len(hidden)
        x = RBM(
            units,
            visible_units=visible_units if level == 1 else "bernoulli",
            hidden_units=hidden_units if top else "bernoulli",
            returns="gap" if top else "hidden",
            trainable=top,
            dtype=dtype,
            name=f"machine_{level}",
            **(training if top else {}),
        )(x)
    return keras.Model(entry, x, name=name)


def dbn_levels(
    inputs: int, hidden: tuple[int, ...], *, hidden_units: str = "bernoulli", **choices
) -> tuple[Callable, ...]:
    """Return one builder per level of `dbn`, lowest first; `hidden_units` is for the last
    one."""
    builders = [
        functools.partial(dbn, inputs, hidden[: level + 1], **choices)
        for level in range(len(hidden))
    ]
    builders[-1] = functools.partial(builders[-1], hidden_units=hidden_units)
    return tuple(builders)
