"""`zoo predict`: files of every kind, one line per mistake, the Keras answers without TensorFlow."""

import gzip
import io
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import zoo
from tests import small_models
from zoo import cli, lite_runtime, prediction
from zoo.pretrained import cards, folders

DIGITS = "0123456789"
random = np.random.default_rng(1)
PIXELS = random.integers(0, 120, (4, 28, 28), np.uint8)


def is_classifier(name):
    return cards.LITE in folders.card(name).files and folders.card(name).input.pixels


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder of models: two for 28 x 28, one for 8 x 8, one with a single logit, one for numbers."""
    root = tmp_path_factory.mktemp("models")
    small_models.write(root, "small.mnist", (28, 28, 1), DIGITS)
    small_models.write(root, "other.mnist", (28, 28, 1), DIGITS, seed=2)
    small_models.write(root, "small.digits", (8, 8, 1), DIGITS, arguments={"inputs": 64})
    small_models.write(
        root, "pair.mnist", (28, 28, 1), ("no", "yes"), arguments={"outputs": 1}
    )
    sizes = {"inputs": 1, "outputs": 1}
    small_models.write(root, "small.sincos", (1,), (), arguments=sizes, pixels=False)
    return root


@pytest.fixture(autouse=True)
def _here(models, tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_MODELS", str(models))
    monkeypatch.chdir(tmp_path)


def said(capfd, *arguments):
    """Exit status, standard output and the lines of standard error of one `zoo predict`."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(["predict", *arguments])
    out, err = capfd.readouterr()
    return stopped.value.code or 0, out, err.splitlines()


def answers(capfd, *arguments):
    """What JSON says to files that can all be answered: {image: its classes with probabilities}."""
    status, out, err = said(capfd, *arguments, "--json", "--top", "10")
    assert (status, err) == (0, [])
    return {each["image"]: probabilities(each) for each in json.loads(out)["predictions"]}


def probabilities(answer):
    return {each["class"]: each["probability"] for each in answer["top"]}


def picture(name, pixels):
    Image.fromarray(pixels).save(name)
    return name


def idx(array):
    return (
        struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
        + array.tobytes()
    )


def by_keras(name, pixels):
    """Probabilities (images, 10) as the Keras model gives them."""
    logits = zoo.load(name)(pixels[..., None].astype(np.float32)).numpy()
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def test_the_same_image_gets_the_keras_models_answer_from_every_kind_of_file(capfd):
    picture("a.png", PIXELS[0])
    picture("colour.png", np.repeat(PIXELS[0][..., None], 3, axis=-1))
    np.save("a.npy", PIXELS[0])
    np.save("channel.npy", PIXELS[:1, :, :, None])
    Path("images-idx3-ubyte").write_bytes(idx(PIXELS))
    Path("images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(PIXELS)))
    files = [
        "a.png",
        "colour.png",
        "a.npy",
        "channel.npy",
        "images-idx3-ubyte",
        "images-idx3-ubyte.gz",
    ]
    found = answers(capfd, "small.mnist", *files)
    wanted = by_keras("small.mnist", PIXELS)
    assert len(found) == 4 + 2 * len(PIXELS)
    for label, row in [
        *((name, 0) for name in files[:3]),
        ("channel.npy[0]", 0),
        *numbered(files[4:]),
    ]:
        np.testing.assert_allclose(
            [found[label][name] for name in DIGITS], wanted[row], atol=1e-4
        )


def numbered(names):
    return [(f"{name}[{row}]", row) for name in names for row in range(len(PIXELS))]


def test_a_jpeg_is_answered_as_its_pixels_are(capfd):
    Image.fromarray(PIXELS[0]).save("a.jpg", quality=95)
    np.save("a.npy", np.asarray(Image.open("a.jpg")))
    found = answers(capfd, "small.mnist", "a.jpg", "a.npy")
    assert found["a.jpg"] == found["a.npy"]


@pytest.mark.parametrize(
    "name", [name for name in folders.list_models() if is_classifier(name)]
)
def test_the_litert_file_of_every_model_at_hand_gives_the_keras_models_answers(
    monkeypatch, name
):
    monkeypatch.delenv("ZOO_MODELS")
    by_litert, by_tensorflow = (
        prediction.open_model(name, runtime) for runtime in prediction.RUNTIMES
    )
    pixels = random.integers(0, 256, (50, *by_litert.shape)).astype(np.float32)
    np.testing.assert_allclose(by_litert.run(pixels), by_tensorflow.run(pixels), atol=1e-4)


@pytest.mark.parametrize("form", ["png", "npy", "idx", "idx.gz"])
def test_standard_input_is_recognised_by_its_first_bytes(capfd, monkeypatch, form):
    content = io.BytesIO()
    if form == "png":
        Image.fromarray(PIXELS[0]).save(content, "png")
    elif form == "npy":
        np.save(content, PIXELS[0])
    else:
        content.write(gzip.compress(idx(PIXELS[0])) if form == "idx.gz" else idx(PIXELS[0]))
    content.seek(0)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
    np.save("a.npy", PIXELS[0])
    found = answers(capfd, "small.mnist", "-", "a.npy")
    assert found["-"] == found["a.npy"]


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "was empty"), (b"hello", "neither PNG, JPEG, NPY nor")]
)
def test_standard_input_that_is_no_picture_is_one_line(capfd, monkeypatch, content, reason):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    status, out, err = said(capfd, "small.mnist", "-")
    assert (status, out, len(err)) == (1, "", 1)
    assert err[0].startswith("zoo: -: ") and reason in err[0]


def test_a_folder_stands_for_the_readable_files_in_it(capfd):
    Path("some").mkdir()
    for name in ("b.png", "a.png"):
        picture(f"some/{name}", PIXELS[0])
    Path("some/README.md").write_text("about these")
    assert list(answers(capfd, "small.mnist", "some")) == ["some/a.png", "some/b.png"]


def test_litert_and_tensorflow_agree_and_each_says_its_name(capfd):
    np.save("all.npy", PIXELS)
    both = {}
    for runtime in ("litert", "tensorflow"):
        status, out, err = said(
            capfd, "small.mnist", "all.npy", "--json", "--top", "10", "--runtime", runtime
        )
        assert (status, err) == (0, [])
        content = json.loads(out)
        assert content["runtimes"]["small.mnist"].lower().startswith(runtime)
        both[runtime] = [
            probabilities(each)[name] for each in content["predictions"] for name in DIGITS
        ]
    np.testing.assert_allclose(both["litert"], both["tensorflow"], atol=1e-4)


def test_the_table_has_a_column_per_model_and_names_the_runtime(capfd):
    np.save("a.npy", PIXELS[0])
    status, out, _ = said(
        capfd, "small.mnist", "a.npy", "--also", "other.mnist", "--top", "1"
    )
    assert status == 0
    assert all(
        name in out.splitlines()[1] for name in ("image", "small.mnist", "other.mnist")
    )
    best = [
        int(by_keras(name, PIXELS[:1]).argmax()) for name in ("small.mnist", "other.mnist")
    ]
    shares = [
        f"{by_keras(name, PIXELS[:1]).max():.1%}" for name in ("small.mnist", "other.mnist")
    ]
    cells = [cell.strip() for cell in out.splitlines()[3].strip("│").split("│")]
    assert cells == [
        "a.npy",
        *(f"{digit} {share}" for digit, share in zip(best, shares, strict=True)),
    ]
    assert "small.mnist answered through LiteRT" in out


def test_a_model_that_cannot_take_an_image_leaves_its_cell_empty_and_the_other_answers(capfd):
    np.save("a.npy", PIXELS[0])
    status, out, err = said(capfd, "small.mnist", "a.npy", "--also", "small.digits")
    assert status == 1
    assert out.splitlines()[3].strip("│").split("│")[-1].strip() == ""
    assert err == [
        "zoo: a.npy: holds 28 x 28 grey pixels, but small.digits takes 8 x 8 grey pixels; "
        "crop, scale or convert it first"
    ]


def test_one_logit_is_the_probability_of_the_second_of_two_classes(capfd):
    np.save("a.npy", PIXELS[0])
    found = answers(capfd, "pair.mnist", "a.npy")["a.npy"]
    logit = zoo.load("pair.mnist")(PIXELS[:1, :, :, None].astype(np.float32)).numpy()[0, 0]
    assert found["yes"] == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-4)
    assert found["no"] + found["yes"] == pytest.approx(1, abs=1e-6)


def bad_files():
    picture("good.png", PIXELS[0])
    picture("large.png", np.zeros((32, 30), np.uint8))
    picture("red.png", np.stack([PIXELS[0], PIXELS[1], PIXELS[2]], axis=-1))
    Path("broken.png").write_bytes(Path("good.png").read_bytes()[:60])
    Path("notes.txt").write_text("no picture")
    np.save("real.npy", PIXELS.astype(float))
    np.save("labels.npy", np.arange(7, dtype=np.uint8))
    np.save("none.npy", PIXELS[:0])
    damaged_arrays()
    damaged_tags()
    Path("empty").mkdir()
    Path("links").mkdir()
    Path("links/dangling.png").symlink_to("nowhere.png")
    for name, side in (("bomb.png", 9_500), ("bigger.png", 14_000)):
        Image.new("1", (side, side)).save(name)
    return {
        "large.png": "32 x 30 grey pixels, but small.mnist takes 28 x 28 grey pixels",
        "red.png": "28 x 28 coloured pixels",
        "broken.png": "cut short",
        "notes.txt": "unknown kind of file",
        "real.npy": "float64, not uint8",
        "labels.npy": "7 numbers and no image",
        "none.npy": "holds nothing",
        "unclosed.npy": "cannot be read as .npy",
        "huge.npy": "cannot be read as .npy",
        "axes.idx": "header states 65 axes",
        "note.jpg": "cannot be read as PNG or JPEG",
        "scale.jpg": "cannot be read as PNG or JPEG",
        "": "an empty file name",
        "empty": "holds no file that can be read",
        "links/dangling.png": "No such file",
        f"{'long' * 80}.png": "File name too long",
        "bomb.png": "more than 89,478,485 pixels",
        "bigger.png": "more than 89,478,485 pixels",
        "absent.png": "No such file",
    }


def damaged_arrays():
    """A header that is no Python, one of seven pebibytes, and one of more axes than there can be."""
    np.save("unclosed.npy", PIXELS)
    header = Path("unclosed.npy").read_bytes()
    Path("unclosed.npy").write_bytes(header.replace(b"{'descr'", b"u'descr'", 1))
    shape, huge = b"(4, 28, 28), }" + b" " * 20, b"(7840000000000000,), }"
    Path("huge.npy").write_bytes(header.replace(shape, huge.ljust(len(shape)), 1))
    Path("axes.idx").write_bytes(
        bytes((0, 0, 8, 65)) + struct.pack(">65I", *[1] * 65) + b"\0"
    )


def damaged_tags():
    """JPEGs in which one byte makes a text of a tag that must be a number, when written and when read."""
    tags = Image.Exif()
    tags[0x0112], tags[0x010E] = 6, "hello"
    Image.fromarray(PIXELS[0]).save("note.jpg", exif=tags)
    content = Path("note.jpg").read_bytes()
    for name, tag in (("note.jpg", b"\x01\x08"), ("scale.jpg", b"\x01\x1a")):
        Path(name).write_bytes(content.replace(b"\x01\x0e\x00\x02", tag + b"\x00\x02", 1))


def test_each_bad_file_gets_one_line_and_the_good_one_its_answer(capfd):
    reasons = bad_files()
    names = [*list(reasons)[:4], "good.png", *list(reasons)[4:]]
    status, out, err = said(capfd, "small.mnist", *names, "--json")
    content = json.loads(out)
    assert status == 1
    assert [each["image"] for each in content["predictions"]] == ["good.png"]
    assert len(err) == len(content["errors"]) == len(reasons)
    for name, reason in reasons.items():
        begin = f"zoo: {name}: " if name else "zoo: "
        assert [line for line in err if line.startswith(begin) and reason in line], name


def test_dark_on_light_is_turned_round_when_asked_and_light_on_dark_left_alone(capfd):
    np.save("light.npy", PIXELS[0])
    np.save("dark.npy", 255 - PIXELS[0])
    found = answers(capfd, "small.mnist", "light.npy", "dark.npy", "--invert")
    assert found["light.npy"] == found["dark.npy"]


def test_dark_on_light_is_remarked_on_when_nobody_asked(capfd):
    np.save("dark.npy", 255 - PIXELS[0])
    status, _, err = said(capfd, "small.mnist", "dark.npy")
    assert status == 0
    assert err == [
        "zoo: 1 image is dark on light; if the model learned light on dark, say --invert"
    ]


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("smal.mnist", 2, "small.mnist"),
        ("long" * 80, 2, "there is no model called"),
        ("small.sincos", 1, "does not sort images into classes"),
    ],
)
def test_a_model_that_cannot_answer_is_one_line(capfd, name, status, reason):
    np.save("a.npy", PIXELS[0])
    found = said(capfd, name, "a.npy")
    assert found[:2] == (status, "")
    assert len(found[2]) == 1 and reason in found[2][0]


def test_a_runtime_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(
        prediction.PredictionError, match=r"no runtime 'onnx'; the runtimes: litert, tens"
    ):
        prediction.open_model("small.mnist", "onnx")


def test_what_runs_is_what_was_compared_with_the_card(monkeypatch):
    ran, read = [], cards.read_checked
    monkeypatch.setattr(
        cards, "read_checked", lambda folder, name, card: (read(folder, name, card), name)
    )
    monkeypatch.setattr(lite_runtime, "runner", ran.append)
    prediction.open_model("small.mnist")
    assert [name for _, name in ran] == [cards.LITE]


def test_a_closed_standard_error_keeps_no_answer_back(models):
    np.save("a.npy", PIXELS[0])
    command = 'exec "$0" -m zoo.cli predict small.mnist a.npy 2>&-'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable], stdout=subprocess.PIPE, env={**os.environ}
    )
    assert done.returncode == 0 and b"small.mnist answered through LiteRT" in done.stdout


def test_a_foreign_folder_needs_trust(capfd, models, monkeypatch, tmp_path):
    monkeypatch.setenv("ZOO_MODELS", str(tmp_path))
    np.save("a.npy", PIXELS[0])
    folder = str(models / "small.mnist")
    status, _, err = said(capfd, folder, "a.npy")
    assert status == 2 and len(err) == 1 and "--trust" in err[0]
    assert answers(capfd, folder, "a.npy", "--trust")


def test_a_flipped_byte_is_refused_by_the_files_name(capfd, models, monkeypatch, tmp_path):
    card = small_models.write(tmp_path, "own.mnist", (28, 28, 1), DIGITS)
    monkeypatch.setenv("ZOO_MODELS", str(tmp_path))
    np.save("a.npy", PIXELS[0])
    file = tmp_path / card.name / cards.LITE
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    status, _, err = said(capfd, "own.mnist", "a.npy")
    assert status == 2 and len(err) == 1 and str(file) in err[0]


def test_many_images_are_answered_in_parts_as_they_are_alone(capfd, monkeypatch):
    np.save("all.npy", PIXELS)
    whole = answers(capfd, "small.mnist", "all.npy")
    monkeypatch.setattr(prediction, "AT_ONCE", 3)
    parts = answers(capfd, "small.mnist", "all.npy")
    for label, shares in whole.items():
        assert parts[label] == pytest.approx(shares, abs=1e-6)


def test_a_folder_that_cannot_be_listed_is_one_line(capfd, monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied", str(path))

    Path("locked").mkdir()
    np.save("a.npy", PIXELS[0])
    monkeypatch.setattr(Path, "iterdir", refused)
    status, out, err = said(capfd, "small.mnist", "locked", "a.npy", "--json")
    assert status == 1 and [each["image"] for each in json.loads(out)["predictions"]] == [
        "a.npy"
    ]
    assert err == ["zoo: locked: cannot be read (Permission denied)"]


def test_a_link_that_leads_nowhere_is_said_beside_the_folders_answers(capfd):
    Path("some").mkdir()
    np.save("some/a.npy", PIXELS[0])
    Path("some/b.png").symlink_to("nowhere.png")
    Path("some/folder.png").symlink_to(Path.cwd())
    status, out, err = said(capfd, "small.mnist", "some", "--json")
    assert status == 1 and len(json.loads(out)["predictions"]) == 1
    assert len(err) == 1 and "some/b.png" in err[0]


def test_a_cold_start_loads_litert_and_no_tensorflow(models, tmp_path):
    np.save("a.npy", PIXELS[0])
    program = (
        "import sys\nfrom zoo import cli\ntry:\n    cli.main(['predict', 'small.mnist', 'a.npy'])\n"
        "finally:\n    print('loaded:', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ},
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "ai_edge_litert" in loaded and not loaded & {
        "tensorflow",
        "keras",
        "scipy",
        "sklearn",
        "jax",
    }
    assert done.stderr == ""
