"""What a value is, in a form that can be hashed: the run store finds a finished member by the hash of its
inputs.
"""

import dataclasses
import functools
import hashlib
import inspect
import json
import types

import numpy as np


class NotHashableError(TypeError):
    """A value whose meaning cannot be written down (a lambda, a closure, an object with hidden state)."""


def fingerprint(value):
    """Return a JSON-able description of `value`: equal descriptions mean equal behaviour.

    Arrays are described by shape, dtype and content, module-level functions and classes by qualified name and
    source text, frozen dataclasses by their class and fields.

    Raises:
        NotHashableError: for lambdas, functions made inside functions, and objects of other kinds.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return array_fingerprint(np.asarray(value))
    if isinstance(value, tuple | list):
        return [fingerprint(item) for item in value]
    if isinstance(value, dict):
        return {str(key): fingerprint(item) for key, item in sorted(value.items())}
    if isinstance(value, types.FunctionType | type):
        return definition_fingerprint(value)
    if dataclasses.is_dataclass(value):
        return dataclass_fingerprint(value)
    raise NotHashableError(
        f"{value!r} cannot be part of a recipe: "
        "use numbers, strings, module-level functions or frozen dataclasses"
    )


def array_fingerprint(array):
    """Return shape, dtype and sha256 of an array's bytes."""
    content = np.ascontiguousarray(array)
    return [list(content.shape), content.dtype.str, hashlib.sha256(content.data).hexdigest()]


def dataclass_fingerprint(value):
    """Return the class and the fields of a frozen dataclass instance."""
    if not value.__dataclass_params__.frozen:
        raise NotHashableError(
            f"{type(value).__qualname__} must be a frozen dataclass to be part of a recipe"
        )
    fields = {field.name: fingerprint(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return {"class": definition_fingerprint(type(value)), "fields": fields}


@functools.cache
def definition_fingerprint(definition):
    """Return the qualified name and the hash of the source text of a module-level function or class."""
    name = f"{definition.__module__}.{definition.__qualname__}"
    if "<" in definition.__qualname__:
        raise NotHashableError(
            f"{name} cannot be part of a recipe: define it at the top of a module and name it"
        )
    return [name, source_digest(definition)]


def source_digest(definition) -> str:
    """Return the sha256 of the source text of a function, class or module; of nothing where there is no
    source.
    """
    try:
        source = inspect.getsource(definition)
    except (OSError, TypeError):
        source = ""
    return hashlib.sha256(source.encode()).hexdigest()


def digest(value) -> str:
    """Return the sha256, as 64 hexadecimal digits, of the fingerprint of `value`."""
    text = json.dumps(fingerprint(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
