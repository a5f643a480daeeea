"""Models in the forms in which others run them: SavedModel (TensorFlow Serving) and LiteRT.

Every export is compared with the Keras model that it came from before it takes its name on the disk.
"""

from zoo.export.endpoints import KINDS
from zoo.export.errors import ExportError
from zoo.export.lite import litert
from zoo.export.saved import savedmodel

__all__ = ["KINDS", "ExportError", "litert", "savedmodel"]
