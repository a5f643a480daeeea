"""Pretrained models: found, checked, loaded, verified; `zoo train` writes their folders.

    model = zoo.load("lenet5.mnist")    # a keras.Model that takes pixels of 0 to 255

Importing this package is cheap: Keras is loaded with the first model.
"""

import importlib

_HOMES = {
    "Card": "cards",
    "Preprocessing": "cards",
    "PretrainedError": "errors",
    "card": "folders",
    "features": "loading",
    "list_models": "folders",
    "load": "loading",
    "verify": "verifying",
}

__all__ = sorted(_HOMES)


def __getattr__(name):
    """Import the module that holds a public name when the name is first used."""
    if name not in _HOMES:
        raise AttributeError(f"zoo.pretrained has no {name!r}; it has {', '.join(__all__)}")
    return getattr(importlib.import_module(f"zoo.pretrained.{_HOMES[name]}"), name)


def __dir__():
    """List the public names."""
    return __all__
