"""Does an update take longer with logistic units than with rectified ones?

    python benchmarks/activations.py [--rounds 5] [--write]

Lecture note 001 (lines 918 and 942) calls ReLU cheaper to compute.
reproductions/relu_vs_sigmoid.py counts epochs alone, since seconds do not repeat; this is the
other factor, for its two networks. Every side runs in a process of its own, in turn (A B A B
...), and trains twice: the first time compiles, the second is timed. Two networks train side
by side, as many seeds do. `--write` puts the table into docs/benchmarks.md.
"""

import argparse
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from engine import machine, ratio, triple

ROOT = Path(__file__).parents[1]
SHAPES = {"dense": (784,), "convolutional": (28, 28, 1)}
UNITS = ("sigmoid", "ReLU")
BATCH, EXAMPLES, NETWORKS = 50, 10_000, 2
EPOCHS = {"dense": 10, "convolutional": 2}


def report_side(net, units):
    """Print, as one line of JSON, the seconds per update and network that this process
    measured."""
    import numpy as np

    from reproductions.relu_vs_sigmoid import build_net
    from zoo import engine, losses
    from zoo.engine import optimizers

    random = np.random.default_rng(0)
    x = random.random((EXAMPLES, *SHAPES[net]), "float32")
    y = random.integers(0, 10, EXAMPLES)
    updates = EPOCHS[net] * EXAMPLES // BATCH
    recipe = engine.Recipe(
        loss=losses.softmax_cross_entropy, optimizer=optimizers.SGD(0.1), batch_size=BATCH,
        epochs=EPOCHS[net], probe_every=updates,
    )  # fmt: skip
    build = functools.partial(build_net, net, units, SHAPES[net], 5)
    with tempfile.TemporaryDirectory() as store, engine.using(store=store, progress=False):
        for first in (1, 1 + NETWORKS):
            began = time.perf_counter()
            engine.train(build, recipe, {"train": (x, y)}, range(first, first + NETWORKS))
            spent = time.perf_counter() - began
    print(json.dumps({"pace": spent / updates / NETWORKS}))


def measure(net, units):
    """Run one side in a process of its own; return its measurements."""
    environment = {
        key: value for key, value in os.environ.items() if key != "TF_NUM_INTRAOP_THREADS"
    }
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    process = subprocess.run(
        [sys.executable, __file__, "--side", net, units],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    if process.returncode:
        raise SystemExit(f"{net}, {units} failed:\n{process.stderr[-2000:]}")
    return json.loads(process.stdout.splitlines()[-1])


def rows(rounds):
    """Yield the table's rows, one for each network."""
    for net in SHAPES:
        turns = [[measure(net, units) for units in UNITS] for _ in range(rounds)]
        slow, fast = zip(*turns, strict=True)
        times = [
            triple([1e6 * result["pace"] for result in side], "{:,.0f}")
            for side in (slow, fast)
        ]
        yield net, *times, triple(ratio(slow, fast), "{:.2f}")


def table(rows):
    """Return a Markdown table; times and ratios are min / median / max over the rounds."""
    headings = ("network", "sigmoid: us per update", "ReLU: us per update", "sigmoid / ReLU")
    return "\n".join(
        "| " + " | ".join(row) + " |" for row in (headings, ["---"] * len(headings), *rows)
    )


def write(text):
    """Put the table into docs/benchmarks.md, in place of the last one or at the end."""
    path = ROOT / "docs" / "benchmarks.md"
    begin, end = "<!-- activations:begin -->", "<!-- activations:end -->"
    page = path.read_text()
    if begin not in page:
        page += (
            "\n## Logistic and rectified units\n\n`python benchmarks/activations.py --write` makes this "
            "table for the two networks of reproductions/relu_vs_sigmoid.py.\n\n"
            f"{begin}\n{end}\n"
        )
    before, _, rest = page.partition(begin)
    path.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}")


def main():
    """Compare both kinds of units in both networks and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/benchmarks.md"
    )
    parser.add_argument("--side", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        report_side(*options.side)
        return
    text = f"{machine()} {options.rounds} rounds.\n\n{table(rows(options.rounds))}"
    print(text)
    if options.write:
        write(text)


if __name__ == "__main__":
    main()
