"""A card as a page for people: README.md with YAML front matter, made of the card alone."""

import json
from collections.abc import Iterable, Mapping

import numpy as np

from zoo.kinds import KINDS
from zoo.pretrained import searched
from zoo.pretrained.cards import Card, Metric
from zoo.pretrained.errors import PretrainedError
from zoo.texts import table_line

PAGE = "README.md"


def page(card: Card) -> str:
    """Return README.md of a model, without the files' sha256 and the card's digest."""
    return f"{_front_matter(card)}\n\n{body(card)}\n"


def body(card: Card) -> str:
    """Return the page without its front matter, as Markdown.

    Raises:
        PretrainedError: the parts of the card contradict each other, as those of a foreign
            one may.
    """
    try:
        return "\n\n".join(_sections(card))
    except (LookupError, TypeError, ValueError) as error:
        raise PretrainedError(
            f"{card.name}: its card does not hold together ({error!r})"
        ) from error


def _sections(card: Card) -> list[str]:
    found = [f"# {card.name}", card.summary, _use(card)]
    found += ["## Numbers", _numbers(card), _seeds(card)]
    if card.confusions:
        found += ["## Confusions", _confusions(card)]
    found += ["## Layers", _layers(card)]
    found += ["## How it was trained", _training(card)]
    if card.search:
        found += ["## How its hyperparameters were found", searched.section(card)]
    found += ["## Use and limits", _limits(card)]
    return found


def shown(metric: Metric) -> str:
    """Return a metric as "4.21 % [3.83, 4.62]"; the brackets hold the 95 % interval."""
    unit = f" {metric.unit}" if metric.unit else ""
    return f"{metric.value:.4g}{unit} [{metric.low:.4g}, {metric.high:.4g}]"


def verdict(card: Card) -> str:
    """Return whether the target was reached, "" where none was set."""
    target = card.training.target
    if target is None:
        return ""
    first = card.metrics[0]
    outcome = "reached" if first.value <= target else "missed"
    return f"The target, a test {first.name} of {target:g} {first.unit}, was {outcome}."


def spread(card: Card) -> str:
    """Return how validation and test values of all seeds are distributed, on one line."""
    seeds = card.training.seeds
    unit = card.metrics[0].unit
    validation = [seed.validation for seed in seeds]
    test = [seed.test for seed in seeds]
    parts = [
        f"validation: {_distribution(validation, unit)}",
        f"test: {_distribution(test, unit)}",
    ]
    diverged = validation.count(None)
    if diverged:
        parts.append(f"{diverged} of {len(seeds)} seeds diverged")
    return "; ".join(parts)


def _distribution(values: Iterable[float | None], unit: str) -> str:
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    middle = np.median(known)
    text = f"median {middle:.4g}, from {low:.4g} to {high:.4g} {unit}"
    return text.strip()


def _front_matter(card: Card) -> str:
    results = [_result(card, metric) for metric in card.metrics]
    facts = {
        "license": card.licence.lower(),
        "library_name": "keras",
        "tags": [card.kind, card.builder],
        "datasets": [card.data.name],
        "metrics": [metric.name for metric in card.metrics],
        "model-index": [{"name": card.name, "results": results}],
    }
    # JSON is YAML too, and needs no further library.
    lines = [f"{name}: {json.dumps(value)}" for name, value in facts.items()]
    return "\n".join(["---", *lines, "---"])


def _result(card: Card, metric: Metric) -> dict:
    return {
        "task": {"type": card.kind},
        "dataset": {"name": card.data.title, "type": card.data.name, "split": metric.split},
        "metrics": [{"type": metric.name, "value": metric.value}],
    }


def _use(card: Card) -> str:
    shape = ", ".join(map(str, card.input.shape))
    lines = [
        "```python",
        "import zoo",
        "",
        f'model = zoo.load("{card.name}")  # takes (batch, {shape})',
        "```",
        "",
        f"Input: {card.input.meaning}; from {card.input.low:g} to {card.input.high:g}.",
        _answers(card),
    ]
    if card.classes:
        lines.append(f"Classes: {', '.join(card.classes)}.")
    return "\n".join(lines)


def _answers(card: Card) -> str:
    """Return what the model answers, and for one that makes a code how that is had."""
    kind = KINDS[card.kind]
    outputs = " and ".join(card.outputs)
    default = f"The Keras model answers {card.outputs[0]}; exported forms answer {outputs}."
    text = kind.description or default
    return f"{text}\n\n{_coding(card)}" if kind.has_code else text


def _coding(card: Card) -> str:
    """Return how codes are had, and images from codes."""
    return "\n".join(
        [
            "```python",
            f'encoder = zoo.features("{card.name}")  # images to codes',
            "",
            "from zoo.models import decoder_of",
            "",
            f'decoder = decoder_of(zoo.load("{card.name}", bare=True))  # codes to logits of pixels',
            "```",
        ]
    )


def _numbers(card: Card) -> str:
    lines = [
        f"Of the shipped weights, on {card.data.title}, with 95 % intervals over the examples:",
        "",
    ]
    for metric in card.metrics:
        value, count = shown(metric), metric.examples
        lines.append(f"- {metric.split} {metric.name}: {value}, {count:,} examples")
    if card.training.target is not None:
        lines += ["", verdict(card)]
    return "\n".join(lines)


def _seeds(card: Card) -> str:
    training, metric = card.training, card.metrics[0]
    unit = f", {metric.unit}" if metric.unit else ""
    head = f"Every random seed, trained on the train split ({metric.name}{unit}):"
    rows = []
    for each in training.seeds:
        mark = " (shipped)" if each.seed == training.seed else ""
        rows.append(
            (f"{each.seed}{mark}", _or_diverged(each.validation), _or_diverged(each.test))
        )
    table = _table(("seed", "validation", "test"), rows)
    chosen = f"The best seed was chosen by {training.chosen_by}."
    if training.retrained:
        chosen += (
            " It was then trained once more, on train and validation together; those weights "
            "are shipped, and the numbers above are theirs."
        )
    return "\n\n".join([head, table, f"{spread(card).capitalize()}.", chosen])


def _or_diverged(value: float | None) -> str:
    return "diverged" if value is None else f"{value:.4g}"


def _confusions(card: Card) -> str:
    rows = []
    for name, counts in zip(card.classes, card.confusions, strict=True):
        rows.append((f"**{name}**", *map(str, counts)))
    table = _table(("true \\ answered", *card.classes), rows)
    return f"Test examples:\n\n{table}"


def _layers(card: Card) -> str:
    rows = []
    for each in card.layers:
        shape = " x ".join(map(str, each.shape))
        rows.append((each.name, each.kind, shape, f"{each.parameters:,}"))
    table = _table(("layer", "kind", "output", "parameters"), rows)
    return f"{table}\n\n{card.parameters:,} parameters, built by `{card.builder}`."


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    rule = "|---" * len(head) + "|"
    lines = [table_line(head), rule, *map(table_line, rows)]
    return "\n".join(lines)


def _training(card: Card) -> str:
    training, facts = card.training, card.training.recipe
    sizes = ", ".join(f"{split} {count:,}" for split, count in card.data.examples.items())
    versions = ", ".join(f"{name} {version}" for name, version in training.versions.items())
    lines = [f"- command: `{training.command}`", f"- recipe: {_method(facts)}"]
    if "in training only" in facts:
        lines.append(f"- in training only: {facts['in training only']}")
    if "pre-training" in facts:
        lines += _pretraining(facts)
    lines += [
        f"- data: {card.data.title} ({sizes}), licence {card.data.licence}",
        f"- source: {card.source}",
        f"- versions: {versions}",
    ]
    return "\n".join(lines)


def _method(facts: Mapping) -> str:
    batch = "full batch"
    if facts["batch_size"]:
        batch = f"batches of {facts['batch_size']}"
    length = f"{facts['epochs']} epochs"
    if not facts["epochs"]:
        length = f"{facts['steps']:,} updates"
    return f"{facts['optimizer']}, {facts['loss']}, {batch}, {length}"


def _pretraining(facts: Mapping) -> list[str]:
    """Return a line on pre-training, and below it one per level."""
    lines = [f"- before that: {facts['pre-training']}"]
    for number, level in enumerate(facts["levels"], start=1):
        lines.append(f"  - level {number}: {_level(level)}")
    return lines


def _level(facts: Mapping) -> str:
    arguments = ", ".join(f"{name}={value}" for name, value in facts["arguments"].items())
    return f"`{facts['builder']}({arguments})`; {_method(facts)}"


def _limits(card: Card) -> str:
    return f"{card.intended_use}\n\n{card.limits}\n\nLicence of the weights: {card.licence}."
