"""How small and how large can the factors be by which a gradient shrinks or grows on its way back?

In a chain of logistic units, one to a layer, the gradient passes each layer with a factor w S'(z). The
lecture notes say that S' is S (1 - S) and never above 0.25, and that repeated factors below one give very
small numbers; the book behind them that two such factors with |w| < 1 stay below 1/16, that w = 100 with
z = 0 gives 25, and that a factor of 1 or more needs |w| >= 4 and activations in a band that is never wider
than about 0.45. All of these are found numerically here, the factors of 25 and of random chains from the
gradients of built networks.

Sources: M. Nielsen, Neural Networks and Deep Learning, Determination Press, 2015, chapter 5, "What's causing
the vanishing gradient problem?"; lecture note 002, lines 784-796.

Expected wall time on two cores: full 10 s (200 random chains), quick 8 s, smoke 7 s.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit

from reproductions.harness import Claim, Exact, Fraction, Result, run_file


@dataclass(frozen=True)
class Config:
    """What may vary: units in the chains; each seed is one chain with standard normal weights and biases."""

    units: int = 8
    steep: float = 100.0
    seeds: tuple[int, ...] = tuple(range(1, 201))


FULL = Config()
QUICK = Config(seeds=tuple(range(1, 51)))
SMOKE = Config(seeds=(1, 2, 3))

SLOPE, AT, RULE = "largest slope of S", "z where S is steepest", "largest error of S (1 - S) as slope of S"
PAIR, TEN = "largest product of 2 factors, |w| <= 1", "largest product of 10 factors, |w| <= 1"
STEEP, LEAST = "factors of 8 layers, w = 100 and z = 0", "smallest |w| with a factor of 1 or more"
BAND, WHERE = "largest width of the band of activations", "|w| where the band is widest"
FORMULA, BANDS = "largest error of the formula for the width", "width of the band by |w|"
CHAIN, SMALL = "product of factors by number of layers, random chain", "product of 2 factors is below 1/16"
NOTE, BOOK, OURS = "lecture note 002, lines 786-792", "Nielsen 2015, ch. 5", "computed independently"
WEIGHTS = np.geomspace(4.001, 100, 60)


def claim(group, says, metric, value, tolerance, where, tag="P"):
    """Return the claim that a number found here has this value."""
    return Claim(f"{group}: {says}", f"{says}.", metric, Exact(value, tolerance), where, tag)


BOUND, EXPLOSION = "sigmoid-slope-bound", "chain-bound-and-explosion"
CLAIMS = (
    claim(BOUND, "The slope of S is S (1 - S)", RULE, 0.0, 1e-15, NOTE),
    claim(BOUND, "Its largest value is 0.25", SLOPE, 0.25, 1e-15, NOTE),
    claim(BOUND, "It is largest at z = 0", AT, 0.0, 1e-6, BOOK),
    claim(BOUND, "With |w| <= 1 two factors never exceed 1/16", PAIR, 1 / 16, 1e-12, BOOK),
    claim(BOUND, "With |w| <= 1 ten factors never exceed a millionth", TEN, 0.0, 1e-6, f"{NOTE}; ours"),
    Claim(
        f"{BOUND}: random chains",
        "With standard normal weights two factors usually stay below 1/16 (in more than half of all chains).",
        SMALL,
        Fraction(at_least=0.5),
        "our own question",
        "K",
    ),
    claim(EXPLOSION, "With w = 100 and z = 0 each of 8 factors is 25", STEEP, (25.0,) * 8, 1e-9, BOOK),
    claim(EXPLOSION, "A factor of 1 or more needs |w| >= 4", LEAST, 4.0, 1e-6, BOOK),
    claim(EXPLOSION, "The band is about 0.45 wide at most", BAND, 0.45, 0.005, BOOK),
    claim(EXPLOSION, "It is widest at |w| of about 6.9", WHERE, 6.9, 0.05, BOOK),
    claim(EXPLOSION, "Right: 0.4477432", BAND, 0.4477432, 5e-8, OURS, "K"),
    claim(EXPLOSION, "Right: 6.8942", WHERE, 6.8942, 5e-5, OURS, "K"),
    claim(
        EXPLOSION,
        "The band is (2 / |w|) ln(|w| (1 + sqrt(1 - 4 / |w|)) / 2 - 1) wide",
        FORMULA,
        0.0,
        1e-9,
        BOOK,
    ),
)
DEVIATIONS = (
    "The source asks for |w| < 1; its bounds are found as the largest values for |w| <= 1.",
    "That 'very small' means below a millionth for ten layers is ours.",
    "The source lets standard normal weights 'usually' be below 1 in size; the share of chains is our "
    "question.",
)


def run(config: Config) -> Result:
    """Find the bounds and the factors of one steep chain (told once, for seed 1), and a chain per seed."""
    numbers = slopes() | bands() | {STEEP: steep_factors(config)}
    metrics = {name: np.array([value] * (1 in config.seeds)) for name, value in numbers.items()}
    factors = [random_factors(config, seed) for seed in config.seeds]
    metrics[CHAIN] = np.cumprod(np.abs(factors), axis=1)
    metrics[SMALL] = metrics[CHAIN][:, 1] < 1 / 16
    return Result(metrics)


def slope(z):
    """Return the derivative of the logistic function by a step into the complex plane, exact to rounding."""
    return np.imag(1 / (1 + np.exp(-(np.asarray(z) + 1e-20j)))) / 1e-20


def slopes() -> dict:
    """Return what is said of the slope; biases are free, so that all factors can be largest at once."""
    z = np.linspace(-30, 30, 6001)
    steepest = minimize_scalar(lambda z: -slope(z), bracket=(-1.0, 0.5), options={"xtol": 1e-10})
    return {
        RULE: np.abs(expit(z) * (1 - expit(z)) - slope(z)).max(),
        SLOPE: -steepest.fun,
        AT: steepest.x,
        PAIR: (-steepest.fun) ** 2,
        TEN: (-steepest.fun) ** 10,
    }


def width(w: float) -> float:
    """Return how wide the band of activations a is in which |w S'(w a + b)| is 1 or more, whatever b."""
    return 2 * brentq(lambda z: w * slope(z) - 1, 0.0, 100.0, xtol=1e-14) / w


def formula(w):
    """Return the book's width of that band."""
    return 2 / w * np.log(w * (1 + np.sqrt(1 - 4 / w)) / 2 - 1)


def bands() -> dict:
    """Return where a factor of 1 is possible, and how wide the band of activations is there."""
    widest = minimize_scalar(
        lambda w: -width(w), bounds=(4.001, 100), method="bounded", options={"xatol": 1e-10}
    )
    widths = np.array([width(w) for w in WEIGHTS])
    return {
        LEAST: brentq(lambda w: w * slope(0.0) - 1, 1.0, 10.0, xtol=1e-12),
        BAND: -widest.fun,
        WHERE: widest.x,
        BANDS: widths,
        FORMULA: np.abs(widths - formula(WEIGHTS)).max(),
    }


def steep_factors(config) -> np.ndarray:
    """Return the factors (units,) of a chain with equal steep weights whose biases make every z zero."""
    weights = np.full(config.units + 1, config.steep)
    return chain_factors(weights, -weights / 2, 0.5)


def random_factors(config, seed) -> np.ndarray:
    """Return the factors (units,) of a chain with standard normal weights, biases and input."""
    numbers = np.random.default_rng(seed).normal(size=2 * config.units + 3)
    weights, biases = numbers[1:].reshape(2, -1)
    return chain_factors(weights, biases, numbers[0])


@cache
def chain_of(units):
    """Return the chain of so many logistic units and a linear output."""
    from zoo.models import mlp

    return mlp(1, (1,) * units, 1, activation="sigmoid", dtype="float64")


def chain_factors(weights, biases, x) -> np.ndarray:
    """Return by how much the gradient changes from each layer's bias to the one before, last layer first."""
    import tensorflow as tf

    chain = chain_of(len(weights) - 1)
    values = np.column_stack([weights, biases]).ravel()
    chain.set_weights([v.reshape(1, 1) if n % 2 == 0 else v.reshape(1) for n, v in enumerate(values)])
    with tf.GradientTape() as tape:
        output = chain(np.array([[x]]))
    gradients = np.ravel(tape.gradient(output, chain.trainable_weights[1::2]))
    return (gradients[:-1] / gradients[1:])[::-1]


def plot(result: Result):
    """Draw the product of factors by number of layers, and the width of the band by |w|."""
    from reproductions.harness import figures

    figure, (product, band) = figures.new(2, width=11, height=4.2)
    chains = result.metrics[CHAIN]
    layers = np.arange(1, chains.shape[1] + 1)
    steep = np.cumprod(result.metrics[STEEP][0])
    product.plot(layers, steep, "--", color="0.35", label="w = 100, z = 0")
    product.plot(layers, 25.0**layers, "x", color=figures.PUBLISHED, label="published, 25 and 1/16")
    figures.band(product, layers, chains, label="random chains")
    product.plot(
        layers, result.metrics[SLOPE][0] ** layers, ":", color="black", label="largest with |w| <= 1"
    )
    product.plot(2, 1 / 16, "x", color=figures.PUBLISHED)
    product.set(yscale="log", xlabel="layers that the gradient has passed", ylabel="product of their factors")
    product.set_ylim(top=1e20)  # room for the legend
    product.legend(fontsize=8, loc="upper left")
    band.plot(WEIGHTS, result.metrics[BANDS][0], color=figures.OURS, label="found numerically")
    band.plot(WEIGHTS[::4], formula(WEIGHTS[::4]), ".", color="black", label="formula")
    band.plot(6.9, 0.45, "x", mew=2, color=figures.PUBLISHED, label="published maximum")
    band.set(xscale="log", xlabel="|w|", ylabel="width of the band of activations")
    band.set_xticks([4, 7, 10, 20, 50, 100], ["4", "7", "10", "20", "50", "100"])
    band.legend(fontsize=8)
    return figure


if __name__ == "__main__":
    run_file(__file__)
