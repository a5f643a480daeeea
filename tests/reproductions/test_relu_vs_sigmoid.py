"""ReLU against the sigmoid: how a rate is chosen, and what becomes of a level that is never reached."""

from types import SimpleNamespace

import numpy as np

from reproductions import relu_vs_sigmoid as study


def epochs(relu, sigmoid) -> dict:
    """Return metrics in which each setting has these epochs, by seed."""
    metrics = {}
    for net, level in study.SETTINGS:
        metrics[study.EPOCHS(level=level, net=net, units=study.RELU)] = np.array(relu)
        metrics[study.EPOCHS(level=level, net=net, units=study.SIGMOID)] = np.array(sigmoid)
    return metrics


def test_the_rate_with_the_best_accuracy_along_the_way_is_chosen_and_nan_counts_as_all_wrong(
    monkeypatch,
):
    right = {0.01: [0.1, 0.9], 0.1: [0.6, 0.8], 1.0: [0.99, np.nan]}

    def train_net(config, dataset, net, units, rate, epochs, seeds):
        assert (epochs, seeds) == (5, (1001, 1002))
        return SimpleNamespace(history=lambda name: np.array(right[rate]))

    monkeypatch.setattr(study, "train_net", train_net)
    config = study.Config(rates=tuple(right))
    choice = study.choose_rate(config, None, study.DENSE, study.RELU)
    assert choice.value == 0.1
    np.testing.assert_allclose(choice.scores, (50, 30, 50.5))


def test_a_level_is_reached_on_the_line_between_the_middles_of_two_measurements():
    curve = np.array(
        [[10, 80, 100, 95], [95, 95, 95, 95], [10, 10, 10, 10], [10, np.nan, np.nan, np.nan]]
    )
    crossings = study.find_crossings(curve, 90, np.array([False, False, False, True]))
    np.testing.assert_array_equal(crossings, [2, 0.5, np.inf, np.nan])


def test_a_sigmoid_that_never_gets_there_is_infinitely_slower():
    metrics = epochs(relu=[0.5, 0.5, np.inf], sigmoid=[2.0, np.inf, np.inf])
    for ratios in study.compare_epochs(metrics):
        np.testing.assert_array_equal(ratios, [4, np.inf, np.nan])


def test_the_largest_ratio_takes_what_sigmoid_never_reached_as_a_bound_and_is_unknown_if_that_is_below_6():
    metrics = epochs(relu=[1.0, 1.0, 2.5, 2.5, 2.5], sigmoid=[3.0, 3.0, 5.0, 5.0, np.nan])
    (easy_net, easy_level), (hard_net, hard_level) = study.SETTINGS[0], study.SETTINGS[-1]
    hard = study.EPOCHS(level=hard_level, net=hard_net, units=study.SIGMOID)
    metrics[hard] = np.array([np.inf, 4.0, np.inf, np.inf, np.nan])
    easy = {
        units: study.EPOCHS(level=easy_level, net=easy_net, units=units)
        for units in study.UNITS
    }
    metrics[easy[study.SIGMOID]] = np.array([3.0, 3.0, 5.0, 8.0, np.nan])
    metrics[easy[study.RELU]] = np.array([1.0, 1.0, 2.5, 1.0, 2.5])
    largest = study.find_largest(metrics, epochs=10)
    np.testing.assert_array_equal(largest[study.LARGEST], [10, 4, np.nan, 8, np.nan])
    np.testing.assert_array_equal(largest[study.ALONE], [1, 0, 1, 1, 0])


def test_what_neither_kind_of_unit_reaches_leaves_the_largest_ratio_known():
    metrics = epochs(relu=[1.0], sigmoid=[1.0])
    net, level = study.SETTINGS[2]
    for units in study.UNITS:
        metrics[study.EPOCHS(level=level, net=net, units=units)] = np.array([np.inf])
    assert study.find_largest(metrics, epochs=10)[study.LARGEST] == 1


def test_both_kinds_of_units_get_the_same_network_but_for_activation_and_initial_weights():
    for net, shape in ((study.DENSE, (784,)), (study.CONVOLUTIONAL, (28, 28, 1))):
        models = [study.build_net(net, units, shape, 5) for units in study.UNITS]
        relu, sigmoid = ([variable.shape for variable in model.variables] for model in models)
        assert relu == sigmoid
        assert set(study.LAYERS[net]) <= {layer.name for layer in models[0].layers}
