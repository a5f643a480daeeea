"""How long does `zoo predict` take for one digit from a cold start, through LiteRT and
through TensorFlow?

    python benchmarks/cold_start.py [--rounds 5] [--write]

Every command is a process of its own, in turn (A B C A B C ...), with nothing else on the
machine: `zoo predict lenet5.mnist` on one picture through LiteRT, the same through
TensorFlow, and an import of the libraries alone that the first one uses, which is what it can
never be faster than. A time is wall time from start to end. `--write` puts the table into
docs/benchmarks.md.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from engine import machine, ratio, table, triple, write

ROOT = Path(__file__).parents[1]
OURS, ASKED = "`zoo predict`, LiteRT", 1.0
"""The side that is asked to answer within so many seconds."""
IMPORTS = "import ai_edge_litert.interpreter, numpy, PIL.Image, pydantic, rich.table, typer"
PREDICT = ("-m", "zoo.cli", "predict", "lenet5.mnist", "digit.png", "--runtime")
SIDES = {
    "`zoo predict`, TensorFlow": (*PREDICT, "tensorflow"),
    "the libraries' import alone": ("-c", IMPORTS),
    OURS: (*PREDICT, "litert"),
}
HEADINGS = ("against", "its s", "`zoo predict`, LiteRT: s", "ratio", f"at most {ASKED:g} s")


def draw(file):
    """Write a picture of 28 x 28 grey pixels."""
    import numpy as np
    from PIL import Image

    pixels = np.random.default_rng(0).integers(0, 256, (28, 28)).astype("uint8")
    Image.fromarray(pixels).save(file)


def seconds(arguments, folder):
    """Run Python with these arguments in a process of its own; return its wall time."""
    kept = {
        key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"
    }
    environment = kept | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    process = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    spent = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{process.stderr[-2000:]}")
    return spent


def measured(rounds):
    """Return {side: [{"pace": seconds}, one per round]}; a first round, which fills the disk
    cache and compiles to bytecode, is left out.
    """
    results = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder) / "digit.png")
        for turn in range(rounds + 1):
            for side, arguments in SIDES.items():
                spent = seconds(arguments, folder)
                results[side] += [{"pace": spent}] if turn else []
    return results


def rows(results):
    """Yield the table's rows: every other side against ours."""
    ours = results[OURS]
    reached = "yes" if statistics.median(result["pace"] for result in ours) <= ASKED else "no"
    times = {
        side: triple([result["pace"] for result in found], "{:.2f}")
        for side, found in results.items()
    }
    for side in [name for name in SIDES if name != OURS]:
        yield (
            side,
            times[side],
            times[OURS],
            triple(ratio(results[side], ours), "{:.2f}"),
            reached,
        )


def main():
    """Measure all sides and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/benchmarks.md"
    )
    options = parser.parse_args()
    text = f"{machine()} {options.rounds} rounds.\n\n{table(rows(measured(options.rounds)), HEADINGS)}"
    print(text)
    if options.write:
        write(text, "cold-start")


if __name__ == "__main__":
    main()
