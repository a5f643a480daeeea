"""How much faster do rectified units learn than logistic ones, and are they sparse?

The lecture notes say that some works show learning up to 6 times faster with ReLU than with the sigmoid or
its variants, that rectified units are silent more often, which gives the same result sooner, and that their
gradient does not vanish. The paper behind the 6 compared ReLU with tanh, on CIFAR-10: that is a question of
its own. Here the sentence is taken as it stands: on MNIST, for a dense and a convolutional network, each with
the fastest of six learning rates for either kind of unit. Counted are epochs until 90, 95 and 97 % of the
training images are right.

Source: lecture note 001, lines 874-950, and lecture note 002, lines 1426-1434; behind them A. Krizhevsky,
I. Sutskever, G. Hinton, ImageNet classification with deep convolutional neural networks, NIPS 2012, and X.
Glorot, A. Bordes, Y. Bengio, Deep sparse rectifier neural networks, AISTATS 2011.

Expected wall time on two cores: full 40 min with one worker (10 seeds), quick 15 s, smoke 8 s.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from reproductions.harness import Claim, Difference, Exact, Ratio, Result, run_file, setting


@dataclass(frozen=True)
class Config:
    """What may vary; the rates are chosen with `choice_seeds`, on `watched` validation images."""

    data: str = "mnist"
    kernel_size: int = 5
    epochs: int = 10
    batch_size: int = 50
    probe_every: int = 100
    watched: int = 2000
    rates: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
    choice_epochs: int = 5
    choice_seeds: tuple[int, ...] = (1001, 1002)
    signal_depths: tuple[int, ...] = (2, 4, 8)
    signal_images: int = 1000
    seeds: tuple[int, ...] = tuple(range(1, 11))


FULL = Config()
# The same networks on 4,000 images; the choice is between two rates.
QUICK = Config(
    data="mnist5k",
    probe_every=20,
    watched=500,
    rates=(0.3, 1.0),
    choice_epochs=3,
    choice_seeds=(1001,),
    signal_depths=(4, 8),
    seeds=(1, 2),
)
SMOKE = Config(
    data="digits",
    kernel_size=2,
    epochs=1,
    batch_size=10,
    probe_every=10,
    watched=100,
    rates=(0.3,),
    choice_epochs=1,
    choice_seeds=(1001,),
    signal_depths=(8,),
    signal_images=100,
    seeds=(1, 2),
)

DENSE, CONVOLUTIONAL = NETS = "dense", "convolutional"
RELU, SIGMOID = UNITS = "ReLU", "sigmoid"
LEVELS = (90, 95, 97)
SETTINGS = tuple((level, net) for net in NETS for level in LEVELS)
LAYERS = {DENSE: ("hidden_1", "hidden_2"), CONVOLUTIONAL: ("activation_1", "activation_2", "hidden_1")}
EPOCHS, RATE = "epochs until {} % of the training images are right, {}, {}", "learning rate, {}, {}"
LARGEST, ALONE = "largest ratio of epochs, sigmoid to ReLU", "settings that ReLU alone reached"
TIMES = 6.0
TEST, CURVE = "test accuracy at the end, {}, {}", "training accuracy by measurement, {}, {}"
ZEROS = "share of hidden outputs that are zero, {}, {}"
SIGNAL = "error signal by hidden layer at the start, {} layers, {}"
FACTOR = "factor between the error signals of neighbouring layers, {} layers, {}"
SPEED = "lecture note 001, lines 903-942; the levels are ours"
SPARSE = "lecture note 001, lines 874-891"
GRADIENT = "lecture note 002, lines 1426-1434; the margin is ours"


def claim(name, says, metric, judge, where=SPEED, tag="P", unit="epochs"):
    """Return a claim of this study."""
    return Claim(f"relu-vs-sigmoid/{name}", says, metric, judge, where, tag, unit)


CLAIMS = (
    *(
        claim(
            f"faster-{net}-{level}",
            f"The {net} net learns faster with ReLU than with the sigmoid (to {level} %).",
            EPOCHS.format(level, net, SIGMOID),
            Ratio(EPOCHS.format(level, net, RELU), at_least=1),
        )
        for level, net in SETTINGS
    ),
    claim(
        "six-times",
        "Learning is up to 6 times faster with ReLU than with the sigmoid (largest ratio, all levels).",
        LARGEST,
        Ratio(published=TIMES, widest=2.0),
        unit="",
    ),
    *(
        claim(
            f"sparse-{net}",
            f"ReLU makes the activations of the {net} net sparse (most are zero).",
            ZEROS.format(net, RELU),
            Ratio(at_least=0.5),
            f"{SPARSE}; the half is ours",
            unit="of the outputs",
        )
        for net in NETS
    ),
    *(
        claim(
            f"not-sparse-{net}",
            f"The sigmoid's activations in the {net} net are dense (none is zero).",
            ZEROS.format(net, SIGMOID),
            Exact(0.0, 0.001),
            SPARSE,
            unit="",
        )
        for net in NETS
    ),
    *(
        claim(
            f"same-result-{net}",
            f"The {net} net ends with the same result (within half a point).",
            TEST.format(net, RELU),
            Difference(TEST.format(net, SIGMOID), within=0.5),
            f"{SPARSE}; the margin is ours",
            unit="points",
        )
        for net in NETS
    ),
    claim(
        "gradient-stays",
        "The gradient of ReLU does not vanish: over 8 layers the error signal changes by less than a "
        "factor of 1.2 from one to the next (3.6 over all).",
        FACTOR.format(8, RELU),
        Ratio(within=1.2),
        GRADIENT,
        unit="",
    ),
    claim(
        "gradient-vanishes",
        "With the sigmoid each of 4 layers costs a factor of about 5 (4 to 6.25).",
        FACTOR.format(4, SIGMOID),
        Ratio(published=5.0, within=1.25),
        "computed independently",
        "K",
        "",
    ),
)

DEVIATIONS = (
    "The note names no network, data or measure of speed: 784-100-100-10 and two convolutions of 6 and 16 "
    "maps before 120 hidden units, softmax, plain gradient descent in batches of 50, no regularisation.",
    "Logistic units start as Nielsen's do, weights N(0, 1 / fan-in) and biases N(0, 1); rectified ones with "
    "He's normal weights and zero biases.",
    "The learning rate is, for each net and kind of unit, that of 0.01, 0.03, 0.1, 0.3, 1, 3 with the best "
    "mean validation accuracy along 5 epochs, seeds 1001 and 1002: the fastest, as in Krizhevsky et al.",
    "Epochs are counted in tenths, by the accuracy on the training batches of that tenth while it trains. "
    "A level counts as reached at the end of its tenth, so that ratios to a ReLU net that needs two or three "
    "may come out too small by a third or more. The largest ratio is taken for each seed, which favours a "
    "large one slightly; that of the seed whose convolutional ReLU network died is its dense network's.",
    "Where the sigmoid does not reach a level in 10 epochs, the largest ratio takes it as reached at their "
    "end, a lower bound. If no ratio of a seed is then above 6, its largest is not known: the seed is left "
    "out of that claim, where the verdict speaks of it as of one that diverged.",
    "Seconds are no part of the record, since they do not repeat: `benchmarks/activations.py` measures how "
    "much longer an update takes with one kind of unit than with the other. As docs/benchmarks.md shows, it "
    "takes about as long with either, so that ratios in seconds are about those in epochs.",
    "The one ReLU network that died counts in the share of zeros, with nearly all of them.",
)
DISCUSSION = {
    "relu-vs-sigmoid/six-times": "Read literally, as 'up to', the sentence holds: no network's largest ratio "
    "is above six, and some have it, convolutional ones at the lowest level. Judged is the largest ratio of "
    "a typical seed, which is less, and the further training goes, the smaller the gain. But ReLU gets to "
    "the lowest level in a few tenths of an epoch, so that a finer count might bring that ratio nearer to "
    "six. Each activation has the rate that suits it best here; at one rate for both the ratio would be "
    "another. The paper's six is another comparison: against tanh, on CIFAR-10 (see relu_speedup).",
    "relu-vs-sigmoid/same-result-convolutional": "One ReLU network of the ten died early: nearly all of its "
    "hidden outputs are zero, and it guesses until the end. The rate, the best one in the mean of the "
    "choosing seeds, is large enough to kill now and then. Without that network both activations end within "
    "the margin; with it the mean means little.",
    "relu-vs-sigmoid/gradient-stays": "Over eight layers ReLU's error signal changes by little from one "
    "layer to the next, with initial weights scaled for it, against a factor of five with the sigmoid. It is "
    "the bound of 1.2 that ten networks do not decide.",
}


def run(config: Config) -> Result:
    """Choose the rates, train both nets with both kinds of units, and measure error signals at the start."""
    from zoo import data

    datasets = {net: data.load(config.data, flat=net == DENSE) for net in NETS}
    flat, values = datasets[DENSE], {}
    for units in UNITS:
        for net, dataset in datasets.items():
            values |= arm(config, dataset, net, units)
        for depth in config.signal_depths:
            values |= signals(config, flat, depth, units)
    values |= extreme(values, config.epochs)
    stand_in = "" if config.data == "mnist" else f"{flat.name} stands in for MNIST"
    return Result(values, {flat.name: flat.digest}, stand_in)


def arm(config, dataset, net, units) -> dict:
    """Return the metrics of one net with one kind of unit, at the rate that is fastest for it."""
    rate = setting(RATE.format(net, units), partial(chosen, config, dataset, net, units))
    study = trained(config, dataset, net, units, rate, config.epochs, config.seeds)
    curve = 100 * study.history("training correct")[:, 1:]
    share = config.probe_every / -(-len(dataset.train.x) // config.batch_size)
    zeros = [study.history(f"zeros, {layer}")[:, -1] for layer in LAYERS[net]]
    return {
        RATE.format(net, units): np.full(len(config.seeds), rate),
        CURVE.format(net, units): curve,
        **{EPOCHS.format(level, net, units): share * when(curve, level, study.diverged) for level in LEVELS},
        TEST.format(net, units): tested(study, config.seeds, dataset.test),
        ZEROS.format(net, units): np.mean(zeros, axis=0),
    }


def chosen(config, dataset, net, units) -> float:
    """Return the rate with the best validation accuracy, averaged along the way, of the seeds set aside."""
    short = config.choice_epochs, config.choice_seeds
    studies = {rate: trained(config, dataset, net, units, rate, *short) for rate in config.rates}
    return max(studies, key=lambda rate: np.nan_to_num(studies[rate].history("watched correct")).mean())


def trained(config, dataset, net, units, rate, epochs, seeds):
    """Train one net with one kind of unit at one rate and return its study."""
    from zoo import engine, losses
    from zoo.engine import optimizers, probes

    recipe = engine.Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.SGD(rate),
        batch_size=config.batch_size,
        epochs=epochs,
        running=(probes.correct,),
        probes=(probes.Evaluate("watched", (probes.correct,)), probes.Sparsity("watched", LAYERS[net])),
        probe_every=config.probe_every,
    )
    build = partial(built, net, units, dataset.train.x.shape[1:], config.kernel_size)
    splits = {"train": dataset.train, "watched": tuple(part[: config.watched] for part in dataset.valid)}
    return engine.train(build, recipe, splits, seeds, name=f"{net}, {units}, rate {rate:g}")


def built(net, units, shape, kernel_size):
    """Return an untrained network: 784-100-100-10, or two convolutions and 120 hidden units."""
    from zoo.models import cnn, mlp

    kind = start(units)
    if net == DENSE:
        return mlp(*shape, (100, 100), 10, **kind)
    kind["convolution_initializer"] = kind["kernel_initializer"]
    return cnn(shape, (6, 16), (120,), 10, kernel_size=kernel_size, **kind)


def start(units) -> dict:
    """Return a builder's arguments for one kind of unit, with the initial weights that suit it."""
    from zoo import initializers

    if units == RELU:
        return {"activation": "relu", "kernel_initializer": "he_normal"}
    return {
        "activation": "sigmoid",
        "kernel_initializer": initializers.nielsen_kernel(),
        "bias_initializer": initializers.nielsen_bias(),
    }


def when(curve, level, diverged):
    """Return the number, from 1, of each row's first measurement at the level; inf: none, nan: diverged."""
    reached = curve >= level
    return np.where(reached.any(axis=1), 1.0 + reached.argmax(axis=1), np.where(diverged, np.nan, np.inf))


def tested(study, seeds, test):
    """Return the members' accuracies on the test images, in %; nan where one diverged."""
    logits = [study.model(seed).predict(test.x, batch_size=1000, verbose=0) for seed in seeds]
    return np.where(study.diverged, np.nan, 100 * np.mean(np.argmax(logits, axis=2) == test.y, axis=1))


def ratios(values, longest=np.inf):
    """Return ratios of epochs (settings, seeds): never counts as `longest`; nan where neither gets there."""
    slow, fast = (np.stack([values[EPOCHS.format(*s, units)] for s in SETTINGS]) for units in (SIGMOID, RELU))
    with np.errstate(invalid="ignore"):
        return np.minimum(slow, longest) / fast


def extreme(values, epochs) -> dict:
    """Return each seed's largest ratio, nan where it is unknown, and how often ReLU alone gets there."""
    alone = np.isinf(ratios(values)).sum(axis=0)
    largest = np.fmax.reduce(ratios(values, epochs))  # a lower bound, where ReLU is ever alone
    return {LARGEST: np.where((alone > 0) & ~(largest > TIMES), np.nan, largest), ALONE: alone}


def signals(config, dataset, depth, units) -> dict:
    """Return the length of each layer's error signal before training, (seeds, layers), and its growth."""
    from zoo import data, engine, losses
    from zoo.engine import optimizers, probes
    from zoo.models import mlp

    loss = losses.summed_binary_cross_entropy
    probe = probes.GradientNorms("train", loss)
    recipe = engine.Recipe(loss=loss, optimizer=optimizers.SGD(0.1), steps=1, probes=(probe,))
    train = data.Split(*(part[: config.signal_images] for part in dataset.train))
    build = partial(mlp, train.x.shape[1], (30,) * depth, 10, **start(units))
    study = engine.train(build, recipe, {"train": train}, config.seeds, name=f"{depth} layers, {units}")
    norms = [study.history(f"gradient norm, hidden_{n}/bias")[:, 0] for n in range(1, depth + 1)]
    lengths = np.stack(norms, axis=1).astype(np.float64)
    return {
        SIGNAL.format(depth, units): lengths,
        FACTOR.format(depth, units): (lengths[:, -1] / lengths[:, 0]) ** (1 / (depth - 1)),
    }


def plot(result: Result):
    """Draw the training accuracies, the ratios of epochs, the share of zeros, and the error signals."""
    from reproductions.harness import figures

    figure = figures.Figure(figsize=(11, 8.4), layout="constrained")
    *curves, faster, signal = figure.subplots(2, 2).ravel()
    for units, color in zip(UNITS, (figures.OURS, "#b07d2b"), strict=True):
        for axes, net in zip(curves, NETS, strict=True):
            errors = np.maximum(100 - result.metrics[CURVE.format(net, units)], 0.1)
            label = f"{units}, rate {result.metrics[RATE.format(net, units)][0]:g}"
            figures.band(axes, 1 + np.arange(errors.shape[1]), errors, label=label, color=color)
            axes.set(title=f"The {net} net", xlabel="tenths of an epoch")
            axes.set(ylabel="training error (%)", yscale="log")
        lengths = result.metrics[SIGNAL.format(8, units)]
        figures.band(signal, 1 + np.arange(8), lengths, label=units, color=color)
    for position, found in enumerate(ratios(result.metrics)):
        figures.seeds(faster, position, np.where(found > 0, found, np.nan))  # 0: ReLU never got there
    faster.axhline(6, lw=2, color=figures.PUBLISHED, zorder=0, label="the note: up to 6 times")
    figures.columns(faster, [f"{net.replace('olutional', '.')}\n{level} %" for level, net in SETTINGS])
    faster.set(title="How much faster ReLU learns", xlabel="net, training images right")
    faster.set(ylabel="epochs with sigmoid / epochs with ReLU", ylim=(0, max(8, faster.get_ylim()[1])))
    signal.set(title="8 layers, untrained", xlabel="hidden layer", ylabel="error signal (norm)", yscale="log")
    for axes in figure.axes:
        axes.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    run_file(__file__)
