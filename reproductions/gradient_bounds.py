"""How small and how large can the factors be by which a gradient shrinks or
grows on its way back?

In a chain of logistic units, one to a layer, the gradient passes each layer
with a factor w S'(z). The lecture notes say that S' is S (1 - S) and never
above 0.25, and that repeated factors below one give very small numbers. The
book behind them says three things more. With
|w| < 1, two such factors stay below 1/16. With w = 100 and z = 0, a factor is 25. A factor of
1 or more needs
|w| >= 4, and activations in a band that is never wider than about 0.45. We find all of these
numerically. The factors of 25, and those of random chains, come from the gradients of built
networks.

Sources: M. Nielsen, Neural Networks and Deep Learning, Determination Press,
2015, chapter 5, "What's causing the vanishing gradient problem?"; lecture note
002, lines 784-796.

Expected wall time on two cores: full 10 s (200 random chains), quick 8 s, smoke
7 s.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from reproductions.harness import Claim, Exact, Fraction, Result, run_file


@dataclass(frozen=True)
class Config:
    """What may vary: units in the chains; each seed is one chain with standard
    normal numbers."""

    units: int = 8
    steep: float = 100.0
    seeds: tuple[int, ...] = tuple(range(1, 201))


FULL = Config()
QUICK = Config(seeds=tuple(range(1, 51)))
SMOKE = Config(seeds=(1, 2, 3))

SLOPE, STEEPEST = "largest slope of S", "z where S is steepest"
RULE = "largest error of S (1 - S) as slope of S"
PAIR, TEN = (
    "largest product of 2 factors, |w| <= 1",
    "largest product of 10 factors, |w| <= 1",
)
STEEP, LEAST = (
    "factors of 8 layers, w = 100 and z = 0",
    "smallest |w| with a factor of 1 or more",
)
BAND, WIDEST = (
    "largest width of the band of activations",
    "|w| where the band is widest",
)
FORMULA, BANDS = (
    "largest error of the formula for the width",
    "width of the band by |w|",
)
CHAIN = "product of factors by number of layers, random chain"
SMALL = "product of 2 factors is below 1/16"
NOTE, BOOK, OURS = (
    "lecture note 002, lines 786-792",
    "Nielsen 2015, ch. 5",
    "computed independently",
)
BOUND, EXPLOSION = "sigmoid-slope-bound", "chain-bound-and-explosion"
WEIGHTS = np.geomspace(4.001, 100, 60)


def claim_number(
    group, name, says, metric, value, tolerance, where, tag="P", reading=""
) -> Claim:
    """Return the claim that a number found here has this value; its id has the
    name."""
    return Claim(
        f"{group}: {name}",
        says,
        metric,
        Exact(value, tolerance),
        where,
        tag,
        reading=reading,
    )


BOUND_CLAIMS = (
    claim_number(
        BOUND,
        "The slope of S is S (1 - S)",
        "The slope of the logistic function S is S (1 - S): the largest error "
        "of this formula is 0.",
        RULE,
        0.0,
        1e-15,
        NOTE,
    ),
    claim_number(
        BOUND,
        "Its largest value is 0.25",
        "The largest slope of the logistic function is 0.25.",
        SLOPE,
        0.25,
        1e-15,
        NOTE,
    ),
    claim_number(
        BOUND,
        "It is largest at z = 0",
        "The slope of the logistic function is largest at the input z = 0.",
        STEEPEST,
        0.0,
        1e-6,
        BOOK,
    ),
    claim_number(
        BOUND,
        "With |w| <= 1 two factors never exceed 1/16",
        "With weights of size 1 or less, the largest product of two factors is "
        "1/16.",
        PAIR,
        1 / 16,
        1e-12,
        BOOK,
    ),
    claim_number(
        BOUND,
        "With |w| <= 1 ten factors never exceed a millionth",
        "With weights of size 1 or less, the largest product of ten factors is "
        "0 to a millionth.",
        TEN,
        0.0,
        1e-6,
        NOTE,
        reading="'very small' as below a millionth for ten layers",
    ),
    Claim(
        f"{BOUND}: random chains",
        "With standard normal weights, the product of two factors is below 1/16 "
        "in more than half of the random chains.",
        SMALL,
        Fraction(at_least=0.5),
        "our own question",
        "K",
    ),
)
EXPLOSION_CLAIMS = (
    claim_number(
        EXPLOSION,
        "With w = 100 and z = 0 each of 8 factors is 25",
        "With weights of 100 and inputs z = 0, each of the factors of 8 layers "
        "is 25.",
        STEEP,
        (25.0,) * 8,
        1e-9,
        BOOK,
    ),
    claim_number(
        EXPLOSION,
        "A factor of 1 or more needs |w| >= 4",
        "The smallest weight whose factor can reach 1 has size 4.",
        LEAST,
        4.0,
        1e-6,
        BOOK,
    ),
    claim_number(
        EXPLOSION,
        "The band is about 0.45 wide at most",
        "The band of activations with a factor of 1 or more is at most about "
        "0.45 wide.",
        BAND,
        0.45,
        0.005,
        BOOK,
    ),
    claim_number(
        EXPLOSION,
        "It is widest at |w| of about 6.9",
        "The band of activations is widest for weights of size about 6.9.",
        WIDEST,
        6.9,
        0.05,
        BOOK,
    ),
    claim_number(
        EXPLOSION,
        "Right: 0.4477432",
        "To seven digits, the band of activations is at most 0.4477432 wide.",
        BAND,
        0.4477432,
        5e-8,
        OURS,
        "K",
    ),
    claim_number(
        EXPLOSION,
        "Right: 6.8942",
        "To five digits, the band is widest for weights of size 6.8942.",
        WIDEST,
        6.8942,
        5e-5,
        OURS,
        "K",
    ),
    claim_number(
        EXPLOSION,
        "The band is (2 / |w|) ln(|w| (1 + sqrt(1 - 4 / |w|)) / 2 - 1) wide",
        "The band is (2 / |w|) ln(|w| (1 + sqrt(1 - 4 / |w|)) / 2 - 1) wide: the "
        "largest error of this formula is 0.",
        FORMULA,
        0.0,
        1e-9,
        BOOK,
    ),
)
CLAIMS = BOUND_CLAIMS + EXPLOSION_CLAIMS
HEADLINE = "sigmoid-slope-bound: Its largest value is 0.25"

DEVIATIONS = (
    "The source asks for |w| < 1. We find its bounds as the largest values for "
    "|w| <= 1.",
    "The source says that repeated factors are 'very small'. We read this as "
    "below a millionth for ten layers.",
    "The source says that standard normal weights are 'usually' below 1 in "
    "size. The share of chains is our own question.",
)
ANSWER = (
    "A layer multiplies the gradient by w times a slope that is never above "
    "{sigmoid-slope-bound: Its largest value is 0.25}: small weights make it "
    "vanish fast. It grows only with a weight of size "
    "{chain-bound-and-explosion: A factor of 1 or more needs |w| >= 4} or "
    "more, and with activations in a band at most "
    "{chain-bound-and-explosion: The band is about 0.45 wide at most:.2f} "
    "wide."
)


def run(config: Config) -> Result:
    """Find the bounds and the steep factors once (for seed 1), and draw a chain
    from every seed.
    """
    numbers = measure_slope() | measure_bands()
    numbers[STEEP] = find_steep_factors(config)
    copies = 1 if 1 in config.seeds else 0
    metrics = {}
    for name, value in numbers.items():
        metrics[name] = np.array([value] * copies)
    factors = [draw_factors(config, seed) for seed in config.seeds]
    products = np.cumprod(np.abs(factors), axis=1)
    metrics[CHAIN] = products
    metrics[SMALL] = products[:, 1] < 1 / 16
    return Result(metrics)


def measure_slope() -> dict:
    """Return what is said of the slope; biases are free, so all factors can be
    largest at once.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import expit

    z = np.linspace(-30, 30, 6001)
    rule = expit(z) * (1 - expit(z))
    steepest = minimize_scalar(
        lambda z: -slope(z), bracket=(-1.0, 0.5), options={"xtol": 1e-10}
    )
    largest = -steepest.fun
    return {
        RULE: np.abs(rule - slope(z)).max(),
        SLOPE: largest,
        STEEPEST: steepest.x,
        PAIR: largest**2,
        TEN: largest**10,
    }


def slope(z):
    """Return the derivative of the logistic function, exact to rounding: a
    complex step finds it.
    """
    step = 1e-20
    values = 1 / (1 + np.exp(-(np.asarray(z) + 1j * step)))
    return np.imag(values) / step


def measure_bands() -> dict:
    """Return where a factor of 1 is possible, and how wide the band of
    activations is."""
    from scipy.optimize import brentq, minimize_scalar

    widest = minimize_scalar(
        lambda w: -find_width(w),
        bounds=(4.001, 100),
        method="bounded",
        options={"xatol": 1e-10},
    )
    widths = np.array([find_width(w) for w in WEIGHTS])
    return {
        LEAST: brentq(lambda w: w * slope(0.0) - 1, 1.0, 10.0, xtol=1e-12),
        BAND: -widest.fun,
        WIDEST: widest.x,
        BANDS: widths,
        FORMULA: np.abs(widths - compute_width(WEIGHTS)).max(),
    }


def find_width(w: float) -> float:
    """Return how wide the band of activations a is where |w S'(w a + b)| >= 1,
    for any bias b."""
    from scipy.optimize import brentq

    end = brentq(lambda z: w * slope(z) - 1, 0.0, 100.0, xtol=1e-14)
    return 2 * end / w


def compute_width(w):
    """Return the width of that band by the book's formula."""
    root = np.sqrt(1 - 4 / w)
    return 2 / w * np.log(w * (1 + root) / 2 - 1)


def find_steep_factors(config: Config) -> np.ndarray:
    """Return the factors (units,) of a chain with equal steep weights; its
    biases make every z zero."""
    weights = np.full(config.units + 1, config.steep)
    return find_factors(weights, -weights / 2, 0.5)


def draw_factors(config: Config, seed: int) -> np.ndarray:
    """Return the factors (units,) of a chain with standard normal weights,
    biases, input."""
    numbers = np.random.default_rng(seed).normal(size=2 * config.units + 3)
    weights, biases = numbers[1:].reshape(2, -1)
    return find_factors(weights, biases, numbers[0])


def find_factors(
    weights: np.ndarray, biases: np.ndarray, x: float
) -> np.ndarray:
    """Return the factors of the gradient from each layer's bias to the one
    before, last first.

    Args:
        weights: (layers + 1,), the last is that of the linear output.
        biases: (layers + 1,).
        x: the input.
    """
    import tensorflow as tf

    chain = build_chain(len(weights) - 1)
    numbers = []
    for weight, bias in zip(weights, biases, strict=True):
        numbers += [np.array([[weight]]), np.array([bias])]
    chain.set_weights(numbers)
    inputs = np.array([[x]])
    with tf.GradientTape() as tape:
        output = chain(inputs)
    biases_of_chain = chain.trainable_weights[1::2]
    by_bias = np.ravel(tape.gradient(output, biases_of_chain))
    factors = by_bias[:-1] / by_bias[1:]
    return factors[::-1]


@cache
def build_chain(units: int):
    """Return the chain of so many logistic units and a linear output."""
    from zoo.models import mlp

    return mlp(1, (1,) * units, 1, activation="sigmoid", dtype="float64")


def plot(result: Result):
    """Draw the product of factors by number of layers, and the width of the
    band by |w|."""
    from reproductions.harness.showing import figures

    figure, (product, band) = figures.new(2, width=11, height=4.2)
    draw_products(product, result)
    draw_bands(band, result)
    return figure


def draw_products(axes, result: Result) -> None:
    """Draw the product of factors by number of layers, of random chains and at
    the bounds."""
    from reproductions.harness.showing import figures

    metrics = result.metrics
    chains = metrics[CHAIN]
    layers = np.arange(1, chains.shape[1] + 1)
    steep = np.cumprod(metrics[STEEP][0])
    largest = metrics[SLOPE][0] ** layers
    axes.plot(layers, steep, "--", color="0.35", label="w = 100, z = 0")
    axes.plot(
        [*layers, 2],
        [*25.0**layers, 1 / 16],
        "x",
        color=figures.PUBLISHED,
        label="published, 25 and 1/16",
    )
    figures.band(axes, layers, chains, label="random chains")
    axes.plot(
        layers, largest, ":", color="black", label="largest with |w| <= 1"
    )
    axes.set(yscale="log", title="Products of factors")
    axes.set(
        xlabel="layers that the gradient has passed",
        ylabel="product of their factors",
    )
    axes.set_ylim(top=1e20)  # room for the legend
    axes.legend(fontsize=8, loc="upper left")


def draw_bands(axes, result: Result) -> None:
    """Draw how wide the band of activations is in which the gradient does not
    shrink."""
    from reproductions.harness.showing import figures

    found = result.metrics[BANDS][0]
    some = WEIGHTS[::4]
    axes.plot(WEIGHTS, found, color=figures.OURS, label="found numerically")
    axes.plot(some, compute_width(some), ".", color="black", label="formula")
    axes.plot(
        6.9,
        0.45,
        "x",
        mew=2,
        color=figures.PUBLISHED,
        label="published maximum",
    )
    axes.set(xscale="log", title="Where a factor is 1 or more")
    axes.set(xlabel="|w|", ylabel="width of the band of activations")
    ticks = [4, 7, 10, 20, 50, 100]
    axes.set_xticks(ticks, ticks)
    axes.legend(fontsize=8)


if __name__ == "__main__":
    run_file(__file__)
