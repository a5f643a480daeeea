"""Are the data sets what the lecture notes say they are?

The notes give sizes, pictures and classes of MNIST, CIFAR-10 and SEMEION. They
call the first black and white and balanced, the second balanced, and MNIST a
complicated version of SEMEION. We count everything from the labels and pixels
themselves, and compare it with counts that were made independently as well.

Sources: Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of
handwritten digits, 1998; A. Krizhevsky, Learning multiple layers of features
from tiny images, University of Toronto, 2009; Semeion Handwritten Digit, UCI
Machine Learning Repository; lecture note 000, lines 39-65; lecture note 002,
lines 605-609 and 717-721.

Expected wall time on two cores: full 20 s, quick 5 s, smoke 4 s (nothing is
random).
"""

from dataclasses import dataclass

import numpy as np

from reproductions.harness import Claim, Claims, Exact, Metric, Result, run_file


@dataclass(frozen=True)
class Config:
    """The data sets that stand for MNIST, SEMEION and CIFAR-10."""

    mnist: str = "mnist"
    semeion: str = "semeion"
    cifar10: str = "cifar10"


FULL = Config()
QUICK = Config("mnist5k", "digits", "digits")
SMOKE = Config("digits", "digits", "digits")

TRAIN = Metric("{name}: images for training")
TEST = Metric("{name}: images for testing")
ALL = Metric("{name}: images")
SHAPE = Metric("{name}: rows, columns, channels")
LEVELS = Metric("{name}: different pixel values")
CLASSES = Metric("{name}: different classes")
COUNTS = Metric("{name}: images by class, {part}")
RATIO = Metric("{name}: commonest / rarest class")
FARTHEST = Metric(
    "{name}: largest distance of a class's share from 10 % (points)"
)
MEAN = Metric("{name}: mean pixel")
GREY = Metric("{name}: share of pixels neither black nor white")
DISTINCT = Metric("{name}: different images")
BOX = Metric("{name}: longest side of a digit")
CENTRE = Metric("{name}: median distance of the centre of mass")
SHARES = Metric("{name}: shares of the classes (%)")
VALUES = Metric("{name}: share of pixels by sixteenths of their range")
MNIST, SEMEION, CIFAR = NAMES = ("MNIST", "SEMEION", "CIFAR-10")
MARKS = {
    MNIST: ("o", "#1f5fa8"),
    SEMEION: ("s", "#7a9a3a"),
    CIFAR: ("^", "#b07d2b"),
}
NOTE = {
    MNIST: "lecture note 000, lines 39-53",
    CIFAR: "lecture note 000, lines 54-65",
    SEMEION: "lecture note 002, lines 605-609",
}
TWO_VALUES = (
    "'black and white' as two values; the words may also mean without colour"
)
MNIST_COUNTS = {
    "training file": (
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ),
    "first 50,000": (
        4932,
        5678,
        4968,
        5101,
        4859,
        4506,
        4951,
        5175,
        4842,
        4988,
    ),
    "last 10,000": (991, 1064, 990, 1030, 983, 915, 967, 1090, 1009, 961),
    "first 1,000": (97, 116, 99, 93, 105, 92, 94, 117, 87, 100),
}
SEMEION_COUNTS = (161, 162, 159, 159, 161, 159, 161, 158, 155, 158)


def claim_noted(
    name: str,
    fact: str,
    says: str,
    metric: Metric,
    value,
    tolerance=1e-6,
    unit="",
    reading="",
) -> Claim:
    """Return what a lecture note says of one data set; the fact names the claim."""
    claim = Claims(
        f"data-facts-{name}", join=": ", where=NOTE[name], tag="P", unit=unit
    )
    return claim(
        fact,
        f"{name} {says}.",
        metric(name=name),
        Exact(value, tolerance),
        reading=reading,
    )


def claim_counted(
    name: str,
    fact: str,
    says: str,
    metric: str,
    value,
    tolerance=1e-6,
    unit="",
) -> Claim:
    """Return what was counted independently."""
    claim = Claims(
        f"data-facts-{name}",
        join=": ",
        where="computed independently",
        tag="K",
        unit=unit,
    )
    return claim(fact, f"{name} {says}.", metric, Exact(value, tolerance))


def claim_mnist_counts(part: str) -> Claim:
    """Return the claim on how many of each digit one part of MNIST has."""
    metric = COUNTS(name=MNIST, part=part)
    return claim_counted(
        MNIST,
        f"digits of each class, {part}",
        f"has these numbers of images of 0, 1, ... 9 ({part})",
        metric,
        MNIST_COUNTS[part],
        unit="images",
    )


CLAIMS = (
    claim_noted(
        MNIST,
        "60,000 images for training",
        "has 60,000 images for training",
        TRAIN,
        60_000,
        unit="images",
    ),
    claim_noted(
        MNIST,
        "10,000 images for testing",
        "has 10,000 images for testing",
        TEST,
        10_000,
        unit="images",
    ),
    claim_noted(
        MNIST,
        "28 x 28 pixels",
        "has images of 28 rows, 28 columns and 1 channel",
        SHAPE,
        (28, 28, 1),
    ),
    claim_noted(
        MNIST,
        "labels from 0 to 9",
        "has the labels 0 to 9, which are 10 classes",
        CLASSES,
        10,
        unit="classes",
    ),
    claim_noted(
        MNIST,
        "black and white, so 2 pixel values",
        "has pixels in black and white, which are 2 different values",
        LEVELS,
        2,
        unit="values",
        reading=TWO_VALUES,
    ),
    claim_noted(
        MNIST,
        "approximately equally many (each digit 10 %, to 2 points)",
        "is balanced: the largest distance of a digit's share from 10 % is "
        "about 0 points",
        FARTHEST,
        0.0,
        tolerance=2.0,
        unit="points",
        reading="'approximately as many' as to within 2 points of 10 %",
    ),
    claim_counted(
        MNIST,
        "256 shades of grey",
        "has pixels of 256 different values",
        LEVELS(name=MNIST),
        256,
        unit="values",
    ),
    claim_counted(
        MNIST,
        "largest distance from 10 %: 1.24 points",
        "has a digit whose share is 1.24 points away from 10 %, and none "
        "farther away",
        FARTHEST(name=MNIST),
        1.24,
        tolerance=0.005,
        unit="points",
    ),
    *(claim_mnist_counts(part) for part in MNIST_COUNTS),
    claim_counted(
        MNIST,
        "every digit fits into 20 x 20 pixels",
        "has no digit higher or wider than 20 pixels",
        BOX(name=MNIST),
        20,
        unit="pixels",
    ),
    claim_counted(
        MNIST,
        "centred by mass, to one pixel",
        "has digits centred by mass: the median distance from the centre is "
        "about 0 pixels",
        CENTRE(name=MNIST),
        0.0,
        tolerance=1.0,
        unit="pixels",
    ),
    claim_noted(
        CIFAR,
        "50,000 images for training",
        "has 50,000 images for training",
        TRAIN,
        50_000,
        unit="images",
    ),
    claim_noted(
        CIFAR,
        "10,000 images for testing",
        "has 10,000 images for testing",
        TEST,
        10_000,
        unit="images",
    ),
    claim_noted(
        CIFAR,
        "32 x 32 pixels in colour",
        "has images of 32 rows, 32 columns and 3 channels of colour",
        SHAPE,
        (32, 32, 3),
    ),
    claim_noted(
        CIFAR,
        "10 classes",
        "has 10 classes",
        CLASSES,
        10,
        unit="classes",
    ),
    claim_noted(
        CIFAR,
        "balanced, so equally many of each class",
        "is balanced: it has 1 times as many images of its commonest class as "
        "of its rarest",
        RATIO,
        1.0,
        unit="times",
        reading="'balanced' as equally many",
    ),
    claim_counted(
        CIFAR,
        "5,000 a class for training",
        "has 5,000 images for training of each class",
        COUNTS(name=CIFAR, part="training"),
        (5000,) * 10,
        unit="images",
    ),
    claim_counted(
        CIFAR,
        "1,000 a class for testing",
        "has 1,000 images for testing of each class",
        COUNTS(name=CIFAR, part="testing"),
        (1000,) * 10,
        unit="images",
    ),
    claim_noted(
        SEMEION,
        "1,593 digits",
        "has 1,593 images",
        ALL,
        1593,
        unit="images",
    ),
    claim_noted(
        SEMEION,
        "16 x 16 pixels",
        "has images of 16 rows, 16 columns and 1 channel",
        SHAPE,
        (16, 16, 1),
    ),
    claim_noted(
        SEMEION,
        "black and white, so 2 pixel values",
        "has pixels in black and white, which are 2 different values",
        LEVELS,
        2,
        unit="values",
        reading=TWO_VALUES,
    ),
    claim_noted(
        SEMEION,
        "digits from 0 to 9",
        "has the digits 0 to 9, which are 10 classes",
        CLASSES,
        10,
        unit="classes",
    ),
    claim_counted(
        SEMEION,
        "digits of each class",
        "has these numbers of images of 0, 1, ... 9",
        COUNTS(name=SEMEION, part="all"),
        SEMEION_COUNTS,
        unit="images",
    ),
    claim_counted(
        SEMEION,
        "all 1,593 images are different",
        "has 1,593 different images",
        DISTINCT(name=SEMEION),
        1593,
        unit="images",
    ),
    claim_counted(
        SEMEION,
        "the mean pixel is 0.3286",
        "has a mean pixel of 0.3286, on a scale from 0 to 1",
        MEAN(name=SEMEION),
        0.3286,
        tolerance=5e-5,
    ),
)
HEADLINE = "data-facts-MNIST: approximately equally many (each digit 10 %, to 2 points)"

DEVIATIONS = (
    "Where only JPEG copies of CIFAR-10 are at hand, we count them. Their "
    "labels and sizes are those of the original, as many of each class. We "
    "say nothing about the values of their pixels.",
    "That 'approximately balanced' allows 2 points around 10 %, and 'centred' "
    "one pixel, are our criteria.",
    "That 80 people wrote SEMEION's digits cannot be counted: its file does "
    "not name the writers.",
)
DISCUSSION = {
    "data-facts-MNIST: black and white": "The words may mean 'without colour', "
    "and then they are right: the pictures have one channel. Two values is "
    "what SEMEION's pixels have, which the notes call black and white as well. "
    "MNIST's digits come from such scans, too. But they were smoothed when "
    "they were scaled to 20 x 20 pixels, which left grey edges. Most pixels "
    "are black or white.",
}
ANSWER = (
    "Yes: sizes, pictures and classes are as stated, and MNIST's digits are "
    "balanced to within 2 points. Only its 'black and white' is not to be "
    "taken as two values: its pixels have 256 shades of grey."
)
NOTES = {
    "MNIST and SEMEION": "MNIST is no version of SEMEION: other writers and "
    "scanner, 70,000 digits against 1,593, 784 pixels against 256, 256 "
    "shades of grey against 2",
}


def run(config: Config) -> Result:
    """Load the three data sets as they are stored, and count."""
    from zoo import data

    mnist = data.load(config.mnist, raw=True)
    semeion = data.load(config.semeion, raw=True)
    cifar10 = data.load(config.cifar10, raw=True)
    datasets = {MNIST: mnist, SEMEION: semeion, CIFAR: cifar10}
    metrics = {}
    for name, dataset in datasets.items():
        metrics |= count_facts(name, dataset)
    metrics |= count_mnist_parts(mnist.train_and_valid().y)
    metrics |= {
        COUNTS(name=CIFAR, part="training"): np.bincount(
            cifar10.train_and_valid().y
        ),
        COUNTS(name=CIFAR, part="testing"): np.bincount(cifar10.test.y),
    }
    digits = np.concatenate([mnist.train.x, mnist.valid.x, mnist.test.x])
    metrics |= measure_places(digits[..., 0])
    names = dict.fromkeys(dataset.name for dataset in datasets.values())
    return Result(
        {name: np.array(value)[None] for name, value in metrics.items()},
        {dataset.name: dataset.digest for dataset in datasets.values()},
        ""
        if config == FULL
        else f"{' and '.join(names)} stand in for the three data sets",
        NOTES,
    )


def count_facts(name: str, dataset) -> dict:
    """Return what is counted of every data set; shares of classes are those of
    the training part."""
    train = dataset.train_and_valid()
    x = np.concatenate([train.x, dataset.test.x])
    y = np.concatenate([train.y, dataset.test.y])
    by_class = np.bincount(y if name == SEMEION else train.y)
    shares = 100 * by_class / by_class.sum()
    by_value = np.bincount(x.ravel(), minlength=256)
    values = np.flatnonzero(by_value)
    sixteenths = np.minimum(np.arange(256) * 16 // values[-1], 15)
    return {
        TRAIN(name=name): len(train.x),
        TEST(name=name): len(dataset.test.x),
        ALL(name=name): len(x),
        SHAPE(name=name): x.shape[1:],
        CLASSES(name=name): len(np.unique(y)),
        LEVELS(name=name): len(values),
        RATIO(name=name): by_class.max() / by_class.min(),
        FARTHEST(name=name): 100
        * np.abs(by_class / by_class.sum() - 0.1).max(),
        SHARES(name=name): shares,
        GREY(name=name): by_value[values[1:-1]].sum() / x.size,
        VALUES(name=name): np.bincount(sixteenths, by_value) / x.size,
        MEAN(name=name): np.average(np.arange(256), weights=by_value),
        DISTINCT(name=name): len({image.tobytes() for image in x}),
        COUNTS(name=name, part="all"): np.bincount(y),
    }


def count_mnist_parts(labels: np.ndarray) -> dict:
    """Return the counts of classes in the parts of MNIST, from its labels in
    file order."""
    parts = {
        "training file": labels,
        "first 50,000": labels[:50_000],
        "last 10,000": labels[-10_000:],
        "first 1,000": labels[:1_000],
    }
    return {
        COUNTS(name=MNIST, part=part): np.bincount(some)
        for part, some in parts.items()
    }


def measure_places(digits: np.ndarray) -> dict:
    """Return how large digits (n, rows, columns) are, and how far from the
    middle their centres of mass."""
    sides = []
    offsets = []
    for axis in (1, 2):
        ink = digits.sum(axis=3 - axis, dtype=float)
        place = np.arange(ink.shape[1])
        inked = np.where(ink > 0, place, np.nan)
        sides.append(np.nanmax(inked, axis=1) - np.nanmin(inked, axis=1) + 1)
        offsets.append(ink @ place / ink.sum(axis=1) - place.mean())
    distances = np.hypot(*offsets)
    return {
        BOX(name=MNIST): np.max(sides),
        CENTRE(name=MNIST): np.median(distances),
    }


def plot(result: Result):
    """Draw the classes' shares and the pixels' values of the three data sets."""
    from reproductions.harness.showing import figures

    figure, (classes, values) = figures.new(2, width=11, height=4.2)
    for shift, (name, (mark, color)) in enumerate(MARKS.items()):
        label = name_data(result, name)
        places = np.arange(10) + (shift - 1) / 5
        shares = result.metrics[SHARES(name=name)][0]
        classes.plot(places, shares, mark, color=color, label=label)
        spread = 100 * result.metrics[VALUES(name=name)][0]
        values.plot(np.arange(16), spread, mark, color=color, label=label)
    classes.axhline(10, color=figures.PUBLISHED, label="balanced, as stated")
    classes.set(
        xlabel="class", ylabel="share of the images (%)", ylim=(8.5, 12.5)
    )
    classes.set_xticks(range(10))
    classes.legend(fontsize=8, ncols=2)
    values.set(
        yscale="log", xlabel="pixel value, from 0 (lowest) to 15 (highest)"
    )
    values.set_ylabel("share of the pixels (%)")
    values.legend(fontsize=8)
    return figure


def name_data(result: Result, name: str) -> str:
    """Return the full name of the data set that was counted, or that another
    stands in for it."""
    for full_name in result.data:
        if full_name.startswith(name):
            return full_name
    return f"a stand-in for {name}"


if __name__ == "__main__":
    run_file(__file__)
