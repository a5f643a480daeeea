"""What `run` hands back."""

from types import SimpleNamespace

import numpy as np
import pytest

from reproductions.harness import Choice, Result, measured_on
from reproductions.harness.recording.results import joined

DIGITS = SimpleNamespace(name="digits", digest="abc")


@pytest.mark.parametrize("values", [3.0, np.array(["a"]), np.array([None])])
def test_a_metric_without_a_seed_axis_or_numbers_is_named(values):
    with pytest.raises(ValueError, match="metric 'm' must be an array"):
        Result({"m": values})


def test_a_result_on_one_data_set_says_what_it_stands_in_for():
    metrics = {"m": np.array([1.0])}
    for options, text in [
        ({}, ""),
        ({"narrower": "256 units"}, ""),
        ({"instead_of": "MNIST"}, "digits stands in for MNIST"),
        (
            {"instead_of": "MNIST", "narrower": "256 units"},
            "digits stands in for MNIST, 256 units",
        ),
    ]:
        result = measured_on(DIGITS, metrics, **options, notes={"a": "b"})
        assert (result.data, result.stand_in, result.notes) == (
            {"digits": "abc"},
            text,
            {"a": "b"},
        )


def test_results_are_joined_seed_by_seed_with_the_choices_of_the_first():
    first = Result(
        {"m": np.array([1, 2]), "few": np.ones((2, 3))}, chosen={"rate": Choice(0.1)}
    )
    second = Result({"m": np.array([3]), "few": np.ones(0)}, chosen={"rate": Choice(0.3)})
    result = joined(first, second)
    assert result.metrics["m"].tolist() == [1, 2, 3] and result.metrics["few"].shape == (2, 3)
    assert result.chosen == {"rate": Choice(0.1)}
    with pytest.raises(ValueError, match="only one of the two results has the metrics few"):
        joined(first, Result({"m": np.array([3])}))
