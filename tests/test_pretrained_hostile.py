"""Folders that somebody else wrote, with all digests right: refused in one line, whatever their cards say."""

import json
import os
import shutil
import unicodedata
from typing import get_args

import numpy as np
import pytest

import zoo
from tests.small_models import rewrite
from zoo import cli
from zoo.kinds import KINDS
from zoo.pretrained import PretrainedError, cards, folders, verifying

NETWORK = {"inputs": 2, "hidden": [4], "outputs": 1}
OBJECT = {
    "class_name": "function",
    "config": "system",
    "module": "os",
    "registered_name": "system",
}
METRIC = {
    "name": "error",
    "unit": "%",
    "split": "test",
    "examples": 4,
    "value": 0,
    "low": 0,
    "high": 50,
}


@pytest.fixture
def copy(tmp_path):
    """A copy of the smallest model, in a folder that nobody knows."""
    return shutil.copytree(folders.shipped() / "mlp.xor", tmp_path / "mlp.xor")


def content(folder):
    return json.loads((folder / cards.CARD).read_bytes())


def refusal(use, *arguments, **options):
    with pytest.raises(PretrainedError) as error:
        use(*arguments, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "../../x"}, "name"),
        ({"name": ".hidden"}, "name"),
        ({"kind": "bogus"}, "kind"),
        ({"metrics": []}, "metrics"),
        ({"metrics": [METRIC | {"split": "everything"}]}, "split"),
        ({"arguments": NETWORK | {"activation": OBJECT}}, "'activation' is neither"),
        ({"arguments": NETWORK | {"activation": [[OBJECT]]}}, "'activation' is neither"),
        ({"files": {"examples.npz": "0" * 64}}, "model.weights.h5 is not among"),
        ({"files": {"model.weights.h5": "0" * 64}}, "examples.npz is not among"),
        ({"files": {"a\nb": "0" * 64}}, "cannot be printed"),
        ({"limits": "all is \x1b[32mwell"}, "control a terminal"),
        ({"source": "a\x9bb"}, "control a terminal"),
        ({"training": {"a\x1b": 1}}, "control a terminal"),
    ],
)
def test_a_card_is_refused_before_anything_is_built(copy, changes, reason):
    rewrite(copy, **changes)
    assert reason in refusal(cards.read, copy)


def test_what_a_card_may_hold_are_new_lines_and_lists_of_plain_values(copy):
    rewrite(
        copy,
        limits="one\ntwo",
        arguments=NETWORK | {"hidden": [4, [1, None, "x", 0.5, True]]},
    )
    assert cards.read(copy).limits == "one\ntwo"


def test_the_kinds_of_cards_are_those_that_are_exported():
    assert set(get_args(cards.Kind)) == set(KINDS)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "rbm"},
        {"preprocessing": {"frame": 3}},
        {
            "input": {
                "name": "x",
                "shape": [3],
                "pixels": False,
                "low": 0,
                "high": 1,
                "meaning": "",
            }
        },
        {"arguments": NETWORK | {"hidden": [-4]}},
        {"arguments": NETWORK | {"hidden": "44"}},
        {"arguments": NETWORK | {"activation": "no such thing"}},
    ],
)
@pytest.mark.filterwarnings("ignore:Skipping nested container")
def test_a_card_that_fits_no_network_is_one_line_and_a_failed_check(copy, changes):
    rewrite(copy, **changes)
    for use in (zoo.load, zoo.features):
        assert "does not fit the network of its card" in refusal(use, copy, trust=True)
    assert [each.passed for each in verifying.verify(copy, trust=True)] == [True, False]


def test_options_and_metrics_that_there_are_not_fail_their_checks(copy):
    data = content(copy)["data"]
    for changes in (
        {"data": data | {"options": {"samples": 3}}},
        {"metrics": [METRIC | {"name": "luck"}]},
    ):
        rewrite(copy, **(content(copy) | changes))
        found = verifying.verify(copy, trust=True)
        assert (
            not found[-1].passed and "cannot be measured as the card says" in found[-1].said
        )


def test_examples_that_are_none_fail_their_check(copy):
    for bad in (b"no archive", None):
        if bad is None:
            np.savez(copy / cards.EXAMPLES, inputs=np.zeros((1, 3)), outputs=np.zeros((1, 1)))
        else:
            (copy / cards.EXAMPLES).write_bytes(bad)
        files = content(copy)["files"] | {
            cards.EXAMPLES: cards.sha256((copy / cards.EXAMPLES).read_bytes())
        }
        rewrite(copy, files=files)
        found = {each.check: each for each in verifying.verify(copy, trust=True)}
        assert (
            found["answers"].passed is False and "cannot be compared" in found["answers"].said
        )


def test_a_pipe_a_device_or_a_link_out_of_the_folder_is_not_read(copy, tmp_path):
    for name in (cards.LITE, cards.CARD):
        moved = (copy / name).rename(tmp_path / "elsewhere")
        for target in (None, "/dev/zero", moved):
            (copy / name).symlink_to(target) if target else os.mkfifo(copy / name)
            assert f"{copy / name}: is no plain file of this folder" in refusal(
                zoo.load, copy, trust=True
            )
            (copy / name).unlink()
        (copy / name).symlink_to(name)
        assert f"{copy / name}: cannot be read" in refusal(
            cards.read_checked, copy, name, zoo.card("mlp.xor")
        )
        (copy / name).unlink()
        moved.rename(copy / name)
    assert zoo.load(copy, trust=True)


def test_a_link_that_stays_in_the_folder_is_read(copy):
    (copy / "kept").mkdir()
    (copy / cards.LITE).rename(copy / "kept" / "lite")
    (copy / cards.LITE).symlink_to("kept/lite")
    assert zoo.load(copy, trust=True)


def test_what_the_card_does_not_know_is_named_without_its_escapes_whatever_it_is(copy):
    for put in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        path = copy / "a\x1b[2Jb"
        put(path)
        first = verifying.verify(copy)[0]
        assert first.passed is False and "a\\x1b[2Jb" in first.said
        assert not any(unicodedata.category(character) == "Cc" for character in first.said)
        path.unlink()


@pytest.mark.parametrize(
    "changes",
    [
        {"confusions": [[1]]},
        {"classes": []},
        {"training": {"recipe": {}}},
        {"training": {"seeds": []}},
    ],
)
def test_a_page_that_cannot_be_made_is_one_line(copy, capsys, changes):
    if "training" in changes:
        changes = {"training": content(copy)["training"] | changes["training"]}
    rewrite(copy, **changes)
    with pytest.raises(SystemExit) as stopped:
        cli.main(["show", str(copy)])
    error = capsys.readouterr().err
    assert (
        stopped.value.code == 2
        and error.count("\n") == 1
        and "does not hold together" in error
    )
