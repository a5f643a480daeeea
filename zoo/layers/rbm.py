"""The restricted Boltzmann machine: its mathematics as pure functions, and a layer that
trains by contrastive divergence.

Two layers of units, v and h, with the energy E(v, h) = -v W h - b v - c h for binary units. A
Gaussian unit of variance one has half the squared distance from its bias instead of its
linear term. The functions take a `Machine` or an `RBM` layer. After Smolensky 1986; Hinton
2002, "Training products of experts by minimizing contrastive divergence"; Hinton 2010, "A
practical guide to training restricted Boltzmann machines".
"""

import math
from typing import Any, NamedTuple

import keras
from keras import ops

UNITS = ("bernoulli", "gaussian")
RETURNS = ("gap", "hidden")


class Machine(NamedTuple):
    """The parameters of a restricted Boltzmann machine."""

    kernel: Any
    """W, shape (visible, hidden)."""
    visible_bias: Any
    """b, shape (visible,)."""
    hidden_bias: Any
    """c, shape (hidden,)."""
    visible_units: str = "bernoulli"
    """Or "gaussian": real numbers with variance one, so data must be standardised."""
    hidden_units: str = "bernoulli"
    """Or "gaussian": the linear code units of Hinton and Salakhutdinov 2006."""


def hidden_field(machine, v):
    """Return v W + c, shape (batch, hidden), for v (batch, visible)."""
    return ops.matmul(v, machine.kernel) + machine.hidden_bias


def visible_field(machine, h):
    """Return h W' + b, shape (batch, visible), for h (batch, hidden)."""
    return ops.matmul(h, ops.transpose(machine.kernel)) + machine.visible_bias


def free_energy(machine, v):
    """Return F(v) = -ln of the sum, or integral, over h of exp(-E(v, h)): (batch,) for v
    (batch, visible)."""
    return free_energy_in_field(machine, v, hidden_field(machine, v))


def free_energy_in_field(machine, v, field):
    """Return F(v), shape (batch,), where the hidden field of v is known already."""
    if machine.hidden_units == "gaussian":
        squares = ops.square(field) - ops.square(machine.hidden_bias)
        hidden = 0.5 * ops.sum(squares + math.log(2 * math.pi), axis=-1)
    else:
        hidden = ops.sum(ops.softplus(field), axis=-1)
    if machine.visible_units == "gaussian":
        return 0.5 * ops.sum(ops.square(v - machine.visible_bias), axis=-1) - hidden
    return -ops.sum(v * machine.visible_bias, axis=-1) - hidden


def expected(field, units: str):
    """Return the mean of units in their field: the probability of a one; of Gaussian ones the
    field."""
    return ops.sigmoid(field) if units == "bernoulli" else field


def hidden_given_visible(machine, v):
    """Return the mean of every hidden unit given v, shape (batch, hidden), for v (batch,
    visible)."""
    return expected(hidden_field(machine, v), machine.hidden_units)


def visible_given_hidden(machine, h):
    """Return the mean of every visible unit given h, shape (batch, visible), for h (batch,
    hidden)."""
    return expected(visible_field(machine, h), machine.visible_units)


def drawn(means, units: str, seed):
    """Return samples of units with these means; every call takes new numbers of the
    SeedGenerator `seed`."""
    if units == "gaussian":
        return means + keras.random.normal(ops.shape(means), dtype=means.dtype, seed=seed)
    noise = keras.random.uniform(ops.shape(means), dtype=means.dtype, seed=seed)
    return ops.cast(noise < means, means.dtype)


def gibbs(
    machine,
    v,
    steps: int = 1,
    *,
    seed,
    sample_hidden: bool = True,
    sample_visible: bool = True,
):
    """Return v after `steps` steps of Gibbs sampling, each v -> h -> v, shape (batch,
    visible).

    Args:
        machine: a Machine or an RBM layer.
        v: where the chains start, (batch, visible).
        steps: number of steps, at least 1.
        seed: a whole number, or a keras.random.SeedGenerator.
        sample_hidden: draw the hidden states; False: their means drive the visible units.
        sample_visible: draw the visible states; False: their means take their place.
    """
    seed = keras.random.SeedGenerator(seed) if isinstance(seed, int) else seed
    for _ in range(steps):
        h = hidden_given_visible(machine, v)
        h = drawn(h, machine.hidden_units, seed) if sample_hidden else h
        v = visible_given_hidden(machine, h)
        v = drawn(v, machine.visible_units, seed) if sample_visible else v
    return v


def reconstruct(machine, v):
    """Return the means of v given the means of h given v, shape (batch, visible): one step
    without chance."""
    return visible_given_hidden(machine, hidden_given_visible(machine, v))


@keras.saving.register_keras_serializable(package="zoo")
class RBM(keras.layers.Layer):
    """A restricted Boltzmann machine whose output is F(v) - F(v'), shape (batch,), for v
    (batch, visible).

    v' is what the machine imagines, and counts as a constant. The gradient of the mean output
    is then the negative of the contrastive-divergence update: <v' p(h|v')> - <v p(h|v)> for
    the kernel, with probabilities in the statistics. So an optimizer that minimises the mean
    output (`losses.own_cost`) trains the machine by CD-k, in the engine and in `model.fit`.
    In inference nothing is drawn: v' is `reconstruct(v)`.

    The defaults are the choices of the code released with Hinton and Salakhutdinov 2006:
    CD-1, hidden states drawn, visible probabilities, weights from N(0, 0.1^2), zero biases.
    With persistent chains (Tieleman 2008) v' are fantasy particles that go on from update to
    update, whatever the batch; their hidden states are a variable of the layer, zero at
    first, and every chain does v ~ p(v|h), h ~ p(h|v) per step.

    Args:
        units: number of hidden units.
        steps: Gibbs steps per update, the k of CD-k and PCD-k.
        chains: number of persistent chains; 0: the chains start at the data.
        visible_units: "bernoulli" or "gaussian".
        hidden_units: "bernoulli" or "gaussian".
        sample_hidden: draw the hidden states on the way; False: their means are used.
        sample_visible: draw the visible states; False: their means are used.
        returns: "gap", or "hidden" for a finished level of a stack: the means of h given v,
            (batch, units).
        kernel_initializer: of W, as Keras takes it; None: N(0, 0.1^2).
        visible_bias_initializer: of b.
        hidden_bias_initializer: of c.
        seed: of the draws; None: from Keras's global one.
        **options: what every Keras layer takes.

    Raises:
        ValueError: for choices that do not exist or cannot go together.
    """

    def __init__(
        self,
        units: int,
        *,
        steps: int = 1,
        chains: int = 0,
        visible_units: str = "bernoulli",
        hidden_units: str = "bernoulli",
        sample_hidden: bool = True,
        sample_visible: bool = False,
        returns: str = "gap",
        kernel_initializer=None,
        visible_bias_initializer="zeros",
        hidden_bias_initializer="zeros",
        seed: int | None = None,
        **options,
    ):
        super().__init__(**options)
        check_choices(visible_units, hidden_units, returns)
        check_chain(units, steps, chains, sample_hidden and sample_visible)
        self.units, self.steps, self.chains = units, steps, chains
        self.visible_units, self.hidden_units = visible_units, hidden_units
        self.sample_hidden, self.sample_visible = sample_hidden, sample_visible
        self.returns, self.seed = returns, seed
        self.kernel_initializer = keras.initializers.get(
            kernel_initializer or keras.initializers.RandomNormal(stddev=0.1)
        )
        self.visible_bias_initializer = keras.initializers.get(visible_bias_initializer)
        self.hidden_bias_initializer = keras.initializers.get(hidden_bias_initializer)

    def build(self, input_shape):
        """Make the weights and, where something is drawn, the random state and the chains."""
        visible = input_shape[-1]
        self.kernel = self.add_weight(
            (visible, self.units), self.kernel_initializer, name="kernel"
        )
        self.visible_bias = self.add_weight(
            (visible,), self.visible_bias_initializer, name="visible_bias"
        )
        self.hidden_bias = self.add_weight(
            (self.units,), self.hidden_bias_initializer, name="hidden_bias"
        )
        if self.returns == "gap":
            # made here, not in __init__, so that its path carries the layer's name
            self.random_state = keras.random.SeedGenerator(self.seed, name="random_state")
            if self.chains:
                self.fantasies = self.add_weight(
                    (self.chains, self.units), "zeros", trainable=False, name="fantasies"
                )

    def call(self, v, training=False):
        """Return the gap of free energies, or the hidden means, of v (batch, visible)."""
        if self.returns == "hidden":
            return hidden_given_visible(self, v)
        field = hidden_field(self, v)
        imagined = ops.stop_gradient(
            self.imagine(field) if training else reconstruct(self, v)
        )
        imagined_energy = free_energy(self, imagined)
        if training and self.chains:
            imagined_energy = ops.mean(imagined_energy)
        return free_energy_in_field(self, v, field) - imagined_energy

    def imagine(self, field):
        """Return where the chains end: (batch, visible) from the data's field, or (chains,
        visible)."""
        h = self.fantasies.value if self.chains else self.hidden_states(field)
        v = self.visible_states(h)
        for _ in range(self.steps - 1):
            v = self.visible_states(self.hidden_states(hidden_field(self, v)))
        if self.chains:
            self.fantasies.assign(self.hidden_states(hidden_field(self, v)))
        return v

    def hidden_states(self, field):
        """Return the hidden states, drawn or not, in their field."""
        means = expected(field, self.hidden_units)
        return (
            drawn(means, self.hidden_units, self.random_state)
            if self.sample_hidden
            else means
        )

    def visible_states(self, h):
        """Return the visible states, drawn or not, given h."""
        means = visible_given_hidden(self, h)
        return (
            drawn(means, self.visible_units, self.random_state)
            if self.sample_visible
            else means
        )

    def compute_output_shape(self, input_shape):
        """Return (batch,), or (batch, units) for a level that returns its hidden means."""
        return (input_shape[0],) if self.returns == "gap" else (input_shape[0], self.units)

    def get_config(self):
        """Return the arguments."""
        names = ("units", "steps", "chains", "visible_units", "hidden_units", "sample_hidden",
                 "sample_visible", "returns", "seed")  # fmt: skip
        initializers = {
            name: keras.initializers.serialize(getattr(self, name))
            for name in (
                "kernel_initializer",
                "visible_bias_initializer",
                "hidden_bias_initializer",
            )
        }
        return (
            super().get_config()
            | {name: getattr(self, name) for name in names}
            | initializers
        )


def check_choices(visible_units, hidden_units, returns):
    """Refuse kinds of units and of output that do not exist, and Gaussian units on both
    sides."""
    for side, units in (("visible", visible_units), ("hidden", hidden_units)):
        if units not in UNITS:
            raise ValueError(f'{side}_units must be "bernoulli" or "gaussian", not {units!r}')
    if (visible_units, hidden_units) == ("gaussian", "gaussian"):
        raise ValueError(
            "Gaussian units on both sides have no normalised distribution: make one side bernoulli"
        )
    if returns not in RETURNS:
        raise ValueError(f'returns must be "gap" or "hidden", not {returns!r}')


def check_chain(units, steps, chains, samples_all):
    """Refuse sizes that are no whole numbers, and persistent chains that do not sample."""
    for name, value, least in (
        ("units", units, 1),
        ("steps", steps, 1),
        ("chains", chains, 0),
    ):
        if not isinstance(value, int) or value < least:
            raise ValueError(f"{name} must be a whole number from {least}, not {value!r}")
    if chains and not samples_all:
        raise ValueError(
            "persistent chains must draw all states: set sample_hidden and sample_visible"
        )
