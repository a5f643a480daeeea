"""Layers that Keras does not have: mathematics in functions of keras.ops, weights and chance
in classes."""

from zoo.layers.activations import scaled_tanh, step
from zoo.layers.bitmaps import digit_bitmaps
from zoo.layers.corruption import Corruption
from zoo.layers.dropout import OriginalDropout
from zoo.layers.elman import ElmanCell
from zoo.layers.rbf import RBFOutput
from zoo.layers.rbm import RBM
from zoo.layers.response_normalization import ResponseNormalization
from zoo.layers.shift import RandomShift
from zoo.layers.sparse_conv import SparseConv2D
from zoo.layers.subsampling import Subsampling
from zoo.layers.tied import TiedDense

__all__ = [
    "RBM",
    "Corruption",
    "ElmanCell",
    "OriginalDropout",
    "RBFOutput",
    "RandomShift",
    "ResponseNormalization",
    "SparseConv2D",
    "Subsampling",
    "TiedDense",
    "digit_bitmaps",
    "scaled_tanh",
    "step",
]
