"""Claims, verdicts, records, figures and pages: everything a reproduction is
judged and shown with.

The rooms, each of which knows only those before it: `judging`, `claiming`,
`recording`, `showing`. Beside them stand `publishing` (all pages), `suite`
(runs reproductions) and `commands` (the command line).

Importing this package is cheap, since every `zoo` command does it: what a
reproduction uses is loaded when it is first asked for.
"""

import importlib
import sys
from pathlib import Path

_HOMES = {
    "BestOf": "judging.judges",
    "Choice": "recording.choices",
    "Claim": "claiming.claims",
    "Claims": "claiming.tables",
    "Difference": "judging.judges",
    "Exact": "judging.judges",
    "Fraction": "judging.judges",
    "MeanOfRuns": "judging.judges",
    "Metric": "claiming.metrics",
    "OneRun": "judging.judges",
    "Ratio": "judging.judges",
    "Result": "recording.results",
    "measured_on": "recording.results",
}
"""The module that defines each public name."""

__all__ = [*_HOMES, "run_file"]


def __getattr__(name: str):
    """Import what a reproduction uses when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"{__name__} has no {name!r}")
    module = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    return getattr(module, name)


def __dir__():
    """List the public names."""
    return __all__


def run_file(path: str) -> None:
    """Make a reproduction's file a script: `if __name__ == "__main__":
    run_file(__file__)`."""
    from zoo.cli import main

    main(["reproduce", Path(path).stem, *sys.argv[1:]])
