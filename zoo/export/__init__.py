"""Models in the forms in which others run them: SavedModel (TensorFlow Serving), LiteRT and ONNX.

Every export is compared with the Keras model that it came from before it takes its name on the disk.
"""

from zoo.export.endpoints import KINDS, Endpoint, endpoints
from zoo.export.errors import ExportError
from zoo.export.litert_file import litert
from zoo.export.onnx_graph import onnx
from zoo.export.saved_model import savedmodel

__all__ = ["KINDS", "Endpoint", "ExportError", "endpoints", "litert", "onnx", "savedmodel"]
