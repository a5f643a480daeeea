"""Levels are trained one on the other, per seed, out of the run store, and start the fine-tuning."""

import functools

import keras
import numpy as np
import pytest

from zoo import engine, losses
from zoo.engine import optimizers, probes, schedules
from zoo.engine.network import build_with_seed
from zoo.layers import rbm_likelihood
from zoo.layers.rbm import free_energy, reconstruct
from zoo.models import (
    autoencoder,
    autoencoder_from,
    autoencoder_levels,
    classifier_from,
    dbn,
    dbn_levels,
    encoder_of,
    mlp,
    rbm,
)
from zoo.pretraining import (
    FreeEnergyGap,
    MachineProbe,
    WarmStart,
    hinton_recipe,
    one_pixel_likelihood,
    pretrain,
    reconstruction_error,
)

RANDOM = np.random.default_rng(0)
X = (RANDOM.random((60, 16)) < RANDOM.random((1, 16))).astype("float32")
Y = RANDOM.integers(0, 3, 60)
DATA = {"train": (X, Y)}
MACHINE = engine.Recipe(
    loss=losses.own_cost, optimizer=optimizers.SGD(0.1), batch_size=10, epochs=4
)
CODER = engine.Recipe(
    loss=losses.reconstruction_cross_entropy,
    optimizer=optimizers.SGD(0.1),
    batch_size=10,
    epochs=4,
)


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """Return a pre-trained stack of two machines, two seeds."""
    with engine.using(store=tmp_path_factory.mktemp("store")):
        return pretrain(dbn_levels(16, (9, 6)), MACHINE, DATA, [1, 2])


def test_a_level_trains_on_the_frozen_levels_that_its_seed_has_learned(machines):
    for seed in (1, 2):
        first, top = (study.model(seed) for study in machines.studies)
        below, above = first.get_layer("machine_1"), top.get_layer("machine_1")
        for ours, theirs in zip(above.get_weights(), below.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    kernels = [machines.model(seed).get_layer("machine_1").kernel.numpy() for seed in (1, 2)]
    assert not np.allclose(*kernels)


def test_a_stack_is_the_same_as_its_levels_trained_by_hand_on_the_features_below(machines):
    first = machines.studies[0].model(1)
    features = np.asarray(encoder_of(first)(X))
    started = {path.replace("machine_2", "machine_1"): value
               for path, value in initial(machines.studies[1], 1).items()
               if path.startswith("machine_2")}  # fmt: skip
    alone = engine.train(
        WarmStart(functools.partial(dbn, 9, (6,)), {1: started}),
        MACHINE,
        {"train": (features, Y)},
        [1],
    ).model(1)
    ours = machines.model(1).get_layer("machine_2").get_weights()
    for value, expected in zip(ours, alone.get_layer("machine_1").get_weights(), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-3, atol=1e-4)


def initial(study, seed):
    """Return the weights with which a member of the study began, random state included."""
    return {
        variable.path: variable.numpy()
        for variable in build_with_seed(study.build, seed).variables
    }


def test_the_next_run_finds_all_levels_in_the_store(tmp_path, monkeypatch):
    levels = dbn_levels(16, (5, 4))
    with engine.using(store=tmp_path):
        before = pretrain(levels, MACHINE, DATA, [1])
        monkeypatch.setattr(
            "zoo.engine.workers.train_on",
            lambda *_, **__: pytest.fail("it was trained again"),
        )
        after = pretrain(levels, MACHINE, DATA, [1])
    assert before.weights[1].keys() == after.weights[1].keys()
    for path, value in before.weights[1].items():
        np.testing.assert_array_equal(after.weights[1][path], value)


def test_a_classifier_starts_from_the_machines_and_a_head_of_its_seed(machines):
    build = functools.partial(mlp, 16, (9, 6), 3, activation="sigmoid")
    recipe = engine.Recipe(
        loss=losses.softmax_cross_entropy, optimizer=optimizers.SGD(0.1), steps=1
    )
    started = machines.into(build, encoder_of)
    study = engine.train(started, recipe, DATA, [1, 2])
    for seed in (1, 2):
        begun = initial(study, seed)
        unrolled = classifier_from(machines.model(seed), 3)
        np.testing.assert_array_equal(
            begun["hidden_2/kernel"], unrolled.get_layer("hidden_2").kernel
        )
    assert not np.array_equal(
        initial(study, 1)["logits/kernel"], initial(study, 2)["logits/kernel"]
    )


def test_a_deep_autoencoder_starts_as_the_unrolled_stack_and_fine_tuning_lowers_its_error(
    machines,
):
    build = functools.partial(autoencoder, 16, (9, 6))
    recipe = engine.Recipe(
        loss=losses.summed_binary_cross_entropy, optimizer=optimizers.Adam(0.01), batch_size=10, epochs=5,
        probes=(probes.Evaluate("train", (losses.summed_binary_cross_entropy,)),),
    )  # fmt: skip
    data = {"train": (X, X)}
    study = engine.train(machines.into(build, autoencoder_from), recipe, data, [1])
    history = study.history("train summed_binary_cross_entropy")[0]
    unrolled = np.asarray(autoencoder_from(machines.model(1))(X))
    expected = np.mean(losses.summed_binary_cross_entropy(X, unrolled))
    assert history[0] == pytest.approx(expected, rel=1e-5)
    assert history[-1] < history[0]


def test_denoising_autoencoders_are_stacked_and_fit_the_perceptron_and_the_whole():
    levels = autoencoder_levels(
        16, (9, 6), corruption="masking", corruption_levels=(0.1, 0.2)
    )
    stack = pretrain(levels, CODER, DATA, [1])
    for study in stack.studies:
        cost = study.history("training loss")[0]
        assert cost[-1] < cost[1]
    whole = stack.into(functools.partial(autoencoder, 16, (9, 6))).for_seed(1)()
    classifier = stack.into(
        functools.partial(mlp, 16, (9, 6), 3, activation="sigmoid")
    ).for_seed(1)()
    top = stack.model(1)
    for name in ("hidden_1", "hidden_2"):
        np.testing.assert_array_equal(
            whole.get_layer(name).kernel, top.get_layer(name).kernel
        )
        np.testing.assert_array_equal(
            classifier.get_layer(name).bias, top.get_layer(name).bias
        )
    np.testing.assert_array_equal(
        whole.get_layer("decoder_1").kernel,
        stack.studies[0].model(1).get_layer("decoder_1").kernel,
    )


def test_each_level_may_have_its_own_recipe():
    other = engine.Recipe(
        loss=losses.own_cost, optimizer=optimizers.SGD(0.1), batch_size=10, epochs=2
    )
    stack = pretrain(dbn_levels(16, (5, 4)), (MACHINE, other), DATA, [1])
    assert [int(study.steps[-1]) for study in stack.studies] == [24, 12]


def test_a_wrong_number_of_recipes_is_refused():
    with pytest.raises(
        ValueError, match="2 levels need as many recipes, or one for all, not 3"
    ):
        pretrain(dbn_levels(16, (5, 4)), (MACHINE,) * 3, DATA, [1])


def test_a_seed_that_was_not_pre_trained_is_refused(machines):
    start = machines.into(functools.partial(mlp, 16, (9, 6), 3), encoder_of)
    with pytest.raises(ValueError, match="seed 7 was not pre-trained; 1, 2 were"):
        build_with_seed(start, 7)


def test_weights_that_fit_nowhere_are_refused(machines):
    start = machines.into(functools.partial(mlp, 16, (9, 6), 3))
    with pytest.raises(
        ValueError, match="mlp has none of the pre-trained weights: machine_1/kernel"
    ):
        build_with_seed(start, 1)


def test_the_seed_is_passed_and_not_read_from_what_keras_was_last_set_to(machines):
    start = machines.into(functools.partial(mlp, 16, (9, 6), 3), encoder_of)
    keras.utils.set_random_seed(2)
    ours = start.for_seed(1)().get_layer("hidden_1").kernel
    np.testing.assert_array_equal(ours, machines.model(1).get_layer("machine_1").kernel)


def test_hintons_recipe_is_that_of_the_released_code():
    recipe = hinton_recipe(60_000)
    assert recipe.optimizer == optimizers.ClassicalMomentum(
        0.1, schedules.Piecewise((3000,), (0.5, 0.9)), weight_decay=0.0002
    )
    assert (recipe.batch_size, recipe.epochs, recipe.loss) == (100, 50, losses.own_cost)
    assert hinton_recipe(60_000, learning_rate=0.001).optimizer.learning_rate == 0.001


def test_hintons_recipe_makes_the_updates_of_the_released_code():
    build = functools.partial(rbm, 16, 5, sample_hidden=False, dtype="float64")
    recipe = hinton_recipe(60, epochs=8, batch_size=60)
    ours = engine.train(build, recipe, {"train": (X.astype("float64"), Y)}, [1]).model(1)
    keras.utils.set_random_seed(1)
    weights = build().get_layer("machine").get_weights()
    speeds = [np.zeros_like(weight) for weight in weights]
    for epoch in range(8):
        released_update(X.astype("float64"), weights, speeds, 0.5 if epoch < 5 else 0.9)
    for value, expected in zip(ours.get_layer("machine").get_weights(), weights, strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-7)


def released_update(data, weights, speeds, momentum):
    """Change weights and speeds in place: one update in the released code's own terms, states not drawn."""
    kernel, visible, hidden = weights
    h = 1 / (1 + np.exp(-(data @ kernel + hidden)))
    imagined = 1 / (1 + np.exp(-(h @ kernel.T + visible)))
    h_imagined = 1 / (1 + np.exp(-(imagined @ kernel + hidden)))
    changes = (
        (data.T @ h - imagined.T @ h_imagined) / len(data) - 0.0002 * kernel,
        (data - imagined).mean(axis=0),
        (h - h_imagined).mean(axis=0),
    )
    for weight, speed, change in zip(weights, speeds, changes, strict=True):
        speed *= momentum
        speed += 0.1 * change
        weight += speed


def test_probes_measure_the_machine_of_that_moment():
    measures = (
        free_energy,
        rbm_likelihood.log_likelihood,
        rbm_likelihood.exact_pseudo_likelihood,
        one_pixel_likelihood,
        reconstruction_error,
    )
    recipe = engine.Recipe(
        loss=losses.own_cost, optimizer=optimizers.SGD(0.1), batch_size=10, epochs=2,
        probes=(MachineProbe("train", measures), FreeEnergyGap()),
    )  # fmt: skip
    data = {"train": (X[:40], Y[:40]), "validation": (X[40:], Y[40:])}
    study = engine.train(functools.partial(rbm, 16, 5), recipe, data, [1])
    machine, v = study.model(1).get_layer("machine"), X[:40]
    energies = np.asarray(free_energy(machine, X))
    pixels = rbm_likelihood.pseudo_likelihood(machine, v, np.arange(40) % 16)
    expected = {
        "train free_energy": energies[:40].mean(),
        "train log_likelihood": np.mean(rbm_likelihood.log_likelihood(machine, v)),
        "train exact_pseudo_likelihood": np.mean(
            rbm_likelihood.exact_pseudo_likelihood(machine, v)
        ),
        "train one_pixel_likelihood": np.mean(pixels),
        "train reconstruction_error": np.mean(
            np.sum((v - reconstruct(machine, v)) ** 2, axis=1)
        ),
        "free-energy gap": energies[40:].mean() - energies[:40].mean(),
    }
    for name, value in expected.items():
        assert study.history(name)[0, -1] == pytest.approx(
            float(value), rel=1e-4, abs=1e-5
        ), name
