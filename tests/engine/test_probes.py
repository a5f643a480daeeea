"""Probes measure what numpy measures on the returned model."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.engine.networks import recipe, small, splits
from zoo import engine, losses
from zoo.engine import optimizers, probes
from zoo.engine.network import Network, initial_weights
from zoo.models import lenet5, mlp

LOSS = losses.summed_binary_cross_entropy


def deep():
    """Build a network of logistic units with two hidden layers."""
    return mlp(12, (9, 7), 4, activation="sigmoid")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return the trained model and the last of its measurements by name."""
    measured = (
        probes.Evaluate("validation", (probes.correct, probes.wrong, LOSS), batch_size=10),
        probes.Evaluate("train", (probes.correct,), batch_size=57),
        probes.GradientNorms("validation", LOSS),
        probes.GradientNorms("validation", LOSS, "kernel"),
        probes.Gradients("validation", LOSS),
        probes.WeightNorms(),
        probes.Outputs("validation"),
    )
    with engine.using(store=tmp_path_factory.mktemp("probes")):
        plan = recipe(loss=LOSS, probes=measured, optimizer=optimizers.SGD(0.5), running=())
        study = engine.train(deep, plan, splits(), [4])
    return study.model(4), {
        name: values[-1] for name, values in study.members[0].history.items()
    }


def deltas(model, x, y):
    """Return each layer's input and error signal: backpropagation of the cross-entropy by hand, float64."""
    layers = [
        [value.astype("float64") for value in layer.get_weights()]
        for layer in model.layers[1:]
    ]
    activations = [x.astype("float64")]
    for kernel, bias in layers:
        activations.append(1 / (1 + np.exp(-(activations[-1] @ kernel + bias))))
    delta = activations[-1] - np.eye(4)[y]
    signals = [(activations[-2], delta)]
    for (kernel, _), before, a in zip(
        layers[:0:-1], activations[-3::-1], activations[-2:0:-1], strict=True
    ):
        delta = (delta @ kernel.T) * a * (1 - a)
        signals.append((before, delta))
    return dict(zip(["logits", "hidden_2", "hidden_1"], signals, strict=True))


def test_the_gradient_of_a_bias_is_the_layers_mean_error_signal(trained):
    model, measured = trained
    for layer, (_, delta) in deltas(model, *splits()["validation"]).items():
        mean = delta.mean(axis=0)
        np.testing.assert_allclose(
            measured[f"gradient, {layer}/bias"], mean, rtol=1e-4, atol=1e-7
        )
        norm = np.linalg.norm(mean)
        assert measured[f"gradient norm, {layer}/bias"] == pytest.approx(norm, rel=1e-4)


def test_the_gradient_norm_of_a_kernel_is_that_of_inputs_times_error_signals(trained):
    model, measured = trained
    for layer, (inputs, delta) in deltas(model, *splits()["validation"]).items():
        norm = np.linalg.norm(inputs.T @ delta / len(inputs))
        assert measured[f"gradient norm, {layer}/kernel"] == pytest.approx(norm, rel=1e-4)


def test_gradients_are_those_of_the_chosen_kind_alone(trained):
    names = [name for name in trained[1] if name.startswith("gradient, ")]
    assert sorted(names) == [
        f"gradient, {layer}/bias" for layer in ("hidden_1", "hidden_2", "logits")
    ]


def test_metrics_are_means_over_the_whole_split(trained):
    model, measured = trained
    for split, (x, y) in splits().items():
        right = np.mean(np.argmax(model(x), axis=-1) == y)
        assert measured[f"{split} correct"] == pytest.approx(right, rel=1e-12)
    x, y = splits()["validation"]
    assert measured["validation wrong"] == pytest.approx(
        1 - measured["validation correct"], rel=1e-12
    )
    a, targets = 1 / (1 + np.exp(-np.float64(model(x)))), np.eye(4)[y]
    loss = -(targets * np.log(a) + (1 - targets) * np.log(1 - a)).sum(axis=-1).mean()
    assert measured[f"validation {LOSS.__name__}"] == pytest.approx(loss, rel=1e-5)


def test_weight_norms_are_those_of_every_kernel_and_no_bias(trained):
    model, measured = trained
    names = {name for name in measured if name.startswith("weight norm")}
    assert names == {f"weight norm, {layer.name}/kernel" for layer in model.layers[1:]}
    for layer in model.layers[1:]:
        norm = np.linalg.norm(layer.kernel.numpy())
        assert measured[f"weight norm, {layer.name}/kernel"] == pytest.approx(norm, rel=1e-5)


def test_outputs_are_the_models(trained):
    model, measured = trained
    x, _ = splits()["validation"]
    np.testing.assert_allclose(
        measured["outputs on validation"], model(x), rtol=1e-5, atol=1e-6
    )


def probed(probe, model, x, y=None):
    """Return what a probe measures on a model as it is, without training."""
    data = {"train": (tf.constant(x), tf.constant(np.zeros(len(x)) if y is None else y))}
    weights = tf.nest.map_structure(tf.constant, initial_weights(model))
    return {
        name: value.numpy() for name, value in probe(Network(model), weights, data).items()
    }


def test_zeros_and_dead_units_are_counted_where_a_rectifier_is_silent():
    model, x = mlp(12, (9, 7), 4), splits()["train"][0]
    model.get_layer("hidden_1").bias.assign([-1e6, *[0.0] * 8])
    found = probed(probes.Sparsity("train", ("hidden_1", "hidden_2")), model, x)
    a = x
    for name in ("hidden_1", "hidden_2"):
        kernel, bias = model.get_layer(name).get_weights()
        a = np.maximum(a @ kernel + bias, 0)
        assert found[f"zeros, {name}"] == pytest.approx(np.mean(a == 0), rel=1e-12)
        assert found[f"dead units, {name}"] == pytest.approx(
            np.mean((a == 0).all(axis=0)), rel=1e-12
        )
    assert 1 / 9 <= found["dead units, hidden_1"] < 1


def test_a_map_is_dead_where_it_is_zero_at_all_places_of_all_images():
    model = lenet5((14, 14, 1), 4)
    model.get_layer("c1").bias.assign([-1e6, -1e6, *[1e6] * 4])
    x = np.random.default_rng(0).random((5, 14, 14, 1), "float32")
    found = probed(probes.Sparsity("train", ("c1",)), model, x)
    assert found == {
        "zeros, c1": pytest.approx(1 / 3),
        "dead units, c1": pytest.approx(1 / 3),
    }


def test_gradients_count_the_regularizers():
    model = mlp(
        12, (), 4, kernel_initializer="ones", kernel_regularizer=keras.regularizers.L2(1e3)
    )
    found = probed(probes.Gradients("train", no_loss, "kernel"), model, splits()["train"][0])
    np.testing.assert_allclose(
        found["gradient, logits/kernel"], np.full((12, 4), 2e3), rtol=1e-6
    )


def no_loss(y, outputs):
    """Return a loss that does not depend on the weights."""
    return 0 * outputs[:, 0]


def test_a_split_smaller_than_a_batch_and_one_of_whole_batches_are_evaluated_whole():
    model, (x, y) = small(), splits()["train"]
    right = np.mean(np.argmax(model(x), axis=-1) == y)
    for batch_size in (1, 19, 56, 57, 58):
        found = probed(probes.Evaluate("train", (probes.correct,), batch_size), model, x, y)
        assert found["train correct"] == pytest.approx(right, rel=1e-12)


OUTPUTS = np.array([[0.1, 0.9, 0.0], [3.0, 2.0, 1.0], [-1.0, -2.0, -0.5]])


@pytest.mark.parametrize(
    "y", [np.array([1, 1, 2]), np.array([1, 1, 2], "uint8"), np.eye(3)[[1, 1, 2]]]
)
def test_right_and_wrong_go_by_the_largest_output(y):
    np.testing.assert_array_equal(
        probes.correct(tf.constant(y), tf.constant(OUTPUTS)), [1, 0, 1]
    )
    np.testing.assert_array_equal(
        probes.wrong(tf.constant(y), tf.constant(OUTPUTS)), [0, 1, 0]
    )


def test_a_single_logit_is_right_by_its_sign():
    y, logits = (
        tf.constant([[0.0], [0.0], [1.0], [1.0]]),
        tf.constant([[-0.1], [5.0], [-5.0], [0.1]]),
    )
    np.testing.assert_array_equal(probes.same_side(y, logits), [1, 0, 0, 1])


def small_lenet5():
    """Build a LeNet-5 of small images."""
    return lenet5((14, 14, 1), 4)


@pytest.mark.parametrize("batch_size", [5, 7, 20, 100])
def test_a_convolutional_network_is_evaluated_whole_whatever_the_batches(batch_size):
    random = np.random.default_rng(0)
    x, y = random.normal(size=(20, 14, 14, 1)).astype("float32"), random.integers(0, 4, 20)
    measured = (
        probes.Evaluate("train", (losses.softmax_cross_entropy,), batch_size=batch_size),
    )
    plan = recipe(epochs=1, batch_size=10, probes=measured, running=())
    study = engine.train(small_lenet5, plan, {"train": (x, y)}, [1])
    expected = np.mean(losses.softmax_cross_entropy(y, study.model(1)(x)))
    assert study.history("train softmax_cross_entropy")[0, -1] == pytest.approx(
        expected, rel=1e-5
    )


def test_activations_are_the_named_layers_outputs():
    model, x = deep(), splits()["train"][0]
    found = probed(probes.Activations("train", ("hidden_2",)), model, x)
    expected = keras.Model(model.inputs, model.get_layer("hidden_2").output)(x)
    assert list(found) == ["hidden_2 on train"]
    np.testing.assert_allclose(found["hidden_2 on train"], expected, rtol=1e-5)
