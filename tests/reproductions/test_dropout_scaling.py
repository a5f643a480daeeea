"""Weight scaling: the identity holds for the right share only, and one thinned net is one thinned net."""

from itertools import product

import numpy as np
import pytest

from reproductions.dropout_scaling import (
    WEIGHTS,
    compare_wordings,
    draw_layers,
    find_gap,
    measure_averages,
)
from zoo.data import Split
from zoo.models import mlp

MASKS = np.array(list(product((0.0, 1.0), repeat=6)))


def test_the_geometric_mean_is_weight_scaling_with_the_probability_to_keep_and_not_to_drop():
    random = np.random.default_rng(1)
    kernel, x = random.normal(size=(6, 4)), random.normal(size=6)
    shares = (0.8**MASKS * 0.2 ** (1 - MASKS)).prod(axis=1)
    thinned = (MASKS * x) @ kernel
    assert find_gap(shares, thinned, 0.8 * x @ kernel) < 1e-12
    assert find_gap(shares, thinned, 0.2 * x @ kernel) > 0.01


def test_a_dropped_unit_is_one_whose_outgoing_weights_are_zero_and_not_its_incoming_ones():
    gaps = compare_wordings(draw_layers(inputs=6, seed=1), mask=MASKS[21])
    assert gaps[WEIGHTS(side="out of")] < 1e-12
    assert gaps[WEIGHTS(side="into")] > 0.01


def test_without_dropout_every_average_errs_as_weight_scaling_does():
    random = np.random.default_rng(1)
    test = Split(random.normal(size=(30, 5)).astype(np.float32), random.integers(0, 3, 30))
    errors = measure_averages(mlp(5, (4,), 3), test, samples=3)
    assert len(errors) == 4
    assert errors == pytest.approx([errors[0]] * 4)


def test_with_dropout_averages_are_drawn_anew():
    random = np.random.default_rng(1)
    test = Split(random.normal(size=(200, 5)).astype(np.float32), random.integers(0, 3, 200))
    errors = measure_averages(
        mlp(5, (40,), 3, dropout=0.5, dropout_form="original"), test, samples=6
    )
    assert len(set(errors[1:])) > 1
