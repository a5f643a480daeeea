"""Learning rate: an overflow counts as a failure, and the note's rule stalls where it is said to."""

from dataclasses import replace

import numpy as np
import pytest

from reproductions import learning_rate


def losses_of(*curves):
    """The metrics that `measure_failures` reads, from curves of the loss at the largest rate."""
    return {learning_rate.CURVE(arm=learning_rate.LARGE): np.array(curves, float)}


def test_ending_above_the_start_and_overflow_are_failures_and_only_tenfold_loss_is_divergence():
    found = learning_rate.measure_failures(
        losses_of([1, 0.5], [1, 1.5], [1, 20], [1, np.nan])
    )
    assert found[learning_rate.FAILED].tolist() == [False, True, True, True]
    assert found[learning_rate.GREW].tolist() == [False, False, True, True]
    assert learning_rate.WORSE not in found


def test_a_rate_of_one_is_worse_when_it_overflows():
    accuracies = {"rate 1": [95.0, 90.0, np.nan], learning_rate.GOOD: [95.0, 95.0, 95.0]}
    metrics = {
        learning_rate.ACCURACY(arm=arm): np.array(row) for arm, row in accuracies.items()
    }
    found = learning_rate.measure_failures(metrics | losses_of([1, 0], [1, 0], [1, 0]))
    assert found[learning_rate.WORSE].tolist() == [False, True, True]


def test_the_notes_rule_begins_at_the_examples_error_and_stalls():
    first, second, late, later = learning_rate.follow_rule((0, 1, 1_000, 2_000))
    assert first == pytest.approx(0.298371108760, abs=1e-12)
    assert second == pytest.approx(0.269135815, abs=1e-9)
    assert late == pytest.approx(later, abs=1e-15)


def test_the_good_rate_is_the_first_of_those_with_the_best_mean_accuracy_and_an_overflow_counts_as_0(
    monkeypatch,
):
    last = {
        0.0001: [90.0, 90.0],
        0.05: [99.0, np.nan],
        1.0: [88.0, 92.0],
        10.0: [np.nan, np.nan],
    }

    def train_arm(config, dataset, optimizer, seeds):
        assert seeds == config.choosing
        return np.array([[10.0, end] for end in last[optimizer.learning_rate]]), None

    monkeypatch.setattr(learning_rate, "train_arm", train_arm)
    config = replace(learning_rate.QUICK, data="digits")
    choice = learning_rate.choose(config)[learning_rate.CHOSEN]
    assert choice.value == 0.0001
    assert choice.scores == (10, 50.5, 10, 100)


def test_a_run_has_settled_below_its_start_and_within_1_percent_of_its_lowest_loss():
    losses = np.array([[1, 0.5, 0.504], [1, 0.5, 0.506], [1, 1, 1], [1, 0.5, np.nan]])
    assert learning_rate.has_settled(losses).tolist() == [True, False, False, False]
