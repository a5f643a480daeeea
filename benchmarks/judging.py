"""How often is each verdict given, if we know what is true?

    python benchmarks/judging.py [--trials N] [--markdown]

Simulates sources and seeds, judges them with the judges of reproductions/harness, and prints how
often each verdict comes out, in percent. A true difference of 0 means that the source's procedure
and ours are the same; one margin is the most that a claim allows. Runs scatter with a standard
deviation of 1, in three shapes: normal, skewed (lognormal) and heavy-tailed (Student's t with 3
degrees of freedom). The random numbers start from a fixed seed, so that the same command prints
the same table.

What to look for: *reproduced* at two margins and *not reproduced* at a difference of 0 are errors.
Each must stay below 5 %.
"""

import argparse
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from reproductions.harness import (
    BestOf,
    Difference,
    Fraction,
    MeanOfRuns,
    OneRun,
)
from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    NOT_REPRODUCED,
    REPRODUCED,
)

SEEDS = (5, 10, 16, 32, 64)
DIFFERENCES = (0.0, 0.5, 1.0, 2.0)
"""True differences, in margins."""
STATUSES = (REPRODUCED, INCONCLUSIVE, NOT_REPRODUCED)

Draw = Callable[[np.random.Generator, int], np.ndarray]


def draw_normal(generator: np.random.Generator, n: int) -> np.ndarray:
    """Return n runs with mean 0 and standard deviation 1."""
    return generator.normal(0, 1, n)


def draw_skewed(generator: np.random.Generator, n: int) -> np.ndarray:
    """Return n lognormal runs (sigma 0.5), brought to mean 0 and standard deviation 1."""
    sigma = 0.5
    mean = np.exp(sigma**2 / 2)
    deviation = mean * np.sqrt(np.exp(sigma**2) - 1)
    return (generator.lognormal(0, sigma, n) - mean) / deviation


def draw_heavy_tailed(generator: np.random.Generator, n: int) -> np.ndarray:
    """Return n runs from Student's t with 3 degrees of freedom, brought to standard deviation
    1."""
    return generator.standard_t(3, n) / np.sqrt(3)


SHAPES = {
    "normal": draw_normal,
    "skewed": draw_skewed,
    "heavy-tailed": draw_heavy_tailed,
}


class Case(NamedTuple):
    """A kind of claim: its margin in standard deviations of one run, and how one trial is
    judged."""

    name: str
    margin: float
    judge: Callable


def judge_one_run(generator, draw: Draw, n: int, shift: float, margin: float):
    """One published run against n of ours, whose mean differs by `shift`."""
    (published,) = draw(generator, 1)
    return OneRun(published, margin).judge(shift + draw(generator, n))


def judge_mean(generator, draw: Draw, n: int, shift: float, margin: float):
    """A published mean of 6 runs against n of ours."""
    theirs = draw(generator, 6)
    judge = MeanOfRuns(theirs.mean(), theirs.std(ddof=1), 6, margin)
    return judge.judge(shift + draw(generator, n))


def judge_best(generator, draw: Draw, n: int, shift: float, margin: float):
    """The best of 3 published runs against n of ours."""
    published = draw(generator, 3).max()
    return BestOf(published, margin, k=3).judge(shift + draw(generator, n))


def judge_published_difference(generator, draw: Draw, n: int, shift: float, margin: float):
    """A published difference of two single runs against n pairs of ours."""
    one, other = draw(generator, 2)
    judge = Difference("v", published=one - other, margin=margin)
    return judge.judge(shift + draw(generator, n), draw(generator, n))


def judge_equivalence(generator, draw: Draw, n: int, shift: float, margin: float):
    """Two arms of ours that should be alike."""
    judge = Difference("v", within=margin)
    return judge.judge(shift + draw(generator, n), np.zeros(n))


def judge_direction(generator, draw: Draw, n: int, shift: float, margin: float):
    """Two arms of ours, one of which should be better; `margin` is the smallest effect that
    matters."""
    judge = Difference("v", at_least=0, matters=margin)
    return judge.judge(shift + draw(generator, n), np.zeros(n))


def judge_share(generator, draw: Draw, n: int, shift: float, margin: float):
    """A published share of 100 runs, 0.5, against n of ours; the shape plays no part."""
    theirs = generator.binomial(100, 0.5) / 100
    judge = Fraction(published=theirs, margin=margin, of=100)
    return judge.judge((generator.random(n) < 0.5 + shift).astype(float))


CASES = (
    Case("one published run", 4.0, judge_one_run),
    Case("mean of 6 published runs", 2.0, judge_mean),
    Case("best of 3 published runs", 4.0, judge_best),
    Case("published difference of two runs", 6.0, judge_published_difference),
    Case("two arms of ours are alike", 1.0, judge_equivalence),
    Case("one arm of ours is better", 1.0, judge_direction),
    Case("published share of 100 runs", 0.25, judge_share),
)


def simulate(case: Case, draw: Draw, n: int, difference: float, trials: int) -> list[float]:
    """Return how often each of STATUSES is given, in percent."""
    generator = np.random.default_rng(0)
    counts = dict.fromkeys(STATUSES, 0)
    for _ in range(trials):
        verdict = case.judge(generator, draw, n, difference * case.margin, case.margin)
        counts[verdict.status] += 1
    return [100 * count / trials for count in counts.values()]


def print_table(case: Case, shape: str, trials: int, markdown: bool) -> None:
    """Print one table: a row for each number of seeds, a cell for each true difference."""
    headings = ["seeds", *(f"{difference:g}" for difference in DIFFERENCES)]
    rows = []
    for n in SEEDS:
        cells = [str(n)]
        for difference in DIFFERENCES:
            shares = simulate(case, SHAPES[shape], n, difference, trials)
            cells.append(" / ".join(f"{share:.0f}" for share in shares))
        rows.append(cells)
    print(f"\n{case.name}, margin {case.margin:g} sd, {shape} runs")
    if markdown:
        print("\n| " + " | ".join(headings) + " |")
        print("|---" * len(headings) + "|")
        for cells in rows:
            print("| " + " | ".join(cells) + " |")
        return
    for cells in [headings, *rows]:
        first, *others = cells
        print(f"{first:>6}" + "".join(f"{cell:>14}" for cell in others))


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--trials", type=int, default=400, help="sources for each cell")
    parser.add_argument(
        "--markdown", action="store_true", help="print tables for docs/statistics.md"
    )
    arguments = parser.parse_args()
    print(
        "Percent reproduced / inconclusive / not reproduced, by the true difference in margins; "
        f"{arguments.trials} simulated sources a cell"
    )
    for case in CASES:
        for shape in SHAPES:
            if case.judge is not judge_share or shape == "normal":
                print_table(case, shape, arguments.trials, arguments.markdown)


if __name__ == "__main__":
    main()
