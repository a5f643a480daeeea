"""Are the lecture notes' backpropagation equations the gradients of the networks they draw?

The notes derive the gradient of half the squared error for three networks: one logistic unit before a linear
one, 3-5-4-3 with two logistic layers before a linear one, and M logistic units before a linear one. Their
equations are coded as printed and held against central differences of the loss in float64 and against
automatic differentiation of the built networks, for many random weights and data. So are their slips: an
output y = phi(z3) where a linear one is announced, a "mean" square error that is half a sum, matrices that
are transposed on one page and not on another, missing biases, and a sign.

Source: G. Fuentes-Pineda, Redes densas (perceptron multicapa), lecture note 003, August 2025, lines 69-173;
lecture note 002, lines 695-697 and 794.

Expected wall time on two cores: full 30 s (100 draws), quick 15 s, smoke 8 s.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from reproductions.harness import Claim, Exact, Result, run_file


@dataclass(frozen=True)
class Config:
    """What may vary: examples per draw, and the step of the central differences."""

    examples: int = 8
    step: float = 1e-5
    seeds: tuple[int, ...] = tuple(range(1, 101))


FULL = Config()
QUICK = Config(seeds=tuple(range(1, 21)))
SMOKE = Config(seeds=(1, 2))

AUTOMATIC, NUMERICAL = "{}: note - automatic differentiation", "{}: note - central differences"
CURVE = "3-5-4-3: automatic differentiation - central differences, by step"
UPDATE, SIGN = "step with + (t - y) - step downhill", "step with - (t - y) - step downhill"
OUTPUT, MIXED = "phi(z3) - z3", "gradient for a linear output, used with y = phi(z3)"
HALVES, NO_BIASES = "half sum of squares / mean of squares", "outputs of 3-5-4-3 without its biases"
TRANSPOSED = "W x - transposed W x, 3 x 3"
PAGES = {
    "1-1-1": "lecture note 003, lines 69-78",
    "3-5-4-3": "lecture note 003, lines 83-138",
    "3-6-1, linear output": "lecture note 003, lines 142-173, words",
    "3-6-1, logistic output": "lecture note 003, lines 142-173, formulas",
}
STEPS = tuple(10.0**-n for n in range(1, 12))
linear = np.positive  # a linear unit puts out its input
DRAWN = ("1-1-1", "3-5-4-3", "3-6-1,\nlinear", "3-6-1,\nlogistic", "+ (t - y)", "- (t - y)", "delta mixed")


def right(net, metric, tolerance, against):
    """Return the claim that the equations of one page give the gradient."""
    says = f"The equations for {net} give the gradient ({against})."
    return Claim(
        f"backprop/{net}, {against}", says, metric.format(net), Exact(0.0, tolerance), PAGES[net], "P"
    )


def slip(number, says, metric, value, where, tag="P", tolerance=1e-7):
    """Return the claim that something holds as it is printed (its number in our list of slips)."""
    return Claim(f"slip-{number}: {metric}", f"{says}.", metric, Exact(value, tolerance), where, tag)


CLAIMS = (
    *(right(net, AUTOMATIC, 1e-12, "automatic differentiation") for net in PAGES),
    *(right(net, NUMERICAL, 1e-7, "differences") for net in PAGES),
    slip(
        16,
        "A step of -rate dE/dv is + rate (t - y) S'(s1) times the input of s1",
        UPDATE,
        0.0,
        "lecture note 002, line 697",
    ),
    slip(
        16,
        "A step of -rate dE/dw is - rate (t - y) S'(b4) times the output of b3",
        SIGN,
        0.0,
        "lecture note 002, line 794",
    ),
    slip(
        26,
        "y = phi(z3) is the linear output that is announced",
        OUTPUT,
        0.0,
        "lecture note 003, lines 144-153",
    ),
    slip(
        27, "Half the sum of squares is the mean square error", HALVES, 1.0, "lecture note 003, lines 155-157"
    ),
    slip(
        28, "3-5-4-3 works as printed, without its biases", NO_BIASES, 0.0, "lecture note 003, lines 94, 111"
    ),
    slip(28, "W x and transposed W x are the same", TRANSPOSED, 0.0, "lecture note 003, lines 94, 147-151"),
)
DEVIATIONS = (
    "The notes give neither the inputs of 3-5-4-3 nor M: 3 inputs, and 3-6-1 for the last example, are ours.",
    "The pages on 3-5-4-3 say in words how errors go backwards (their formulas are pictures that our copy "
    "lacks); coded is what the words and the two worked examples say, with biases.",
    "Weights, inputs and targets are standard normal, 8 examples a draw. Differences between gradients are "
    "the largest of all entries, divided by the largest entry of the gradient.",
)
DISCUSSION = {
    f"slip-16: {SIGN}": "One minus too many: this step is the opposite of the one downhill, and climbs the "
    "error. Line 697 has the sign right (but for its left side, which should be the change of v11). Both "
    "lines give -rate dE/dw as what is meant, so it is a slip of the pen.",
    "slip-26": "With the output that is printed (logistic), and its slope in delta3, the equations hold; "
    "with the output that is announced (linear) they hold with a slope of 1. Both are judged here as claims "
    "of their own. Only mixing the two is wrong, and the note does not say which one is meant.",
    "slip-27": "Half the sum over N examples is N / 2 times the mean, and so is its gradient. The minimum "
    "stays where it is, but the same learning rate means something else.",
    f"slip-28: {NO_BIASES}": "The formula seems to leave the biases out for short: the words beside it "
    "speak of each weight and bias. They are no trifle all the same, since without them the network "
    "computes something else.",
    f"slip-28: {TRANSPOSED}": "One page has a row of W for each unit, the other a column. Either is right "
    "by itself; formulas from both do not fit together.",
}


class Net(NamedTuple):
    """One page: units by layer, the printed equations, the output's function, whether there are biases."""

    sizes: tuple[int, ...]
    equations: Callable
    output: Callable
    biases: bool


def shaped(net, weights) -> list:
    """Return kernel and bias of every layer from the row of all weights, which has Keras's order."""
    pairs = []
    for below, units in pairwise(net.sizes):
        kernel, bias, weights = np.split(weights, [below * units, (below + 1) * units])
        pairs.append((kernel.reshape(below, units), bias))
    return pairs


def forward(net, weights, x) -> list:
    """Return the inputs and every layer's outputs, (examples, units)."""
    layers, (*hidden, (kernel, bias)) = [x], shaped(net, weights)
    for inner, shift in hidden:
        layers.append(expit(layers[-1] @ inner + shift))
    return [*layers, net.output(layers[-1] @ kernel + bias)]


def one_unit(net, weights, x, y):
    """Return the gradient of 1-1-1 by the two products of lines 76-78, example by example."""
    (w1, b1, w2, b2), gradient = weights, np.zeros(4)
    for xi, yi in zip(x.ravel(), y.ravel(), strict=True):
        a1 = expit(w1 * xi + b1)
        delta3 = (w2 * a1 + b2) - yi
        delta2 = delta3 * w2 * a1 * (1 - a1)
        gradient += (delta2 * xi, delta2, delta3 * a1, delta3)
    return gradient


def layer_by_layer(net, weights, x, y):
    """Return the gradient by lines 110-138: the error of each layer from that of the next."""
    layers, gradient = forward(net, weights, x), []
    delta = layers.pop() - y
    for below, (kernel, _) in zip(layers[::-1], shaped(net, weights)[::-1], strict=True):
        gradient = [*(below.T @ delta).ravel(), *delta.sum(axis=0), *gradient]
        delta = (delta @ kernel.T) * below * (1 - below)
    return np.array(gradient)


def matrices(net, weights, x, y):
    """Return the gradient of W1 and W2 by lines 147-173, with W1 (M, inputs) and W2 (1, M), no biases."""
    w1, w2 = (kernel.T for kernel, _ in shaped(net, weights))
    by_w1, by_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for xi, yi in zip(x, y, strict=True):
        a2 = expit(w1 @ xi)
        guess = net.output(w2 @ a2)
        delta3 = -(yi - guess) * (1.0 if net.output is linear else guess * (1 - guess))
        by_w2 += delta3 * a2
        by_w1 += np.outer(delta3 * w2[0] * a2 * (1 - a2), xi)
    return np.concatenate([by_w1.T.ravel(), by_w2.ravel()])


NETS = (
    Net((1, 1, 1), one_unit, linear, biases=True),
    Net((3, 5, 4, 3), layer_by_layer, linear, biases=True),
    Net((3, 6, 1), matrices, linear, biases=False),
    Net((3, 6, 1), matrices, expit, biases=False),
)


def run(config: Config) -> Result:
    """Draw weights and data from every seed, and compare the gradients."""
    rows = [measured(config, seed) for seed in config.seeds]
    return Result({name: np.array([row[name] for row in rows]) for name in rows[0]})


def measured(config, seed) -> dict:
    """Return the metrics of one draw."""
    metrics = {}
    for name, net in zip(PAGES, NETS, strict=True):
        weights, x, y = drawn(net, config.examples, seed)
        note, exact = net.equations(net, weights, x, y), automatic(net, weights, x, y)
        near = differences(net, weights, x, y, config.step)
        metrics |= {AUTOMATIC.format(name): apart(note, exact), NUMERICAL.format(name): apart(note, near)}
        if name == "3-5-4-3":
            metrics[CURVE] = [apart(differences(net, weights, x, y, step), exact) for step in STEPS]
            bare, *_ = drawn(net._replace(biases=False), config.examples, seed)
            metrics[NO_BIASES] = np.abs(forward(net, weights, x)[-1] - forward(net, bare, x)[-1]).max()
    return metrics | slips(weights, x, y, exact)


def drawn(net, examples, seed):
    """Return standard normal weights (in a row), inputs and targets; biases are zero where there are none."""
    random = np.random.default_rng([seed, *net.sizes])
    weights = []
    for below, units in pairwise(net.sizes):
        weights += [*random.normal(size=below * units), *(net.biases * random.normal(size=units))]
    x, y = (random.normal(size=(examples, units)) for units in (net.sizes[0], net.sizes[-1]))
    return np.array(weights), x, y


def slips(weights, x, y, gradient) -> dict:
    """Return what the slips come to in 3-6-1, from its weights and its gradient with y = phi(z3)."""
    announced, (_, hidden, guess) = (forward(net, weights, x) for net in NETS[2:])
    square = weights[:9].reshape(3, 3)
    step, down = hidden.T @ ((y - guess) * guess * (1 - guess)), -gradient[-len(hidden.T) :]
    return {
        UPDATE: apart(step, down),
        SIGN: apart(-step, down),
        MIXED: apart(hidden.T @ (guess - y), -down),
        OUTPUT: np.abs(guess - announced[-1]).max(),
        HALVES: 0.5 * ((y - guess) ** 2).sum() / ((y - guess) ** 2).mean(),
        TRANSPOSED: np.abs((square - square.T) @ x.T).max(),
    }


def apart(gradient, reference) -> float:
    """Return the largest difference of two gradients, relative to the largest entry of the second."""
    return float(np.abs(np.ravel(gradient) - np.ravel(reference)).max() / np.abs(reference).max())


def differences(net, weights, x, y, step):
    """Return the gradient of half the sum of squares by central differences, each weight moved in turn."""
    moves = np.stack([step * np.eye(len(weights)), -step * np.eye(len(weights))], axis=1)[weights != 0]
    guesses = np.array([[forward(net, weights + move, x)[-1] for move in pair] for pair in moves])
    return -np.diff(0.5 * np.square(y - guesses).sum(axis=(2, 3)))[:, 0] / (2 * step)


def automatic(net, weights, x, y):
    """Return the gradient of half the sum of squares by automatic differentiation of the built network."""
    import tensorflow as tf

    from zoo import losses

    model = built(net.sizes)
    model.set_weights([part for pair in shaped(net, weights) for part in pair])
    loss = losses.half_squares if net.output is linear else losses.half_squares_of_sigmoid
    with tf.GradientTape() as tape:
        error = tf.reduce_sum(loss(tf.constant(y), model(x)))
    gradient = tape.gradient(error, model.trainable_weights)
    return np.concatenate(list(map(np.ravel, gradient)))[weights != 0]


@cache
def built(sizes):
    """Return the network with logistic hidden layers, in float64."""
    from zoo.models import mlp

    return mlp(sizes[0], sizes[1:-1], sizes[-1], activation="sigmoid", dtype="float64")


def plot(result: Result):
    """Draw the error of differences by their step, and how far each printed equation is from the gradient."""
    from reproductions.harness import figures

    figure, (steps, equations) = figures.new(2, width=13, height=4.4)
    figures.band(steps, STEPS, result.metrics[CURVE], label="3-5-4-3")
    steps.axvline(FULL.step, ymax=0.8, lw=0.8, color="black", label="step used for the verdicts")
    steps.set(xscale="log", yscale="log", ylim=(1e-11, 1e-1), xlabel="step of the central differences")
    steps.set_ylabel("relative difference from automatic differentiation")
    steps.legend(fontsize=8, loc="upper center")
    for position, metric in enumerate([*map(AUTOMATIC.format, PAGES), UPDATE, SIGN, MIXED]):
        figures.seeds(equations, position, np.maximum(result.metrics[metric], 1e-17), label="one draw")
    figures.columns(equations, DRAWN)
    equations.set(yscale="log", xlabel="equation as printed", ylabel="relative difference from the gradient")
    equations.legend(fontsize=8, loc="upper left")
    return figure


if __name__ == "__main__":
    run_file(__file__)
