"""The recurrent network reads rows in order and answers after the last one."""

import numpy as np
import pytest

from zoo.models import elman


@pytest.mark.parametrize("rows", [1, 28])
def test_the_parameter_count_is_the_one_that_the_docstring_states_whatever_the_rows(rows):
    assert elman((rows, 28), 100, 10).count_params() == 13_910
    assert "13,910" in elman.__doc__


def test_the_logits_are_those_of_the_state_after_the_last_row():
    model = elman((5, 4), 3, 2, dtype="float64")
    x = np.random.default_rng(0).normal(size=(6, 5, 4))
    kernel, recurrent, bias, top, top_bias = model.get_weights()
    state = np.zeros((6, 3))
    for row in range(5):
        state = np.tanh(x[:, row] @ kernel + state @ recurrent + bias)
    np.testing.assert_allclose(model(x), state @ top + top_bias, rtol=1e-10)


def test_the_order_of_the_rows_matters():
    model = elman((5, 4), 3, 2)
    x = np.random.default_rng(0).normal(size=(6, 5, 4)).astype("float32")
    assert not np.allclose(model(x), model(x[:, ::-1]))


def test_sizes_that_are_no_positive_whole_numbers_are_refused():
    with pytest.raises(ValueError, match="positive whole numbers, not 0"):
        elman((28, 0))
