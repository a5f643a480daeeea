"""How many ReLU units are dead: at birth, in deep and narrow nets, and after
training at too high a rate?

The lecture notes say that some ReLU units get stuck in a state without
activation and stop learning. They give no number. We measure three.

First, dead at birth: a net with one input and zero biases is dead if its output
is constant over an interval around zero. The probabilities are known for He's
initial weights.

Second, deep and narrow nets: Lu et al. trained 1,000 nets of 10 layers on f(x)
= |x|. Most of those with 2 units in each layer collapse to a constant, few of
those with 10.

Third, too high a rate: Stanford's course notes say that as much as 40 % of a
network can be dead if the learning rate is too high. We count dead units after
training at rates from low to high.

Source: L. Lu, Y. Shin, Y. Su, G. E. Karniadakis, Dying ReLU and Initialization,
Communications in Computational Physics 28, 2020 (arXiv 1903.06733); F.-F. Li,
A. Karpathy, J. Johnson, CS231n course notes, 2016, Neural Networks 1; lecture
note 001, lines 909-913 and 944-950.

Expected wall time on two cores: full 40 min (2,000 nets of each width), quick
25 s, smoke 5 s.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from reproductions.harness import (
    Claims,
    Difference,
    Fraction,
    MeanOfRuns,
    Metric,
    Result,
    measured_on,
    run_file,
)


@dataclass(frozen=True)
class Config:
    """What may vary; `draws` nets per seed are only drawn, seeds up to
    `rate_seeds` try the rates."""

    draws: int = 10
    widths: tuple[int, ...] = (2, 3, 5, 10)
    steps: int = 2_000
    data: str = "mnist"
    rates: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
    epochs: int = 5
    rate_seeds: int = 10
    seeds: tuple[int, ...] = tuple(range(1, 2001))


FULL = Config()
LOOKS = (1000, 2000)
# Fewer nets and rates; the network for the rates is the same, on 4,000 images.
QUICK = Config(
    draws=100,
    widths=(2, 10),
    data="mnist5k",
    rates=(0.03, 1.0, 3.0),
    rate_seeds=5,
    seeds=tuple(range(1, 25)),
)
SMOKE = Config(
    widths=(2,),
    steps=50,
    data="digits",
    rates=(0.03, 3.0),
    epochs=2,
    seeds=(1, 2),
)

BORN = Metric(
    "dead at birth, {layers} hidden layers of {units} (fraction of draws)"
)
COLLAPSED = Metric("collapsed to a constant, 9 hidden layers of {width}")
DEAD = Metric("dead units after training, rate {rate:g}")
MOST = "40 % of the units or more dead at some rate"
LU = "Lu, Shin, Su and Karniadakis 2020, 10 layers, f(x) = |x|"
STANFORD = "CS231n course notes, Neural Networks 1"
CONSTANT = (
    1e-3  # a range of outputs below this is a constant; that of |x| is 1.73
)
PUBLISHED_BORN = {  # probability of being dead at birth, by hidden layers and units in each
    9: {2: 0.88, 3: 0.58, 4: 0.30, 5: 0.127, 8: 0.008},
    1: {2: 0.0},
    2: {2: 0.156},
    4: {2: 0.497},
    19: {2: 0.993},
}
MARGIN = {0.0: 0.001, 0.008: 0.004, 0.993: 0.004}  # the others: 0.015
PUBLISHED_COLLAPSED = {
    2: 0.9,
    3: 0.6,
    5: 0.1,
    10: 0.01,
}  # fraction, by units in a layer
MARKS = {
    2: "^",
    3: "_",
    5: "^",
    10: "v",
}  # triangles point the way that a bound allows

claim = Claims("dying-relu", where=LU, tag="S")


def judge_born(probability: float) -> MeanOfRuns:
    """Return the judge of one probability of being dead at birth."""
    return MeanOfRuns(
        probability, sd=0, n=1, margin=MARGIN.get(probability, 0.015)
    )


CLAIMS = (
    *claim.table(
        id="born-{layers}-layers-of-{units}",
        says="A net of {layers} hidden layers of {units} units is dead at birth "
        "with a probability of {published:g}.",
        metric=BORN,
        published=PUBLISHED_BORN,
        judge=judge_born,
        labels=["layers", "units"],
        where="computed independently",
        tag="K",
    ),
    claim(
        "collapse-2",
        "More than 90 % of deep nets with 2 units in a layer collapse in training.",
        COLLAPSED(width=2),
        Fraction(at_least=0.9),
    ),
    claim(
        "collapse-3",
        "About 60 % of deep nets with 3 units in a layer collapse in training.",
        COLLAPSED(width=3),
        Fraction(at_least=0.5, at_most=0.7),
        reading="'about 60 %' is read as: between 50 and 70 %",
    ),
    claim(
        "collapse-5",
        "More than 10 % of deep nets with 5 units in a layer collapse in training.",
        COLLAPSED(width=5),
        Fraction(at_least=0.1),
    ),
    claim(
        "collapse-10",
        "Less than 1 % of deep nets with 10 units in a layer collapse in training.",
        COLLAPSED(width=10),
        Fraction(at_most=0.01),
    ),
    claim(
        "forty-percent",
        "At too high a learning rate, as much as 40 % of the units of most "
        "networks die.",
        MOST,
        Fraction(at_least=0.5),
        where=STANFORD,
        reading="'can be' is read as: in most networks, at some rate",
        tag="P",
    ),
    claim(
        "rate-matters",
        "With a proper learning rate a smaller share of the units is dead.",
        DEAD(rate=0.03),
        Difference(DEAD(rate=1), at_most=0, matters=0.05),  # 10 of 200 units
        where=STANFORD,
        reading="0.03 as the proper learning rate, 1 as too high",
        tag="P",
    ),
)
HEADLINE = "dying-relu/forty-percent"

DEVIATIONS = (
    "We count the nets that are dead at birth among 10 nets for each seed. "
    "With the first 1,000 seeds two of the claims on collapse were open. We "
    "then added as many seeds again, once.",
    "Of Lu et al. we read only abstracts and summaries. The following settings "
    "are ours: 128 points on an even grid from -sqrt(3) to sqrt(3), He's "
    "normal initial weights, zero biases, the mean squared error, and 2,000 "
    "full-batch updates of Adam at 0.001. It is also ours that a net has "
    "collapsed when its outputs differ by less than 0.001. A net that is "
    "dead at birth can only move its last bias, whatever these settings are.",
    "The course notes give no network. Ours is 784-100-100-10 with He's normal "
    "initial weights, trained on MNIST in batches of 100 by plain gradient "
    "descent for 5 epochs. A unit is dead if it is zero for all training "
    "images. Runs whose loss overflows would be left out of the shares; none "
    "did.",
)
DISCUSSION = {
    "dying-relu/collapse-3": "More of our nets collapse than the rounded "
    "number of the summary says, and more than the bounds, which are ours, allow "
    "that number to mean. That is almost sure and not quite: we looked twice, so "
    "that each look has to meet a stricter level. "
    "Most of these nets were dead at birth. "
    "The rest become constant while they are trained, which depends on "
    "optimizer and rate.",
}
ANSWER = (
    "Of nets with 9 hidden layers of 2 units, "
    "{dying-relu/born-9-layers-of-2:.0%} are dead before training and "
    "{dying-relu/collapse-2:.0%} after it. With too high a learning rate, 40 "
    "% of the units or more die in {dying-relu/forty-percent:.0%} of the 10 "
    "ordinary networks that we trained."
)


def run(config: Config) -> Result:
    """Draw nets, train deep and narrow ones on |x|, and count dead units at
    every learning rate."""
    from zoo import data

    metrics = {}
    for layers, row in PUBLISHED_BORN.items():
        for units in row:
            metrics[BORN(layers=layers, units=units)] = count_born_dead(
                config, layers, units
            )
    for width in config.widths:
        outputs = train_width(config, width)
        metrics[COLLAPSED(width=width)] = np.ptp(outputs, axis=1) < CONSTANT
    dataset = data.load(config.data, flat=True)
    metrics |= measure_rates(config, dataset)
    missing = "" if config.data == "mnist" else "MNIST in the part on rates"
    return measured_on(dataset, metrics, instead_of=missing)


def count_born_dead(config: Config, layers: int, units: int) -> np.ndarray:
    """Return the fraction of each seed's draws that are constant around zero,
    (seeds,)."""
    draws = [
        draw_nets(seed, config.draws, layers, units) for seed in config.seeds
    ]
    return np.array([is_dead.mean() for is_dead in draws])


def draw_nets(seed: int, draws: int, layers: int, units: int) -> np.ndarray:
    """Return which of the random nets are constant around zero, bool (draws,).

    Without biases a net is linear on either side of zero, so the inputs 1 and
    -1 decide. It is constant if all units of some layer are silent for either.
    """
    random = np.random.default_rng([seed, layers, units])
    signal = np.tile(
        [[1.0, -1.0]], (draws, 1, 1)
    )  # (draws, units before, the two inputs)
    for _ in range(layers):
        before = signal.shape[1]
        scale = np.sqrt(2 / before)
        kernels = random.normal(scale=scale, size=(draws, units, before))
        signal = np.maximum(kernels @ signal, 0)
    return (signal == 0).all(axis=(1, 2))


def train_width(config: Config, width: int) -> np.ndarray:
    """Train nets of 9 hidden layers on |x| and return their outputs at the end,
    (seeds, points)."""
    from zoo import engine, losses
    from zoo.engine import optimizers, probes

    x = np.linspace(-np.sqrt(3), np.sqrt(3), 128, dtype=np.float32)[:, None]
    recipe = engine.Recipe(
        loss=losses.mean_squares,
        optimizer=optimizers.Adam(0.001),
        steps=config.steps,
        probe_every=config.steps,
        probes=(probes.Outputs("train"),),
    )
    build = partial(he_network, 1, (width,) * 9, 1)
    splits = {"train": (x, np.abs(x))}
    study = engine.train(
        build, recipe, splits, config.seeds, name=f"width {width}"
    )
    return study.history("outputs on train")[:, -1, :, 0]


def he_network(inputs, hidden, outputs):
    """Return an untrained net with He's normal initial weights, N(0, 2 /
    fan-in), not truncated."""
    from keras.initializers import VarianceScaling

    from zoo.models import mlp

    normal = VarianceScaling(
        2.0, mode="fan_in", distribution="untruncated_normal"
    )
    return mlp(inputs, hidden, outputs, kernel_initializer=normal)


def measure_rates(config: Config, dataset) -> dict:
    """Return the share of dead units by learning rate, and whether it is 40 %
    or more at some rate.

    Seeds above `rate_seeds` are left out; a run of such seeds alone has empty
    metrics.
    """
    seeds = [seed for seed in config.seeds if seed <= config.rate_seeds]
    if not seeds:
        names = [DEAD(rate=rate) for rate in config.rates]
        return {name: np.zeros(0) for name in [*names, MOST]}
    metrics = {}
    for rate in config.rates:
        metrics[DEAD(rate=rate)] = train_rate(config, dataset, rate, seeds)
    shares = np.stack(list(metrics.values()))  # (rates, seeds)
    highest = np.nan_to_num(shares).max(axis=0)
    metrics[MOST] = highest >= 0.4
    return metrics


def train_rate(
    config: Config, dataset, rate: float, seeds: list[int]
) -> np.ndarray:
    """Return the share of dead units in both hidden layers after training at
    one rate, (seeds,)."""
    from zoo import engine, losses
    from zoo.engine import optimizers, probes

    layers = ("hidden_1", "hidden_2")
    batches = -(-len(dataset.train.x) // 100)
    recipe = engine.Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.SGD(rate),
        batch_size=100,
        epochs=config.epochs,
        probe_every=config.epochs * batches,
        probes=(probes.Sparsity("train", layers),),
    )
    build = partial(he_network, dataset.train.x.shape[1], (100, 100), 10)
    splits = {"train": dataset.train}
    study = engine.train(build, recipe, splits, seeds, name=f"rate {rate:g}")
    shares = [study.history(f"dead units, {layer}")[:, -1] for layer in layers]
    return np.mean(shares, axis=0)


def plot(result: Result):
    """Draw dead-at-birth fractions with the published ones, collapsed
    fractions, dead units by rate."""
    from reproductions.harness.showing import figures

    figure, (born, after_training, by_rate) = figures.new(
        3, width=13, height=4.2
    )
    draw_born(born, result)
    draw_collapsed(after_training, result)
    columns = {}
    for rate, shares in DEAD.along("rate", result.metrics).items():
        columns[f"{rate:g}"] = 100 * shares
    figures.draw_columns(by_rate, columns)
    by_rate.axhline(
        40, color=figures.PUBLISHED, lw=1, label="'as much as 40 %'"
    )
    by_rate.set(xlabel="learning rate", ylabel="dead units after training (%)")
    by_rate.set(title="Too high a rate", ylim=(-3, 103))
    for axes in (born, after_training, by_rate):
        axes.legend(fontsize=8)
    return figure


def draw_born(axes, result: Result) -> None:
    """Draw the fraction of nets that are dead at birth, and its known
    probability."""
    from reproductions.harness.showing import figures

    means = {}
    for labels, shares in BORN.find(result.metrics):
        layers, units = labels["layers"], labels["units"]
        probability = PUBLISHED_BORN[layers][units]
        figures.published(
            axes, len(means), probability, label="computed independently"
        )
        means[f"{layers}x{units}"] = shares.mean()
    axes.plot(
        range(len(means)), means.values(), "o", color=figures.OURS, label="ours"
    )
    figures.columns(axes, list(means))
    axes.set(
        xlabel="hidden layers x units in each", ylabel="fraction dead at birth"
    )
    axes.set_title("Without training")


def draw_collapsed(axes, result: Result) -> None:
    """Draw the fraction of nets that end as a constant, and the published
    fractions and bounds."""
    from reproductions.harness.showing import figures

    widths = COLLAPSED.along("width", result.metrics)
    for position, (width, is_constant) in enumerate(widths.items()):
        is_first = position == 0
        figures.fraction(
            axes, position, is_constant, label="ours" if is_first else None
        )
        axes.plot(
            position + 0.2,
            PUBLISHED_COLLAPSED[width],
            MARKS[width],
            ms=9,
            mew=2.5 if MARKS[width] == "_" else 1,
            color=figures.PUBLISHED,
            label="published (triangles: bounds)" if is_first else None,
        )
    figures.columns(axes, [str(width) for width in widths])
    axes.set(
        xlabel="units in each of 9 hidden layers", title="After training on |x|"
    )
    axes.set(ylabel="fraction that ends as a constant", ylim=(-0.03, 1.03))


if __name__ == "__main__":
    run_file(__file__)
