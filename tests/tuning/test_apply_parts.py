"""The parts of the last mile: which trials and seeds, what a card can hold, what is said of it."""

import functools
import json
from types import SimpleNamespace

import filelock
import keras
import numpy as np
import pytest

from tuning.harness import Candidate, Job, discovery
from tuning.harness.applying import apply, model
from tuning.harness.errors import TuningError
from tuning.harness.search import objective, seeds, space
from zoo.cli import models
from zoo.engine.fingerprint import digest
from zoo.models import mlp
from zoo.pretrained import cards, describing, scripts, searched

JOBS = discovery.names()


def test_fresh_seeds_leave_out_those_of_every_trial_that_was_named(monkeypatch):
    monkeypatch.setattr(
        seeds, "of_execution", lambda study, values, number: values["x"] + number
    )
    events = [{"event": "created", "trial": "0000", "values": {"x": 2, "tuner/epochs": 3}}]
    events += [
        {"event": "begun", "trial": "0000"},
        {"event": "created", "trial": "0001", "values": {"x": 6}},
    ]
    assert apply.find_fresh_seeds({"seed": 1, "executions": 2}, events, 4) == (1, 4, 5, 8)


def tried(trial, score, values=None, rounds=None, **more):
    """A trial's record, as far as it matters here."""
    status = "FAILED" if score is None else "COMPLETED"
    given = {
        "trial": trial,
        "status": status,
        "score": score,
        "values": values or {"x": trial},
    }
    return (
        given | {"rounds": rounds, "interval": None, "executions": [{"score": score}]} | more
    )


def test_longer_trials_lead_and_the_same_values_count_once():
    found = [
        tried("0000", 0.1, {"x": 1}, 3),
        tried("0001", 0.5, {"x": 1}, 9),
        tried("0002", 0.3, {"x": 2}, 3),
    ]
    found += [tried("0003", 0.4, {"x": 3}, 9), tried("0004", None, {"x": 4}, 9)]
    assert [each["trial"] for each in apply.lead(found)] == ["0003", "0001", "0002"]


def test_trials_of_full_length_lead_by_their_scores():
    found = [
        tried("0000", 0.2),
        tried("0001", 0.1),
        tried("0002", 0.05, rounds=3),
        tried("0003", None),
    ]
    assert [each["trial"] for each in apply.lead(found)] == ["0001", "0000", "0002"]


def test_a_trial_that_was_shorter_in_the_search_has_no_optimism():
    each = apply.Contender(
        tried("0000", 0.1, rounds=3), None, SimpleNamespace(recipe=SimpleNamespace(epochs=9))
    )
    assert apply.was_shorter(each) and apply.measure_optimism(each, (0.2, 0.3)) is None
    each.record["rounds"] = 9
    assert not apply.was_shorter(each)
    assert apply.measure_optimism(each, (0.2, 0.4)).mean == pytest.approx(-0.2)


def test_the_default_is_found_by_its_values_and_made_up_where_it_was_not_tried():
    declared = space.declare(
        SimpleNamespace(space=lambda hp: hp.Int("x", 1, 5, default=2), __name__="toy")
    )
    subject = SimpleNamespace(declared=declared, records=[tried("0000", None, {"x": 2})])
    assert apply.find_default(subject)["trial"] == "0000"
    subject.records.append(tried("0005", 0.3, {"x": 2}))
    assert apply.find_default(subject)["trial"] == "0005"
    subject.records = [tried("0000", 0.1, {"x": 3})]
    made_up = apply.find_default(subject)
    assert (made_up["trial"], made_up["values"], made_up["score"]) == (
        "default",
        {"x": 2},
        None,
    )


@pytest.fixture
def candidates(monkeypatch):
    """A function that pretends the fresh scores of trials, and chooses among the first of them."""
    declared = space.declare(
        SimpleNamespace(space=lambda hp: hp.Int("x", 1, 5, default=2), __name__="toy")
    )
    facts = {
        "job": "toy",
        "tuner": "random",
        "executions": 1,
        "seed": 1,
        "metric": "validation wrong",
    }
    facts |= {"space": space.describe(declared)}

    def choose(scores, best):
        everyone = {
            trial: apply.Contender(tried(trial, 0.1, {"x": 1}), None, trial)
            for trial in scores
        }
        subject = SimpleNamespace(
            facts=facts, records=[], declared=declared, seeds=(1, 2), splits={}
        )
        subject.module = SimpleNamespace(JOB=SimpleNamespace(metric="validation wrong"))

        def trained(candidate, *_):
            if isinstance(scores[candidate.trial], Exception):
                raise scores[candidate.trial]
            return [SimpleNamespace(score=each) for each in scores[candidate.trial]]

        monkeypatch.setattr(objective, "train_executions", trained)
        for trial, each in everyone.items():
            everyone[trial] = each._replace(
                candidate=SimpleNamespace(trial=trial, recipe=None)
            )
        return apply.choose(
            subject, [everyone[each] for each in best], everyone["0000"], lambda line: None
        )

    return choose


def test_a_candidate_of_which_a_seed_diverged_is_shown_and_never_chosen(candidates):
    found = candidates(
        {"0000": (0.5, 0.5), "0001": (0.1, None), "0002": (0.3, 0.4)}, ["0001", "0002"]
    )
    assert found.chosen == "0002"
    assert found.candidates[0].fresh is None and found.candidates[0].optimism is None
    assert "1 of 2 failed or diverged" in searched.candidates(found)[0]
    with pytest.raises(TuningError, match="every candidate failed, or diverged"):
        candidates({"0000": (0.5, 0.5), "0001": (0.1, None)}, ["0001"])


def test_a_default_that_crashes_is_shown_without_scores_and_another_trial_is_chosen(
    candidates,
):
    scores = {"0000": MemoryError("no room"), "0001": (0.2, 0.2)}
    found = candidates(scores, ["0001"])
    assert found.chosen == "0001" and found.default.scores == (None, None)
    assert "2 of 2 failed or diverged" in searched.candidates(found)[-1]
    with pytest.raises(TuningError, match="with fresh seeds every candidate failed"):
        candidates(scores, ["0000"])


def test_the_default_takes_no_part_in_the_choice_unless_it_is_one_of_the_best(candidates):
    scores = {"0000": (0.1, 0.1), "0001": (0.2, 0.2)}
    assert candidates(scores, ["0001"]).chosen == "0001"
    found = candidates(scores, ["0001", "0000"])
    assert found.chosen == "0000"
    assert len(searched.candidates(found)) == 2
    assert searched.verdict(found, "error, %") == (
        "The untuned default itself was chosen: the search found nothing better."
    )


def test_optimism_is_told_of_the_searchs_best_trial_first_and_of_the_chosen_one_beside(
    candidates,
):
    scores = {"0000": (0.5, 0.5), "0001": (0.3, 0.3), "0002": (0.2, 0.2)}
    said = searched.optimism(candidates(scores, ["0001", "0002"]))
    assert said.startswith("The optimism of the search's best trial, 0001, is -0.2;")
    assert "The optimism of the chosen trial, 0002, is -0.1;" in said
    assert (
        "The fresh score of the chosen trial is itself the lowest of 2, and so flattered"
        in said
    )
    said = searched.optimism(candidates(scores, ["0002"]))
    assert said.count("optimism") == 1 and "best trial, 0002, is -0.1;" in said
    said = searched.optimism(candidates(scores | {"0001": (0.1, None)}, ["0001", "0002"]))
    assert (
        "best trial, 0001, is not known, since it failed or diverged" in said
        and "lowest" not in said
    )


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (-0.5, -0.1, "excludes zero: the tuned networks are better"),
        (0.1, 0.5, "excludes zero: the tuned networks are worse"),
        (-0.5, 0.1, "does not exclude zero: these 6 seeds do not show"),
        (0.0, 0.0, "does not exclude zero"),
    ],
)
def test_the_verdict_says_plainly_whether_the_interval_excludes_zero(
    candidates, low, high, told
):
    found = candidates({"0000": (0.1, 0.1), "0001": (0.2, 0.2)}, ["0001"])
    difference = cards.Estimate(mean=(low + high) / 2, low=low, high=high)
    compared = cards.Comparison(
        split="test", seeds=6, tuned=1.0, default=1.2, difference=difference
    )
    assert told in searched.verdict(
        found.model_copy(update={"comparisons": (compared,)}), "error, %"
    )
    assert "diverged" in searched.verdict(found, "error, %")


@pytest.mark.parametrize("name", JOBS)
def test_a_card_can_hold_the_network_of_every_job(name):
    module = discovery.load(name)
    declared = space.declare(module)
    candidate = space.make_candidate(module, declared, space.default_values(declared))
    plan = model.make_plan(name, module, candidate, 5, (1, 2), untuned=False)
    network, trained = plan.training.network(), candidate.build()
    assert [(each.path, each.shape) for each in network.weights] == [
        (each.path, each.shape) for each in trained.weights
    ]
    json.dumps(describing.described(plan.training, 1000), allow_nan=False)
    assert plan.title.endswith(", its hyperparameters found by a search of 5 trials.")
    untuned = model.make_plan(name, module, candidate, 5, (1, 2), untuned=True)
    assert untuned.title.endswith(
        "the untuned ones, which a search of 5 trials did not better."
    )
    assert (
        plan.name.rpartition(".")[2] == module.JOB.data and plan.name not in scripts.names()
    )
    assert models.SEARCHED in plan.name
    assert [job for job in JOBS if discovery.model_name(job) == plan.name] == [name]
    assert network.output_shape[1] == len(plan.training.classes) or not plan.training.classes


def test_the_card_tells_what_a_network_was_pre_trained_by():
    module = discovery.load("mnist_rbm_classifier")
    declared = space.declare(module)
    candidate = space.make_candidate(module, declared, space.default_values(declared))
    plan = model.make_plan("mnist_rbm_classifier", module, candidate, 5, (1,), untuned=False)
    said = describing.described(plan.training, 50_000)
    assert said["pre-training"].endswith("(hidden 256, epochs 5, learning_rate 0.1).")
    assert said["levels"] == []


def test_what_only_matters_in_training_is_told_on_the_card_and_no_argument_of_it():
    build = functools.partial(
        mlp,
        4,
        (3,),
        2,
        kernel_regularizer=keras.regularizers.L2(0.5),
        kernel_initializer="he_normal",
    )
    builder, arguments, objects = model.read_builder("toy", build)
    assert builder == "mlp"
    assert arguments == {
        "inputs": 4,
        "hidden": (3,),
        "outputs": 2,
        "kernel_initializer": "he_normal",
    }
    assert describing._objects(objects) == "kernel_regularizer=L2(l2=0.5)"


def own_network():
    return mlp(1, (2,), 1)


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (own_network, "must build by a functools.partial of a builder"),
        (functools.partial(own_network), "must build by a functools.partial of a builder"),
        (functools.partial(mlp, 1, (2,), 1, activation=np.tanh), "'activation' is neither"),
        (functools.partial(mlp, 1, (2,), 1, name={"a": 1}), "'name' is neither"),
    ],
)
def test_a_network_that_no_card_can_describe_is_refused_before_anything_is_trained(
    build, told
):
    with pytest.raises(TuningError, match=told):
        model.read_builder("toy", build)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "the card of a classifier needs"),
        (
            {"kind": "regression", "card": {"colour": "red"}},
            "unexpected keyword argument 'colour'",
        ),
    ],
)
def test_a_job_that_says_too_little_of_its_model_is_refused(changes, told):
    job = Job(data="sincos", metric="validation mean_squares", **changes)
    build = functools.partial(mlp, 1, (2,), 1)
    with pytest.raises(TuningError, match=f"^tuning/digits_mlp.py: .*{told}"):
        model.make_plan(
            "digits_mlp",
            SimpleNamespace(JOB=job),
            Candidate(build, None),
            1,
            (1,),
            untuned=False,
        )


@pytest.mark.parametrize("name", JOBS)
def test_what_a_job_does_is_known_again_in_another_process(name, tmp_path):
    module = discovery.load(name)
    before = space.code_digest(module)
    with filelock.FileLock(
        tmp_path / "lock"
    ):  # which the fingerprint of what takes the lock would tell
        assert space.code_digest(module) == before
    if name != "mnist_rbm_classifier":
        assert before == digest(module.space), "studies that were begun could not go on"
