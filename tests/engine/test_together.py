"""Studies that train side by side have the bits of studies that train one after the other."""

import pytest

from tests.engine.networks import bits, recipe, small, splits, with_dropout
from zoo import engine
from zoo.engine import member, optimizers, study

ARMS = [
    engine.Arm(small, recipe(), (1, 2)),
    engine.Arm(small, recipe(optimizer=optimizers.Momentum(0.02), epochs=2), (2,)),
    engine.Arm(with_dropout, recipe(), (1,)),
]


def all_bits(studies):
    return [[bits(each) for each in study.members] for study in studies]


def one_by_one():
    return [engine.train(arm.build, arm.recipe, splits(), arm.seeds) for arm in ARMS]


def test_each_study_has_the_bits_and_the_order_of_one_that_trains_alone(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(study, "set_one_thread_per_member", lambda: True)
    with engine.using(store=tmp_path / "together", workers=3):
        beside = engine.train_together(ARMS, splits())
    with engine.using(store=tmp_path / "alone", workers=1):
        alone = one_by_one()
    assert all_bits(beside) == all_bits(alone)
    assert [[each.seed for each in study.members] for study in beside] == [[1, 2], [2], [1]]


def test_both_ways_keep_and_find_the_same_members(tmp_path, monkeypatch):
    with engine.using(store=tmp_path / "shared"):
        alone = one_by_one()
        monkeypatch.setattr(member.Training, "run", lambda *_: pytest.fail("trained again"))
        assert all_bits(engine.train_together(ARMS, splits())) == all_bits(alone)


def test_what_cannot_be_trained_is_refused_before_anything_is(tmp_path):
    with (
        engine.using(store=tmp_path),
        pytest.raises(ValueError, match="seeds must be different"),
    ):
        engine.train_together([ARMS[0], ARMS[1]._replace(seeds=())], splits())
