"""A machine is an ordinary model: it trains with the engine and with fit, and models its data better."""

import functools

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits

from zoo import engine, losses
from zoo.engine import optimizers
from zoo.layers import rbm_likelihood
from zoo.models import rbm
from zoo.pretraining import MachineProbe


def digits(count=200):
    """Return images of handwritten digits, 8 x 8, of zeros and ones."""
    return (load_digits().data[:count] > 7).astype("float32")


def test_the_parameter_count_is_the_one_that_the_docstring_states():
    assert rbm(784, 500).count_params() == 393_284 == 392_000 + 784 + 500
    assert "393,284 parameters (392,000 + 784 + 500)" in " ".join(rbm.__doc__.split())


def test_all_choices_reach_the_layer():
    choices = {"steps": 3, "chains": 4, "sample_visible": True, "visible_units": "gaussian"}
    layer = rbm(6, 4, visible_bias_initializer="ones", **choices).get_layer("machine")
    assert {name: getattr(layer, name) for name in choices} == choices
    np.testing.assert_array_equal(layer.visible_bias, np.ones(6))
    assert rbm(6, 4, hidden_units="gaussian").get_layer("machine").hidden_units == "gaussian"
    assert rbm(6, 4, sample_hidden=False).get_layer("machine").sample_hidden is False


def test_weights_start_with_deviation_a_tenth_as_in_the_released_code():
    keras.utils.set_random_seed(1)
    kernel, *biases = rbm(200, 200).get_weights()
    assert kernel.std() == pytest.approx(0.1, rel=0.02)
    assert all((bias == 0).all() for bias in biases)


def test_the_exact_log_likelihood_rises_while_cd_1_trains():
    x = digits()
    probe = MachineProbe("train", (rbm_likelihood.log_likelihood,))
    recipe = engine.Recipe(
        loss=losses.own_cost,
        optimizer=optimizers.SGD(0.05),
        batch_size=20,
        epochs=30,
        probes=(probe,),
        probe_every=100,
    )
    study = engine.train(functools.partial(rbm, 64, 10), recipe, {"train": (x, x)}, [1, 2])
    history = study.history("train log_likelihood")
    assert (np.diff(history, axis=1) > 0).all()
    assert (history[:, -1] > history[:, 0] + 8).all()


def test_fit_trains_it_too():
    keras.utils.set_random_seed(1)
    x, model = digits(), rbm(64, 10)
    before = float(np.mean(rbm_likelihood.log_likelihood(model.get_layer("machine"), x)))
    model.compile(keras.optimizers.SGD(0.05), losses.own_cost)
    model.fit(x, x, batch_size=20, epochs=30, verbose=0)
    after = float(np.mean(rbm_likelihood.log_likelihood(model.get_layer("machine"), x)))
    assert after > before + 8


def test_a_gaussian_machine_learns_standardised_data():
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 1)) * np.ones((1, 5)) + 0.3 * random.normal(size=(300, 5))
    x = ((x - x.mean(axis=0)) / x.std(axis=0)).astype("float32")
    build = functools.partial(rbm, 5, 8, visible_units="gaussian")
    probe = MachineProbe("train", (rbm_likelihood.log_likelihood,))
    recipe = engine.Recipe(
        loss=losses.own_cost,
        optimizer=optimizers.SGD(0.02),
        batch_size=20,
        epochs=20,
        probes=(probe,),
    )
    history = engine.train(build, recipe, {"train": (x, x)}, [1]).history(
        "train log_likelihood"
    )[0]
    assert history[-1] > history[0] + 0.5


def test_sizes_that_are_no_positive_whole_numbers_are_refused():
    with pytest.raises(ValueError, match="positive whole numbers, not 0"):
        rbm(0, 4)
