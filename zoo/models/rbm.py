"""The restricted Boltzmann machine as a model."""

import keras

from zoo.layers.rbm import RBM
from zoo.models.mlp import check_sizes, fresh


def rbm(
    visible: int,
    hidden: int,
    *,
    steps: int = 1,
    chains: int = 0,
    visible_units: str = "bernoulli",
    hidden_units: str = "bernoulli",
    sample_hidden: bool = True,
    sample_visible: bool = False,
    kernel_initializer=None,
    visible_bias_initializer="zeros",
    hidden_bias_initializer="zeros",
    dtype=None,
    name: str = "rbm",
) -> keras.Model:
    """Build a restricted Boltzmann machine; returns its free-energy gaps (batch,) for v
    (batch, visible).

    Minimising their mean (`losses.own_cost`; the targets do not matter) is contrastive
    divergence, or persistent contrastive divergence with `chains`: see `zoo.layers.rbm.RBM`,
    the layer named "machine". 784-500, the machine of the LISA tutorial and of the lowest
    level of Hinton and Salakhutdinov's classifier, has 393,284 parameters (392,000 + 784 +
    500).

    Args:
        visible: number of visible units.
        hidden: number of hidden units.
        steps: Gibbs steps per update: the k of CD-k and PCD-k.
        chains: number of persistent chains, which need both kinds of states drawn; 0: start
            at the data.
        visible_units: "bernoulli" for data from 0 to 1, "gaussian" for standardised data.
        hidden_units: "bernoulli" or "gaussian".
        sample_hidden: draw the hidden states; False: use their means.
        sample_visible: draw the visible states; False: use their means.
        kernel_initializer: as Keras takes it; None: N(0, 0.1^2).
        visible_bias_initializer: as Keras takes it.
        hidden_bias_initializer: likewise.
        dtype: of weights and arithmetic; None: Keras's default.
        name: of the model.

    Raises:
        ValueError: for sizes that are not positive, and choices that do not exist or cannot
            go together.
    """
    check_sizes(visible, hidden)
    layer = RBM(
        hidden,
        steps=steps,
        chains=chains,
        visible_units=visible_units,
        hidden_units=hidden_units,
        sample_hidden=sample_hidden,
        sample_visible=sample_visible,
        kernel_initializer=fresh(kernel_initializer),
        visible_bias_initializer=fresh(visible_bias_initializer),
        hidden_bias_initializer=fresh(hidden_bias_initializer),
        dtype=dtype,
        name="machine",
    )
    entry = keras.Input((visible,), dtype=dtype, name="visible")
    return keras.Model(entry, layer(entry), name=name)
