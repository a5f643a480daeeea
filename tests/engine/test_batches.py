"""The examples of every batch follow from seed and epoch alone, and none is left out."""

import numpy as np
import pytest

from zoo import losses
from zoo.engine.batches import Batches, epoch_order
from zoo.engine.optimizers import SGD
from zoo.engine.recipe import Recipe, calendar


def batches(examples=57, seed=3, shuffle=True, **lengths):
    """Return the batches of a recipe with batches of ten, three epochs."""
    lengths = {"batch_size": 10, "epochs": 3} | lengths
    recipe = Recipe(loss=losses.half_squares, optimizer=SGD(0.1), **lengths)
    return Batches(calendar(recipe, examples), seed, shuffle)


def walk(table, limits):
    """Return all steps' batches in order, asked for in segments of at most `limits` steps, in turn."""
    rows, turn = [], 0
    while len(rows) < table.calendar.steps:
        limit = min(limits[turn % len(limits)], table.calendar.steps - len(rows))
        segment = table.segment(len(rows), limit)
        assert 1 <= len(segment) <= limit
        rows, turn = [*rows, *segment], turn + 1
    return rows


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("examples", [57, 60, 10, 11, 9])
def test_every_epoch_holds_every_example_once(examples, shuffle):
    table = batches(examples, shuffle=shuffle)
    rows, per_epoch = walk(table, [1000]), table.calendar.steps_per_epoch
    assert len(rows) == 3 * per_epoch
    for epoch in range(3):
        seen = np.concatenate(rows[epoch * per_epoch : (epoch + 1) * per_epoch])
        np.testing.assert_array_equal(np.sort(seen), np.arange(examples))


def test_without_shuffling_every_epoch_is_in_file_order():
    np.testing.assert_array_equal(
        np.concatenate(walk(batches(shuffle=False), [1000])), np.tile(np.arange(57), 3)
    )


def test_only_the_last_batch_of_an_epoch_is_smaller():
    assert [len(row) for row in walk(batches(), [1000])] == [10, 10, 10, 10, 10, 7] * 3


def test_a_smaller_last_batch_is_a_segment_of_its_own():
    table = batches()
    assert table.segment(0, 100).shape == (5, 10)
    assert table.segment(5, 100).shape == (1, 7)
    assert table.segment(6, 2).shape == (2, 10)


def test_batches_of_one_size_run_through_the_ends_of_epochs():
    assert batches(60).segment(4, 9).shape == (9, 10)


@pytest.mark.parametrize("examples", [57, 60])
@pytest.mark.parametrize("limits", [[1], [2, 5], [7, 1, 3], [4]])
def test_any_cut_into_segments_gives_the_same_batches(examples, limits):
    for whole, cut in zip(
        walk(batches(examples), [1000]), walk(batches(examples), limits), strict=True
    ):
        np.testing.assert_array_equal(whole, cut)


def test_any_step_is_found_without_the_earlier_ones():
    rows = walk(batches(), [1])
    for step in (17, 0, 11, 6, 5):
        np.testing.assert_array_equal(batches().segment(step, 1)[0], rows[step])


def test_another_seed_or_epoch_is_another_order():
    orders = {
        tuple(epoch_order(seed, epoch, 57, True)) for seed in range(5) for epoch in range(5)
    }
    assert len(orders) == 25


def test_the_order_of_a_seed_and_epoch_stays_what_it_was_when_results_were_recorded():
    np.testing.assert_array_equal(epoch_order(1, 0, 8, True), [0, 5, 4, 1, 2, 6, 3, 7])


@pytest.mark.parametrize("batch_size", [None, 57, 100])
def test_a_full_batch_is_all_examples_in_file_order(batch_size):
    table = batches(batch_size=batch_size)
    assert table.calendar.full_batch
    np.testing.assert_array_equal(table.segment(1, 2), [np.arange(57)] * 2)


def test_tables_are_indices_that_the_compiled_loop_takes():
    assert {batches(shuffle=shuffle).segment(0, 3).dtype for shuffle in (True, False)} == {
        np.dtype("int32")
    }
