"""How every shipped model is trained: one training script per model.

A training script is a file `<model>_<data>.py` in this folder; `zoo train lenet5.mnist` runs
lenet5_mnist.py. Its docstring says what the model is, its source, and `Expected time on two
cores: ...`. The file ends in its only fixed name:

    TRAINING = Training(kind="classifier", builder="lenet5", data="mnist", recipe=recipe, ...)

A reproduction of the same source uses the same functions where it can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:  # listings of training scripts need no Keras
    import keras

    from zoo.engine import Recipe

DIGITS = tuple("0123456789")
KNOWN_DIGITS = "It knows bright digits on a dark ground, centred by mass in 28 by 28 pixels as MNIST has them"
"""How the limits of a model of MNIST begin."""


class Preprocessing(BaseModel):
    """How the network's input is made of a data set's, in which images go from 0 to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    frame: int = 0
    """So many pixels of 0, the ground, are put around the image on every side."""
    enlarge: int = 1
    """Every pixel becomes a square of so many by so many."""
    factor: float = 1.0
    offset: float = 0.0


class Pretraining(Protocol):
    """What happens before training, as `Stack` does it."""

    says: str
    """One sentence for the card."""

    def start(
        self, build: Callable, splits: Mapping, seeds: Sequence[int], title: str
    ) -> Callable:
        """Train what comes first, and return the builder that takes the place of `build`."""

    def parts(self, examples: int) -> Sequence[tuple[Callable, Recipe]]:
        """Return builder and recipe of every level, for the card; empty without levels."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Pre-training level by level: each learns from what those below make of the data."""

    says: str
    """One sentence for the card."""
    levels: Callable[[], Sequence[Callable]]
    """() -> one builder per level, each a `functools.partial`, as of `models.dbn_levels`."""
    recipes: Callable[[int], Sequence[Recipe]]
    """(examples) -> one recipe per level."""
    through: Callable[[keras.Model], keras.Model] | None = None
    """Top level -> model whose weights have the network's paths; None: the paths fit."""

    def start(
        self, build: Callable, splits: Mapping, seeds: Sequence[int], title: str
    ) -> Callable:
        """Train all levels, and return a builder that starts every seed from its own levels.

        Args:
            build: builds the network that is trained afterwards.
            splits: names to (x, y); the levels learn from "train", and ignore the targets.
            seeds: as `engine.train` takes them.
            title: what the progress bar calls the model.
        """
        from zoo.pretraining import pretrain

        train = splits["train"]
        levels = self.levels()
        recipes = self.recipes(len(train[0]))
        name = f"{title}, pre-training"
        stack = pretrain(levels, recipes, {"train": train}, seeds, name=name)
        return stack.into(build, self.through)

    def parts(self, examples: int) -> list[tuple[Callable, Recipe]]:
        """Return builder and recipe of every level."""
        return list(zip(self.levels(), self.recipes(examples), strict=True))


@dataclass(frozen=True, kw_only=True)
class Training:
    """How a model is trained that gets shipped, and what people should know of it."""

    kind: str
    """Key of `zoo.kinds.KINDS`: what it answers, and what it is measured by."""
    builder: str
    """Key of `zoo.models.BUILDERS`."""
    arguments: Mapping
    """The builder's arguments, as JSON can hold them."""
    recipe: Callable[[int], Recipe]
    """(examples) -> how to train on so many examples."""
    build: Callable[[], keras.Model] | None = None
    """Returns the bare network with layers around it that only train; None: the bare one."""
    pretrain: Pretraining | None = None
    only_training: Mapping = field(default_factory=dict)
    """Arguments of the builder that are Keras's objects and matter only in training."""
    data: str
    """Key of `zoo.data.DATASETS`."""
    data_options: Mapping = field(default_factory=dict)
    pixels: bool = True
    """Whether inputs are images: loaded models then take pixels of 0 to 255."""
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

    def network(self) -> keras.Model:
        """Return the untrained bare network: what is shipped, with other weights."""
        from zoo.models import BUILDERS

        return BUILDERS[self.builder](**self.arguments)

    def start(self, splits: Mapping, seeds: Sequence[int], title: str) -> Callable:
        """Return what `engine.train` takes as its builder, after any pre-training."""
        build = self.build or self.network
        if self.pretrain is None:
            return build
        return self.pretrain.start(build, splits, seeds, title)
