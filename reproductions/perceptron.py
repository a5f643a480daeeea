"""Does Rosenblatt's rule learn whatever a straight line can separate, and
nothing else?

The lecture notes say that a perceptron can only tell apart what is linearly
separable, and that one threshold unit cannot compute XOR. We run the rule on
three kinds of data. On random separable data it must stop after at most (R /
margin)^2 corrections. Of all tables of two and of three bits, 14 and 104 are
separable. On XOR it never stops: its weights come back to what they have been
before, and at no moment are more than three of the four rows right.

Source: F. Rosenblatt, The perceptron, Psychological Review 65, 1958; the bound:
A. Novikoff, On convergence proofs on perceptrons, 1962; M. Minsky and S.
Papert, Perceptrons, MIT Press, 1969; lecture note 003, lines 13-24; lecture
note 004, lines 196-199.

Expected wall time on two cores: full 50 s (1,000 draws), quick 10 s, smoke 8 s.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from reproductions.harness import (
    Claims,
    Exact,
    Fraction,
    Metric,
    Result,
    run_file,
)


@dataclass(frozen=True)
class Config:
    """What may vary: random points and their distance from the line, passes;
    seeds that try all tables."""

    dimensions: tuple[int, ...] = (2, 20)
    points: int = 100
    gap: float = 0.05
    passes: int = 2_000
    table_seeds: int = 10
    seeds: tuple[int, ...] = tuple(range(1, 1_001))


FULL = Config()
QUICK = Config(table_seeds=1, seeds=tuple(range(1, 101)))
SMOKE = Config(table_seeds=1, seeds=(1, 2, 3))

STOPS = Metric("separates the data, {inputs} inputs")
WITHIN = Metric("within (R / margin)^2 corrections, {inputs} inputs")
CORRECTIONS = Metric("corrections, {inputs} inputs")
BOUND = Metric("(R / margin)^2, {inputs} inputs")
TABLES = Metric("tables of {bits} bits that are learned")
ROWS, NEVER = "most rows of XOR right", "never more than 3 rows of XOR right"
RETURNS, PERIOD = "weights return on XOR", "passes after which they return"
NOTES_3, NOTES_4 = (
    "lecture note 003, lines 13-24",
    "lecture note 004, lines 196-199",
)
COMPUTED, THEOREM = "computed independently", "our check of Novikoff 1962"
SEPARABLE_TABLES = {2: 14, 3: 104}  # by bits
COLORS = {2: "#1f5fa8", 20: "#7a9a3a"}  # by inputs
ALWAYS = Fraction(published=1.0, margin=0.01)

claim = Claims("perceptron", where=COMPUTED, tag="K")
unit_claim = Claims("xor-single-unit", tag="P")


def claim_convergence(inputs: int) -> tuple:
    """Return the claims that the rule stops on separable data, and within
    Novikoff's bound."""
    return (
        claim(
            f"stops-{inputs}",
            f"On separable data with {inputs} inputs, the rule stops with all points right in every draw.",
            STOPS(inputs=inputs),
            ALWAYS,
            where=THEOREM,
        ),
        claim(
            f"bound-{inputs}",
            f"With {inputs} inputs, the rule needs at most (R / margin)^2 corrections in every draw.",
            WITHIN(inputs=inputs),
            ALWAYS,
            where=THEOREM,
        ),
    )


CLAIMS = (
    *claim_convergence(2),
    *claim_convergence(20),
    unit_claim(
        "only-separable",
        "Of the 16 tables of two bits the rule learns 14, as many as a line can "
        "separate.",
        TABLES(bits=2),
        Exact(14, 1e-6),
        where=NOTES_4,
        reading="the number 14; the note says only that what is learned must "
        "be linearly separable",
    ),
    claim(
        "three-bits",
        "Of the 256 tables of three bits the rule learns 104, as many as a plane "
        "can separate.",
        TABLES(bits=3),
        Exact(104, 1e-6),
    ),
    unit_claim(
        "rosenblatt",
        "A threshold unit that learns XOR never gets more than 3 of the 4 rows "
        "right, in every draw.",
        NEVER,
        ALWAYS,
        where=NOTES_3,
        reading="training by Rosenblatt's rule; the note names no rule",
    ),
    claim(
        "cycle",
        "On XOR the weights return to earlier ones in every draw, so the rule "
        "never ends.",
        RETURNS,
        ALWAYS,
    ),
)
HEADLINE = "xor-single-unit/only-separable"

DEVIATIONS = (
    "Neither note describes the rule. Ours is Rosenblatt's in the form of "
    "Minsky and Papert: from zero weights, with a bias, one row after the "
    "other in an order that the seed draws.",
    "The random data are ours: 100 points, uniform in [-1, 1], none nearer "
    "than 0.05 to a random plane that passes near the middle. The margin is "
    "that of the best separating plane.",
    "That 104 tables of three bits are separable is well known, and in none of "
    "the sources.",
)
ANSWER = (
    "Yes: on separable data the rule stops in {perceptron/stops-20:.0%} of "
    "{seeds} draws, within the proven bound. Of the 16 tables of two bits it "
    "learns the 14 separable ones, and XOR never."
)


def run(config: Config) -> Result:
    """Run the rule on random data, on XOR, and for some seeds on all tables of
    two and three bits."""
    metrics = {}
    for inputs in config.dimensions:
        metrics |= learn_random_data(config, inputs)
    metrics |= learn_xor(config)
    table_seeds = [seed for seed in config.seeds if seed <= config.table_seeds]
    for bits in SEPARABLE_TABLES:
        counts = [count_learned_tables(bits, seed) for seed in table_seeds]
        metrics[TABLES(bits=bits)] = np.array(counts, float)
    return Result(metrics)


def learn_random_data(config: Config, inputs: int) -> dict:
    """Return for every seed whether the rule stops on separable data, and its
    corrections."""
    from zoo.models import rosenblatt

    stopped = []
    corrections = []
    bounds = []
    for seed in config.seeds:
        x, y = draw_separable(config, inputs, seed)
        learned = rosenblatt(x, y, passes=config.passes)
        stopped.append(learned.separated)
        corrections.append(learned.mistakes)
        bounds.append(bound_corrections(x, y))
    stopped = np.array(stopped)
    corrections = np.array(corrections, float)
    bounds = np.array(bounds)
    return {
        STOPS(inputs=inputs): stopped,
        WITHIN(inputs=inputs): stopped & (corrections <= bounds),
        CORRECTIONS(inputs=inputs): corrections,
        BOUND(inputs=inputs): bounds,
    }


def draw_separable(
    config: Config, inputs: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return points (points, inputs) away from a random plane, and on which
    side of it they lie, 0 or 1."""
    random = np.random.default_rng([seed, inputs])
    normal = random.normal(size=inputs)
    normal /= np.linalg.norm(normal)
    shift = random.uniform(-0.3, 0.3)
    x = random.uniform(-1, 1, size=(20 * config.points, inputs))
    distance = x @ normal + shift
    far = np.flatnonzero(np.abs(distance) > config.gap)[: config.points]
    return x[far], (distance[far] > 0).astype(int)


def bound_corrections(x: np.ndarray, y: np.ndarray) -> float:
    """Return (R / margin)^2, the bias counted as a weight of a constant input
    1.

    The best plane's normal is the point nearest to zero of the convex hull of
    the signed examples. Any direction gives a true bound, so that the hull's
    point need not be exact.
    """
    from scipy.optimize import nnls

    signed = (2 * y - 1)[:, None] * np.column_stack([x, np.ones(len(x))])
    equations = np.vstack([signed.T, 1e3 * np.ones(len(x))])
    wanted = np.append(np.zeros(signed.shape[1]), 1e3)
    shares, _ = nnls(equations, wanted)
    nearest = shares @ signed
    margin = (signed @ nearest).min() / np.linalg.norm(nearest)
    radius_squared = (signed**2).sum(axis=1).max()
    return float(radius_squared / margin**2)


def count_learned_tables(bits: int, seed: int) -> int:
    """Return how many of all tables of so many bits the rule learns; the
    hardest takes under 150 passes."""
    from zoo.models import rosenblatt

    rows, order = draw_rows(bits, seed)
    count = 0
    for table in product((0, 1), repeat=2**bits):
        targets = np.array(table)[order]
        count += rosenblatt(rows, targets, passes=150).separated
    return count


def draw_rows(bits: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all rows of so many bits, (2^bits, bits), in an order that the
    seed draws, and that order."""
    order = np.random.default_rng([seed, bits]).permutation(2**bits)
    rows = np.array(list(product((0, 1), repeat=bits)))
    return rows[order], order


def learn_xor(config: Config) -> dict:
    """Return for every seed the most rows of XOR that are right, and when the
    weights return."""
    found = [follow_xor(config, seed) for seed in config.seeds]
    most, period = np.array(found).T
    return {
        ROWS: most,
        NEVER: most <= 3,
        PERIOD: period,
        RETURNS: np.isfinite(period),
    }


def follow_xor(config: Config, seed: int) -> tuple[float, float]:
    """Return the most rows of XOR that are right at any moment, and after how
    many passes weights return.

    A pass does the same whenever it starts from the same weights, so that a
    return means never to end. Without a return within the passes: infinity.
    """
    from zoo.models.perceptron import corrected

    rows, _ = draw_rows(2, seed)
    targets = rows.sum(axis=1) % 2
    kernel, bias = np.zeros(2), 0.0
    most = 0
    seen = []
    for _ in range(config.passes):
        seen.append((*kernel, bias))
        for row, target in zip(rows, targets, strict=True):
            kernel, bias = corrected(kernel, bias, row, target)
            is_right = (rows @ kernel + bias > 0) == targets
            most = max(most, int(is_right.sum()))
        weights = (*kernel, bias)
        if weights in seen:
            return most, len(seen) - seen.index(weights)
    return most, np.inf


def plot(result: Result):
    """Draw corrections against their bound, and how many tables of two and
    three bits are learned."""
    from reproductions.harness.showing import figures

    figure, (bound, learned) = figures.new(2, width=10.5, height=4.2)
    draw_bounds(bound, result)
    columns = {"rows of XOR": result.metrics[ROWS] / 4}
    marks = {"rows of XOR": 3 / 4}
    for bits, separable in SEPARABLE_TABLES.items():
        tables = 2 ** (2**bits)
        columns[f"tables of {bits} bits"] = (
            result.metrics[TABLES(bits=bits)] / tables
        )
        marks[f"tables of {bits} bits"] = separable / tables
    figures.draw_columns(learned, columns, marks, label="separable, or at most")
    learned.set(
        ylim=(0, 1.05),
        xlabel="what is to be learned",
        ylabel="share that is learned",
    )
    learned.legend(fontsize=8, loc="lower right")
    return figure


def draw_bounds(axes, result: Result) -> None:
    """Draw every draw's corrections against Novikoff's bound."""
    from reproductions.harness.showing import figures

    for inputs, color in COLORS.items():
        limits = result.metrics[BOUND(inputs=inputs)]
        needed = result.metrics[CORRECTIONS(inputs=inputs)]
        label = f"{inputs} inputs, one draw each"
        axes.plot(
            limits, needed, ".", ms=4, alpha=0.5, color=color, label=label
        )
    ends = np.array(axes.get_xlim())
    axes.plot(
        ends, ends, "-", color=figures.PUBLISHED, label="Novikoff's bound"
    )
    axes.set(xscale="log", yscale="log", xlabel="(R / margin)^2")
    axes.set_ylabel("corrections until all is right")
    axes.legend(fontsize=8)


if __name__ == "__main__":
    run_file(__file__)
