"""What a study promises about its members, whatever runs beside them and however they are cut."""

import subprocess
import sys
import threading

import keras
import numpy as np
import pytest

from tests.engine.networks import (
    bits,
    checksum,
    environment,
    normalised,
    recipe,
    small,
    splits,
    with_dropout,
)
from zoo import engine, losses
from zoo.engine import keys, member, optimizers, placing, probes, workers
from zoo.engine.network import build_with_seed
from zoo.engine.progress import Progress
from zoo.engine.store import RunStore


@pytest.mark.parametrize("build", [small, with_dropout, normalised])
def test_bits_depend_on_neither_neighbours_nor_workers(build, tmp_path):
    with engine.using(workers=1, store=tmp_path / "alone"):
        alone = engine.train(build, recipe(), splits(), [5]).members[0]
    with engine.using(workers=3, store=tmp_path / "beside"):
        beside = engine.train(build, recipe(), splits(), [1, 2, 5, 9]).members[2]
    assert bits(alone) == bits(beside)


@pytest.mark.parametrize("build", [small, with_dropout])
def test_cutting_the_loop_into_other_pieces_keeps_the_bits(build, tmp_path, monkeypatch):
    with engine.using(store=tmp_path / "long"):
        whole = engine.train(build, recipe(), splits(), [5]).members[0]
    monkeypatch.setattr(member, "FIRST_LOOP", 2)
    monkeypatch.setattr(member, "LOOP_SECONDS", 0.0)
    with engine.using(store=tmp_path / "short", checkpoint_seconds=0.0):
        cut = engine.train(build, recipe(), splits(), [5]).members[0]
    assert bits(whole) == bits(cut)


def test_a_longer_study_goes_on_from_a_shorter_one_with_the_bits_of_an_undisturbed_one(
    tmp_path,
):
    with engine.using(store=tmp_path / "extended"):
        short = engine.train(with_dropout, recipe(epochs=2), splits(), [1]).members[0]
        extended = engine.train(with_dropout, recipe(epochs=5), splits(), [1]).members[0]
        again = engine.train(with_dropout, recipe(epochs=2), splits(), [1]).members[0]
    with engine.using(store=tmp_path / "fresh"):
        fresh = engine.train(with_dropout, recipe(epochs=5), splits(), [1]).members[0]
    assert bits(extended) == bits(fresh)
    assert bits(again) == bits(short)


def test_the_same_data_are_handed_over_once_and_those_changed_in_place_anew(
    tmp_path, monkeypatch
):
    handed, as_tensors = [], placing.as_tensors
    monkeypatch.setattr(placing, "_on_device", {})
    monkeypatch.setattr(
        placing, "as_tensors", lambda *arguments: handed.append(1) or as_tensors(*arguments)
    )
    data = splits()
    unchanged = engine.train(small, recipe(), data, [1]).members[0]
    engine.train(small, recipe(batch_size=11), data, [1])
    assert len(handed) == 1
    data["train"][0][3] += 1
    changed = engine.train(small, recipe(), data, [1]).members[0]
    assert len(handed) == 2
    placing._on_device.clear()
    with engine.using(store=tmp_path / "fresh"):
        assert (
            bits(engine.train(small, recipe(), data, [1]).members[0])
            == bits(changed)
            != bits(unchanged)
        )


def test_members_trained_with_and_without_onednn_are_kept_apart(monkeypatch):
    found = []
    for on in (True, False):
        monkeypatch.setattr(keys, "onednn", lambda on=on: on)
        found.append(keys.describe_machine.__wrapped__())
    assert found[0] != found[1]


def test_a_finished_member_is_found_and_not_trained_again(monkeypatch):
    first = engine.train(small, recipe(), splits(), [1, 2]).members
    monkeypatch.setattr(member.Training, "run", lambda *_: pytest.fail("trained again"))
    assert [bits(m) for m in engine.train(small, recipe(), splits(), [1, 2]).members] == [
        bits(m) for m in first
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": optimizers.Momentum(0.02)},
        {"batch_size": 11},
        {"shuffle": False},
        {"loss": losses.half_squares_of_sigmoid},
    ],
)
def test_another_recipe_is_another_member(change):
    ours = engine.train(with_dropout, recipe(), splits(), [1]).members[0]
    other = engine.train(with_dropout, recipe(**change), splits(), [1]).members[0]
    assert bits(ours)["trainable/hidden_1/kernel"] != bits(other)["trainable/hidden_1/kernel"]


def test_the_model_of_a_seed_gives_the_measured_validation_loss():
    study = engine.train(with_dropout, recipe(), splits(), [1, 2])
    x, y = splits()["validation"]
    loss = np.mean(losses.softmax_cross_entropy(y, study.model(2)(x)))
    assert study.history("validation softmax_cross_entropy")[1, -1] == pytest.approx(
        loss, rel=1e-6
    )


def test_no_example_of_an_evaluation_split_is_dropped():
    study = engine.train(small, recipe(), splits(), [1])
    x, y = splits()["validation"]
    right = np.sum(np.argmax(study.model(1)(x), axis=-1) == y)
    assert study.history("validation correct")[0, -1] * 23 == pytest.approx(right)


def test_the_running_metric_is_the_mean_over_the_batches_of_an_epoch():
    study = engine.train(small, recipe(epochs=1, batch_size=57), splits(), [1])
    untrained = engine.train(small, recipe(epochs=1), splits(), [1]).build
    x, y = splits()["train"]
    wrong = np.mean(np.argmax(build_with_seed(untrained, 1)(x), axis=-1) != y)
    assert study.history("training wrong")[0, 1] == pytest.approx(wrong)


def test_a_loss_that_is_not_finite_ends_that_member_alone():
    data = splits()
    good = engine.train(small, recipe(), data, [1, 2])
    wild = recipe(optimizer=optimizers.SGD(1e30), loss=losses.half_squares)
    data["train"] = (data["train"][0], np.eye(4)[data["train"][1]])
    data["validation"] = (data["validation"][0], np.eye(4)[data["validation"][1]])
    study = engine.train(small, wild, data, [1, 2])
    assert not good.diverged.any()
    assert study.diverged.all()
    assert study.members[0].diverged_at < 24
    assert np.isnan(study.history("validation correct")[:, -1]).all()
    assert study.history("validation correct").shape == (2, 5)


def test_one_diverging_member_leaves_the_others_as_they_are(tmp_path):
    data = {"train": (np.ones((4, 1), "float32"), np.ones((4, 1), "float32"))}
    wild = engine.Recipe(loss=losses.half_squares, optimizer=optimizers.SGD(1.0), epochs=400)
    with engine.using(store=tmp_path / "a"):
        study = engine.train(unstable_for_seed_two, wild, data, [1, 2, 3])
    with engine.using(store=tmp_path / "b"):
        alone = engine.train(unstable_for_seed_two, wild, data, [3])
    assert study.diverged.tolist() == [False, True, False]
    assert bits(study.members[2]) == bits(alone.members[0])


def unstable_for_seed_two():
    """Build a linear unit whose output has a frozen factor: 3 for seed 2, so that rate 1 diverges."""
    import random

    factor = {0.9560342718892494: 3.0}.get(random.random(), 0.5)
    x = entry = keras.Input((1,))
    x = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", name="weight")(x)
    constant = keras.initializers.Constant(factor)
    scale = keras.layers.Dense(1, use_bias=False, kernel_initializer=constant, name="scale")
    scale.trainable = False
    return keras.Model(entry, scale(x))


@pytest.mark.parametrize(
    ("data", "seeds", "message"),
    [
        ({"test": splits()["train"]}, [1], 'needs a split named "train"'),
        ({"train": (np.ones((3, 12)), np.ones(2))}, [1], "3 inputs and 2 targets"),
        (splits(), [], "seeds must be"),
        (splits(), [1, 1], "seeds must be"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_one_line(data, seeds, message):
    with pytest.raises(ValueError, match=message):
        engine.train(small, recipe(), data, seeds)


def test_a_length_whose_end_would_not_be_measured_is_refused():
    with pytest.raises(ValueError, match="no multiple of probe_every"):
        engine.train(small, recipe(epochs=None, steps=7), splits(), [1])


def test_a_lambda_cannot_be_part_of_a_recipe():
    with pytest.raises(TypeError, match="define it at the top of a module"):
        engine.train(small, recipe(loss=lambda y, logits: logits), splits(), [1])


SEVERAL_THREADS = """
import sys, tensorflow as tf
{place}tf.config.threading.set_intra_op_parallelism_threads(2); tf.constant(1) + 1
from tests.engine.networks import checksum, recipe, splits, with_dropout
from zoo import engine
if __name__ == "__main__":
    with engine.using(store=sys.argv[1]):
        print(checksum(engine.train(with_dropout, recipe(), splits(), [7]).members[0]))
"""


@pytest.fixture(scope="module")
def with_several_threads(tmp_path_factory):
    """Run two scripts that start TensorFlow with two threads before they train, both at the same time.

    Returns their exit code, output and errors: of the one that does so as the main program, and of the one
    that does so whenever it is imported.
    """
    started = []
    for place in ('if __name__ == "__main__": ', ""):
        folder = tmp_path_factory.mktemp("threads")
        (folder / "script.py").write_text(SEVERAL_THREADS.format(place=place))
        command = [sys.executable, folder / "script.py", folder / "store"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(command, text=True, env=environment(), **pipes))
    ended = [process.communicate(timeout=600) for process in started]
    return [(process.returncode, *said) for process, said in zip(started, ended, strict=True)]


def test_where_tensorflow_runs_with_more_threads_a_child_process_gives_the_same_bits(
    with_several_threads,
):
    (_, printed, errors), _ = with_several_threads
    here = engine.train(with_dropout, recipe(), splits(), [7]).members[0]
    assert printed.strip() == checksum(here), errors


def test_a_child_that_also_gets_more_threads_says_so_and_starts_no_further_child(
    with_several_threads,
):
    _, (code, _, errors) = with_several_threads
    assert code == 1
    assert "TF_NUM_INTRAOP_THREADS=1" in errors


def test_evaluation_batches_do_not_change_the_mean():
    whole = recipe(
        probes=(probes.Evaluate("validation", (probes.correct,), batch_size=2000),)
    )
    cut = recipe(probes=(probes.Evaluate("validation", (probes.correct,), batch_size=7),))
    ours = [
        engine.train(with_dropout, r, splits(), [1]).history("validation correct")
        for r in (whole, cut)
    ]
    np.testing.assert_allclose(*ours)


def overshooting():
    """Build a linear unit."""
    x = entry = keras.Input((1,))
    return keras.Model(entry, keras.layers.Dense(1, use_bias=False, name="weight")(x))


def test_weights_that_overflow_in_the_last_update_are_noticed():
    data = {"train": (np.ones((4, 1), "float32"), np.full((4, 1), 1e30, "float32"))}
    wild = engine.Recipe(
        loss=losses.half_squares, optimizer=optimizers.SGD(1e30), steps=1, probe_every=1
    )
    study = engine.train(overshooting, wild, data, [1])
    assert study.diverged.tolist() == [True]
    assert np.isnan(study.history("training loss")[:, -1]).all()


@pytest.mark.parametrize(
    ("changes", "data", "message"),
    [
        (
            {"probes": (probes.Evaluate("valid", (probes.correct,)),)},
            splits(),
            "measures the split 'valid'",
        ),
        ({}, {"train": np.ones((3, 12))}, "must be a pair"),
    ],
)
def test_what_is_measured_on_must_be_there(changes, data, message):
    with pytest.raises(ValueError, match=message):
        engine.train(small, recipe(**changes), data, [1])


def test_a_loss_given_by_name_is_refused():
    with pytest.raises(ValueError, match=r"zoo\.losses"):
        recipe(loss="mse")


def test_a_network_without_a_known_input_is_refused():
    with pytest.raises(ValueError, match="no functional keras"):
        engine.train(
            lambda: keras.Sequential([keras.layers.Dense(2)]), recipe(), splits(), [1]
        )


def test_the_model_of_an_unknown_seed_is_refused():
    study = engine.train(small, recipe(), splits(), [1, 2])
    with pytest.raises(KeyError, match="trained were 1, 2"):
        study.model(7)


def test_ctrl_c_ends_the_wait_for_a_member_that_another_process_holds(tmp_path):
    store, stop = RunStore(tmp_path), threading.Event()
    stop.set()
    job = workers.Job(
        seed=1, key="ab", weights={}, steps=10, make=lambda *_: pytest.fail("it was trained")
    )
    session = workers.Session(splits(), store, Progress({"ab": 10}), stop)
    with store.claim("ab"), pytest.raises(member.Stopped):
        workers.run_when_free(job, session=session)
