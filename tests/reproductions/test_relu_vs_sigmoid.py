"""ReLU against the sigmoid: when a level is first reached, and what becomes of one that never is."""

import numpy as np

from reproductions import relu_vs_sigmoid as study


def test_the_first_measurement_at_a_level_counts_from_one_and_none_is_infinite():
    reached = np.array([[False, True, False, True], [True, True, True, True], [False] * 4])
    assert study.first(reached).tolist() == [2, 1, np.inf]


def test_a_sigmoid_that_never_gets_there_is_infinitely_slower():
    values = {}
    for setting in study.SETTINGS:
        values[study.EPOCHS.format(*setting, study.RELU)] = np.array([0.5, 0.5, np.inf])
        values[study.EPOCHS.format(*setting, study.SIGMOID)] = np.array([2.0, np.inf, np.inf])
    for found in study.ratios(values).values():
        np.testing.assert_array_equal(found, [4, np.inf, np.nan])


def test_both_kinds_of_units_get_the_same_network_but_for_activation_and_initial_weights():
    for net, shape in ((study.DENSE, (784,)), (study.CONVOLUTIONAL, (28, 28, 1))):
        models = [study.built(net, units, shape, 5) for units in study.UNITS]
        relu, sigmoid = ([variable.shape for variable in model.variables] for model in models)
        assert relu == sigmoid
        assert set(study.LAYERS[net]) <= {layer.name for layer in models[0].layers}
