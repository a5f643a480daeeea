"""Can one unit compute XOR, and do a few hidden units suffice?

The lecture notes say that a single threshold unit cannot compute exclusive or,
that several connected units can, and write XOR as NOT((x1 AND x2) OR NOT(x1 OR
x2)). We check four things. What is the best that one threshold unit can do
(linear programs over all subsets of the four rows, and a random search)? What
does one logistic unit converge to? Is the formula XOR, row by row and as
literal threshold units? From which share of random starts do nets with 2, 4 and
8 tanh units learn the table? No source gives such a share.

Source: M. Minsky and S. Papert, Perceptrons, MIT Press, 1969; lecture note 003,
lines 13-31; lecture note 004, line 199. Training recipe and criterion of
success (4 of 4 rows, cross-entropy below 0.1) are ours.

Expected wall time on two cores: full 2.5 min (200 seeds), quick 15 s (30
seeds), smoke 6 s.
"""

from dataclasses import dataclass
from functools import partial
from itertools import combinations

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
    """What may vary: hidden tanh units (0: a single logistic unit), updates,
    rates of the two optimizers."""

    hidden: tuple[int, ...] = (0, 2, 4, 8)
    steps: int = 5_000
    adam_rate: float = 0.05
    sgd_rate: float = 0.5
    random_units: int = 1_000
    seeds: tuple[int, ...] = tuple(range(1, 201))


FULL = Config()
QUICK = Config(seeds=tuple(range(1, 31)))
SMOKE = Config(seeds=(1, 2, 3))

ENTROPY = Metric("cross-entropy, {hidden} hidden, {trainer}")
SQUARES = Metric("mean square error, {hidden} hidden, {trainer}")
ALL_ROWS = Metric("4 of 4 rows right, {hidden} hidden, {trainer}")
SOLVED = Metric("solved, {hidden} hidden, {trainer}")
PARAMETERS = Metric("parameters of 2-{hidden}-1")
ANY_UNIT, RANDOM_UNITS = (
    "most rows right, any threshold unit",
    "most rows right, random threshold units",
)
FORMULA, UNITS = "table of the formula", "table of three threshold units"
TRAINERS = ("Adam", "SGD")
ONE_UNIT, MORE_UNITS = (
    "lecture notes 003, line 15, and 004, line 199",
    "lecture note 003, lines 24-31",
)
LN_2 = 0.693147180560
XOR = (0.0, 1.0, 1.0, 0.0)

one_unit = Claims("xor-single-unit", where=ONE_UNIT, tag="P")
one_logistic_unit = one_unit.sharing(
    where="computed independently", tag="K"
)  # the notes name none
formula_claim = Claims("xor-formula", where=MORE_UNITS, tag="P")
network_claim = Claims("xor-mlp", where="our own question", tag="K")


def claim_one_logistic_unit(
    id: str, says: str, metric: Metric, value: Exact
) -> tuple:
    """Return the claims on what one logistic unit ends at, by optimizer."""
    claims = []
    for trainer in TRAINERS:
        name = metric(hidden=0, trainer=trainer)
        claims.append(
            one_logistic_unit(
                f"{id}-{trainer}", says.format(trainer), name, value
            )
        )
    return tuple(claims)


def claim_enough(hidden: int, trainer: str):
    """Return the check that so many hidden units suffice: more than 1 random
    start in 20 is more than luck. The bound is ours."""
    return network_claim(
        f"{hidden}-{trainer}",
        f"With {hidden} hidden units and {trainer}, more than 1 random start in 20 learns XOR.",
        SOLVED(hidden=hidden, trainer=trainer),
        Fraction(at_least=0.05),
        where=MORE_UNITS,
    )


def claim_wider(trainer: str):
    """Return the claim, which is ours, that 8 hidden units get there from more
    starts than 2."""
    return network_claim(
        f"8-against-2-{trainer}",
        f"With {trainer}, a larger share of random starts learns XOR with 8 hidden units than with 2.",
        SOLVED(hidden=8, trainer=trainer),
        # One start in ten: fewer are no reason to build a wider network.
        Difference(SOLVED(hidden=2, trainer=trainer), at_least=0, matters=0.1),
    )


CLAIMS = (
    one_unit(
        "step",
        "One threshold unit gets at most 3 of the 4 rows of XOR right.",
        ANY_UNIT,
        Exact(3, 0),
        reading="the notes say that one unit cannot; that 3 rows can be right "
        "is our computation",
    ),
    one_unit(
        "tried",
        "The best of 1,000 random threshold units gets 3 of the 4 rows right.",
        RANDOM_UNITS,
        Exact(3, 0),
        tag="K",
    ),
    *claim_one_logistic_unit(
        "ln-2",
        "One logistic unit that {} trains ends at a cross-entropy of ln 2 nats.",
        ENTROPY,
        Exact(LN_2, 1e-3),
    ),
    *claim_one_logistic_unit(
        "mse",
        "One logistic unit that {} trains ends at a mean square error of 1/4.",
        SQUARES,
        Exact(0.25, 1e-3),
    ),
    *claim_one_logistic_unit(
        "rows",
        "One logistic unit that {} trains gets all 4 rows right in no run.",
        ALL_ROWS,
        Exact(0.0, 0.0),
    ),
    formula_claim(
        "rows",
        "The formula NOT((x1 AND x2) OR NOT(x1 OR x2)) gives the four values of XOR.",
        FORMULA,
        Exact(XOR, 0),
    ),
    formula_claim(
        "units",
        "Three threshold units for AND, NOR and NOR give the four values of XOR.",
        UNITS,
        Exact(XOR, 0),
        tag="K",
    ),
    network_claim(
        "parameters",
        "A 2-2-1 network has 9 parameters.",
        PARAMETERS(hidden=2),
        Exact(9, 0),
        where="computed independently",
    ),
    *(
        claim_enough(hidden, trainer)
        for hidden in (2, 4, 8)
        for trainer in TRAINERS
    ),
    *(claim_wider(trainer) for trainer in TRAINERS),
)
HEADLINE = "xor-single-unit/step"

DEVIATIONS = (
    "The lecture note gives no recipe. Ours: tanh hidden units, a logistic "
    "output, cross-entropy, full batch, Glorot's uniform initial weights, "
    "zero biases, 5,000 updates, Adam at 0.05 and SGD at 0.5.",
    "The playground that it names has noisy points in four quadrants. Here XOR "
    "is the table of four rows.",
    "Our criteria: a start learns XOR if all 4 rows are right and the "
    "cross-entropy is below 0.1, and a share above 1 in 20 counts as "
    "sufficient.",
    "This run replaced one of the same day with the same 200 seeds. The claims "
    "of the first run said that the notes speak of a logistic unit, which is "
    "our own question. They counted its rows as two published claims, and "
    "named a place in the notes for five more of our computations. So the "
    "record was taken away and made anew. All numbers of the first run are "
    "those of this one to the last digit, and all 19 verdicts were "
    "'reproduced' in both.",
)
ANSWER = (
    "No: one unit gets at most 3 of the 4 rows right. A few hidden units "
    "suffice: with Adam, {xor-mlp/2-Adam:.0%} of the random starts learn XOR "
    "with 2 units and {xor-mlp/8-Adam:.0%} with 8."
)


def run(config: Config) -> Result:
    """Try threshold units and the formula, and train each net from every seed
    with both optimizers."""
    from zoo import data

    table = data.load("xor")
    x = table.train.x
    y = table.train.y[:, 0]
    seeds = len(config.seeds)
    metrics = {
        ANY_UNIT: np.full(seeds, count_most_rows(x, y)),
        FORMULA: np.tile(evaluate_formula(x), (seeds, 1)),
        UNITS: np.tile(evaluate_threshold_units(x), (seeds, 1)),
        RANDOM_UNITS: np.array(
            [
                search_most_rows(x, y, seed, config.random_units)
                for seed in config.seeds
            ]
        ),
    }
    for hidden in config.hidden:
        metrics |= train_network(config, hidden, table)
    return measured_on(table, metrics)


def count_most_rows(x: np.ndarray, y: np.ndarray) -> int:
    """Return how many rows one threshold unit can get right: the largest subset
    with a separating line."""
    for size in range(len(x), 0, -1):
        for rows in combinations(range(len(x)), size):
            if is_separable(x[list(rows)], y[list(rows)]):
                return size
    return 0


def is_separable(x: np.ndarray, y: np.ndarray) -> bool:
    """Tell whether a line has the rows with y = 1 on one side and the others on
    the other.

    A linear program decides it: are there weights w and a bias b with (2 y - 1)
        (w x + b) >= 1 for all rows?
    """
    from scipy.optimize import linprog

    with_bias = np.column_stack([x, np.ones(len(x))])
    signed = (2 * y - 1)[:, None] * with_bias
    program = linprog(
        np.zeros(3), A_ub=-signed, b_ub=-np.ones(len(x)), bounds=(None, None)
    )
    return program.success


def search_most_rows(
    x: np.ndarray, y: np.ndarray, seed: int, units: int
) -> int:
    """Return the most rows that one of so many random threshold units gets
    right."""
    draw = np.random.default_rng(seed)
    weights = draw.normal(size=(3, units))
    ones = np.ones(len(x))
    with_bias = np.column_stack([x, ones])
    is_on = with_bias @ weights > 0
    is_right = is_on == y[:, None]
    rows_right = is_right.sum(axis=0)
    return int(rows_right.max())


def evaluate_formula(x: np.ndarray) -> list[float]:
    """Return NOT((x1 AND x2) OR NOT(x1 OR x2)) for each row."""
    return [float(not ((a and b) or not (a or b))) for a, b in x.astype(bool)]


def evaluate_threshold_units(x: np.ndarray) -> np.ndarray:
    """Return what three threshold units make of each row: AND and NOR side by
    side, then NOR of the two."""
    both = x.sum(axis=1) > 1.5
    neither = x.sum(axis=1) < 0.5
    return (-1.0 * both - neither + 0.5 > 0).astype(float)


def train_network(config: Config, hidden: int, table) -> dict:
    """Return the metrics of one net, trained by both optimizers from every
    seed."""
    from zoo import engine, losses
    from zoo.engine import optimizers, probes
    from zoo.models import mlp

    build = partial(mlp, 2, (hidden,) if hidden else (), 1, activation="tanh")
    metrics = {
        PARAMETERS(hidden=hidden): np.full(
            len(config.seeds), build().count_params()
        )
    }
    rules = {
        "Adam": optimizers.Adam(config.adam_rate),
        "SGD": optimizers.SGD(config.sgd_rate),
    }
    for trainer, optimizer in rules.items():
        recipe = engine.Recipe(
            loss=losses.summed_binary_cross_entropy,
            optimizer=optimizer,
            steps=config.steps,
            probe_every=config.steps,
            probes=(probes.Outputs("train"),),
        )
        splits = {"train": table.train}
        study = engine.train(
            build,
            recipe,
            splits,
            config.seeds,
            name=f"{hidden} hidden, {trainer}",
        )
        logits = study.history("outputs on train")[:, -1, :, 0].astype(float)
        for metric, values in measure_logits(
            logits, table.train.y[:, 0]
        ).items():
            metrics[metric(hidden=hidden, trainer=trainer)] = values
    return metrics


def measure_logits(
    logits: np.ndarray, y: np.ndarray
) -> dict[Metric, np.ndarray]:
    """Return, from the logits (seeds, 4), what each seed ended at; with NaN
    logits nothing is solved."""
    from scipy.special import expit

    with np.errstate(invalid="ignore"):
        entropy = np.logaddexp(0, (1 - 2 * y) * logits).mean(axis=1)
    is_right = ((logits > 0) == (y > 0.5)).all(axis=1) & np.isfinite(
        logits
    ).all(axis=1)
    squares = ((expit(logits) - y) ** 2).mean(axis=1)
    return {
        ENTROPY: entropy,
        SQUARES: squares,
        ALL_ROWS: is_right,
        SOLVED: is_right & (entropy < 0.1),
    }


def plot(result: Result):
    """Draw the share of solved runs with its interval, and each seed's last
    cross-entropy."""
    from reproductions.harness.showing import figures

    figure, (solved, entropy) = figures.new(2, width=10)
    for trainer, shift, color in (
        ("Adam", -0.18, figures.OURS),
        ("SGD", 0.18, "0.35"),
    ):
        for position, hidden in enumerate(FULL.hidden):
            is_first = position == 0
            runs = result.metrics[SOLVED(hidden=hidden, trainer=trainer)]
            figures.fraction(
                solved,
                position + shift,
                runs,
                color=color,
                label=trainer if is_first else None,
            )
            ends = np.sort(
                result.metrics[ENTROPY(hidden=hidden, trainer=trainer)]
            )
            places = position + shift + np.linspace(-0.14, 0.14, len(ends))
            label = f"{trainer}, one seed" if is_first else None
            entropy.plot(places, ends, ".", ms=4, color=color, label=label)
    solved.set(
        ylabel="fraction that learns XOR (95 % interval)", ylim=(-0.03, 1.03)
    )
    entropy.set(ylabel="cross-entropy at the end", yscale="log")
    entropy.axhline(LN_2, lw=0.8, color=figures.PUBLISHED, label="ln 2")
    for axes in (solved, entropy):
        figures.columns(
            axes, [str(hidden) if hidden else "none" for hidden in FULL.hidden]
        )
        axes.set_xlabel("hidden units")
        axes.legend()
    return figure


if __name__ == "__main__":
    run_file(__file__)
