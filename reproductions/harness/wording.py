"""Claims and verdicts in words and digits, the same in the terminal, the pages and the README."""

from functools import singledispatch

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
from reproductions.harness.verdicts import INCONCLUSIVE, Verdict


def number(value: float) -> str:
    """Five significant digits: enough for an accuracy in hundredths of a percent."""
    return f"{value:.5g}"


def published(claim: Claim) -> str:
    """What the source gives, with its unit: "96.48 %", "more than 2 times", "1.25 +- 0.05 (10 runs)"."""
    return _published(claim.judge, f" {claim.unit}" if claim.unit else "")


@singledispatch
def _published(judge, unit: str) -> str:
    raise TypeError(f"no words for {type(judge).__name__}")


@_published.register
def _(judge: Exact, unit: str) -> str:
    values = judge.published if isinstance(judge.published, tuple) else (judge.published,)
    return ", ".join(f"{value:.12g}" for value in values) + unit


@_published.register
def _(judge: OneRun, unit: str) -> str:
    return number(judge.published) + unit


@_published.register
def _(judge: BestOf, unit: str) -> str:
    return f"{number(judge.published)}{unit} (best of {judge.k})"


@_published.register
def _(judge: MeanOfRuns, unit: str) -> str:
    spread = f" ± {number(judge.sd)}" if judge.sd else ""
    return f"{number(judge.published)}{spread}{unit} (mean of {judge.n})"


@_published.register
def _(judge: Difference, unit: str) -> str:
    if judge.within is not None:
        return f"{judge.published or 0:+.4g} to within {number(judge.within)}{unit}"
    return f"{judge.published:+.4g}{unit}" if judge.published is not None else _bounds(judge, unit)


@_published.register
def _(judge: Ratio, unit: str) -> str:
    if judge.within is not None:
        return f"{number(judge.published or 1)} times, to a factor of {number(judge.within)}"
    return f"{number(judge.published)} times" if judge.published is not None else _bounds(judge, " times")


@_published.register
def _(judge: Fraction, unit: str) -> str:
    return f"{number(judge.published)} of runs" if judge.published is not None else _bounds(judge, " of runs")


def _bounds(judge, unit: str) -> str:
    if judge.at_least is None:
        return f"below {number(judge.at_most)}{unit}"
    if judge.at_most is None:
        return f"above {number(judge.at_least)}{unit}"
    return f"between {number(judge.at_least)} and {number(judge.at_most)}{unit}"


def ours(verdict: Verdict) -> str:
    """Our number, its interval and how many seeds stand behind it: "96.5 [96.21, 96.79], n = 32"."""
    if verdict.ours is None:
        return "-"
    interval = f" [{', '.join(map(number, verdict.interval))}]" if verdict.interval else ""
    label = "" if verdict.statistic in ("mean", "value", "fraction") else f"{verdict.statistic} "
    diverged = f", {verdict.diverged} diverged" if verdict.diverged else ""
    return f"{label}{number(verdict.ours)}{interval}, n = {verdict.n}{diverged}"


def remarks(claim: Claim, verdict: Verdict) -> str:
    """Everything that stands behind the status, in one line ("" if there is nothing to add)."""
    parts = [verdict.detail] if verdict.detail else []
    if verdict.percentile is not None:
        parts.append(
            f"percentile {verdict.percentile:.3g}" + ("" if verdict.z is None else f", z = {verdict.z:.2f}")
        )
    if verdict.p is not None:
        parts.append(f"permutation p = {verdict.p:.2g}")
    if verdict.status == INCONCLUSIVE and verdict.resolvable is not None:
        kind = (
            "factor" if isinstance(claim.judge, Ratio) or getattr(claim.judge, "log", False) else "difference"
        )
        parts.append(f"smallest {kind} these seeds could resolve: {number(verdict.resolvable)}")
    return "; ".join(parts)
