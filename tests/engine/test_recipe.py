"""A recipe refuses what cannot be trained, and a calendar turns its lengths into updates."""

import pytest

from zoo import losses
from zoo.engine.fingerprint import digest
from zoo.engine.optimizers import SGD
from zoo.engine.recipe import Recipe, calendar


def recipe(**values):
    """Return a recipe of plain SGD with the given lengths."""
    return Recipe(loss=losses.half_squares, optimizer=SGD(0.1), **values)


@pytest.mark.parametrize("lengths", [{}, {"epochs": 2, "steps": 10}])
def test_a_length_that_is_missing_or_given_twice_is_refused(lengths):
    with pytest.raises(ValueError, match="give either epochs or steps"):
        recipe(**lengths)


@pytest.mark.parametrize("value", [0, -1, 2.5, "10"])
@pytest.mark.parametrize("name", ["batch_size", "epochs", "steps", "probe_every"])
def test_a_length_that_is_no_positive_whole_number_is_refused_by_name(name, value):
    lengths = {"steps": 10} if name != "epochs" else {}
    with pytest.raises(ValueError, match=f"{name} must be a positive whole number"):
        recipe(**lengths | {name: value})


def test_a_recipe_cannot_be_changed_after_its_check():
    with pytest.raises(AttributeError):
        recipe(epochs=1).epochs = 0


def test_nielsens_thirty_epochs_are_150_000_updates_measured_every_5_000():
    lengths = calendar(recipe(batch_size=10, epochs=30), 50_000)
    assert (lengths.steps_per_epoch, lengths.steps, lengths.probe_every) == (
        5_000,
        150_000,
        5_000,
    )
    assert (lengths.tail, lengths.full_batch, lengths.longest_segment) == (0, False, 150_000)


def test_an_uneven_epoch_ends_with_a_smaller_batch():
    lengths = calendar(recipe(batch_size=10, epochs=4), 57)
    assert (lengths.steps_per_epoch, lengths.steps, lengths.tail) == (6, 24, 7)
    assert lengths.longest_segment == 5


@pytest.mark.parametrize("batch_size", [None, 57, 58, 1000])
def test_a_batch_of_all_examples_or_more_is_a_full_batch(batch_size):
    lengths = calendar(recipe(batch_size=batch_size, epochs=4), 57)
    assert lengths.full_batch
    assert (lengths.batch_size, lengths.steps, lengths.tail) == (57, 4, 0)


def test_a_length_in_steps_needs_no_whole_epochs():
    assert calendar(recipe(batch_size=10, steps=9, probe_every=3), 57).steps == 9


def test_a_length_whose_end_would_not_be_measured_is_refused_with_the_nearest_that_would():
    with pytest.raises(
        ValueError, match=r"100 steps are no multiple of probe_every=30.*use 90 steps"
    ):
        calendar(recipe(batch_size=10, steps=100, probe_every=30), 57)
    with pytest.raises(ValueError, match="use 30 steps"):
        calendar(recipe(batch_size=10, steps=7, probe_every=30), 57)


def test_recipes_of_different_length_are_the_same_member_and_of_different_batches_are_not():
    def key(**values):
        return digest(recipe(**values).without_length())

    assert key(epochs=2) == key(epochs=5) == key(steps=70)
    assert key(epochs=2) != key(epochs=2, batch_size=10)
    assert key(epochs=2) != key(epochs=2, probe_every=1)
