"""A card as a page for people: README.md with YAML front matter, made of the card alone."""

import json

import numpy as np

from zoo.pretrained import searched
from zoo.pretrained.cards import Card, Metric
from zoo.pretrained.errors import PretrainedError

PAGE = "README.md"
ANSWERS = {
    "autoencoder": (
        "The Keras model answers logits: their sigmoid is the reconstruction, flat, from 0 to 1. Exported "
        "forms encode an image to its code, decode a code, and reconstruct an image."
    ),
    "rbm": (
        "The Keras model answers the probabilities of the hidden units, without chance. Exported forms also "
        "reconstruct an image, give its free energy, and draw the next sample of a Gibbs chain. The bare "
        "machine (`zoo.load` with `bare=True`) can be trained on: its answer is the cost that contrastive "
        "divergence minimises."
    ),
}
"""What models answer that make a code of their input, by kind."""


def page(card: Card) -> str:
    """Return README.md of a model; neither the files' sha256 nor the card's digest stand in it."""
    return f"{_front_matter(card)}\n\n{body(card)}\n"


def body(card: Card) -> str:
    """Return the page without its front matter, as Markdown.

    Raises:
        PretrainedError: the parts of the card contradict each other, as those of a foreign one may.
    """
    try:
        return "\n\n".join(_parts_of(card))
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        raise PretrainedError(f"{card.name}: its card does not hold together ({error!r})") from error


def _parts_of(card: Card) -> list[str]:
    parts = [f"# {card.name}", card.summary, _use(card), "## Numbers", _numbers(card), _seeds(card)]
    parts += ["## Confusions", _confusions(card)] if card.confusions else []
    parts += ["## Layers", _layers(card), "## How it was trained", _training(card)]
    parts += ["## How its hyperparameters were found", searched.section(card)] if card.search else []
    return [*parts, "## Use and limits", _limits(card)]


def shown(metric: Metric) -> str:
    """Return a metric as "4.21 % [3.83, 4.62]"; the brackets hold the 95 % interval."""
    unit = f" {metric.unit}" if metric.unit else ""
    return f"{metric.value:.4g}{unit} [{metric.low:.4g}, {metric.high:.4g}]"


def verdict(card: Card) -> str:
    """Return whether the target was reached, "" where none was set."""
    target, first = card.training.target, card.metrics[0]
    if target is None:
        return ""
    said = "reached" if first.value <= target else "missed"
    return f"The target, a test {first.name} of {target:g} {first.unit}, was {said}."


def spread(card: Card) -> str:
    """Return how validation and test values of all seeds are distributed, in one line each."""
    seeds, unit = card.training.seeds, card.metrics[0].unit
    lines = []
    for split in ("validation", "test"):
        values = [value for seed in seeds if (value := getattr(seed, split)) is not None]
        ends = f"from {min(values):.4g} to {max(values):.4g}"
        lines.append(f"{split}: median {np.median(values):.4g}, {ends} {unit}".strip())
    diverged = sum(seed.validation is None for seed in seeds)
    return "; ".join(lines) + (f"; {diverged} of {len(seeds)} seeds diverged" if diverged else "")


def _front_matter(card: Card) -> str:
    facts = {
        "license": card.licence.lower(),
        "library_name": "keras",
        "tags": [card.kind, card.builder],
        "datasets": [card.data.name],
        "metrics": [metric.name for metric in card.metrics],
        "model-index": [{"name": card.name, "results": [_result(card, metric) for metric in card.metrics]}],
    }
    # JSON is YAML too, and needs no further library.
    return "\n".join(["---", *(f"{name}: {json.dumps(value)}" for name, value in facts.items()), "---"])


def _result(card, metric):
    return {
        "task": {"type": card.kind},
        "dataset": {"name": card.data.title, "type": card.data.name, "split": metric.split},
        "metrics": [{"type": metric.name, "value": metric.value}],
    }


def _use(card: Card) -> str:
    shape = ", ".join(map(str, card.input.shape))
    return "\n".join(
        [
            "```python",
            "import zoo",
            "",
            f'model = zoo.load("{card.name}")  # takes (batch, {shape})',
            "```",
            "",
            f"Input: {card.input.meaning}; from {card.input.low:g} to {card.input.high:g}.",
            _answers(card),
            *([f"Classes: {', '.join(card.classes)}."] if card.classes else []),
        ]
    )


def _answers(card: Card) -> str:
    if card.kind in ANSWERS:
        return f"{ANSWERS[card.kind]}\n\n{_parts(card)}"
    return f"The Keras model answers {card.outputs[0]}; exported forms answer {' and '.join(card.outputs)}."


def _parts(card: Card) -> str:
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
    head = f"Of the shipped weights, on {card.data.title}, with 95 % intervals over the examples:"
    lines = [
        f"- {each.split} {each.name}: {shown(each)}, {each.examples:,} examples" for each in card.metrics
    ]
    return "\n".join([head, "", *lines, *(["", verdict(card)] if verdict(card) else [])])


def _seeds(card: Card) -> str:
    metric = card.metrics[0]
    unit = f", {metric.unit}" if metric.unit else ""
    rows = [
        f"| {each.seed}{' (shipped)' if each.seed == card.training.seed else ''} "
        f"| {_or_diverged(each.validation)} | {_or_diverged(each.test)} |"
        for each in card.training.seeds
    ]
    head = f"Every random seed, trained on the train split ({metric.name}{unit}):"
    chosen = f"The best seed was chosen by {card.training.chosen_by}."
    again = (
        " It was then trained once more, on train and validation together; those weights are shipped, and "
        "the numbers above are theirs."
        if card.training.retrained
        else ""
    )
    table = "\n".join(["| seed | validation | test |", "|---|---|---|", *rows])
    return f"{head}\n\n{table}\n\n{spread(card).capitalize()}.\n\n{chosen}{again}"


def _or_diverged(value) -> str:
    return "diverged" if value is None else f"{value:.4g}"


def _confusions(card: Card) -> str:
    rows = [
        f"| **{name}** | {' | '.join(map(str, row))} |"
        for name, row in zip(card.classes, card.confusions, strict=True)
    ]
    head = [f"| true \\ answered | {' | '.join(card.classes)} |", "|---" * (len(card.classes) + 1) + "|"]
    return "\n".join(["Test examples:", "", *head, *rows])


def _layers(card: Card) -> str:
    rows = [
        f"| {each.name} | {each.kind} | {' x '.join(map(str, each.shape))} | {each.parameters:,} |"
        for each in card.layers
    ]
    head = ["| layer | kind | output | parameters |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, f"\n{card.parameters:,} parameters, built by `{card.builder}`."])


def _training(card: Card) -> str:
    made, facts = card.training, card.training.recipe
    sizes = ", ".join(f"{split} {count:,}" for split, count in card.data.examples.items())
    return "\n".join(
        [
            f"- command: `{made.command}`",
            f"- recipe: {_method(facts)}",
            *([f"- in training only: {facts['in training only']}"] if "in training only" in facts else []),
            *_before(facts),
            f"- data: {card.data.title} ({sizes}), licence {card.data.licence}",
            f"- source: {card.source}",
            f"- versions: {', '.join(f'{name} {version}' for name, version in made.versions.items())}",
        ]
    )


def _method(facts: dict) -> str:
    length = f"{facts['epochs']} epochs" if facts["epochs"] else f"{facts['steps']:,} updates"
    batch = f"batches of {facts['batch_size']}" if facts["batch_size"] else "full batch"
    return f"{facts['optimizer']}, {facts['loss']}, {batch}, {length}"


def _before(facts: dict) -> list[str]:
    """Return a line on pre-training, where there was some, and below it one per level."""
    if "pre-training" not in facts:
        return []
    levels = [f"  - level {level}: {_level(each)}" for level, each in enumerate(facts["levels"], start=1)]
    return [f"- before that: {facts['pre-training']}", *levels]


def _level(facts: dict) -> str:
    arguments = ", ".join(f"{name}={value}" for name, value in facts["arguments"].items())
    return f"`{facts['builder']}({arguments})`; {_method(facts)}"


def _limits(card: Card) -> str:
    return f"{card.intended_use}\n\n{card.limits}\n\nLicence of the weights: {card.licence}."
