"""Small machines, and their mathematics by brute force in numpy: every state of every unit written out."""

import numpy as np

from zoo.layers.rbm import Machine


def machine(visible=6, hidden=4, seed=0, **kinds):
    """Return a float64 machine with random weights of size one."""
    random = np.random.default_rng(seed)
    return Machine(
        *(random.normal(size=s) for s in ((visible, hidden), visible, hidden)), **kinds
    )


def states(count):
    """Return all 2^count rows of zeros and ones."""
    return ((np.arange(2**count)[:, None] >> np.arange(count)) & 1).astype("float64")


def energies(m, v, h):
    """Return E(v, h), shape (len(v), len(h)), from the definition."""
    return -(v @ m.kernel @ h.T) - (v @ m.visible_bias)[:, None] - (h @ m.hidden_bias)[None]


def hidden_shares(m, v):
    """Return p(h | v) for all h, shape (len(v), 2^hidden)."""
    weights = np.exp(-energies(m, v, states(len(m.hidden_bias))))
    return weights / weights.sum(axis=1, keepdims=True)


def visible_shares(m, h):
    """Return p(v | h) for all v, shape (len(h), 2^visible)."""
    weights = np.exp(-energies(m, states(len(m.visible_bias)), h)).T
    return weights / weights.sum(axis=1, keepdims=True)


def joint(m):
    """Return p(v, h) for all v and h."""
    weights = np.exp(-energies(m, states(len(m.visible_bias)), states(len(m.hidden_bias))))
    return weights / weights.sum()


def statistics(m, v_shares):
    """Return the means of (v h', v, h) where v has these probabilities and h follows p(h | v)."""
    v, h = states(len(m.visible_bias)), states(len(m.hidden_bias))
    both = v_shares[:, None] * hidden_shares(m, v)
    return v.T @ both @ h, both.sum(axis=1) @ v, both.sum(axis=0) @ h


def shares_of(data):
    """Return how often each of the 2^visible states is among the rows of data."""
    numbers = (data @ (2 ** np.arange(data.shape[1]))).astype(int)
    return np.bincount(numbers, minlength=2 ** data.shape[1]) / len(data)
