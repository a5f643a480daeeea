"""How fast does the engine train a restricted Boltzmann machine, against scikit-learn's
BernoulliRBM?

    python benchmarks/rbm.py [--rounds 5] [--write]

784-500, batches of 100, on 10,000 binary images. scikit-learn knows persistent chains alone
(100 of them, one step per update); so the engine is measured by CD-1, with two networks side
by side and with one alone, and by the same persistent chains. Every side runs in a process of
its own, in turn (A B C D A B C D ...), with its own default threads and nothing else on the
machine; all compute in float32. A process trains twice: the first time compiles, the second
is timed. Times are per epoch and network; the engine's include everything it does: building,
hashing, index tables, writing to the run store. `--write` puts the table into
docs/benchmarks.md.
"""

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from engine import machine, ratio, table, triple, write

ROOT = Path(__file__).parents[1]
VISIBLE, HIDDEN, BATCH, EXAMPLES, EPOCHS = 784, 500, 100, 10_000, 10
SLOWEST = 1.1
"""The longest time per epoch that is asked of the engine, in units of scikit-learn's."""


class Work(NamedTuple):
    """What the engine is asked to train."""

    networks: int
    choices: dict


WORKS = {
    "CD-1, two networks": Work(2, {}),
    "CD-1, one network": Work(1, {}),
    "100 persistent chains, two networks": Work(2, {"chains": BATCH, "sample_visible": True}),
}


def images():
    """Return random binary images, a fifth of the pixels on: float32 (examples, visible)."""
    import numpy as np

    return (np.random.default_rng(0).random((EXAMPLES, VISIBLE)) < 0.2).astype("float32")


def by_engine(name):
    """Return (seconds, seconds, networks) of two trainings of as many networks: the first one
    compiles."""
    from zoo import engine, losses
    from zoo.engine import optimizers
    from zoo.models import rbm

    work, x = WORKS[name], images()
    recipe = engine.Recipe(
        loss=losses.own_cost, optimizer=optimizers.SGD(0.1), batch_size=BATCH, epochs=EPOCHS,
        probe_every=EPOCHS * EXAMPLES // BATCH,
    )  # fmt: skip
    build = functools.partial(rbm, VISIBLE, HIDDEN, **work.choices)
    spent = []
    with tempfile.TemporaryDirectory() as store, engine.using(store=store, progress=False):
        for first in (1, 1 + work.networks):
            began = time.perf_counter()
            engine.train(
                build, recipe, {"train": (x, x)}, range(first, first + work.networks)
            )
            spent.append(time.perf_counter() - began)
    return *spent, work.networks


def by_sklearn():
    """Return the same for one BernoulliRBM, fitted twice."""
    from sklearn.neural_network import BernoulliRBM

    x, spent = images(), []
    for _ in range(2):
        model = BernoulliRBM(
            HIDDEN, learning_rate=0.1, batch_size=BATCH, n_iter=EPOCHS, random_state=1
        )
        began = time.perf_counter()
        model.fit(x)
        spent.append(time.perf_counter() - began)
    return *spent, 1


SIDES = {"scikit-learn": by_sklearn} | {
    name: functools.partial(by_engine, name) for name in WORKS
}


def report_side(side):
    """Print, as one line of JSON, the seconds per epoch and network that this process
    measured."""
    first, second, networks = SIDES[side]()
    print(
        json.dumps({"pace": second / EPOCHS / networks, "compile": max(0.0, first - second)})
    )


def measure(side):
    """Run one side in a process of its own; return its measurements."""
    environment = {
        key: value for key, value in os.environ.items() if key != "TF_NUM_INTRAOP_THREADS"
    }
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    process = subprocess.run(
        [sys.executable, __file__, "--side", side],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    if process.returncode:
        raise SystemExit(f"{side} failed:\n{process.stderr[-2000:]}")
    return json.loads(process.stdout.splitlines()[-1])


def rows(rounds):
    """Yield the table's rows: each work of the engine against scikit-learn."""
    results = {side: [] for side in SIDES}
    for _ in range(rounds):
        for side, measured in results.items():
            measured.append(measure(side))
    theirs = results.pop("scikit-learn")
    for side, ours in results.items():
        ratios = ratio(ours, theirs)
        compiled = statistics.median(result["compile"] for result in ours)
        reached = "yes" if statistics.median(ratios) <= SLOWEST else "no"
        yield (
            side,
            millis(theirs),
            millis(ours),
            f"{compiled:.1f}",
            triple(ratios, "{:.2f}"),
            reached,
        )


def millis(results):
    """Return the paces in milliseconds as min / median / max."""
    return triple([1000 * result["pace"] for result in results], "{:,.0f}")


HEADINGS = (
    "the engine's work",
    "scikit-learn's ms per epoch",
    "engine's ms",
    "compile s",
    "engine's / scikit-learn's",
    f"at most {SLOWEST}",
)


def main():
    """Compare all the engine's works with scikit-learn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/benchmarks.md"
    )
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        report_side(options.side)
        return
    text = f"{machine()} {options.rounds} rounds.\n\n{table(rows(options.rounds), HEADINGS)}"
    print(text)
    if options.write:
        write(text, "rbm")


if __name__ == "__main__":
    main()
