"""Exports: the same answers without this project's code, whole or not at all, endpoints for every kind."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import small_models
from zoo import cli, export, lite_runtime, models
from zoo.export import parity, placing
from zoo.export.precision import in_precision

random = np.random.default_rng(1)
PIXELS = random.integers(0, 256, (5, 28, 28, 1)).astype(np.uint8)


def behind_pixels(network):
    """The network behind the preprocessing of loaded models: pixels of 0 to 255, (batch, 28, 28, 1)."""
    entry = keras.Input((28, 28, 1), name="images")
    x = keras.layers.Rescaling(1 / 255)(entry)
    if network.inputs[0].shape != x.shape:
        x = keras.layers.Reshape(network.inputs[0].shape[1:])(x)
    return keras.Model(entry, network(x), name="loaded")


@pytest.fixture(scope="module")
def lenet5():
    keras.utils.set_random_seed(1)
    return behind_pixels(models.lenet5())


@pytest.fixture(scope="module")
def folder(lenet5, tmp_path_factory):
    """A SavedModel of LeNet-5, with the XLA endpoint."""
    folder = tmp_path_factory.mktemp("exported") / "lenet5.mnist" / "1"
    export.savedmodel(lenet5, folder, xla=True)
    return folder


def logits_of(model):
    return model(PIXELS.astype(np.float32)).numpy()


def softmax(logits):
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def test_a_fresh_process_without_this_project_gives_the_models_answers(
    folder, lenet5, tmp_path
):
    np.save(tmp_path / "pixels.npy", PIXELS)
    program = (
        "import json, sys, numpy as np, tensorflow as tf\n"
        f"loaded = tf.saved_model.load({str(folder)!r})\n"
        "pixels = np.load('pixels.npy')\n"
        "answers = loaded.serve(pixels.astype('float32'))\n"
        "as_bytes = loaded.signatures['serve_uint8'](images=tf.constant(pixels))\n"
        "one = loaded.signatures['serving_default'](images=tf.constant(pixels[:1], tf.float32))\n"
        "found = {'all': answers, 'bytes': as_bytes, 'one': one}\n"
        "lists = {k: {n: v.numpy().tolist() for n, v in each.items()} for k, each in found.items()}\n"
        "print(json.dumps([lists, [m for m in sys.modules if m.partition('.')[0] == 'zoo']]))"
    )
    command = [sys.executable, "-I", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    found, ours = json.loads(done.stdout.splitlines()[-1])
    assert ours == []
    wanted = logits_of(lenet5)
    for kind, rows in (("all", 5), ("bytes", 5), ("one", 1)):
        assert set(found[kind]) == {"logits", "probabilities"}
        np.testing.assert_allclose(found[kind]["logits"], wanted[:rows], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(
            found[kind]["probabilities"], softmax(wanted)[:rows], atol=1e-6
        )


def test_the_compiled_endpoint_agrees_and_is_not_the_default(folder, lenet5):
    loaded = tf.saved_model.load(folder)
    found = loaded.signatures["serve_xla"](images=tf.constant(PIXELS, tf.float32))
    np.testing.assert_allclose(found["logits"], logits_of(lenet5), rtol=1e-4, atol=1e-4)
    compiled = {name: is_compiled(function) for name, function in loaded.signatures.items()}
    assert compiled == {
        "serve": False,
        "serve_uint8": False,
        "serve_xla": True,
        "serving_default": False,
    }


def is_compiled(function):
    """Whether a signature, or a function that it calls, asks for XLA."""
    definitions = [function.function_def, *function.graph.as_graph_def().library.function]
    return any(each.attr["_XlaMustCompile"].b for each in definitions)


def test_without_asking_there_is_no_compiled_endpoint(lenet5):
    assert set(export.endpoints(lenet5, "classifier")) == {"serve", "serve_uint8"}


def test_litert_gives_the_models_answers_for_any_size_of_batch(lenet5, tmp_path):
    export.litert(lenet5, tmp_path / "model.tflite")
    runner = lite_runtime.runner((tmp_path / "model.tflite").read_bytes())
    for rows in (5, 1, 3):
        found = runner(images=PIXELS[:rows].astype(np.float32))
        np.testing.assert_allclose(found["logits"], logits_of(lenet5)[:rows], atol=1e-4)
        np.testing.assert_allclose(
            found["probabilities"], softmax(logits_of(lenet5))[:rows], atol=1e-4
        )


@pytest.mark.extra("onnx")
def test_onnx_gives_the_models_answers_for_any_size_of_batch(lenet5, tmp_path):
    import onnxruntime

    export.onnx(lenet5, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(
        tmp_path / "model.onnx", providers=["CPUExecutionProvider"]
    )
    for rows in (5, 1):
        (found,) = session.run(["logits"], {"images": PIXELS[:rows].astype(np.float32)})
        np.testing.assert_allclose(found, logits_of(lenet5)[:rows], atol=1e-4)


class LogGamma(keras.layers.Layer):
    """An operation that neither LiteRT nor ONNX has."""

    def call(self, x):
        return tf.math.lgamma(x + 1)


@pytest.mark.parametrize(
    "write", [export.litert, pytest.param(export.onnx, marks=pytest.mark.extra("onnx"))]
)
def test_a_model_that_a_form_cannot_hold_is_refused_in_one_line(tmp_path, write):
    entry = keras.Input((3,), name="inputs")
    with pytest.raises(export.ExportError) as error:
        write(keras.Model(entry, LogGamma()(entry)), tmp_path / "model")
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_onnx_without_its_extra_says_what_to_install(lenet5, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(export.ExportError, match=r"reprozoo\[onnx\]"):
        export.onnx(lenet5, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.extra("serving")
def test_warm_up_records_hold_requests_for_every_endpoint(tmp_path):
    from tensorflow_serving.apis import prediction_log_pb2 as logs

    export.savedmodel(tiny(), tmp_path / "tiny" / "1", warm_up=True)
    file = tmp_path / "tiny" / "1" / "assets.extra" / "tf_serving_warmup_requests"
    found = set()
    for record in tf.data.TFRecordDataset(str(file)):
        request = logs.PredictionLog.FromString(record.numpy()).predict_log.request
        shape = tf.make_ndarray(request.inputs["inputs"]).shape
        found.add((request.model_spec.name, request.model_spec.signature_name, shape))
    wanted = {
        ("tiny", name, (rows, 3)) for name in ("serve", "serve_uint8") for rows in (1, 32)
    }
    assert found == wanted


def test_warm_up_records_without_their_extra_leave_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_serving", None)
    monkeypatch.setitem(sys.modules, "tensorflow_serving.apis", None)
    with pytest.raises(export.ExportError, match=r"reprozoo\[serving\]"):
        export.savedmodel(tiny(), tmp_path / "tiny" / "1", warm_up=True)
    assert not list(tmp_path.iterdir())


def tiny(seed=1):
    keras.utils.set_random_seed(seed)
    return models.mlp(3, (4,), 2)


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_calculates_in_16_bits_and_keeps_the_answers(
    lenet5, tmp_path, precision
):
    mixed = in_precision(lenet5, precision)
    assert {layer.compute_dtype for layer in mixed.layers[-1].layers[1:]} == {
        precision.removeprefix("mixed_")
    }
    export.savedmodel(lenet5, tmp_path / "1", precision=precision)
    loaded = tf.saved_model.load(tmp_path / "1")
    found = loaded.serve(PIXELS.astype(np.float32))["logits"].numpy()
    assert found.dtype == np.float32
    assert 0 < np.abs(found - logits_of(lenet5)).max() < 0.05


def test_sigmoids_answer_for_models_of_that_kind_and_for_a_single_logit():
    x = random.random((4, 3)).astype(np.float32)
    for model, kind in ((tiny(), "logistic"), (models.mlp(3, (4,), 1), "classifier")):
        found = export.endpoints(model, kind)["serve"].function(tf.constant(x))
        wanted = 1 / (1 + np.exp(-model(x).numpy()))
        np.testing.assert_allclose(found["probabilities"], wanted, atol=1e-6)


def test_regressions_answer_with_their_outputs(tmp_path):
    model = tiny()
    export.savedmodel(model, tmp_path / "1", kind="regression")
    x = random.random((4, 3)).astype(np.float32)
    loaded = tf.saved_model.load(tmp_path / "1")
    found = loaded.serve(x)
    np.testing.assert_allclose(found["outputs"], model(x).numpy(), atol=1e-6)


@pytest.mark.parametrize("tied", [False, True])
def test_autoencoders_encode_decode_and_reconstruct(tmp_path, tied):
    keras.utils.set_random_seed(1)
    noise = {"corruption": "masking", "corruption_level": 0.3}
    model = behind_pixels(models.BUILDERS["autoencoder"](784, (30, 10), tied=tied, **noise))
    export.savedmodel(model, tmp_path / "1", kind="autoencoder")
    loaded, x = tf.saved_model.load(tmp_path / "1"), PIXELS.astype(np.float32)
    code = loaded.encode(x)["code"]
    assert code.shape == (5, 10)
    wanted = 1 / (1 + np.exp(-logits_of(model)))
    for found in (loaded.decode(code), loaded.reconstruct(x), loaded.serve(x)):
        np.testing.assert_allclose(found["reconstruction"], wanted, atol=1e-5)
    assert sum(np.prod(variable.shape) for variable in loaded.kept) == model.count_params()


@pytest.mark.parametrize("builder", ["rbm", "dbn"])
def test_boltzmann_machines_answer_with_what_their_functions_say(tmp_path, builder):
    from zoo.layers import rbm

    keras.utils.set_random_seed(1)
    hidden = {"rbm": 20, "dbn": (30, 20)}[builder]
    network = models.BUILDERS[builder](784, hidden)
    export.savedmodel(behind_pixels(network), tmp_path / "1", kind="rbm")
    loaded, x = tf.saved_model.load(tmp_path / "1"), PIXELS.astype(np.float32)
    v = x.reshape(5, 784) / 255
    if builder == "dbn":
        v = rbm.hidden_given_visible(network.layers[1], v)
    machine = network.layers[-1]
    wanted = {"hidden": rbm.hidden_given_visible, "free_energy": rbm.free_energy}
    for name, function in wanted.items():
        np.testing.assert_allclose(
            getattr(loaded, name)(x)[name], function(machine, v), rtol=1e-4, atol=1e-4
        )
    found = loaded.reconstruct(x)["reconstruction"]
    np.testing.assert_allclose(found, rbm.reconstruct(machine, v), atol=1e-5)
    np.testing.assert_array_equal(loaded.serve(x)["hidden"], loaded.hidden(x)["hidden"])


def test_gibbs_sampling_draws_anew_in_every_call_with_the_right_means(tmp_path):
    from zoo.layers import rbm

    keras.utils.set_random_seed(1)
    network = models.BUILDERS["rbm"](6, 4)
    network.layers[-1].kernel.assign(random.normal(size=(6, 4)))
    export.savedmodel(network, tmp_path / "1", kind="rbm")
    loaded = tf.saved_model.load(tmp_path / "1")
    start = np.tile(np.float32([0, 1, 1, 0, 1, 0]), (4000, 1))
    first, second = (loaded.gibbs(start)["visible"].numpy() for _ in range(2))
    assert set(np.unique(first)) == {0, 1}
    assert (first != second).any()
    codes = ((np.arange(16)[:, None] >> np.arange(4)) & 1).astype(np.float32)
    p = np.asarray(rbm.hidden_given_visible(network.layers[-1], start[:1]))
    weights = np.prod(np.where(codes == 1, p, 1 - p), axis=1)
    wanted = weights @ np.asarray(rbm.visible_given_hidden(network.layers[-1], codes))
    np.testing.assert_allclose(
        np.concatenate([first, second]).mean(axis=0), wanted, atol=0.03
    )


def test_an_answer_that_differs_is_refused_and_nothing_is_left(tmp_path, monkeypatch):
    honest = tf.saved_model.load

    def dishonest(folder):
        loaded = honest(folder)
        serve = loaded.signatures["serve"]
        wrong = lambda **x: {name: values + 2e-4 for name, values in serve(**x).items()}  # noqa: E731
        loaded.signatures = {**loaded.signatures, "serve": wrong}
        return loaded

    monkeypatch.setattr(tf.saved_model, "load", dishonest)
    with pytest.raises(
        export.ExportError, match=r"serve/logits: .* differs from the model by"
    ):
        export.savedmodel(behind_pixels(models.lenet5()), tmp_path / "1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"logits": [[np.nan]]}, "differs"),
        ({"logits": [[1.0, 1.0]]}, "shape"),
        ({"other": [[1.0]]}, r"returns \['other'\]"),
    ],
)
def test_answers_that_are_no_numbers_or_of_other_shapes_or_names_are_refused(answer, reason):
    spec = tf.TensorSpec((None, 2), tf.float32, name="inputs")
    endpoint = export.Endpoint(lambda x: {"logits": tf.ones((1, 1))}, (spec,))
    with pytest.raises(export.ExportError, match=reason):
        parity.check("serve", endpoint, lambda **inputs: answer)


def test_the_samples_for_comparing_are_always_the_same_and_differ_within():
    spec = tf.TensorSpec((None, 4), tf.float32)
    (first,), (again,) = parity.samples((spec,), 7), parity.samples((spec,), 7)
    np.testing.assert_array_equal(first, again)
    assert first.shape == (7, 4) and first[0].max() <= 1 < first.max() <= 255


def test_what_is_there_already_is_neither_overwritten_nor_removed(tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "mine").write_text("mine")
    with pytest.raises(export.ExportError, match=r"1: is there already"):
        export.savedmodel(tiny(), tmp_path / "1")
    assert [path.name for path in tmp_path.rglob("*")] == ["1", "mine"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError])
def test_an_interrupted_export_leaves_nothing_behind(tmp_path, interruption):
    with pytest.raises(interruption), placing.placed(tmp_path / "new" / "1") as place:
        place.mkdir()
        (place / "half").write_text("half")
        raise interruption
    assert list((tmp_path / "new").iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(export.ExportError, match="file: cannot be written to"):
        export.savedmodel(tiny(), tmp_path / "file" / "1")


def refused():
    two = [keras.Input((2,), name=name) for name in "ab"]
    entry = keras.Input((None, 2), name="rows")
    return {
        "kinds are classifier": (tiny(), "classifer"),
        "has 2 inputs": (keras.Model(two, keras.layers.Add()(two)), "classifier"),
        "no fixed size": (keras.Model(entry, keras.layers.Dense(2)(entry)), "classifier"),
        "no code": (tiny(), "autoencoder"),
        "no restricted Boltzmann machine": (models.BUILDERS["autoencoder"](4, (2,)), "rbm"),
    }


@pytest.mark.parametrize("reason", refused())
def test_models_that_do_not_fit_are_refused_in_one_line(tmp_path, reason):
    model, kind = refused()[reason]
    with pytest.raises(export.ExportError, match=reason) as error:
        export.savedmodel(model, tmp_path / "1", kind=kind)
    assert "\n" not in str(error.value)


def said(capfd, *arguments):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["export", *arguments])
    return stopped.value.code or 0, *capfd.readouterr()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder with one model."""
    root = tmp_path_factory.mktemp("models")
    small_models.write(root, "small.mnist", (28, 28, 1), "0123456789")
    return root


def test_the_command_writes_the_layout_of_tensorflow_serving(
    capfd, shelf, tmp_path, monkeypatch
):
    monkeypatch.setenv("ZOO_MODELS", str(shelf))
    status, out, _ = said(capfd, "small.mnist", "--out", str(tmp_path), "--xla")
    assert status == 0 and "small.mnist/1" in out
    loaded = tf.saved_model.load(tmp_path / "small.mnist" / "1")
    assert {"serve", "serve_uint8", "serve_xla"} <= set(loaded.signatures)


def test_the_command_writes_litert_once_and_not_over_it(capfd, shelf, tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_MODELS", str(shelf))
    arguments = ["small.mnist", "--format", "litert", "--out", str(tmp_path)]
    assert said(capfd, *arguments)[0] == 0
    written = (tmp_path / "small.mnist.tflite").read_bytes()
    status, _, err = said(capfd, *arguments)
    assert status == 1 and err.count("\n") == 1 and "is there already" in err
    assert (tmp_path / "small.mnist.tflite").read_bytes() == written


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (["smal.mnist"], 2, "small.mnist"),
        (["small.mnist", "--format", "litert", "--xla"], 2, "--format savedmodel"),
    ],
)
def test_the_command_says_what_is_wrong(capfd, shelf, monkeypatch, arguments, status, reason):
    monkeypatch.setenv("ZOO_MODELS", str(shelf))
    found, _, err = said(capfd, *arguments)
    assert found == status and reason in err and "Traceback" not in err
