"""Builders: one function per architecture, returning a functional keras.Model. `BUILDERS` maps names to
them.
"""

from zoo.models.lenet5 import lenet5
from zoo.models.mlp import mlp

BUILDERS = {"lenet5": lenet5, "mlp": mlp}

__all__ = ["BUILDERS", "lenet5", "mlp"]
