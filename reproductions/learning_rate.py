"""What do a learning rate that is too small, and one that is too large, do to
training?

The lecture notes say that applying the whole gradient is not a good idea. It is
multiplied by a rate, normally 0.05. With too small a rate convergence may be
too slow. With too large a one it may fail or even diverge. They also say that
the rate need not be lowered, since the steps shrink by themselves near a
minimum, and that gradient descent always converges to a local optimum.

They write the update as w <- w (1 - rate) - rate * gradient. That is not
gradient descent but weight decay of strength 1. We try all of this from the
same seeds on a network 784-30-10: in batches, and with the exact gradient of
1,000 images.

Source: lecture note 001, lines 278-282, 388-418, 430 and 633; for the worked
example on which its rule is followed, M. Mazur, A Step by Step Backpropagation
Example, mattmazur.com, 2015.

Expected wall time on two cores: full 12 min (16 seeds), quick 20 s, smoke 6 s.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from reproductions.harness import (
    Choice,
    Claims,
    Difference,
    Exact,
    Fraction,
    Metric,
    Ratio,
    Result,
    measured_on,
    run_file,
)


@dataclass(frozen=True)
class Config:
    """What may vary; `rates` count upwards, and the seeds `choosing` choose the
    good one."""

    data: str = "mnist"
    rates: tuple[float, ...] = (
        0.0001,
        0.001,
        0.01,
        0.05,
        0.2,
        0.5,
        1.0,
        3.0,
        10.0,
    )
    batch_size: int = 32
    epochs: int = 10
    images: int = 1_000
    steps: int = 300
    choosing: tuple[int, ...] = (1001, 1002, 1003)
    seeds: tuple[int, ...] = tuple(range(1, 17))


FULL = Config()
# The same network, batches and epochs on 4,000 images; four of the nine rates.
QUICK = Config(
    data="mnist5k",
    rates=(0.0001, 0.05, 1.0, 10.0),
    steps=100,
    choosing=(1001,),
    seeds=tuple(range(1, 7)),
)
SMOKE = Config(
    data="digits",
    rates=(0.05, 1.0),
    batch_size=50,
    epochs=1,
    steps=5,
    choosing=(1001,),
    seeds=(1, 2),
)

RATE = Metric("rate {rate:g}")
SMALL, GOOD, LARGE = "the smallest rate", "the good rate", "the largest rate"
FALLING, RULE = "the good rate, falling to zero", "the note's rule"
ACCURACY = Metric("validation accuracy (%), {arm}")
LOSS = Metric("validation loss, {arm}")
CURVE = Metric("validation loss, {arm}, by epoch")
FAILED = "the largest rate ends no lower than it began"
GREW = "the largest rate ends above ten times its start"
WORSE = "rate 1 ends at a lower accuracy than the good rate, or overflows"
SHRINKS = (
    "exact gradient: the last step is shorter than the first, the good rate"
)
CONVERGES = (
    "exact gradient: ends below its start and at its lowest at every rate"
)
STALLED = "E of the worked example after 100, 10000 steps, the note's rule"
CHOSEN = "chosen rate"
NOTE = "lecture note 001, lines"
COLORS = {SMALL: "#7a9a3a", GOOD: "#1f5fa8", RULE: "#b07d2b", LARGE: "0.35"}

claim = Claims("learning-rate", tag="P")
check = claim.sharing(tag="K")

CLAIMS = (
    claim(
        "too-small-is-slow",
        "Too small a learning rate may be too slow: after as many updates the "
        "loss is at least twice that of a good rate.",
        LOSS(arm=SMALL),
        Ratio(LOSS(arm=GOOD), at_least=2),
        where=f"{NOTE} 408",
        reading="'too slow' is read as: at least twice the loss",
    ),
    claim(
        "too-large-fails",
        "With too large a learning rate, descent may not converge: in most runs "
        "the loss ends no lower than it began.",
        FAILED,
        Fraction(at_least=0.5),
        where=f"{NOTE} 410, 418",
        reading="'may not converge' is read as: in most runs",
    ),
    claim(
        "too-large-diverges",
        "With too large a learning rate, descent may diverge: in most runs the "
        "loss ends above ten times its start, or overflows.",
        GREW,
        Fraction(at_least=0.5),
        where=f"{NOTE} 410, 418",
        reading="'may diverge' is read as: in most runs, and above ten times the "
        "start",
    ),
    claim(
        "whole-gradient",
        "Applying the whole gradient, a learning rate of 1, is no good idea: in "
        "most runs the accuracy ends below that of a good rate, or the loss "
        "overflows.",
        WORSE,
        Fraction(at_least=0.5),
        where=f"{NOTE} 278-280",
        reading="'no good idea' is read as: worse in most runs",
    ),
    *(
        claim(
            f"normally-0.05-not-{other:g}",
            "A learning rate of 0.05 is what is normally right: it ends no lower "
            f"in validation accuracy than a rate of {other:g}.",
            ACCURACY(arm=RATE(rate=0.05)),
            Difference(ACCURACY(arm=RATE(rate=other)), at_least=-0.5),
            where=f"{NOTE} 633",
            unit="points",
            reading="'normally right' is read as: at most half a point below the "
            "next rates tried",
            family="normally-0.05",
        )
        for other in (0.01, 0.2)
    ),
    claim(
        "steps-shrink",
        "Near a minimum the steps of exact gradient descent shrink by "
        "themselves: in every run the last is shorter than the first.",
        SHRINKS,
        Fraction(published=1.0, margin=0.25),
        where=f"{NOTE} 386-388",
    ),
    claim(
        "need-not-fall",
        "The learning rate need not be lowered: a constant one ends at the "
        "validation accuracy of a falling one, or above.",
        ACCURACY(arm=GOOD),
        Difference(ACCURACY(arm=FALLING), at_least=-0.1),
        where=f"{NOTE} 390-392",
        reading="'need not' is read as: at most 0.1 points worse",
        unit="points",
    ),
    claim(
        "always-converges",
        "Gradient descent always converges to a local optimum: in every run the "
        "loss ends below its start and within 1 % of its lowest value, at the "
        "smallest, the good and the largest rate.",
        CONVERGES,
        Fraction(published=1.0, margin=0.25),
        where=f"{NOTE} 430",
        reading="'converges' is read as: within 1 % of the lowest value",
    ),
    claim(
        "weight-rule",
        "The update w (1 - rate) - rate * gradient ends at the validation "
        "accuracy of gradient descent.",
        ACCURACY(arm=RULE),
        Difference(ACCURACY(arm=GOOD), within=0.5),
        where=f"{NOTE} 280-282",
        reading="a margin of 0.5 points",
        unit="points",
    ),
    check(
        "weight-rule-forgets",
        "The note's rule is weight decay of strength 1 and costs 10 points of "
        "accuracy or more.",
        ACCURACY(arm=RULE),
        Difference(ACCURACY(arm=GOOD), at_most=-10),
        where="our own question",
        unit="points",
    ),
    check(
        "weight-rule-stalls",
        "In the worked example the note's rule stalls at E = 0.243009916, "
        "after 100 steps as after 10,000.",
        STALLED,
        Exact((0.243009916, 0.243009916), 1e-9),
        where="computed independently",
    ),
)
HEADLINE = "learning-rate/too-small-is-slow"

DEVIATIONS = (
    "The lecture note speaks of gradient descent in general. These settings "
    "are ours: a network 784-30-10 with ReLU and linear outputs, Glorot's "
    "uniform initial weights, batches of 32, 10 epochs, and the grid of "
    "rates. The loss is half the sum of squares, as in the note's own worked "
    "example.",
    "The good rate is the one of the grid with the best mean validation "
    "accuracy of seeds 1001 to 1003. The smallest and largest rates of the "
    "grid stand for too small and too large ones. The validation images that "
    "choose the good rate are those on which accuracies are then judged, "
    "though by other seeds. That favours it slightly.",
    "The exact gradient is that of the first 1,000 training images, over 300 "
    "updates. We measure the length of a step by the gradient's norm over "
    "the kernels. The good rate is that chosen in batches of 32: the best "
    "one for the exact gradient may be another.",
    "We restated one claim after the runs. At first 0.05 was compared with the "
    "best rate of the grid, which is 0.05 itself. Now it is compared with its "
    "two neighbours on the grid.",
    "We test two claims less sharply than they sound. Whether steps "
    "shrink is judged by the gradient's length at the end against that at "
    "the start, wherever the end lies. And the falling rate ends after the "
    "same 10 epochs, when the loss still falls. That it does worse may be "
    "due to its smaller steps, and shows nothing of the noise about a "
    "minimum.",
    "The engine lets the note's rule act on weights alone, not on biases. The "
    "falling rate goes down to zero in a straight line. The worked example's "
    "weights are Mazur's.",
)
DISCUSSION = {
    "learning-rate/normally-0.05": "With every seed 0.05 ends above 0.01 "
    "and above 0.2. What leaves the comparison with 0.2 open is one run at 0.2 "
    "that ends far below the others: it widens the interval of the mean far to both "
    "sides.",
    "learning-rate/always-converges": "The note forgets its own warning of a "
    "rate that is too large: with the largest rate here the loss overflows "
    "in every run. Even where the loss falls all the time, nothing says that "
    "it nears a minimum soon. With the smallest rate it is still falling at "
    "the end. What holds is that small enough steps along the exact gradient "
    "do not raise the loss.",
    "learning-rate/weight-rule": "With the factor 1 - rate the weights forget "
    "at every update part of what they had learnt. In the end the network "
    "answers nearly the same for every image. The note's own worked example "
    "does without that factor, so this is an error of writing. But whoever "
    "programs the rule as written gets no network that learns.",
}
ANSWER = (
    "Too small a rate is slow: with 0.0001 the loss ends at "
    "{learning-rate/too-small-is-slow:.1f} times that of the best rate "
    "tried. Too large a rate fails: with 10 the loss overflows or ends above "
    "ten times its start in {learning-rate/too-large-diverges:.0%} of "
    "{seeds} runs."
)


def choose(config: Config) -> dict[str, Choice]:
    """Choose the good rate: the lowest mean validation error after the last
    epoch."""
    from zoo import data
    from zoo.engine import optimizers

    dataset = data.load(config.data, flat=True)
    scores = {}
    for rate in config.rates:
        accuracy, _ = train_arm(
            config, dataset, optimizers.SGD(rate), config.choosing
        )
        last = np.nan_to_num(accuracy[:, -1])
        scores[rate] = 100 - last.mean()
    remark = "Scores: mean validation error (%); a run that overflows counts as 100 %."
    return {CHOSEN: Choice.lowest(scores, remark)}


def run(config: Config, chosen: dict) -> Result:
    """Train every seed at every rate, by the note's rule, and with the exact
    gradient."""
    from zoo import data

    dataset = data.load(config.data, flat=True)
    good = chosen[CHOSEN]
    metrics = {}
    arms = train_arms(config, dataset, good)
    for arm, (accuracy, loss) in arms.items():
        metrics[ACCURACY(arm=arm)] = accuracy[:, -1]
        metrics[LOSS(arm=arm)] = loss[:, -1]
        metrics[CURVE(arm=arm)] = loss
    metrics |= measure_failures(metrics)
    metrics |= measure_exact_descent(config, dataset, good)
    stalled = follow_rule((100, 10_000))
    metrics[STALLED] = np.tile(stalled, (len(config.seeds), 1))
    missing = "" if config.data == "mnist" else "MNIST"
    return measured_on(dataset, metrics, instead_of=missing)


def train_arms(config: Config, dataset, good: float) -> dict[str, tuple]:
    """Return what `train_arm` gives for every rate, the falling rate and the
    note's rule."""
    from zoo.engine import optimizers, schedules

    arms = {}
    for rate in config.rates:
        optimizer = optimizers.SGD(rate)
        arms[RATE(rate=rate)] = train_arm(
            config, dataset, optimizer, config.seeds
        )
    smallest = config.rates[0]
    largest = config.rates[-1]
    arms[SMALL] = arms[RATE(rate=smallest)]
    arms[GOOD] = arms[RATE(rate=good)]
    arms[LARGE] = arms[RATE(rate=largest)]
    batches = -(-len(dataset.train.x) // config.batch_size)
    falling_rate = schedules.Linear(good, 0.0, config.epochs * batches)
    falling = optimizers.SGD(falling_rate)
    arms[FALLING] = train_arm(config, dataset, falling, config.seeds)
    rule = optimizers.SGD(good, weight_decay=1.0)
    arms[RULE] = train_arm(config, dataset, rule, config.seeds)
    return arms


def train_arm(
    config: Config, dataset, optimizer, seeds
) -> tuple[np.ndarray, np.ndarray]:
    """Return validation accuracy (%) and loss before training and after each
    epoch.

    Both have shape (seeds, epochs + 1). After a loss that is not finite both
    are NaN.
    """
    from zoo import engine, losses
    from zoo.engine import probes
    from zoo.models import mlp

    recipe = engine.Recipe(
        loss=losses.half_squares,
        optimizer=optimizer,
        batch_size=config.batch_size,
        epochs=config.epochs,
        probes=(
            probes.Evaluate(
                "validation", (probes.correct, losses.half_squares)
            ),
        ),
    )
    build = partial(mlp, dataset.train.x.shape[1], (30,), 10)
    splits = {"train": dataset.train, "validation": dataset.valid}
    study = engine.train(build, recipe, splits, seeds, name=str(optimizer))
    accuracy = 100 * study.history("validation correct")
    return accuracy, study.history("validation half_squares")


def measure_failures(metrics: dict) -> dict:
    """Return what became of the rates that are too large.

    After an overflow every comparison is false, so each question is asked the
    other way round.
    """
    loss = metrics[CURVE(arm=LARGE)]
    start = loss[:, 0]
    end = loss[:, -1]
    found = {
        FAILED: ~(end < start),
        GREW: ~(end <= 10 * start),
    }
    at_one = ACCURACY(arm=RATE(rate=1))
    if at_one in metrics:
        good = metrics[ACCURACY(arm=GOOD)]
        found[WORSE] = ~(metrics[at_one] >= good)
    return found


def measure_exact_descent(config: Config, dataset, good: float) -> dict:
    """Return the metrics of descent along the exact gradient at the smallest,
    largest and good rate."""
    at_good, step = train_exactly(config, dataset, good)
    at_smallest, _ = train_exactly(config, dataset, config.rates[0])
    at_largest, _ = train_exactly(config, dataset, config.rates[-1])
    first_step = step[:, 0]
    last_step = step[:, -1]
    converges = has_settled(at_good)
    converges &= has_settled(at_smallest)
    converges &= has_settled(at_largest)
    return {
        SHRINKS: last_step < first_step,
        CONVERGES: converges,
    }


def has_settled(loss: np.ndarray) -> np.ndarray:
    """Tell which runs end below their start and within 1 % of their lowest
    loss, bool (seeds,).

    `loss` has shape (seeds, measurements).
    """
    start = loss[:, 0]
    end = loss[:, -1]
    lowest = loss.min(axis=1)
    return (end < start) & (end <= 1.01 * lowest)


def train_exactly(
    config: Config, dataset, rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the training loss and the gradient's norm over the kernels, along
    the descent.

    Both have shape (seeds, 6): at the start and after every fifth of the
    updates.
    """
    from zoo import data, engine, losses
    from zoo.engine import optimizers, probes
    from zoo.models import mlp

    x = dataset.train.x[: config.images]
    y = dataset.train.y[: config.images]
    loss = losses.half_squares
    recipe = engine.Recipe(
        loss=loss,
        optimizer=optimizers.SGD(rate),
        steps=config.steps,
        probe_every=config.steps // 5,
        probes=(
            probes.Evaluate("train", (loss,)),
            probes.GradientNorms("train", loss, "kernel"),
        ),
    )
    build = partial(mlp, x.shape[1], (30,), 10)
    splits = {"train": data.Split(x, y)}
    study = engine.train(
        build, recipe, splits, config.seeds, name=f"exact, rate {rate:g}"
    )
    layers = ("hidden_1", "logits")
    norms = [
        study.history(f"gradient norm, {layer}/kernel") for layer in layers
    ]
    return study.history("train half_squares"), np.linalg.norm(norms, axis=0)


def follow_rule(steps: tuple[int, ...], rate: float = 0.5) -> list[float]:
    """Return E of Mazur's worked example after these numbers of steps of the
    note's rule, in float64."""
    from scipy.special import expit

    inputs = np.array([0.05, 0.10])
    targets = np.array([0.01, 0.99])
    inner = np.array([[0.15, 0.20], [0.25, 0.30]])
    outer = np.array([[0.40, 0.45], [0.50, 0.55]])
    errors = []
    for _ in range(max(steps) + 1):
        hidden = expit(inner @ inputs + 0.35)
        outputs = expit(outer @ hidden + 0.60)
        difference = outputs - targets
        errors.append(0.5 * (difference**2).sum())
        outer_delta = difference * outputs * (1 - outputs)
        inner_delta = (outer_delta @ outer) * hidden * (1 - hidden)
        outer_gradient = np.outer(outer_delta, hidden)
        inner_gradient = np.outer(inner_delta, inputs)
        outer = outer * (1 - rate) - rate * outer_gradient
        inner = inner * (1 - rate) - rate * inner_gradient
    return [errors[step] for step in steps]


def plot(result: Result):
    """Draw the accuracy at every rate and by the note's rule, and the loss by
    epoch."""
    from reproductions.harness.showing import figures

    figure, (last, by_epoch) = figures.new_grid(2, 1, width=9, height=8)
    draw_accuracies(last, result)
    draw_losses(by_epoch, result.metrics)
    return figure


def draw_accuracies(axes, result: Result) -> None:
    """Draw every seed's accuracy after the last epoch, by rate and rule."""
    from reproductions.harness.showing import figures

    columns = {}
    for labels, accuracies in ACCURACY.find(result.metrics):
        label = RATE.read(labels["arm"])
        if label is not None:
            columns[f"{label['rate']:g}"] = accuracies
    columns["falling"] = result.metrics[ACCURACY(arm=FALLING)]
    columns["note's\nrule"] = result.metrics[ACCURACY(arm=RULE)]
    figures.draw_columns(axes, columns)
    good = result.chosen[CHOSEN].value
    axes.set(xlabel=f"learning rate (chosen: {good:g})", ylim=(0, 103))
    axes.set(ylabel="validation accuracy, last epoch (%)")
    axes.legend(fontsize=8, ncols=2, loc="lower left", bbox_to_anchor=(0, 1))


def draw_losses(axes, metrics) -> None:
    """Draw the loss by epoch, up to where no run has a finite one any more."""
    from reproductions.harness.showing import figures

    for arm, color in COLORS.items():
        losses = metrics[CURVE(arm=arm)]
        is_finite = np.isfinite(losses).any(axis=0)
        if is_finite[1:].any():
            epochs = np.flatnonzero(is_finite)
            figures.band(
                axes, epochs, losses[:, is_finite], label=arm, color=color
            )
    overflows = np.isnan(metrics[LOSS(arm=LARGE)])
    share = f"{overflows.sum()} of {len(overflows)}"
    axes.set_title(f"The largest rate overflows in {share} runs")
    axes.set(
        yscale="log",
        xlabel="epoch",
        ylabel="validation loss (half the squares)",
    )
    axes.legend(fontsize=7)


if __name__ == "__main__":
    run_file(__file__)
