"""Claims and verdicts in words and digits, the same in the terminal, the pages and the README."""

import math
from functools import singledispatch

from reproductions.harness.claims import (
    OWN,
    BestOf,
    Claim,
    Difference,
    Exact,
    Fraction,
    MeanOfRuns,
    OneRun,
    Ratio,
)
from reproductions.harness.verdicts import FEWEST_EQUAL, INCONCLUSIVE, Verdict

FEWEST_TESTED = 6  # runs whose signs can be flipped in 64 ways: the smallest p is 1/32


def number(value: float) -> str:
    """One of our numbers to four significant digits, which is an accuracy to hundredths of a percent."""
    return f"{value:.4g}" if abs(value) < 10_000 or not math.isfinite(value) else f"{value:,.0f}"


def stated(value: float) -> str:
    """A published number with all the digits that were published."""
    return f"{value:.12g}"


def published(claim: Claim) -> str:
    """What the source gives, with its unit: "96.48 %", "more than 2 times", "1.25 +- 0.05 (10 runs)"."""
    return _published(claim.judge, f" {claim.unit}" if claim.unit else "")


@singledispatch
def _published(judge, unit: str) -> str:
    raise TypeError(f"no words for {type(judge).__name__}")


@_published.register
def _(judge: Exact, unit: str) -> str:
    values = judge.published if isinstance(judge.published, tuple) else (judge.published,)
    return ", ".join(stated(value) for value in values) + unit


@_published.register
def _(judge: OneRun, unit: str) -> str:
    return stated(judge.published) + unit


@_published.register
def _(judge: BestOf, unit: str) -> str:
    return f"{stated(judge.published)}{unit} (best of {judge.k})"


@_published.register
def _(judge: MeanOfRuns, unit: str) -> str:
    spread = f" ± {stated(judge.sd)}" if judge.sd else ""
    runs = f" (mean of {judge.n})" if judge.n > 1 else ""
    return f"{stated(judge.published)}{spread}{unit}{runs}"


@_published.register
def _(judge: Difference, unit: str) -> str:
    if judge.within is not None:
        target = f"{judge.published:+.12g}" if judge.published else "0"
        return f"{target} to within {stated(judge.within)}{unit}"
    return f"{judge.published:+.12g}{unit}" if judge.published is not None else _bounds(judge, unit)


@_published.register
def _(judge: Ratio, unit: str) -> str:
    unit = unit if unit and judge.versus is None else " times"  # alone, a metric may be a share or an error
    if judge.within is not None:
        return f"{stated(judge.published or 1)}{unit}, to a factor of {stated(judge.within)}"
    return f"{stated(judge.published)}{unit}" if judge.published is not None else _bounds(judge, unit)


@_published.register
def _(judge: Fraction, unit: str) -> str:
    if judge.published == 1:
        return "all runs"
    return f"{stated(judge.published)} of runs" if judge.published is not None else _bounds(judge, " of runs")


def _bounds(judge, unit: str) -> str:
    if judge.at_least is None:
        return f"below {stated(judge.at_most)}{unit}"
    if judge.at_most is None:
        return f"above {stated(judge.at_least)}{unit}"
    return f"between {stated(judge.at_least)} and {stated(judge.at_most)}{unit}"


def compared(claim: Claim, verdict: Verdict) -> str:
    """Both sides: "published 96.48 %; ours 96.5 [96.21, 96.79], n = 32"; "expected" if nobody published."""
    return f"{theirs(claim)} {published(claim)}; ours {ours(claim, verdict)}"


def theirs(claim: Claim) -> str:
    """What the other side of a comparison is called: "published", or "expected" for a check of our own."""
    return "expected" if claim.tag == OWN else "published"


def ours(claim: Claim, verdict: Verdict) -> str:
    """Our number, its interval and how many seeds stand behind it: "96.5 [96.21, 96.79], n = 32"."""
    if verdict.ours is None:
        return "-"
    interval = f" [{', '.join(map(number, verdict.interval))}]" if verdict.interval else ""
    plain = verdict.n == 1 and verdict.statistic in ("geometric mean", "median")  # of one run: itself
    label = "" if plain or verdict.statistic in ("mean", "value", "fraction") else f"{verdict.statistic} "
    diverged = f", {verdict.diverged} diverged" if verdict.diverged else ""
    return f"{label}{measured(claim, verdict)}{interval}, n = {verdict.n}{diverged}"


def measured(claim: Claim, verdict: Verdict) -> str:
    """Our number alone ("-" where there is none), a deterministic one with the digits that are compared."""
    if verdict.ours is None:
        return "-"
    if verdict.statistic != "value" or not math.isfinite(verdict.ours):
        return number(verdict.ours)
    tolerance = claim.judge.tolerance
    if not tolerance or not verdict.ours:
        return stated(verdict.ours)
    if abs(verdict.ours) < tolerance:
        return number(verdict.ours)
    decimals = [1 - math.floor(math.log10(tolerance)), 3 - math.floor(math.log10(abs(verdict.ours)))]
    return stated(round(verdict.ours, max(0, *decimals)))


def remarks(claim: Claim, verdict: Verdict) -> str:
    """Everything that stands behind the status, in one line ("" if there is nothing to add)."""
    parts = [verdict.detail] if verdict.detail else []
    if verdict.percentile is not None:
        parts.append(
            f"percentile {verdict.percentile:.3g}" + ("" if verdict.z is None else f", z = {verdict.z:.2f}")
        )
    if verdict.p is not None and _tests_the_bound(claim.judge, verdict):
        parts.append(f"permutation p = {verdict.p:.2g}")
    if verdict.status == INCONCLUSIVE and verdict.interval is not None:
        parts += _what_seeds_can_do(claim.judge, verdict)
    return "; ".join(parts)


def _tests_the_bound(judge, verdict: Verdict) -> bool:
    """Whether p bears on the verdict: not on an equivalence, nor where few seeds cannot make it small."""
    return judge.within is None and verdict.n - verdict.diverged >= FEWEST_TESTED


def _what_seeds_can_do(judge, verdict: Verdict):
    """What more seeds would bring: nothing to speak of where the interval is that of one further run."""
    if isinstance(judge, OneRun | BestOf):
        judged = verdict.n - verdict.diverged
        if judged >= FEWEST_EQUAL and 2 * judged >= verdict.n:
            yield "single runs scatter that much, which more seeds will not change"
    elif verdict.resolvable is not None:
        kind = "factor" if isinstance(judge, Ratio) else "difference"
        yield f"smallest {kind} these seeds could resolve: {number(verdict.resolvable)}"
