"""Every job: found and listed without running it, whole, and buildable wherever its space is looked at."""

import random
import subprocess
import sys

import keras
import pytest

from tests.engine.networks import environment
from tuning.harness import Candidate, discovery
from tuning.harness.errors import TuningError
from tuning.harness.search import objective, space, tuners
from zoo import data
from zoo.engine.fingerprint import digest

JOBS = discovery.names()


def test_these_jobs_are_found():
    assert {
        "mnist_mlp",
        "mnist_lenet5",
        "mnist_dropout",
        "digits_mlp",
        "mnist_rbm_classifier",
    } <= set(JOBS)
    assert {"mnist_autoencoder", "sincos_regression", "cifar10_cnn"} <= set(JOBS)


def test_listing_imports_neither_tensorflow_nor_keras_tuner():
    program = (
        "import sys\n"
        "from zoo import cli\n"
        "try: cli.main(['tune', 'list'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'tensorflow', 'keras', 'keras_tuner', 'scipy'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    printed = subprocess.run(
        command, capture_output=True, text=True, env=environment(), check=True
    ).stdout
    assert printed.splitlines()[-1] == "[]"
    assert "sincos_regression" in printed


@pytest.mark.parametrize("name", JOBS)
def test_a_job_says_what_it_searches_on_which_data_and_how_long(name):
    said = discovery.summary(name)
    assert ":" in said.title
    assert said.data in data.DATASETS
    assert said.time


@pytest.mark.parametrize("name", JOBS)
def test_a_job_gives_a_network_and_a_training_for_defaults_and_for_any_values(name):
    module = discovery.load(name)
    declared = space.declare(module)
    moments = random.Random(0)
    chosen = [space.default_values(declared)]
    for _ in range(3):
        values = declared.copy()
        values.values = {}
        for each in values.space:
            if values.is_active(each):
                values.values[each.name] = each.prob_to_value(moments.random())
        chosen.append(space.to_plain_numbers(declared, values.values))
    lengths = set()
    for values in chosen:
        candidate = space.make_candidate(module, declared, values)
        assert isinstance(candidate, Candidate)
        assert isinstance(candidate.build(), keras.Model)
        assert digest(candidate.recipe)
        lengths.add(objective.count_rounds(candidate.recipe))
    assert len(lengths) == 1, "Hyperband needs one full length for all"


@pytest.mark.parametrize("name", JOBS)
def test_every_range_contains_its_default(name):
    for each in space.declare(discovery.load(name)).space:
        if hasattr(each, "min_value"):
            assert each.min_value <= each.default <= each.max_value


@pytest.mark.parametrize("name", JOBS)
def test_a_grid_can_be_made_of_every_space(name):
    declared = space.declare(discovery.load(name))
    oracle = tuners.make("grid", declared, 1, 1)
    oracle.limit = 3
    for _ in range(3):
        tuners.tell_score(oracle, oracle.create_trial("chief"), 1.0)
    assert oracle.create_trial("chief").status == tuners.STOPPED


def test_an_unknown_name_is_answered_with_the_nearest_ones():
    with pytest.raises(TuningError, match="did you mean mnist_mlp"):
        discovery.check("mnist_mpl")


def test_a_file_with_a_syntax_error_is_listed_all_the_same(jobs):
    jobs("def space(hp:\n", "broken")
    assert discovery.summary("broken").title == "(syntax error in line 1)"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("JOB = Job(", "WORK = Job(", "JOB must be a Job"),
        ("def space(", "def spaces(", "space must be a function"),
        ("trials=5", "trials=0", "trials and executions must be at least 1"),
        ("trials=5", 'trials=5, tuner="sgd"', "tuner must be one of"),
        ("trials=5", 'trials=5, targets="pixels"', "targets must be one of"),
        ("trials=5", 'trials=5, kind="oracle"', "kind must be one of"),
    ],
)
def test_a_job_that_lacks_something_says_what(jobs, old, new, told):
    from tests.tuning.toy import TOY

    jobs(TOY.replace(old, new))
    with pytest.raises(TuningError, match=f"tuning/toy.py: {told}"):
        discovery.load("toy")
