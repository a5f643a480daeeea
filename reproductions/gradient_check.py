"""Are the lecture notes' backpropagation equations the gradients of the
networks they draw?

The notes derive the gradient of half the squared error for three networks, each
with a linear output. The first has one logistic unit before it. The second is
3-5-4-3, with two logistic layers before it. The third has M logistic units
before it. We code their equations as they are printed, or as they are described
in words. We compare them with central differences of the loss in float64, and
with automatic differentiation of the built networks, for many random weights
and data. We check the notes' slips in the same way. They announce a linear
output and print y = phi(z3). They call half a sum a "mean" square error, and
one sign is wrong.

Source: G. Fuentes-Pineda, Redes densas (perceptron multicapa), lecture note
003, August 2025, lines 69-173; lecture note 002, lines 695-697 and 794.

Expected wall time on two cores: full 30 s (100 draws), quick 15 s, smoke 8 s.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from reproductions.harness import Claim, Claims, Exact, Metric, Result, run_file


@dataclass(frozen=True)
class Config:
    """What may vary: examples per draw, and the step of the central
    differences."""

    examples: int = 8
    step: float = 1e-5
    seeds: tuple[int, ...] = tuple(range(1, 101))


FULL = Config()
QUICK = Config(seeds=tuple(range(1, 21)))
SMOKE = Config(seeds=(1, 2))

AUTOMATIC = Metric("{net}: note - automatic differentiation")
NUMERICAL = Metric("{net}: note - central differences")
CURVE = "3-5-4-3: automatic differentiation - central differences, by step"
UPDATE, SIGN = (
    "step with + (t - y) - step downhill",
    "step with - (t - y) - step downhill",
)
OUTPUT, MIXED = (
    "phi(z3) - z3",
    "gradient for a linear output, used with y = phi(z3)",
)
HALVES, NO_BIASES = (
    "half sum of squares / mean of squares",
    "outputs of 3-5-4-3 without its biases",
)
TRANSPOSED = "W x - transposed W x, 3 x 3"
ONE_UNIT, LAYERS = "1-1-1", "3-5-4-3"
LINEAR_OUTPUT, LOGISTIC_OUTPUT = (
    "3-6-1, linear output",
    "3-6-1, logistic output",
)
PAGES = {
    ONE_UNIT: "lecture note 003, lines 69-78",
    LAYERS: "lecture note 003, lines 83-138",
    LINEAR_OUTPUT: "lecture note 003, lines 142-173, words",
    LOGISTIC_OUTPUT: "lecture note 003, lines 142-173, formulas",
}
READINGS = {
    LAYERS: "equations coded from the words; the formulas are pictures that "
    "our copy lacks",
    LINEAR_OUTPUT: "the output is z3, as the page says in words",
    LOGISTIC_OUTPUT: "the output is phi(z3), as the page's formulas say",
}
STEPS = tuple(
    10.0**-n for n in range(1, 12)
)  # of the central differences, for the figure
COLUMNS = {
    "1-1-1": AUTOMATIC(net=ONE_UNIT),
    "3-5-4-3": AUTOMATIC(net=LAYERS),
    "3-6-1,\nlinear": AUTOMATIC(net=LINEAR_OUTPUT),
    "3-6-1,\nlogistic": AUTOMATIC(net=LOGISTIC_OUTPUT),
    "+ (t - y)": UPDATE,
    "- (t - y)": SIGN,
    "delta mixed": MIXED,
}

claim = Claims("backprop", tag="P")


def claim_equations(
    net: str, metric: Metric, tolerance: float, against: str
) -> Claim:
    """Return the claim that the equations of one page give the gradient."""
    says = (
        f"The equations for {net} give the gradient: their largest relative "
        f"distance from {against} is 0."
    )
    return claim(
        f"{net}, {against}",
        says,
        metric(net=net),
        Exact(0.0, tolerance),
        where=PAGES[net],
        reading=READINGS.get(net, ""),
        family=net,
    )


def claim_slip(
    number: int,
    says: str,
    metric: str,
    value: float,
    where: str,
    reading: str = "",
) -> Claim:
    """Return the claim that something holds as printed; `number` is ours."""
    return Claim(
        f"slip-{number}: {metric}",
        says,
        metric,
        Exact(value, 1e-7),
        where,
        "P",
        reading=reading,
    )


CLAIMS = (
    *(
        claim_equations(net, AUTOMATIC, 1e-12, "automatic differentiation")
        for net in PAGES
    ),
    *(claim_equations(net, NUMERICAL, 1e-7, "differences") for net in PAGES),
    claim_slip(
        16,
        "The printed step + rate (t - y) S'(s1) times the input of s1 is "
        "-rate dE/dv: their largest relative distance is 0.",
        UPDATE,
        0.0,
        "lecture note 002, line 697",
    ),
    claim_slip(
        16,
        "The printed step - rate (t - y) S'(b4) times the output of b3 is "
        "-rate dE/dw: their largest relative distance is 0.",
        SIGN,
        0.0,
        "lecture note 002, line 794",
    ),
    claim_slip(
        26,
        "The printed output phi(z3) is the announced linear output z3: their "
        "largest distance is 0.",
        OUTPUT,
        0.0,
        "lecture note 003, lines 144-153",
        "phi as the logistic function, as in the hidden layer",
    ),
    claim_slip(
        27,
        "Half the sum of squares is 1 times the mean square error.",
        HALVES,
        1.0,
        "lecture note 003, lines 155-157",
        "the name ECM, mean square error, as a mean over the examples",
    ),
)
HEADLINE = "backprop/3-5-4-3, automatic differentiation"

DEVIATIONS = (
    "The notes give neither the inputs of 3-5-4-3 nor M. Ours: 3 inputs, and "
    "3-6-1 at the end.",
    "The pages on 3-5-4-3 say in words how errors go backwards. Their formulas "
    "are pictures that our copy lacks. We coded what the words and the two "
    "worked examples say, with biases. The forward formulas leave biases out, "
    "which we take for a short form. One page transposes the weights and "
    "another does not. Each is right by itself, so we judge neither.",
    "This run replaced an earlier one when that record's remarks became texts "
    "of this page. All numbers of the two are the same.",
    "Weights, inputs and targets are standard normal, 8 examples a draw. The "
    "difference of two gradients is the largest difference of all entries, "
    "divided by the largest entry of the gradient.",
)
DISCUSSION = {
    f"slip-16: {SIGN}": "There is one minus too many: this step goes the "
    "opposite way and climbs the error. Line 697 has the sign right, but its "
    "left side should be the change of v11. Both lines give -rate dE/dw as "
    "what is meant, so it is a slip of the pen.",
    "slip-26": "The note prints a logistic output and announces a linear one. "
    "With the printed output, and its slope in delta3, the equations hold. "
    "With the announced output they hold with a slope of 1. Both are judged "
    "here as claims of their own. Only mixing the two is wrong, and the note "
    "does not say which one is meant.",
    "slip-27": "Half the sum over N examples is N / 2 times the mean, and so "
    "is its gradient. The minimum stays where it is, but the same learning "
    "rate means something else.",
}
ANSWER = (
    "Yes: the equations for all three networks give the gradient, to within "
    "rounding, in each of {seeds} random draws. Those for 3-5-4-3 are coded "
    "from the notes' words. The pages around them have slips, among them a "
    "sign."
)


class Net(NamedTuple):
    """The network of one page; `layers` (a kernel and a bias for each), `x` and
    `y` are drawn."""

    sizes: tuple[int, ...]
    equations: Callable
    is_linear: bool = True
    has_biases: bool = True
    layers: list[tuple] | None = None
    x: np.ndarray | None = None
    y: np.ndarray | None = None


def run(config: Config) -> Result:
    """Draw weights and data from every seed, and compare the gradients."""
    rows = [measure_seed(config, seed) for seed in config.seeds]
    metrics = {}
    for name in rows[0]:
        metrics[name] = np.array([row[name] for row in rows])
    return Result(metrics)


def measure_seed(config: Config, seed: int) -> dict:
    """Return the metrics of one seed."""
    nets = {}
    metrics = {}
    for name, page in NETS.items():
        net = nets[name] = draw_numbers(page, config.examples, seed)
        gradient = net.equations(net)
        metrics[AUTOMATIC(net=name)] = compare(gradient, differentiate(net))
        metrics[NUMERICAL(net=name)] = compare(
            gradient, estimate_gradient(net, config.step)
        )
    return (
        metrics
        | measure_layers(nets[LAYERS], seed)
        | measure_slips(nets[LOGISTIC_OUTPUT])
    )


def draw_numbers(net: Net, examples: int, seed: int) -> Net:
    """Draw weights, inputs and targets; biases are zero where the page has
    none."""
    random = np.random.default_rng([seed, *net.sizes])
    layers = []
    for shape in pairwise(net.sizes):
        kernel = random.normal(size=shape)
        bias = random.normal(size=shape[1])
        layers.append((kernel, bias * net.has_biases))
    x = random.normal(size=(examples, net.sizes[0]))
    y = random.normal(size=(examples, net.sizes[-1]))
    return net._replace(layers=layers, x=x, y=y)


def forward(net: Net) -> list[np.ndarray]:
    """Return the inputs and every layer's outputs, each (examples, units)."""
    *hidden, (last_kernel, last_bias) = net.layers
    outputs = [net.x]
    for kernel, bias in hidden:
        z = outputs[-1] @ kernel + bias
        outputs.append(logistic(z))
    last_z = outputs[-1] @ last_kernel + last_bias
    guess = last_z if net.is_linear else logistic(last_z)
    return [*outputs, guess]


def logistic(z: np.ndarray) -> np.ndarray:
    """Return what logistic units put out."""
    from scipy.special import expit

    return expit(z)


def apply_products(net: Net) -> np.ndarray:
    """Return the gradient of 1-1-1 by the two products of lines 76-78, example
    by example."""
    w1, b1, w2, b2 = flatten(chain(*net.layers))
    gradient = np.zeros(4)
    for x, y in zip(net.x.ravel(), net.y.ravel(), strict=True):
        a1 = logistic(w1 * x + b1)
        a3 = w2 * a1 + b2
        delta3 = a3 - y
        delta2 = delta3 * w2 * a1 * (1 - a1)
        gradient += (delta2 * x, delta2, delta3 * a1, delta3)
    return gradient


def apply_layers(net: Net) -> np.ndarray:
    """Return the gradient by lines 110-138: the error of each layer from that
    of the next."""
    *inputs, guess = forward(net)
    gradient = []
    delta = guess - net.y
    for below, (kernel, _) in zip(
        reversed(inputs), reversed(net.layers), strict=True
    ):
        gradient = [below.T @ delta, delta.sum(axis=0), *gradient]
        delta = (delta @ kernel.T) * below * (1 - below)
    return flatten(gradient)


def apply_matrices(net: Net) -> np.ndarray:
    """Return the gradient by lines 147-173: W1 is (M, inputs), W2 is (1, M),
    without biases."""
    (kernel1, _), (kernel2, _) = net.layers
    w1 = kernel1.T
    w2 = kernel2.T
    by_w1 = np.zeros_like(w1)
    by_w2 = np.zeros_like(w2)
    for x, y in zip(net.x, net.y, strict=True):
        a2 = logistic(w1 @ x)
        z3 = w2 @ a2
        guess = z3 if net.is_linear else logistic(z3)
        slope = 1.0 if net.is_linear else guess * (1 - guess)
        delta3 = -(y - guess) * slope
        delta2 = delta3 * w2[0] * a2 * (1 - a2)
        by_w1 += np.outer(delta2, x)
        by_w2 += delta3 * a2
    return flatten([by_w1.T, by_w2])


MATRICES = Net((3, 6, 1), apply_matrices, has_biases=False)
NETS = {
    ONE_UNIT: Net((1, 1, 1), apply_products),
    LAYERS: Net((3, 5, 4, 3), apply_layers),
    LINEAR_OUTPUT: MATRICES,
    LOGISTIC_OUTPUT: MATRICES._replace(is_linear=False),
}


def flatten(parts) -> np.ndarray:
    """Return all entries of several arrays in a row."""
    return np.concatenate([np.ravel(part) for part in parts])


def estimate_gradient(net: Net, step: float) -> np.ndarray:
    """Return the gradient by central differences: each weight that is there
    moves in turn."""
    net = net._replace(layers=deepcopy(net.layers))
    gradient = []
    for part in chain(*net.layers):
        for place in zip(*np.nonzero(part), strict=True):
            value = part[place]
            part[place] = value + step
            above = half_squares(net)
            part[place] = value - step
            below = half_squares(net)
            part[place] = value
            gradient.append((above - below) / (2 * step))
    return np.array(gradient)


def half_squares(net: Net) -> float:
    """Return half the sum of the squared errors."""
    *_, guess = forward(net)
    return 0.5 * np.square(net.y - guess).sum()


def differentiate(net: Net) -> np.ndarray:
    """Return the gradient by automatic differentiation of the built network."""
    import tensorflow as tf

    from zoo import losses

    loss = (
        losses.half_squares if net.is_linear else losses.half_squares_of_sigmoid
    )
    model = build_network(net.sizes)
    weights = list(chain(*net.layers))
    model.set_weights(weights)
    with tf.GradientTape() as tape:
        error = tf.reduce_sum(loss(tf.constant(net.y), model(net.x)))
    gradient = tape.gradient(error, model.trainable_weights)
    return flatten(gradient)[flatten(weights) != 0]


@cache
def build_network(sizes: tuple[int, ...]):
    """Return the network with logistic hidden layers, in float64."""
    from zoo.models import mlp

    return mlp(
        sizes[0], sizes[1:-1], sizes[-1], activation="sigmoid", dtype="float64"
    )


def compare(gradient: np.ndarray, reference: np.ndarray) -> float:
    """Return the largest difference of two gradients over the largest entry of
    the second."""
    differences = np.ravel(gradient) - np.ravel(reference)
    return float(largest(differences) / largest(reference))


def largest(values: np.ndarray) -> float:
    """Return the largest size of all entries."""
    return np.abs(values).max()


def measure_layers(net: Net, seed: int) -> dict:
    """Return how far differences are from the gradient by step, and what biases
    change."""
    exact = differentiate(net)
    bare = draw_numbers(net._replace(has_biases=False), len(net.x), seed)
    return {
        CURVE: [compare(estimate_gradient(net, step), exact) for step in STEPS],
        NO_BIASES: largest(forward(net)[-1] - forward(bare)[-1]),
    }


def measure_slips(net: Net) -> dict:
    """Return what the slips come to in 3-6-1, from its gradient with y =
    phi(z3)."""
    _, hidden, guess = forward(net)
    *_, announced = forward(net._replace(is_linear=True))
    error = net.y - guess
    step = hidden.T @ (error * guess * (1 - guess))
    downhill = -differentiate(net)[-len(step) :]
    square = flatten(net.layers[0])[:9].reshape(3, 3)
    return {
        UPDATE: compare(step, downhill),
        SIGN: compare(-step, downhill),
        MIXED: compare(hidden.T @ error, downhill),
        OUTPUT: largest(guess - announced),
        HALVES: 0.5 * (error**2).sum() / (error**2).mean(),
        TRANSPOSED: largest((square - square.T) @ net.x.T),
    }


def plot(result: Result):
    """Draw the error of differences by their step, and that of each printed
    equation."""
    from reproductions.harness.showing import figures

    figure, (steps, equations) = figures.new(2, width=13, height=4.4)
    figures.band(steps, STEPS, result.metrics[CURVE], label="3-5-4-3")
    steps.axvline(
        FULL.step,
        ymax=0.8,
        lw=0.8,
        color="black",
        label="step used for the verdicts",
    )
    steps.set(xscale="log", yscale="log", ylim=(1e-11, 1e-1))
    steps.set_xlabel("step of the central differences")
    steps.set_ylabel("relative difference from automatic differentiation")
    steps.legend(fontsize=8, loc="upper center")
    columns = {}
    for name, metric in COLUMNS.items():
        columns[name] = np.maximum(
            result.metrics[metric], 1e-17
        )  # zero has no place on logs
    figures.draw_columns(equations, columns)
    equations.set(yscale="log", xlabel="equation as printed")
    equations.set_ylabel("relative difference from the gradient")
    equations.legend(fontsize=8, loc="upper left")
    return figure


if __name__ == "__main__":
    run_file(__file__)
