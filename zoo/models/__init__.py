"""Builders: one function per architecture, returning a functional keras.Model. `BUILDERS` maps names to
them.
"""

from zoo.models.cnn import cnn, lisa_lenet, nielsen_cnn
from zoo.models.counting import connections
from zoo.models.cuda_convnet import cuda_convnet
from zoo.models.lenet5 import lenet5
from zoo.models.lenet5_1998 import lenet5_1998
from zoo.models.mlp import mlp
from zoo.models.nielsen import nielsen_mlp
from zoo.models.perceptron import perceptron, rosenblatt

BUILDERS = {
    "cnn": cnn,
    "cuda_convnet": cuda_convnet,
    "lenet5": lenet5,
    "lenet5_1998": lenet5_1998,
    "lisa_lenet": lisa_lenet,
    "mlp": mlp,
    "nielsen_cnn": nielsen_cnn,
    "nielsen_mlp": nielsen_mlp,
    "perceptron": perceptron,
}

__all__ = [
    "BUILDERS",
    "cnn",
    "connections",
    "cuda_convnet",
    "lenet5",
    "lenet5_1998",
    "lisa_lenet",
    "mlp",
    "nielsen_cnn",
    "nielsen_mlp",
    "perceptron",
    "rosenblatt",
]
