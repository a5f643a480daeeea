"""Models in the forms that others run: SavedModel (TensorFlow Serving), LiteRT, ONNX.

Every export is compared with the Keras model that it came from before it takes its name on
the disk.
"""

from zoo.endpoints import Endpoint, ExportError
from zoo.export.by_kind import endpoints
from zoo.export.litert_file import litert
from zoo.export.onnx_graph import onnx
from zoo.export.saved_model import savedmodel

__all__ = ["Endpoint", "ExportError", "endpoints", "litert", "onnx", "savedmodel"]
