"""The hyperparameters that a job declares: what they are, how two declarations differ, and one choice."""

import json
from collections.abc import Iterable, Mapping
from types import ModuleType

import keras_tuner

from tuning.harness.columns import COLUMNS
from tuning.harness.errors import TuningError
from tuning.harness.job import Candidate
from zoo.engine.fingerprint import digest, fingerprint

TUNERS_OWN = "tuner/"
"""What the names begin with by which Hyperband tells how long a trial is and which one it goes on from."""
ROUNDS = "tuner/epochs"
DESCRIBING = tuple(f"zoo.engine.{name}." for name in ("optimizers", "probes", "recipe", "schedules"))
"""The modules of the engine that a search space is written with; the others train."""


def declared(module: ModuleType) -> keras_tuner.HyperParameters:
    """Return all hyperparameters of a job, at their defaults.

    Raises:
        TuningError: there is none, or one has a name that the results need for themselves.
    """
    space = keras_tuner.HyperParameters()
    module.space(space)
    names = [each.name for each in space.space]
    if not names:
        raise TuningError(f"{module.__name__}: space(hp) declares no hyperparameter")
    twice = {name for name in names if names.count(name) > 1}
    bad = sorted(twice | {name for name in names if name in COLUMNS or name.startswith(TUNERS_OWN)})
    if bad:
        raise TuningError(
            f"{module.__name__}: give other names to {', '.join(bad)}: each may occur only once"
        )
    return space


def candidate(module: ModuleType, space: keras_tuner.HyperParameters, values: Mapping) -> Candidate:
    """Return what a job makes of these values.

    Raises:
        TuningError: the job declares a hyperparameter for some values only, so that no tuner knew of it.
    """
    chosen = space.copy()
    chosen.values = dict(values)
    made = module.space(chosen)
    new = [each.name for each in chosen.space[len(space.space) :]]
    if new:
        raise TuningError(
            f"{module.__name__}: space(hp) must declare {', '.join(new)} at every call; what counts for "
            "some values of another hyperparameter only takes parent_name and parent_values"
        )
    return made


def code(module: ModuleType) -> str:
    """Return the digest of what a job's `space` does.

    A job that trains something beforehand calls the engine. That is left out: the run store's keys guard its
    numbers, and it holds what differs from process to process, such as compiled programs and open files.
    """
    name, called = fingerprint(module.space)
    return digest([name, {each: source for each, source in called.items() if _is_of_the_job(each)}])


def _is_of_the_job(name: str) -> bool:
    return name.startswith(DESCRIBING) or (
        name.startswith(("tuning.", "zoo.")) and not name.startswith("zoo.engine.")
    )


def own(values: Mapping) -> dict:
    """Return the job's own values of a trial, without those by which a tuner plans."""
    return {name: value for name, value in values.items() if not name.startswith(TUNERS_OWN)}


def defaults(space: keras_tuner.HyperParameters) -> dict:
    """Return the default of every hyperparameter that counts when all have their defaults."""
    return {each.name: each.default for each in space.space if space.is_active(each)}


def plain(space: keras_tuner.HyperParameters, values: Mapping) -> dict:
    """Return the values as Python's own numbers: a grid gives 32.0 for an Int in logarithmic steps, and the
    Bayesian tuner numpy's floats.
    """
    kinds = {each.name: type(each).__name__ for each in space.space}
    cast = {"Int": lambda value: round(value), "Float": float}
    return {name: cast.get(kinds.get(name), lambda value: value)(value) for name, value in values.items()}


def described(space: keras_tuner.HyperParameters) -> list[dict]:
    """Return the declaration as JSON holds it, one dictionary per hyperparameter."""
    return json.loads(json.dumps(space.get_config()["space"]))


def differences(before: Iterable[Mapping], now: Iterable[Mapping]) -> list[str]:
    """Return one line for each hyperparameter that is not declared as it was."""
    old, new = ({each["config"]["name"]: _worded(each) for each in space} for space in (before, now))
    return [
        f"{name}: was {old.get(name, 'not there')}, is {new.get(name, 'not there')}"
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _worded(description: Mapping) -> str:
    facts = {name: value for name, value in description["config"].items() if name != "name"}
    conditions = [each["config"] for each in facts.pop("conditions", [])]
    said = [f"{name} {value}" for name, value in facts.items() if value is not None]
    said += [f"if {each['name']} is one of {each['values']}" for each in conditions]
    return f"{description['class_name']} ({', '.join(said)})"
