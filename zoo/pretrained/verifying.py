"""Is a model's folder what its card says, down to the number that is claimed?"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from zoo import data, statistics
from zoo.data import DataError
from zoo.pretrained import cards, folders, pages
from zoo.pretrained.cards import Card, Metric
from zoo.pretrained.errors import PretrainedError

TOLERANCE = 1e-4
"""Largest difference from a stored output, as a share of the largest one, or of 1 if that is more."""


class Finding(NamedTuple):
    """One check: its name, whether it passed (None: could not be made), and what was found."""

    check: str
    passed: bool | None
    said: str


def verify(name_or_folder: str | Path, *, trust: bool = False) -> list[Finding]:
    """Return what was found out about a model; checks that rest on a failed one are not made.

    A foreign folder's weights are read only with `trust`; its checksums are compared in any case.

    Raises:
        PretrainedError: there is no such model.
    """
    folder, foreign = folders.place(name_or_folder)
    try:
        card = cards.read(folder)
        cards.check_files(folder, card)
    except PretrainedError as error:
        return [Finding("files", False, str(error))]
    findings = [_listed(folder, card)]
    if foreign and not trust:
        return [*findings, Finding("weights", None, "not read: a foreign folder, see --trust")]
    return findings + _rebuilt(folder, card)


def _listed(folder: Path, card: Card) -> Finding:
    unlisted = cards.unlisted(folder, card)
    if unlisted:
        path = str(folder / unlisted[0])
        return Finding("files", False, f"{path!r}: the card does not know this file; remove it")
    return Finding("files", True, f"{len(card.files)} files have the sha256 of the card")


def _rebuilt(folder: Path, card: Card) -> list[Finding]:
    from zoo.pretrained import loading

    try:
        network = loading.restored(card, folder)
        model = loading.whole(card, network, folder)
    except PretrainedError as error:
        return [Finding("weights", False, str(error))]
    same = loading.weights_digest(network) == card.weights_digest
    said = f"{network.count_params():,} parameters, " + ("digest" if same else "but another digest than")
    return [
        Finding("weights", same, f"{said} of the card"),
        _answers(folder, model),
        *_numbers(card, network),
    ]


def _answers(folder: Path, model) -> Finding:
    from zoo.pretrained import measuring

    try:
        with np.load(folder / cards.EXAMPLES, allow_pickle=False) as stored:
            inputs, outputs = stored["inputs"], stored["outputs"]
        difference = float(np.abs(measuring.outputs_of(model, inputs) - outputs).max())
    except Exception as error:  # a foreign file can hold anything
        return Finding("answers", False, f"{folder / cards.EXAMPLES}: cannot be compared ({_reason(error)})")
    allowed = TOLERANCE * max(1.0, float(np.abs(outputs).max()))
    said = f"{len(inputs)} stored answers, largest difference {difference:.1g} (allowed {allowed:.1g})"
    return Finding("answers", difference <= allowed, said)


def _numbers(card: Card, network) -> list[Finding]:
    """Measures every metric of the card again, on the whole split that it was measured on."""
    try:
        dataset = data.load(card.data.name, **card.data.options)
        found = {split: _measured(card, network, dataset, split) for split in {m.split for m in card.metrics}}
        return [_number(card, metric, found[metric.split][metric.name], dataset) for metric in card.metrics]
    except DataError as error:
        passed, said = None, f"not measured: {error}"
    except Exception as error:  # a foreign card can name options and metrics that there are not
        passed, said = False, f"cannot be measured as the card says ({_reason(error)})"
    return [Finding(_called(metric), passed, said) for metric in card.metrics]


def _measured(card, network, dataset, split) -> dict[str, float]:
    from zoo.pretrained import loading, measuring

    x, y = getattr(dataset, split)
    x = loading.prepared(x, card.preprocessing, network.input_shape[1:])
    targets, answers = measuring.targets(card.kind, x, y), measuring.answers_of(card.kind, network, x)
    values = measuring.values(card.kind, targets, answers)
    return {name: statistics.mean(each) for name, each in values.items()}


def _number(card: Card, recorded: Metric, measured: float, dataset) -> Finding:
    same_data = "" if dataset.digest == card.data.digest else "; the data differ from those of the card"
    said = f"measured {measured:.4g}, card says {pages.shown(recorded)}{same_data}"
    return Finding(_called(recorded), recorded.low <= measured <= recorded.high, said)


def _called(metric: Metric) -> str:
    return f"{metric.split} {metric.name}"


def _reason(error: Exception) -> str:
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}"
