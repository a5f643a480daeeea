"""LeNet-5: both forms see what their recipes are for, and each error is that of the source's pass."""

import numpy as np

from reproductions import lenet5
from zoo.pretrained.loading import prepared
from zoo.training import lenet5_1998_mnist, lenet5_mnist

PICTURES = np.random.default_rng(0).random((3, 28, 28, 1), dtype=np.float32)


def test_pictures_are_framed_as_for_the_shipped_network_of_1998():
    expected = prepared(PICTURES, lenet5_1998_mnist.TRAINING.preprocessing, (32, 32, 1))
    np.testing.assert_allclose(lenet5.frame(PICTURES), expected, atol=1e-6)


def test_the_modern_form_sees_pictures_of_mnist_as_they_are():
    np.testing.assert_array_equal(lenet5.enlarge(PICTURES), PICTURES)
    np.testing.assert_array_equal(
        prepared(PICTURES, lenet5_mnist.TRAINING.preprocessing, (28, 28, 1)), PICTURES
    )


def test_training_errors_are_those_after_19_passes_and_test_errors_those_at_the_end(
    monkeypatch,
):
    curves = np.arange(21.0)[None], 100 + np.arange(21.0)[None]
    monkeypatch.setattr(lenet5, "train_form", lambda *_: curves)
    metrics = lenet5.run(lenet5.SMOKE).metrics
    assert metrics[lenet5.TRAIN(form=lenet5.ORIGINAL)] == 119
    assert metrics[lenet5.TEST(form=lenet5.ORIGINAL)] == 20


def test_smaller_pictures_fill_the_frame_of_1998():
    assert lenet5.frame(PICTURES[:, :8, :8]).shape == (3, 32, 32, 1)


def test_paper_and_ink_have_the_grey_levels_of_the_source():
    framed = lenet5.frame(np.ones((1, 28, 28, 1), np.float32))
    np.testing.assert_allclose([framed.min(), framed.max()], [-0.1, 1.175], rtol=1e-6)
    assert framed.dtype == np.float32
