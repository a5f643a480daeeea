"""Does an export say what the Keras model says?"""

import numpy as np
import tensorflow as tf

from zoo.endpoints import ExportError

TOLERANCE = 1e-4
"""Largest difference allowed, as a share of an output's largest value, at least of 1."""


def samples(specs, examples: int) -> list[np.ndarray]:
    """Return made-up inputs, always the same: whole pixels 0..255, the first example 0..1."""
    random = np.random.default_rng(examples)
    drawn = []
    for spec in specs:
        shape = (examples, *spec.shape[1:])
        pixels = random.integers(0, 256, shape)
        drawn.append(pixels.astype(spec.dtype.name))
    for values in drawn:
        first = values[0]
        is_float = values.dtype.kind == "f"
        values[0] = random.random(first.shape) if is_float else first % 2
    return drawn


def check(name: str, endpoint, exported, tolerance: float = TOLERANCE) -> None:
    """Compare an exported function with its endpoint, on 1 and on 7 examples.

    Args:
        name: of the endpoint, for the message.
        endpoint: what the model answers.
        exported: arrays by keyword -> dict of arrays.
        tolerance: as TOLERANCE.

    Raises:
        ExportError: an output is missing, or differs by more than the tolerance.
    """
    names = [spec.name for spec in endpoint.inputs]
    for examples in (1, 7):
        inputs = samples(endpoint.inputs, examples)
        wanted = endpoint.function(*map(tf.constant, inputs))
        found = exported(**dict(zip(names, inputs, strict=True)))
        if set(found) != set(wanted):
            raise ExportError(
                f"{name}: the export returns {sorted(found)}, not {sorted(wanted)}"
            )
        for output, values in wanted.items():
            ours, theirs = np.asarray(values), np.asarray(found[output])
            _compare(f"{name}/{output}", ours, theirs, tolerance)


def _compare(name: str, wanted: np.ndarray, found: np.ndarray, tolerance: float) -> None:
    if found.shape != wanted.shape:
        raise ExportError(
            f"{name}: the export returns the shape {found.shape}, the model {wanted.shape}"
        )
    largest = float(np.max(np.abs(wanted)))
    allowed = tolerance * max(1.0, largest)
    difference = float(np.max(np.abs(found - wanted)))
    if not difference <= allowed:
        raise ExportError(
            f"{name}: the export differs from the model by {difference:.2g} (allowed: "
            f"{allowed:.2g}); nothing was written"
        )
