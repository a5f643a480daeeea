"""A recipe says how a network is trained: loss, optimizer, batches, length, and what is
measured on the way.
"""

import numbers
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one member is trained; all that matters to its numbers apart from network, data and
    seed.

    Functions must be defined at the top of a module and values must be frozen dataclasses,
    because a recipe is hashed by name, parameters and source text.

    Raises:
        ValueError: for a length that is missing, given twice, or not positive.
    """

    loss: Callable
    """(targets, outputs) -> (batch,) or scalar; the mean over the batch is minimised. May
    ignore the targets.
    """
    optimizer: Any
    """One of `zoo.engine.optimizers`."""
    batch_size: int | None = None
    """Examples per update; None: all of them (full batch, in file order)."""
    epochs: int | None = None
    """Length in passes over the training examples; give this or `steps`."""
    steps: int | None = None
    """Length in updates."""
    shuffle: bool = True
    """Reshuffle before every epoch; False keeps file order."""
    probes: tuple = ()
    """What is measured before the first update and after every `probe_every` updates: see
    `zoo.engine.probes`.
    """
    running: tuple = ()
    """Per-example metrics (targets, outputs) -> (batch,), averaged over the training batches
    between two probes.
    """
    probe_every: int | None = None
    """Updates between two measurements; None: one epoch."""

    def __post_init__(self):
        """Refuse what cannot be trained."""
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("a recipe needs a length: give either epochs or steps")
        if not callable(self.loss):
            raise ValueError(
                f"loss must be a function of targets and outputs (see zoo.losses), not {self.loss!r}"
            )
        for name in ("batch_size", "epochs", "steps", "probe_every"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, numbers.Integral) or value < 1):
                raise ValueError(f"{name} must be a positive whole number, not {value!r}")

    def without_length(self):
        """Return the recipe with epochs and steps left out of the comparison: 50,000 updates
        extend 20,000.
        """
        return replace(self, epochs=None, steps=1)


@dataclass(frozen=True)
class Calendar:
    """The recipe's lengths in updates, once the number of training examples is known."""

    examples: int
    batch_size: int
    steps_per_epoch: int
    steps: int
    probe_every: int

    @property
    def full_batch(self) -> bool:
        """Whether every update sees all examples."""
        return self.batch_size == self.examples

    @property
    def tail(self) -> int:
        """The examples of an epoch's last batch where it is smaller than the others, else 0."""
        return self.examples % self.batch_size

    @property
    def longest_segment(self) -> int:
        """The most updates in a row whose batches have the same size."""
        return self.examples // self.batch_size if self.tail else self.steps


def calendar(recipe: Recipe, examples: int) -> Calendar:
    """Return the recipe's lengths in updates for `examples` training examples.

    Raises:
        ValueError: where the length is no multiple of `probe_every`, since the last state
        would go unmeasured.
    """
    batch_size = min(recipe.batch_size or examples, examples)
    steps_per_epoch = -(-examples // batch_size)
    steps = recipe.steps or recipe.epochs * steps_per_epoch
    probe_every = recipe.probe_every or steps_per_epoch
    if steps % probe_every:
        raise ValueError(
            f"{steps} steps are no multiple of probe_every={probe_every}: "
            "the final state would not be measured; "
            f"use {steps - steps % probe_every or probe_every} steps or another probe_every"
        )
    return Calendar(examples, batch_size, steps_per_epoch, steps, probe_every)
