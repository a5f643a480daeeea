"""Judges every committed record a second time, with code that shares nothing with the harness.

    python -m tests.rejudge [FOLDER]

reads docs/results/*.json (or those of FOLDER) and computes the status of every claim and of every family from
the numbers, by the rules of docs/statistics.md. It prints each disagreement and a total, and ends with 1 if
there is any. It needs numpy and scipy alone.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy import stats

YES, NO, OPEN, NOT_RUN = "reproduced", "not reproduced", "inconclusive", "not run"
RESULTS = Path(__file__).resolve().parents[1] / "docs" / "results"


def numbers(values):
    """A metric as float64; "nan" and "inf" stand as texts in the file."""
    return np.array(values, dtype=object).astype(np.float64)


def compare(low, high, lowest, highest):
    """The status of an interval against what is allowed; infinite bounds always allow."""
    if (lowest == -np.inf or low > lowest) and (highest == np.inf or high < highest):
        return YES
    return NO if high < lowest or low > highest else OPEN


def half_width(variance, freedom, level):
    return stats.t.ppf(0.5 + level / 2, freedom) * np.sqrt(variance)


def spread(x):
    return 0.0 if np.all(x == x[0]) else np.var(x, ddof=1)


def middle(x):
    return x[0] if np.all(x == x[0]) else np.mean(x)


# Each function returns the status of one claim: (numbers of the judge, metric, other metric, level).


def exact(judge, ours, _, level):
    worst = np.max(np.abs(ours - np.array(judge["published"], dtype=float)))
    return YES if worst <= judge["tolerance"] else NO


def one_run(judge, ours, _, level):
    logs = judge.get("log", False)
    censored, ours = at_horizon(judge, ours)
    x = usable(ours, censored, logs)
    if x is None:
        return OPEN
    target, margin, error = judge["published"], judge["margin"], judge.get("error", 0)
    if logs:
        target, margin = np.log(target), np.log(margin)
        error = np.log(error) if error else 0
    variance = spread(x) * (1 + 1 / len(x)) + error**2
    half = half_width(variance, len(x) - 1, level)
    difference = middle(x) - target
    upper = np.inf if censored else difference + half
    return compare(difference - half, upper, -margin, margin)


def mean_of_runs(judge, ours, _, level):
    x = usable(ours, 0, False)
    if x is None:
        return OPEN
    divided_by = 1 if judge.get("different_networks") else judge["n"]
    theirs = judge["sd"] ** 2 / divided_by
    mine = spread(x) / len(x)
    freedom = len(x) - 1
    if theirs:
        freedom = (mine + theirs) ** 2 / (
            mine**2 / (len(x) - 1) + theirs**2 / max(1, judge["n"] - 1)
        )
    half = half_width(mine + theirs, freedom, level) if mine + theirs else 0.0
    difference = middle(x) - judge["published"]
    return compare(difference - half, difference + half, -judge["margin"], judge["margin"])


def best_of(judge, ours, _, level):
    x = usable(ours, 0, False)
    if x is None:
        return OPEN
    sign = -1 if judge.get("lower_is_better") else 1
    statuses = set()
    for k in [judge["k"]] if judge.get("k") else [2, 10]:
        shares = np.array([0.5 - level / 2, 0.5 + level / 2]) ** (1 / k)
        ends = sign * middle(x) + stats.t.ppf(shares, len(x) - 1) * np.sqrt(
            spread(x) * (1 + 1 / len(x))
        )
        low, high = sorted(sign * ends - judge["published"])
        statuses.add(compare(low, high, -judge["margin"], judge["margin"]))
    return statuses.pop() if len(statuses) == 1 else OPEN


def comparison(judge, ours, versus, level):
    logs = judge["kind"] == "Ratio"
    scale = np.log if logs else float
    censored, ours = at_horizon(judge, ours)
    arms = [ours] if versus is None else [ours, versus]
    n = min(map(len, arms))
    arms = np.array([arm[:n] for arm in arms])
    if np.isposinf(arms).any():
        return OPEN
    arms = arms[:, ~np.isnan(arms).any(axis=0)]
    if logs and (arms <= 0).any():
        return OPEN
    arms = np.log(arms) if logs else arms
    x = arms[0] - arms[1] if len(arms) > 1 else arms[0]
    if not enough(x, n, censored):
        return OPEN
    target = judge.get("published", 1 if logs else 0)
    centre = middle(x)
    if "margin" in judge or "within" in judge:
        variance = spread(x) / len(x)
        if "margin" in judge:
            error = scale(judge["error"]) if judge.get("error") else 0
            variance += sum(map(spread, arms)) + error**2
        half = half_width(variance, len(x) - 1, level)
        allowed = scale(judge.get("margin", judge.get("within")))
        difference = centre - scale(target)
        upper = np.inf if censored else difference + half
        return compare(difference - half, upper, -allowed, allowed)
    low = scale(judge["at_least"]) if "at_least" in judge else -np.inf
    high = scale(judge["at_most"]) if "at_most" in judge else np.inf
    effect = scale(judge["matters"]) if "matters" in judge else 0
    half = half_width(spread(x) / len(x), len(x) - 1, level)
    if censored:
        return compare(centre - half, np.inf, low + effect, high - effect)
    beyond = compare(centre - half, centre + half, low, high) == YES
    if beyond and low + effect <= centre <= high - effect:
        return YES
    apart = compare(centre - half, centre + half, low + effect, high - effect)
    return NO if apart == NO else OPEN


def wilson(successes, n, level):
    z = stats.norm.ppf(0.5 + level / 2)
    p = successes / n
    centre = (p + z * z / 2 / n) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def fraction(judge, ours, _, level):
    n = len(ours)
    successes = int(np.sum(ours == 1))
    if n < 5:
        return OPEN
    low, high = wilson(successes, n, level)
    if "margin" in judge:
        published = judge["published"]
        if "of" in judge:
            p, q = successes / n, round(published * judge["of"]) / judge["of"]
            their_low, their_high = wilson(round(published * judge["of"]), judge["of"], level)
            below = np.hypot(p - low, their_high - q)
            above = np.hypot(high - p, q - their_low)
            low, high = p - q - below, p - q + above
        else:
            low, high = low - published, high - published
        return compare(low, high, -judge["margin"], judge["margin"])
    lowest, highest = judge.get("at_least", -np.inf), judge.get("at_most", np.inf)
    status = compare(low, high, lowest, highest)
    if status == OPEN:
        return OPEN
    tails = []
    if "at_least" in judge:
        side = "greater" if status == YES else "less"
        tails.append(stats.binomtest(successes, n, lowest, side).pvalue)
    if "at_most" in judge:
        side = "less" if status == YES else "greater"
        tails.append(stats.binomtest(successes, n, highest, side).pvalue)
    p = max(tails) if status == YES else min(tails)
    return status if p <= 0.5 - level / 2 else OPEN


JUDGES = {
    "Exact": exact,
    "OneRun": one_run,
    "MeanOfRuns": mean_of_runs,
    "BestOf": best_of,
    "Difference": comparison,
    "Ratio": comparison,
    "Fraction": fraction,
}


def at_horizon(judge, ours):
    """How many runs never got there, and the metric with these at the horizon (if there is one)."""
    if "horizon" not in judge:
        return 0, ours
    never = np.isposinf(ours)
    return int(never.sum()), np.where(never, judge["horizon"], ours)


def usable(ours, censored, logs):
    """The runs on the scale that is judged, None where they must not decide."""
    if np.isposinf(ours).any():
        return None
    x = ours[~np.isnan(ours)]
    if logs and (x <= 0).any():
        return None
    x = np.log(x) if logs else x
    return x if enough(x, len(ours), censored) else None


def enough(x, n, censored):
    """Whether so many runs may decide: 5, 6 with censored ones, 10 equal ones; at most half diverged."""
    least = 6 if censored else 5
    if len(x) < least or 2 * (n - len(x)) > n:
        return False
    return len(x) >= 10 or not np.all(x == x[0])


def judge_claim(claim, record, level, finished):
    """The status of one claim at one level."""
    judge = claim["judge"]
    names = [claim["metric"]] + ([judge["versus"]] if judge.get("versus") else [])
    metrics = [numbers(record["metrics"].get(name, [])) for name in names]
    if record["stand_in"] or any(len(metric) == 0 for metric in metrics):
        return NOT_RUN
    if not finished and judge["kind"] != "Exact":
        return OPEN
    versus = metrics[1] if len(metrics) > 1 else None
    return JUDGES[judge["kind"]](judge, metrics[0], versus, level)


def judge_family(rows, shared):
    """The status of a family, given its rows by themselves and at the shared level."""
    if all(row == NOT_RUN for row in rows):
        return NOT_RUN
    if all(row == YES for row in rows):
        return YES
    return NO if NO in shared else OPEN


def disagreements(record):
    """Yield (what, stated, found) for every status that comes out otherwise here."""
    seeds, planned = len(record["config"].get("seeds", [])), record["planned"]
    looks = len(planned) + bool(planned and seeds > planned[-1])
    level = 1 - 0.05 / max(1, looks)
    finished = not planned or seeds in planned or seeds > planned[-1]
    families = {}
    for claim, verdict in zip(record["claims"], record["verdicts"], strict=True):
        status = judge_claim(claim, record, level, finished)
        families.setdefault(claim.get("family") or claim["id"], []).append((claim, status))
        if status != verdict["status"]:
            yield claim["id"], verdict["status"], status
    stated = {family["id"]: family for family in record["families"]}
    if set(stated) != set(families):
        yield "the families", sorted(stated), sorted(families)
        return
    for name, rows in families.items():
        strict = 1 - (1 - level) / len(rows)
        alone = [status for _, status in rows]
        shared = [judge_claim(claim, record, strict, finished) for claim, _ in rows]
        status = judge_family(alone, shared)
        if status != stated[name]["status"]:
            yield f"family {name}", stated[name]["status"], status
        if alone.count(YES) != stated[name]["met"]:
            yield f"rows of {name}", stated[name]["met"], alone.count(YES)


def rejudge(folder=RESULTS):
    """Print every disagreement and a total; return how many there are."""
    verdicts = wrong = 0
    for file in sorted(Path(folder).glob("*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        verdicts += len(record["verdicts"]) + len(record["families"])
        for what, stated, found in disagreements(record):
            wrong += 1
            print(f"{file.stem}, {what}: the record says {stated}, the numbers give {found}")
    print(f"{verdicts} verdicts judged again, {wrong} disagreements")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(rejudge(*sys.argv[1:])))
