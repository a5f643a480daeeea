"""Nielsen's third chapter: which epochs count, and which arm has which images and names."""

from dataclasses import replace

import numpy as np
import pytest

from reproductions import nielsen_improvements as improvements
from reproductions.nielsen_improvements import AFTER, BEST, CURVE, FIRST, LAST
from zoo.data import Split


def test_what_was_measured_before_training_counts_for_nothing():
    found = improvements.measure_epochs("an arm", np.array([[99.0, 10.0, 30.0, 20.0]]))
    assert found == {FIRST(arm="an arm"): 10, BEST(arm="an arm"): 30, LAST(arm="an arm"): 20}


def test_the_long_arm_has_its_own_name_for_its_first_half_alone():
    config = replace(improvements.FULL, epochs=2, long_epochs=4)
    curve = np.array([[5.0, 10.0, 20.0, 40.0, 30.0]])
    found = improvements.measure_arm(config, improvements.LARGE_100, curve)
    assert found[LAST(arm=improvements.LARGE_100)] == 20
    assert found[LAST(arm=improvements.LONG_100)] == 30
    assert found[BEST(arm=improvements.LONG_100)] == 40
    assert found[CURVE(arm=improvements.LARGE_100)].shape == (1, 5)


def test_epoch_280_of_the_source_is_the_281st_and_curves_of_few_images_have_every_tenth_epoch():
    curve = np.arange(401.0)[None]
    found = improvements.measure_arm(improvements.FULL, improvements.FEW, curve)
    assert found[AFTER(epoch=281, arm=improvements.FEW)] == 281
    np.testing.assert_array_equal(found[CURVE(arm=improvements.FEW)], [np.arange(0, 401, 10)])


@pytest.mark.parametrize(("images", "taken"), [(2, [0, 1]), (None, [0, 1, 2])])
def test_the_first_images_are_taken_or_all(images, taken):
    split = improvements.take_first(Split(np.arange(3.0), np.arange(3)), images)
    assert split.x.tolist() == split.y.tolist() == taken


def test_a_stored_curve_has_the_values_that_the_text_gives():
    assert max(improvements.STORED[improvements.L2]) == 9649
    for arm, values in improvements.STORED.items():
        epochs = getattr(improvements.FULL, improvements.ARMS[arm].length)
        shown = (
            min(epochs, improvements.FULL.epochs)
            if epochs != improvements.FULL.few_epochs
            else 40
        )
        assert len(values) == shown
