"""Does Rosenblatt's rule learn whatever a straight line can separate, and nothing else?

The lecture notes say that a perceptron can only tell apart what is linearly separable, and that one threshold
unit cannot compute XOR. Here the rule is run on random separable data, where it must stop after at most
(R / margin)^2 corrections, on all tables of two and of three bits, of which 14 and 104 are separable, and on
XOR, where it never stops: its weights come back to what they have been before, and at no moment are more than
three of the four rows right.

Source: F. Rosenblatt, The perceptron, Psychological Review 65, 1958; the bound: A. Novikoff, On convergence
proofs on perceptrons, 1962; M. Minsky and S. Papert, Perceptrons, MIT Press, 1969; lecture note 003, lines
13-24; lecture note 004, lines 196-199.

Expected wall time on two cores: full 50 s (1,000 draws), quick 10 s, smoke 8 s.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import nnls

from reproductions.harness import Claim, Exact, Fraction, Result, run_file


@dataclass(frozen=True)
class Config:
    """What may vary: random points and their distance from the line, passes; seeds that try all tables."""

    dimensions: tuple[int, ...] = (2, 20)
    points: int = 100
    gap: float = 0.05
    passes: int = 2_000
    table_seeds: int = 10
    seeds: tuple[int, ...] = tuple(range(1, 1_001))


FULL = Config()
QUICK = Config(table_seeds=1, seeds=tuple(range(1, 101)))
SMOKE = Config(table_seeds=1, seeds=(1, 2, 3))

STOPS, WITHIN = "separates the data, {} inputs", "within (R / margin)^2 corrections, {} inputs"
CORRECTIONS, BOUND = "corrections, {} inputs", "(R / margin)^2, {} inputs"
TABLES = "tables of {} bits that are learned"
ROWS, NEVER = "most rows of XOR right", "never more than 3 rows of XOR right"
RETURNS, PERIOD = "weights return on XOR", "passes after which they return"
NOTES_3, NOTES_4 = "lecture note 003, lines 13-24", "lecture note 004, lines 196-199"
OURS, THEOREM = "computed independently", "our check of Novikoff 1962"
CLAIMS = (
    *(
        Claim(
            f"perceptron/{slug}-{n}",
            says.format(n),
            metric.format(n),
            Fraction(published=1.0, widest=0.01),
            THEOREM,
            "K",
        )
        for n in (2, 20)
        for slug, says, metric in (
            ("stops", "On separable data with {} inputs the rule always stops with all points right.", STOPS),
            ("bound", "With {} inputs it needs no more than (R / margin)^2 corrections.", WITHIN),
        )
    ),
    Claim(
        "xor-single-unit/only-separable",
        "Of the 16 tables of two bits the rule learns the 14 that a line can separate, and no other.",
        TABLES.format(2),
        Exact(14, 1e-6),
        NOTES_4,
        "P",
    ),
    Claim(
        "perceptron/three-bits",
        "Of the 256 tables of three bits it learns the 104 that a plane can separate.",
        TABLES.format(3),
        Exact(104, 1e-6),
        OURS,
        "K",
    ),
    Claim(
        "xor-single-unit/rosenblatt",
        "A threshold unit does not learn XOR: at no moment are more than 3 of 4 rows right.",
        NEVER,
        Fraction(published=1.0, widest=0.01),
        NOTES_3,
        "P",
    ),
    Claim(
        "perceptron/cycle",
        "On XOR the rule never ends: its weights return to earlier ones, from every order of the rows.",
        RETURNS,
        Fraction(published=1.0, widest=0.01),
        OURS,
        "K",
    ),
)
DEVIATIONS = (
    "Neither note describes the rule; it is Rosenblatt's in the form of Minsky and Papert, from zero "
    "weights, with a bias, one row after the other in an order that the seed draws.",
    "The random data are ours: 100 points, uniform in [-1, 1], none nearer than 0.05 to a random plane that "
    "passes near the middle. The margin is that of the best separating plane.",
    "That 104 tables of three bits are separable is well known, and in none of the sources.",
)


def run(config: Config) -> Result:
    """Run the rule on random data, on XOR, and for some seeds on all tables of two and three bits."""
    drawn = {n: [separable(config, n, seed) for seed in config.seeds] for n in config.dimensions}
    metrics = {}
    for inputs, rows in drawn.items():
        stopped, corrections, bound = np.array(rows, float).T
        metrics[STOPS.format(inputs)] = stopped == 1
        metrics[WITHIN.format(inputs)] = (stopped == 1) & (corrections <= bound)
        metrics[CORRECTIONS.format(inputs)], metrics[BOUND.format(inputs)] = corrections, bound
    most, period = np.array([on_xor(config, seed) for seed in config.seeds]).T
    metrics |= {ROWS: most, NEVER: most <= 3, PERIOD: period, RETURNS: np.isfinite(period)}
    some = [seed for seed in config.seeds if seed <= config.table_seeds]
    for bits in (2, 3):
        metrics[TABLES.format(bits)] = np.array([tables(bits, seed) for seed in some], float)
    return Result(metrics)


def separable(config, inputs, seed) -> tuple[bool, int, float]:
    """Return whether the rule stops on random separable data, its corrections, and the bound on them."""
    from zoo.models import rosenblatt

    random = np.random.default_rng([seed, inputs])
    normal = random.normal(size=inputs)
    normal /= np.linalg.norm(normal)
    shift, x = random.uniform(-0.3, 0.3), random.uniform(-1, 1, size=(20 * config.points, inputs))
    distance = x @ normal + shift
    kept = np.flatnonzero(np.abs(distance) > config.gap)[: config.points]
    x, y = x[kept], (distance[kept] > 0).astype(int)
    learned = rosenblatt(x, y, passes=config.passes)
    return learned.separated, learned.mistakes, corrections_at_most(x, y)


def corrections_at_most(x, y) -> float:
    """Return (R / margin)^2, the bias counted as a weight of a constant input 1.

    The best plane's normal is the point nearest to zero of the convex hull of the signed examples. Any
    direction gives a true bound, so that the hull's point need not be exact.
    """
    signed = (2 * y - 1)[:, None] * np.column_stack([x, np.ones(len(x))])
    shares = nnls(np.vstack([signed.T, 1e3 * np.ones(len(x))]), np.append(np.zeros(signed.shape[1]), 1e3))[0]
    nearest = shares @ signed
    margin = (signed @ nearest).min() / np.linalg.norm(nearest)
    return float((signed**2).sum(axis=1).max() / margin**2)


def rows_of(bits, seed):
    """Return all rows of so many bits, (2^bits, bits), in an order that the seed draws, and that order."""
    order = np.random.default_rng([seed, bits]).permutation(2**bits)
    return np.array(list(product((0, 1), repeat=bits)))[order], order


def tables(bits, seed) -> int:
    """Return how many of all tables of so many bits the rule learns; the hardest takes under 150 passes."""
    from zoo.models import rosenblatt

    rows, order = rows_of(bits, seed)
    targets = (np.array(table)[order] for table in product((0, 1), repeat=2**bits))
    return sum(rosenblatt(rows, y, passes=150).separated for y in targets)


def on_xor(config, seed) -> tuple[float, float]:
    """Return the most rows of XOR that are right at any moment, and after how many passes weights return.

    A pass does the same whenever it starts from the same weights, so that a return means never to end.
    Without a return within the passes: infinity.
    """
    from zoo.models.perceptron import corrected

    rows, _ = rows_of(2, seed)
    targets, kernel, bias, most, seen = rows.sum(axis=1) % 2, np.zeros(2), 0.0, 0, []
    for _ in range(config.passes):
        seen.append((*kernel, bias))
        for row, target in zip(rows, targets, strict=True):
            kernel, bias = corrected(kernel, bias, row, target)
            most = max(most, int(((rows @ kernel + bias > 0) == targets).sum()))
        if (*kernel, bias) in seen:
            return most, len(seen) - seen.index((*kernel, bias))
    return most, np.inf


def plot(result: Result):
    """Draw corrections against their bound, and how many tables of two and three bits are learned."""
    from reproductions.harness import figures

    figure, (bound, learned) = figures.new(2, width=10.5, height=4.2)
    for inputs, color in zip(FULL.dimensions, (figures.OURS, "#7a9a3a"), strict=True):
        limit, needed = (result.metrics[m.format(inputs)] for m in (BOUND, CORRECTIONS))
        bound.plot(limit, needed, ".", ms=4, alpha=0.5, color=color, label=f"{inputs} inputs, one draw each")
    ends = np.array(bound.get_xlim())
    bound.plot(ends, ends, "-", color=figures.PUBLISHED, label="Novikoff's bound")
    bound.set(xscale="log", yscale="log", xlabel="(R / margin)^2", ylabel="corrections until all is right")
    bound.legend(fontsize=8)
    shares = [result.metrics[TABLES.format(2)] / 16, result.metrics[TABLES.format(3)] / 256]
    shares.append(result.metrics[ROWS] / 4)
    for position, (share, published) in enumerate(zip(shares, (14 / 16, 104 / 256, 3 / 4), strict=True)):
        figures.seeds(learned, position, share)
        figures.published(learned, position, published, label="separable, or at most")
    figures.columns(learned, ["tables of 2 bits", "tables of 3 bits", "rows of XOR"])
    learned.set(ylim=(0, 1.05), xlabel="what is to be learned", ylabel="share that is learned")
    learned.legend(fontsize=8, loc="lower right")
    return figure


if __name__ == "__main__":
    run_file(__file__)
