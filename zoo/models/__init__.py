"""Builders: one function per architecture, returning a functional keras.Model. `BUILDERS` maps names to
them.
"""

from zoo.models.lenet5 import lenet5
from zoo.models.mlp import mlp
from zoo.models.nielsen import nielsen_mlp

BUILDERS = {"lenet5": lenet5, "mlp": mlp, "nielsen_mlp": nielsen_mlp}

__all__ = ["BUILDERS", "lenet5", "mlp", "nielsen_mlp"]
