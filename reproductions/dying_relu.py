"""How many ReLU units are dead: at birth, in deep and narrow nets, and after training at too high a rate?

The lecture notes say that some ReLU units get stuck in a state without activation and stop learning, and give
no number. Three numbers are looked at. A net with one input and zero biases is dead at birth if its output is
constant over an interval around zero: probabilities are known for He's initial weights. Lu et al. trained
1,000 nets of 10 layers on f(x) = |x|: most of those with 2 units in each layer collapse to a constant, few
with 10. And Stanford's course notes say that as much as 40 % of a network can be dead if the learning rate is
too high: here dead units are counted after training at rates from low to high.

Source: L. Lu, Y. Shin, Y. Su, G. E. Karniadakis, Dying ReLU and Initialization, Communications in
Computational Physics 28, 2020 (arXiv 1903.06733); F.-F. Li, A. Karpathy, J. Johnson, CS231n course notes,
2016, Neural Networks 1; lecture note 001, lines 909-913 and 944-950.

Expected wall time on two cores: full 40 min (2,000 nets of each width), quick 25 s, smoke 5 s.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from reproductions.harness import Claim, Difference, Fraction, MeanOfRuns, Result, run_file


@dataclass(frozen=True)
class Config:
    """What may vary; `draws` nets per seed are only drawn, seeds up to `rate_seeds` try the rates."""

    draws: int = 10
    widths: tuple[int, ...] = (2, 3, 5, 10)
    steps: int = 2_000
    data: str = "mnist"
    rates: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
    epochs: int = 5
    rate_seeds: int = 10
    seeds: tuple[int, ...] = tuple(range(1, 2001))


FULL = Config()
# Fewer nets and rates; the network for the rates is the same, on 4,000 images.
QUICK = Config(
    draws=100,
    widths=(2, 10),
    data="mnist5k",
    rates=(0.03, 1.0, 3.0),
    rate_seeds=5,
    seeds=tuple(range(1, 25)),
)
SMOKE = Config(widths=(2,), steps=50, data="digits", rates=(0.03, 3.0), epochs=2, seeds=(1, 2))

BORN = "dead at birth, {} hidden layers of {} (fraction of draws)"
PUBLISHED_BORN = {
    (9, 2): 0.88,
    (9, 3): 0.58,
    (9, 4): 0.30,
    (9, 5): 0.127,
    (9, 8): 0.008,
    (1, 2): 0.0,
    (2, 2): 0.156,
    (4, 2): 0.497,
    (19, 2): 0.993,
}
MARGIN = {0.0: 0.001, 0.008: 0.004, 0.993: 0.004}  # the others: 0.015
COLLAPSED = "collapsed to a constant, 9 hidden layers of {}"
DEAD, MOST = "dead units after training, rate {}", "40 % of the units or more dead at some rate"
LU, STANFORD = (
    "Lu, Shin, Su and Karniadakis 2020, 10 layers, f(x) = |x|",
    "CS231n course notes, Neural Networks 1",
)
CONSTANT = 1e-3  # a range of outputs below this is a constant; that of |x| is 1.73


def collapse(width, says, judge, remark=""):
    """Return the claim of Lu et al. about nets of one width."""
    return Claim(f"dying-relu/collapse-{width}", says, COLLAPSED.format(width), judge, LU + remark, "S")


CLAIMS = (
    *(
        Claim(
            f"dying-relu/born-{layers}-layers-of-{units}",
            f"{layers} hidden layers of {units} are dead at birth with probability {value:g}.",
            BORN.format(layers, units),
            MeanOfRuns(value, sd=0, n=1, margin=MARGIN.get(value, 0.015)),
            "computed independently",
            "K",
        )
        for (layers, units), value in PUBLISHED_BORN.items()
    ),
    collapse(2, "More than 90 % of nets with 2 units in a layer collapse.", Fraction(at_least=0.9)),
    collapse(
        3,
        "About 60 % collapse with 3 units (between 50 and 70 %).",
        Fraction(at_least=0.5, at_most=0.7),
        "; a rounded number of a summary, the bounds are ours",
    ),
    collapse(5, "More than 10 % collapse with 5 units.", Fraction(at_least=0.1)),
    collapse(10, "Less than 1 % collapse with 10 units.", Fraction(at_most=0.01)),
    Claim(
        "dying-relu/forty-percent",
        "If the learning rate is too high, as much as 40 % of a network can be dead (in most networks, at "
        "some rate).",
        MOST,
        Fraction(at_least=0.5),
        f"{STANFORD}; 'most' is our reading",
        "P",
    ),
    Claim(
        "dying-relu/rate-matters",
        "With a proper learning rate dead units are rarer: fewer at 0.03 than at 1.",
        DEAD.format("0.03"),
        Difference(DEAD.format("1"), at_most=0),
        f"{STANFORD}; the rates are ours",
        "P",
    ),
)
DEVIATIONS = (
    "Dead at birth is counted over 10 nets for each seed. With the first 1,000 seeds two of the claims on "
    "collapse were open; as many again were then added, once.",
    "Of Lu et al. only abstracts and summaries were read. 128 points on an even grid from -sqrt(3) to "
    "sqrt(3), He's normal initial weights, zero biases, the mean squared error and 2,000 full-batch updates "
    "of Adam at 0.001 are ours, and so is that a net has collapsed when its outputs differ by less than "
    "0.001. A net that is dead at birth can only move its last bias, whatever these settings are.",
    "The course notes give no network: 784-100-100-10 with He's normal initial weights on MNIST, batches of "
    "100, plain gradient descent and 5 epochs are ours. A unit is dead if it is zero for all training "
    "images; runs whose loss overflows would be left out of the shares; none did.",
)
DISCUSSION = {
    "dying-relu/collapse-3": "More of our nets collapse than the rounded number of the summary says, and "
    "than the bounds, which are ours, allow it to mean. Being dead at birth alone accounts for most of them; "
    "the rest become constant while they are trained, which depends on optimizer and rate.",
}


def run(config: Config) -> Result:
    """Draw nets, train deep and narrow ones on |x|, and count dead units at every learning rate."""
    from zoo import data

    metrics = {BORN.format(*size): born_dead(config, *size) for size in PUBLISHED_BORN}
    metrics |= {COLLAPSED.format(width): collapsed(config, width) for width in config.widths}
    dataset = data.load(config.data, flat=True)
    metrics |= rates_tried(config, dataset)
    stand_in = "" if config.data == "mnist" else f"{dataset.name} stands in for MNIST in the part on rates"
    return Result(metrics, {dataset.name: dataset.digest}, stand_in)


def born_dead(config, layers, units) -> np.ndarray:
    """Return the fraction of each seed's draws that are constant around zero, (seeds,)."""
    return np.array([drawn(seed, config.draws, layers, units).mean() for seed in config.seeds])


def drawn(seed, draws, layers, units) -> np.ndarray:
    """Return which of the random nets are constant around zero, bool (draws,).

    Without biases a net is linear on either side of zero, so the inputs 1 and -1 decide: it is constant if
    all units of some layer are silent for either.
    """
    random = np.random.default_rng([seed, layers, units])
    signal = np.tile([[1.0, -1.0]], (draws, 1, 1))  # (draws, units before, the two inputs)
    for _ in range(layers):
        before = signal.shape[1]
        kernels = random.normal(scale=np.sqrt(2 / before), size=(draws, units, before))
        signal = np.maximum(kernels @ signal, 0)
    return (signal == 0).all(axis=(1, 2))


def collapsed(config, width) -> np.ndarray:
    """Return which nets of 9 hidden layers end as a constant after training on |x|, bool (seeds,)."""
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
    study = engine.train(build, recipe, {"train": (x, np.abs(x))}, config.seeds, name=f"width {width}")
    return np.ptp(study.history("outputs on train")[:, -1, :, 0], axis=1) < CONSTANT


def he_network(inputs, hidden, outputs):
    """Return an untrained net with He's normal initial weights, N(0, 2 / fan-in), not truncated."""
    from keras.initializers import VarianceScaling

    from zoo.models import mlp

    normal = VarianceScaling(2.0, mode="fan_in", distribution="untruncated_normal")
    return mlp(inputs, hidden, outputs, kernel_initializer=normal)


def rates_tried(config, dataset) -> dict:
    """Return the metrics of dead units (share of both hidden layers) by learning rate."""
    from zoo import engine, losses
    from zoo.engine import optimizers, probes

    seeds = [seed for seed in config.seeds if seed <= config.rate_seeds]
    names = [DEAD.format(f"{rate:g}") for rate in config.rates]
    if not seeds:
        return {name: np.zeros(0) for name in [*names, MOST]}
    layers = ("hidden_1", "hidden_2")
    build = partial(he_network, dataset.train.x.shape[1], (100, 100), 10)
    metrics = {}
    for name, rate in zip(names, config.rates, strict=True):
        recipe = engine.Recipe(
            loss=losses.softmax_cross_entropy,
            optimizer=optimizers.SGD(rate),
            batch_size=100,
            epochs=config.epochs,
            probe_every=config.epochs * -(-len(dataset.train.x) // 100),
            probes=(probes.Sparsity("train", layers),),
        )
        study = engine.train(build, recipe, {"train": dataset.train}, seeds, name=f"rate {rate:g}")
        shares = [study.history(f"dead units, {layer}")[:, -1] for layer in layers]
        metrics[name] = np.mean(shares, axis=0)
    return metrics | {MOST: np.nan_to_num(np.stack(list(metrics.values()))).max(axis=0) >= 0.4}


def plot(result: Result):
    """Draw dead-at-birth fractions with the published ones, collapsed fractions, dead units by rate."""
    from reproductions.harness.showing import figures
    from zoo import statistics

    figure, (born, trained, by_rate) = figures.new(3, width=13, height=4.2)
    for position, (size, value) in enumerate(PUBLISHED_BORN.items()):
        seeds = result.metrics[BORN.format(*size)]
        born.plot(position, seeds.mean(), "o", color=figures.OURS, label="ours" if not position else None)
        figures.published(born, position, value, label="computed independently")
    figures.columns(born, [f"{layers}x{units}" for layers, units in PUBLISHED_BORN])
    born.set(
        xlabel="hidden layers x units in each", ylabel="fraction dead at birth", title="Without training"
    )
    widths = [width for width in FULL.widths if COLLAPSED.format(width) in result.metrics]
    published = {2: (0.9, "^"), 3: (0.6, "_"), 5: (0.1, "^"), 10: (0.01, "v")}
    for position, width in enumerate(widths):
        runs = result.metrics[COLLAPSED.format(width)]
        low, high = statistics.wilson_interval(int(runs.sum()), len(runs))
        trained.plot([position] * 2, [low, high], color=figures.OURS)
        trained.plot(position, runs.mean(), "o", color=figures.OURS, label="ours" if not position else None)
        value, mark = published[width]
        label = None if position else "published (triangles: bounds)"
        thick = 2.5 if mark == "_" else 1
        trained.plot(position + 0.2, value, mark, ms=9, mew=thick, color=figures.PUBLISHED, label=label)
    figures.columns(trained, [str(width) for width in widths])
    trained.set(xlabel="units in each of 9 hidden layers", ylabel="fraction that ends as a constant")
    trained.set(title="After training on |x|", ylim=(-0.03, 1.03))
    rates = [rate for rate in FULL.rates if DEAD.format(f"{rate:g}") in result.metrics]
    for position, rate in enumerate(rates):
        figures.seeds(by_rate, position, 100 * result.metrics[DEAD.format(f"{rate:g}")])
    figures.columns(by_rate, [f"{rate:g}" for rate in rates])
    by_rate.axhline(40, color=figures.PUBLISHED, lw=1, label="'as much as 40 %'")
    by_rate.set(xlabel="learning rate", ylabel="dead units after training (%)", title="Too high a rate")
    by_rate.set_ylim(-3, 103)
    for axes in (born, trained, by_rate):
        axes.legend(fontsize=8)
    return figure


if __name__ == "__main__":
    run_file(__file__)
