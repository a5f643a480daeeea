"""What a reproduction's `run` hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # numpy is left out of listings, which read claims only
    import numpy as np


OTHERWISE = " | for seeds "  # in a note that came out otherwise for further seeds, before them and their text


@dataclass(frozen=True)
class Result:
    """The measurements of one run.

    `metrics` maps a readable name to an array of shape (seeds, ...) of bool, int or float: NaN marks a run
    that diverged, +inf one that never reached its threshold. `data` maps each data set's name to its digest.
    `stand_in` says why this result cannot be compared with the publication ("" where it can). `notes` are
    remarks for the reader; one that comes out otherwise for further seeds is kept beside the first.

    Raises:
        ValueError: a metric has no seed axis, or holds something other than numbers and booleans.
    """

    metrics: Mapping[str, np.ndarray]
    data: Mapping[str, str] = field(default_factory=dict)
    stand_in: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self):
        import numpy as np

        arrays = {name: np.asarray(values) for name, values in self.metrics.items()}
        for name, values in arrays.items():
            if values.ndim == 0 or values.dtype.kind not in "biuf":
                raise ValueError(
                    f"metric '{name}' must be an array of numbers or booleans with the seeds on axis 0, "
                    f"not {values.dtype} of shape {values.shape}"
                )
        object.__setattr__(self, "metrics", arrays)


def joined(earlier: Result, later: Result) -> Result:
    """Both results as if all seeds had been run at once: metrics concatenated on axis 0, the seeds in order.

    Raises:
        ValueError: the two name different metrics.
    """
    import numpy as np

    if set(earlier.metrics) != set(later.metrics):
        names = ", ".join(sorted(set(earlier.metrics) ^ set(later.metrics)))
        raise ValueError(f"only one of the two results has the metrics {names}")
    # An arm with fewer seeds adds nothing, and an empty list read back has lost its further axes.
    parts = {
        name: [r.metrics[name] for r in (earlier, later) if len(r.metrics[name])] for name in earlier.metrics
    }
    metrics = {name: np.concatenate(p) if p else later.metrics[name] for name, p in parts.items()}
    return Result(metrics, {**earlier.data, **later.data}, later.stand_in, {**earlier.notes, **later.notes})
