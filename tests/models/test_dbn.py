"""A deep belief network trains its top machine on what the frozen ones below make of the data."""

import itertools

import numpy as np
import pytest

from zoo.layers.rbm import free_energy, hidden_given_visible, reconstruct
from zoo.models import dbn, dbn_levels

X = np.random.default_rng(0).random((9, 8)).astype("float32")


@pytest.mark.parametrize(
    ("hidden", "count"), [((500, 500, 2000), 1_646_784), ((1000, 500, 250, 30), 1_420_814)]
)
def test_the_parameter_count_is_the_one_that_the_docstring_states(hidden, count):
    model = dbn(784, hidden)
    assert model.count_params() == count
    assert f"{count:,}" in dbn.__doc__
    below = (784, *hidden)[-2]
    assert sum(v.shape.num_elements() for v in model.trainable_variables) == (
        below * hidden[-1] + below + hidden[-1]
    )


def test_the_output_is_the_top_machines_gap_on_the_hidden_means_below():
    model = dbn(8, (6, 5, 4))
    first, second, top = (model.get_layer(f"machine_{level}") for level in (1, 2, 3))
    v = hidden_given_visible(second, hidden_given_visible(first, X))
    expected = free_energy(top, v) - free_energy(top, reconstruct(top, v))
    np.testing.assert_allclose(model(X), expected, rtol=1e-4, atol=1e-5)


def test_choices_are_those_of_the_top_machine_and_of_the_bottom_of_the_data():
    model = dbn(8, (6, 5), visible_units="gaussian", hidden_units="gaussian", steps=2)
    lower, top = model.get_layer("machine_1"), model.get_layer("machine_2")
    assert (lower.visible_units, lower.hidden_units) == ("gaussian", "bernoulli")
    assert (top.visible_units, top.hidden_units, top.steps) == ("bernoulli", "gaussian", 2)
    assert (lower.trainable, top.trainable) == (False, True)


def test_levels_grow_by_one_machine_each_and_keep_the_paths():
    models = [build() for build in dbn_levels(8, (6, 5, 4), hidden_units="gaussian", steps=2)]
    assert [len(model.layers) - 1 for model in models] == [1, 2, 3]
    assert [model.layers[-1].hidden_units for model in models] == [
        "bernoulli",
        "bernoulli",
        "gaussian",
    ]
    assert {model.layers[-1].steps for model in models} == {2}
    for lower, upper in itertools.pairwise(models):
        assert {v.path for v in lower.trainable_variables} <= {
            v.path for v in upper.variables
        }


def test_no_level_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one level"):
        dbn(8, ())
