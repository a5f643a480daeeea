"""The radial output layer measures distances from fixed pictures of the digits."""

import keras
import numpy as np
import pytest

from zoo.layers import RBFOutput, digit_bitmaps


def test_logits_are_minus_the_squared_distances():
    random = np.random.default_rng(0)
    centres, x = random.normal(size=(3, 5)), random.normal(size=(4, 5))
    expected = [[-np.sum((row - centre) ** 2) for centre in centres] for row in x]
    np.testing.assert_allclose(RBFOutput(centres, dtype="float64")(x), expected, rtol=1e-12)


def test_each_picture_is_nearest_to_its_own_class():
    pictures = digit_bitmaps()
    logits = np.asarray(RBFOutput(pictures)(pictures.astype("float32")))
    assert logits.argmax(axis=1).tolist() == list(range(10))
    assert np.diag(logits).tolist() == [0.0] * 10


def test_nothing_is_trained_and_the_shape_is_the_one_that_is_stated():
    layer = RBFOutput(digit_bitmaps())
    assert layer(np.zeros((2, 84))).shape == layer.compute_output_shape((2, 84)) == (2, 10)
    assert layer.count_params() == 0


def test_the_layer_comes_back_from_its_configuration():
    layer = RBFOutput(digit_bitmaps(), name="digits")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    np.testing.assert_array_equal(again.centres, layer.centres)


def test_rows_of_unequal_length_and_inputs_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"rows of one length, not of \[1, 2\]"):
        RBFOutput([[1], [1, 2]])
    with pytest.raises(ValueError, match="centres of 84 values, but inputs of 80"):
        RBFOutput(digit_bitmaps())(np.zeros((1, 80)))


def test_the_pictures_are_ten_different_ones_of_7_by_12_in_plus_and_minus_one():
    pictures = digit_bitmaps()
    assert pictures.shape == (10, 7 * 12)
    assert set(np.unique(pictures)) == {-1, 1}
    different = (pictures[:, None] != pictures).sum(axis=-1)
    assert different[~np.eye(10, dtype=bool)].min() >= 10


def test_the_pictures_stand_upright_a_zero_and_an_eight_being_their_own_mirror_images():
    zero, eight = digit_bitmaps()[[0, 8]].reshape(2, 12, 7)
    np.testing.assert_array_equal(zero, zero[:, ::-1])
    np.testing.assert_array_equal(eight, eight[:, ::-1])
