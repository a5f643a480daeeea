"""Trains many random seeds of one network fast: compiled loops, one member per core, results
kept on disk.

    study = engine.train(build, Recipe(...), {"train": (x, y), "validation": (xv, yv)},
    seeds=range(1, 33)) study.history("validation correct")[:, -1]    # one number per seed

Importing this package is cheap: TensorFlow is loaded with the first name that needs it.
"""

import importlib

_HOMES = {
    "Recipe": "recipe",
    "Settings": "settings",
    "using": "settings",
    "rehearsing": "settings",
    "RunStore": "store",
    "StoreError": "store",
    "Study": "study",
    "train": "study",
    "Arm": "study",
    "train_together": "study",
    "Member": "member",
    "optimizers": None,
    "probes": None,
    "schedules": None,
}

__all__ = sorted(_HOMES)


def __getattr__(name):
    """Import the module that holds a public name when the name is first used."""
    if name not in _HOMES:
        raise AttributeError(f"zoo.engine has no {name!r}; it has {', '.join(__all__)}")
    home = _HOMES[name]
    if home is None:
        return importlib.import_module(f"zoo.engine.{name}")
    return getattr(importlib.import_module(f"zoo.engine.{home}"), name)


def __dir__():
    """List the public names."""
    return __all__
