"""The monitored machine: the LISA tutorial's monitor by its own formula, and the training left as it was."""

import functools

import keras
import numpy as np
import pytest

from tests.layers import machines
from tests.layers.test_rbm import NAMES
from zoo import engine, losses
from zoo.engine import optimizers
from zoo.layers import rbm as mathematics
from zoo.layers.rbm_monitor import MonitoredRBM, gap, log_pseudo_likelihood
from zoo.models import rbm

GREY = np.random.default_rng(7).random((12, 6))
PERSISTENT = {"steps": 2, "chains": 3, "sample_visible": True}


def monitored(**choices):
    entry = keras.Input((6,), name="visible")
    return keras.Model(entry, MonitoredRBM(4, **choices, name="machine")(entry), name="rbm")


def trained(build, loss, running=()):
    recipe = engine.Recipe(
        loss=loss,
        optimizer=optimizers.SGD(0.1),
        batch_size=4,
        epochs=2,
        shuffle=False,
        running=running,
    )
    return engine.train(build, recipe, {"train": (GREY, np.zeros(12))}, [1])


@pytest.fixture(autouse=True)
def store(tmp_path):
    with engine.using(store=tmp_path):
        yield


def test_each_update_asks_for_the_next_pixel_of_the_rounded_batch_and_after_the_last_for_the_first():
    m = machines.machine()
    layer = MonitoredRBM(4, dtype="float64", seed=1)
    layer.build((None, 6))
    for name in NAMES:
        getattr(layer, name).assign(getattr(m, name))
    rounded = np.round(GREY)
    for update in range(8):
        flipped = rounded.copy()
        flipped[:, update % 6] = 1 - flipped[:, update % 6]
        gain = np.asarray(
            mathematics.free_energy(m, flipped) - mathematics.free_energy(m, rounded)
        )
        expected = 6 * np.log(1 / (1 + np.exp(-gain)))
        np.testing.assert_allclose(layer(GREY, training=True)[:, 1], expected, rtol=1e-10)


def test_in_inference_the_pixel_stays():
    layer = MonitoredRBM(4, seed=1)
    first, again = (layer(GREY) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert int(layer.pixel.value) == 0


@pytest.mark.parametrize("choices", [{}, PERSISTENT])
def test_it_trains_to_the_bit_as_the_machine_without_a_monitor(choices):
    ours = trained(functools.partial(monitored, **choices), gap, (log_pseudo_likelihood,))
    plain = trained(functools.partial(rbm, 6, 4, **choices), losses.own_cost)
    for path, weights in plain.members[0].weights["trainable"].items():
        np.testing.assert_array_equal(ours.members[0].weights["trainable"][path], weights)
        assert np.abs(weights).max() > 0
    monitor = ours.history("training log_pseudo_likelihood")[0, 1:]
    assert np.isfinite(monitor).all() and (monitor < 0).all()
