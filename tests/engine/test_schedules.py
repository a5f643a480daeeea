"""Every schedule gives the values of its formula, in the type of the weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.engine import schedules
from zoo.engine.schedules import value_at

MOMENTS = (0, 1, 7, 100, 9_999, 10_000, 60_000)
FORMULAS = {
    "inverse": (schedules.InverseDecay(1.0, 10_000), lambda t: 1.0 / (1 + t / 10_000)),
    "exponential": (
        schedules.ExponentialDecay(0.1, 0.998, 600),
        lambda t: 0.1 * 0.998 ** (t / 600),
    ),
    "saturating": (
        schedules.Saturating(0.5, 0.95, 2_000),
        lambda t: 0.5 + (0.95 - 0.5) * (1 - np.exp(-t / 2_000)),
    ),
    "linear": (
        schedules.Linear(0.5, 0.99, 10_000),
        lambda t: np.interp(t, [0, 10_000], [0.5, 0.99]),
    ),
    "piecewise": (
        schedules.Piecewise((100, 10_000), (0.3, 0.2, 0.1)),
        lambda t: 0.3 if t < 100 else 0.2 if t < 10_000 else 0.1,
    ),
}


def values(schedule, dtype):
    """Return the schedule's values at all MOMENTS."""
    return [value_at(schedule, tf.constant(step, tf.int64), dtype) for step in MOMENTS]


@pytest.mark.parametrize(("dtype", "rtol"), [("float32", 1e-5), ("float64", 1e-13)])
@pytest.mark.parametrize("name", FORMULAS)
def test_a_schedule_equals_its_formula_at_every_step(name, dtype, rtol):
    schedule, formula = FORMULAS[name]
    found = values(schedule, dtype)
    assert {value.dtype.name for value in found} == {dtype}
    np.testing.assert_allclose(found, [formula(step) for step in MOMENTS], rtol=rtol)


@pytest.mark.parametrize(
    ("schedule", "reference"),
    [
        (
            schedules.InverseDecay(1.0, 512),
            keras.optimizers.schedules.InverseTimeDecay(1.0, 512, 1.0),
        ),
        (
            schedules.ExponentialDecay(1.0, 0.5, 64),
            keras.optimizers.schedules.ExponentialDecay(1.0, 64, 0.5),
        ),
        (
            schedules.Linear(1.0, 0.5, 512),
            keras.optimizers.schedules.PolynomialDecay(1.0, 512, 0.5),
        ),
    ],
)
def test_a_schedule_equals_the_one_of_keras(schedule, reference):
    steps = (0, 1, 63, 64, 511, 512, 600)
    found = [float(value_at(schedule, step, "float32")) for step in steps]
    np.testing.assert_allclose(found, [float(reference(step)) for step in steps], rtol=1e-6)


def test_a_number_is_a_schedule_that_is_not_rounded_to_float32():
    assert value_at(0.1, 5, "float64").numpy() == np.float64(0.1)
    assert value_at(0.1, 5, "float32").numpy() == np.float32(0.1)


def test_piecewise_changes_when_that_many_steps_are_done():
    schedule = schedules.Piecewise((10,), (1.0, 0.5))
    assert [float(value_at(schedule, step, "float32")) for step in (0, 9, 10, 11)] == [
        1.0,
        1.0,
        0.5,
        0.5,
    ]


def test_piecewise_without_boundaries_is_constant():
    assert values(schedules.Piecewise((), (0.25,)), "float64") == [0.25] * len(MOMENTS)


@pytest.mark.parametrize(
    ("boundaries", "numbers"),
    [((10,), (1.0,)), ((10,), (1.0, 0.5, 0.1)), ((), ()), ((20, 10), (1.0, 0.5, 0.1))],
)
def test_piecewise_refuses_values_that_do_not_fit_its_boundaries(boundaries, numbers):
    with pytest.raises(ValueError, match="rising boundaries and one value more"):
        schedules.Piecewise(boundaries, numbers)
