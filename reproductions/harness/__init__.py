"""Claims, verdicts, records, figures and pages: everything a reproduction is
judged and shown with.

The rooms, each of which knows only those before it: `judging`, `claiming`,
`recording`, `showing`. Beside them stand `publishing` (all pages), `suite`
(runs reproductions) and `commands` (the command line).
"""

import sys
from pathlib import Path

from reproductions.harness.claiming.claims import Claim
from reproductions.harness.claiming.metrics import Metric
from reproductions.harness.claiming.tables import Claims
from reproductions.harness.judging.judges import (
    BestOf,
    Difference,
    Exact,
    Fraction,
    MeanOfRuns,
    OneRun,
    Ratio,
)
from reproductions.harness.recording.choices import Choice
from reproductions.harness.recording.results import Result, measured_on

__all__ = [
    "BestOf",
    "Choice",
    "Claim",
    "Claims",
    "Difference",
    "Exact",
    "Fraction",
    "MeanOfRuns",
    "Metric",
    "OneRun",
    "Ratio",
    "Result",
    "measured_on",
    "run_file",
]


def run_file(path: str) -> None:
    """Make a reproduction's file a script: `if __name__ == "__main__":
    run_file(__file__)`."""
    from zoo.cli import main

    main(["reproduce", Path(path).stem, *sys.argv[1:]])
