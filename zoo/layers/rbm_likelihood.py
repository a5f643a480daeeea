"""How well a restricted Boltzmann machine models data: proxies, the exact likelihood, and an
estimate of it.

All functions take a `Machine` or an `RBM` layer. Those in keras.ops may be called while the
engine trains.
"""

import itertools
import math
from typing import NamedTuple

import numpy as np
from keras import ops
from scipy.special import expit, logsumexp

from zoo.layers.rbm import Machine, free_energy, hidden_field

MOST_HIDDEN = 20
"""The most hidden units whose 2^n states are enumerated: a million."""

ROWS = 4096
"""Hidden states that are enumerated at a time: with 784 visible units, 25 MB."""


def free_energy_gap(machine, train, validation):
    """Return the mean free energy of `validation` minus that of `train`, a scalar; it grows
    with overfitting.

    Free energies alone are known up to ln Z only; their difference is free of it (Hinton
    2010, section 6).
    """
    return ops.mean(free_energy(machine, validation)) - ops.mean(free_energy(machine, train))


def flip_gains(machine, v, field, pixel):
    """Return F(v with `pixel` flipped) - F(v), shape (batch,); `pixel`: one number, or one
    per example."""
    batch = ops.arange(ops.shape(v)[0])
    pixel = ops.broadcast_to(pixel, ops.shape(batch))
    change = 1.0 - 2.0 * ops.squeeze(ops.take_along_axis(v, pixel[:, None], axis=1), axis=1)
    flipped = field + change[:, None] * ops.take(machine.kernel, pixel, axis=0)
    hidden = ops.sum(ops.softplus(flipped) - ops.softplus(field), axis=-1)
    return -change * ops.take(machine.visible_bias, pixel) - hidden


def pseudo_likelihood(machine, v, pixels):
    """Return the stochastic log pseudo-likelihood: visible * ln p(v_i | all others), shape
    (batch,).

    It is unbiased for `exact_pseudo_likelihood` where pixels are drawn evenly. For bernoulli
    units.

    Args:
        machine: a Machine or an RBM layer.
        v: zeros and ones, (batch, visible).
        pixels: which one pixel i of each example is asked for: int (batch,), or one number
            for all.
    """
    refuse_gaussian(machine, "the pseudo-likelihood")
    gains = flip_gains(
        machine, v, hidden_field(machine, v), ops.convert_to_tensor(pixels, "int32")
    )
    return v.shape[-1] * ops.log_sigmoid(gains)


def exact_pseudo_likelihood(machine, v):
    """Return the sum over all pixels i of ln p(v_i | all others), shape (batch,), for v of
    zeros and ones.

    Besag 1975. For bernoulli units; as much work as `visible` passes over the data.
    """
    refuse_gaussian(machine, "the pseudo-likelihood")
    v = ops.convert_to_tensor(v)
    field = hidden_field(machine, v)

    def add(pixel, total):
        return total + ops.log_sigmoid(flip_gains(machine, v, field, pixel))

    return ops.fori_loop(0, v.shape[-1], add, ops.zeros_like(v[:, 0]))


def log_partition(machine):
    """Return ln Z, a float64 scalar, by summing over all states of the hidden units.

    Raises:
        ValueError: for more than 20 hidden units, or Gaussian ones.
    """
    exact = in_double(machine)
    count = exact.hidden_bias.shape[0]
    if count > MOST_HIDDEN or exact.hidden_units == "gaussian":
        raise ValueError(
            f"the states of {count} {exact.hidden_units} hidden units cannot be enumerated (at most "
            f"{MOST_HIDDEN} bernoulli ones can): use annealed_importance_sampling"
        )
    rows = min(2**count, ROWS)

    def add(block, total):
        numbers = block * rows + ops.arange(rows, dtype="int32")
        h = ops.right_shift(numbers[:, None], ops.arange(count, dtype="int32")) & 1
        return ops.logaddexp(
            total, ops.logsumexp(log_weight(exact, ops.cast(h, exact.kernel.dtype)))
        )

    return ops.fori_loop(
        0, 2**count // rows, add, ops.convert_to_tensor(-math.inf, exact.kernel.dtype)
    )


def log_weight(machine, h):
    """Return ln of the sum (or integral) over v of exp(-E(v, h)), shape (states,), for h
    (states, hidden)."""
    interaction = ops.matmul(h, ops.transpose(machine.kernel))
    bias = machine.visible_bias
    if machine.visible_units == "gaussian":
        visible = interaction * (bias + 0.5 * interaction) + 0.5 * math.log(2 * math.pi)
    else:
        visible = ops.softplus(interaction + bias)
    return ops.matmul(h, machine.hidden_bias) + ops.sum(visible, axis=-1)


def log_likelihood(machine, v, log_z=None):
    """Return ln p(v) = -F(v) - ln Z in nats, float64, shape (batch,).

    Args:
        machine: a Machine or an RBM layer.
        v: (batch, visible).
        log_z: ln Z where it is known, or estimated; None: by `log_partition`.
    """
    exact = in_double(machine)
    log_z = log_partition(machine) if log_z is None else log_z
    return -free_energy(exact, ops.cast(v, exact.kernel.dtype)) - log_z


def in_double(machine) -> Machine:
    """Return the machine in float64, since ln Z is a small difference of large numbers."""
    values = (machine.kernel, machine.visible_bias, machine.hidden_bias)
    values = [ops.cast(ops.convert_to_tensor(value), "float64") for value in values]
    return Machine(*values, machine.visible_units, machine.hidden_units)


def refuse_gaussian(machine, what):
    """Refuse what is defined for binary units alone."""
    if "gaussian" in (machine.visible_units, machine.hidden_units):
        raise ValueError(f"{what} needs bernoulli units on both sides")


class Estimate(NamedTuple):
    """An estimate of ln Z, with the interval of plus and minus three standard errors of Z."""

    log_z: float
    low: float
    high: float


def annealed_importance_sampling(
    machine, seed: int, *, chains: int = 100, temperatures: int = 1000, base_bias=None
) -> Estimate:
    """Return an estimate of ln Z by annealing from independent visible units to the machine.

    Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks". The
    interval is that of the sampled weights: it is honest when the temperatures are many
    enough that all chains mix.

    Args:
        machine: a Machine or an RBM layer with bernoulli units.
        seed: decides all draws.
        chains: independent runs.
        temperatures: inverse temperatures, evenly from 0 to 1.
        base_bias: biases (visible,) of the independent units; best the data's log odds
            (`log_odds`). None: zeros.
    """
    refuse_gaussian(machine, "annealed importance sampling")
    values = (machine.kernel, machine.visible_bias, machine.hidden_bias)
    kernel, visible_bias, hidden_bias = (
        ops.convert_to_numpy(value).astype("float64") for value in values
    )
    base = (
        np.zeros_like(visible_bias) if base_bias is None else np.asarray(base_bias, "float64")
    )
    random = np.random.default_rng(seed)
    v = (random.random((chains, len(base))) < expit(base)).astype("float64")
    log_weights = np.zeros(chains)
    betas = np.linspace(0.0, 1.0, temperatures + 1)
    for before, beta in itertools.pairwise(betas):
        field = v @ kernel + hidden_bias
        log_weights += (beta - before) * (v @ (visible_bias - base))
        log_weights += (np.logaddexp(0, beta * field) - np.logaddexp(0, before * field)).sum(
            axis=1
        )
        h = (random.random(field.shape) < expit(beta * field)).astype("float64")
        means = expit((1 - beta) * base + beta * (visible_bias + h @ kernel.T))
        v = (random.random(v.shape) < means).astype("float64")
    start = np.logaddexp(0, base).sum() + len(hidden_bias) * math.log(2)
    return estimate_from(log_weights, start)


def estimate_from(log_weights, start) -> Estimate:
    """Return the estimate that the chains' log weights give, counted from ln Z of the base,
    `start`."""
    top = log_weights.max()
    weights = np.exp(log_weights - top)
    error = 3 * weights.std(ddof=1) / math.sqrt(len(weights))
    low = max(weights.mean() - error, 0.0)
    log_low = start + top + math.log(low) if low else -math.inf
    log_z = start + logsumexp(log_weights) - math.log(len(weights))
    return Estimate(
        float(log_z), float(log_low), float(start + top + math.log(weights.mean() + error))
    )


def log_odds(v, floor: float = 0.05):
    """Return ln(p / (1 - p)) of every pixel's share p of ones in v (examples, visible), drawn
    towards one half by `floor` examples of each kind, so that it is finite.
    """
    share = (np.asarray(v, "float64").sum(axis=0) + floor) / (len(v) + 2 * floor)
    return np.log(share / (1 - share))
