"""ReLU against the sigmoid: when a level is first reached, and what becomes of one that never is."""

import numpy as np

from reproductions import relu_vs_sigmoid as study


def test_the_first_measurement_at_a_level_counts_from_one_and_none_is_infinite_unless_the_run_diverged():
    curve = np.array([[10, 90, 80, 95], [95, 95, 95, 95], [10, 10, 10, 10], [10, np.nan, np.nan, np.nan]])
    found = study.when(curve, 90, np.array([False, False, False, True]))
    np.testing.assert_array_equal(found, [2, 1, np.inf, np.nan])


def test_a_sigmoid_that_never_gets_there_is_infinitely_slower():
    values = {}
    for setting in study.SETTINGS:
        values[study.EPOCHS.format(*setting, study.RELU)] = np.array([0.5, 0.5, np.inf])
        values[study.EPOCHS.format(*setting, study.SIGMOID)] = np.array([2.0, np.inf, np.inf])
    for found in study.ratios(values):
        np.testing.assert_array_equal(found, [4, np.inf, np.nan])


def test_the_largest_ratio_takes_what_sigmoid_never_reached_as_a_bound_and_is_unknown_if_that_is_below_6():
    values = {}
    for setting in study.SETTINGS:
        values[study.EPOCHS.format(*setting, study.RELU)] = np.array([1.0, 1.0, 2.5, 2.5, 2.5])
        values[study.EPOCHS.format(*setting, study.SIGMOID)] = np.array([3.0, 3.0, 5.0, 5.0, np.nan])
    hard, easy = study.SETTINGS[-1], study.SETTINGS[0]
    values[study.EPOCHS.format(*hard, study.SIGMOID)] = np.array([np.inf, 4.0, np.inf, np.inf, np.nan])
    values[study.EPOCHS.format(*easy, study.SIGMOID)] = np.array([3.0, 3.0, 5.0, 8.0, np.nan])
    values[study.EPOCHS.format(*easy, study.RELU)] = np.array([1.0, 1.0, 2.5, 1.0, 2.5])
    found = study.extreme(values, epochs=10)
    np.testing.assert_array_equal(found[study.LARGEST], [10, 4, np.nan, 8, np.nan])
    np.testing.assert_array_equal(found[study.ALONE], [1, 0, 1, 1, 0])


def test_what_neither_kind_of_unit_reaches_leaves_the_largest_ratio_known():
    values = {study.EPOCHS.format(*s, units): np.ones(1) for s in study.SETTINGS for units in study.UNITS}
    values |= {study.EPOCHS.format(*study.SETTINGS[2], units): np.array([np.inf]) for units in study.UNITS}
    assert study.extreme(values, epochs=10)[study.LARGEST] == 1


def test_both_kinds_of_units_get_the_same_network_but_for_activation_and_initial_weights():
    for net, shape in ((study.DENSE, (784,)), (study.CONVOLUTIONAL, (28, 28, 1))):
        models = [study.built(net, units, shape, 5) for units in study.UNITS]
        relu, sigmoid = ([variable.shape for variable in model.variables] for model in models)
        assert relu == sigmoid
        assert set(study.LAYERS[net]) <= {layer.name for layer in models[0].layers}
