"""Do the printed numbers of the best-known worked backpropagation example follow from its own algebra?

A 2-2-2 net of logistic units is trained on one pair by hand: forward pass, gradients, one update, 10,000
updates. The lecture notes copy its forward pass, and elsewhere give an update rule of their own,
w(1 - rate) - rate * gradient. Everything is computed again in float64: with the update that the algebra asks
for (all weights at once), with hidden weights updated by way of output weights that the same step has
already changed (an early bug of the post's program), and with the lecture notes' rule.

Source: M. Mazur, A Step by Step Backpropagation Example, mattmazur.com, 17 March 2015, and its program
`mattm/simple-neural-network`, whose commit 4b6faac ends the bug; lecture note 001, lines 280-282, 1074-1183.

Expected wall time on two cores: 6 to 15 s in every profile (deterministic: one run is all there is).
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import expit

from reproductions.harness import Claim, Exact, Result, run_file


@dataclass(frozen=True)
class Config:
    """The example's numbers, with w1 to w8 in its order; the two layers' biases are never updated."""

    weights: tuple[float, ...] = (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)
    biases: tuple[float, float] = (0.35, 0.60)
    inputs: tuple[float, float] = (0.05, 0.10)
    targets: tuple[float, float] = (0.01, 0.99)
    rate: float = 0.5


FULL = QUICK = SMOKE = Config()
RIGHT, BUG, NOTE = "all weights at once", "the old bug", "the note's rule"
EARLY, LATER = (1, 2, 5, 10, 100), (2, 5, 10, 100, 1000)
LAYERS = ("hidden_1", "logits")
DRAWN = (*range(1, 100), *range(100, 10_001, 100))
FORWARD, GRADIENTS, ONE, ALL = "mazur-forward", "mazur-output-gradients", "mazur-one-step", "mazur-10000"
RULE, PAGE, POST = "seed001-weight-rule", "lecture note 001, line {}", "Mazur 2015, from copies of the post"


def claim(group, metric, values, tolerance=1e-9, where="computed independently", tag="K"):
    """Return the claim that a metric has these values: to 1e-9, or to the last digit that is printed."""
    who = {"K": "Right", "P": "The lecture note", "S": "The post"}[tag]
    judge = Exact(values, tolerance)
    return Claim(f"{group}: {metric} = {values}", f"{who}: {metric}.", metric, judge, where, tag)


def error_at(rule, *steps):
    """Return the name of the metric that holds E after these numbers of steps."""
    return f"E at step {', '.join(map(str, steps))}, {rule}"


CLAIMS = (
    claim(FORWARD, "net h1, h2, o1, o2", (0.3775, 0.3925, 1.10590596706, 1.224921404096)),
    claim(FORWARD, "h1, h2, o1, o2", (0.593269992107, 0.59688437826, 0.751365069552, 0.772928465321)),
    claim(FORWARD, "E(o1), E(o2), E", (0.274811083176, 0.023560025584, 0.298371108760)),
    claim(FORWARD, "h1", 0.593269992, 5e-10, PAGE.format(1125), "P"),
    claim(FORWARD, "h2", 0.5958843378, 5e-11, PAGE.format(1130), "P"),
    claim(FORWARD, "net o1", 1.105905967, 5e-10, PAGE.format(1148), "P"),
    claim(FORWARD, "o1", 0.75136507, 5e-9, PAGE.format(1148), "P"),
    claim(FORWARD, "o2", 0.72928465, 5e-9, PAGE.format(1154), "P"),
    claim(FORWARD, "E(o1)", 0.27481083, 5e-9, PAGE.format(1153), "P"),
    claim(FORWARD, "E(o2)", 0.02356026, 5e-9, PAGE.format(1154), "P"),
    claim(FORWARD, "(0.9 - 0.72928465)^2 / 2", 0.02356026, 5e-9, PAGE.format(1154), "P"),
    claim(FORWARD, "E with the targets 0.1 and 0.9", 0.298371109, 5e-10, PAGE.format("1155, 1167"), "P"),
    claim(FORWARD, "(0.9 - 0.72928465)^2 / 2", 0.014571865),
    claim(FORWARD, "(0.9 - o2)^2 / 2, (0.99 - 0.72928465)^2 / 2", (0.008073588, 0.033986247)),
    claim(FORWARD, "net o1, net o2 with the printed h2", (1.105455949, 1.224371382)),
    claim(FORWARD, "o1, o2 with the printed h2", (0.751280990, 0.772831916)),
    claim(FORWARD, "net o2, o2, E(o2) with w8 = 0.5", (1.195077185, 0.767647885, 0.024720232)),
    claim(GRADIENTS, "dE/dw1, dE/dw2", (0.000438567734, 0.000877135469)),
    claim(GRADIENTS, "dE/dw3, dE/dw4", (0.000497712735, 0.000995425471)),
    claim(GRADIENTS, "dE/dw5, dE/dw6", (0.082167040564, 0.082667627848)),
    claim(GRADIENTS, "dE/dw7, dE/dw8", (-0.022602540477, -0.022740242216)),
    claim(GRADIENTS, "deltas of o1, o2", (0.138498561629, -0.038098236517)),
    claim(GRADIENTS, "deltas of h1, h2", (0.008771354689, 0.009954254705)),
    claim(GRADIENTS, "dE/dw1, dE/dw5", (0.000438568, 0.082167041), 5e-10, POST, "S"),
    claim(ONE, f"w1 to w4 at step 1, {RIGHT}", (0.149780716, 0.199561432, 0.249751144, 0.299502287)),
    claim(ONE, f"w5 to w8 at step 1, {RIGHT}", (0.35891648, 0.408666186, 0.51130127, 0.561370121)),
    claim(ONE, f"w1 to w4 at step 1, {BUG}", (0.149817639, 0.199635277, 0.249788185, 0.299576370)),
    claim(ONE, f"w1 at step 1, {RIGHT}", 0.149780716, 5e-10, POST, "S"),
    claim(ONE, error_at(RIGHT, 1), 0.291027773694),
    claim(ONE, error_at(BUG, 1), 0.291027923905),
    *(claim(ONE, error_at(rule, 1), 0.291027924, 5e-10, POST, "S") for rule in (RIGHT, BUG)),
    claim(ALL, error_at(RIGHT, *LATER), (0.283547133, 0.260434393, 0.220918592, 0.020046828, 0.001114349)),
    claim(ALL, error_at(BUG, *LATER), (0.283547364, 0.260434378, 0.220916337, 0.020039752, 0.001113940)),
    claim(ALL, error_at(RIGHT, 9999, 10000), (3.510854812e-05, 3.510187783e-05), 5e-14),
    claim(ALL, error_at(BUG, 10000), 3.5084786e-05, 5e-13),
    claim(ALL, f"w1 to w4 at step 10000, {RIGHT}", (0.378509988, 0.657019977, 0.477300706, 0.754601411)),
    claim(ALL, f"w5 to w8 at step 10000, {RIGHT}", (-3.892977199, -3.868416688, 2.861810949, 2.925688967)),
    claim(ALL, f"o1, o2 at step 10000, {RIGHT}", (0.015913620, 0.984064274)),
    *(claim(ALL, error_at(rule, 10000), 0.000035085, 5e-10, POST, "S") for rule in (RIGHT, BUG)),
    *(claim(ALL, error_at(RIGHT, n), 0.0000351085, 5e-11, f"{POST}, later", "S") for n in (10000, 9999)),
    *(
        claim(ALL, f"o1, o2 at step 10000, {rule}", (0.015912196, 0.984065734), 5e-10, POST, "S")
        for rule in (RIGHT, BUG)
    ),
    claim(RULE, error_at(NOTE, *EARLY), (0.269135815, 0.255613826, 0.244558947, 0.243059004, 0.243009916)),
    claim(RULE, error_at(NOTE, 10000), 0.2430099158),
    claim(RULE, f"o1, o2 at step 10000, {NOTE}", (0.62267666, 0.65736335), 5e-9),
    claim(RULE, f"w1 to w4 at step 10000, {NOTE}", (0.00018731, 0.00037462) * 2, 5e-9),
    claim(RULE, f"w5 to w8 at step 10000, {NOTE}", (-0.08444444,) * 2 + (0.04395142,) * 2, 5e-9),
    Claim(
        f"{RULE}: gradient descent",
        "The note's rule is gradient descent with a learning rate: it ends at gradient descent's E.",
        error_at(NOTE, 10000),
        Exact(3.510187783e-05, 5e-14),
        "lecture note 001, lines 280-282",
        "P",
    ),
)

DEVIATIONS = (
    "Printed numbers are judged to half a unit of their last digit, independently computed ones to 1e-9.",
    "Of the post only copies were read: E ends at 0.000035085 in early ones, at 0.0000351085 in later ones.",
    "Our copy of the lecture note lost digits: one is filled in (E, line 1155), others are not judged.",
    "o2, E(o1) and E(o2) are judged as our copy prints them. Since it loses digits elsewhere, the digit that "
    "each of them lacks may be the copy's loss and not the note's.",
)
DISCUSSION = {
    f"{FORWARD}: h2 = ": "A misprint: one digit is wrong and a later one doubled. The net input and the "
    "output of o1 that are printed below it follow from the right h2, so nothing was computed with the wrong "
    "one.",
    **dict.fromkeys(
        (f"{FORWARD}: o2 = ", f"{FORWARD}: E(o"),
        "{published} is {ours}, rounded to nine decimals, with one digit left out. Our copy loses digits "
        "elsewhere, so this need not be the note's slip; its pages as they were shown would tell.",
    ),
    f"{FORWARD}: (0.9 - 0.72928465)^2 / 2 = ": "What is printed on the right does not follow from what is "
    "printed on the left. It follows from the target 0.99 and the right o2, but for a digit that it lacks "
    "itself. Again the copy may have lost these digits.",
    f"{FORWARD}: E with the targets": "The targets are misprinted: the total belongs to those of the post, "
    "of which the note uses 0.01 itself where it computes E(o1).",
    **dict.fromkeys(
        (
            f"{ONE}: E at step 1, {RIGHT}",
            f"{ALL}: E at step 10000, {RIGHT} = 3.5085e-05",
            f"{ALL}: o1, o2 at step 10000, {RIGHT}",
        ),
        "The post kept totals of an early version of its program, which sent errors back through output "
        "weights that the same step had already changed. With that bug every posted digit comes out, as the "
        "claims named after it show; the program was mended (commit 4b6faac), and w1 as the post computes "
        "it by hand is right.",
    ),
    f"{ALL}: E at step 10000, {RIGHT} = 3.51085e-05": "The later figure is that of the mended program one "
    "step early, as the claim on step 9999 shows. Most likely the program printed the error before the "
    "update and counted its steps from 0.",
    RULE: "The note's rule is weight decay with a silent strength of 1. With a rate of 0.5 every step "
    "halves the weights before the gradient is taken off, and E stops at {ours}, far from the targets. What "
    "it does to a larger network is asked in learning_rate.",
}


def forward(config, weights, h2=None):
    """Return the net inputs and the outputs of h1, h2, o1, o2, each (4,); `h2` takes that output's place."""
    inner, outer = np.reshape(weights, (2, 2, 2))
    net_h = inner @ config.inputs + config.biases[0]
    h = expit(net_h) if h2 is None else np.array([expit(net_h[0]), h2])
    net_o = outer @ h + config.biases[1]
    return np.concatenate([net_h, net_o]), np.concatenate([h, expit(net_o)])


def halves(config, weights):
    """Return E(o1) and E(o2), half of the squared distances from the targets, (2,)."""
    return 0.5 * (forward(config, weights)[1][2:] - config.targets) ** 2


def with_the_bug(config, steps=10_000):
    """Return E by step, and w1 to w8 after the first and the last; errors go back through changed weights."""
    weights = [np.array(config.weights)]
    for _ in range(steps):
        inner, outer = weights[-1].reshape(2, 2, 2)
        h, o = forward(config, weights[-1])[1].reshape(2, 2)
        deltas = (o - config.targets) * o * (1 - o)
        outer = outer - config.rate * np.outer(deltas, h)
        inner = inner - config.rate * np.outer((deltas @ outer) * h * (1 - h), config.inputs)
        weights.append(np.concatenate([inner.ravel(), outer.ravel()]))
    return dict(enumerate(halves(config, w).sum() for w in weights)), weights[1], weights[-1]


def network(config):
    """Return the 2-2-2 net in float64 with the example's weights, its biases not trained."""
    from zoo.models import mlp

    model = mlp(2, (2,), 2, activation="sigmoid", dtype="float64")
    kernels = np.reshape(config.weights, (2, 2, 2)).transpose(0, 2, 1)
    for name, kernel, bias in zip(LAYERS, kernels, config.biases, strict=True):
        layer = model.get_layer(name)
        layer.set_weights([kernel, np.full(2, bias)])
        layer.bias.trainable = False
    return model


def by_engine(config, weight_decay):
    """Return E by step, and w1 to w8 after 1 and after 10,000 steps, as the engine trains the net."""
    from zoo import engine, losses
    from zoo.engine import optimizers, probes

    data = {"train": (np.array([config.inputs]), np.array([config.targets]))}
    errors, weights = {}, []
    for steps, every in ((1, 1), (100, 1), (9_999, 101), (10_000, 100)):
        recipe = engine.Recipe(
            loss=losses.half_squares_of_sigmoid,
            optimizer=optimizers.SGD(config.rate, weight_decay),
            steps=steps,
            probe_every=every,
            probes=(probes.Evaluate("train", (losses.half_squares_of_sigmoid,)),),
        )
        study = engine.train(partial(network, config), recipe, data, [0])
        errors |= zip(study.steps.tolist(), study.history("train half_squares_of_sigmoid")[0], strict=True)
        kernels = study.members[0].weights["trainable"]
        weights.append(np.concatenate([kernels[f"{name}/kernel"].T.ravel() for name in LAYERS]))
    return errors, weights[0], weights[-1]


def run(config: Config) -> Result:
    """Go through the forward pass, the gradients, and 10,000 steps of the three update rules."""
    right = by_engine(config, weight_decay=0.0)
    metrics = at_the_start(config) | gradients(config, after_one=right[1])
    metrics |= followed(config, RIGHT, *right)
    metrics |= followed(config, BUG, *with_the_bug(config))
    metrics |= followed(config, NOTE, *by_engine(config, weight_decay=1.0))  # w (1 - rate) - rate * gradient
    return Result({name: np.array(value, float)[None] for name, value in metrics.items()})


def at_the_start(config) -> dict:
    """Return the metrics of the forward pass, as it is and as the lecture note's slips would have it."""
    net, out = forward(config, config.weights)
    parts = halves(config, config.weights)
    slip_net, slip_out = forward(config, config.weights, h2=0.5958843378)
    low_w8 = (*config.weights[:7], 0.5)
    (*_, low_net), (*_, low_out) = forward(config, low_w8)
    return {
        "net h1, h2, o1, o2": net,
        "h1, h2, o1, o2": out,
        "E(o1), E(o2), E": [*parts, parts.sum()],
        **dict(zip(("h1", "h2", "o1", "o2", "net o1"), (*out, net[2]), strict=True)),
        **dict(zip(("E(o1)", "E(o2)"), parts, strict=True)),
        "E with the targets 0.1 and 0.9": 0.5 * ((out[2:] - (0.1, 0.9)) ** 2).sum(),
        "(0.9 - 0.72928465)^2 / 2": 0.5 * (0.9 - 0.72928465) ** 2,
        "(0.9 - o2)^2 / 2, (0.99 - 0.72928465)^2 / 2": 0.5 * np.square([0.9 - out[3], 0.99 - 0.72928465]),
        "net o1, net o2 with the printed h2": slip_net[2:],
        "o1, o2 with the printed h2": slip_out[2:],
        "net o2, o2, E(o2) with w8 = 0.5": [low_net, low_out, halves(config, low_w8)[1]],
    }


def gradients(config, after_one) -> dict:
    """Return the metrics of the first gradient, which is what the engine's first update took away."""
    gradient = (config.weights - after_one) / config.rate
    pairs = {f"dE/dw{i}, dE/dw{i + 1}": gradient[i - 1 : i + 1] for i in (1, 3, 5, 7)}
    h1, i1 = forward(config, config.weights)[1][0], config.inputs[0]
    return pairs | {
        "dE/dw1, dE/dw5": gradient[[0, 4]],
        "deltas of o1, o2": gradient[[4, 6]] / h1,
        "deltas of h1, h2": gradient[[0, 2]] / i1,
    }


def followed(config, rule, errors, first, last) -> dict:
    """Return the metrics of one update rule from E by step and w1 to w8 after the first and the last step."""
    told = ((1,), (9999,), (10000,), (9999, 10000), EARLY, LATER)
    metrics = {error_at(rule, *steps): np.squeeze([errors[n] for n in steps]) for steps in told}
    for step, weights in ((1, first), (10000, last)):
        metrics[f"w1 at step {step}, {rule}"] = weights[0]
        metrics[f"w1 to w4 at step {step}, {rule}"] = weights[:4]
        metrics[f"w5 to w8 at step {step}, {rule}"] = weights[4:]
    metrics[f"o1, o2 at step 10000, {rule}"] = forward(config, last)[1][2:]
    metrics[f"E by step, {rule}"] = [errors[n] for n in DRAWN]
    return metrics


def plot(result: Result):
    """Draw E against the steps for the three rules with the posted values, and what the bug changes."""
    from reproductions.harness import figures

    figure, (errors, change) = figures.new(2, width=10)
    curves = {rule: result.metrics[f"E by step, {rule}"][0] for rule in (RIGHT, BUG, NOTE)}
    for (rule, curve), line in zip(curves.items(), ("-", "--", ":"), strict=True):
        errors.plot(DRAWN, curve, line, label=rule)
    posted = ([1, 10_000], [0.291027924, 0.000035085])
    errors.plot(*posted, "x", color=figures.PUBLISHED, label="posted")
    errors.set(xscale="log", yscale="log", xlabel="steps", ylabel="E (half the sum of squares)")
    errors.legend()
    change.plot(DRAWN, 1e6 * (curves[BUG] / curves[RIGHT] - 1))
    change.set(
        xscale="log", yscale="symlog", xlabel="steps", ylabel="E with the old bug, change in millionths"
    )
    return figure


if __name__ == "__main__":
    run_file(__file__)
