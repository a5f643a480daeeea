"""The worked example: the engine against scalar arithmetic, the old bug, and what the slips give."""

import math

import numpy as np
import pytest

from reproductions import backprop_by_hand as example
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.claims import judge_claim
from reproductions.harness.judging.verdicts import REPRODUCED

START = example.FULL.weights


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    from zoo import engine

    with engine.using(store=tmp_path_factory.mktemp("members")):
        return example.run(example.FULL)


def stepped(weights, *, bug=False):
    """One update written out weight by weight, apart from the code under test."""
    w1, w2, w3, w4, w5, w6, w7, w8 = weights
    h1, h2 = logistic(0.05 * w1 + 0.10 * w2 + 0.35), logistic(0.05 * w3 + 0.10 * w4 + 0.35)
    o1, o2 = logistic(h1 * w5 + h2 * w6 + 0.60), logistic(h1 * w7 + h2 * w8 + 0.60)
    d1, d2 = (o1 - 0.01) * o1 * (1 - o1), (o2 - 0.99) * o2 * (1 - o2)
    outer = [w5 - 0.5 * d1 * h1, w6 - 0.5 * d1 * h2, w7 - 0.5 * d2 * h1, w8 - 0.5 * d2 * h2]
    w5, w6, w7, w8 = outer if bug else (w5, w6, w7, w8)
    e1, e2 = (d1 * w5 + d2 * w7) * h1 * (1 - h1), (d1 * w6 + d2 * w8) * h2 * (1 - h2)
    inner = [
        w1 - 0.5 * e1 * 0.05,
        w2 - 0.5 * e1 * 0.10,
        w3 - 0.5 * e2 * 0.05,
        w4 - 0.5 * e2 * 0.10,
    ]
    return inner + outer


def logistic(z):
    return 1 / (1 + math.exp(-z))


def weights_at(result, step, rule):
    names = (f"w1 to w4 at step {step}, {rule}", f"w5 to w8 at step {step}, {rule}")
    return np.concatenate([result.metrics[name][0] for name in names])


@pytest.mark.parametrize(("rule", "bug"), [(example.RIGHT, False), (example.BUG, True)])
def test_ten_thousand_steps_are_those_of_scalar_arithmetic(result, rule, bug):
    weights = START
    for step in range(1, 10_001):
        weights = stepped(weights, bug=bug)
        if step in (1, 10_000):
            np.testing.assert_allclose(
                weights_at(result, step, rule), weights, rtol=0, atol=1e-12
            )


def test_the_biases_are_not_trained():
    model = example.network(example.FULL)
    assert [variable.path for variable in model.trainable_variables] == [
        "hidden_1/kernel",
        "logits/kernel",
    ]
    assert {variable.dtype for variable in model.variables} == {"float64"}


def test_the_network_computes_the_forward_pass_that_is_written_out():
    logits = example.network(example.FULL)(np.array([example.FULL.inputs])).numpy()[0]
    np.testing.assert_allclose(
        logits, example.forward(example.FULL, START)[0][2:], rtol=0, atol=1e-14
    )


def test_every_independently_computed_value_is_met_and_the_known_slips_are_the_only_failures(
    result,
):
    found = [(claim, judge_claim(claim, result.metrics).status) for claim in example.CLAIMS]
    assert all(status == REPRODUCED for claim, status in found if claim.tag == "K")
    failed = {
        (claim.metric, claim.judge.published)
        for claim, status in found
        if status != REPRODUCED
    }
    assert failed == {
        ("h2", 0.5958843378),
        ("o2", 0.72928465),
        ("E(o1)", 0.27481083),
        ("E(o2)", 0.02356026),
        ("(0.9 - 0.72928465)^2 / 2", 0.02356026),
        ("E with the targets 0.1 and 0.9", 0.298371109),
        (example.errors_at(example.RIGHT, 1), 0.291027924),
        (example.errors_at(example.RIGHT, 10000), 0.000035085),
        (example.errors_at(example.RIGHT, 10000), 0.0000351085),
        (f"o1, o2 at step 10000, {example.RIGHT}", (0.015912196, 0.984065734)),
        (example.errors_at(example.NOTE, 10000), 3.510187783e-05),
    }


def test_the_notes_rule_is_ahead_at_first_and_then_stands_still(result):
    note, right = (
        result.metrics[f"E by step, {rule}"][0] for rule in (example.NOTE, example.RIGHT)
    )
    ahead = [
        step
        for step, of_note, of_right in zip(example.DRAWN, note, right, strict=True)
        if of_note < of_right
    ]
    assert ahead == list(range(1, 1 + len(ahead)))
    assert 2 <= len(ahead) < 10
    assert np.ptp(note[len(note) // 2 :]) < 1e-12


def test_it_has_no_seeds_to_add():
    assert not hasattr(questions.load("backprop_by_hand").FULL, "seeds")
