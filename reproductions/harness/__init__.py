"""Claims, verdicts, records, figures and reports: everything a reproduction is judged and shown with.

Only plain data is imported here, so that a listing costs milliseconds; numpy, scipy, matplotlib, rich and
Jinja2 are imported where they are used. Nothing in this package imports Keras, TensorFlow or `zoo`.
"""

from reproductions.harness.claims import (
    BestOf,
    Claim,
    Difference,
    Exact,
    Fraction,
    MeanOfRuns,
    OneRun,
    Ratio,
)
from reproductions.harness.extending import earlier, noted, setting
from reproductions.harness.results import Result

__all__ = [
    "BestOf",
    "Claim",
    "Difference",
    "Exact",
    "Fraction",
    "MeanOfRuns",
    "OneRun",
    "Ratio",
    "Result",
    "earlier",
    "noted",
    "setting",
]
