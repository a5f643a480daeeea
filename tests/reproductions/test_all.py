"""What every reproduction has to keep, checked for all that discovery finds; no downloaded data is needed."""

import ast
import dataclasses
import re
from functools import cache, singledispatch
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from reproductions.harness.extending import extending
from reproductions.harness.results import joined

import reproductions
from reproductions.harness import (
    BestOf,
    Claim,
    Difference,
    Exact,
    Fraction,
    MeanOfRuns,
    OneRun,
    Ratio,
    Result,
    claims,
    discovery,
    figures,
    verdicts,
)

NAMES = discovery.names()
# By module: pytest then runs all tests of one reproduction before those of the next, which find its programs
# compiled; only the last few programs are kept.
EACH = pytest.mark.parametrize("name", NAMES, scope="module")
CLAIMS = [(name, claim) for name in NAMES for claim in discovery.claims(name)]
SPREAD = np.linspace(-1, 1, 40)  # of invented runs: a mean of 0, no outliers


def measured(name, config):
    """Run without the run store or data of this machine's user."""
    from zoo import engine

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.delenv("ZOO_DATA", raising=False)
        patch.setenv("HOME", folder)
        with engine.using(store=Path(folder) / "members"):
            return discovery.load(name).run(config)


@cache
def smoke(name):
    return measured(name, discovery.load(name).SMOKE)


SETTINGS = ("chosen ", "learning rate, ")


@EACH
def test_settings_are_those_of_the_record_that_is_extended(name):
    """Metrics that hold a setting, and notes that begin with one, come back as the record has them."""
    earlier = smoke(name)
    config = discovery.load(name).SMOKE
    chosen = {m: v for m, v in earlier.metrics.items() if m.startswith(SETTINGS)}
    notes = {key: text for key, text in earlier.notes.items() if key.startswith(SETTINGS)}
    if not chosen and not notes:
        pytest.skip("chooses nothing")
    others = [0.0123, *config.rates][-1 if len(config.rates) > 1 else 0]  # another one that was tried, if any
    held = {metric: np.full(len(values), others) for metric, values in chosen.items()}
    notes = {key: f"{others} {text}" for key, text in notes.items()}
    metrics = {**earlier.metrics, **held}
    with extending(Result(metrics, notes={**earlier.notes, **notes})):
        again = measured(name, config)
    assert {m: again.metrics[m].tolist() for m in held} == {m: v.tolist() for m, v in held.items()}
    assert {key: again.notes[key] for key in notes} == notes


def each_seed_alone(config):
    if not hasattr(config, "seeds"):
        return [config]
    return [dataclasses.replace(config, seeds=(seed,)) for seed in config.seeds]


def lines_of_code(file):
    """Lines that are neither blank nor part of the docstring or of constants such as CLAIMS (data)."""
    text = file.read_text(encoding="utf-8")
    docstring, *statements = ast.parse(text).body
    data = [docstring, *(node for node in statements if isinstance(node, ast.Assign | ast.AnnAssign))]
    skipped = {number for node in data for number in range(node.lineno, node.end_lineno + 1)}
    lines = enumerate(text.splitlines(), start=1)
    return sum(number not in skipped and bool(line.strip()) for number, line in lines)


@EACH
def test_the_docstring_asks_a_question_and_names_source_year_and_wall_time(name):
    text = ast.get_docstring(ast.parse((Path(reproductions.__path__[0]) / f"{name}.py").read_text()))
    question, wall_time = discovery.summary(name)
    assert question.endswith("?")
    assert re.search(r"\d+ (s|min|h)\b", wall_time)
    assert re.search(r"^Sources?: .*?\b(19|20)\d\d\b", text, flags=re.MULTILINE | re.DOTALL)


@EACH
def test_the_file_can_be_read_in_one_sitting(name):
    file = Path(reproductions.__path__[0]) / f"{name}.py"
    assert len(file.read_text().splitlines()) >= 60
    assert lines_of_code(file) <= 150


@EACH
def test_seeds_count_from_1_and_smaller_profiles_use_fewer(name):
    module = discovery.load(name)
    if not hasattr(module.FULL, "seeds"):
        pytest.skip("deterministic")
    counts = [len(config.seeds) for config in (module.SMOKE, module.QUICK, module.FULL)]
    assert counts == sorted(counts)
    for config, count in zip((module.SMOKE, module.QUICK, module.FULL), counts, strict=True):
        assert config.seeds == tuple(range(1, count + 1))


@EACH
def test_a_smoke_run_measures_what_the_claims_need(name):
    result = smoke(name)
    assert isinstance(result, Result)
    needed = {metric for claim in discovery.claims(name) for metric in claims.metrics_of(claim)}
    if not result.stand_in:
        assert needed <= set(result.metrics)
    # A shortened run may measure at step 50 what the full run measures at step 500: numbers are left open.
    assert set(map(without_numbers, needed)) <= set(map(without_numbers, result.metrics))


def without_numbers(metric):
    return re.sub(r"\d+", "#", metric)


@EACH
def test_every_metric_has_one_entry_for_every_seed_that_its_arm_uses(name):
    seeds = len(getattr(discovery.load(name).SMOKE, "seeds", (1,)))
    lengths = {metric: len(values) for metric, values in smoke(name).metrics.items()}
    assert {metric: n for metric, n in lengths.items() if not 0 < n <= seeds} == {}
    assert seeds in lengths.values()


@EACH
def test_every_claim_can_be_judged_on_a_smoke_run(name):
    result = smoke(name)
    for claim in discovery.claims(name):
        verdict = verdicts.judge(claim, result.metrics, result.stand_in)
        assert verdict.status in verdicts.STATUSES
        assert (verdict.status == verdicts.NOT_RUN) == bool(result.stand_in)


@EACH
def test_running_again_seed_by_seed_gives_the_same_numbers(name):
    first, config = smoke(name), discovery.load(name).SMOKE
    again = None
    for one in each_seed_alone(config):
        result = measured(name, one)
        again = result if again is None else joined(again, result)
    assert (again.data, again.stand_in, again.notes) == (first.data, first.stand_in, first.notes)
    for metric, values in first.metrics.items():
        np.testing.assert_array_equal(again.metrics[metric], values, err_msg=metric)


@EACH
def test_the_figure_has_words_on_every_axis_and_repeats_to_the_byte(name, tmp_path):
    for file in ("first.svg", "second.svg"):
        with figures.style():
            figure = discovery.load(name).plot(smoke(name))
        assert isinstance(figure, figures.Figure)
        assert all(axes.get_xlabel() and axes.get_ylabel() for axes in figure.axes)
        figures.save(figure, tmp_path / file)
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


@pytest.mark.parametrize(("name", "claim"), CLAIMS, ids=[claim.id for _, claim in CLAIMS])
def test_the_claim_can_come_out_either_way(name, claim):
    found = {verdicts.judge(claim, metrics).status for metrics in invented(claim)}
    assert {verdicts.REPRODUCED, verdicts.NOT_REPRODUCED} <= found


def invented(claim: Claim):
    """Metrics of runs that agree with the claim, and of runs that do not, by its own numbers."""
    for ours, *versus in runs_for(claim.judge):
        yield dict(zip(claims.metrics_of(claim), (ours, *versus), strict=True))


@singledispatch
def runs_for(judge):
    raise TypeError(f"no invented runs for {type(judge).__name__}")


@runs_for.register
def _(judge: Exact):
    values = np.array([judge.published])
    return [(values,), (values + 3 * judge.tolerance + 1e-12,)]


@runs_for.register(OneRun)
@runs_for.register(BestOf)
def _(judge):
    if getattr(judge, "log", False):
        return [(judge.published * factor * judge.widest ** (SPREAD / 9),) for factor in (1, judge.widest**9)]
    spread = judge.widest / 9 * SPREAD - (best_of_shift(judge) if isinstance(judge, BestOf) else 0)
    return [(judge.published + shift + spread,) for shift in (0, 9 * judge.widest)]


def best_of_shift(judge):
    """How far the best of k such runs lies from their mean, roughly."""
    return (
        (-1 if judge.lower_is_better else 1) * judge.widest / 9 * SPREAD.std() * np.sqrt(2 * np.log(judge.k))
    )


@runs_for.register
def _(judge: MeanOfRuns):
    spread = judge.margin / 99 * SPREAD
    return [(judge.published + spread,), (judge.published + 99 * (judge.margin + judge.sd) + spread,)]


@runs_for.register
def _(judge: Fraction):
    between = ((judge.at_least or 0) + (judge.at_most or 1)) / 2
    return [(np.arange(2_000) < 2_000 * share,) for share in (0, between, judge.published or 0, 1)]


@runs_for.register
def _(judge: Difference):
    middle = judge.published if judge.published is not None else middle_of(judge)
    scale = judge.widest or judge.within or 1.0
    return [(middle + shift + scale / 99 * SPREAD, 0 * SPREAD) for shift in (0, -99 * scale, 99 * scale)]


@runs_for.register
def _(judge: Ratio):
    middle = np.log(judge.published) if judge.published is not None else middle_of(judge, np.log)
    scale = np.log(judge.widest or judge.within or 2.0)
    runs = [np.exp(middle + shift + scale / 99 * SPREAD) for shift in (0, -99 * scale, 99 * scale)]
    return [(ours,) if judge.versus is None else (ours, 1 + 0 * SPREAD) for ours in runs]


def middle_of(judge, scale=float):
    """A value well inside of what a bound allows."""
    low, high = (None if end is None else scale(end) for end in (judge.at_least, judge.at_most))
    if low is None:
        return 0.0 if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2
