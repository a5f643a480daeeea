"""Does an export say what the Keras model says?"""

import numpy as np
import tensorflow as tf

from zoo.endpoints import ExportError

TOLERANCE = 1e-4
"""Largest difference allowed, as a share of the largest value of an output, or of 1 if that is more."""


def samples(specs, examples: int) -> list[np.ndarray]:
    """Made-up inputs, always the same ones: whole pixels 0..255, the first example in 0..1."""
    random = np.random.default_rng(examples)
    drawn = [random.integers(0, 256, (examples, *spec.shape[1:])).astype(spec.dtype.name) for spec in specs]
    for values in drawn:
        values[0] = random.random(values[0].shape) if values.dtype.kind == "f" else values[0] % 2
    return drawn


def check(name: str, endpoint, exported, tolerance: float = TOLERANCE) -> None:
    """Compares an exported function (arrays by keyword -> dict) with its endpoint, on 1 and 7 examples.

    Raises:
        ExportError: an output is missing, or differs by more than the tolerance.
    """
    for examples in (1, 7):
        inputs = samples(endpoint.inputs, examples)
        wanted = endpoint.function(*map(tf.constant, inputs))
        found = exported(**{spec.name: values for spec, values in zip(endpoint.inputs, inputs, strict=True)})
        if set(found) != set(wanted):
            raise ExportError(f"{name}: the export returns {sorted(found)}, not {sorted(wanted)}")
        for output, values in wanted.items():
            _compare(f"{name}/{output}", np.asarray(values), np.asarray(found[output]), tolerance)


def _compare(name, wanted, found, tolerance):
    if found.shape != wanted.shape:
        raise ExportError(f"{name}: the export returns the shape {found.shape}, the model {wanted.shape}")
    allowed = tolerance * max(1.0, float(np.max(np.abs(wanted))))
    difference = float(np.max(np.abs(found - wanted)))
    if not difference <= allowed:
        raise ExportError(
            f"{name}: the export differs from the model by {difference:.2g} (allowed: {allowed:.2g}); "
            "nothing was written"
        )
