"""Does a hidden layer of two units make a plane problem linearly separable?

The lecture notes draw points of two classes that no line separates in the plane
of the inputs (x1, x2). They draw the same points in the plane (u1, u2) of two
hidden logistic units, where a line (almost) can. Our problem is exclusive or:
the four rows of its table, and clouds of points around them. We look at three
planes: that of the inputs, the hidden plane before training, and the hidden
plane after training. We ask two things of each. Is there a line between the two
classes of the four rows (exactly: do the segments that join the rows of each
class meet)? On what share of the cloud's points is the best line right (a
linear probe, with lines of 360 directions)?

Source: lecture note 002, lines 564-601. It names no data, network sizes apart
from two hidden units, or training; that exclusive or is not linearly separable
is from M. Minsky and S. Papert, Perceptrons, MIT Press, 1969.

Expected wall time on two cores: full 1 min (100 seeds), quick 10 s, smoke 5 s.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from reproductions.harness import (
    Claims,
    Difference,
    Exact,
    Fraction,
    Metric,
    Result,
    measured_on,
    run_file,
)


@dataclass(frozen=True)
class Config:
    """What may vary: points of the cloud and their scatter around the four
    rows, updates, Adam's rate."""

    points: int = 200
    scatter: float = 0.2
    steps: int = 5_000
    learning_rate: float = 0.05
    drawn_seeds: int = 5
    seeds: tuple[int, ...] = tuple(range(1, 101))


FULL = Config()
QUICK = Config(seeds=tuple(range(1, 31)))
SMOKE = Config(steps=200, seeds=(1, 2))

INPUTS = "plane of the inputs"
BEFORE, AFTER = "hidden plane before training", "hidden plane after training"
ROWS = Metric("four rows separable, {plane}")
CLOUD = Metric("cloud: best line is right, {plane}")
ALMOST = Metric("cloud: a line is right on 95 % or more, {plane}")
POINTS = Metric("cloud of points, {plane}")
LINE, INPUT_POINTS = "output unit's line after training", "cloud of points"
NOTE = "lecture note 002, lines 564-601"
MARK = 95.0  # % of the points
CLASS_COLORS = {"false": "#1f5fa8", "true": "#b07d2b"}

claim = Claims("xor-hidden-plane", where=NOTE, tag="P")
our_claim = claim.sharing(where="our own question", tag="K")

CLAIMS = (
    claim(
        "inputs",
        "In the plane of the inputs no line separates the classes of the four "
        "rows.",
        ROWS(plane=INPUTS),
        Exact(0.0, 0.0),
    ),
    claim(
        "separable",
        "In most trained networks a line in the plane of the two hidden units "
        "separates the classes of the four rows.",
        ROWS(plane=AFTER),
        Fraction(at_least=0.5),
        reading="'most networks'; the note shows one picture",
    ),
    claim(
        "almost",
        "In most trained networks a line in the hidden plane is right on at "
        "least 95 % of the scattered points.",
        ALMOST(plane=AFTER),
        Fraction(at_least=0.5),
        reading="'almost' as 95 %, and 'most networks'; the note shows one "
        "picture",
    ),
    claim(
        "better",
        "The best line is right on a larger share of the points in the hidden "
        "plane after training than in the plane of the inputs.",
        CLOUD(plane=AFTER),
        # Half a percentage point is one of the 200 points.
        Difference(CLOUD(plane=INPUTS), at_least=0, matters=0.5),
        unit="percentage points",
        reading="the best line's share of the points; the note counts none",
    ),
    our_claim(
        "random-rows",
        "Before training, no line in the hidden plane separates the four rows "
        "in most networks.",
        ROWS(plane=BEFORE),
        Fraction(at_most=0.5),
    ),
    our_claim(
        "random-cloud",
        "Training raises the share of the points that the best line gets right "
        "by more than 10 percentage points.",
        CLOUD(plane=AFTER),
        Difference(CLOUD(plane=BEFORE), at_least=10),
        unit="percentage points",
    ),
)
HEADLINE = "xor-hidden-plane/separable"

DEVIATIONS = (
    "The lecture note shows a picture and names neither data nor training. "
    "Ours: exclusive or, clouds of normal scatter 0.2, 2-2-1 with logistic "
    "units, Glorot's uniform initial weights, cross-entropy, full batch and "
    "5,000 updates of Adam at 0.05. One network is trained on the rows, "
    "another one on the cloud.",
    "We look for the best line among all lines of 360 directions, on the very "
    "points that the network was trained on. The question is whether they "
    "can be separated, not what a new point would be taken for.",
    "All seeds share one cloud. Seeds differ in their initial weights alone, "
    "so intervals say nothing of how another cloud would come out.",
)
DISCUSSION = {
    "xor-hidden-plane/almost": "Most networks are of two kinds (see the "
    "figure). In somewhat more than half of them training succeeds, and the "
    "best line has nearly all points right. The others end at a poor point, "
    "as in xor: their best line has hardly more points right than in the "
    "plane of the inputs. The mark of 95 % lies just below what the best of "
    "ours reach, and a few that succeed stay short of it. So the count comes "
    "near one half, and very many seeds would only say on which side. The "
    "note's picture needs no more than one such network, and there are many.",
    "xor-hidden-plane/random-cloud": "The mean gain is that of the same two "
    "kinds of networks. The one kind gains far more than 10 points, the "
    "other next to nothing. More seeds would only narrow the interval of a "
    "mean that describes neither kind.",
}
ANSWER = (
    "Often: a line separates the four rows of XOR in the hidden plane of "
    "{xor-hidden-plane/separable:.0%} of {seeds} trained networks, and of "
    "{xor-hidden-plane/random-rows:.0%} of the untrained ones."
)


def run(config: Config) -> Result:
    """Train on the rows and on the cloud with every seed, and look for lines in
    the three planes."""
    from zoo import data

    table = data.load("xor")
    cloud = make_cloud(config)
    row_planes, _ = train_network(config, table.train, "four rows")
    cloud_planes, lines = train_network(config, cloud, "cloud")
    seeds = len(config.seeds)
    metrics = {
        ROWS(plane=INPUTS): np.full(seeds, is_separable(table.train.x)),
        CLOUD(plane=INPUTS): np.full(seeds, 100 * score_best_line(*cloud)),
    }
    kept = sum(seed <= config.drawn_seeds for seed in config.seeds)
    for time, plane in enumerate((BEFORE, AFTER)):
        shares = [
            100 * score_best_line(points[time], cloud.y)
            for points in cloud_planes
        ]
        metrics[ROWS(plane=plane)] = np.array(
            [is_separable(rows[time]) for rows in row_planes]
        )
        metrics[CLOUD(plane=plane)] = np.array(shares)
        metrics[ALMOST(plane=plane)] = np.array(shares) >= MARK
        metrics[POINTS(plane=plane)] = cloud_planes[:kept, time]
    metrics[LINE] = lines[:kept]
    metrics[INPUT_POINTS] = np.tile(np.column_stack(cloud), (kept, 1, 1))
    return measured_on(table, metrics)


def make_cloud(config: Config):
    """Return points around the four rows, in turn, with the rows' classes: x
    (points, 2), y (points, 1)."""
    from zoo import data

    rows = data.load("xor").train
    row = np.arange(config.points) % 4
    noise = np.random.RandomState(0).normal(
        scale=config.scatter, size=(config.points, 2)
    )
    return data.Split((rows.x[row] + noise).astype(np.float32), rows.y[row])


def train_network(
    config: Config, split, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return where the examples lie in the hidden plane, and the output unit's
    line.

    The places are those before and after training, shape (seeds, 2, examples,
    2). The line is the output unit's two weights and bias after training, shape
    (seeds, 3).
    """
    from zoo import engine, losses
    from zoo.engine import optimizers, probes
    from zoo.models import mlp

    recipe = engine.Recipe(
        loss=losses.summed_binary_cross_entropy,
        optimizer=optimizers.Adam(config.learning_rate),
        steps=config.steps,
        probe_every=config.steps,
        probes=(probes.Activations("train", ("hidden_1",)),),
    )
    build = partial(mlp, 2, (2,), 1, activation="sigmoid")
    study = engine.train(
        build, recipe, {"train": split}, config.seeds, name=name
    )
    lines = []
    for member in study.members:
        weights = member.weights["trainable"]
        lines.append(
            np.append(weights["logits/kernel"], weights["logits/bias"])
        )
    return study.history("hidden_1 on train").astype(float), np.array(
        lines, float
    )


def is_separable(rows) -> bool:
    """Tell whether a line separates rows 00 and 11 from rows 01 and 10, given
    where they lie, (4, 2).

    It does unless the segment from 00 to 11 and the one from 01 to 10 have a
    point in common. Points that all lie on one line, as saturated units may put
    them, count as not separable.
    """
    row_00, row_01, row_10, row_11 = np.asarray(rows, float)
    zeros = row_00, row_11
    ones = row_01, row_10
    segments_meet = lie_on_both_sides(zeros, ones) and lie_on_both_sides(
        ones, zeros
    )
    return not segments_meet


def lie_on_both_sides(line, points) -> bool:
    """Tell whether two points lie on different sides of the line through two
    others, or one of them on it."""
    first, second = points
    turn_to_first = measure_turn(*line, first)
    turn_to_second = measure_turn(*line, second)
    return turn_to_first * turn_to_second <= 0


def measure_turn(a, b, c) -> float:
    """Return twice the area of the triangle abc, whose sign tells on which side
    of the line ab lies c."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def score_best_line(
    plane: np.ndarray, y: np.ndarray, directions: int = 360
) -> float:
    """Return the share of points (n, 2) of classes y that the best line of so
    many directions has right."""
    angles = np.linspace(0, np.pi, directions, endpoint=False)
    centred = (plane - plane.mean(axis=0)) / (plane.std(axis=0) + 1e-9)
    along = centred @ np.stack([np.cos(angles), np.sin(angles)])
    order = np.argsort(along, axis=0)
    is_one = np.ravel(y) > 0.5
    ones_minus_zeros = np.cumsum(
        np.where(is_one[order], 1, -1), axis=0
    )  # on the near side
    steps = np.diff(
        np.take_along_axis(along, order, axis=0), axis=0, append=np.inf
    )
    is_gap = steps > 1e-9  # a line fits between two points that differ
    right = (
        ones_minus_zeros - ones_minus_zeros[-1] + is_one.sum()
    )  # ones near, zeros far
    most = np.where(is_gap, right, 0).max()
    fewest = np.where(is_gap, right, len(is_one)).min()
    return max(most, len(is_one) - fewest) / len(is_one)


def plot(result: Result):
    """Draw one seed's cloud in the three planes, and for all seeds how well a
    line separates it there."""
    from reproductions.harness.showing import figures

    figure = figures.Figure(figsize=(11, 8), layout="constrained")
    (inputs, before), (after, shares) = figure.subplots(2, 2)
    seed = find_best_seed(result)
    points = result.metrics[INPUT_POINTS][0]
    y = points[:, 2] > 0.5
    draw_plane(inputs, points[:, :2], y)
    inputs.set(title="Inputs", xlabel="input x1", ylabel="x2")
    draw_plane(before, result.metrics[POINTS(plane=BEFORE)][seed], y)
    before.set_title(f"Hidden plane of seed {seed + 1} before training")
    draw_plane(after, result.metrics[POINTS(plane=AFTER)][seed], y)
    after.set_title("The same after training")
    draw_line(after, result.metrics[LINE][seed])
    for axes in (before, after):
        axes.set(xlabel="hidden unit u1", ylabel="u2")
    inputs.legend(fontsize=8)
    after.legend(fontsize=8)
    draw_shares(shares, result)
    return figure


def draw_shares(axes, result: Result) -> None:
    """Draw for every seed on what share of the points the best line is right."""
    from reproductions.harness.showing import figures

    columns = {
        "inputs": result.metrics[CLOUD(plane=INPUTS)],
        "hidden,\nbefore": result.metrics[CLOUD(plane=BEFORE)],
        "hidden,\nafter": result.metrics[CLOUD(plane=AFTER)],
    }
    figures.draw_columns(axes, columns)
    label = "'almost' (ours: 95 %)"
    axes.axhline(MARK, color=figures.PUBLISHED, lw=0.8, label=label)
    axes.set(xlabel="plane", title="All seeds")
    axes.set_ylabel("points on the right side of the best line (%)")
    axes.legend(fontsize=8, loc="center left")


def find_best_seed(result: Result) -> int:
    """Return which of the seeds whose clouds were kept has the best line after
    training: the first such."""
    kept = len(result.metrics[LINE])
    return int(np.argmax(result.metrics[CLOUD(plane=AFTER)][:kept]))


def draw_plane(axes, points, y) -> None:
    """Draw the points of both classes in one plane."""
    for label, rows in (("false", ~y), ("true", y)):
        axes.plot(
            *points[rows].T,
            "o",
            ms=4,
            mew=0,
            alpha=0.6,
            color=CLASS_COLORS[label],
            label=label,
        )


def draw_line(axes, line: np.ndarray) -> None:
    """Draw the output unit's line a u1 + b u2 + c = 0, without changing the
    limits."""
    limits = axes.axis()
    a, b, c = line
    normal = np.array([a, b])
    nearest_to_origin = -c * normal / (a**2 + b**2)
    axes.axline(
        nearest_to_origin,
        slope=-a / b,
        color="0.2",
        label="output",
    )
    axes.axis(limits)


if __name__ == "__main__":
    run_file(__file__)
