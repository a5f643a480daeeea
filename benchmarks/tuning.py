"""How long does a trial of a search take, against KerasTuner's own tuner with `model.fit`?

    python benchmarks/tuning.py [--rounds 3] [--only trials|workers] [--write] [--quick]

A trial is 784-128-10, 10 epochs of MNIST (of random pixels of its shape where ZOO_DATA has
none), trained once, or twice from two random seeds: side by side by the job, one after the
other by KerasTuner. Both sides search the learning rate of Adam within the same bounds, and
have the same builder and so the same initialisers, and the same loss. Every side runs in a
process of its own, in turn (A B A B ...), with its own default threads and nothing else on
the machine. Its time begins when the libraries are loaded and ends with the search: loading
the data, compiling, and everything that each side writes are in it. It is divided by the
number of trials: three as a rule; the row of a single trial shows what the beginning of a
search costs.

The second table is `zoo tune run --workers 2` against `--workers 1`, one network per trial,
from the command to its end. Beside it stand the cores that each kept busy, the CPU seconds of
all its processes by seconds: what one worker uses of two cores bounds what a second can
bring. `--write` puts both into docs/benchmarks.md; `--quick` only shows that everything runs.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from engine import machine, table, triple, write

ROOT = Path(__file__).parents[1]
sys.path[0] = str(
    ROOT
)  # where the package `tuning` lies, which this file's folder would hide
FLOORS = {32: 8, 128: 2}
"""Batch size -> the ratio that is asked for."""
FASTER = 1.6


class Search(NamedTuple):
    """One comparison with KerasTuner."""

    batch: int
    executions: int
    """Networks per trial."""
    trials: int


SEARCHES = (
    Search(32, 2, 3),
    Search(128, 2, 3),
    Search(32, 1, 3),
    Search(128, 1, 3),
    Search(32, 2, 1),
)


class Size(NamedTuple):
    """How much is done."""

    epochs: int
    job: str
    """Of the comparison of workers."""
    trials: int


FULL = Size(epochs=10, job="mnist_mlp", trials=24)
QUICK = Size(epochs=1, job="digits_mlp", trials=2)

JOB = '''"""784-128-10: the rate alone is searched."""

import functools

from tuning.harness import Candidate, Job
from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.models import mlp

JOB = Job(data="mnist", data_options={{"flat": True}}, metric="validation wrong")


def space(hp):
    build = functools.partial(mlp, 784, (128,), 10)
    recipe = Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.Adam(hp.Float("rate", 1e-4, 1e-2, sampling="log", default=1e-3)),
        batch_size={batch},
        epochs={epochs},
        probes=(probes.Evaluate("validation", (probes.wrong,)),),
    )
    return Candidate(build, recipe)
'''


def use_random_pixels(examples):
    """Have every data set be random pixels of MNIST's shape, so many of them."""
    import numpy as np

    from zoo import data

    random = np.random.default_rng(0)
    splits = [
        data.Split(
            random.random((count, 784), dtype="float32"), random.integers(0, 10, count)
        )
        for count in (examples, examples // 5, examples // 5)
    ]
    made = data.Dataset("random pixels", *splits, "generated")
    data.load = lambda name, **options: made


def choose_data(*, quick):
    """Take MNIST where it is at hand; return its name or that of what takes its place."""
    from zoo import data

    if quick:
        use_random_pixels(1_000)
    elif not has_mnist():
        use_random_pixels(50_000)
    return data.load("mnist", flat=True).name


def has_mnist():
    """Tell whether MNIST is at hand."""
    from zoo import data

    found = next(row.found for row in data.listing() if row.name == "mnist")
    return found != "missing"


def by_job(search, epochs, folder):
    """Return the seconds of a study here."""
    import tuning
    from tuning.harness.reporting.progress import Progress
    from tuning.harness.search import study
    from tuning.harness.search.options import Options
    from zoo import engine

    (folder / "benchmark_job.py").write_text(JOB.format(batch=search.batch, epochs=epochs))
    tuning.__path__.append(str(folder))
    options = Options("random", trials=search.trials, executions=search.executions)
    progress = Progress(lambda line: None)
    with engine.using(store=folder / "store"):
        began = time.perf_counter()
        study.run("benchmark_job", options, folder / "study", progress)
        spent = time.perf_counter() - began
    if failures := [each["failure"] for each in progress.records if each["score"] is None]:
        raise SystemExit(f"a trial failed: {failures[0]}")
    return spent


def by_keras_tuner(search, epochs, folder):
    """Return the seconds of a search by KerasTuner's random tuner, as it is usually called."""
    import keras
    import keras_tuner

    from zoo import data
    from zoo.models import mlp

    def build(hp):
        model = mlp(784, (128,), 10)
        rate = hp.Float("rate", 1e-4, 1e-2, sampling="log", default=1e-3)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss, metrics=["accuracy"])
        return model

    began = time.perf_counter()
    dataset = data.load("mnist", flat=True)
    tuner = keras_tuner.RandomSearch(
        build,
        "val_accuracy",
        max_trials=search.trials,
        seed=1,
        executions_per_trial=search.executions,
        directory=folder,
    )
    tuner.search(
        *dataset.train,
        batch_size=search.batch,
        epochs=epochs,
        validation_data=tuple(dataset.valid),
        verbose=0,
    )
    return time.perf_counter() - began


SIDES = {"keras_tuner": by_keras_tuner, "job": by_job}


def report_side(side, search, epochs, *, quick):
    """Print, as one line of JSON, what this process measured."""
    from zoo import startup

    startup.load_tensorflow()
    for each in ("tuning.harness.search.study", "tensorboard.plugins.hparams.api"):
        import_module(each)  # with all libraries of both sides, before the clock runs
    name = choose_data(quick=quick)
    with tempfile.TemporaryDirectory() as folder:
        seconds = SIDES[side](search, epochs, Path(folder)) / search.trials
    print(json.dumps({"seconds": seconds, "data": name}))


def environment(folder):
    """Return the environment of a child, which has a run store of its own."""
    kept = {
        key: value for key, value in os.environ.items() if key != "TF_NUM_INTRAOP_THREADS"
    }
    return kept | {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": str(ROOT),
        "ZOO_STORE": f"{folder}/store",
    }


def measure(side, search, *, quick):
    """Run one side in a process of its own; return its measurements."""
    asked = ["--side", side, "--search", *map(str, search), *["--quick"] * quick]
    command = [sys.executable, __file__, *asked]
    with tempfile.TemporaryDirectory() as folder:
        return json.loads(finished(command, folder).splitlines()[-1])


def finished(command, folder):
    """Run a command to its end; return what it printed."""
    process = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment(folder),
        cwd=folder,
        check=False,
    )
    if process.returncode:
        raise SystemExit(
            f"{' '.join(command)} failed:\n{process.stdout[-1000:]}{process.stderr[-2000:]}"
        )
    return process.stdout


def pace_and_cores(workers, size):
    """Run a search with so many workers from an empty run store; return its trials per
    minute, and the cores that it kept busy.
    """
    options = ["--trials", str(size.trials), "--executions", "1", "--workers", str(workers)]
    command = [
        sys.executable,
        "-m",
        "zoo.cli",
        "tune",
        "run",
        size.job,
        *options,
        "--out",
        "study",
    ]
    with tempfile.TemporaryDirectory() as folder:
        began, used = time.perf_counter(), children_seconds()
        finished(command, folder)
        spent, used = time.perf_counter() - began, children_seconds() - used
        summary = json.loads((Path(folder) / "study" / "results.json").read_text())
    if (summary["ended"], summary["failed"]) != (size.trials, 0):
        raise SystemExit(
            f"{summary['ended']} trials ended, {summary['failed']} of them failed"
        )
    return 60 * size.trials / spent, used / spent


def children_seconds():
    """Return the CPU seconds of all processes that this one and its children have waited for."""
    times = os.times()
    return times.children_user + times.children_system


def compare_trials(rounds, *, quick):
    """Yield the rows that hold a job's trial against KerasTuner's."""
    for search in SEARCHES:
        found = {side: [] for side in SIDES}
        for _ in range(rounds):
            for side, results in found.items():
                results.append(measure(side, search, quick=quick))
        seconds = {}
        for side, results in found.items():
            seconds[side] = [each["seconds"] for each in results]
        its, ours = (seconds[side] for side in SIDES)
        ratios = [slow / fast for slow, fast in zip(its, ours, strict=True)]
        numbers = (f"{number}" for number in search)
        floor = FLOORS[search.batch]
        work = found["job"][0]["data"]
        yield (
            work,
            *numbers,
            triple(its),
            triple(ours),
            triple(ratios),
            f"{floor}",
            reached(ratios, floor),
        )


def compare_workers(rounds, size):
    """Yield the row that holds two workers against one."""
    found = {workers: [] for workers in (1, 2)}
    for _ in range(rounds):
        for workers, results in found.items():
            results.append(pace_and_cores(workers, size))
    one, one_busy = zip(*found[1], strict=True)
    two, two_busy = zip(*found[2], strict=True)
    ratios = [fast / slow for slow, fast in zip(one, two, strict=True)]
    yield (
        f"{size.job}, {size.trials} trials",
        triple(one),
        triple(one_busy),
        triple(two),
        triple(two_busy),
        triple(ratios, "{:.2f}"),
        f"{FASTER}",
        reached(ratios, FASTER),
    )


def reached(ratios, floor):
    """Return whether the median is what was asked for."""
    return "yes" if statistics.median(ratios) >= floor else "no"


TRIALS = (
    "784-128-10 on",
    "batch",
    "networks per trial",
    "trials",
    "KerasTuner's s per trial",
    "the job's s per trial",
    "ratio",
    "asked",
    "reached",
)
WORKERS = (
    "a search",
    "one worker's trials per minute",
    "cores busy",
    "two workers'",
    "cores busy",
    "ratio",
    "asked",
    "reached",
)


def tables(options):
    """Return both tables, or the one that was asked for, with a line on the machine."""
    size = QUICK if options.quick else FULL
    if not has_mnist():
        size = size._replace(job=QUICK.job)
    parts = [
        f"{machine()[:-1]}, keras-tuner {version('keras-tuner')}. {options.rounds} rounds."
    ]
    if options.only != "workers":
        parts.append(table(compare_trials(options.rounds, quick=options.quick), TRIALS))
    if options.only != "trials":
        parts.append(table(compare_workers(options.rounds, size), WORKERS))
    return "\n\n".join(parts)


def main():
    """Compare trials, and numbers of workers, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["trials", "workers"])
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/benchmarks.md"
    )
    parser.add_argument("--quick", action="store_true", help="only show that everything runs")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--search", type=int, nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write and (options.only or options.quick):
        parser.error("--write needs the whole tables: leave out --only and --quick")
    if options.side:
        epochs = (QUICK if options.quick else FULL).epochs
        report_side(options.side, Search(*options.search), epochs, quick=options.quick)
        return
    text = tables(options)
    print(text)
    if options.write:
        write(text, "tuning")


if __name__ == "__main__":
    main()
