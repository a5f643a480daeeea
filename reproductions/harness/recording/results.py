"""What a reproduction's `run` hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from reproductions.harness.recording.choices import Choice

OTHERWISE = " | for seeds "
"""In a note that came out otherwise for further seeds: stands before these seeds and their
text."""


@dataclass(frozen=True)
class Result:
    """The measurements of one run.

    `metrics` maps a readable name to an array of shape (seeds, ...) of bool, int or float.
    NaN marks a run that diverged, +inf one that never reached its threshold. `data` maps each
    data set's name to its digest. `stand_in` says why this result cannot be compared with the
    publication ("" where it can). `notes` are remarks for the reader; one that comes out
    otherwise for further seeds is kept beside the first. `chosen` holds what `choose` found;
    the harness fills it in, so that `plot` can show it.

    Raises:
        ValueError: a metric has no seed axis, or holds something other than numbers and
            booleans.
    """

    metrics: Mapping[str, np.ndarray]
    data: Mapping[str, str] = field(default_factory=dict)
    stand_in: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, Choice] = field(default_factory=dict)

    def __post_init__(self):
        arrays = {
            name: np.asarray(values) for name, values in self.metrics.items()
        }
        for name, values in arrays.items():
            if values.ndim == 0 or values.dtype.kind not in "biuf":
                raise ValueError(
                    f"metric '{name}' must be an array of numbers or booleans with the seeds on axis 0, "
                    f"not {values.dtype} of shape {values.shape}"
                )
        object.__setattr__(self, "metrics", arrays)


def measured_on(
    dataset,
    metrics: Mapping,
    *,
    instead_of: str = "",
    narrower: str = "",
    notes=None,
) -> Result:
    """Return the result of a run on one data set, with the text that says what it stands in
    for.

    Args:
        dataset: a `zoo.data.Dataset`: its name and digest are kept.
        metrics: the measurements, as `Result` takes them.
        instead_of: the data set of the source, where this one is not it: "MNIST".
        narrower: what else is smaller then: "256 units".
        notes: remarks for the reader.
    """
    stand_in = (
        f"{dataset.name} stands in for {instead_of}" if instead_of else ""
    )
    if stand_in and narrower:
        stand_in += f", {narrower}"
    return Result(
        metrics, {dataset.name: dataset.digest}, stand_in, notes or {}
    )


def joined(earlier: Result, later: Result) -> Result:
    """Return both results as if all seeds had been run at once: metrics are concatenated on
    axis 0.

    Raises:
        ValueError: the two name different metrics.
    """
    if set(earlier.metrics) != set(later.metrics):
        names = ", ".join(sorted(set(earlier.metrics) ^ set(later.metrics)))
        raise ValueError(f"only one of the two results has the metrics {names}")
    metrics = {}
    for name in earlier.metrics:
        metrics[name] = join_seeds(earlier.metrics[name], later.metrics[name])
    return replace(
        later,
        metrics=metrics,
        data={**earlier.data, **later.data},
        notes={**earlier.notes, **later.notes},
        chosen=earlier.chosen,
    )


def join_seeds(earlier: np.ndarray, later: np.ndarray) -> np.ndarray:
    """Return both arms' seeds in order; an empty arm read back has lost its further axes and
    is left out."""
    parts = [values for values in (earlier, later) if len(values)]
    return np.concatenate(parts) if parts else later
