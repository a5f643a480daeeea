"""What a job file says about its search, and what its function `space` returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # a listing must not import the engine
    from zoo.engine import Recipe


class Candidate(NamedTuple):
    """One choice of hyperparameters, as the engine takes it.

    Every study.json holds a fingerprint of this class: its name, its module and its fields
    cannot change.
    """

    build: Callable
    """Returns the untrained network: the first argument of `engine.train`."""
    recipe: Recipe
    """The training, in full length."""
    started: Callable | None = None
    """(splits, seeds, name) -> what replaces `build`, if something is trained beforehand."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """The data, the measure and the size of a search; `space(hp)` declares the rest."""

    data: str
    """Key of `zoo.data.DATASETS`."""
    data_options: Mapping = field(default_factory=dict)
    """Further arguments of `zoo.data.load`, such as {"flat": True}."""
    targets: str = "labels"
    """What the loss compares the outputs with: "labels", or "inputs" for autoencoders."""
    metric: str
    """What a probe of the recipe measures on the validation split, such as "validation wrong".

    Smaller is better. A trial's score is the mean, over its executions, of the last
    measurement.
    """
    tuner: str = "random"
    trials: int = 30
    executions: int = 3
    """Networks per trial, each from its own random seed."""
    kind: str = "classifier"
    """Key of `zoo.kinds.KINDS`: what the final model answers, and how it is measured."""
    card: Mapping = field(default_factory=dict)
    """Further fields of the model's card, such as classes: see `zoo.training.Training`."""
