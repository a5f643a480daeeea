"""Dropout: pairs of answers are counted rightly, and networks and optimizers follow the authors' code."""

import numpy as np
import pytest

from reproductions import dropout


def answers(only_with, only_without, both_wrong=2, both_right=5):
    """Wrong answers, (1 seed, images), of a pair of networks that differ on so many images."""
    counts = only_with, only_without, both_wrong, both_right
    kept = np.repeat([0.0, 1.0, 1.0, 0.0], counts)
    without = np.repeat([1.0, 0.0, 1.0, 0.0], counts)
    return kept[None], without[None]


def test_mcnemar_looks_at_the_images_on_which_the_networks_differ():
    found = dropout.compare_answers(*answers(only_with=8, only_without=1))
    assert found[dropout.ONLY(arm=dropout.WITH)] == 8
    assert found[dropout.ONLY(arm=dropout.WITHOUT)] == 1
    assert found[dropout.MCNEMAR_P][0] == pytest.approx(
        20 / 512
    )  # both tails of 9 fair coins: 2 * (1 + 9) / 2^9
    assert found[dropout.GAIN_SEEN][0]


def test_a_loss_by_dropout_is_no_gain_and_equal_networks_show_nothing():
    assert not dropout.compare_answers(*answers(only_with=1, only_without=20))[
        dropout.GAIN_SEEN
    ][0]
    assert (
        dropout.compare_answers(*answers(only_with=0, only_without=0))[dropout.MCNEMAR_P][0]
        == 1.0
    )


def test_keras_form_has_as_many_seeds_as_what_it_is_held_against():
    arms = dropout.list_arms(dropout.FULL)
    assert {name: len(arm.seeds) for name, arm in arms.items()} == {
        dropout.WITH: 6,
        dropout.WITHOUT: 6,
        dropout.KERAS: 6,
        dropout.SMALL_WITH: 5,
        dropout.SMALL_WITHOUT: 5,
    }


@pytest.mark.parametrize(
    ("form", "factor"), [("original", 1.0), (None, 1.0), ("inverted", 0.5)]
)
def test_initial_weights_deviate_by_one_over_the_root_of_the_fan_out(form, factor):
    model = dropout.network(300, dropout.Arm((400, 100), form, 1, (1,)))
    found = [
        model.get_layer(name).kernel.numpy().std()
        for name in ("hidden_1", "hidden_2", "logits")
    ]
    assert found == pytest.approx(factor / np.sqrt([400, 100, 10]), rel=0.08)


def test_the_schedules_are_those_of_the_code_at_the_published_scale():
    from zoo.engine.schedules import value_at

    kept = dropout.make_optimizer("original", dropout.FULL.scale)
    rate, momentum = kept.optimizer.learning_rate, kept.optimizer.momentum
    values = [float(value_at(schedule, 50_000.0, "float32")) for schedule in (rate, momentum)]
    assert values == pytest.approx([1 / 6, 0.99 - 0.49 * np.exp(-0.5)])
    assert kept.limit == 3.0
    plain = dropout.make_optimizer(None, dropout.FULL.scale)
    assert float(value_at(plain.learning_rate, 20_000.0, "float32")) == pytest.approx(0.0025)
