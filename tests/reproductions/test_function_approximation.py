"""Function approximation: errors are measured against the curve, and ReLU nets against their own bound."""

import numpy as np
import pytest

from reproductions import function_approximation as study
from zoo import data
from zoo.data import sincos

BASE = data.load("sincos")


def last(outputs):
    """Outputs (points,) as the last of one seed's measurements."""
    return np.stack([np.zeros_like(outputs), outputs])[None]


def test_errors_are_those_of_the_last_outputs_against_the_curve():
    curve = BASE.test.y[:, 0]
    shifted = study.measure_outputs(last(curve + 0.09), "it", BASE)
    assert shifted["mean squared error, it"] == pytest.approx(0.0081, rel=1e-5)
    assert shifted["largest error, it"] == pytest.approx(0.09, rel=1e-5)
    assert (
        shifted["explains 99 % of the curve, it"] and shifted["largest error below 0.1, it"]
    )
    peak = study.measure_outputs(last(curve + 0.2 * (BASE.test.x[:, 0] == 0)), "it", BASE)
    assert peak["explains 99 % of the curve, it"] and not peak["largest error below 0.1, it"]


def test_a_relu_net_below_the_bound_of_its_own_width_is_noticed():
    bound = sincos.best_pieces(11)
    metrics = {"mean squared error, relu, 2": np.array([0.3, 0.3])}
    metrics["mean squared error, relu, 10"] = np.array([bound[10] * 1.01, bound[10] * 0.99])
    metrics["mean squared error, tanh, 10"] = np.array([bound[10] * 0.99, bound[10] * 1.01])
    found = study.compare_with_bounds(study.Config(widths=(2, 10)), metrics)
    assert found[study.BOUNDED].tolist() == found[study.BELOW].tolist() == [True, False]
