"""Studies: one network trained from many random seeds, and several studies side by side."""

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import keras
import numpy as np

from zoo.engine.child import train_in_child
from zoo.engine.fingerprint import digest
from zoo.engine.keys import member_key, splits_digest, study_inputs
from zoo.engine.member import Member, Training
from zoo.engine.network import assign, build_with_seed, initial_weights
from zoo.engine.placing import number_types, on_device, set_one_thread_per_member, workers_for
from zoo.engine.program import program_for
from zoo.engine.recipe import Recipe, calendar
from zoo.engine.settings import current, rehearsing, store_folder
from zoo.engine.store import open_store
from zoo.engine.workers import Job, run_jobs


class Study(NamedTuple):
    """The members of one call of `train`, in the order of their seeds."""

    members: tuple[Member, ...]
    build: Callable

    @property
    def steps(self) -> np.ndarray:
        """How many updates had been made at each measurement, shape (measurements,)."""
        return self.members[0].steps

    @property
    def diverged(self) -> np.ndarray:
        """Whether each member's loss stopped being a finite number, bool, shape (seeds,)."""
        return np.array([member.diverged_at is not None for member in self.members])

    def history(self, name: str) -> np.ndarray:
        """Return what a probe measured, shape (seeds, measurements, ...).

        Measurement 0 is the one before training.

        Raises:
            KeyError: for a name that was not measured, with the names that were.
        """
        known = self.members[0].history
        if name not in known:
            raise KeyError(
                f"{name!r} was not measured; measured were: {', '.join(sorted(known))}"
            )
        return np.stack([member.history[name] for member in self.members])

    def model(self, seed: int) -> keras.Model:
        """Return the trained Keras model of one seed.

        Raises:
            KeyError: for a seed that was not trained, with those that were.
        """
        members = {member.seed: member for member in self.members}
        if seed not in members:
            known = ", ".join(map(str, members))
            raise KeyError(f"no member has seed {seed}; trained were {known}")
        model = build_with_seed(self.build, seed)
        return assign(model, members[seed].weights)


class Arm(NamedTuple):
    """One of several studies on the same data: what `train` takes beside these."""

    build: Callable
    recipe: Recipe
    seeds: Iterable[int]


class Plan(NamedTuple):
    """An untrained model of a study, and the jobs of all its members."""

    model: keras.Model
    jobs: list[Job]


def train(
    build: Callable,
    recipe: Recipe,
    data: Mapping,
    seeds: Iterable[int],
    *,
    name: str = "training",
) -> Study:
    """Train `build()` once per seed; each member ends as if trained alone with Keras.

    TensorFlow gets one thread per operation, for the whole process, since members train side
    by side. Where it already runs with more, a child process trains; a script then needs the
    usual `if __name__ == "__main__":`.

    Args:
        build: returns a functional keras.Model with one input and one output; called once per
            seed, with all random numbers started from that seed, so that the seed decides the
            initial weights.
        recipe: loss, optimizer, batches, length, probes.
        data: split names to pairs (x, y) of arrays with equal first axes; "train" is trained
            on, probes name the others.
        seeds: whole numbers from 0; also decide the order of the batches.
        name: what the progress bar calls the study.

    Raises:
        ValueError: for data, seeds, a network or a length that cannot be trained; says which.
        KeyboardInterrupt: on Ctrl-C; finished members and checkpoints are in the run store.
    """
    return train_together([Arm(build, recipe, seeds)], data, name=name)[0]


def train_together(
    arms: Sequence[Arm], data: Mapping, *, name: str = "training"
) -> list[Study]:
    """Train several studies side by side; each has the bits that `train` would give it.

    So no core is idle where each study has few seeds.

    Args:
        arms: builder, recipe and seeds of each study; all must compute in the same type of
            float.
        data: as `train` takes it.
        name: what the progress bar calls them all.

    Raises:
        ValueError: for data, seeds, a network or a length that cannot be trained; says which.
        KeyboardInterrupt: on Ctrl-C; finished members and checkpoints are in the run store.
    """
    arms = [arm._replace(seeds=list(map(int, arm.seeds))) for arm in arms]
    for arm in arms:
        check_inputs(arm.recipe, data, arm.seeds)
    if not set_one_thread_per_member():
        return [train_elsewhere(arm, data, name) for arm in arms]
    data_digest = splits_digest(data)
    plans = [plan_jobs(arm, len(data["train"][0]), data_digest) for arm in arms]
    if len({number_types(plan.model) for plan in plans}) > 1:
        raise ValueError(
            "networks that are trained together must compute in the same type of float"
        )
    splits = on_device(plans[0].model, data, data_digest)
    if rehearsing():
        found = rehearse_plans(plans, splits, name)
    else:
        jobs = itertools.chain.from_iterable(plan.jobs for plan in plans)
        found = run_jobs(list(jobs), splits, name)
    members = iter(found)
    return [
        Study(tuple(itertools.islice(members, len(arm.seeds))), arm.build) for arm in arms
    ]


def check_inputs(recipe: Recipe, data: Mapping, seeds: Sequence[int]) -> None:
    """Refuse what cannot be trained on."""
    known = ", ".join(data)
    if "train" not in data:
        raise ValueError(f'data needs a split named "train"; it has: {known or "none"}')
    for split, pair in data.items():
        check_split(split, pair)
    for probe in recipe.probes:
        if getattr(probe, "split", "train") not in data:
            raise ValueError(
                f"{probe} measures the split {probe.split!r}, but data has: {known}"
            )
    if not seeds or len(set(seeds)) < len(seeds) or min(seeds) < 0:
        raise ValueError(
            f"seeds must be different whole numbers from 0, at least one, not {seeds}"
        )


def check_split(split: str, pair) -> None:
    """Refuse a split that is no pair of arrays of one length."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        kind = type(pair).__name__
        raise ValueError(f"the split {split!r} must be a pair (x, y) of arrays, not {kind}")
    inputs, targets = map(len, pair)
    if inputs != targets or not inputs:
        raise ValueError(f"the split {split!r} has {inputs} inputs and {targets} targets")


def train_elsewhere(arm: Arm, data: Mapping, name: str) -> Study:
    """Return a study that a child process trains, since this one has too many threads."""
    if rehearsing():
        raise ValueError(
            "a rehearsal needs TF_NUM_INTRAOP_THREADS=1, set before TensorFlow is imported"
        )
    members = train_in_child(train, arm.build, arm.recipe, data, arm.seeds, name)
    return Study(tuple(members), arm.build)


def plan_jobs(arm: Arm, examples: int, data_digest: str) -> Plan:
    """Return the jobs of one study; the first seed's model stands for all."""
    models = (build_with_seed(arm.build, seed) for seed in arm.seeds)
    first = next(models)
    lengths = calendar(arm.recipe, examples)
    study_digest = digest(study_inputs(first, arm.recipe, data_digest))
    weights = [initial_weights(first), *map(initial_weights, models)]
    make = functools.partial(Training, program_for(first, arm.recipe), lengths)
    jobs = []
    for seed, values in zip(arm.seeds, weights, strict=True):
        key = member_key(study_digest, seed, values)
        jobs.append(Job(seed, key, values, lengths.steps, make))
    return Plan(first, jobs)


def rehearse_plans(plans: Sequence[Plan], splits: Mapping, name: str) -> list[Member]:
    """Return members that look like those of all jobs; see `zoo.engine.rehearsal`."""
    workers = workers_for(sum(len(plan.jobs) for plan in plans))
    store = open_store(store_folder())
    members = []
    for plan in plans:
        members += current().rehearsal.rehearse(name, plan.jobs, splits, store, workers)
    return members
