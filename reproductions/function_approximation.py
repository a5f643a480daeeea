"""How well does a small network learn the curve sin(3 pi x) + cos(2 pi x), and what helps?

The lecture notes fit this curve on [-1, 1] from sample points by a network with ten hidden units and then
change the model; their figures are lost, and neither activation, number of points, noise nor error is given.
Elsewhere they say that one hidden layer approximates any function if it has enough units. Around 1-10-1 one
factor at a time is changed: units (1 to 64, of three kinds), layers (1 to 4), sample points, noise. Errors
are held against what no network of a size can better: a hidden layer of n ReLU units is piecewise linear with
at most n + 1 pieces, and the best such function, its pieces even free to jump, is found exactly.

Source: lecture note 000, lines 332-346, after B. Liquet, S. Moka, Y. Nazarathy, Mathematical Engineering of
Deep Learning, CRC Press, 2024; lecture note 002, lines 177-181 and 634-638; lecture note 003, line 184. The
theorem: G. Cybenko, Mathematics of Control, Signals and Systems 2, 1989; K. Hornik, M. Stinchcombe, H. White,
Neural Networks 2, 1989. It says that weights exist, neither how many units it takes nor that training finds
them, and of continuous functions on a closed interval.

Expected wall time on two cores: full 15 min (16 seeds), quick 20 s, smoke 6 s.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from reproductions.harness import Claim, Exact, Fraction, Ratio, Result, setting
from zoo import cli
from zoo.data import sincos


@dataclass(frozen=True)
class Config:
    """What may vary; Adam's rate falls in a straight line to 1/200 of one that `choosing` chooses."""

    widths: tuple[int, ...] = (1, 2, 4, 6, 10, 16, 32, 64)
    depths: tuple[int, ...] = (1, 2, 3, 4)
    samples: tuple[int, ...] = (10, 20, 50, 100, 400)
    noises: tuple[float, ...] = (0.0, 0.1, 0.3, 0.5)
    rates: tuple[float, ...] = (0.005, 0.02, 0.05)
    steps: int = 20_000
    choosing: tuple[int, ...] = (1001, 1002, 1003, 1004)
    seeds: tuple[int, ...] = tuple(range(1, 17))


FULL = Config()
# Fewer widths and points, one rate that is not chosen, and 6,000 updates in place of 20,000.
QUICK = Config(
    widths=(1, 4, 10, 16, 64),
    depths=(1, 2),
    samples=(10, 100),
    noises=(0.3,),
    rates=(0.02,),
    steps=6_000,
    seeds=tuple(range(1, 5)),
)
SMOKE = Config(
    widths=(10,), depths=(1, 2), samples=(100,), noises=(0.3,), rates=(0.02,), steps=400, seeds=(1, 2)
)

UNITS, POINTS = 10, 100  # the centre around which one factor at a time is changed
ERROR, LARGEST = "mean squared error, {}", "largest error, {}"
FITS, SMALL = "explains 99 % of the curve, {}", "largest error below 0.1, {}"
PIECES = "least mean squared error with k free straight pieces, k = {}"
BOUNDED, BELOW = "every ReLU net is above its bound", "1-10-1 of tanh units is below the bound of ReLU"
RATE, FIT = "chosen rate, {}", "fit while training, tanh, 10"
NAMES = {"relu": "ReLU", "sigmoid": "logistic", "tanh": "tanh"}
SHOWN = (0, 1, 4, 40)  # fortieths of the training after which the fit is drawn
COLORS = ("0.7", "#b07d2b", "#7a9a3a", "#1f5fa8")
LEAST = {"2, 3, 4, 5, 6": (0.3909, 0.2057, 0.1097, 0.0581, 0.0258), "8, 11, 16": (0.00659, 0.0021, 0.00052)}
NOTE, OWN = "lecture note 000, lines 332-346", "our own question"
THEOREM = "Cybenko 1989, Hornik et al. 1989; lecture notes 002, lines 177-181, 634-638, and 003, line 184"


EXACT = tuple(
    Claim(
        f"sincos-fit-10/pieces-{k.replace(', ', '-')}",
        f"No function of {k} straight pieces comes closer to the curve on 401 points.",
        PIECES.format(k),
        Exact(values, tolerance),
        "computed independently",
        "K",
    )
    for (k, values), tolerance in zip(LEAST.items(), (5e-5, 5e-6), strict=True)
)
FITTED = tuple(
    Claim(
        f"sincos-fit-10/ten-units-{kind}",
        f"Ten {name} units fit the curve: 99 % of its mean square (most seeds).",
        FITS.format(f"{kind}, 10"),
        Fraction(at_least=0.5),
        f"{NOTE}; activation, 99 % and 'most' are ours",
        "P",
    )
    for kind, name in NAMES.items()
)
ENOUGH = tuple(
    Claim(
        f"universal-approximation/enough-{kind}",
        f"One hidden layer suffices if it is large enough: 64 {name} units, trained, are nowhere off by more "
        "than 0.1 (most seeds).",
        SMALL.format(f"{kind}, 64"),
        Fraction(at_least=0.5),
        f"{THEOREM}; training, 64, 0.1 and 'most' are ours",
        "P",
    )
    for kind, name in NAMES.items()
)
WIDER = tuple(
    Claim(
        f"universal-approximation/{kind}-{few}-to-{many}",
        f"With {many} {name} units the largest error is smaller than with {few}.",
        LARGEST.format(f"{kind}, {many}"),
        Ratio(LARGEST.format(f"{kind}, {few}"), at_most=1),
        OWN,
        "K",
    )
    for kind, name in NAMES.items()
    for few, many in ((1, 4), (4, 16), (16, 64))
)
CHANGED = (
    Claim(
        "sincos-fit-10/relu-bound",
        "No ReLU net comes below the bound for its number of units.",
        BOUNDED,
        Fraction(published=1.0, widest=0.25),
        "follows from the bound",
        "K",
    ),
    Claim(
        "sincos-fit-10/no-bound-for-tanh",
        "Ten tanh units come closer than any ten ReLU units can (most seeds).",
        BELOW,
        Fraction(at_least=0.5),
        OWN,
        "K",
    ),
    Claim(
        "sincos-fit-10/second-layer",
        "A second layer of ten tanh units lowers the error.",
        ERROR.format("tanh, 10-10"),
        Ratio(ERROR.format("tanh, 10"), at_most=1),
        OWN,
        "K",
    ),
    Claim(
        "sincos-fit-10/few-points",
        "From 10 points the error is at least ten times that from 100.",
        ERROR.format("tanh, 10, 10 points"),
        Ratio(ERROR.format("tanh, 10, 100 points"), at_least=10),
        OWN,
        "K",
    ),
    Claim(
        "sincos-fit-10/noise",
        "Noise of variance v costs v times parameters over points: 0.09 * 31 / 100, within a factor of 2.",
        ERROR.format("tanh, 10, noise 0.3"),
        Ratio(published=0.0279, within=2.0),
        OWN,
        "K",
        "(squared error)",
    ),
)
CLAIMS = EXACT + FITTED + ENOUGH + WIDER + CHANGED

DEVIATIONS = (
    "The lecture note gives the curve and '[10]' and nothing else. Tanh units, 100 points on an even grid, "
    "no noise, Glorot's uniform initial weights, zero biases (so that all units start with their bend at x = "
    "0), the mean squared error and 20,000 full-batch updates of Adam are ours. Errors are those on an even "
    "grid of 401 points, without noise.",
    "Adam's rate is chosen for each activation at one hidden layer of ten, by the validation error of seeds "
    "1001 to 1004 (its median), and kept for all widths and depths; while it trains, it falls in a straight "
    "line to a 200th. Layers, points and noise are changed for tanh.",
    "The theorem says that weights exist. What is judged is what training finds: of 64 units by most seeds, "
    "from one width to the next by the geometric mean of the seeds' ratios. The best seed of each width, "
    "which comes nearest to what the theorem promises, is drawn and not judged.",
    "Noise is drawn anew for every seed; the grid of points is the same for all.",
)
DISCUSSION = {
    "sincos-fit-10/ten-units-relu": "The curve is within reach of ten ReLU units, as the bound shows; "
    "training does not find it. Their rate is the largest of those tried, so a larger one might do better. "
    "Single networks were looked into, which the record does not hold: they had spent several units on "
    "nearly the same bend, others had their bend outside the interval, where it is of no use, and with "
    "random biases at the start, so that the bends do not all begin in the middle, they ended no better. "
    "Smooth units have no such trouble.",
    "universal-approximation/enough-relu": "That is no doubt about the theorem, which says that weights "
    "exist: 64 units have far more pieces than the bound needs. In networks that were looked into, about "
    "half of the units ended with their bend outside the interval, and the right-hand peak was left too "
    "blunt; the record does not hold that. More seeds would tell whether that "
    "happens in most of them.",
    "universal-approximation/relu-1-to-4": "With few ReLU units hardly any seed gets beyond a bend or two, "
    "and the largest error, at a peak that no piece reaches, stays what it was.",
    "universal-approximation/sigmoid-16-to-64": "More units make a better approximation possible and this "
    "training worse: 16 are enough for the curve, and the rate, chosen at ten units, is probably a large one "
    "for 64. The errors are small at either width. The best seed of each width, too, comes closest with 10 "
    "to 32 units and not with 64; with ReLU it comes the closer the wider the net.",
    "universal-approximation/tanh-16-to-64": "As with logistic units: the rate, chosen at ten units, is the "
    "smallest of those tried, and the smallest errors are those of nets which are just large enough.",
    "sincos-fit-10/noise": "The rule is one for a fit that is linear in all its parameters, carried to its "
    "end. The nets are not, and probably have not used all of their freedom to follow the noise, so it costs "
    "them less, near the lower end of what the claim allows.",
}


def run(config: Config) -> Result:
    """Compute the bounds, choose the rates, and train every network that differs in one factor."""
    from zoo import data

    base, count = data.load("sincos", samples=POINTS), len(config.seeds)
    rates = {k: setting(RATE.format(k), partial(chosen, config, k, base)) for k in NAMES}
    metrics = {RATE.format(kind): np.full(count, rate) for kind, rate in rates.items()}
    for pieces in LEAST:
        least = sincos.best_pieces(16)[[int(k) - 1 for k in pieces.split(", ")]]
        metrics[PIECES.format(pieces)] = np.tile(least, (count, 1))
    for kind, rate in rates.items():
        deeper = [(UNITS,) * depth for depth in config.depths[1:] if kind == "tanh"]
        for hidden in [(width,) for width in config.widths] + deeper:
            outputs = fits(config, kind, hidden, base, rate, config.seeds)
            metrics |= errors(outputs, f"{kind}, {'-'.join(map(str, hidden))}", base)
            if (kind, hidden) == ("tanh", (UNITS,)):
                metrics[FIT] = outputs[:, SHOWN, ::8]
    metrics |= compared(config, metrics) | other_points(config, rates["tanh"])
    whole = replace(config, seeds=FULL.seeds) == FULL
    stand_in = "" if whole else f"{config.steps:,} updates, and not all networks"
    return Result(metrics, {base.name: base.digest}, stand_in)


def other_points(config, rate) -> dict:
    """Return the errors of 1-10-1 from other numbers of points, and from noisy points drawn for each seed."""
    from zoo import data

    metrics, fit = {}, partial(fits, config, "tanh", (UNITS,))
    for samples in config.samples:
        points = data.load("sincos", samples=samples)
        metrics |= errors(fit(points, rate, config.seeds), f"tanh, {UNITS}, {samples} points", points)
    for noise in config.noises:
        noisy = [data.load("sincos", samples=POINTS, noise=noise, seed=seed) for seed in config.seeds]
        outputs = [fit(points, rate, [seed]) for points, seed in zip(noisy, config.seeds, strict=True)]
        metrics |= errors(np.concatenate(outputs), f"tanh, {UNITS}, noise {noise:g}", noisy[0])
    return metrics


def fits(config, kind, hidden, dataset, rate, seeds, split="test"):
    """Return the outputs on a split after every fortieth of the training, (seeds, 41, points)."""
    from zoo import engine, losses
    from zoo.engine import optimizers, probes, schedules
    from zoo.models import mlp

    recipe = engine.Recipe(
        loss=losses.mean_squares,
        optimizer=optimizers.Adam(schedules.Linear(rate, rate / 200, config.steps)),
        steps=config.steps,
        probe_every=config.steps // 40,
        probes=(probes.Outputs(split),),
    )
    splits = {"train": dataset.train, split: getattr(dataset, split)}
    name = f"{kind} {hidden}, {len(dataset.train.x)} points"
    study = engine.train(partial(mlp, 1, hidden, 1, activation=kind), recipe, splits, seeds, name=name)
    return study.history(f"outputs on {split}")[..., 0].astype(float)


def chosen(config, kind, dataset) -> float:
    """Return the rate with the smallest median validation error of 1-10-1 over the choosing seeds."""
    if len(config.rates) == 1:
        return config.rates[0]
    wrong = {}
    for rate in config.rates:
        outputs = fits(config, kind, (UNITS,), dataset, rate, config.choosing, split="valid")[:, -1]
        wrong[rate] = np.median(((outputs - dataset.valid.y[:, 0]) ** 2).mean(axis=1))
    return min(wrong, key=wrong.get)


def errors(outputs, name, dataset) -> dict:
    """Return the metrics of the last of the outputs (seeds, 41, points) against the curve at these points."""
    off = outputs[:, -1] - dataset.test.y[:, 0]
    square, largest = (off**2).mean(axis=1), np.abs(off).max(axis=1)
    found = {ERROR.format(name): square, LARGEST.format(name): largest}
    return found | {FITS.format(name): square < 0.01, SMALL.format(name): largest < 0.1}


def compared(config, metrics) -> dict:
    """Return how the networks with one hidden layer stand to the bound of ReLU units."""
    bound = sincos.best_pieces(max(config.widths) + 1)
    above = [metrics[ERROR.format(f"relu, {units}")] >= bound[units] for units in config.widths]
    return {BOUNDED: np.all(above, axis=0), BELOW: metrics[ERROR.format(f"tanh, {UNITS}")] < bound[UNITS]}


def plot(result: Result):
    """Draw the fit while it trains, both errors against the width with the bound, and the other factors."""
    from reproductions.harness import figures

    figure = figures.Figure(figsize=(12, 9), layout="constrained")
    (fit, square), (largest, others) = figure.subplots(2, 2)
    x, metrics = np.linspace(-1, 1, 51), result.metrics
    for place, share in enumerate(SHOWN):
        figures.band(
            fit, x, metrics[FIT][:, place], label=f"after {share}/40 of the training", color=COLORS[place]
        )
    fit.plot(x, sincos.curve(x), "--", color="black", lw=1, label="the curve")
    fit.set(xlabel="x", ylabel="f(x)", title="1-10-1, tanh, while it trains", ylim=(-2.3, 4.2))
    by_width(square, metrics, ERROR)
    by_width(largest, metrics, LARGEST)
    bound = sincos.best_pieces(41)[1:]
    square.plot(np.arange(1, 41), bound, "--", color=figures.PUBLISHED, label="no ReLU net can be below")
    arms = ["-".join([str(UNITS)] * depth) for depth in FULL.depths]
    arms += [f"{UNITS}, {n} points" for n in FULL.samples] + [f"{UNITS}, noise {s:g}" for s in FULL.noises]
    shown = [arm for arm in arms if ERROR.format(f"tanh, {arm}") in metrics]
    for position, arm in enumerate(shown):
        figures.seeds(others, position, metrics[ERROR.format(f"tanh, {arm}")])
    names = [f"depth {arm.count('-') + 1}" if "," not in arm else arm.split(", ")[1] for arm in shown]
    figures.columns(others, [name.replace(" ", "\n") for name in names])
    others.set(yscale="log", ylabel=ERROR.split(",")[0], title="Layers, sample points, noise (s.d.)")
    others.set(xlabel="what is changed around 1-10-1, tanh, 100 points, no noise")
    others.tick_params(axis="x", labelsize=7)
    for axes in (fit, square, largest, others):
        axes.legend(fontsize=7, loc="upper right" if axes is fit else "best")
    return figure


def by_width(axes, metrics, metric):
    """Draw an error of every seed against the units of the hidden layer, with median and best of them."""
    for (kind, name), color in zip(NAMES.items(), COLORS[1:], strict=True):
        widths = [width for width in FULL.widths if metric.format(f"{kind}, {width}") in metrics]
        if widths:
            runs = np.stack([metrics[metric.format(f"{kind}, {width}")] for width in widths])
            axes.plot(widths, runs, ".", ms=4, alpha=0.5, color=color)
            axes.plot(widths, np.median(runs, axis=1), color=color, label=f"{name}, median of seeds")
            axes.plot(widths, runs.min(axis=1), ":", color=color, label=f"{name}, best seed")
    axes.set(xscale="log", yscale="log", xlabel="units in the hidden layer", ylabel=metric.split(",")[0])
    axes.set_title(f"{metric.split(',')[0].capitalize()} by width")
    axes.set_xticks(FULL.widths, FULL.widths)
    axes.minorticks_off()


if __name__ == "__main__":
    cli.run_file(__file__)
