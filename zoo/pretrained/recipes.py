"""What a recipe file in zoo/training/ says, and which there are.

Names and docstrings are read from the files without running them; only `load` imports one.
"""

import ast
import difflib
import importlib
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from zoo import training
from zoo.data import DATASETS
from zoo.pretrained.cards import Preprocessing
from zoo.pretrained.errors import PretrainedError

DIGITS = tuple("0123456789")
KNOWN_DIGITS = "It knows bright digits on a dark ground, centred by mass in 28 by 28 pixels as MNIST has them"
"""How the limits of a model of MNIST begin."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What a model is that gets shipped: its network, its data, and what people should know of it."""

    kind: str
    """Key of `zoo.export.KINDS`: what it answers."""
    builder: str
    """Key of `zoo.models.BUILDERS`."""
    arguments: dict
    """The builder's arguments, as JSON can hold them."""
    data: str
    """Key of `zoo.data.DATASETS`."""
    data_options: dict = field(default_factory=dict)
    pixels: bool = True
    """Whether inputs are images, loaded models then take pixels of 0 to 255; else plain numbers."""
    input_range: tuple[float, float] = (0.0, 255.0)
    input_meaning: str = "pixels of a grey image: 0 is the ground, 255 full ink"
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    classes: tuple[str, ...] = ()
    seeds: int = 10
    """Seeds 1 to so many are trained; the one with the best validation error is shipped."""
    retrain: bool = False
    """Train the chosen seed once more, on train and validation together."""
    target: float | None = None
    """Test value of the first metric to reach or better."""
    source: str = "none: our own recipe"
    licence: str = "MIT"
    intended_use: str = "Teaching, and tests of programs that load models."
    limits: str = ""

    def network(self):
        """Return the untrained bare network; a recipe's build() may put layers around it that only train."""
        from zoo.models import BUILDERS

        return BUILDERS[self.builder](**self.arguments)


class Summary(NamedTuple):
    """What a recipe's docstring says: its first line, and the sentence on the time it takes."""

    title: str
    time: str


def names() -> list[str]:
    """Return the names of all models that have a recipe."""
    files = (file for folder in training.__path__ for file in Path(folder).glob("*.py"))
    return sorted(_name(file.stem) for file in files if file.stem != "__init__")


def check(name: str) -> str:
    """Return the name, if there is such a recipe.

    Raises:
        PretrainedError: there is none; the message gives the nearest names.
    """
    known = names()
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, cutoff=0.4) or known
    raise PretrainedError(f"there is no recipe for {name!r}; the nearest names: {', '.join(near)}")


def summary(name: str) -> Summary:
    """Return what the docstring says, read without running the file."""
    file = Path(training.__path__[0]) / f"{_stem(check(name))}.py"
    try:
        text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "(no docstring)"
    except SyntaxError as error:
        return Summary(f"(syntax error in line {error.lineno})", "")
    stated = [line.partition(": ")[2] for line in text.splitlines() if line.startswith("Expected time")]
    return Summary(text.splitlines()[0], stated[0] if stated else "")


def load(name: str) -> ModuleType:
    """Import a recipe file and check its fixed names.

    Raises:
        PretrainedError: there is no such recipe, or a fixed name is missing or of the wrong kind.
    """
    module = importlib.import_module(f"zoo.training.{_stem(check(name))}")
    problems = list(_problems(module, name))
    if problems:
        raise PretrainedError(f"zoo/training/{_stem(name)}.py: {'; '.join(problems)}")
    return module


def _problems(module: ModuleType, name: str):
    model = getattr(module, "MODEL", None)
    if not isinstance(model, Trained):
        yield "MODEL must be a Trained"
    elif name.rpartition(".")[2] != model.data:
        yield f"it is named after the data set {name.rpartition('.')[2]}, but trains on {model.data}"
    before = ("levels", "pre_training") if hasattr(module, "started") else ()
    for function in ("build", "recipe", *before):
        if not callable(getattr(module, function, None)):
            yield f"{function} must be a function"


def _name(stem: str) -> str:
    """Return the model's name of a file: mlp30_mnist is mlp30.mnist, for data sets' names hold "_" too."""
    fitting = [data for data in DATASETS if stem.endswith(f"_{data}")]
    data = max(fitting, key=len, default=stem.rpartition("_")[2])
    return f"{stem.removesuffix(f'_{data}')}.{data}"


def _stem(name: str) -> str:
    return name.replace(".", "_")
