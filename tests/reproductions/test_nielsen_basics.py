"""Nielsen's first chapter: the rules without random numbers, and what the accuracy curves are turned into."""

import numpy as np
import pytest

from reproductions import nielsen_basics
from zoo import engine
from zoo.data import Dataset, Split


def images(*ink):
    """Images of four pixels with so much ink each."""
    return np.repeat(np.array(ink, "float32")[:, None] / 4, 4, axis=1)


def test_an_image_goes_to_the_digit_of_the_nearest_mean_ink():
    train = Split(images(*range(10), *range(10)), np.tile(np.arange(10), 2))
    assert list(nielsen_basics.classify_by_ink(train, images(0.4, 3.6, 12.0))) == [0, 4, 9]


def test_rules_without_random_numbers_are_computed_beside_seed_1_alone():
    split = Split(images(*range(10)), np.arange(10))
    dataset = Dataset("ten", split, split, split, "generated")
    once, again = (
        nielsen_basics.count_by_rules(dataset, once=once) for once in (True, False)
    )
    assert once[nielsen_basics.INK].tolist() == [10]
    assert {name: len(values) for name, values in once.items()} == dict.fromkeys(again, 1)
    assert all(len(values) == 0 for values in again.values())


def test_an_estimate_of_the_cost_trains_no_support_vector_machine(monkeypatch):
    epochs = nielsen_basics.SMOKE.epochs + 1
    monkeypatch.setattr(
        nielsen_basics, "train_arm", lambda *arm: np.ones((len(arm[0].seeds), epochs))
    )
    monkeypatch.setattr(
        nielsen_basics, "classify_by_svm", lambda *data: pytest.fail("it was trained")
    )
    with engine.using(rehearsal=object()):
        assert len(nielsen_basics.run(nielsen_basics.SMOKE).metrics[nielsen_basics.SVM]) == 0


def test_the_support_vector_machine_sees_pixels_divided_by_256(monkeypatch):
    seen = []

    class Machine:
        def __init__(self, **options):
            assert options["gamma"] == "auto"

        def fit(self, x, y):
            seen.append(x)
            return self

        def predict(self, x):
            seen.append(x)
            return np.zeros(len(x))

    monkeypatch.setattr("sklearn.svm.SVC", Machine)
    white = np.ones((1, 4), "float32")
    nielsen_basics.classify_by_svm(Split(white, np.array([0])), white / 255)
    np.testing.assert_array_equal(
        seen, [np.full((1, 4), 255 / 256), np.full((1, 4), 1 / 256)]
    )


@pytest.mark.parametrize(
    ("curve", "worse", "stuck"), [([10, 91, 50], False, False), ([95, 15, 15], True, True)]
)
def test_what_was_measured_before_training_counts_for_nothing(curve, worse, stuck):
    values = nielsen_basics.measure_arm("an arm", np.array([curve], float))
    assert values[nielsen_basics.PEAK(arm="an arm")] == max(curve[1:])
    assert values[nielsen_basics.WORSE(arm="an arm")] == worse
    assert values[nielsen_basics.STUCK(arm="an arm")] == stuck


def test_a_run_that_never_reaches_90_is_left_out_of_the_peaks_of_sound_runs():
    curves = np.array([[95, 20, 93, 92], [10, 70, 86, 85], [10, np.nan, np.nan, np.nan]])
    values = nielsen_basics.measure_arm("an arm", curves)
    np.testing.assert_array_equal(
        values[nielsen_basics.SOUND(arm="an arm")], [93, np.nan, np.nan]
    )
    np.testing.assert_array_equal(
        values[nielsen_basics.WORSE(arm="an arm")], [False, True, True]
    )


def test_a_diverged_run_counts_as_worse_and_stuck():
    values = nielsen_basics.measure_arm("an arm", np.array([[10, np.nan, np.nan]]))
    assert values[nielsen_basics.WORSE(arm="an arm")]
    assert values[nielsen_basics.STUCK(arm="an arm")]
