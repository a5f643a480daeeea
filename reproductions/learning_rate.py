"""What do a learning rate that is too small, and one that is too large, do to training?

The lecture notes say that applying the whole gradient is not a good idea, so that it is multiplied by a rate,
normally 0.05; that with too small a rate convergence may be too slow, and with too large a one it may fail or
even diverge; that the rate need not be lowered, since the steps shrink by themselves near a minimum; and that
gradient descent always converges to a local optimum. They write the update as w <- w (1 - rate) - rate *
gradient, which is not gradient descent but weight decay of strength 1. All of this is tried on a network
784-30-10 in batches, and with the exact gradient of 1,000 images, from the same seeds.

Source: lecture note 001, lines 278-282, 388-418, 430 and 633; for the worked example on which its rule is
followed, M. Mazur, A Step by Step Backpropagation Example, mattmazur.com, 2015.

Expected wall time on two cores: full 12 min (16 seeds), quick 20 s, smoke 6 s.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import expit

from reproductions.harness import Claim, Difference, Exact, Fraction, Ratio, Result, run_file, setting


@dataclass(frozen=True)
class Config:
    """What may vary; `rates` count upwards, and the good one is chosen among them by the seeds `choosing`."""

    data: str = "mnist"
    rates: tuple[float, ...] = (0.0001, 0.001, 0.01, 0.05, 0.2, 0.5, 1.0, 3.0, 10.0)
    batch_size: int = 32
    epochs: int = 10
    images: int = 1_000
    steps: int = 300
    choosing: tuple[int, ...] = (1001, 1002, 1003)
    seeds: tuple[int, ...] = tuple(range(1, 17))


FULL = Config()
# The same network, batches and epochs on 4,000 images; four of the nine rates.
QUICK = Config(
    data="mnist5k", rates=(0.0001, 0.05, 1.0, 10.0), steps=100, choosing=(1001,), seeds=tuple(range(1, 7))
)
SMOKE = Config(
    data="digits", rates=(0.05, 1.0), batch_size=50, epochs=1, steps=5, choosing=(1001,), seeds=(1, 2)
)

SMALL, GOOD, LARGE = "the smallest rate", "the good rate", "the largest rate"
DECAYED, RULE = "the good rate, falling to zero", "the note's rule"
ACCURACY, LOSS = "validation accuracy (%), {}", "validation loss, {}"
FAILED, GREW = (
    "the largest rate ends no lower than it began",
    "the largest rate ends above ten times its start",
)
WORSE = "rate 1 ends at a lower accuracy than the good rate, or overflows"
SHRINKS = "exact gradient: the last step is shorter than the first, the good rate"
CONVERGES = "exact gradient: ends below its start and at its lowest at every rate"
STALLED = "E of the worked example after {} steps, the note's rule"
CHOSEN = "chosen rate"
NOTE = "lecture note 001, lines {}"
MARGIN = "; the margin is ours"


def claim(name, says, metric, judge, lines, tag="P"):
    """Return a claim of the lecture note, or a check of ours; differences are those of accuracies."""
    unit = "points" if isinstance(judge, Difference) else ""
    return Claim(f"learning-rate/{name}", says, metric, judge, lines, tag, unit)


CLAIMS = (
    claim(
        "too-small-is-slow",
        "With too small a rate convergence may be too slow: after as many updates the loss is at least twice "
        "that of a good rate.",
        LOSS.format(SMALL),
        Ratio(LOSS.format(GOOD), at_least=2),
        NOTE.format("408") + "; 'twice' is ours",
    ),
    claim(
        "too-large-fails",
        "With too large a rate descent may not converge: the loss ends no lower than it began (most seeds).",
        FAILED,
        Fraction(at_least=0.5),
        NOTE.format("410, 418") + "; 'most' is ours",
    ),
    claim(
        "too-large-diverges",
        "It may even diverge: the loss ends above ten times its start, or overflows (most seeds).",
        GREW,
        Fraction(at_least=0.5),
        NOTE.format("410, 418") + "; 'most' and 'ten times' are ours",
    ),
    claim(
        "whole-gradient",
        "Applying the whole gradient (a rate of 1) is no good idea: accuracy ends below that of a good rate, "
        "or the loss overflows (most seeds).",
        WORSE,
        Fraction(at_least=0.5),
        NOTE.format("278-280") + "; 'most' is ours",
    ),
    claim(
        "normally-0.05",
        "A rate of 0.05 is what is normally right: within 0.5 points of the best rate.",
        ACCURACY.format("rate 0.05"),
        Difference(ACCURACY.format(GOOD), within=0.5),
        NOTE.format("633") + MARGIN,
    ),
    claim(
        "steps-shrink",
        "Near a minimum the steps of (exact) gradient descent shrink by themselves.",
        SHRINKS,
        Fraction(published=1.0, widest=0.25),
        NOTE.format("386-388"),
    ),
    claim(
        "need-not-fall",
        "So the rate need not be lowered: in batches, too, a constant one is at most 0.1 points worse.",
        ACCURACY.format(GOOD),
        Difference(ACCURACY.format(DECAYED), at_least=-0.1),
        NOTE.format("390-392") + MARGIN,
    ),
    claim(
        "always-converges",
        "Gradient descent always converges to a local optimum: at the smallest, good and largest rate "
        "the loss ends below its start and within 1 % of its lowest value.",
        CONVERGES,
        Fraction(published=1.0, widest=0.25),
        NOTE.format("430") + "; 1 % is ours",
    ),
    claim(
        "weight-rule",
        "The update is w (1 - rate) - rate * gradient: it does as well as gradient descent, to 0.5 points.",
        ACCURACY.format(RULE),
        Difference(ACCURACY.format(GOOD), within=0.5),
        NOTE.format("280-282") + MARGIN,
    ),
    claim(
        "weight-rule-forgets",
        "The note's rule is weight decay of strength 1 and costs 10 points of accuracy or more.",
        ACCURACY.format(RULE),
        Difference(ACCURACY.format(GOOD), at_most=-10),
        "our own question",
        "K",
    ),
    claim(
        "weight-rule-stalls",
        "In the worked example the note's rule stalls at E = 0.243009916, after 100 steps as after 10,000.",
        STALLED.format("100, 10000"),
        Exact((0.243009916, 0.243009916), 1e-9),
        "computed independently",
        "K",
    ),
)
DEVIATIONS = (
    "The lecture note speaks of gradient descent in general. 784-30-10 with ReLU and linear "
    "outputs, Glorot's uniform initial weights, batches of 32, 10 epochs and the grid of rates are ours; the "
    "loss is half the sum of squares, as in the note's own worked example.",
    "The good rate is the one of the grid with the best mean validation accuracy of seeds 1001 to 1003; its "
    "smallest and largest rates stand for too small and too large ones. It is chosen by the very validation "
    "images on which accuracies are then judged, though by other seeds, which favours it slightly.",
    "The exact gradient is that of the first 1,000 training images, 300 updates. A step's length is measured "
    "by the gradient's norm over the kernels. The good rate is that chosen in batches of 32: the best one "
    "for the exact gradient may be another.",
    "Three claims are tested less sharply than they sound. Where 0.05 is itself the best rate of the grid, "
    "it is compared with itself. That steps shrink is judged by the gradient's length at the end against "
    "that at the start, wherever the end lies. And the falling rate ends after the same 10 epochs, when the "
    "loss still falls: that it does worse may come of smaller steps, and shows nothing of the noise about a "
    "minimum.",
    "The engine lets the note's rule act on weights alone, not on biases. The falling rate goes down to zero "
    "in a straight line. The worked example's weights are Mazur's.",
)
DISCUSSION = {
    "learning-rate/always-converges": "The note forgets its own warning of a rate that is too large: with "
    "the largest rate here the loss overflows in every run. Even where it falls all the time nothing says "
    "that it nears a minimum soon: with the smallest rate it is still falling at the end. What holds is that "
    "small enough steps along the exact gradient do not raise the loss.",
    "learning-rate/weight-rule": "With the factor 1 - rate the weights forget at every update part of what "
    "they had learnt, until the network answers nearly the same for every image. The note's own worked "
    "example does without that factor: it is an error of writing, but whoever programs it as written gets no "
    "network that learns.",
}


def run(config: Config) -> Result:
    """Choose a good rate, and train every seed at every rate, by the note's rule, and exactly."""
    from zoo import data
    from zoo.engine import optimizers, schedules

    dataset = data.load(config.data, flat=True)
    curves = {rate: trained(config, dataset, optimizers.SGD(rate)) for rate in config.rates}
    good = setting(CHOSEN, partial(chosen, config, dataset))
    updates = config.epochs * -(-len(dataset.train.x) // config.batch_size)
    falling = optimizers.SGD(schedules.Linear(good, 0.0, updates))
    arms = {f"rate {rate:g}": curve for rate, curve in curves.items()}
    arms |= {SMALL: curves[config.rates[0]], GOOD: curves[good], LARGE: curves[config.rates[-1]]}
    arms[DECAYED] = trained(config, dataset, falling)
    arms[RULE] = trained(config, dataset, optimizers.SGD(good, weight_decay=1.0))
    metrics = {CHOSEN: np.full(len(config.seeds), good)}
    for name, (accuracy, loss) in arms.items():
        metrics |= {ACCURACY.format(name): accuracy[:, -1], LOSS.format(name): loss[:, -1]}
        metrics[LOSS.format(f"{name}, by epoch")] = loss
    metrics |= compared(metrics)
    metrics |= exactly(config, dataset, good)
    metrics[STALLED.format("100, 10000")] = np.tile(stalled((100, 10_000)), (len(config.seeds), 1))
    stand_in = "" if config.data == "mnist" else f"{dataset.name} stands in for MNIST"
    return Result(metrics, {dataset.name: dataset.digest}, stand_in)


def compared(metrics) -> dict:
    """Return what became of the rates that are too large; after an overflow every comparison is false."""
    loss, whole = metrics[LOSS.format(f"{LARGE}, by epoch")], metrics.get(ACCURACY.format("rate 1"))
    found = {FAILED: ~(loss[:, -1] < loss[:, 0]), GREW: ~(loss[:, -1] <= 10 * loss[:, 0])}
    return found if whole is None else found | {WORSE: ~(whole >= metrics[ACCURACY.format(GOOD)])}


def trained(config, dataset, optimizer, seeds=None):
    """Return the validation accuracy (%) and loss before training and after each epoch, (seeds, epochs + 1).

    After a loss that is not finite both are NaN.
    """
    from zoo import engine, losses
    from zoo.engine import probes
    from zoo.models import mlp

    recipe = engine.Recipe(
        loss=losses.half_squares,
        optimizer=optimizer,
        batch_size=config.batch_size,
        epochs=config.epochs,
        probes=(probes.Evaluate("validation", (probes.correct, losses.half_squares)),),
    )
    build = partial(mlp, dataset.train.x.shape[1], (30,), 10)
    splits = {"train": dataset.train, "validation": dataset.valid}
    study = engine.train(build, recipe, splits, seeds or config.seeds, name=str(optimizer))
    return 100 * study.history("validation correct"), study.history("validation half_squares")


def chosen(config, dataset) -> float:
    """Return the rate with the best mean validation accuracy after the last epoch of the choosing seeds."""
    from zoo.engine import optimizers

    ends = {}
    for rate in config.rates:
        accuracy, _ = trained(config, dataset, optimizers.SGD(rate), config.choosing)
        ends[rate] = np.nan_to_num(accuracy[:, -1]).mean()
    return max(ends, key=ends.get)


def exactly(config, dataset, good) -> dict:
    """Return the metrics of descent along the exact gradient of the first images, at three rates."""
    from zoo import data, engine, losses
    from zoo.engine import optimizers, probes
    from zoo.models import mlp

    few = data.Split(dataset.train.x[: config.images], dataset.train.y[: config.images])
    build, loss = partial(mlp, few.x.shape[1], (30,), 10), losses.half_squares
    settled = []
    for rate in (config.rates[0], config.rates[-1], good):
        recipe = engine.Recipe(
            loss=loss,
            optimizer=optimizers.SGD(rate),
            steps=config.steps,
            probe_every=config.steps // 5,
            probes=(probes.Evaluate("train", (loss,)), probes.GradientNorms("train", loss, "kernel")),
        )
        study = engine.train(build, recipe, {"train": few}, config.seeds, name=f"exact, rate {rate:g}")
        curve = study.history("train half_squares")
        settled.append((curve[:, -1] < curve[:, 0]) & (curve[:, -1] <= 1.01 * curve.min(axis=1)))
    norms = [study.history(f"gradient norm, {layer}/kernel") for layer in ("hidden_1", "logits")]
    step = np.linalg.norm(norms, axis=0)
    return {SHRINKS: step[:, -1] < step[:, 0], CONVERGES: np.all(settled, axis=0)}


def stalled(steps, rate=0.5) -> list[float]:
    """Return E of Mazur's worked example after these numbers of steps of the note's rule, in float64."""
    inputs, targets = np.array([0.05, 0.10]), np.array([0.01, 0.99])
    inner, outer = np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([[0.40, 0.45], [0.50, 0.55]])
    errors = []
    for _ in range(max(steps) + 1):
        h = expit(inner @ inputs + 0.35)
        o = expit(outer @ h + 0.60)
        errors.append(0.5 * ((o - targets) ** 2).sum())
        delta = (o - targets) * o * (1 - o)
        inner_gradient = np.outer((delta @ outer) * h * (1 - h), inputs)
        outer = outer * (1 - rate) - rate * np.outer(delta, h)
        inner = inner * (1 - rate) - rate * inner_gradient
    return [errors[step] for step in steps]


def plot(result: Result):
    """Draw the accuracy at every rate and by the note's rule, and the loss by epoch."""
    from reproductions.harness import figures

    figure = figures.Figure(figsize=(9, 8), layout="constrained")
    last, by_epoch = figure.subplots(2, 1)
    metrics = result.metrics
    rates = [f"{rate:g}" for rate in FULL.rates if ACCURACY.format(f"rate {rate:g}") in metrics]
    names = [f"rate {rate}" for rate in rates] + [DECAYED, RULE]
    for position, name in enumerate(names):
        figures.seeds(last, position, metrics[ACCURACY.format(name)])
    figures.columns(last, [*rates, "falling", "note's\nrule"])
    good = f"{metrics[CHOSEN][0]:g}"
    last.set(xlabel=f"learning rate (chosen: {good})", ylabel="validation accuracy, last epoch (%)")
    last.set_ylim(0, 103)
    last.legend(fontsize=8, ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    kinds = ((SMALL, "#7a9a3a"), (GOOD, figures.OURS), (RULE, "#b07d2b"), (LARGE, "0.35"))
    for name, color in kinds:
        curves = metrics[LOSS.format(f"{name}, by epoch")]
        finite = np.isfinite(curves).any(axis=0)
        if finite[1:].any():
            figures.band(by_epoch, np.flatnonzero(finite), curves[:, finite], label=name, color=color)
    overflows = np.isnan(metrics[LOSS.format(LARGE)])
    by_epoch.set_title(f"The largest rate overflows in {overflows.sum()} of {len(overflows)} runs")
    by_epoch.set(yscale="log", xlabel="epoch", ylabel="validation loss (half the squares)")
    by_epoch.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    run_file(__file__)
