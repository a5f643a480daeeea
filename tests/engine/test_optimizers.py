"""Every optimizer gives the weights of keras.optimizers, or of its source's formula written out in numpy."""

import dataclasses
import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.engine import optimizers, schedules

STEPS = 20
RTOL = {"float32": 1e-5, "float64": 1e-10}
SHAPES = {"hidden/kernel": (5, 4), "hidden/bias": (4,), "logits/kernel": (4, 3)}

# Numbers that float32 holds exactly: Keras rounds an optimizer's parameters to float32 even for float64
# weights. The epsilons are large, so that their place in the formula shows.
PAIRS = {
    "sgd": (optimizers.SGD(0.125), lambda: keras.optimizers.SGD(0.125)),
    "momentum": (
        optimizers.Momentum(0.0625, 0.875),
        lambda: keras.optimizers.SGD(0.0625, momentum=0.875),
    ),
    "nesterov": (
        optimizers.Momentum(0.0625, 0.875, nesterov=True),
        lambda: keras.optimizers.SGD(0.0625, momentum=0.875, nesterov=True),
    ),
    "adam": (
        optimizers.Adam(2**-5, 0.875, 1 - 2**-8, 2**-6),
        lambda: keras.optimizers.Adam(2**-5, 0.875, 1 - 2**-8, 2**-6),
    ),
    "rmsprop": (
        optimizers.RMSprop(2**-5, 0.875, 2**-6),
        lambda: keras.optimizers.RMSprop(2**-5, rho=0.875, epsilon=2**-6),
    ),
}
PARAMETERS = [
    (pair, field.name)
    for pair, (optimizer, _) in PAIRS.items()
    for field in dataclasses.fields(optimizer)
    if getattr(optimizer, field.name) not in (0.0, True, False)
]


def start(dtype="float64", shapes=SHAPES):
    """Return initial weights: normal numbers, biases too."""
    random = np.random.default_rng(1)
    return {path: random.normal(size=shape).astype(dtype) for path, shape in shapes.items()}


def gradients(dtype="float64", shapes=SHAPES, steps=STEPS):
    """Return one dictionary of gradients per step."""
    random = np.random.default_rng(2)
    return [
        {path: random.normal(size=shape).astype(dtype) for path, shape in shapes.items()}
        for _ in range(steps)
    ]


def ours(optimizer, weights, sequence):
    """Return the weights after the sequence of gradients, as numpy arrays."""
    weights = {path: tf.constant(value) for path, value in weights.items()}
    slots = optimizer.init(weights)
    for step, gradient in enumerate(sequence):
        gradient = {path: tf.constant(value) for path, value in gradient.items()}
        weights, slots = optimizer.update(
            gradient, slots, weights, tf.constant(step, tf.int64)
        )
    return {path: value.numpy() for path, value in weights.items()}


@functools.cache
def by_keras(pair, dtype, boundaries=(), rates=()):
    """Return what keras.optimizers makes of the same start and gradients, a new rate at each boundary."""
    optimizer = PAIRS[pair][1]()
    variables = {
        path: keras.Variable(value, dtype=dtype) for path, value in start(dtype).items()
    }
    for step, gradient in enumerate(gradients(dtype)):
        if step in boundaries:
            optimizer.learning_rate = rates[boundaries.index(step)]
        optimizer.apply(
            [tf.constant(gradient[path]) for path in variables], list(variables.values())
        )
    return {path: variable.numpy() for path, variable in variables.items()}


def largest_difference(found, expected):
    """Return the largest |difference|, relative to the largest entry of its variable."""
    return max(
        np.abs(found[path] - value).max() / np.abs(value).max()
        for path, value in expected.items()
    )


def assert_close(found, expected):
    """Compare weights with a numpy oracle in float64."""
    assert found.keys() == expected.keys()
    for path, value in expected.items():
        np.testing.assert_allclose(found[path], value, rtol=1e-12, err_msg=path)


@pytest.mark.parametrize("dtype", RTOL)
@pytest.mark.parametrize("pair", PAIRS)
def test_twenty_steps_equal_those_of_keras(pair, dtype):
    found = ours(PAIRS[pair][0], start(dtype), gradients(dtype))
    assert {value.dtype.name for value in found.values()} == {dtype}
    assert largest_difference(found, by_keras(pair, dtype)) <= RTOL[dtype]


@pytest.mark.parametrize(
    ("pair", "parameter", "dtype"),
    [(*parameter, "float64") for parameter in PARAMETERS]
    + [(pair, "learning_rate", "float32") for pair in PAIRS],
)
def test_a_parameter_that_is_wrong_by_a_thousandth_is_caught(pair, parameter, dtype):
    optimizer = PAIRS[pair][0]
    wrong = dataclasses.replace(
        optimizer, **{parameter: getattr(optimizer, parameter) * 1.001}
    )
    found = ours(wrong, start(dtype), gradients(dtype))
    assert largest_difference(found, by_keras(pair, dtype)) > RTOL[dtype]


@pytest.mark.parametrize("pair", PAIRS)
def test_a_schedule_acts_in_each_step_as_the_rate_of_that_step(pair):
    schedule = schedules.Piecewise((7, 13), (0.125, 0.0625, 0.25))
    optimizer = dataclasses.replace(PAIRS[pair][0], learning_rate=schedule)
    expected = by_keras(pair, "float64", (0, 7, 13), (0.125, 0.0625, 0.25))
    assert (
        largest_difference(ours(optimizer, start(), gradients()), expected) <= RTOL["float64"]
    )


def test_nielsens_decay_multiplies_the_kernels_and_leaves_the_biases():
    eta, lmbda, n = 0.5, 5.0, 1000
    expected = start()
    for gradient in gradients():
        for path, g in gradient.items():
            kept = (1 - eta * lmbda / n) if path.endswith("kernel") else 1.0
            expected[path] = kept * expected[path] - eta * g
    assert_close(
        ours(optimizers.SGD(eta, weight_decay=lmbda / n), start(), gradients()), expected
    )


def classical(weights, sequence, rates, momenta, decay, average):
    """Return the weights that the papers' momentum gives, written out."""
    weights = {path: value.copy() for path, value in weights.items()}
    velocity = {path: np.zeros_like(value) for path, value in weights.items()}
    for gradient, rate, momentum in zip(sequence, rates, momenta, strict=True):
        for path, g in gradient.items():
            force = g + (decay * weights[path] if path.endswith("kernel") else 0.0)
            velocity[path] = (
                momentum * velocity[path] + ((1 - momentum) if average else 1.0) * force
            )
            weights[path] = weights[path] - rate * velocity[path]
    return weights


@pytest.mark.parametrize("average", [False, True])
@pytest.mark.parametrize("decay", [0.0, 0.01])
def test_the_papers_momentum_equals_its_formula_with_schedules_and_decay(decay, average):
    optimizer = optimizers.ClassicalMomentum(
        schedules.InverseDecay(0.1, 10.0),
        schedules.Saturating(0.5, 0.95, 8.0),
        decay,
        average,
    )
    t = np.arange(STEPS)
    rates, momenta = 0.1 / (1 + t / 10), 0.95 - 0.45 * np.exp(-t / 8)
    expected = classical(start(), gradients(), rates, momenta, decay, average)
    assert_close(ours(optimizer, start(), gradients()), expected)


def test_the_papers_momentum_is_kerass_while_the_rate_is_constant_and_another_when_it_falls():
    def difference(rate):
        pair = optimizers.ClassicalMomentum(rate, 0.875), optimizers.Momentum(rate, 0.875)
        return largest_difference(
            *(ours(optimizer, start(), gradients()) for optimizer in pair)
        )

    assert difference(0.0625) < 1e-12
    assert difference(schedules.InverseDecay(0.0625, 10.0)) > 1e-3


@pytest.mark.parametrize(
    "optimizer",
    [optimizers.SGD(0.5, weight_decay=0.1), optimizers.ClassicalMomentum(0.5, 0.9, 0.1)],
)
def test_decay_alone_shrinks_kernels_and_keeps_the_bits_of_everything_else(optimizer):
    before = start(shapes=SHAPES | {"norm/gamma": (4,), "norm/beta": (4,)})
    nothing = {path: np.zeros_like(value) for path, value in before.items()}
    after = ours(optimizer, before, [nothing])
    for path, value in before.items():
        if path.endswith("kernel"):
            np.testing.assert_allclose(after[path], 0.95 * value, rtol=1e-12)
        else:
            assert after[path].tobytes() == value.tobytes(), path


def shortened(kernel, limit):
    """Return the kernel with every unit's incoming vector cut to `limit`, one unit after the other."""
    kernel = kernel.copy()
    for unit in range(kernel.shape[-1]):
        length = np.sqrt((kernel[..., unit] ** 2).sum())
        if length > limit:
            kernel[..., unit] *= limit / length
    return kernel


@pytest.mark.parametrize("shape", [(6, 5), (3, 3, 2, 5)], ids=["dense", "convolution"])
def test_max_norm_cuts_each_units_incoming_vector_after_every_update(shape):
    shapes = {"layer/kernel": shape, "layer/bias": (5,)}
    expected, limit = start(shapes=shapes), 2.5
    cut = 0
    for gradient in gradients(shapes=shapes):
        expected = {path: value - 0.25 * gradient[path] for path, value in expected.items()}
        before = expected["layer/kernel"]
        expected["layer/kernel"] = shortened(before, limit)
        cut += not np.array_equal(before, expected["layer/kernel"])
    assert cut, "no vector was too long: the test shows nothing"
    optimizer = optimizers.MaxNorm(optimizers.SGD(0.25), limit)
    assert_close(ours(optimizer, start(shapes=shapes), gradients(shapes=shapes)), expected)


def test_max_norm_leaves_a_vector_of_zeros_and_long_biases_as_they_are():
    weights = {"layer/kernel": np.zeros((3, 2)), "layer/bias": np.full(2, 100.0)}
    still = {path: np.zeros_like(value) for path, value in weights.items()}
    assert_close(
        ours(optimizers.MaxNorm(optimizers.SGD(1.0), 1.0), weights, [still]), weights
    )


def test_max_norm_acts_on_the_chosen_kernels_alone():
    weights = {path: 10 * value for path, value in start().items()}
    chosen = optimizers.MaxNorm(optimizers.SGD(0.25), 1.0, ("hidden/kernel",))
    expected = ours(optimizers.SGD(0.25), weights, gradients(steps=1))
    expected["hidden/kernel"] = shortened(expected["hidden/kernel"], 1.0)
    assert_close(ours(chosen, weights, gradients(steps=1)), expected)


def test_max_norm_keeps_the_inner_optimizers_slots():
    optimizer = optimizers.MaxNorm(optimizers.Momentum(0.0625, 0.875), 1e9)
    assert_close(
        ours(optimizer, start(), gradients()), ours(optimizer.optimizer, start(), gradients())
    )
    assert optimizer.init(start()).keys() == {"velocity"}
