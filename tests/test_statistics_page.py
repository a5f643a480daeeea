"""The worked examples of docs/statistics.md have the numbers of the records, by numpy and scipy alone."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/statistics.md").read_text(encoding="utf-8")
FLAT = " ".join(PAGE.split())


def metric(record, name):
    content = json.loads((ROOT / f"docs/results/{record}.json").read_text())
    return np.array(content["metrics"][name], float)


ONE = metric("mnist_depth", "validation accuracy, last epoch, depth 1")
TWO = metric("mnist_depth", "validation accuracy, last epoch, depth 2")
THINNED = metric("dropout_scaling", "test error, mean of 50 thinned nets (%)")
SCALED = metric("dropout_scaling", "test error, weight scaling (%)")


def half(x, more=0.0, level=0.95):
    return stats.t.ppf(0.5 + level / 2, len(x) - 1) * np.sqrt(x.var(ddof=1) / len(x) + more)


def examples():
    yield f"Our {len(ONE)} seeds have a mean of {ONE.mean():.3f} %"
    yield f"standard deviation of {ONE.std(ddof=1):.3f} points"
    yield f"With t(31) = {stats.t.ppf(0.975, 31):.3f}, h is {half(ONE, ONE.var(ddof=1)):.3f} points"
    yield f"The difference of {ONE.mean() - 96.48:.3f} points"
    gain = TWO - ONE
    yield f"In ours it adds {gain.mean():.3f} points"
    both = half(gain, ONE.var(ddof=1) + TWO.var(ddof=1))
    yield f"that h is {both:.3f} points"
    low, high = gain.mean() - half(gain), gain.mean() + half(gain)
    yield f"adds {gain.mean():.3f} points, with the interval {low:.3f} to {high:.3f}"
    thinner = THINNED - SCALED
    low, high = thinner.mean() - half(thinner), thinner.mean() + half(thinner)
    yield f"Our difference is {thinner.mean():.3f} points, with the interval {low:.3f} to {high:.3f}"
    error = metric("deep_autoencoder", "squared error of a test image, logistic PCA")
    wide = half(error, level=0.975)
    low, high = error.mean() - wide, error.mean() + wide
    yield f"Our 5 seeds have a mean of {error.mean():.3f}"
    yield f"its interval is one of 97.5 %: {low:.3f} to {high:.3f}"
    yield f"ours is lower by {8.01 - error.mean():.3f}"
    bound = stats.binomtest(16, 16).proportion_ci(0.95, method="wilson").low
    yield f"Wilson's interval starts at {bound:.3f}"
    yield f"The exact probability of 16 of 16 at 0.5 is {0.5**16:.6f}"


@pytest.mark.parametrize("text", list(examples()))
def test_a_worked_example_has_the_numbers_of_the_records(text):
    assert text in FLAT
