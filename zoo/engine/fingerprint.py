"""What a value is, in a form that can be hashed: the run store finds a finished member by the hash of its
inputs.
"""

import dataclasses
import functools
import hashlib
import inspect
import json
import sys
import types

import numpy as np

LIBRARIES = {"keras", "tensorflow", "numpy", "scipy", *sys.stdlib_module_names}


class NotHashableError(TypeError):
    """A value whose meaning cannot be written down (a lambda, a closure, an object with hidden state)."""


def fingerprint(value):
    """Return a JSON-able description of `value`: equal descriptions mean equal behaviour.

    Arrays are described by shape, dtype and content, module-level functions and classes by qualified name and
    the source text of themselves and of what they call, frozen dataclasses by their class and fields.

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
    """Return the qualified name of a module-level function or class, and the sources of all it is made of."""
    name = qualified_name(definition)
    if "<" in name:
        raise NotHashableError(
            f"{name} cannot be part of a recipe: define it at the top of a module and name it"
        )
    return [name, sources(definition)]


def sources(definition) -> dict[str, str]:
    """Return the hashed source texts of a function or class and of whatever it calls, by qualified name.

    Followed are the names that its code uses, through any number of calls, except into libraries, whose
    versions are known: the standard library, numpy, Keras, TensorFlow.
    """
    found, pending = {}, [definition]
    while pending:
        each = pending.pop()
        if qualified_name(each) not in found:
            found[qualified_name(each)] = source_digest(each)
            pending += [used for used in definitions_used(each) if not is_library(used)]
    return dict(sorted(found.items()))


def definitions_used(definition) -> list:
    """Return the functions and classes that the code of a function, or of a class's methods, names."""
    if inspect.isclass(definition):
        members = [
            inspect.unwrap(getattr(m, "__func__", m)) for m in vars(definition).values() if callable(m)
        ]
        inherited = list(definition.__mro__[1:])
    else:
        members, inherited = [definition, inspect.unwrap(definition)], []
    functions = [member for member in members if inspect.isfunction(member)]
    return inherited + [used for function in functions for used in named_in(function)]


def named_in(function) -> list:
    """Return the functions and classes that a function's code names, directly or as `module.name`."""
    names = code_names(function.__code__)
    values = [function.__globals__[name] for name in names if name in function.__globals__]
    modules = [value for value in values if inspect.ismodule(value) and not is_library(value)]
    values += [getattr(module, name) for module in modules for name in names if hasattr(module, name)]
    return [value for value in values if inspect.isfunction(value) or inspect.isclass(value)]


def code_names(code) -> set[str]:
    """Return the names that a code object uses, those of functions inside of it included."""
    inner = [constant for constant in code.co_consts if inspect.iscode(constant)]
    return set(code.co_names).union(*map(code_names, inner))


def is_library(definition) -> bool:
    """Tell whether a function, class or module belongs to a library whose version is part of the key."""
    module = definition.__name__ if inspect.ismodule(definition) else definition.__module__ or ""
    return module.partition(".")[0] in LIBRARIES


def qualified_name(definition) -> str:
    """Return module and name of a function or class."""
    return f"{definition.__module__}.{definition.__qualname__}"


def source_digest(definition) -> str:
    """Return the sha256 of the source text of a function or class; of nothing where there is no source."""
    try:
        source = inspect.getsource(definition)
    except (OSError, TypeError):
        source = ""
    return hashlib.sha256(source.encode()).hexdigest()


def digest(value) -> str:
    """Return the sha256, as 64 hexadecimal digits, of the fingerprint of `value`."""
    text = json.dumps(fingerprint(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
