"""Do rectified units, or more computing time, make up for depth?

The lecture notes say that backpropagation works well with one hidden layer but
not with many, because the gradient vanishes. They name as ways out rectified
units in the place of logistic ones, and plain backpropagation with far more
computing power. Here networks of 1 to 8 hidden layers of 30 units learn MNIST.
They have logistic units, by the recipe behind the notes' figures for 1 to 4
layers, or rectified ones. The network of 8 layers of logistic units also goes
on ten times as long.

From one curve the notes conclude that the first of four layers learns 100 times
more slowly. That curve is 500 full-batch updates long. So we count the updates
(here of 10 images each) until a network names more than one or two digits. Then
it leaves a plateau like the one on which that curve was drawn.

Source: M. Nielsen, Neural Networks and Deep Learning, Determination Press,
2015, chapter 5, for the recipe of the logistic units; lecture note 002, lines
689-738 and 2033-2053, for the questions.

Expected wall time on two cores: full 45 min with one worker (12 seeds), quick
15 s, smoke 8 s.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from reproductions.harness import (
    Choice,
    Claims,
    Difference,
    Fraction,
    Metric,
    Ratio,
    Result,
    measured_on,
    run_file,
)
from zoo import data


@dataclass(frozen=True)
class Config:
    """What may vary; the rate of rectified units is chosen for each depth.

    Seeds up to `long_seeds` train the deepest network with logistic units for
    `long_epochs`.
    """

    data: str = "mnist"
    depths: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8)
    units: int = 30
    epochs: int = 30
    batch_size: int = 10
    logistic_rate: float = 0.1
    weight_decay: float = 1e-4
    plateau_steps: int = 20_000
    plateau_every: int = 500
    rates: tuple[float, ...] = (0.003, 0.01, 0.03, 0.1)
    choice_epochs: int = 5
    choice_seeds: tuple[int, ...] = (1001, 1002)
    long_epochs: int = 300
    long_seeds: int = 6
    seeds: tuple[int, ...] = tuple(range(1, 13))


FULL = Config()
# Three of the eight depths on 4,000 images, 10,000 updates, 16,000 in the long training; a single rate.
QUICK = Config(
    data="mnist5k",
    depths=(1, 4, 8),
    epochs=25,
    plateau_steps=8_000,
    rates=(0.03,),
    choice_epochs=1,
    choice_seeds=(1001,),
    long_epochs=40,
    long_seeds=1,
    seeds=(1, 2, 3),
)
SMOKE = Config(
    data="digits",
    depths=(1, 8),
    epochs=1,
    plateau_steps=200,
    plateau_every=100,
    rates=(0.03,),
    choice_epochs=1,
    choice_seeds=(1001,),
    long_epochs=2,
    long_seeds=1,
    seeds=(1, 2),
)

LOGISTIC, RECTIFIED = "logistic", "rectified"
LONG, FREE = (
    "logistic, ten times as long",
    "logistic, ten times as long, no weight decay",
)
LAST = Metric("validation accuracy, last epoch, {depth} hidden, {units}")
CURVE = Metric("validation accuracy by epoch, {depth} hidden, {units}")
REACHES_90 = Metric("reaches 90 % validation accuracy, {depth} hidden, {units}")
REACHES_96 = Metric("reaches 96 % validation accuracy, {depth} hidden, {units}")
PLATEAU = Metric(
    "updates until 20 % of the validation images are right, {depth} hidden"
)
STILL = Metric("below 20 % after 500 updates, {depth} hidden")
AWAKE = Metric("above 20 % within 20,000 updates, {depth} hidden")
RATE = Metric("learning rate, {depth} hidden, rectified")
KEPT = 10  # of the long trainings' curves, one epoch in so many

WORKS = "lecture note 002, lines 689-693"
POWER = "lecture note 002, lines 2051-2053"
READ_WORKS = "'works' is read as: most networks reach 90 % validation accuracy"
READ_POWER = (
    "'power' as ten times the updates, and 'makes up' as: most networks reach "
    "96 %, as all four of the notes do"
)
claim = Claims("mnist-depth-sigmoid-relu", where=WORKS, tag="P")
check = claim.sharing(where="our own question", tag="K")

CLAIMS = (
    claim(
        "one-layer-works",
        "Backpropagation works well with one hidden layer.",
        REACHES_90(depth=1, units=LOGISTIC),
        Fraction(at_least=0.5),
        reading=READ_WORKS,
    ),
    claim(
        "many-layers-do-not",
        "Backpropagation does not work with many hidden layers, here 8.",
        REACHES_90(depth=8, units=LOGISTIC),
        Fraction(at_most=0.5),
        reading=f"8 layers as 'many'; {READ_WORKS}",
    ),
    claim(
        "rectified-units-help",
        "Rectified units in the place of logistic ones raise the validation "
        "accuracy of networks with 8 hidden layers.",
        LAST(depth=8, units=RECTIFIED),
        Difference(LAST(depth=8, units=LOGISTIC), at_least=0, matters=1.0),
        where="lecture note 002, lines 2043-2045",
        unit="points",
    ),
    claim(
        "computing-time-compensates",
        "Plain backpropagation with ten times the computing time makes up for "
        "8 hidden layers.",
        REACHES_96(depth=8, units=LONG),
        Fraction(at_least=0.5),
        where=POWER,
        reading=READ_POWER,
    ),
    claim(
        "computing-time-compensates-without-decay",
        "Plain backpropagation with ten times the computing time and without "
        "weight decay makes up for 8 hidden layers.",
        REACHES_96(depth=8, units=FREE),
        Fraction(at_least=0.5),
        where=POWER,
        reading=READ_POWER,
    ),
    check(
        "rectified-8",
        "With rectified units most nets of 8 hidden layers reach 96 % in the "
        "usual time.",
        REACHES_96(depth=8, units=RECTIFIED),
        Fraction(at_least=0.5),
    ),
    check(
        "one-layer-equal",
        "With one hidden layer both kinds of units end at the same validation "
        "accuracy.",
        LAST(depth=1, units=RECTIFIED),
        Difference(LAST(depth=1, units=LOGISTIC), within=1.0),
        unit="points",
    ),
    check(
        "plateau-at-500",
        "After 500 updates of 10 images, as many in number as the notes' curve "
        "has of 1,000, most nets of 4 layers are still below 20 %.",
        STILL(depth=4),
        Fraction(at_least=0.5),
    ),
    check(
        "plateau-left",
        "Most nets of 4 layers leave that plateau within 20,000 of their "
        "150,000 updates.",
        AWAKE(depth=4),
        Fraction(at_least=0.5),
    ),
    check(
        "plateau-grows",
        "Networks of 4 layers stay on the plateau for more updates than those of 2.",
        PLATEAU(depth=4),
        Ratio(PLATEAU(depth=2), at_least=1, matters=1.5),
        unit="updates",
    ),
)
HEADLINE = "mnist-depth-sigmoid-relu/rectified-units-help"

DEVIATIONS = (
    "The source's recipe is for 1 to 4 hidden layers. It has logistic units "
    "everywhere, weights N(0, 1 / fan-in), biases N(0, 1), cross-entropy, "
    "batches of 10, rate 0.1, weight decay 5 / 50,000, and 30 epochs. We use "
    "it unchanged for 5 to 8 layers too, though another rate might suit them "
    "better.",
    "Rectified units stand in the hidden layers alone, with He's normal "
    "initial weights and zero biases. Everything else is as above but the "
    "rate. For each depth it is that of 0.003, 0.01, 0.03, 0.1 with the best "
    "validation accuracy after 5 epochs, mean of seeds 1001 and 1002.",
    "The logistic units keep the source's one rate at every depth, which "
    "favours the rectified ones. So does choosing their rates on the images "
    "on which they are then judged.",
    "'Many' layers are 8. 'Far more computing power' is ten times as many "
    "updates, once with the recipe's weight decay and once without. These "
    "have 6 seeds, since each takes as long as ten of the others. A network "
    "gets there when any epoch reaches 96 %.",
    "The plateau ends when 20 % of the validation images are first right. We "
    "measure that every 500 updates among the first 20,000, then after every "
    "epoch of 5,000. One or two layers have left it by the first "
    "measurement. So how many times longer four layers stay on it is a lower "
    "bound.",
    "The notes' 500 updates each use all of 1,000 images; ours use 10 of "
    "50,000. They are as many in number, not the same training. We do not "
    "try full batches of 1,000 images.",
    "The best of many epochs on the validation images flatters a threshold "
    "slightly.",
)
DISCUSSION = {
    "mnist-depth-sigmoid-relu/computing-time-compensates": "Ten times the "
    "updates do not take one network of 8 layers off the plateau. At the end "
    "all are right about as often as by naming one digit for every image. "
    "The plateau grows several times over with every layer from 3 to 5, "
    "which every network still leaves. Networks of 6 and more layers never "
    "do within the usual time. If it goes on growing like that, 8 layers "
    "need more than we granted here. This holds for the source's recipe, "
    "made for 1 to 4 layers. The sentence does not speak of other initial "
    "weights or rates. They may change it, as rectified units do.",
    "mnist-depth-sigmoid-relu/computing-time-compensates-without-decay": "The "
    "same holds without weight decay. So it is not weight decay that holds "
    "the networks on the plateau.",
}
ANSWER = (
    "Rectified units do, by "
    "{mnist-depth-sigmoid-relu/rectified-units-help:.0f} points of accuracy "
    "with 8 hidden layers ({seeds} seeds). Ten times the computing time does "
    "not: {mnist-depth-sigmoid-relu/computing-time-compensates:.0%} of the "
    "logistic networks reach 96 % (6 seeds)."
)


def choose(config: Config) -> dict[str, Choice]:
    """Choose the rate of rectified units for each depth."""
    dataset = data.load(config.data, flat=True)
    return {
        RATE(depth=depth): choose_rate(config, dataset, depth)
        for depth in config.depths
    }


def run(config: Config, chosen: dict) -> Result:
    """Train every depth with both kinds of units, and the deepest logistic one
    for longer."""
    dataset = data.load(config.data, flat=True)
    metrics = {}
    for depth in config.depths:
        rate = chosen[RATE(depth=depth)]
        metrics |= compare_units(config, dataset, depth, rate)
    metrics |= train_longer(config, dataset, max(config.depths))
    return measured_on(
        dataset, metrics, instead_of="" if config.data == "mnist" else "MNIST"
    )


def choose_rate(config: Config, dataset, depth: int) -> Choice:
    """Choose the rate with the best validation accuracy at the end; NaN is all
    wrong."""
    if len(config.rates) == 1:
        return Choice(config.rates[0])
    scores = {}
    for rate in config.rates:
        recipe = make_recipe(config, rate, epochs=config.choice_epochs)
        curve = train_depth(
            config, dataset, depth, RECTIFIED, recipe, config.choice_seeds
        )
        scores[rate] = 100 - float(np.nan_to_num(curve[:, -1]).mean())
    return Choice.lowest(
        scores, "Scores: mean validation error (%) at the end."
    )


def compare_units(config: Config, dataset, depth: int, rate: float) -> dict:
    """Return the metrics of one depth with both kinds of units, and of its
    plateau."""
    recipe = make_recipe(config, config.logistic_rate, epochs=config.epochs)
    logistic = train_depth(
        config, dataset, depth, LOGISTIC, recipe, config.seeds
    )
    recipe = make_recipe(config, rate, epochs=config.epochs)
    rectified = train_depth(
        config, dataset, depth, RECTIFIED, recipe, config.seeds
    )
    return {
        **measure_curve(depth, LOGISTIC, logistic),
        **measure_curve(depth, RECTIFIED, rectified),
        **measure_plateau(config, dataset, depth, logistic),
    }


def train_longer(config: Config, dataset, depth: int) -> dict:
    """Return the metrics of the long trainings, with weight decay and without
    it."""
    few = [seed for seed in config.seeds if seed <= config.long_seeds]
    metrics = {}
    rate = config.logistic_rate
    epochs = config.long_epochs
    decays = {LONG: config.weight_decay, FREE: 0.0}
    for units, decay in decays.items():
        recipe = make_recipe(config, rate, weight_decay=decay, epochs=epochs)
        curve = train_depth(config, dataset, depth, LOGISTIC, recipe, few)
        metrics |= measure_curve(depth, units, curve)
        metrics[CURVE(depth=depth, units=units)] = curve[:, ::KEPT]
    return metrics


def make_recipe(
    config: Config, rate: float, *, weight_decay: float | None = None, **length
):
    """Return the recipe at one rate; `length` is epochs, or steps and
    probe_every."""
    from zoo import engine, losses
    from zoo.engine.probes import Evaluate, correct

    decay = config.weight_decay if weight_decay is None else weight_decay
    return engine.Recipe(
        loss=losses.summed_binary_cross_entropy,
        optimizer=engine.optimizers.SGD(rate, decay),
        batch_size=config.batch_size,
        probes=(Evaluate("validation", (correct,)),),
        **length,
    )


def train_depth(
    config: Config, dataset, depth: int, units: str, recipe, seeds
) -> np.ndarray:
    """Return the validation accuracies (%) of one network, (seeds,
    measurements)."""
    from zoo import engine
    from zoo.models import mlp, nielsen_mlp

    if not seeds:
        return np.zeros((0, 2))
    kind = nielsen_mlp
    if units == RECTIFIED:
        kind = partial(mlp, activation="relu", kernel_initializer="he_normal")
    inputs = dataset.train.x.shape[1]
    build = partial(kind, inputs, (config.units,) * depth, 10)
    splits = {"train": dataset.train, "validation": dataset.valid}
    study = engine.train(
        build, recipe, splits, seeds, name=f"{depth} hidden, {units}"
    )
    return 100 * study.history("validation correct")


def measure_curve(depth: int, units: str, curve: np.ndarray) -> dict:
    """Return the metrics of one network from its accuracies (seeds, epochs +
    1)."""
    labels = {"depth": depth, "units": units}
    epochs = curve[:, 1:]  # before the first, the network is untrained
    return {
        LAST(**labels): curve[:, -1],
        REACHES_90(**labels): (epochs >= 90).any(axis=1),
        REACHES_96(**labels): (epochs >= 96).any(axis=1),
        CURVE(**labels): curve,
    }


def measure_plateau(
    config: Config, dataset, depth: int, curve: np.ndarray
) -> dict:
    """Return how many updates logistic units stay below 20 % (inf: always).

    They are counted finely at first, then by epoch, from the accuracies (seeds,
    epochs + 1).
    """
    often = {"steps": config.plateau_steps, "probe_every": config.plateau_every}
    recipe = make_recipe(config, config.logistic_rate, **often)
    fine = train_depth(config, dataset, depth, LOGISTIC, recipe, config.seeds)
    epoch = -(-len(dataset.train.x) // config.batch_size)  # updates
    early = find_first(fine[:, 1:] >= 20) * config.plateau_every
    late = find_first(curve[:, 1:] >= 20) * epoch
    updates = np.where(np.isfinite(early), early, late)
    return {
        PLATEAU(depth=depth): updates,
        STILL(depth=depth): updates > 500,
        AWAKE(depth=depth): np.isfinite(early),
    }


def find_first(reached: np.ndarray) -> np.ndarray:
    """Return the number, from 1, of each row's first column that is true (inf:
    none)."""
    first = 1.0 + reached.argmax(axis=1)
    return np.where(reached.any(axis=1), first, np.inf)


def plot(result: Result):
    """Draw the last epochs by depth, how long the plateau lasts, and the long
    training."""
    from reproductions.harness.showing import figures

    figure, (ends, plateaus, long) = figures.new(3, width=14, height=4.4)
    draw_ends(ends, result.metrics)
    updates = PLATEAU.along("depth", result.metrics)
    figures.draw_columns(plateaus, updates)
    plateaus.axhline(500, lw=1, color=figures.PUBLISHED)
    for axes in (ends, plateaus):
        axes.set(xlabel="hidden layers of 30 units", yscale="log")
    # with room for those that never leave it
    plateaus.set_ylim(top=10 * plateaus.get_ylim()[1])
    plateaus.set(title="Logistic units (line: length of the notes' curve)")
    plateaus.set_ylabel("updates until 20 % are right")
    draw_long(long, result.metrics)
    for axes in figure.axes:
        axes.legend(fontsize=7)
    return figure


def draw_ends(axes, metrics) -> None:
    """Draw the error of every seed after the last epoch, for both kinds of
    units."""
    from reproductions.harness.showing import figures

    sides = {LOGISTIC: (-0.15, figures.OURS), RECTIFIED: (0.15, "#b07d2b")}
    for units, (shift, color) in sides.items():
        columns = LAST.along("depth", metrics, units=units)
        look = {"ms": 3.5, "mew": 0, "alpha": 0.6, "color": color}
        axes.plot([], [], "o", label=f"{units} units, one seed", **look)
        for position, accuracies in enumerate(columns.values()):
            x = position + shift + np.linspace(-0.1, 0.1, len(accuracies))
            axes.plot(x, 100 - accuracies, "o", **look)
    figures.columns(
        axes, [str(depth) for depth in LAST.values_of("depth", metrics)]
    )
    axes.set(title="After the last epoch", ylabel="validation error (%)")


def draw_long(axes, metrics) -> None:
    """Draw the error by epoch of the long trainings."""
    from reproductions.harness.showing import figures

    depth = max(LAST.values_of("depth", metrics))
    arms = {
        LONG: ("with weight decay", figures.OURS),
        FREE: ("no weight decay", "#7a9a3a"),
    }
    for units, (label, color) in arms.items():
        errors = 100 - metrics[CURVE(depth=depth, units=units)]
        epochs = KEPT * np.arange(errors.shape[1])
        figures.band(axes, epochs, errors, label=label, color=color)
    axes.axhline(4, lw=1, color=figures.PUBLISHED, label="96 % right")
    axes.set(title=f"{depth} layers of logistic units, trained on")
    axes.set(xlabel="epoch", ylabel="validation error (%)", yscale="log")


if __name__ == "__main__":
    run_file(__file__)
