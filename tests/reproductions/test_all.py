"""What every reproduction has to keep, checked for all that discovery finds; no downloaded data is needed."""

import ast
import dataclasses
import re
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

import reproductions
from benchmarks import density
from reproductions.harness import Choice, Result
from reproductions.harness.claiming import claims, questions
from reproductions.harness.judging import verdicts
from reproductions.harness.recording import records
from reproductions.harness.recording.choices import Settings, as_choices, settings_of
from reproductions.harness.recording.results import joined
from reproductions.harness.showing import figures
from reproductions.harness.suite import Plan

NAMES = questions.names()
# By module: pytest then runs all tests of one reproduction before those of the next, which find its programs
# compiled; only the last few programs are kept.
EACH = pytest.mark.parametrize("name", NAMES, scope="module")
CLAIMS = [(name, claim) for name in NAMES for claim in questions.claims(name)]


class ReadSettings(Settings):
    """What was chosen, which keeps in mind what has been read of it."""

    def __init__(self, settings):
        super().__init__(settings)
        self.read = set()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)

    def items(self):
        self.read.update(self)
        return super().items()


@cache
def choose(name):
    """What the smoke profile chooses, {} where the file chooses nothing."""
    module = questions.load(name)
    if not hasattr(module, "choose"):
        return {}
    return as_choices(alone(lambda: module.choose(module.SMOKE)))


def measured(name, config, settings=None):
    """Run without the run store or data of this machine's user, with the settings that were chosen."""
    module = questions.load(name)
    if not hasattr(module, "choose"):
        return alone(lambda: module.run(config))
    chosen = choose(name)
    result = alone(
        lambda: module.run(config, settings_of(chosen) if settings is None else settings)
    )
    return dataclasses.replace(result, chosen=chosen)


def alone(work):
    """What the work gives without the run store or data of this machine's user."""
    from zoo import engine

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.delenv("ZOO_DATA", raising=False)
        patch.setenv("HOME", folder)
        with engine.using(store=Path(folder) / "members"):
            return work()


READ = {}
"""What the smoke run of each reproduction has read of its settings."""


@cache
def smoke(name):
    settings = ReadSettings(settings_of(choose(name)))
    result = measured(name, questions.load(name).SMOKE, settings)
    READ[name] = settings.read
    return result


def choosing(name):
    """The module, where it chooses settings; else the test is skipped."""
    module = questions.load(name)
    if not hasattr(module, "choose"):
        pytest.skip("chooses nothing")
    return module


@EACH
def test_every_setting_that_is_chosen_is_used_by_run(name):
    choosing(name)
    smoke(name)
    assert READ[name] == set(choose(name)) != set()


@EACH
def test_choosing_again_beside_other_seeds_gives_the_same_settings(name):
    module = choosing(name)
    config = dataclasses.replace(module.SMOKE, seeds=(3,))
    assert repr(as_choices(alone(lambda: module.choose(config)))) == repr(choose(name))


@EACH
def test_settings_are_those_of_the_record_that_is_extended(name, monkeypatch):
    """`run` is given what the record holds, whatever would be chosen now, and `choose` is not asked."""
    module = choosing(name)
    held = {setting: another(choice) for setting, choice in choose(name).items()}
    result = dataclasses.replace(smoke(name), chosen=held)
    record = records.make(
        name, "full", module.SMOKE, result, module.CLAIMS, {"wall_seconds": 1.0}
    )
    given = []

    def run(config, chosen):
        given.append(dict(chosen))
        return result

    monkeypatch.setattr(module, "choose", None)
    monkeypatch.setattr(module, "run", run)
    more = Plan(dataclasses.replace(module.SMOKE, seeds=(3,)), record).run(module)
    assert given == [{setting: choice.value for setting, choice in held.items()}]
    assert more.chosen == held


def another(choice):
    """Another choice of the same kind: one that was tried, if there is one."""
    others = [value for value in choice.tried if value != choice.value]
    return Choice(others[0] if others else 0.0123)


def each_seed_alone(config):
    if not hasattr(config, "seeds"):
        return [config]
    return [dataclasses.replace(config, seeds=(seed,)) for seed in config.seeds]


def lines_of_code(file):
    """Lines that hold code: no blank lines, comments, docstrings, lone brackets, and no data.

    Data are constants such as CLAIMS, and the functions "claim_..." that make them.
    """
    text = file.read_text(encoding="utf-8").splitlines()
    statements = ast.parse("\n".join(text)).body
    definitions = [
        node for node in statements if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    return sum(
        density.count_lines(node, text)
        for node in definitions
        if not node.name.startswith("claim_")
    )


@EACH
def test_the_docstring_asks_a_question_and_names_source_year_and_wall_time(name):
    text = ast.get_docstring(
        ast.parse((Path(reproductions.__path__[0]) / f"{name}.py").read_text())
    )
    question, wall_time = questions.summary(name)
    where = f"the docstring of reproductions/{name}.py needs"
    assert question.endswith("?"), f"{where} a question as its first paragraph"
    assert re.search(r"\d+ (s|min|h)\b", wall_time), (
        f'{where} "Expected wall time on two cores: full 30 s, ..."'
    )
    source = re.search(r"^Sources?: .*?\b(19|20)\d\d\b", text, flags=re.MULTILINE | re.DOTALL)
    assert source, f'{where} "Source: ..." with its year'


@EACH
def test_the_file_can_be_read_in_one_sitting(name):
    file = Path(reproductions.__path__[0]) / f"{name}.py"
    assert len(file.read_text().splitlines()) >= 60
    assert lines_of_code(file) <= 200


@EACH
def test_seeds_count_from_1_and_smaller_profiles_use_fewer(name):
    module = questions.load(name)
    if not hasattr(module.FULL, "seeds"):
        pytest.skip("deterministic")
    counts = [len(config.seeds) for config in (module.SMOKE, module.QUICK, module.FULL)]
    assert counts == sorted(counts)
    for config, count in zip((module.SMOKE, module.QUICK, module.FULL), counts, strict=True):
        wanted = tuple(range(1, count + 1))
        assert config.seeds == wanted, (
            f"reproductions/{name}.py: seeds count from 1, so {config.seeds} must be {wanted}"
        )


@EACH
def test_a_smoke_run_measures_what_the_claims_need(name):
    result = smoke(name)
    assert isinstance(result, Result)
    needed = {
        metric for claim in questions.claims(name) for metric in claims.metrics_of(claim)
    }
    if not result.stand_in:
        absent = sorted(needed - set(result.metrics))
        assert not absent, (
            f"reproductions/{name}.py: a claim names {absent}, which run does not measure; "
            f"it measures {sorted(result.metrics)}"
        )
    # A shortened run may measure at step 50 what the full run measures at step 500: numbers are left open.
    assert set(map(without_numbers, needed)) <= set(map(without_numbers, result.metrics))


def without_numbers(metric):
    return re.sub(r"\d+", "#", metric)


@EACH
def test_every_metric_has_one_entry_for_every_seed_that_its_arm_uses(name):
    seeds = len(getattr(questions.load(name).SMOKE, "seeds", (1,)))
    lengths = {metric: len(values) for metric, values in smoke(name).metrics.items()}
    assert {metric: n for metric, n in lengths.items() if not 0 < n <= seeds} == {}
    assert seeds in lengths.values()


@EACH
def test_every_claim_can_be_judged_on_a_smoke_run(name):
    result = smoke(name)
    for claim in questions.claims(name):
        verdict = claims.judge_claim(claim, result.metrics, result.stand_in)
        assert verdict.status in verdicts.STATUSES
        assert (verdict.status == verdicts.NOT_RUN) == bool(result.stand_in)


@EACH
def test_running_again_seed_by_seed_gives_the_same_numbers(name):
    first, config = smoke(name), questions.load(name).SMOKE
    again = None
    for one in each_seed_alone(config):
        result = measured(name, one)
        again = result if again is None else joined(again, result)
    assert (again.data, again.stand_in, again.notes) == (
        first.data,
        first.stand_in,
        first.notes,
    )
    for metric, values in first.metrics.items():
        np.testing.assert_array_equal(again.metrics[metric], values, err_msg=metric)


@EACH
def test_the_figure_has_words_on_every_axis_and_repeats_to_the_byte(name, tmp_path):
    for file in ("first.svg", "second.svg"):
        with figures.style():
            figure = questions.load(name).plot(smoke(name))
        assert isinstance(figure, figures.Figure)
        assert all(axes.get_xlabel() and axes.get_ylabel() for axes in figure.axes)
        figures.save(figure, tmp_path / file)
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


@pytest.mark.parametrize(("name", "claim"), CLAIMS, ids=[claim.id for _, claim in CLAIMS])
def test_the_claim_can_come_out_either_way(name, claim):
    found = set()
    for runs in claim.judge.invent_runs():
        metrics = dict(zip(claims.metrics_of(claim), runs, strict=True))
        found.add(claims.judge_claim(claim, metrics).status)
    assert {verdicts.REPRODUCED, verdicts.NOT_REPRODUCED} <= found


@EACH
def test_the_headline_is_one_of_the_claims(name):
    module = questions.load(name)
    if not hasattr(module, "HEADLINE"):
        assert not hasattr(module, "ANSWER"), (
            "an answer rests on the claim that HEADLINE names"
        )
        pytest.skip("names no headline yet")
    assert module.HEADLINE in [claim.id for claim in module.CLAIMS]


@EACH
def test_importing_the_file_loads_nothing_heavy(name):
    """Listings import every file, so the others pay for what one imports outside of its functions."""
    found = set()
    for statement in ast.parse(questions.SHELF.source(name)).body:
        if isinstance(statement, ast.Import):
            found |= {alias.name.split(".")[0] for alias in statement.names}
        if isinstance(statement, ast.ImportFrom):
            found.add(statement.module.split(".")[0])
    assert found <= {"numpy", "reproductions", "zoo"} | sys.stdlib_module_names
