"""The hyperparameters that a job declares, and one choice of their values."""

import json
from collections.abc import Iterable, Mapping
from types import ModuleType

import keras_tuner

from tuning.harness.errors import TuningError
from tuning.harness.job import Candidate
from tuning.harness.store.results import COLUMNS
from zoo.engine.fingerprint import digest, fingerprint

TUNER_PREFIX = "tuner/"
"""Begins the names in which Hyperband keeps a trial's length, and what it continues."""
ROUNDS = "tuner/epochs"
SPACE_MODULES = ("optimizers", "probes", "recipe", "schedules")
"""The modules of the engine by which a search space is written. The others train."""


def declare(module: ModuleType) -> keras_tuner.HyperParameters:
    """Return all hyperparameters of a job, at their defaults.

    Raises:
        TuningError: there is none, or a name occurs twice, or the results need the name for
            themselves.
    """
    declared = keras_tuner.HyperParameters()
    module.space(declared)
    names = [each.name for each in declared.space]
    if not names:
        raise TuningError(f"{module.__name__}: space(hp) declares no hyperparameter")
    bad = {name for name in names if names.count(name) > 1 or is_reserved(name)}
    if bad:
        listed = ", ".join(sorted(bad))
        cure = f"give other names to {listed}: each may occur only once"
        raise TuningError(f"{module.__name__}: {cure}")
    return declared


def is_reserved(name: str) -> bool:
    """Tell whether the results or the tuner need a name for themselves."""
    return name in COLUMNS or name.startswith(TUNER_PREFIX)


def make_candidate(
    module: ModuleType,
    declared: keras_tuner.HyperParameters,
    values: Mapping,
) -> Candidate:
    """Return the network and the training that a job makes from these values.

    Raises:
        TuningError: the job declares a hyperparameter for some values only, so no tuner knows
            it.
    """
    chosen = declared.copy()
    chosen.values = dict(values)
    candidate = module.space(chosen)
    new = [each.name for each in chosen.space[len(declared.space) :]]
    if new:
        raise TuningError(
            f"{module.__name__}: space(hp) must declare {', '.join(new)} at every call; what counts "
            "for some values of another hyperparameter only takes parent_name and parent_values"
        )
    return candidate


def code_digest(module: ModuleType) -> str:
    """Return the digest of what a job's `space` does, with all that it calls.

    A job that trains something beforehand calls the engine, which is left out: the keys of
    the run store guard its numbers, and it holds what differs between processes, such as
    compiled programs.
    """
    name, sources = fingerprint(module.space)
    kept = {called: source for called, source in sources.items() if is_part_of_space(called)}
    return digest([name, kept])


def is_part_of_space(name: str) -> bool:
    """Tell whether a function or class, by qualified name, decides what a search space is."""
    package, _, rest = name.partition(".")
    if package == "zoo" and rest.startswith("engine."):
        return rest.split(".")[1] in SPACE_MODULES
    return package in ("tuning", "zoo")


def job_values(values: Mapping) -> dict:
    """Return the values of the job's own hyperparameters, without a tuner's plans."""
    return {
        name: value for name, value in values.items() if not name.startswith(TUNER_PREFIX)
    }


def default_values(declared: keras_tuner.HyperParameters) -> dict:
    """Return the default of every hyperparameter that counts when all have their defaults."""
    active = [each for each in declared.space if declared.is_active(each)]
    return {each.name: each.default for each in active}


def to_plain_numbers(declared: keras_tuner.HyperParameters, values: Mapping) -> dict:
    """Return the values as Python's own numbers.

    A grid gives 32.0 for an Int in logarithmic steps, and the Bayesian tuner gives numpy's
    floats.
    """
    kinds = {each.name: type(each).__name__ for each in declared.space}
    plain = dict(values)
    for name, value in values.items():
        if kinds.get(name) == "Int":
            plain[name] = round(value)
        elif kinds.get(name) == "Float":
            plain[name] = float(value)
    return plain


def describe(declared: keras_tuner.HyperParameters) -> list[dict]:
    """Return the declaration as JSON holds it, one dictionary per hyperparameter."""
    return json.loads(json.dumps(declared.get_config()["space"]))


def list_differences(before: Iterable[Mapping], now: Iterable[Mapping]) -> list[str]:
    """Return one line for each hyperparameter that is not declared as it was."""
    old = describe_by_name(before)
    new = describe_by_name(now)
    lines = []
    for name in {**old, **new}:
        was, is_now = (each.get(name, "not there") for each in (old, new))
        if was != is_now:
            lines.append(f"{name}: was {was}, is {is_now}")
    return lines


def describe_by_name(descriptions: Iterable[Mapping]) -> dict[str, str]:
    """Return each hyperparameter in words, by name: "Int (min_value 16, max_value 256)"."""
    texts = {}
    for description in descriptions:
        facts = dict(description["config"])
        name = facts.pop("name")
        conditions = facts.pop("conditions", [])
        parts = [f"{fact} {value}" for fact, value in facts.items() if value is not None]
        parts += [describe_condition(condition["config"]) for condition in conditions]
        texts[name] = f"{description['class_name']} ({', '.join(parts)})"
    return texts


def describe_condition(config: Mapping) -> str:
    """Return for which values of another hyperparameter one counts."""
    return f"if {config['name']} is one of {config['values']}"
