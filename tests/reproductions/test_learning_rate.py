"""Learning rate: an overflow counts as a failure, and the note's rule stalls where it is said to."""

import numpy as np
import pytest

from reproductions import learning_rate


def losses_of(*curves):
    """The metrics that `compared` reads, from curves of the loss at the largest rate."""
    name = learning_rate.LOSS.format(f"{learning_rate.LARGE}, by epoch")
    return {name: np.array(curves, float)}


def test_ending_above_the_start_and_overflow_are_failures_and_only_tenfold_loss_is_divergence():
    found = learning_rate.compared(losses_of([1, 0.5], [1, 1.5], [1, 20], [1, np.nan]))
    assert found[learning_rate.FAILED].tolist() == [False, True, True, True]
    assert found[learning_rate.GREW].tolist() == [False, False, True, True]
    assert learning_rate.WORSE not in found


def test_a_rate_of_one_is_worse_when_it_overflows():
    accuracies = {"rate 1": [95.0, 90.0, np.nan], learning_rate.GOOD: [95.0, 95.0, 95.0]}
    metrics = {learning_rate.ACCURACY.format(name): np.array(row) for name, row in accuracies.items()}
    found = learning_rate.compared(metrics | losses_of([1, 0], [1, 0], [1, 0]))
    assert found[learning_rate.WORSE].tolist() == [False, True, True]


def test_the_notes_rule_begins_at_the_examples_error_and_stalls():
    first, second, late, later = learning_rate.stalled((0, 1, 1_000, 2_000))
    assert first == pytest.approx(0.298371108760, abs=1e-12)
    assert second == pytest.approx(0.269135815, abs=1e-9)
    assert late == pytest.approx(later, abs=1e-15)
