"""Builders: one function per architecture, returning a functional keras.Model. `BUILDERS`
maps names to them.
"""

from zoo.models.autoencoder import autoencoder, autoencoder_level, autoencoder_levels
from zoo.models.cnn import cnn, lisa_lenet, nielsen_cnn
from zoo.models.counting import connections
from zoo.models.cuda_convnet import cuda_convnet
from zoo.models.dbn import dbn, dbn_levels
from zoo.models.elman import elman
from zoo.models.lenet5 import lenet5
from zoo.models.lenet5_1998 import lenet5_1998
from zoo.models.mlp import mlp
from zoo.models.nielsen import nielsen_mlp
from zoo.models.perceptron import perceptron, rosenblatt
from zoo.models.rbm import rbm
from zoo.models.surgery import (
    autoencoder_from,
    classifier_from,
    decoder_of,
    encoder_of,
    hidden_of,
)

BUILDERS = {
    "autoencoder": autoencoder,
    "cnn": cnn,
    "cuda_convnet": cuda_convnet,
    "dbn": dbn,
    "elman": elman,
    "lenet5": lenet5,
    "lenet5_1998": lenet5_1998,
    "lisa_lenet": lisa_lenet,
    "mlp": mlp,
    "nielsen_cnn": nielsen_cnn,
    "nielsen_mlp": nielsen_mlp,
    "perceptron": perceptron,
    "rbm": rbm,
}

__all__ = [
    "BUILDERS",
    "autoencoder",
    "autoencoder_from",
    "autoencoder_level",
    "autoencoder_levels",
    "classifier_from",
    "cnn",
    "connections",
    "cuda_convnet",
    "dbn",
    "dbn_levels",
    "decoder_of",
    "elman",
    "encoder_of",
    "hidden_of",
    "lenet5",
    "lenet5_1998",
    "lisa_lenet",
    "mlp",
    "nielsen_cnn",
    "nielsen_mlp",
    "perceptron",
    "rbm",
    "rosenblatt",
]
