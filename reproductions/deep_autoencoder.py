"""Does a deep autoencoder, pre-trained layer by layer, keep more of a digit in 30 numbers than PCA does?

The lecture notes describe stacks of autoencoders and of restricted Boltzmann machines, trained one layer at a
time, whose narrow layers are forced to hold what matters of the input. The source unrolls such a stack into
784-1000-500-250-30 and back and fine-tunes it: the squared error of a test image of MNIST, summed over its
pixels, is 3.00. Thirty components of logistic PCA leave 8.01, of PCA 13.87. The last number depends on
nothing but the images, so it is checked first. With a code of two numbers the source draws a map of digits.

Source: G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural networks, Science 313,
2006, and its released code; lecture note 002, lines 1036-1060 and 1355-1425.

Expected wall time on two cores: full 50 min (3 seeds; 20 min where the shipped model was trained before),
quick 20 s, smoke 8 s.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from reproductions.harness import Claim, Difference, Exact, MeanOfRuns, OneRun, Result, run_file


@dataclass(frozen=True)
class Config:
    """What may vary; seeds up to `drawn_seeds` have their images kept, and a second net with a code of two.

    Layers, lengths and recipes are those of the model shipped as deep_autoencoder.mnist.
    """

    data: str = "mnist"
    hidden: tuple[int, ...] = (1000, 500, 250)
    code: int = 30
    level_epochs: int = 20
    epochs: int = 60
    drawn_seeds: int = 1
    drawn_codes: int = 1000
    seeds: tuple[int, ...] = (1, 2, 3)


FULL = Config()
# Narrower layers and fewer epochs on 4,000 images; depth and code are the source's.
QUICK = Config(
    data="mnist5k", hidden=(128, 64, 32), level_epochs=10, epochs=30, drawn_codes=500, seeds=(1, 2)
)
SMOKE = Config(
    data="digits",
    hidden=(10,),
    code=5,
    level_epochs=1,
    epochs=1,
    drawn_codes=50,
    seeds=(1, 2),
)

DEEP, LOGISTIC, PCA = METHODS = "deep autoencoder", "logistic PCA", "PCA"
ERROR, CURVE = "squared error of a test image, {}", "squared error of a validation image by epoch, {}"
ALONE = "squared error of a test image, PCA of the test images alone"
IMAGES, KEPT = "grey levels of the test images shown", "grey levels of the test images shown, from {}"
PLANE, CLASSES = "place of test images in the plane of {}", "classes of the test images in the plane"
NEIGHBOURS = "test images right by their five neighbours in the plane of {} (%)"
CODE_OF_TWO, COMPONENTS = "the code of two numbers", "two principal components"
COLORS = {DEEP: "#1f5fa8", LOGISTIC: "#c07a1e"}
PUBLISHED = {DEEP: 3.00, LOGISTIC: 8.01, PCA: 13.87}
PAPER = "Hinton and Salakhutdinov 2006, fig. 2; lecture note 002, lines 1036-1060"


def claim(name, says, metric, judge, tag="S", where=PAPER):
    """Return a claim of this study."""
    return Claim(f"hs2006-autoencoder/{name}", says, metric, judge, where, tag)


CLAIMS = (
    claim(
        "pca",
        "Thirty principal components leave a squared error of 13.87 (fitted to the training images).",
        ERROR.format(PCA),
        Exact(13.87, 0.005),
    ),
    claim(
        "pca-test-images",
        "Thirty components fitted to the test images themselves leave 13.75.",
        ALONE,
        Exact(13.75, 0.005),
        "K",
        "computed independently",
    ),
    claim(
        "deep",
        "The deep autoencoder with a code of 30 numbers leaves 3.00.",
        ERROR.format(DEEP),
        OneRun(3.00, widest=1.0),
    ),
    claim(
        "logistic-pca",
        "Thirty components of logistic PCA leave 8.01 (within 0.5).",
        ERROR.format(LOGISTIC),
        MeanOfRuns(8.01, sd=0, n=1, margin=0.5),
    ),
    claim(
        "deep-before-logistic-pca",
        "The deep autoencoder leaves less than logistic PCA.",
        ERROR.format(DEEP),
        Difference(ERROR.format(LOGISTIC), at_most=0),
    ),
    claim(
        "logistic-pca-before-pca",
        "Logistic PCA leaves less than PCA.",
        ERROR.format(LOGISTIC),
        Difference(ERROR.format(PCA), at_most=0),
    ),
)

DEVIATIONS = (
    "The autoencoders learn from the first 50,000 training images, so that their rate can be chosen on the "
    "other 10,000, as that of the model shipped as deep_autoencoder.mnist, whose networks these are; the "
    "source's learn from all 60,000. PCA is fitted to all 60,000.",
    "Each Boltzmann machine gets 20 epochs instead of 50, by the rates, momentum and weight cost of the "
    "released code. Fine-tuning: 60 epochs of Adam in batches of 100, at a rate that falls from 0.002, "
    "chosen by the validation error of seed 1001, instead of up to 200 epochs of conjugate gradients.",
    "The source does not say here how it does logistic PCA. Ours is 784-30-784 with a linear code and "
    "logistic outputs, trained from random weights by the same cross-entropy and Adam, at the rate that was "
    "chosen for the deep network; the margin of 0.5 stands for that.",
    "The published numbers were read in summaries of the article, which was not at hand.",
    "The map of two numbers is drawn for the first seed alone, and nothing published is held against it.",
)


def run(config: Config) -> Result:
    """Train the deep autoencoders, fit what they are compared with, and reconstruct the test images."""
    from zoo import data

    dataset, count = data.load(config.data, flat=True), len(config.seeds)
    few = [seed for seed in config.seeds if seed <= config.drawn_seeds]
    everything, test = dataset.train_and_valid().x, dataset.test.x
    outputs = {PCA: [components(everything, test, config.code)] * count}
    values = {ALONE: np.full(count, squared_error(test, components(test, test, config.code)))}
    for method, hidden in ((DEEP, (*config.hidden, config.code)), (LOGISTIC, (config.code,))):
        study = trained(config, dataset, hidden, config.seeds)
        outputs[method] = [reconstructed(study.model(seed), test) for seed in config.seeds]
        values[CURVE.format(method)] = 2 * study.history("validation half_squares_of_sigmoid")
    shown = [int(np.argmax(dataset.test.y == digit)) for digit in range(10)]
    values[IMAGES] = np.array([grey_levels(test[shown])] * len(few))
    for method, made in outputs.items():
        values[ERROR.format(method)] = np.array([squared_error(test, each) for each in made])
        values[KEPT.format(method)] = np.array([grey_levels(each[shown]) for each in made[: len(few)]])
    values |= planes(config, dataset, few)
    stand_in = "" if config.data == "mnist" else f"{dataset.name} stands in for MNIST, smaller layers"
    return Result(values, {dataset.name: dataset.digest}, stand_in)


def components(train, test, number):
    """Return what so many principal components of `train` make of the images in `test`."""
    from sklearn.decomposition import PCA

    fitted = PCA(number, svd_solver="covariance_eigh").fit(train.astype(np.float64))
    return fitted.inverse_transform(fitted.transform(test.astype(np.float64)))


def squared_error(x, made) -> float:
    """Return the squared difference, summed over the pixels and averaged over the images, in float64."""
    return float(np.square(x - made, dtype=np.float64).sum(axis=1).mean())


def reconstructed(model, x):
    """Return what an autoencoder makes of the images x, from 0 to 1."""
    from scipy.special import expit

    from zoo.pretrained.measuring import outputs_of

    return expit(outputs_of(model, x).astype(np.float64))


def grey_levels(x):
    """Return pixels as whole numbers from 0 to 255, which are short in a record."""
    return np.rint(255 * np.clip(x, 0, 1)).astype(int)


def trained(config, dataset, hidden, seeds):
    """Return the study of an autoencoder with these layers, pre-trained where there are several."""
    from zoo import engine
    from zoo.models import autoencoder, autoencoder_from, dbn_levels
    from zoo.pretraining import pretrain
    from zoo.training import deep_autoencoder_mnist as shipped

    splits = {"train": (dataset.train.x,) * 2, "validation": (dataset.valid.x,) * 2}
    n, inputs = dataset.train.x.shape
    name = "-".join(map(str, (inputs, *hidden)))
    build = partial(autoencoder, inputs, hidden, code_activation="linear")
    if len(hidden) > 1:
        levels = dbn_levels(inputs, hidden, hidden_units="gaussian")
        recipes = shipped.pre_training(n, config.level_epochs)[-len(hidden) :]
        stack = pretrain(levels, recipes, {"train": splits["train"]}, seeds, name=f"{name}, pre-training")
        build = stack.into(build, autoencoder_from)
    return engine.train(build, shipped.recipe(n, config.epochs), splits, seeds, name=name)


def planes(config, dataset, seeds) -> dict:
    """Return where test images lie in the planes of two components and of the seeds' codes of two numbers,
    and how many of all test images have their class in common with their neighbours there.
    """
    from sklearn.decomposition import PCA

    from zoo.models import encoder_of
    from zoo.pretrained.measuring import outputs_of

    x, y, found = *dataset.test, {COMPONENTS: [], CODE_OF_TWO: []}
    study = trained(config, dataset, (*config.hidden, 2), seeds) if seeds else None
    for seed in seeds:
        found[COMPONENTS].append(PCA(2).fit(dataset.train_and_valid().x).transform(x))
        found[CODE_OF_TWO].append(outputs_of(encoder_of(study.model(seed)), x))
    values = {CLASSES: np.array([y[: config.drawn_codes]] * len(seeds))}
    for plane, codes in found.items():
        points = [each[: config.drawn_codes].astype(float).round(3) for each in codes]
        values[PLANE.format(plane)] = np.array(points)
        values[NEIGHBOURS.format(plane)] = np.array([right_by_neighbours(each, y) for each in codes])
    return values


def right_by_neighbours(codes, y) -> float:
    """Return how many of the codes (n, 2) have the class that most of their five neighbours have, in %."""
    from scipy.stats import mode
    from sklearn.neighbors import NearestNeighbors

    neighbours = NearestNeighbors(n_neighbors=5).fit(codes).kneighbors(return_distance=False)
    return 100 * float((mode(y[neighbours], axis=1).mode == y).mean())


def plot(result: Result):
    """Draw some reconstructions, the errors with those published, the fine-tuning, and the two planes."""
    from reproductions.harness import figures

    figure, found = figures.Figure(figsize=(13, 8.4), layout="constrained"), result.metrics
    panels = figure.subplot_mosaic([["images", "images", "errors"], ["curves", COMPONENTS, CODE_OF_TWO]])
    rows = np.stack([found[IMAGES][0], *(found[KEPT.format(method)][0] for method in METHODS)])
    side = int(np.sqrt(rows.shape[2]))
    tiles = np.block([[np.pad(image.reshape(side, side), 1) for image in row] for row in rows])
    images, errors, curves = (panels[name] for name in ("images", "errors", "curves"))
    images.imshow(tiles, cmap="gray_r")
    images.set_yticks((side + 2) * (np.arange(4) + 0.5), ["test image", *METHODS])
    images.set(xlabel="the first test image of each class", ylabel="what is left of it", xticks=[])
    images.grid(visible=False)
    for place, method in enumerate(METHODS):
        figures.seeds(errors, place, found[ERROR.format(method)])
        if not result.stand_in:
            figures.published(errors, place, PUBLISHED[method])
    for method, color in COLORS.items():
        curve = found[CURVE.format(method)]
        figures.band(curves, np.arange(curve.shape[1]), curve, label=method, color=color)
    figures.columns(errors, [method.replace(" ", "\n") for method in METHODS])
    errors.set(xlabel="what makes the code of 30 numbers", ylim=0)
    errors.set_ylabel("squared error of a test image, summed over pixels")
    curves.set(xlabel="epoch of fine-tuning", yscale="log")
    curves.set_ylabel("squared error of a validation image, summed")
    curves.set_ylim(top=2 * curves.get_ylim()[1])  # room for the legend
    for plane in (COMPONENTS, CODE_OF_TWO):
        draw_plane(panels[plane], found[PLANE.format(plane)][0], found[CLASSES][0])
        right = found[NEIGHBOURS.format(plane)][0]
        panels[plane].set_title(f"{plane.capitalize()}: {right:.0f} % right by neighbours", fontsize=9)
    errors.legend(fontsize=8)
    curves.legend(fontsize=8)
    return figure


def draw_plane(axes, points, classes):
    """Draw points (n, 2) in the colours of their classes."""
    from matplotlib import colormaps

    for digit in range(10):
        own = points[classes == digit]
        axes.plot(*own.T, "o", ms=2.5, mew=0, alpha=0.6, color=colormaps["tab10"](digit), label=digit)
    axes.legend(fontsize=7, markerscale=2, ncols=2, handletextpad=0.1, columnspacing=0.5)
    axes.set(xlabel="first number", ylabel="second number")


if __name__ == "__main__":
    run_file(__file__)
