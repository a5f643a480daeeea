"""Values that act alike have one digest, values that may act differently have two, the rest is refused."""

import functools
import importlib.util
import json
import sys
from dataclasses import dataclass

import numpy as np
import pytest

from zoo.engine.fingerprint import NotHashableError, digest, fingerprint


@dataclass(frozen=True)
class Rate:
    """A value as recipes hold them."""

    initial: float
    scale: float = 1.0


@dataclass(frozen=True)
class OtherRate:
    """The same fields under another name."""

    initial: float
    scale: float = 1.0


@dataclass
class Changeable:
    """A dataclass that can change after it was hashed."""

    value: float = 1.0


class Stateful:
    """An object whose meaning cannot be read off its fields."""

    def method(self):
        """Return nothing."""


def loss(y, outputs):
    """Return a difference."""
    return y - outputs


def other_loss(y, outputs):
    """Return a sum."""
    return y + outputs


def made_inside():
    """Return a function that was made inside of another."""

    def inner(y, outputs):
        return y

    return inner


@pytest.mark.parametrize(
    ("one", "same"),
    [
        (Rate(0.1), Rate(0.1, 1.0)),
        ({"a": 1, "b": [2.0, None]}, {"b": (2.0, None), "a": 1}),
        (loss, loss),
        (np.arange(6).reshape(2, 3), np.asfortranarray(np.arange(6).reshape(2, 3))),
        (np.arange(3), np.arange(6)[:3]),
        (np.arange(0, 6, 2), np.array([0, 2, 4])),
        (np.float32(0.5), np.array(0.5, "float32")),
    ],
)
def test_values_that_act_alike_have_one_digest(one, same):
    assert digest(one) == digest(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0.1, 0.1 + 2**-56),
        ("1", 1),
        (None, 0),
        ([1, 2], [2, 1]),
        ([[1], 2], [1, [2]]),
        ({"a": 1}, {"b": 1}),
        (Rate(0.1), Rate(0.1, 2.0)),
        (Rate(0.1), OtherRate(0.1)),
        (Rate(0.1), Rate),
        (loss, other_loss),
        (np.arange(6), np.arange(6).reshape(2, 3)),
        (np.arange(6), np.arange(6.0)),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0 + 2**-51])),
        (np.zeros(2, "float32"), np.zeros(2, "float64")),
    ],
)
def test_values_that_may_act_differently_have_two(one, other):
    assert digest(one) != digest(other)


def test_a_digest_is_64_digits_of_a_description_that_json_can_hold():
    value = {"rate": Rate(0.1), "loss": loss, "data": np.arange(3), "layers": (30, 30)}
    assert json.loads(json.dumps(fingerprint(value))) == fingerprint(value)
    assert len(digest(value)) == 64
    assert set(digest(value)) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (lambda y, outputs: y, "define it at the top of a module"),
        (made_inside(), "define it at the top of a module"),
        (functools.partial(loss, 1), "module-level functions or frozen dataclasses"),
        (Stateful(), "module-level functions or frozen dataclasses"),
        (Stateful().method, "module-level functions or frozen dataclasses"),
        ({1, 2}, "module-level functions or frozen dataclasses"),
        (Changeable(), "Changeable must be a frozen dataclass"),
    ],
    ids=[
        "lambda",
        "closure",
        "partial",
        "object",
        "method",
        "set",
        "dataclass that is not frozen",
    ],
)
@pytest.mark.parametrize(
    "wrap", [lambda value: value, lambda value: [Rate(value)]], ids=["bare", "nested"]
)
def test_what_cannot_be_written_down_is_refused_with_the_cure(wrap, value, message):
    with pytest.raises(NotHashableError, match=message):
        digest(wrap(value))


MODULE = """
import dataclasses

def loss(y, outputs):
    return {factor} * (y - outputs)

@dataclasses.dataclass(frozen=True)
class Probe:
    split: str
    def __call__(self, network, weights, splits):
        return {factor}
"""


def written_module(folder, monkeypatch, factor):
    """Write and import a module `fingerprinted` with a function and a frozen dataclass."""
    folder.mkdir()
    path = folder / "fingerprinted.py"
    path.write_text(MODULE.format(factor=factor))
    spec = importlib.util.spec_from_file_location("fingerprinted", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "fingerprinted", module)
    spec.loader.exec_module(module)
    return module


def test_another_source_text_under_the_same_name_is_another_digest(tmp_path, monkeypatch):
    digests = []
    for folder, factor in (("first", 1), ("edited", 2), ("restored", 1)):
        module = written_module(tmp_path / folder, monkeypatch, factor)
        digests.append((digest(module.loss), digest(module.Probe("train"))))
    first, edited, restored = digests
    assert first == restored
    assert first[0] != edited[0]
    assert first[1] != edited[1]


HELPER = """
from tests.engine import networks

def helper(x):
    return x + {number}

def loss(y, outputs):
    return [helper(output) for output in outputs]
"""


def module_with(tmp_path, number):
    """Import a module whose loss calls a helper that adds `number`."""
    path = tmp_path / f"helper_{number}.py"
    path.write_text(HELPER.format(number=number))
    spec = importlib.util.spec_from_file_location("with_helper", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_change_in_what_a_function_calls_is_another_digest(tmp_path):
    one, same, other = (
        module_with(tmp_path / name, number) for name, number in made(tmp_path)
    )
    assert digest(one.loss) == digest(same.loss)
    assert digest(one.loss) != digest(other.loss)


def made(tmp_path):
    """Make three folders; return their names with the numbers of their helpers."""
    pairs = [("one", 1), ("same", 1), ("other", 2)]
    for name, _ in pairs:
        (tmp_path / name).mkdir()
    return pairs


def test_what_a_class_calls_by_way_of_a_module_is_part_of_it():
    from zoo.engine import probes
    from zoo.engine.fingerprint import sources

    assert "zoo.engine.probes.gradients_of" in sources(probes.GradientNorms)
    assert not [
        name
        for name in sources(probes.GradientNorms)
        if name.startswith(("keras", "tensorflow"))
    ]


CONSTANT = """
SCALE = {number}

def loss(y, outputs):
    return SCALE * outputs
"""


def test_a_module_constant_is_part_of_what_uses_it(tmp_path):
    digests = []
    for number in (1, 22):
        path = tmp_path / f"constant_{number}.py"
        path.write_text(CONSTANT.format(number=number))
        spec = importlib.util.spec_from_file_location("with_constant", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        digests.append(digest(module.loss))
    assert digests[0] != digests[1]


def test_functions_without_source_are_told_apart_by_what_they_do():
    made = []
    for factor in (1, 100, 100):
        scope = {"__name__": "typed"}
        exec(f"def loss(y, outputs):\n    return {factor} * outputs", scope)
        made.append(digest(scope["loss"]))
    assert made[0] != made[1] == made[2]


def test_comments_and_docstrings_are_not_part_of_what_a_function_does(tmp_path):
    digests = []
    for number, text in enumerate(('"""One."""', '"""Two."""  # and a remark')):
        path = tmp_path / f"described_{number}.py"
        path.write_text(f"def loss(y, outputs):\n    {text}\n    return outputs\n")
        spec = importlib.util.spec_from_file_location("described", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        digests.append(digest(module.loss))
    assert digests[0] == digests[1]
