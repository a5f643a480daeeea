"""Claims and verdicts in words and digits, the same in the terminal, the pages and the
README."""

import math

from reproductions.harness.claiming.claims import Claim
from reproductions.harness.judging.numbers import (
    format_interval,
    format_ours,
    format_published,
)
from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    MORE_SEEDS,
    NOT_REPRODUCED,
    NOT_RUN,
    REPRODUCED,
    UNFINISHED,
    Verdict,
)

OWN_WORDS = {
    REPRODUCED: "met",
    NOT_REPRODUCED: "not met",
    INCONCLUSIVE: "open",
    NOT_RUN: "not run",
}
"""What the statuses are called for a check of our own, which reproduces nothing."""

LEAST_POWER = 0.8
"""With a smaller chance to pass, even an identical procedure would often stay undecided."""


def say_status(claim: Claim, status: str) -> str:
    """Return the status in words: "reproduced", or "met" for a check of our own."""
    return OWN_WORDS[status] if claim.is_own else status


def describe_published(claim: Claim) -> str:
    """Return what the source gives, with its unit: "96.48 %", "above 2 times", "1.25 ± 0.05 %
    (mean of 10)"."""
    return claim.judge.describe(f" {claim.unit}" if claim.unit else "")


def describe_both(claim: Claim, verdict: Verdict) -> str:
    """Return both sides: "published 96.48 %; ours 96.5 [96.21, 96.79], n = 32"."""
    return f"{name_their_side(claim)} {describe_published(claim)}; ours {describe_ours(claim, verdict)}"


def describe_margin(claim: Claim) -> str:
    """Return how close counts, or which effect is the smallest that matters, "" where the
    bound itself says so."""
    return claim.judge.describe_margin(f" {claim.unit}" if claim.unit else "")


def name_their_side(claim: Claim) -> str:
    """Return what the other side is called: "published", "read as" for a reading of ours, or
    "expected" for a check of our own."""
    if claim.is_own:
        return "expected"
    return "read as" if claim.reading else "published"


def describe_ours(claim: Claim, verdict: Verdict) -> str:
    """Return our number, its interval and the number of seeds: "96.5 [96.21, 96.79], n = 32"."""
    if verdict.ours is None:
        return "-"
    interval = (
        f" {format_interval(verdict.interval)}" if verdict.interval else ""
    )
    diverged = (
        f", {verdict.diverged} without a number" if verdict.diverged else ""
    )
    number = format_measured(claim, verdict)
    return f"{name_statistic(verdict)}{number}{interval}, n = {verdict.n}{diverged}"


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
    parts = [describe_cause(verdict), verdict.detail]
    if verdict.power is not None and verdict.power < LEAST_POWER:
        parts.append(
            f"an identical procedure would pass with a probability of {verdict.power:.0%}".replace(
                "%", " %"
            )
        )
    if verdict.percentile is not None:
        z = "" if verdict.z is None else f", z = {verdict.z:.2f}"
        parts.append(f"percentile {verdict.percentile:.3g}{z}")
    return "; ".join(part for part in parts if part)


def describe_cause(verdict: Verdict) -> str:
    """Return why a verdict is open, and how many seeds would decide; "" for what the detail
    says by itself."""
    if verdict.cause == MORE_SEEDS:
        if verdict.seeds_needed is None:
            return "more than 1,000 seeds would be needed"
        return f"{MORE_SEEDS}, about {verdict.seeds_needed} in all"
    stands_in_detail = verdict.cause == UNFINISHED
    return "" if stands_in_detail else verdict.cause
