"""How fast does an exported model answer, against `model.predict` and `model(x)`?

    python benchmarks/inference.py [--rounds 5] [--write]

LeNet-5 with its preprocessing, on random pixels; the weights do not matter. Every side
answers the same batches in a process of its own, in turn (A B C A B C ...), with its own
default threads (and GPU, if TensorFlow finds one) and nothing else on the machine. A time is
the median over repeated calls, from numpy arrays to numpy arrays; the first calls, which
trace and compile, are left out. `--write` puts the table into docs/benchmarks.md.
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

from engine import machine, ratio, table, triple, write

ROOT = Path(__file__).parents[1]
BATCHES = (1, 32, 256, 1024, 4096)
OURS = "the SavedModel"
ASKED = {("`model.predict`", 1): 40, ("`model.predict`", 1024): 3}
"""How many times faster than that side, at that size of batch, the SavedModel is asked to be.
"""
FIRST_CALLS, CALLS, SECONDS = 3, 300, 2.0
"""Calls before the clock runs; then at most so many, at most so long, but five at least."""


def model():
    """Build LeNet-5 behind the preprocessing that loaded models have."""
    import keras

    from zoo.models import lenet5

    keras.utils.set_random_seed(1)
    entry = keras.Input((28, 28, 1), name="images")
    scaled = keras.layers.Rescaling(1 / 255)(entry)
    return keras.Model(entry, lenet5()(scaled), name="lenet5")


def prepare(folder):
    """Write the exports that the sides load into `folder`."""
    from zoo import export

    export.savedmodel(model(), folder / "saved", xla=True)
    export.litert(model(), folder / "model.tflite")


def by_predict(_):
    """Return a function that answers by `model.predict` as it is usually called: batches of
    32."""
    return functools.partial(model().predict, verbose=0)


def by_predict_at_once(_):
    """Return the same with everything in one batch."""
    network = model()
    return lambda x: network.predict(x, batch_size=len(x), verbose=0)


def by_call(_):
    """Return a function that calls the Keras model."""
    network = model()
    return lambda x: network(x, training=False).numpy()


def by_signature(folder, name="serve"):
    """Return a function that calls a signature of the SavedModel."""
    import tensorflow as tf

    loaded = tf.saved_model.load(folder / "saved")

    def answer(x):
        # looked up in each call: `loaded` must live as long as the function, and a signature
        # by itself does not keep its variables
        signature = loaded.signatures[name]
        return signature(images=tf.constant(x))["logits"].numpy()

    return answer


def by_litert(folder):
    """Return a function that calls LiteRT."""
    from zoo import lite_runtime

    runner = lite_runtime.runner((folder / "model.tflite").read_bytes())
    return lambda x: runner(images=x)["logits"]


SIDES = {
    "`model.predict`": by_predict,
    "`model.predict`, one batch": by_predict_at_once,
    "`model(x)`": by_call,
    "its XLA endpoint": functools.partial(by_signature, name="serve_xla"),
    "LiteRT": by_litert,
    OURS: by_signature,
}


def paces(answer):
    """Return {size of batch: seconds per call}, medians."""
    import numpy as np

    random = np.random.default_rng(0)
    found = {}
    for batch in BATCHES:
        x = random.integers(0, 256, (batch, 28, 28, 1)).astype("float32")
        found[batch] = statistics.median(calls(answer, x))
    return found


def calls(answer, x):
    """Return the seconds of each call, the first ones apart."""
    for _ in range(FIRST_CALLS):
        answer(x)
    spent = []
    while len(spent) < 5 or (len(spent) < CALLS and sum(spent) < SECONDS):
        began = time.perf_counter()
        answer(x)
        spent.append(time.perf_counter() - began)
    return spent


def child(*arguments):
    """Run this file in a process of its own; return what it printed last."""
    environment = {
        key: value for key, value in os.environ.items() if key != "TF_NUM_INTRAOP_THREADS"
    }
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, __file__, *arguments]
    process = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False
    )
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{process.stderr[-2000:]}")
    return process.stdout.splitlines()[-1]


def measured(rounds):
    """Return {side: {size of batch: [{"pace": seconds per call}, one per round]}}."""
    results = {side: {batch: [] for batch in BATCHES} for side in SIDES}
    with tempfile.TemporaryDirectory() as folder:
        child("--folder", folder, "--side", "prepare")
        for _ in range(rounds):
            for side, by_batch in results.items():
                for batch, pace in json.loads(
                    child("--folder", folder, "--side", side)
                ).items():
                    by_batch[int(batch)].append({"pace": pace})
    return results


HEADINGS = ("batch", "against", "its ms", "the SavedModel's ms", "its images per s", "the SavedModel's",
            "ratio", "asked", "reached")  # fmt: skip


def rows(results):
    """Yield the table's rows: by size of batch, every side against the SavedModel."""
    for batch in BATCHES:
        ours = results[OURS][batch]
        for side in [name for name in SIDES if name != OURS]:
            theirs = results[side][batch]
            ratios, asked = ratio(theirs, ours), ASKED.get((side, batch))
            reached = (
                "" if asked is None else "yes" if statistics.median(ratios) >= asked else "no"
            )
            times = (
                millis(theirs),
                millis(ours),
                per_second(theirs, batch),
                per_second(ours, batch),
            )
            yield f"{batch:,}", side, *times, triple(ratios), str(asked or ""), reached


def millis(results):
    """Return milliseconds per call as min / median / max."""
    return triple([1000 * result["pace"] for result in results], "{:,.2f}")


def per_second(results, batch):
    """Return images per second, the median over the rounds."""
    return f"{batch / statistics.median(result['pace'] for result in results):,.0f}"


def main():
    """Measure all sides and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/benchmarks.md"
    )
    parser.add_argument("--side", choices=["prepare", *SIDES], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side == "prepare":
        prepare(options.folder)
        print("{}")
    elif options.side:
        print(json.dumps(paces(SIDES[options.side](options.folder))))
    else:
        text = f"{machine()} {options.rounds} rounds.\n\n{table(rows(measured(options.rounds)), HEADINGS)}"
        print(text)
        if options.write:
            write(text, "inference")


if __name__ == "__main__":
    main()
