"""Training many members of one network: found in the run store, or trained side by side."""

import concurrent.futures
import contextvars
import functools
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from zoo.engine.fingerprint import digest, fingerprint
from zoo.engine.machine import onednn, processor_name
from zoo.engine.member import Member, Stopped, Training, member_of
from zoo.engine.network import architecture, assign, build_with_seed, initial_weights
from zoo.engine.program import program_for, program_kind
from zoo.engine.progress import study_progress
from zoo.engine.recipe import Recipe, calendar
from zoo.engine.settings import current, rehearsing, store_folder, worker_count
from zoo.engine.store import RunStore

SEMANTICS = 2
"""Raised whenever a change of the engine changes the numbers of a member."""


class Study(NamedTuple):
    """The members of one call of `train`, in the order of their seeds."""

    members: tuple[Member, ...]
    build: Callable

    @property
    def steps(self) -> np.ndarray:
        """The numbers of updates at which was measured, shape (measurements,)."""
        return self.members[0].steps

    @property
    def diverged(self) -> np.ndarray:
        """Whether each member's loss ceased to be finite, bool, shape (seeds,)."""
        return np.array([member.diverged_at is not None for member in self.members])

    def history(self, name: str) -> np.ndarray:
        """Return what a probe measured, shape (seeds, measurements, ...); measurement 0 is before training.

        Raises:
            KeyError: for a name that was not measured, with the names that were.
        """
        known = self.members[0].history
        if name not in known:
            raise KeyError(f"{name!r} was not measured; measured were: {', '.join(sorted(known))}")
        return np.stack([member.history[name] for member in self.members])

    def model(self, seed: int) -> keras.Model:
        """Return the trained Keras model of one seed.

        Raises:
            KeyError: for a seed that was not trained, with those that were.
        """
        chosen = {member.seed: member for member in self.members}
        if seed not in chosen:
            raise KeyError(f"no member has seed {seed}; trained were {', '.join(map(str, chosen))}")
        return assign(build_with_seed(self.build, seed), chosen[seed].weights)


class Arm(NamedTuple):
    """One of several studies on the same data: what `train` takes beside these."""

    build: Callable
    recipe: Recipe
    seeds: Iterable[int]


class Job(NamedTuple):
    """One member to be trained."""

    seed: int
    key: str
    weights: dict
    steps: int
    make: Callable
    """(seed, weights) -> Training."""


class Plan(NamedTuple):
    """An untrained model of a study, and the jobs of all its members."""

    model: keras.Model
    jobs: list[Job]


def train(
    build: Callable, recipe: Recipe, data: Mapping, seeds: Iterable[int], *, name: str = "training"
) -> Study:
    """Train `build()` once per seed; every member then holds what training it alone with Keras would give.

    TensorFlow gets one thread per operation, for the whole process, since members train side by side. Where
    it already runs with more, a child process trains; a script then needs the usual
    `if __name__ == "__main__":`.

    Args:
        build: returns a functional keras.Model with one input and one output; called once per seed, with all
            random numbers started from that seed, so that the seed decides the initial weights.
        recipe: loss, optimizer, batches, length, probes.
        data: split names to pairs (x, y) of arrays with equal first axes; "train" is trained on, probes name
            the others.
        seeds: whole numbers from 0; also decide the order of the batches.
        name: what the progress bar calls the study.

    Raises:
        ValueError: for data, seeds, a network or a length that cannot be trained; says which.
        KeyboardInterrupt: on Ctrl-C; finished members and checkpoints are in the run store.
    """
    return train_together([Arm(build, recipe, seeds)], data, name=name)[0]


def train_together(arms: Sequence[Arm], data: Mapping, *, name: str = "training") -> list[Study]:
    """Return the studies that `train` would return for each arm, to the bit, trained side by side: so that no
    core is idle where each has few seeds.

    Args:
        arms: builder, recipe and seeds of each study; all must compute in the same type of float.
        data: as `train` takes it.
        name: what the progress bar calls them all.

    Raises:
        ValueError: for data, seeds, a network or a length that cannot be trained; says which.
        KeyboardInterrupt: on Ctrl-C; finished members and checkpoints are in the run store.
    """
    arms = [arm._replace(seeds=[int(seed) for seed in arm.seeds]) for arm in arms]
    for arm in arms:
        check_inputs(arm.recipe, data, arm.seeds)
    if not set_one_thread_per_member():
        return [trained_elsewhere(arm, data, name) for arm in arms]
    data_digest = splits_digest(data)
    plans = [plan(arm, len(data["train"][0]), data_digest) for arm in arms]
    if len({number_types(each.model) for each in plans}) > 1:
        raise ValueError("networks that are trained together must compute in the same type of float")
    splits = on_device(plans[0].model, data, data_digest)
    if rehearsing():
        found = rehearsed(plans, splits, name)
    else:
        found = run_jobs([job for each in plans for job in each.jobs], splits, name)
    members = iter(found)
    return [Study(tuple(next(members) for _ in arm.seeds), arm.build) for arm in arms]


def trained_elsewhere(arm, data, name) -> Study:
    """Return a study that a child process trains, since TensorFlow runs with too many threads here."""
    if rehearsing():
        raise ValueError("a rehearsal needs TF_NUM_INTRAOP_THREADS=1, set before TensorFlow is imported")
    from zoo.engine.child import train_in_child

    return Study(tuple(train_in_child(arm.build, arm.recipe, data, arm.seeds, name)), arm.build)


def plan(arm, examples, data_digest) -> Plan:
    """Return the jobs of one study; the first job's model stands for all."""
    models = (build_with_seed(arm.build, seed) for seed in arm.seeds)
    first = next(models)
    lengths = calendar(arm.recipe, examples)
    inputs = digest(study_inputs(first, arm.recipe, data_digest))
    weights = [initial_weights(first), *map(initial_weights, models)]
    make = functools.partial(Training, program_for(first, arm.recipe), lengths)
    jobs = [
        Job(seed, digest([inputs, seed, values]), values, lengths.steps, make)
        for seed, values in zip(arm.seeds, weights, strict=True)
    ]
    return Plan(first, jobs)


def rehearsed(plans, splits, name) -> list[Member]:
    """Return members that look like those of all jobs; see `zoo.engine.rehearsal`."""
    workers = worker_count(
        sum(len(each.jobs) for each in plans), gpu=bool(tf.config.list_logical_devices("GPU"))
    )
    rehearse, store = current().rehearsal.rehearse, open_store()
    return [member for each in plans for member in rehearse(name, each.jobs, splits, store, workers)]


def check_inputs(recipe, data, seeds):
    """Refuse what cannot be trained on."""
    if "train" not in data:
        raise ValueError(f'data needs a split named "train"; it has: {", ".join(data) or "none"}')
    for split, pair in data.items():
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ValueError(
                f"the split {split!r} must be a pair (x, y) of arrays, not {type(pair).__name__}"
            )
        if len(pair[0]) != len(pair[1]) or not len(pair[0]):
            raise ValueError(f"the split {split!r} has {len(pair[0])} inputs and {len(pair[1])} targets")
    for probe in recipe.probes:
        if getattr(probe, "split", "train") not in data:
            raise ValueError(f"{probe} measures the split {probe.split!r}, but data has: {', '.join(data)}")
    if not seeds or len(set(seeds)) < len(seeds) or min(seeds) < 0:
        raise ValueError(f"seeds must be different whole numbers from 0, at least one, not {seeds}")


def set_one_thread_per_member() -> bool:
    """Give TensorFlow one intra-op thread; False where it has already started with other threads."""
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        return True
    except RuntimeError:
        threads = tf.config.threading.get_intra_op_parallelism_threads()
        return (threads or int(os.environ.get("TF_NUM_INTRAOP_THREADS", "0"))) == 1


_on_device: dict[tuple, dict] = {}


def on_device(model, data, data_digest) -> dict:
    """Return the splits as tensors, kept until other data are trained on, as a search trains on the same."""
    key = (data_digest, *number_types(model))
    splits = _on_device.get(key)
    if splits is None:
        _on_device.clear()  # before there are others, so that two copies never lie side by side
        splits = _on_device[key] = as_tensors(model, data)
    return splits


def as_tensors(model, data) -> dict:
    """Return the splits as tensors on the device, floats in the model's input and output types."""
    x_type, y_type = number_types(model)
    return {
        split: (tf.constant(as_type(x, x_type)), tf.constant(as_type(y, y_type)))
        for split, (x, y) in data.items()
    }


def number_types(model) -> tuple[str, str]:
    """Return the types of the model's input and output."""
    return model.inputs[0].dtype, model.outputs[0].dtype


def as_type(array, dtype):
    """Return the array in `dtype` where it holds floats, as it is where it holds class numbers or bytes."""
    array = np.asarray(array)
    return array.astype(dtype, copy=False) if array.dtype.kind == "f" else array


def splits_digest(data) -> str:
    """Return the sha256 of all splits."""
    return digest({split: (np.asarray(x), np.asarray(y)) for split, (x, y) in data.items()})


def study_inputs(model, recipe, data_digest) -> dict:
    """Return all that determines the numbers of a study, seeds and initial weights apart."""
    return {
        "semantics": SEMANTICS,
        "architecture": architecture(model),
        "recipe": fingerprint(recipe.without_length()),
        "data": data_digest,
        "program": program_kind(model),
        "dtype": keras.config.floatx(),
        "machine": machine(),
    }


@functools.cache
def machine() -> dict:
    """Return what of this machine and its software can change the last bits of a number."""
    devices = tf.config.list_physical_devices("GPU")
    settings = ("XLA_FLAGS", "TF_XLA_FLAGS", "NVIDIA_TF32_OVERRIDE")
    return {
        "processor": processor_name(),
        "gpus": [str(tf.config.experimental.get_device_details(device)) for device in devices],
        "cuda": str([tf.sysconfig.get_build_info().get(part) for part in ("cuda_version", "cudnn_version")]),
        "settings": {name: os.environ.get(name, "") for name in settings},
        "onednn": onednn(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }


def run_jobs(jobs, splits, name) -> list[Member]:
    """Return the members of all jobs, from the run store or trained by as many workers as settings say.

    Members that another process trains are left for the end, and waited for.
    """
    workers = worker_count(len(jobs), gpu=bool(tf.config.list_logical_devices("GPU")))
    stop, store = threading.Event(), open_store()
    with study_progress(name, {job.key: job.steps for job in jobs}) as progress:
        run = functools.partial(run_job, splits=splits, store=store, progress=progress, stop=stop)
        members = run_parallel(run, jobs, workers, stop)
        busy = [job for job, member in zip(jobs, members, strict=True) if member is None]
        late = iter(run_parallel(functools.partial(run_when_free, run=run, stop=stop), busy, workers, stop))
    return [next(late) if member is None else member for member in members]


def run_parallel(function, jobs, workers, stop) -> list:
    """Return the results of all jobs in order; the first error, or Ctrl-C, stops the others at their next
    save.
    """
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        # threads do not see the settings of the thread that started them
        futures = [pool.submit(contextvars.copy_context().run, function, job) for job in jobs]
        try:
            return [future.result() for future in futures]
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def run_job(job, *, splits, store, progress, stop) -> Member | None:
    """Return one member, or None where another process is training it."""
    entry = store.latest(job.key, job.steps, job.seed)
    if entry is None or entry.facts["step"] < job.steps:
        with store.claim(job.key) as mine:
            if not mine:
                return None
            entry = store.latest(job.key, job.steps, job.seed)
            if entry is None or entry.facts["step"] < job.steps:
                entry = go_on(job, entry, splits=splits, store=store, progress=progress, stop=stop)
    progress.finished(job.key)
    return member_of(entry)


def run_when_free(job, *, run, stop) -> Member:
    """Return one member as soon as no other process trains it.

    Raises:
        Stopped: when `stop` is set meanwhile.
    """
    while (member := run(job)) is None:
        if stop.wait(0.5):
            raise Stopped
    return member


def go_on(job, entry, *, splits, store, progress, stop):
    """Train a member from a stored state, or from the start, and return its last entry."""
    training = job.make(job.seed, job.weights)
    if entry is not None:
        training.resume(entry)
    save = functools.partial(store.put, job.key)
    pulse = functools.partial(progress.advanced, job.key)
    training.run(splits, save, pulse, stop, current().checkpoint_seconds)
    return training.entry(finished=True)


class StoreError(Exception):
    """The run store cannot be used; the message says which folder and what to do."""

    exit_code = 1


def open_store() -> RunStore:
    """Return the run store of the settings.

    Raises:
        StoreError: where its folder cannot be made or written.
    """
    folder = store_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        raise StoreError(f"the run store {folder} cannot be written: name another folder with ZOO_STORE")
    return RunStore(folder)
