"""How well does a small network learn the curve sin(3 pi x) + cos(2 pi x), and
what helps?

The lecture notes fit this curve on [-1, 1] from sample points by a network with
ten hidden units, and then change the model. Their figures are lost. They give
neither activation, number of points, noise nor error. Elsewhere they say that
one hidden layer approximates any function if it has enough units. We start from
1-10-1 and change one factor at a time: units (1 to 64, of three kinds), layers
(1 to 4), sample points, noise. We hold the errors against a bound that no
network of a size can beat. A hidden layer of n ReLU units is piecewise linear
with at most n + 1 pieces. The best such function, its pieces even free to jump,
is found exactly.

Source: lecture note 000, lines 332-346, after B. Liquet, S. Moka, Y. Nazarathy,
Mathematical Engineering of Deep Learning, CRC Press, 2024; lecture note 002,
lines 177-181 and 634-638; lecture note 003, line 184. The theorem: G. Cybenko,
Mathematics of Control, Signals and Systems 2, 1989; K. Hornik, M. Stinchcombe,
H. White, Neural Networks 2, 1989. It says that weights exist, neither how many
units it takes nor that training finds them, and of continuous functions on a
closed interval.

Expected wall time on two cores: full 15 min (16 seeds), quick 20 s, smoke 6 s.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from reproductions.harness import (
    Choice,
    Claim,
    Claims,
    Exact,
    Fraction,
    Metric,
    Ratio,
    Result,
    run_file,
)
from zoo.data import sincos


@dataclass(frozen=True)
class Config:
    """What may vary; Adam's rate falls in a straight line to a 200th; seeds in
    `choosing` choose where it starts."""

    widths: tuple[int, ...] = (1, 2, 4, 6, 10, 16, 32, 64)
    depths: tuple[int, ...] = (1, 2, 3, 4)
    samples: tuple[int, ...] = (10, 20, 50, 100, 400)
    noises: tuple[float, ...] = (0.0, 0.1, 0.3, 0.5)
    rates: tuple[float, ...] = (0.005, 0.02, 0.05)
    steps: int = 20_000
    choosing: tuple[int, ...] = (1001, 1002, 1003, 1004)
    seeds: tuple[int, ...] = tuple(range(1, 17))


FULL = Config()
# Fewer widths and points, one rate that is not chosen, and 4,000 updates
# instead of 20,000.
QUICK = Config(
    widths=(1, 4, 10, 16, 64),
    depths=(1, 2),
    samples=(10, 100),
    noises=(0.3,),
    rates=(0.02,),
    steps=4_000,
    seeds=tuple(range(1, 5)),
)
SMOKE = Config(
    widths=(10,),
    depths=(1, 2),
    samples=(100,),
    noises=(0.3,),
    rates=(0.02,),
    steps=400,
    seeds=(1, 2),
)

UNITS, POINTS = (
    10,
    100,
)  # the centre around which one factor at a time is changed
ERROR = Metric("mean squared error, {network}")
LARGEST = Metric("largest error, {network}")
FITS = Metric("explains 99 % of the curve, {network}")
SMALL = Metric("largest error below 0.1, {network}")
PIECES = Metric(
    "least mean squared error with k free straight pieces, k = {pieces}"
)
RATE = Metric("chosen rate, {kind}")
BOUNDED, BELOW = (
    "every ReLU net is above its bound",
    "1-10-1 of tanh units is below the bound of ReLU",
)
FIT = "fit while training, tanh, 10"
NAMES = {"relu": "ReLU", "sigmoid": "logistic", "tanh": "tanh"}
SHOWN = (0, 1, 4, 40)  # fortieths of the training after which the fit is drawn
COLORS = ("0.7", "#b07d2b", "#7a9a3a", "#1f5fa8")
LEAST = {  # mean squared error of the best function of so many straight pieces
    "2, 3, 4, 5, 6": (0.3909, 0.2057, 0.1097, 0.0581, 0.0258),
    "8, 11, 16": (0.00659, 0.0021, 0.00052),
}
NOTE, OUR_QUESTION = "lecture note 000, lines 332-346", "our own question"
THEOREM = "Cybenko 1989, Hornik et al. 1989; lecture notes 002, lines 177-181, 634-638, and 003, line 184"

fit_claim = Claims("sincos-fit-10", where=OUR_QUESTION, tag="K")
theorem_claim = Claims("universal-approximation", where=OUR_QUESTION, tag="K")


def claim_least(pieces: str, tolerance: float) -> Claim:
    """Return the claim on the best functions of so many straight pieces."""
    return fit_claim(
        f"pieces-{pieces.replace(', ', '-')}",
        f"No function of {pieces} straight pieces comes closer to the curve on 401 points.",
        PIECES(pieces=pieces),
        Exact(LEAST[pieces], tolerance),
        where="computed independently",
    )


def claim_fit(kind: str, name: str) -> Claim:
    """Return the claim that ten units of this kind fit the curve. The note was
    written for smooth units, so ReLU is a question of ours."""
    is_own = kind == "relu"
    return fit_claim(
        f"ten-units-{kind}",
        f"Ten {name} units fit the curve: in most runs they explain 99 % of its mean square.",
        FITS(network=f"{kind}, 10"),
        Fraction(at_least=0.5),
        where=OUR_QUESTION if is_own else NOTE,
        tag="K" if is_own else "P",
        reading=""
        if is_own
        else "the activation, and 'fits' as: 99 % of the mean square in most runs",
    )


def claim_enough(kind: str, name: str) -> Claim:
    """Return the claim that one large hidden layer of this kind suffices."""
    return theorem_claim(
        f"enough-{kind}",
        f"One hidden layer suffices if it is large enough: in most runs 64 trained {name} units are "
        "nowhere off by more than 0.1.",
        SMALL(network=f"{kind}, 64"),
        Fraction(at_least=0.5),
        where=THEOREM,
        tag="P",
        reading="'large enough' as 64 trained units, 'suffices' as an error of 0.1 in most runs",
    )


def claim_wider(kind: str, name: str, few: int, many: int) -> Claim:
    """Return the claim that more units of this kind make a smaller error."""
    return theorem_claim(
        f"{kind}-{few}-to-{many}",
        f"With {many} {name} units the largest error is smaller than with {few}.",
        LARGEST(network=f"{kind}, {many}"),
        Ratio(LARGEST(network=f"{kind}, {few}"), at_most=1, matters=1.1),
    )


CLAIMS = (
    claim_least("2, 3, 4, 5, 6", tolerance=5e-5),
    claim_least("8, 11, 16", tolerance=5e-6),
    *(claim_fit(kind, name) for kind, name in NAMES.items()),
    *(claim_enough(kind, name) for kind, name in NAMES.items()),
    *(
        claim_wider(kind, name, few, many)
        for kind, name in NAMES.items()
        for few, many in ((1, 4), (4, 16), (16, 64))
    ),
    fit_claim(
        "relu-bound",
        "In every run the error of ReLU nets stays above the bound for their "
        "number of units.",
        BOUNDED,
        Fraction(published=1.0, margin=0.25),
        where="follows from the bound",
    ),
    fit_claim(
        "no-bound-for-tanh",
        "In most runs ten tanh units come closer to the curve than any ten ReLU "
        "units can.",
        BELOW,
        Fraction(at_least=0.5),
    ),
    fit_claim(
        "second-layer",
        "A second layer of ten tanh units lowers the error.",
        ERROR(network="tanh, 10-10"),
        Ratio(ERROR(network="tanh, 10"), at_most=1, matters=1.1),
    ),
    fit_claim(
        "few-points",
        "Trained on 10 points, ten tanh units err at least ten times as much as "
        "trained on 100.",
        ERROR(network="tanh, 10, 10 points"),
        Ratio(ERROR(network="tanh, 10, 100 points"), at_least=10),
    ),
    fit_claim(
        "noise",
        "Noise of variance v costs a squared error of v times parameters over "
        "points: 0.09 * 31 / 100.",
        ERROR(network="tanh, 10, noise 0.3"),
        Ratio(published=0.0279, within=2.0),
        unit="(squared error)",
    ),
)
HEADLINE = "sincos-fit-10/ten-units-tanh"

DEVIATIONS = (
    "The lecture note gives the curve and '[10]' and nothing else. Ours: tanh "
    "units, 100 points on an even grid, no noise, the mean squared error, "
    "20,000 full-batch updates of Adam. Initial weights are Glorot's uniform "
    "ones. Biases start at zero, so all units start with their bend at x = "
    "0. Errors are those on an even grid of 401 points, without noise.",
    "We choose Adam's rate for each activation at one hidden layer of ten, by "
    "the validation error of seeds 1001 to 1004 (its median). We keep it for "
    "all widths and depths. While it trains, it falls in a straight line to "
    "a 200th. We change layers, points and noise for tanh only.",
    "The theorem says that weights exist. We judge what training finds: of 64 "
    "units by most seeds, from one width to the next by the geometric mean "
    "of the seeds' ratios. The best seed of each width comes nearest to what "
    "the theorem promises. It is drawn and not judged.",
    "Noise is drawn anew for every seed; the grid of points is the same for "
    "all.",
)
DISCUSSION = {
    "sincos-fit-10/ten-units-relu": "The curve is within reach of ten ReLU "
    "units, as the bound shows; training does not find it. Their rate is the "
    "largest of those tried, so a larger one might do better. We looked into "
    "single networks, which the record does not hold. Some had spent several "
    "units on nearly the same bend. Others had their bend outside the "
    "interval, where it is of no use. Random biases at the start, so that "
    "the bends do not all begin in the middle, did not end better. Smooth "
    "units have no such trouble.",
    "universal-approximation/enough-relu": "That is no doubt about the "
    "theorem, which says that weights exist: 64 units have far more pieces "
    "than the bound needs. We looked into some networks, which the record "
    "does not hold. About half of the units ended with their bend outside "
    "the interval, and the right-hand peak was left too blunt. More seeds "
    "would tell whether that happens in most of them.",
    "universal-approximation/relu-1-to-4": "With few ReLU units hardly any "
    "seed gets beyond a bend or two. The largest error, at a peak that no "
    "piece reaches, stays what it was.",
    "universal-approximation/sigmoid-16-to-64": "More units make a better "
    "approximation possible and this training worse. 16 units are enough for "
    "the curve. The rate, chosen at ten units, is probably too large for 64. "
    "The errors are small at either width. The best seed of each width, too, "
    "comes closest with 10 to 32 units and not with 64. With ReLU it comes "
    "the closer the wider the net.",
    "universal-approximation/tanh-16-to-64": "As with logistic units: the "
    "rate, chosen at ten units, is the smallest of those tried. The smallest "
    "errors are those of nets which are just large enough.",
    "sincos-fit-10/noise": "The rule is one for a fit that is linear in all "
    "its parameters, carried to its end. The nets are not linear, and "
    "probably have not used all of their freedom to follow the noise. So it "
    "costs them less, near the lower end of what the claim allows.",
}
ANSWER = (
    "Ten tanh units learn the curve: {sincos-fit-10/ten-units-tanh:.0%} of "
    "{seeds} random starts explain 99 % of it, with ten ReLU units "
    "{sincos-fit-10/ten-units-relu:.0%}. A second layer, more points and "
    "less noise help."
)


def choose(config: Config) -> dict[str, Choice]:
    """Choose the rate of each activation: the smallest median validation error
    of 1-10-1."""
    from zoo import data

    dataset = data.load("sincos", samples=POINTS)
    return {
        RATE(kind=kind): choose_rate(config, kind, dataset) for kind in NAMES
    }


def choose_rate(config: Config, kind: str, dataset) -> Choice:
    """Return the rate of one activation."""
    if len(config.rates) == 1:
        return Choice(config.rates[0])
    scores = {}
    for rate in config.rates:
        outputs = train_network(
            config,
            kind,
            (UNITS,),
            dataset,
            rate,
            config.choosing,
            split="valid",
        )
        squares = (outputs[:, -1] - dataset.valid.y[:, 0]) ** 2
        scores[rate] = np.median(squares.mean(axis=1))
    return Choice.lowest(scores, "Scores: median validation error.")


def run(config: Config, chosen: dict) -> Result:
    """Compute the bounds, and train every network that differs in one factor."""
    from zoo import data

    dataset = data.load("sincos", samples=POINTS)
    metrics = compute_bounds(len(config.seeds))
    for kind in NAMES:
        for hidden in list_networks(config, kind):
            outputs = train_network(
                config,
                kind,
                hidden,
                dataset,
                chosen[RATE(kind=kind)],
                config.seeds,
            )
            metrics |= measure_outputs(
                outputs, f"{kind}, {'-'.join(map(str, hidden))}", dataset
            )
            if kind == "tanh" and hidden == (UNITS,):
                metrics[FIT] = outputs[:, SHOWN, ::8]
    metrics |= compare_with_bounds(config, metrics)
    metrics |= vary_points(config, chosen[RATE(kind="tanh")])
    metrics |= vary_noise(config, chosen[RATE(kind="tanh")])
    is_whole = replace(config, seeds=FULL.seeds) == FULL
    stand_in = (
        "" if is_whole else f"{config.steps:,} updates, and not all networks"
    )
    return Result(metrics, {dataset.name: dataset.digest}, stand_in)


def compute_bounds(seeds: int) -> dict:
    """Return the errors of the best functions of straight pieces, the same for
    each seed."""
    least = sincos.best_pieces(16)
    metrics = {}
    for pieces in LEAST:
        wanted = [int(number) - 1 for number in pieces.split(", ")]
        metrics[PIECES(pieces=pieces)] = np.tile(least[wanted], (seeds, 1))
    return metrics


def list_networks(config: Config, kind: str) -> list[tuple[int, ...]]:
    """Return the hidden layers of all networks of one kind: every width, and
    for tanh every depth."""
    networks = [(width,) for width in config.widths]
    if kind == "tanh":
        networks += [(UNITS,) * depth for depth in config.depths[1:]]
    return networks


def train_network(
    config, kind, hidden, dataset, rate, seeds, split="test"
) -> np.ndarray:
    """Return the outputs on a split after every fortieth of the training,
    (seeds, 41, points)."""
    from zoo import engine, losses
    from zoo.engine import optimizers, probes, schedules
    from zoo.models import mlp

    falling_rate = schedules.Linear(rate, rate / 200, config.steps)
    recipe = engine.Recipe(
        loss=losses.mean_squares,
        optimizer=optimizers.Adam(falling_rate),
        steps=config.steps,
        probe_every=config.steps // 40,
        probes=(probes.Outputs(split),),
    )
    build = partial(mlp, 1, hidden, 1, activation=kind)
    splits = {"train": dataset.train, split: getattr(dataset, split)}
    name = f"{kind} {hidden}, {len(dataset.train.x)} points"
    study = engine.train(build, recipe, splits, seeds, name=name)
    return study.history(f"outputs on {split}")[..., 0].astype(float)


def measure_outputs(outputs: np.ndarray, network: str, dataset) -> dict:
    """Return the metrics of the last of the outputs (seeds, 41, points) against
    the curve at these points."""
    off = outputs[:, -1] - dataset.test.y[:, 0]
    square = (off**2).mean(axis=1)
    largest = np.abs(off).max(axis=1)
    return {
        ERROR(network=network): square,
        LARGEST(network=network): largest,
        FITS(network=network): square < 0.01,
        SMALL(network=network): largest < 0.1,
    }


def compare_with_bounds(config: Config, metrics: dict) -> dict:
    """Return how the networks with one hidden layer stand to the bound of ReLU
    units."""
    bound = sincos.best_pieces(max(config.widths) + 1)
    above = []
    for units in config.widths:
        above.append(metrics[ERROR(network=f"relu, {units}")] >= bound[units])
    tanh = metrics[ERROR(network=f"tanh, {UNITS}")]
    return {BOUNDED: np.all(above, axis=0), BELOW: tanh < bound[UNITS]}


def vary_points(config: Config, rate: float) -> dict:
    """Return the errors of 1-10-1 from other numbers of points."""
    from zoo import data

    metrics = {}
    for samples in config.samples:
        dataset = data.load("sincos", samples=samples)
        outputs = train_network(
            config, "tanh", (UNITS,), dataset, rate, config.seeds
        )
        metrics |= measure_outputs(
            outputs, f"tanh, {UNITS}, {samples} points", dataset
        )
    return metrics


def vary_noise(config: Config, rate: float) -> dict:
    """Return the errors of 1-10-1 from noisy points, which are drawn anew for
    each seed."""
    from zoo import data

    metrics = {}
    for noise in config.noises:
        outputs = []
        for seed in config.seeds:
            dataset = data.load(
                "sincos", samples=POINTS, noise=noise, seed=seed
            )
            outputs.append(
                train_network(config, "tanh", (UNITS,), dataset, rate, [seed])
            )
        metrics |= measure_outputs(
            np.concatenate(outputs), f"tanh, {UNITS}, noise {noise:g}", dataset
        )
    return metrics


def plot(result: Result):
    """Draw the fit while it trains, both errors against the width with the
    bound, and the other factors."""
    from reproductions.harness.showing import figures

    figure = figures.Figure(figsize=(12, 9), layout="constrained")
    (fit, square), (largest, others) = figure.subplots(2, 2)
    draw_fit(fit, result)
    draw_by_width(square, result.metrics, ERROR, "mean squared error")
    draw_by_width(largest, result.metrics, LARGEST, "largest error")
    bound = sincos.best_pieces(41)[1:]
    square.plot(
        np.arange(1, 41),
        bound,
        "--",
        color=figures.PUBLISHED,
        label="no ReLU net can be below",
    )
    draw_factors(others, result.metrics)
    for axes in (square, largest, others):
        axes.legend(fontsize=7)
    return figure


def draw_fit(axes, result: Result) -> None:
    """Draw the outputs of 1-10-1 at several times of the training."""
    from reproductions.harness.showing import figures

    x = np.linspace(-1, 1, 51)
    for place, share in enumerate(SHOWN):
        outputs = result.metrics[FIT][:, place]
        figures.band(
            axes,
            x,
            outputs,
            label=f"after {share}/40 of the training",
            color=COLORS[place],
        )
    axes.plot(x, sincos.curve(x), "--", color="black", lw=1, label="the curve")
    axes.set(
        xlabel="x",
        ylabel="f(x)",
        title="1-10-1, tanh, while it trains",
        ylim=(-2.3, 4.2),
    )
    axes.legend(fontsize=7, loc="upper right")


def draw_by_width(axes, metrics, metric: Metric, name: str) -> None:
    """Draw an error of every seed against the units of the hidden layer, with
    median and best of them."""
    for (kind, label), color in zip(NAMES.items(), COLORS[1:], strict=True):
        widths = [
            width
            for width in FULL.widths
            if metric(network=f"{kind}, {width}") in metrics
        ]
        if not widths:
            continue
        runs = np.stack(
            [metrics[metric(network=f"{kind}, {width}")] for width in widths]
        )
        axes.plot(widths, runs, ".", ms=4, alpha=0.5, color=color)
        axes.plot(
            widths,
            np.median(runs, axis=1),
            color=color,
            label=f"{label}, median of seeds",
        )
        axes.plot(
            widths,
            runs.min(axis=1),
            ":",
            color=color,
            label=f"{label}, best seed",
        )
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="units in the hidden layer",
        ylabel=name,
    )
    axes.set_title(f"{name.capitalize()} by width")
    axes.set_xticks(FULL.widths, FULL.widths)
    axes.minorticks_off()


def draw_factors(axes, metrics) -> None:
    """Draw the error of every seed for each depth, number of points and noise."""
    from reproductions.harness.showing import figures

    networks = {
        f"depth\n{depth}": "-".join([str(UNITS)] * depth)
        for depth in FULL.depths
    }
    networks |= {
        f"{samples}\npoints": f"{UNITS}, {samples} points"
        for samples in FULL.samples
    }
    networks |= {
        f"noise\n{noise:g}": f"{UNITS}, noise {noise:g}"
        for noise in FULL.noises
    }
    columns = {}
    for name, network in networks.items():
        metric = ERROR(network=f"tanh, {network}")
        if metric in metrics:
            columns[name] = metrics[metric]
    figures.draw_columns(axes, columns)
    axes.set(
        yscale="log",
        ylabel="mean squared error",
        title="Layers, sample points, noise (s.d.)",
    )
    axes.set(xlabel="what is changed around 1-10-1, tanh, 100 points, no noise")
    axes.tick_params(axis="x", labelsize=7)


if __name__ == "__main__":
    run_file(__file__)
