"""Do more hidden layers help on MNIST?

The lecture notes give the accuracy of networks with 1, 2, 3 and 4 hidden layers of 30 logistic units on
MNIST as 96.48, 96.90, 96.57 and 96.53 %. Shortly before, and not as a conclusion from these figures, they say
that backpropagation works well with one hidden layer but not with many. The figures are one run each. Here
every depth is trained with the same seeds, under the source's settings, and each published figure is held
against the distribution of ours.

Source: M. Nielsen, Neural Networks and Deep Learning, Determination Press, 2015, chapter 5, opening section
(neuralnetworksanddeeplearning.com/chap5.html), code `network2.py`; lecture note 002, lines 689-738.

Expected wall time on two cores: full 12 min (32 seeds), quick 15 s, smoke 10 s.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from reproductions.harness import Claim, Difference, Fraction, OneRun, Result
from zoo import cli


@dataclass(frozen=True)
class Config:
    """What may vary: `weight_decay` is the source's lambda / n, 5 / 50,000."""

    data: str = "mnist"
    depths: tuple[int, ...] = (1, 2, 3, 4)
    units: int = 30
    epochs: int = 30
    batch_size: int = 10
    learning_rate: float = 0.1
    weight_decay: float = 1e-4
    seeds: tuple[int, ...] = tuple(range(1, 33))


FULL = Config()
# 4,000 images, and twice the epochs: 24,000 updates. Four layers stay on a plateau for some 6,000 of them.
QUICK = Config(data="mnist5k", epochs=60, seeds=tuple(range(1, 7)))
SMOKE = Config(data="digits", epochs=2, seeds=(1, 2))

WHERE = "Nielsen 2015, ch. 5; lecture note 002, lines 722-738"
LAST, BEST = "validation accuracy, last epoch, depth {}", "validation accuracy, best epoch, depth {}"
CURVE, FAILS = "validation accuracy by epoch, depth {}", "stays below 90 % validation accuracy, depth {}"
GAIN = "gain in validation accuracy, last epoch, depth {} to {}"
COLORS = "#8fb3dd", "#1f5fa8", "#c07a1e", "#3d8f5f"
PUBLISHED = {1: 96.48, 2: 96.90, 3: 96.57, 4: 96.53}


def claim(name, says, metric, judge, unit="points"):
    """Return a claim of this study."""
    return Claim(f"nielsen-depth-study/{name}", says, metric, judge, WHERE, "P", unit)


RUNS = tuple(
    claim(
        f"depth-{n}",
        f"{n} hidden layer{'s' * (n > 1)} of 30 units: {value} %.",
        LAST.format(n),
        OneRun(value, 1.0),
        "%",
    )
    for n, value in PUBLISHED.items()
)
GAINS = tuple(
    claim(f"gain-{n}", f"Hidden layer {n} adds {gain:+} points.", GAIN.format(n - 1, n), OneRun(gain, 1.5))
    for n, gain in ((2, 0.42), (3, -0.33), (4, -0.04))
)
COMPARISONS = (
    claim(
        "layer-2-helps",
        "A second hidden layer helps.",
        LAST.format(2),
        Difference(LAST.format(1), at_least=0),
    ),
    claim(
        "layer-3-does-not",
        "A third hidden layer does not help (by 0.1 points or more).",
        LAST.format(3),
        Difference(LAST.format(2), at_most=0.1),
    ),
    claim(
        "layer-4-is-noise",
        "What a fourth hidden layer changes is noise (within 0.1 points of nothing).",
        LAST.format(4),
        Difference(LAST.format(3), within=0.1),
    ),
    Claim(
        "nielsen-depth-study/many-layers-do-not-work",
        "Backpropagation does not work with many hidden layers (most 4-layer nets stay below 90 %).",
        FAILS.format(4),
        Fraction(at_least=0.5),
        "lecture note 002, lines 689-693; the threshold is ours",
        "P",
    ),
)
CLAIMS = RUNS + GAINS + COMPARISONS

DEVIATIONS = (
    "The source does not say whether it gives last or best epochs: the last is judged, the best is shown.",
    "Pixels are divided by 255; the source's prepared file is believed to divide by 256.",
    "float32 instead of float64, and other random numbers for initial weights and batches.",
    "The margin of 0.1 points and the 90 % threshold are ours; the source speaks of noise without a number.",
)

DISCUSSION = {
    **dict.fromkeys(
        ("nielsen-depth-study/depth-3", "nielsen-depth-study/depth-4"),
        "The published run lies well inside of ours. But single runs of so deep a network scatter by more "
        "than the one point that was allowed beforehand, so that lying inside shows little. Much of the "
        "scatter comes of judging the last epoch alone: within one run, too, the accuracy goes up and down "
        "from epoch to epoch, the more so the deeper the network. The mean of several published runs would "
        "decide, further seeds of ours would not.",
    ),
    "nielsen-depth-study/gain-4": "This is the difference of two single runs, and both scatter: the "
    "interval reaches far to either side of zero, and the published difference, though inside, shows "
    "little. The mean over many seeds says more (see the next text).",
    "nielsen-depth-study/layer-4-is-noise": "With one run for each depth it was fair to speak of noise, "
    "since single runs differ by more than this. The mean over the seeds shows that a fourth layer costs a "
    "little ({ours} points). It is not only that single epochs are noisier with four layers: the best "
    "epochs differ as well. Two reasons are likely: four layers start later, on a plateau on which the "
    "first layers hardly learn (see vanishing_gradient), and the rate of 0.1 is rather large for them at "
    "the end. Training for longer, and with a falling rate, would tell the two apart; neither was run.",
    "nielsen-depth-study/many-layers": "The notes' own figures, a little further on, say the opposite, and "
    "so do ours: four layers end close to where one ends. What holds is that they begin more slowly. How "
    "many layers are 'many' is not said; mnist_depth_sigmoid_relu finds it true of six and more logistic "
    "layers, and not of rectified ones.",
}


def run(config: Config) -> Result:
    """Train every depth with every seed and measure the validation accuracy after each epoch, in %."""
    from zoo import data, engine, losses
    from zoo.engine import optimizers, probes
    from zoo.models import nielsen_mlp

    dataset = data.load(config.data, flat=True)
    recipe = engine.Recipe(
        loss=losses.summed_binary_cross_entropy,
        optimizer=optimizers.SGD(config.learning_rate, config.weight_decay),
        batch_size=config.batch_size,
        epochs=config.epochs,
        probes=(probes.Evaluate("validation", (probes.correct,)),),
    )
    splits, inputs = {"train": dataset.train, "validation": dataset.valid}, dataset.train.x.shape[1]
    curves = {}
    for depth in config.depths:
        build = partial(nielsen_mlp, inputs, (config.units,) * depth)
        study = engine.train(build, recipe, splits, config.seeds, name=f"{depth} hidden")
        curves[depth] = 100 * study.history("validation correct")
    stand_in = "" if config.data == "mnist" else f"{dataset.name} stands in for MNIST"
    return Result(metrics(curves), {dataset.name: dataset.digest}, stand_in)


def metrics(curves) -> dict:
    """Return the metrics from the accuracy curves (seeds, epochs + 1) of each depth."""
    values = {}
    for depth, curve in curves.items():
        values[LAST.format(depth)] = curve[:, -1]
        values[BEST.format(depth)] = curve[:, 1:].max(axis=1)
        values[CURVE.format(depth)] = curve
        values[FAILS.format(depth)] = ~(curve[:, 1:] >= 90).any(axis=1)
        if depth - 1 in curves:
            values[GAIN.format(depth - 1, depth)] = curve[:, -1] - curves[depth - 1][:, -1]
    return values


def plot(result: Result):
    """Draw each depth's seeds with the published value: last epoch, best epoch, and the curves of all
    depths.
    """
    from reproductions.harness import figures

    figure, (last, best, by_epoch) = figures.new(3, width=11, height=4)
    for position, depth in enumerate(FULL.depths):
        for axes, metric in ((last, LAST), (best, BEST)):
            figures.seeds(axes, position, result.metrics[metric.format(depth)])
            if not result.stand_in:
                figures.published(axes, position, PUBLISHED[depth])
        errors = 100 - result.metrics[CURVE.format(depth)]
        look = {"color": COLORS[position], "label": f"{depth} hidden"}
        figures.band(by_epoch, np.arange(errors.shape[1]), errors, **look)
    for axes, title in ((last, "Last epoch (judged)"), (best, "Best epoch (shown only)")):
        figures.columns(axes, [str(depth) for depth in FULL.depths])
        axes.set(title=title, xlabel="hidden layers of 30 units", ylabel="validation accuracy (%)")
    limits = [*last.get_ylim(), *best.get_ylim()]
    last.set_ylim(min(limits), max(limits))
    best.set_ylim(min(limits), max(limits))
    last.legend(fontsize=8)
    by_epoch.set(title="By epoch", xlabel="epoch", ylabel="validation error (%)", yscale="log")
    by_epoch.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    cli.run_file(__file__)
