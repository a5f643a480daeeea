"""All judges: each one is a way in which a source's statement can be checked.

Every judge works the same way. It takes the interval of (ours - published), with the scatter
of what was published counted, and compares it with the margin or bound that the claim states.
Wholly inside is *reproduced*. Wholly outside is *not reproduced*. Anything else is
*inconclusive*, and says what would decide. docs/statistics.md explains every rule.

Few runs must not decide by accident. Fewer than five runs that scatter decide nothing, and
fewer than ten that are all equal show no scatter to judge by. Runs that went wrong are
counted, never dropped in silence: `Fraction` takes a diverged run (NaN) as a failure, and the
other judges give no verdict once more than half diverged.

To add a judge, add its class to one of the files below, or a file of its own to this list.
"""

from reproductions.harness.judging.comparisons import Difference, Ratio
from reproductions.harness.judging.judge import JUDGES, Judge, require
from reproductions.harness.judging.published import BestOf, MeanOfRuns, OneRun
from reproductions.harness.judging.shares import Fraction
from reproductions.harness.judging.values import Exact

__all__ = [
    "JUDGES",
    "BestOf",
    "Difference",
    "Exact",
    "Fraction",
    "Judge",
    "MeanOfRuns",
    "OneRun",
    "Ratio",
    "require",
]
