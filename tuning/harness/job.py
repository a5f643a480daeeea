"""What a job file says of its search, and what its `space` returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the engine's recipe would be imported by every listing
    from zoo.engine import Recipe


class Candidate(NamedTuple):
    """One choice of hyperparameters, as the engine takes it."""

    build: Callable
    """Returns the untrained network: what `engine.train` takes."""
    recipe: Recipe
    """How it is trained, in full length."""
    started: Callable | None = None
    """(splits, seeds, name) -> what takes the place of `build`, where something is trained beforehand."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a search is on, and by which measure; the file's `space(hp)` declares the hyperparameters."""

    data: str
    """Key of `zoo.data.DATASETS`."""
    data_options: Mapping = field(default_factory=dict)
    """What `zoo.data.load` takes beside the name, such as {"flat": True}."""
    targets: str = "labels"
    """What the loss is given as targets: "labels", or "inputs" for networks that reproduce these."""
    metric: str
    """What the recipe's probes measure on the validation split, such as "validation wrong": the smaller, the
    better. A trial's score is the mean over its executions of the last measurement.
    """
    tuner: str = "random"
    trials: int = 30
    executions: int = 3
    """Networks trained per trial, each from a random seed of its own."""
    kind: str = "classifier"
    """What the model answers that a study ends in, key of `zoo.kinds.KINDS`: decides how it is measured."""
    card: Mapping = field(default_factory=dict)
    """What else that model's card says: fields of `zoo.training.Training`, such as classes and limits."""
