"""Keras models of the classic deep-learning results, and a fast way to train many random
seeds of them.

Importing this package is cheap: each part is loaded when it is first used, TensorFlow with
the first that needs it.
"""

import importlib

_PARTS = (
    "data",
    "engine",
    "export",
    "images",
    "initializers",
    "layers",
    "losses",
    "models",
    "prediction",
    "pretrained",
    "pretraining",
)
_MODELS = ("card", "features", "list_models", "load", "verify")

__all__ = ["__version__", *_MODELS, *_PARTS]


def __getattr__(name):
    """Import a part of the package when it is first used."""
    if name == "__version__":
        from importlib.metadata import version

        return version("reprozoo")
    if name in _PARTS:
        return importlib.import_module(f"zoo.{name}")
    if name in _MODELS:
        return getattr(importlib.import_module("zoo.pretrained"), name)
    raise AttributeError(f"zoo has no {name!r}; it has {', '.join(__all__)}")


def __dir__():
    """List the public names."""
    return __all__
