"""The kinds of models, one value each: what they answer, and what they are measured by.

A new kind is one more value in `KINDS`. Everything that differs from kind to kind is read
from there: cards, pages, numbers, figures, exports. Functions that need Keras are named here
and loaded when they are called.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class _Later:
    """A function that is imported when it is called, so that lists of models need no Keras."""

    module: str
    name: str

    def __call__(self, *arguments):
        return self.function()(*arguments)

    def function(self) -> Callable:
        """Return the function itself."""
        return getattr(importlib.import_module(self.module), self.name)


def _metric(name: str) -> _Later:
    return _Later("zoo.metrics", name)


def _endpoints(name: str) -> _Later:
    return _Later("zoo.endpoints", name)


OUTPUTS = _metric("outputs_of")


@dataclass(frozen=True)
class Measure:
    """A number of a model on a split: the mean of a function over the examples."""

    name: str
    unit: str
    function: Callable[[Any, Any], Any]
    """(targets, answers) -> array (examples,)."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is the same for all models of a kind."""

    name: str
    outputs: tuple[str, ...]
    """What the loaded model answers, then what exported forms answer beside it."""
    measures: tuple[Measure, ...]
    """The first one decides which seed is shipped; the others break ties."""
    endpoints: Callable[[Any], dict]
    """Model -> endpoints by name, "serve" first; see `zoo.endpoints`."""
    answers: Callable[[Any, Any], Any] = OUTPUTS
    """(bare network, prepared inputs) -> what the measures judge."""
    as_loaded: Callable[[Any], Any] | None = None
    """Bare network -> what `zoo.load` puts behind the preprocessing; None: itself."""
    has_classes: bool = False
    """Sorts inputs into classes: has confusions, names of classes, and a LiteRT file."""
    targets_are_inputs: bool = False
    """Its answers are held against its inputs, and not against the data set's targets."""
    answers_pixels: bool = False
    """The loaded model answers logits of the pixels of its input."""
    has_code: bool = False
    """Makes a code of its input, which its last coding layer gives."""
    description: str = ""
    """What the page says of its answers; "": the page names the outputs."""


_ALL = (
    Kind(
        name="classifier",
        outputs=("logits", "probabilities"),
        measures=(
            Measure("error", "%", _metric("wrong")),
            Measure("cross-entropy", "nat", _metric("cross_entropy")),
        ),
        endpoints=_endpoints("classifier"),
        has_classes=True,
    ),
    Kind(
        name="logistic",
        outputs=("logits", "probabilities"),
        measures=(
            Measure("error", "%", _metric("wrong")),
            Measure("cross-entropy", "nat", _metric("logistic_cross_entropy")),
        ),
        endpoints=_endpoints("logistic"),
        has_classes=True,
    ),
    Kind(
        name="regression",
        outputs=("outputs",),
        measures=(Measure("mean squared error", "", _metric("squared_error")),),
        endpoints=_endpoints("regression"),
    ),
    Kind(
        name="autoencoder",
        outputs=("logits", "reconstruction", "code"),
        measures=(
            Measure("squared error", "per image", _metric("summed_squares")),
            Measure("cross-entropy", "nat", _metric("summed_cross_entropy")),
        ),
        endpoints=_endpoints("autoencoder"),
        targets_are_inputs=True,
        answers_pixels=True,
        has_code=True,
        description=(
            "The Keras model answers logits: their sigmoid is the reconstruction, flat, from "
            "0 to 1. Exported forms encode an image to its code, decode a code, and "
            "reconstruct an image."
        ),
    ),
    Kind(
        name="rbm",
        outputs=("hidden", "reconstruction", "free_energy", "visible"),
        measures=(
            Measure(
                "negative log pseudo-likelihood", "nat", _metric("pseudo_likelihood_loss")
            ),
            Measure(
                "squared error of reconstructions", "per image", _metric("machine_squares")
            ),
        ),
        endpoints=_endpoints("boltzmann_machine"),
        answers=_metric("machine_of"),
        as_loaded=_Later("zoo.models.surgery", "hidden_of"),
        targets_are_inputs=True,
        has_code=True,
        description=(
            "The Keras model answers the probabilities of the hidden units, without chance. "
            "Exported forms also reconstruct an image, give its free energy, and draw the "
            "next sample of a Gibbs chain. The bare machine (`zoo.load` with `bare=True`) can "
            "be trained on: its answer is the cost that contrastive divergence minimises."
        ),
    ),
)

KINDS = MappingProxyType({kind.name: kind for kind in _ALL})
"""Every kind of model by its name, which is the `kind` of a card."""
