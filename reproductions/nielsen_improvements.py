"""What do cross-entropy, L2 regularisation and better initial weights bring on
MNIST?

The third chapter of Nielsen's book improves the networks of its first one step
by step.

The first step is the cross-entropy cost: 95.49 % of the test images are right
with 30 hidden units, 96.82 % with 100. The second is L2 regularisation. Where
1,000 training images are learnt by heart, 82.27 % become 87.10 %. With all
50,000 images 95.33 % become 96.49 %, and up to 98.04 % with 100 units. The
third is initial weights that are the smaller, the more inputs a unit has. They
get 92.70 % right after one epoch, where large ones get 86.43 %.

The lecture notes say that L2 keeps the weights small.

Source: M. Nielsen, Neural Networks and Deep Learning, Determination Press,
2015, chapter 3 (neuralnetworksanddeeplearning.com/chap3.html), code
`network2.py`, stored results `fig/*.json`; lecture note 004, lines 424-430.

Expected wall time on two cores: full 45 min (16 seeds), quick 20 s, smoke 8 s.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from reproductions.harness import (
    BestOf,
    Claim,
    Claims,
    Difference,
    Fraction,
    Metric,
    OneRun,
    Ratio,
    Result,
    measured_on,
    run_file,
)


@dataclass(frozen=True)
class Config:
    """What may vary: `few` is the number of images that are learnt by heart, in
    `few_epochs` epochs."""

    data: str = "mnist"
    few: int = 1000
    epochs: int = 30
    long_epochs: int = 60
    few_epochs: int = 400
    batch_size: int = 10
    seeds: tuple[int, ...] = tuple(range(1, 17))


FULL = Config()
# The source's networks and rates on 4,000 images, for fewer epochs.
QUICK = Config(
    data="mnist5k", epochs=20, long_epochs=40, few_epochs=100, seeds=(1, 2, 3)
)
SMOKE = Config(
    data="digits", few=100, epochs=1, long_epochs=2, few_epochs=10, seeds=(1, 2)
)


class Arm(NamedTuple):
    """One network and its training; `length` names the field of Config with its
    epochs."""

    units: int
    rate: float
    weight_decay: float = 0.0
    has_large_start: bool = True
    length: str = "epochs"
    evaluated: str = "validation"
    has_few_images: bool = False


FEW, FEW_L2 = "1,000 images", "1,000 images, L2"
PLAIN, WIDE, L2, WIDE_L2 = (
    "30 units",
    "100 units",
    "30 units, L2",
    "100 units, L2",
)
SMALL_30, LARGE_30 = "30 units, L2, small start", "30 units, L2, large start"
SMALL_100, LARGE_100 = (
    "100 units, L2, small start",
    "100 units, L2, large start",
)
LONG_100 = "100 units, L2, large start, twice as long"
DECAY = 1e-4  # the source's lambda / n: 5 / 50,000, and 0.1 / 1,000
ARMS = {
    PLAIN: Arm(30, 0.5, evaluated="test"),
    WIDE: Arm(100, 0.5, evaluated="test"),
    L2: Arm(30, 0.5, DECAY, evaluated="test"),
    FEW: Arm(
        30, 0.5, length="few_epochs", evaluated="test", has_few_images=True
    ),
    FEW_L2: Arm(
        30,
        0.5,
        DECAY,
        length="few_epochs",
        evaluated="test",
        has_few_images=True,
    ),
    WIDE_L2: Arm(100, 0.5, DECAY),
    SMALL_30: Arm(30, 0.1, DECAY, has_large_start=False),
    LARGE_30: Arm(30, 0.1, DECAY),
    SMALL_100: Arm(100, 0.1, DECAY, has_large_start=False),
    LARGE_100: Arm(100, 0.1, DECAY, length="long_epochs"),
}

FIRST = Metric("accuracy after one epoch, {arm}")
LAST = Metric("accuracy, last epoch, {arm}")
BEST = Metric("accuracy, best epoch, {arm}")
CURVE = Metric("accuracy by epoch, {arm}")
AFTER = Metric("accuracy after epoch {epoch}, {arm}")
TRAINING = Metric("training accuracy, last epoch, {arm}")
BY_HEART = Metric("all training images right at the end, {arm}")
LENGTH = Metric("length of all weights at the end, {arm}")
LENGTHS = Metric("length of all weights by epoch, {arm}")
BOOK, NOTE = "Nielsen 2015, ch. 3", "lecture note 004, lines 424-430"
COLORS = "#1f5fa8", "#b07d2b"
SHOWN = {  # the accuracies that the text gives for all images, by arm and epoch
    "30\nbest": (BEST(arm=PLAIN), 95.33),
    "30, L2\nbest": (BEST(arm=L2), 96.49),
    "100\nbest": (BEST(arm=WIDE), 96.82),
    "100, L2\nlast": (LAST(arm=WIDE_L2), 97.92),
    "100, L2\nlong, last": (LAST(arm=LONG_100), 98.04),
}
# The source's stored curves, `fig/*.json`: after every epoch, for 1,000 images every tenth.
STORED = {  # images right of 10,000; ten epochs or, for 1,000 images, 100 epochs a row
    FEW: (
        7899, 8107, 8126, 8165, 8145, 8157, 8152, 8148, 8165, 8173,
        8178, 8192, 8195, 8200, 8195, 8190, 8193, 8195, 8192, 8190,
        8192, 8191, 8203, 8210, 8209, 8211, 8217, 8223, 8221, 8220,
        8217, 8219, 8221, 8220, 8218, 8218, 8223, 8222, 8221, 8223,
    ),
    FEW_L2: (
        7942, 8163, 8207, 8271, 8278, 8324, 8352, 8360, 8393, 8409,
        8415, 8441, 8467, 8491, 8504, 8512, 8530, 8551, 8571, 8558,
        8607, 8602, 8612, 8637, 8626, 8634, 8647, 8644, 8646, 8632,
        8666, 8654, 8666, 8678, 8669, 8689, 8685, 8694, 8691, 8695,
    ),
    PLAIN: (
        9136, 9275, 9307, 9377, 9450, 9429, 9468, 9488, 9494, 9424,
        9483, 9483, 9505, 9499, 9508, 9508, 9445, 9524, 9524, 9524,
        9494, 9527, 9518, 9505, 9533, 9529, 9512, 9530, 9532, 9531,
    ),
    L2: (
        9212, 9341, 9375, 9424, 9532, 9537, 9504, 9541, 9578, 9538,
        9579, 9530, 9590, 9543, 9607, 9597, 9576, 9546, 9600, 9634,
        9544, 9606, 9614, 9607, 9621, 9637, 9620, 9511, 9649, 9561,
    ),
    SMALL_30: (
        9270, 9414, 9470, 9504, 9537, 9550, 9587, 9594, 9596, 9594,
        9616, 9595, 9622, 9630, 9636, 9641, 9625, 9652, 9637, 9634,
        9642, 9639, 9649, 9646, 9646, 9653, 9646, 9653, 9640, 9650,
    ),
    LARGE_30: (
        8643, 9044, 9141, 9231, 9299, 9327, 9385, 9416, 9433, 9449,
        9476, 9489, 9500, 9535, 9521, 9548, 9564, 9573, 9585, 9592,
        9596, 9615, 9607, 9605, 9606, 9622, 9637, 9648, 9635, 9637,
    ),
    SMALL_100: (
        9295, 9481, 9547, 9592, 9664, 9673, 9702, 9719, 9726, 9726,
        9732, 9732, 9730, 9734, 9745, 9751, 9757, 9761, 9764, 9766,
        9758, 9767, 9756, 9752, 9777, 9775, 9770, 9770, 9771, 9781,
    ),
    LARGE_100: (
        8994, 9181, 9260, 9364, 9427, 9449, 9497, 9512, 9560, 9578,
        9603, 9616, 9626, 9629, 9644, 9671, 9674, 9679, 9700, 9708,
        9707, 9717, 9729, 9720, 9719, 9745, 9751, 9754, 9755, 9742,
    ),
}  # fmt: skip

NETWORK = {
    FEW: "30 units, trained on 1,000 images,",
    FEW_L2: "30 units, trained on 1,000 images with L2,",
    PLAIN: "30 units",
    L2: "30 units, trained with L2,",
    WIDE_L2: "100 units, trained with L2,",
    SMALL_30: "30 units with small initial weights",
    LARGE_30: "30 units with large initial weights",
    SMALL_100: "100 units with small initial weights",
    LARGE_100: "100 units with large initial weights",
    LONG_100: "100 units, trained with L2 at rate 0.1,",
}
READ_LAST = "the source does not say which epoch it gives: here the last"
READ_BEST = "the source does not say which epoch it gives: here the best"
MATTERS = 0.1  # points: ten of 10,000 images

claim = Claims("nielsen-ch3", join="-", where=BOOK, tag="P", unit="%")


def claim_run(
    id: str,
    arm: str,
    which: str,
    metric: Metric,
    published: float,
    margin: float,
    tag: str = "C",
    reading: str = "",
    family: str | None = None,
    **labels,
) -> Claim:
    """Return the claim that one run of this arm had this accuracy (%); `which`
    ends the sentence. The numbers of one run are a family."""
    says = f"The network of {NETWORK[arm]} has {published:.2f} % right {which}."
    return claim(
        id,
        says,
        metric(arm=arm, **labels),
        OneRun(published, margin),
        tag=tag,
        reading=reading,
        family=name_run(id) if family is None else family,
    )


def name_run(id: str) -> str:
    """Return the name of the run that a claim is about: "init-30-small" of
    "init-30/small-first"."""
    arm, _, number = id.partition("/")
    return f"{arm}-{number.split('-')[0]}" if arm.startswith("init") else arm


OVERFITTING = (
    claim_run("overfit-1000/peak", FEW, "in the best epoch", BEST, 82.27, 2),
    claim_run(
        "overfit-1000/epoch-280",
        FEW,
        "after epoch 280",
        AFTER,
        82.21,
        2,
        epoch=281,
    ),
    claim_run("overfit-1000/last", FEW, "after the last epoch", LAST, 82.23, 2),
    claim(
        "overfit-1000/by-heart",
        "The network of 30 units ends with all of its 1,000 training images right.",
        BY_HEART(arm=FEW),
        Fraction(at_least=0.5),
        tag="C",
        unit="",
    ),
    claim_run(
        "overfit-1000-l2/peak", FEW_L2, "in the best epoch", BEST, 87.10, 2
    ),
    claim_run(
        "overfit-1000-l2/epoch-280",
        FEW_L2,
        "after epoch 280",
        AFTER,
        86.45,
        2,
        epoch=281,
    ),
    claim_run(
        "overfit-1000-l2/last", FEW_L2, "after the last epoch", LAST, 86.95, 2
    ),
    claim(
        "overfit-1000-l2/helps",
        "L2 raises the accuracy of the network that learns 1,000 images by heart.",
        LAST(arm=FEW_L2),
        Difference(LAST(arm=FEW), at_least=0, matters=MATTERS),
        unit="points",
    ),
)
ALL_IMAGES = (
    claim(
        "ce-30/peak",
        "The network of 30 units, trained by cross-entropy, has 95.49 % right in its best epoch.",
        BEST(arm=PLAIN),
        BestOf(95.49, margin=0.5, k=3),
    ),
    claim(
        "ce-100/peak",
        "The network of 100 units, trained by cross-entropy, has 96.82 % right in its best epoch.",
        BEST(arm=WIDE),
        BestOf(96.82, margin=0.5, k=3),
    ),
    claim_run("full/best", PLAIN, "in the best epoch", BEST, 95.33, 0.5),
    claim_run("full/last", PLAIN, "after the last epoch", LAST, 95.31, 0.75),
    claim_run(
        "full/training",
        PLAIN,
        "of the training images after the last epoch",
        TRAINING,
        97.86,
        0.5,
    ),
    claim_run("full-l2/best", L2, "in the best epoch", BEST, 96.49, 0.5),
    claim_run("full-l2/last", L2, "after the last epoch", LAST, 95.61, 0.75),
    claim(
        "full-l2/helps",
        "L2 raises the accuracy with all 50,000 training images too.",
        BEST(arm=L2),
        Difference(BEST(arm=PLAIN), at_least=0, matters=MATTERS),
        unit="points",
    ),
    claim_run(
        "l2-100/last",
        WIDE_L2,
        "after 30 epochs",
        LAST,
        97.92,
        0.5,
        tag="P",
        reading=READ_LAST,
        family="",
    ),
    claim_run(
        "l2-100/best",
        WIDE_L2,
        "in the best of 30 epochs",
        BEST,
        97.92,
        0.5,
        tag="P",
        reading=READ_BEST,
        family="",
    ),
    claim_run(
        "l2-100-60/last",
        LONG_100,
        "after 60 epochs",
        LAST,
        98.04,
        0.5,
        tag="P",
        reading=READ_LAST,
        family="",
    ),
    claim_run(
        "l2-100-60/best",
        LONG_100,
        "in the best of 60 epochs",
        BEST,
        98.04,
        0.5,
        tag="P",
        reading=READ_BEST,
        family="",
    ),
    claim(
        "l2/small-weights",
        "With L2 the weights end smaller (all images).",
        LENGTH(arm=L2),
        Ratio(LENGTH(arm=PLAIN), at_most=1, matters=1.1),
        where=NOTE,
        unit="",
    ),
    claim(
        "l2/small-weights-1000",
        "With L2 the weights end smaller (1,000 images).",
        LENGTH(arm=FEW_L2),
        Ratio(LENGTH(arm=FEW), at_most=1, matters=1.1),
        where=NOTE,
        unit="",
    ),
)
INITIAL_WEIGHTS = (
    claim_run(
        "init-30/small-first", SMALL_30, "after one epoch", FIRST, 92.70, 1
    ),
    claim_run(
        "init-30/small-last", SMALL_30, "after 30 epochs", LAST, 96.50, 0.5
    ),
    claim_run(
        "init-30/small-best", SMALL_30, "in the best epoch", BEST, 96.53, 0.5
    ),
    claim_run(
        "init-30/large-first", LARGE_30, "after one epoch", FIRST, 86.43, 2
    ),
    claim_run(
        "init-30/large-last", LARGE_30, "after 30 epochs", LAST, 96.37, 0.5
    ),
    claim_run(
        "init-30/large-best", LARGE_30, "in the best epoch", BEST, 96.48, 0.5
    ),
    claim_run(
        "init-100/small-first", SMALL_100, "after one epoch", FIRST, 92.95, 1
    ),
    claim_run(
        "init-100/small-last", SMALL_100, "after 30 epochs", LAST, 97.81, 0.5
    ),
    claim_run(
        "init-100/large-first", LARGE_100, "after one epoch", FIRST, 89.94, 2
    ),
    claim_run(
        "init-100/large-last", LARGE_100, "after 30 epochs", LAST, 97.42, 0.5
    ),
    claim_run(
        "init-100/large-best", LARGE_100, "in the best epoch", BEST, 97.55, 0.5
    ),
    *(
        claim(
            f"init-{units}/small-starts-ahead",
            f"A network of {units} units with small initial weights is ahead after one epoch.",
            FIRST(arm=small),
            Difference(FIRST(arm=large), at_least=0, matters=MATTERS),
            tag="C",
            unit="points",
        )
        for units, small, large in (
            (30, SMALL_30, LARGE_30),
            (100, SMALL_100, LARGE_100),
        )
    ),
    claim(
        "init-100/small-ends-ahead",
        "A network of 100 units with small initial weights is ahead after 30 epochs too.",
        LAST(arm=SMALL_100),
        Difference(LAST(arm=LARGE_100), at_least=0, matters=MATTERS),
        tag="C",
        unit="points",
    ),
)
CLAIMS = OVERFITTING + ALL_IMAGES + INITIAL_WEIGHTS
HEADLINE = "nielsen-ch3-full-l2/helps"

DEVIATIONS = (
    "The validation images measure 100 units with L2 and the comparison of "
    "initial weights. The test images measure everything else. They choose "
    "the best epoch too. All of this is as in the source.",
    "Cross-entropy without L2 is judged as the best of three runs in its best "
    "epoch, as the first chapter says of its own figures. All others are "
    "judged as single runs. For 97.92 and 98.04 % the source does not say "
    "which epoch it means. We judge both the last and the best, of which at "
    "most one is what was printed.",
    "The source counts epochs from 0: its epoch 280 is our 281st.",
    "Of the published curves we judge only single epochs: those that the text "
    "or the stored results name. The stored curves are drawn under ours, "
    "those of 1,000 images at every tenth epoch. For 100 units without "
    "comparison of initial weights the source stores none.",
    "Pixels are divided by 255; the source's prepared file is believed to "
    "divide by 256.",
    "float32 instead of float64, and other random numbers. The source's own "
    "seed, 12345678 in the runs with 1,000 images, means nothing to our "
    "generators.",
)
DISCUSSION = {
    "nielsen-ch3-full/training": "The published accuracy lies among ours. "
    "Single runs scatter too much for a margin of half a point.",
    "nielsen-ch3-init-30/small-last": "The published accuracy lies in the middle "
    "of ours. Single runs of 30 units scatter by almost as much as the margin.",
    "nielsen-ch3-init-30/large-last": "The published run ends higher than most of "
    "ours. Single runs of 30 units scatter by almost as much as the margin, so "
    "that one run cannot tell chance from a difference.",
    "nielsen-ch3-init-30/large-best": "The best epoch of the published run is "
    "better than that of any of ours, by less than a tenth of a point. It is the "
    "same run as in the line above, so this is no second sign of a difference.",
    "nielsen-ch3-full-l2/best": "The best epoch of the stored curve is better "
    "than that of any of our runs, by less than two tenths of a point. The "
    "curve jumps up and down around ours from one epoch to the next, and "
    "more than once above all of them. Nothing in the source explains it. Of "
    "as many values as this page judges, one or two would lie outside of "
    "their intervals by chance.",
    "nielsen-ch3-full-l2/last": "At a rate of 0.5 with weight decay the "
    "accuracy jumps from epoch to epoch. So the last epoch of a single run "
    "says little. The published value lies among ours, below most.",
    "nielsen-ch3-l2-100/last": "As with 30 units, the last epoch at this rate "
    "is a matter of chance. The printed figure fits the best epoch (the next "
    "line), and the book does not say which it means.",
}
ANSWER = (
    "With 30 hidden units, L2 regularisation brings "
    "{nielsen-ch3-full-l2/helps:.1f} points of accuracy, and smaller initial "
    "weights bring {nielsen-ch3-init-30/small-starts-ahead:.1f} points after "
    "one epoch ({seeds} seeds)."
)


def run(config: Config) -> Result:
    """Train every arm with every seed; accuracies after each epoch in %, and
    the length of all weights."""
    from zoo import data

    dataset = data.load(config.data, flat=True)
    metrics = {}
    for name, arm in ARMS.items():
        study = train_arm(config, dataset, name)
        metrics |= measure_arm(
            config, name, 100 * study.history(f"{arm.evaluated} correct")
        )
        if arm.evaluated == "test":
            metrics |= measure_training(name, study)
    missing = "" if config.data == "mnist" else "MNIST"
    return measured_on(dataset, metrics, instead_of=missing)


def train_arm(config: Config, dataset, name: str):
    """Train one arm and return its study; where the test images measure it,
    training images and weights are measured too."""
    from zoo import engine, losses
    from zoo.engine import optimizers, probes

    arm = ARMS[name]
    measured = [probes.Evaluate(arm.evaluated, (probes.correct,))]
    if arm.evaluated == "test":
        measured += [
            probes.Evaluate("train", (probes.correct,)),
            probes.WeightNorms(),
        ]
    recipe = engine.Recipe(
        loss=losses.summed_binary_cross_entropy,
        optimizer=optimizers.SGD(arm.rate, arm.weight_decay),
        batch_size=config.batch_size,
        epochs=getattr(config, arm.length),
        probes=tuple(measured),
    )
    sizes = (dataset.train.x.shape[1], (arm.units,), 10)
    build = partial(choose_builder(arm), *sizes)
    splits = {
        "train": take_first(
            dataset.train, config.few if arm.has_few_images else None
        ),
        arm.evaluated: dataset.test
        if arm.evaluated == "test"
        else dataset.valid,
    }
    return engine.train(build, recipe, splits, config.seeds, name=name)


def choose_builder(arm: Arm):
    """Return the function that builds the arm's network with its initial
    weights."""
    from zoo import initializers
    from zoo.models import mlp, nielsen_mlp

    if not arm.has_large_start:
        return nielsen_mlp
    return partial(
        mlp,
        activation="sigmoid",
        kernel_initializer=initializers.nielsen_large_kernel(),
        bias_initializer=initializers.nielsen_bias(),
    )


def take_first(split, images: int | None):
    """Return the first images of a split; None takes all."""
    from zoo.data import Split

    return Split(split.x[:images], split.y[:images])


def measure_arm(config: Config, name: str, curve: np.ndarray) -> dict:
    """Return the metrics of one arm from its accuracy curves (seeds, epochs +
    1), in %.

    The long arm has two names: its own for the first half, and `LONG_100` for
        all of it.
    """
    arm = ARMS[name]
    metrics = {CURVE(arm=name): curve[:, :: count_steps(arm)]}
    if arm.length == "long_epochs":
        first_half = curve[:, : config.epochs + 1]
        metrics |= measure_epochs(name, first_half)
        metrics |= measure_epochs(LONG_100, curve)
    else:
        metrics |= measure_epochs(name, curve)
    if arm.has_few_images:
        epoch = min(281, config.few_epochs)
        metrics[AFTER(epoch=epoch, arm=name)] = curve[:, epoch]
    return metrics


def count_steps(arm: Arm) -> int:
    """Return after how many epochs the curves of an arm have their next point."""
    return 10 if arm.has_few_images else 1


def measure_epochs(name: str, curve: np.ndarray) -> dict:
    """Return the accuracy after the first, the last and the best epoch; entry 0
    is untrained."""
    after_training = curve[:, 1:]
    return {
        FIRST(arm=name): after_training[:, 0],
        LAST(arm=name): after_training[:, -1],
        BEST(arm=name): after_training.max(axis=1),
    }


def measure_training(name: str, study) -> dict:
    """Return the metrics of the training images and of the weights of one arm.

    The length of all weights is Euclidean, biases left out.
    """
    accuracy = 100 * study.history("train correct")
    hidden = study.history("weight norm, hidden_1/kernel")
    output = study.history("weight norm, logits/kernel")
    lengths = np.hypot(hidden, output)  # (seeds, epochs + 1)
    return {
        TRAINING(arm=name): accuracy[:, -1],
        BY_HEART(arm=name): accuracy[:, -1] == 100,
        LENGTH(arm=name): lengths[:, -1],
        LENGTHS(arm=name): lengths[:, :: count_steps(ARMS[name])],
    }


def plot(result: Result):
    """Draw overfitting, initial weights, all images, and weights, with
    published values."""
    from reproductions.harness.showing import figures

    figure, panels = figures.new_grid(2, 3, width=14, height=8)
    few, every, columns, start_30, start_100, lengths = panels
    draw_curves(few, result, (FEW, FEW_L2))
    few.set(
        title="Learning 1,000 images by heart, 30 units",
        ylabel="test accuracy (%)",
    )
    draw_curves(every, result, (PLAIN, L2))
    every.set(title="All images, 30 units", ylabel="test accuracy (%)")
    draw_curves(start_30, result, (SMALL_30, LARGE_30))
    start_30.set(
        title="Initial weights, 30 units", ylabel="validation accuracy (%)"
    )
    draw_curves(start_100, result, (SMALL_100, LARGE_100))
    start_100.set(
        title="Initial weights, 100 units", ylabel="validation accuracy (%)"
    )
    draw_accuracies(columns, result)
    draw_lengths(lengths, result)
    return figure


def draw_curves(axes, result: Result, arms: tuple[str, str]) -> None:
    """Draw the accuracy of two arms by epoch, over the source's stored curves,
    up to where the shorter one ends."""
    from reproductions.harness.showing import figures

    curves = [result.metrics[CURVE(arm=arm)] for arm in arms]
    points = min(curve.shape[1] for curve in curves)
    epochs = count_steps(ARMS[arms[0]]) * np.arange(1, points)
    for arm, curve, color, line in zip(
        arms, curves, COLORS, ("-", "--"), strict=True
    ):
        if not result.stand_in:
            draw_stored(axes, arm, line)
        figures.band(axes, epochs, curve[:, 1:points], label=arm, color=color)
    axes.set_xlabel("epoch")
    axes.legend(fontsize=7, loc="lower right")


def draw_stored(axes, arm: str, line: str) -> None:
    """Draw the accuracy of the source's one run by epoch."""
    from reproductions.harness.showing import figures

    accuracy = np.array(STORED[arm]) / 100
    epochs = count_steps(ARMS[arm]) * np.arange(1, len(accuracy) + 1)
    label = f"{arm}, published (one run)"
    axes.plot(
        epochs, accuracy, line, color=figures.PUBLISHED, lw=1.2, label=label
    )


def draw_accuracies(axes, result: Result) -> None:
    """Draw every seed's accuracy with all images, and the value that the text
    gives."""
    from reproductions.harness.showing import figures

    runs = {}
    marks = {}
    for label, (metric, published) in SHOWN.items():
        runs[label] = result.metrics[metric]
        marks[label] = published
    figures.draw_columns(axes, runs, {} if result.stand_in else marks)
    axes.set(
        title="All images",
        xlabel="hidden units, epoch shown",
        ylabel="accuracy (%)",
    )
    axes.legend(fontsize=8)


def draw_lengths(axes, result: Result) -> None:
    """Draw the length of all weights by epoch, with L2 and without."""
    from reproductions.harness.showing import figures

    for arm, color in zip((PLAIN, L2), COLORS, strict=True):
        lengths = result.metrics[LENGTHS(arm=arm)]
        epochs = np.arange(lengths.shape[1])
        figures.band(axes, epochs, lengths, label=arm, color=color)
    axes.set(title="Weights, all images, 30 units", xlabel="epoch")
    axes.set_ylabel("length of all weights")
    axes.legend(fontsize=7)


if __name__ == "__main__":
    run_file(__file__)
