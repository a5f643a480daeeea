"""How fast does the engine train, against `model.fit`, scikit-learn and plain numpy, on the
same work?

    python benchmarks/engine.py [--rounds 5] [--only NAME] [--write]

Every side of a comparison runs in a process of its own, in turn (A B A B ...), with its own
default threads and nothing else on the machine. A process trains twice: the first time
compiles, the second is timed; what the first took longer is the compile time. Times are per
update and network; the engine's include everything it does: building, hashing, index tables,
writing to the run store. `--write` puts the table into docs/benchmarks.md.
"""

import argparse
import functools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]


class Work(NamedTuple):
    """One training job: the same network, loss, optimizer and batches on every side."""

    title: str
    shape: tuple[int, ...]
    examples: int
    batch_size: int
    build: str
    engine_epochs: int
    fit_epochs: int
    floor: float | None
    """The ratio to `fit` that the engine is asked to reach."""
    peers: tuple[str, ...] = ()


WORKS = {
    "784-30-10": Work(
        "784-30-10, batch 10",
        (784,),
        10_000,
        10,
        "one_hidden",
        50,
        3,
        25,
        ("sklearn", "numpy"),
    ),
    "784-30x4-10": Work(
        "784-30x4-10, batch 10", (784,), 10_000, 10, "four_hidden", 30, 3, 20
    ),
    "xor": Work("2-4-1 XOR, full batch", (2,), 4, 4, "xor", 100_000, 40, 1000),
    "lenet5": Work("LeNet-5, batch 32", (28, 28, 1), 6_400, 32, "lenet5", 8, 3, 2),
    "dropout": Work(
        "784-800-800-10 dropout, batch 100", (784,), 10_000, 100, "dropout", 6, 3, 1.8
    ),
}


def arrays(work):
    """Return random images and class numbers of the work's shape; XOR's four rows for XOR."""
    import numpy as np

    if work.shape == (2,):
        x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
        return x, np.array([[0], [1], [1], [0]], "float32")
    random = np.random.default_rng(0)
    x = random.random((work.examples, *work.shape), dtype="float32")
    return x, random.integers(0, 10, work.examples)


def network(name):
    """Build the network of a work."""
    from zoo.models import lenet5, mlp, nielsen_mlp

    return {
        "one_hidden": functools.partial(nielsen_mlp, 784, (30,)),
        "four_hidden": functools.partial(nielsen_mlp, 784, (30,) * 4),
        "xor": functools.partial(mlp, 2, (4,), 1, activation="tanh"),
        "lenet5": lenet5,
        "dropout": functools.partial(
            mlp, 784, (800, 800), 10, input_dropout=0.2, dropout=0.5
        ),
    }[name]()


def loss_of(work):
    """Return the loss of a work."""
    from zoo import losses

    sums = work.build in ("one_hidden", "four_hidden", "xor")
    return losses.summed_binary_cross_entropy if sums else losses.softmax_cross_entropy


def by_engine(work, workers=None):
    """Return (seconds, seconds, updates) of two trainings by the engine: the first one
    compiles."""
    from zoo import engine
    from zoo.engine import optimizers

    members = 2
    x, y = arrays(work)
    recipe = engine.Recipe(
        loss=loss_of(work), optimizer=optimizers.SGD(0.1), batch_size=work.batch_size,
        epochs=work.engine_epochs, probe_every=work.engine_epochs * -(-work.examples // work.batch_size),
    )  # fmt: skip
    build = functools.partial(network, work.build)
    spent = []
    with (
        tempfile.TemporaryDirectory() as store,
        engine.using(store=store, workers=workers, progress=False),
    ):
        for seeds in ([1, 2], [3, 4]):
            began = time.perf_counter()
            study = engine.train(build, recipe, {"train": (x, y)}, seeds)
            spent.append(time.perf_counter() - began)
    return *spent, members * int(study.steps[-1])


def by_fit(work):
    """Return the same for two calls of `model.fit` at its default settings, progress bar off."""
    import keras

    x, y = arrays(work)
    if work.shape != (2,):
        y = keras.utils.to_categorical(y, 10)
    model = network(work.build)
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=loss_of(work))
    spent = []
    for epochs in (1, work.fit_epochs):
        began = time.perf_counter()
        model.fit(x, y, batch_size=work.batch_size, epochs=epochs, verbose=0)
        spent.append(time.perf_counter() - began)
    return *spent, work.fit_epochs * -(-work.examples // work.batch_size)


def by_sklearn(work):
    """Return the same for scikit-learn's MLPClassifier (softmax outputs; the nearest it has)."""
    import warnings

    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    x, y = arrays(work)
    spent = []
    for epochs in (1, 3):
        options = {
            "solver": "sgd",
            "momentum": 0.0,
            "batch_size": work.batch_size,
            "learning_rate_init": 0.1,
        }
        model = MLPClassifier((30,), activation="logistic", max_iter=epochs, **options)
        began = time.perf_counter()
        model.fit(x, y)
        spent.append(time.perf_counter() - began)
    return *spent, 3 * work.examples // work.batch_size


def by_numpy(work):
    """Return the same for the loop a careful person writes by hand in numpy."""
    import numpy as np

    x, y = arrays(work)
    targets, random = np.eye(10, dtype="float32")[y], np.random.default_rng(1)
    weights = [
        random.normal(0, size**-0.5, (size, units)).astype("float32")
        for size, units in ((784, 30), (30, 10))
    ]
    biases = [random.normal(size=units).astype("float32") for units in (30, 10)]
    began = time.perf_counter()
    for _ in range(5):
        order = random.permutation(len(x))
        for start in range(0, len(x), work.batch_size):
            rows = order[start : start + work.batch_size]
            numpy_step(x[rows], targets[rows], weights, biases, 0.1 / work.batch_size)
    return 0.0, time.perf_counter() - began, 5 * work.examples // work.batch_size


def numpy_step(x, targets, weights, biases, rate):
    """Update weights and biases in place by one step of backpropagation."""
    import numpy as np

    hidden = 1 / (1 + np.exp(-(x @ weights[0] + biases[0])))
    delta = 1 / (1 + np.exp(-(hidden @ weights[1] + biases[1]))) - targets
    below = delta @ weights[1].T * hidden * (1 - hidden)
    weights[1] -= rate * (hidden.T @ delta)
    biases[1] -= rate * delta.sum(axis=0)
    weights[0] -= rate * (x.T @ below)
    biases[0] -= rate * below.sum(axis=0)


def depth_study_memory(_):
    """Train 32 seeds of all four depths for 2,000 updates on arrays of MNIST's size; only the
    peak memory counts.
    """
    import numpy as np

    from zoo import engine, losses
    from zoo.engine import optimizers, probes
    from zoo.models import nielsen_mlp

    random = np.random.default_rng(0)
    splits = {name: (random.random((n, 784), dtype="float32"), random.integers(0, 10, n))
              for name, n in (("train", 50_000), ("validation", 10_000))}  # fmt: skip
    recipe = engine.Recipe(
        loss=losses.summed_binary_cross_entropy, optimizer=optimizers.SGD(0.1, 1e-4), batch_size=10,
        steps=2000, probe_every=1000, probes=(probes.Evaluate("validation", (probes.correct,)),),
    )  # fmt: skip
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as store, engine.using(store=store, progress=False):
        for depth in (1, 2, 3, 4):
            engine.train(
                functools.partial(nielsen_mlp, 784, (30,) * depth),
                recipe,
                splits,
                range(1, 33),
            )
    return 0.0, time.perf_counter() - began, 4 * 32 * 2000


SIDES = {
    "engine": by_engine,
    "engine, 1 worker": functools.partial(by_engine, workers=1),
    "engine, 2 workers": functools.partial(by_engine, workers=2),
    "fit": by_fit,
    "sklearn": by_sklearn,
    "numpy": by_numpy,
    "memory": depth_study_memory,
}


def measure(side, name):
    """Run one side of one work in a process of its own; return its measurements."""
    command = [sys.executable, __file__, "--side", side, "--only", name]
    environment = {
        key: value for key, value in os.environ.items() if key != "TF_NUM_INTRAOP_THREADS"
    }
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    process = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False
    )
    if process.returncode:
        raise SystemExit(f"{side} on {name} failed:\n{process.stderr[-2000:]}")
    return json.loads(process.stdout.splitlines()[-1])


def report_side(side, name):
    """Print, as one line of JSON, what this process measured."""
    first, second, updates = SIDES[side](WORKS.get(name))
    pace = second / updates
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"pace": pace, "compile": max(0.0, first - second), "memory": memory}))


def rounds_of(sides, name, rounds):
    """Return {side: [measurement per round]}, the sides in turn within every round."""
    results = {side: [] for side in sides}
    for _ in range(rounds):
        for side in sides:
            results[side].append(measure(side, name))
    return results


def ratio(slow, fast):
    """Return the ratios of two sides' paces, round by round."""
    return [a["pace"] / b["pace"] for a, b in zip(slow, fast, strict=True)]


def triple(values, form="{:.1f}"):
    """Return min, median and max in words."""
    return " / ".join(
        form.format(value) for value in (min(values), statistics.median(values), max(values))
    )


def micros(results):
    """Return the paces in microseconds as min / median / max."""
    return triple([1e6 * result["pace"] for result in results], "{:,.0f}")


def compare(name, rounds):
    """Yield the table's rows for one work."""
    work = WORKS[name]
    results = rounds_of(("fit", "engine", *work.peers), name, rounds)
    compiled = statistics.median(result["compile"] for result in results["engine"])
    for side in ("fit", *work.peers):
        ratios = ratio(results[side], results["engine"])
        asked = f"{work.floor:g}" if side == "fit" else ""
        verdict = (
            ""
            if side != "fit"
            else ("yes" if statistics.median(ratios) >= work.floor else "no")
        )
        pair = (micros(results[side]), micros(results["engine"]), f"{compiled:.1f}")
        yield work.title, PEERS[side], *pair, triple(ratios), asked, verdict


PEERS = {
    "fit": "`model.fit`",
    "sklearn": "scikit-learn MLPClassifier",
    "numpy": "numpy by hand",
}


def compare_workers(name, rounds):
    """Yield the row that compares two workers with one."""
    results = rounds_of(("engine, 1 worker", "engine, 2 workers"), name, rounds)
    one, two = results.values()
    ratios = ratio(one, two)
    verdict = "yes" if statistics.median(ratios) >= 1.6 else "no"
    compiled = statistics.median(result["compile"] for result in two)
    pair = (micros(one), micros(two), f"{compiled:.1f}")
    yield (
        WORKS[name].title,
        "the engine with one worker",
        *pair,
        triple(ratios, "{:.2f}"),
        "1.6",
        verdict,
    )


HEADINGS = (
    "work",
    "against",
    "its us per update",
    "engine's us",
    "compile s",
    "ratio",
    "asked",
    "reached",
)


def table(rows, headings=HEADINGS):
    """Return a Markdown table; times and ratios are min / median / max over the rounds."""
    lines = [
        "| " + " | ".join(row) + " |" for row in (headings, ["---"] * len(headings), *rows)
    ]
    return "\n".join(lines)


def machine():
    """Return a line that describes the machine and the software."""
    import platform
    from importlib.metadata import version

    from zoo.engine.machine import cores, processor_name

    versions = ", ".join(
        f"{name} {version(name)}" for name in ("tensorflow", "keras", "numpy", "scikit-learn")
    )
    return f"{processor_name()}, {cores()} cores; Python {platform.python_version()}, {versions}."


def write(text, part="engine"):
    """Replace a part of docs/benchmarks.md, which stands between two marks of its name there."""
    path = ROOT / "docs" / "benchmarks.md"
    begin, end = f"<!-- {part}:begin -->", f"<!-- {part}:end -->"
    before, _, rest = path.read_text().partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def main():
    """Compare all works, or one, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=[*WORKS, "workers", "memory"])
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/benchmarks.md"
    )
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only and options.write:
        parser.error("--write needs the whole table: leave out --only")
    if options.side:
        report_side(options.side, options.only)
        return
    rows = []
    for name in (
        [options.only] if options.only in WORKS else WORKS if not options.only else ()
    ):
        rows += compare(name, options.rounds)
    for name in ("784-30-10", "lenet5") if options.only in (None, "workers") else ():
        rows += compare_workers(name, options.rounds)
    text = f"{machine()} {options.rounds} rounds.\n\n{table(rows)}" if rows else machine()
    if options.only in (None, "memory"):
        peak = measure("memory", "memory")["memory"]
        text += f"\n\nPeak memory of the depth study, 32 seeds of four depths: {peak:,.0f} MB"
        text += " (asked: under 2,000)."
    print(text)
    if options.write:
        write(text)


if __name__ == "__main__":
    main()
