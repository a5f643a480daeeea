"""Models in the forms in which others run them: SavedModel (TensorFlow Serving), LiteRT and ONNX.

Every export is compared with the Keras model that it came from before it takes its name on the disk.
"""

from zoo.export.endpoints import KINDS, Endpoint, endpoints
from zoo.export.errors import ExportError
from zoo.export.graph import onnx
from zoo.export.lite import litert
from zoo.export.saved import savedmodel

__all__ = ["KINDS", "Endpoint", "ExportError", "endpoints", "litert", "onnx", "savedmodel"]
