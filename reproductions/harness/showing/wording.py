"""Claims and verdicts in words and digits, the same in the terminal, the pages and the
README."""

import math
from collections.abc import Iterator

from reproductions.harness.claiming.claims import Claim
from reproductions.harness.judging.judges import Judge
from reproductions.harness.judging.numbers import (
    format_interval,
    format_ours,
    format_published,
)
from reproductions.harness.judging.runs import FEWEST_EQUAL
from reproductions.harness.judging.verdicts import INCONCLUSIVE, Verdict

FEWEST_TESTED = 6
"""So many runs have 64 ways to flip their signs: the smallest permutation p is 1/32."""


def describe_published(claim: Claim) -> str:
    """Return what the source gives, with its unit: "96.48 %", "above 2 times", "1.25 ± 0.05 %
    (mean of 10)"."""
    return claim.judge.describe(f" {claim.unit}" if claim.unit else "")


def describe_both(claim: Claim, verdict: Verdict) -> str:
    """Return both sides: "published 96.48 %; ours 96.5 [96.21, 96.79], n = 32"."""
    return f"{name_their_side(claim)} {describe_published(claim)}; ours {describe_ours(claim, verdict)}"


def name_their_side(claim: Claim) -> str:
    """Return what the other side is called: "published", or "expected" for a check of our
    own."""
    return "expected" if claim.is_own else "published"


def describe_ours(claim: Claim, verdict: Verdict) -> str:
    """Return our number, its interval and the number of seeds: "96.5 [96.21, 96.79], n = 32"."""
    if verdict.ours is None:
        return "-"
    interval = (
        f" {format_interval(verdict.interval)}" if verdict.interval else ""
    )
    diverged = f", {verdict.diverged} diverged" if verdict.diverged else ""
    return f"{name_statistic(verdict)}{format_measured(claim, verdict)}{interval}, n = {verdict.n}{diverged}"


def name_statistic(verdict: Verdict) -> str:
    """Return "median " and the like before our number, "" where it is a mean, a value or a
    fraction."""
    if verdict.statistic in ("mean", "value", "fraction"):
        return ""
    one_run_is_itself = verdict.n == 1 and verdict.statistic in (
        "geometric mean",
        "median",
    )
    return "" if one_run_is_itself else f"{verdict.statistic} "


def format_measured(claim: Claim, verdict: Verdict) -> str:
    """Return our number alone ("-" where there is none), a deterministic one with the digits
    that are compared."""
    if verdict.ours is None:
        return "-"
    if verdict.statistic != "value" or not math.isfinite(verdict.ours):
        return format_ours(verdict.ours)
    tolerance = getattr(
        claim.judge, "tolerance", 0
    )  # a judge need not have one
    if not tolerance or not verdict.ours:
        return format_published(verdict.ours)
    if abs(verdict.ours) < tolerance:
        return format_ours(verdict.ours)
    compared_decimals = 1 - math.floor(math.log10(tolerance))
    significant_decimals = 3 - math.floor(math.log10(abs(verdict.ours)))
    return format_published(
        round(verdict.ours, max(0, compared_decimals, significant_decimals))
    )


def describe_remarks(claim: Claim, verdict: Verdict) -> str:
    """Return everything that stands behind the status, in one line ("" if there is nothing to
    add)."""
    parts = [verdict.detail] if verdict.detail else []
    if verdict.percentile is not None:
        z = "" if verdict.z is None else f", z = {verdict.z:.2f}"
        parts.append(f"percentile {verdict.percentile:.3g}{z}")
    if verdict.p is not None and bears_on_the_verdict(claim.judge, verdict):
        parts.append(f"permutation p = {verdict.p:.2g}")
    if verdict.status == INCONCLUSIVE and verdict.interval is not None:
        parts += say_what_seeds_can_do(claim.judge, verdict)
    return "; ".join(parts)


def bears_on_the_verdict(judge: Judge, verdict: Verdict) -> bool:
    """Tell whether the permutation p matters: not for an equivalence, nor where few seeds
    cannot make it small."""
    return judge.tests_a_bound and verdict.n - verdict.diverged >= FEWEST_TESTED


def say_what_seeds_can_do(judge: Judge, verdict: Verdict) -> Iterator[str]:
    """Yield what more seeds would bring: little where the interval is that of one further
    run."""
    if judge.compares_single_runs:
        kept = verdict.n - verdict.diverged
        if kept >= FEWEST_EQUAL and 2 * kept >= verdict.n:
            yield "single runs scatter that much, which more seeds will not change"
    elif verdict.resolvable is not None:
        smallest = format_ours(verdict.resolvable)
        yield f"smallest {judge.effect} these seeds could resolve: {smallest}"
