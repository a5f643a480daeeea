"""Does a network with its weights scaled stand for the average of all thinned
networks of dropout?

In use, a network trained with dropout keeps all units and has its weights
multiplied by p, the probability to keep a unit. The lecture notes give this
rule. For a single softmax layer the rule is exact: it gives the normalised
geometric mean of all 2^n thinned networks. We check this over all of them.

For deeper networks the rule is an approximation. The paper averages the
predictions of k thinned networks, drawn for each test image. It finds the
average as good as weight scaling at about k = 50. At k = 120 the average is
slightly better, but well within a standard deviation (test errors of 1.04 and
1.05 %).

Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R.
Salakhutdinov, Dropout: a simple way to prevent neural networks from
overfitting, Journal of Machine Learning Research 15, 2014, section 7.5 and
figure 11; lecture note 002, lines 1451-1455; lecture note 004, lines 410-418.

Expected wall time on two cores: full 36 min with one worker (10 seeds), quick
15 s, smoke 9 s.
"""

from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np

from reproductions.harness import (
    Claims,
    Difference,
    Exact,
    Metric,
    Result,
    measured_on,
    run_file,
)
from zoo import data


@dataclass(frozen=True)
class Config:
    """What may vary; `inputs` are those of the layers that are thinned in every
    way."""

    data: str = "mnist"
    inputs: int = 10
    hidden: tuple[int, ...] = (512, 512)
    keep_inputs: float = 0.8
    keep_hidden: float = 0.5
    steps: int = 20_000
    batch_size: int = 100
    samples: int = 120
    seeds: tuple[int, ...] = tuple(range(1, 11))


FULL = Config()
# Half as wide, 1,000 updates on 4,500 images.
QUICK = Config(
    data="mnist5k", hidden=(256, 256), steps=1_000, seeds=tuple(range(1, 5))
)
SMOKE = Config(
    data="digits", inputs=4, hidden=(20, 20), steps=20, samples=5, seeds=(1, 2)
)

SCALING = "test error, weight scaling (%)"
MEAN = Metric("test error, mean of {nets} thinned nets (%)")
CURVE = "test error by number of thinned nets (%)"
FIRST = "thinned nets needed to match weight scaling"
SOFTMAX = Metric("geometric mean - weight scaling, softmax layer, p = {p}")
LINEAR = "mean - weight scaling, linear layer"
DEEPER = "geometric mean - weight scaling, hidden layer below"
WEIGHTS = Metric("outputs dropped - weights {side} their units set to zero")
SHOWN = 1, 10, 20, 50, 120  # thinned nets
PUBLISHED = {50: 0.0, 120: -0.01}  # points, by thinned nets

claim = Claims(
    "dropout-test-scaling",
    where="Srivastava et al. 2014, figure 11",
    tag="D",
    unit="points",
)
identity = claim.sharing(
    where="our check of a known identity", tag="K", unit=""
)
check = claim.sharing(where="our own question", tag="K")
wording = Claims(
    "dropout-wording", where="lecture note 004, lines 414-416", tag="P"
)

CLAIMS = (
    identity(
        "exact-half",
        "For a softmax layer, weights times p are the geometric mean of all "
        "thinned nets (p = 0.5).",
        SOFTMAX(p=0.5),
        Exact(0.0, 1e-12),
    ),
    claim(
        "exact-note",
        "In use the weights are multiplied by p, the probability to keep "
        "(softmax layer, p = 0.8).",
        SOFTMAX(p=0.8),
        Exact(0.0, 1e-12),
        where="lecture note 002, lines 1451-1455",
        tag="P",
        unit="",
    ),
    identity(
        "linear",
        "Behind a linear layer, scaled weights give the mean of all thinned nets (p = 0.5).",
        LINEAR,
        Exact(0.0, 1e-12),
    ),
    check(
        "deeper",
        "Behind rectified units scaled weights only approximate the mean of all "
        "thinned nets: the outputs differ by more than 0.001.",
        DEEPER,
        Difference(SOFTMAX(p=0.5), at_least=1e-3),
        unit="",
    ),
    wording(
        "weights",
        "What dropout sets to zero are weights of units (taken as the weights "
        "that lead to them).",
        WEIGHTS(side="into"),
        Exact(0.0, 1e-9),
    ),
    wording(
        "weights-out",
        "What dropout sets to zero are weights of units (taken as those that "
        "leave them, for one pass).",
        WEIGHTS(side="out of"),
        Exact(0.0, 1e-9),
    ),
    claim(
        "50",
        "The mean of 50 thinned nets has the test error of weight scaling.",
        MEAN(nets=50),
        Difference(SCALING, within=0.1),
        reading="'as good as' is read as: within 0.1 points",
    ),
    claim(
        "120",
        "The test error of the mean of 120 thinned nets differs from that of weight scaling by -0.01 points.",
        MEAN(nets=120),
        Difference(SCALING, published=-0.01, margin=0.05),
    ),
    claim(
        "120-better",
        "The mean of 120 thinned nets has a slightly lower test error than weight scaling.",
        MEAN(nets=120),
        Difference(SCALING, at_most=0.0),
    ),
    check(
        "single",
        "A single thinned net has a higher test error than weight scaling.",
        MEAN(nets=1),
        Difference(SCALING, at_least=0.0, matters=0.1),
    ),
    check(
        "ten",
        "Ten thinned nets are too few: their mean still has a higher test error "
        "than weight scaling.",
        MEAN(nets=10),
        Difference(SCALING, at_least=0.0, matters=0.1),
    ),
)
HEADLINE = "dropout-test-scaling/50"

DEVIATIONS = (
    "The source does not state the network of its figure 11 nor how it was "
    "trained. Ours is 784-512-512-10 with rectified units, trained on all "
    "60,000 images. It takes 20,000 updates of Adam with batches of 100; the "
    "rate falls from 0.001 to 0.00001. The p are the source's, 0.8 for "
    "inputs and 0.5 for hidden units. There is no max-norm. We fixed these "
    "settings beforehand and chose none by any result.",
    "The source does not explain its error bars. Ours come from training with "
    "other seeds.",
    "Note 004 does not say which weights of a unit its sentence means. Weights "
    "that lead to a unit and are zero leave it its bias. Taken as the "
    "weights that leave the units, the sentence would be right for one pass. "
    "We judge both. In neither case are the weights changed that are kept "
    "and trained.",
    "As good means to within 0.1 points, which is our margin. The number of "
    "nets that match is the smallest whose mean errs on no more test images "
    "than weight scaling does.",
)
DISCUSSION = {
    "dropout-wording/weights": "Dropout sets the outputs of units to zero. "
    "With the weights that lead to a unit set to zero, the unit still puts "
    "out its bias, so the network is another one. Read as the weights that "
    "leave the units, the sentence says the same as the method for one pass. "
    "But in neither reading are the weights changed that are kept and "
    "trained.",
    "dropout-test-scaling/120": "In our networks the mean of 120 errs on "
    "{ours} points more images than weight scaling does. That is within our "
    "margin of as good, but the source has the mean slightly ahead. The "
    "source states neither its network nor its training. Ours errs more "
    "often with either rule, and how well scaled weights stand for the mean "
    "may depend on that. The source calls its own difference well within a "
    "standard deviation. In none of our {seeds} seeds is the mean ahead.",
    "dropout-test-scaling/120-better": "Here it is the other way round. As the "
    "curve shows, the mean hardly gets better beyond some tens of thinned "
    "networks. In several seeds it matches weight scaling on the way, but "
    "mostly falls behind again. In these networks the cheap rule is the "
    "better one, by a few test images in ten thousand.",
}
ANSWER = (
    "Yes: the scaled network is as good as the average of 50 thinned "
    "networks, to within 0.1 points. That average misreads "
    "{dropout-test-scaling/50:.2f} points more of the test images ({seeds} "
    "seeds)."
)


class Layers(NamedTuple):
    """Random weights of two layers, and an input: x, then `below`, then
    `above`."""

    x: np.ndarray
    below: np.ndarray
    below_bias: np.ndarray
    above: np.ndarray
    above_bias: np.ndarray

    def hidden(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs of the rectified units of the layer below."""
        return np.maximum(x @ self.below + self.below_bias, 0)


def run(config: Config) -> Result:
    """Check the identities over all thinned nets, then average drawn ones of
    trained nets."""
    dataset = data.load(config.data, flat=True)
    metrics = measure_identities(config)
    study = train_networks(config, dataset)
    errors = []
    for seed in config.seeds:
        errors.append(
            measure_averages(study.model(seed), dataset.test, config.samples)
        )
    metrics |= compare_averages(np.array(errors))
    replaced = "" if config.data == "mnist" else "MNIST"
    return measured_on(
        dataset, metrics, instead_of=replaced, narrower="a smaller net"
    )


def measure_identities(config: Config) -> dict:
    """Return for every seed how far weight scaling is from all thinned nets of
    random layers."""
    ways = list(product((0.0, 1.0), repeat=config.inputs))
    masks = np.array(ways)  # (nets, inputs)
    mask = masks[len(masks) // 3]
    found = {}
    for seed in config.seeds:
        layers = draw_layers(config.inputs, seed)
        gaps = compare_means(layers, masks)
        gaps |= compare_wordings(layers, mask)
        for name, gap in gaps.items():
            found.setdefault(name, []).append(gap)
    return {name: np.array(gaps) for name, gaps in found.items()}


def draw_layers(inputs: int, seed: int) -> Layers:
    """Return standard normal weights, biases and input, each layer as wide as
    the input."""
    random = np.random.default_rng(seed)
    above, below = random.normal(size=(2, inputs, inputs))
    x, above_bias, below_bias = random.normal(size=(3, inputs))
    return Layers(x, below, below_bias, above, above_bias)


def compare_means(layers: Layers, masks: np.ndarray) -> dict:
    """Return how far weight scaling is from the mean of the nets that the masks
    leave."""
    x = layers.x
    kernel = layers.above
    bias = layers.above_bias
    thinned = (masks * x) @ kernel + bias
    gaps = {}
    for p in (0.5, 0.8):
        shares = (p**masks * (1 - p) ** (1 - masks)).prod(axis=1)
        scaled = p * x @ kernel + bias
        gaps[SOFTMAX(p=p)] = find_gap(shares, thinned, scaled)
    equal = np.full(len(masks), 0.5 ** len(x))
    scaled_by_half = 0.5 * x @ kernel + bias
    gaps[LINEAR] = np.abs(equal @ thinned - scaled_by_half).max()
    deeper = layers.hidden(masks * x) @ kernel
    deeper_scaled = layers.hidden(0.5 * x) @ kernel
    gaps[DEEPER] = find_gap(equal, deeper, deeper_scaled)
    return gaps


def find_gap(shares, thinned, scaled) -> float:
    """Return the largest difference of probabilities between a mean of nets and
    a single net.

    The mean is the normalised geometric mean of nets with logits `thinned`
    (nets, classes), each with its share. The single net has the logits
    `scaled`.
    """
    from scipy.special import log_softmax, softmax

    mean = softmax(shares @ log_softmax(thinned, axis=1))
    return np.abs(mean - softmax(scaled)).max()


def compare_wordings(layers: Layers, mask: np.ndarray) -> dict:
    """Return how far dropped outputs are from weights set to zero, on both
    sides of the units."""
    hidden = layers.hidden(layers.x)
    dropped = (hidden * mask) @ layers.above
    without_incoming = layers._replace(below=layers.below * mask)
    into = without_incoming.hidden(layers.x) @ layers.above
    outgoing = layers.above * mask[:, None]
    out_of = hidden @ outgoing
    return {
        WEIGHTS(side="into"): np.abs(dropped - into).max(),
        WEIGHTS(side="out of"): np.abs(dropped - out_of).max(),
    }


def train_networks(config: Config, dataset):
    """Return the study of the networks, trained with dropout of the published
    form."""
    from zoo import engine, losses
    from zoo.engine import optimizers, schedules
    from zoo.models import mlp

    train = dataset.train_and_valid()
    build = partial(
        mlp,
        train.x.shape[1],
        config.hidden,
        int(train.y.max()) + 1,
        kernel_initializer="he_normal",
        input_dropout=1 - config.keep_inputs,
        dropout=1 - config.keep_hidden,
        dropout_form="original",
    )
    recipe = engine.Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.Adam(schedules.Linear(1e-3, 1e-5, config.steps)),
        batch_size=config.batch_size,
        steps=config.steps,
        probe_every=config.steps,
    )
    return engine.train(
        build, recipe, {"train": train}, config.seeds, name="with dropout"
    )


def measure_averages(model, test, samples: int) -> list[float]:
    """Return the test error (%) of weight scaling, then of the mean of 1, 2,
    ... thinned nets."""
    import tensorflow as tf

    thinned = tf.function(lambda x: tf.nn.softmax(model(x, training=True)))
    batches = []
    for start in range(0, len(test.x), 1000):
        batches.append(tf.constant(test.x[start : start + 1000]))
    scaled = np.concatenate([model(x, training=False) for x in batches])
    errors = [count_errors(scaled, test.y)]
    total = 0.0
    for _ in range(samples):  # each thins anew for every image
        total = total + np.concatenate([thinned(x) for x in batches])
        errors.append(count_errors(total, test.y))
    return errors


def count_errors(scores, y) -> float:
    """Return the share of wrong classes in percent."""
    return 100 * float(np.mean(scores.argmax(axis=1) != y))


def compare_averages(errors: np.ndarray) -> dict:
    """Return the metrics of errors (seeds, 1 + nets); the first are those of
    weight scaling."""
    scaled = errors[:, 0]
    curves = errors[:, 1:]
    most = curves.shape[1]
    metrics = {SCALING: scaled, CURVE: curves}
    for nets in sorted({*SHOWN, most}):
        if nets <= most:
            metrics[MEAN(nets=nets)] = curves[:, nets - 1]
    matches = curves <= scaled[:, None]
    first = 1.0 + matches.argmax(axis=1)
    metrics[FIRST] = np.where(matches.any(axis=1), first, np.inf)
    return metrics


def plot(result: Result):
    """Draw the error by the number of thinned nets, and its difference from
    weight scaling."""
    from reproductions.harness.showing import figures

    figure, (curve, difference) = figures.new(2, width=11, height=4.2)
    errors = result.metrics[CURVE]
    scaled = result.metrics[SCALING]
    nets = np.arange(1, errors.shape[1] + 1)
    constant = np.broadcast_to(scaled[:, None], errors.shape)
    figures.band(curve, nets, errors, label="mean of thinned nets")
    figures.band(curve, nets, constant, label="weight scaling", color="0.35")
    curve.set(
        xscale="log", xlabel="thinned nets averaged", ylabel="test error (%)"
    )
    marks = {} if result.stand_in else PUBLISHED
    runs = {n: errors[:, n - 1] - scaled for n in SHOWN if n <= len(nets)}
    figures.draw_columns(difference, runs, marks)
    difference.axhline(0, lw=0.8, color="black")
    difference.set_yscale("symlog", linthresh=0.1)
    difference.set_xlabel("thinned nets averaged")
    difference.set_ylabel("test error less that of weight scaling (points)")
    for axes in (curve, difference):
        axes.legend(fontsize=8)
    return figure


if __name__ == "__main__":
    run_file(__file__)
