"""What a value is, in a form that can be hashed: the run store finds a finished member by the
hash of its inputs.
"""

import ast
import dataclasses
import functools
import hashlib
import inspect
import json
import sys
import textwrap
import types

import numpy as np

LIBRARIES = {"keras", "tensorflow", "numpy", "scipy", *sys.stdlib_module_names}


class NotHashableError(TypeError):
    """A value whose meaning cannot be written down (a lambda, a closure, an object with
    hidden state)."""


def fingerprint(value):
    """Return a JSON-able description of `value`: equal descriptions mean equal behaviour.

    Arrays are described by shape, dtype and content, module-level functions and classes by
    qualified name and the source text of themselves and of what they call, frozen dataclasses
    by their class and fields.

    Raises:
        NotHashableError: for lambdas, functions made inside functions, and objects of other
            kinds.
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
    fields = {
        field.name: fingerprint(getattr(value, field.name))
        for field in dataclasses.fields(value)
    }
    return {"class": definition_fingerprint(type(value)), "fields": fields}


def definition_fingerprint(definition):
    """Return the qualified name of a module-level function or class, and the sources of all
    it is made of."""
    name = qualified_name(definition)
    if "<" in name:
        raise NotHashableError(
            f"{name} cannot be part of a recipe: define it at the top of a module and name it"
        )
    return [name, sources(definition)]


def sources(definition) -> dict[str, list]:
    """Return, by qualified name, the hashed source of a function or class and of whatever it
    calls, each with the module-level constants that it names.

    Followed are the names that its code uses, through any number of calls, except into
    libraries, whose versions are known: the standard library, numpy, Keras, TensorFlow.
    """
    found, pending = {}, [definition]
    while pending:
        each = pending.pop()
        if qualified_name(each) not in found:
            named = {
                name: value
                for function in functions_of(each)
                for name, value in named_in(function)
            }
            constants = {
                name: constant(value)
                for name, value in named.items()
                if not is_definition(value)
            }
            found[qualified_name(each)] = [
                source_digest(each),
                dict(sorted(constants.items())),
            ]
            used = [value for value in named.values() if is_definition(value)]
            pending += [value for value in [*used, *bases(each)] if not is_library(value)]
    return dict(sorted(found.items()))


def is_definition(value) -> bool:
    """Tell whether a value is a function or a class."""
    return inspect.isfunction(value) or inspect.isclass(value)


def bases(definition) -> list:
    """Return the classes that a class inherits from; nothing for a function."""
    return list(definition.__mro__[1:]) if inspect.isclass(definition) else []


def functions_of(definition) -> list:
    """Return the functions that a definition consists of: itself, or a class's methods and
    properties."""
    members = vars(definition).values() if inspect.isclass(definition) else [definition]
    parts = []
    for member in members:
        parts += [member.fget, member.fset] if isinstance(member, property) else [member]
    plain = [getattr(part, "__func__", part) for part in parts]
    return [
        part
        for part in [*plain, *map(inspect.unwrap, filter(callable, plain))]
        if inspect.isfunction(part)
    ]


def named_in(function) -> list:
    """Return pairs (name, value) of the module-level values that code names, directly or as
    `module.name`."""
    names = code_names(function.__code__)
    values = [
        (name, function.__globals__[name]) for name in names if name in function.__globals__
    ]
    modules = [
        value for _, value in values if inspect.ismodule(value) and not is_library(value)
    ]
    values += [
        (name, getattr(module, name))
        for module in modules
        for name in names
        if hasattr(module, name)
    ]
    return [(name, value) for name, value in values if not inspect.ismodule(value)]


def constant(value):
    """Return what stands for a module-level value: its fingerprint, or its type where it has
    none."""
    try:
        return fingerprint(value)
    except NotHashableError:
        return f"{type(value).__module__}.{type(value).__qualname__}"


def code_names(code) -> set[str]:
    """Return the names that a code object uses, those of functions inside of it included."""
    return set(code.co_names).union(*map(code_names, filter(inspect.iscode, code.co_consts)))


def is_library(definition) -> bool:
    """Tell whether a function, class or module belongs to a library whose version is part of
    the key."""
    module = (
        definition.__name__ if inspect.ismodule(definition) else definition.__module__ or ""
    )
    return module.partition(".")[0] in LIBRARIES


def qualified_name(definition) -> str:
    """Return module and name of a function or class."""
    return f"{definition.__module__}.{definition.__qualname__}"


@functools.cache
def source_digest(definition) -> str:
    """Return the sha256 of what a function or class does: its syntax tree without comments
    and docstrings.

    Where there is no source (code typed into a prompt), its bytecode stands for it.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(definition)))
    except (OSError, TypeError, SyntaxError):
        text = repr([bytecode(function.__code__) for function in functions_of(definition)])
    else:
        text = ast.dump(without_docstrings(tree))
    return hashlib.sha256(text.encode()).hexdigest()


def without_docstrings(tree):
    """Return a syntax tree, changed in place, without the strings that only describe."""
    for node in ast.walk(tree):
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ):
            node.body = [part for part in node.body if not is_text(part)] or [ast.Pass()]
    return tree


def is_text(node) -> bool:
    """Tell whether a statement is nothing but a string."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def bytecode(code) -> list:
    """Return what a code object does, without where it stood."""
    constants = [
        bytecode(each) if inspect.iscode(each) else repr(each) for each in code.co_consts
    ]
    return [code.co_code.hex(), code.co_names, code.co_varnames, constants]


def digest(value) -> str:
    """Return the sha256, as 64 hexadecimal digits, of the fingerprint of `value`."""
    text = json.dumps(fingerprint(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
