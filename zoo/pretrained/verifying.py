"""Is a model's folder what its card says, down to the number that is claimed?"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from zoo import data, statistics
from zoo.data import DataError
from zoo.pretrained import cards, folders, pages
from zoo.pretrained.cards import Card, Metric
from zoo.pretrained.errors import PretrainedError
from zoo.texts import first_line

TOLERANCE = 1e-4
"""Largest difference from a stored output, as a share of the largest one, at least of 1."""


class Finding(NamedTuple):
    """One check: its name, whether it passed (None: not made), and what was found."""

    check: str
    passed: bool | None
    said: str


def verify(name_or_folder: str | Path, *, trust: bool = False) -> list[Finding]:
    """Return what was found out about a model; checks that rest on a failed one are not made.

    A foreign folder's weights are read only with `trust`; its checksums are compared in any
    case.

    Raises:
        PretrainedError: there is no such model.
    """
    folder, foreign = folders.place(name_or_folder)
    try:
        card = cards.read(folder)
        cards.check_files(folder, card)
    except PretrainedError as error:
        return [Finding("files", False, str(error))]
    listed = _check_listed(folder, card)
    if foreign and not trust:
        return [listed, Finding("weights", None, "not read: a foreign folder, see --trust")]
    return [listed, *_check_rebuilt(folder, card)]


def _check_listed(folder: Path, card: Card) -> Finding:
    unlisted = cards.unlisted(folder, card)
    if not unlisted:
        return Finding("files", True, f"{len(card.files)} files have the sha256 of the card")
    path = str(folder / unlisted[0])
    return Finding("files", False, f"{path!r}: the card does not know this file; remove it")


def _check_rebuilt(folder: Path, card: Card) -> list[Finding]:
    from zoo.pretrained import loading

    try:
        network = loading.restored(card, folder)
        model = loading.whole(card, network, folder)
    except PretrainedError as error:
        return [Finding("weights", False, str(error))]
    same = loading.weights_digest(network) == card.weights_digest
    digest = "digest of the card" if same else "but another digest than of the card"
    weights = Finding("weights", same, f"{network.count_params():,} parameters, {digest}")
    return [weights, _check_answers(folder, model), *_check_numbers(card, network)]


def _check_answers(folder: Path, model) -> Finding:
    from zoo.metrics import outputs_of

    file = folder / cards.EXAMPLES
    try:
        with np.load(file, allow_pickle=False) as stored:
            inputs, outputs = stored["inputs"], stored["outputs"]
        difference = _largest(outputs_of(model, inputs) - outputs)
    except Exception as error:  # a foreign file can hold anything
        return Finding("answers", False, f"{file}: cannot be compared ({_reason(error)})")
    allowed = TOLERANCE * max(1.0, _largest(outputs))
    said = f"{len(inputs)} stored answers, largest difference {difference:.1g} (allowed {allowed:.1g})"
    return Finding("answers", difference <= allowed, said)


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values).max())


def _check_numbers(card: Card, network) -> list[Finding]:
    """Measure every metric of the card again, on the whole split that it was measured on."""
    try:
        dataset = data.load(card.data.name, **card.data.options)
        return _compare_numbers(card, network, dataset)
    except DataError as error:
        passed, said = None, f"not measured: {error}"
    except (
        Exception
    ) as error:  # a foreign card can name options and metrics that there are not
        passed, said = False, f"cannot be measured as the card says ({_reason(error)})"
    return [Finding(_check_name(metric), passed, said) for metric in card.metrics]


def _compare_numbers(card: Card, network, dataset) -> list[Finding]:
    same_data = dataset.digest == card.data.digest
    remark = "" if same_data else "; the data differ from those of the card"
    measured = {}
    for metric in card.metrics:
        split = metric.split
        if split not in measured:
            measured[split] = _measure(card, network, getattr(dataset, split))
    return [_compare(metric, measured[metric.split], remark) for metric in card.metrics]


def _measure(card: Card, network, split) -> dict[str, float]:
    from zoo.pretrained import loading, measuring

    kind = card.kind
    shape = network.input_shape[1:]
    x = loading.prepared(split.x, card.preprocessing, shape)
    targets = measuring.targets(kind, x, split.y)
    answers = measuring.answers_of(kind, network, x)
    found = measuring.values(kind, targets, answers)
    return {name: statistics.mean(values) for name, values in found.items()}


def _compare(recorded: Metric, measured: Mapping[str, float], remark: str) -> Finding:
    name = _check_name(recorded)
    value = measured[recorded.name]
    passed = recorded.low <= value <= recorded.high
    claim = pages.shown(recorded)
    said = f"measured {value:.4g}, card says {claim}{remark}"
    return Finding(name, passed, said)


def _check_name(metric: Metric) -> str:
    return f"{metric.split} {metric.name}"


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {first_line(error)}"
