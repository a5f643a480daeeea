"""Metrics of pretrained models against formulas written out by hand."""

import math

import numpy as np
import pytest

from zoo import metrics, models
from zoo.layers.rbm import free_energy
from zoo.pretrained import measuring

LOGITS = np.array([[2.0, 0.0, -1.0], [0.0, 0.5, 3.0]], np.float32)
Y = np.array([0, 1])


def test_error_is_the_percentage_of_wrong_classes():
    assert metrics.wrong(Y, LOGITS).tolist() == [0.0, 100.0]


def test_one_logit_stands_for_the_second_of_two_classes():
    logits, y = np.array([[-1.0], [2.0]]), np.array([[1.0], [1.0]])
    assert metrics.answered_classes(logits).tolist() == [0, 1]
    assert metrics.wrong(y, logits).tolist() == [100.0, 0.0]
    wanted = [math.log(1 + math.exp(1)), math.log(1 + math.exp(-2))]
    np.testing.assert_allclose(metrics.cross_entropy(y, logits), wanted)


def test_cross_entropy_of_a_softmax():
    wanted = [-math.log(math.exp(2) / (math.exp(2) + 1 + math.exp(-1)))]
    np.testing.assert_allclose(metrics.cross_entropy(Y[:1], LOGITS[:1]), wanted)


def test_cross_entropy_of_logistic_outputs_is_summed_over_them():
    s = [1 / (1 + math.exp(-z)) for z in (2.0, 0.0, -1.0)]
    wanted = [-math.log(s[0]) - math.log(1 - s[1]) - math.log(1 - s[2])]
    np.testing.assert_allclose(metrics.logistic_cross_entropy(Y[:1], LOGITS[:1]), wanted)


def test_huge_logits_give_finite_cross_entropies():
    assert metrics.cross_entropy(np.array([1]), np.array([[1e4, 0.0]])) == pytest.approx(
        [1e4]
    )


def test_squared_error_is_averaged_over_the_outputs():
    found = metrics.squared_error(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))
    assert found.tolist() == [2.5]


def test_intervals_are_wilsons_for_shares_and_students_for_means():
    y, logits = np.zeros(10, int), np.repeat(np.float32([[-1], [1]]), [8, 2], axis=0)
    error, entropy = measuring.metrics("classifier", "test", y, logits)
    # Wilson's interval of 2 in 10, from its closed formula with z = 1.959964
    z, n, p = 1.959964, 10, 0.2
    centre = (p + z * z / 2 / n) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n) / (1 + z * z / n)
    assert (error.value, error.unit, error.examples) == (20.0, "%", 10)
    assert (error.low, error.high) == pytest.approx(
        (100 * (centre - half), 100 * (centre + half))
    )
    each = metrics.cross_entropy(y, logits)
    assert entropy.high - entropy.value == pytest.approx(
        2.262157 * each.std(ddof=1) / math.sqrt(10), 1e-5
    )
    assert entropy.value - entropy.low == pytest.approx(entropy.high - entropy.value)


def test_confusions_count_true_classes_in_rows():
    assert measuring.confusions(Y, LOGITS, 3) == ((1, 0, 0), (0, 0, 1), (0, 0, 0))


def test_an_autoencoders_errors_are_summed_over_pixels_of_the_reconstruction():
    x, logits = np.array([[0.25, 1.0]]), np.float32([[0.0, math.log(3)]])
    assert metrics.summed_squares(x, logits) == pytest.approx([0.25**2 + 0.25**2])
    wanted = -math.log(0.5) - math.log(0.75)
    assert metrics.summed_cross_entropy(x, logits) == pytest.approx([wanted])
    assert metrics.summed_cross_entropy(x, np.array([[0.0, -1e4]])) == pytest.approx(
        [1e4 - math.log(0.5)]
    )


def test_a_machines_pseudo_likelihood_is_that_of_every_pixel_given_all_others(monkeypatch):
    monkeypatch.setattr(metrics, "CHUNK", 2)
    network = models.rbm(3, 2)
    machine = network.get_layer("machine")
    machine.visible_bias.assign([0.5, -1.0, 0.2])
    x = np.float32([[0.2, 0.9, 0.6], [1, 0, 0], [0, 0, 1]])
    found = metrics.pseudo_likelihood_loss(x, metrics.machine_of(network))
    energies = {
        bits: float(free_energy(machine, np.float32([bits]))[0])
        for bits in np.ndindex(2, 2, 2)
    }
    for loss, bits in zip(found, np.round(x).astype(int), strict=True):
        parts = []
        for pixel in range(3):
            flipped = np.where(np.arange(3) == pixel, 1 - bits, bits)
            parts.append(
                math.log(1 + math.exp(energies[tuple(bits)] - energies[tuple(flipped)]))
            )
        assert loss == pytest.approx(sum(parts), rel=1e-4)


def test_an_autoencoder_and_a_machine_are_held_against_their_inputs_others_against_targets():
    x, y = np.zeros((2, 3)), np.arange(2)
    assert measuring.targets("rbm", x, y) is x and measuring.targets("autoencoder", x, y) is x
    assert measuring.targets("classifier", x, y) is y


def test_outputs_are_of_all_examples_whatever_their_number(monkeypatch):
    monkeypatch.setattr(metrics, "CHUNK", 4)
    x = np.arange(10.0)[:, None]
    assert metrics.outputs_of(lambda x, training: 2 * x, x).tolist() == (2 * x).tolist()
