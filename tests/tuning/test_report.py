"""The report of a study: what it says, what it draws, and that committed studies give their pages again."""

import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.tuning.test_study import losing
from tests.tuning.toy import ONE_WIDTH, TOY, pretended
from tuning.harness import discovery, errors
from tuning.harness.reporting import effects, figures, report, scales, words
from tuning.harness.reporting.progress import Progress
from tuning.harness.search import study
from tuning.harness.search.options import Options
from tuning.harness.store import applied as applied_file
from tuning.harness.store import folder, results, tensorboard
from zoo import figures as style

pytestmark = pytest.mark.usefixtures("quick")
FIGURES = {"best_so_far.svg", "parallel_coordinates.svg", "effects.svg"}
CONDITIONAL = TOY.replace(
    "    return Candidate(",
    '    layers = hp.Int("layers", 1, 2)\n'
    '    hp.Float("second", 0.1, 1.0, parent_name="layers", parent_values=[2])\n'
    "    return Candidate(",
)


@pytest.fixture
def reported(search, tmp_path):
    """A function that runs the toy's study and returns the folder, the trials, and README.md's text; the
    files are written with `draw` only, since figures take their time.
    """

    def run(draw=False, **options):
        found, place = search(**options), tmp_path / "study"
        if draw:
            report.write(place)
            assert (place / "README.md").read_text() == report.markdown(place)
        return place, found, report.markdown(place)

    return run


def drawn(place):
    """Names of the figures in a folder."""
    return {file.name for file in place.glob("*.svg")}


def rows(page, heading):
    """The cells of the table below a heading of the page, without its own headings."""
    lines = page.split(f"## {heading}\n")[1].split("\n## ")[0].splitlines()
    found = [line for line in lines if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found]


def test_a_report_is_one_file_with_its_figures_and_a_page_beside_them(reported):
    place, _, page = reported(draw=True)
    text = (place / "report.html").read_text()
    assert drawn(place) == FIGURES
    assert text.count('src="data:image/svg+xml;base64,') == 3
    assert "http" not in text.split("base64,")[0]
    assert all(f"]({name})" in page for name in FIGURES)


def test_the_table_has_every_trial_the_best_first_with_seeds_and_values(reported):
    _, found, page = reported(trials=4)
    table = rows(page, "Trials")
    ranked = results.rank(found)
    assert [row[0] for row in table] == [each["trial"] for each in ranked]
    seeds = ", ".join(str(each["seed"]) for each in ranked[0]["executions"])
    assert table[0][-1] == seeds
    assert table[0][3:5] == [
        f"{ranked[0]['values']['rate']:.4g}",
        str(ranked[0]["values"]["width"]),
    ]


def test_the_page_says_what_was_searched_and_how(reported):
    _, _, page = reported(trials=2, seed=5)
    assert rows(page, "What was searched") == [
        ["rate", "0.01 to 1", "0.5", "always"],
        ["width", "2 to 8, whole numbers, by factors of 2", "4", "always"],
    ]
    assert ["tuner", "random"] in rows(page, "How it was run")
    assert ["seed of the study", "5"] in rows(page, "How it was run")
    assert page.startswith("# toy: A toy: which rate is nearest to .3?\n")


def test_a_page_tells_every_command_version_and_machine_that_a_study_was_made_by(
    jobs, tmp_path
):
    place, machine = (
        tmp_path / "study",
        {"cpu": "A", "cores": 2, "platform": "Linux", "devices": ["CPU"]},
    )

    def run(command, trials, version, cpu):
        made = study.Circumstances(command, {"keras": version}, machine | {"cpu": cpu})
        study.run("toy", Options(trials=trials), place, Progress(lambda line: None), made)
        return dict(
            words.run_rows(folder.read_description(place), results.read_records(place))
        )

    assert run("first", 1, "3.1", "A")["command"] == "`first`"
    facts = folder.read_description(place)
    (once,) = facts.pop("runs")
    folder.write_description(place, facts | once)  # as studies of the first format have it
    run("second", 2, "3.1", "A")
    run("second", 2, "9.9", "Z")  # which had nothing left to do
    said = run("third", 3, "3.2", "A")
    assert said["command"] == "`first`; then `second`; then `third`"
    assert said["versions"] == "keras 3.1; then keras 3.2"
    assert said["machine"] == "A, 2 cores, Linux, CPU"
    assert "command" not in folder.read_description(place)


def test_the_untuned_default_has_its_place(reported):
    _, found, page = reported(trials=5)
    place = 1 + [each["trial"] for each in results.rank(found)].index("0000")
    assert place > 1
    assert (
        "Part of that is probably luck: `zoo tune apply toy` trains it on fresh seeds."
        in page
    )
    assert "The untuned default (trial 0000) has 0.09" in page
    assert f"place {place} of 5 trials.\nThe best trial's score is lower by" in page


def test_where_nothing_beats_the_default_the_page_says_so(reported):
    page = reported(trials=1)[2]
    assert "**Trial 0000 has the best score: 0.0" in page
    assert (
        "The untuned default (trial 0000) is that best trial: the search found nothing better."
        in page
    )


@pytest.mark.parametrize(
    ("shift", "said"),
    [(0.0, "The two intervals overlap."), (1.0, "The two intervals do not overlap.")],
)
def test_overlapping_intervals_are_told_from_others(shift, said):
    one, other = {"interval": (0.1, 0.3)}, {"interval": (0.2 + shift, 0.4 + shift)}
    assert words.describe_overlap(one, other) == said
    assert words.describe_overlap(other, one) == said


def test_failed_trials_come_last_with_the_last_line_of_their_traceback(reported, quick):
    def train(build, recipe, *arguments, **more):
        if recipe.optimizer.learning_rate == 0.5:
            raise MemoryError("no room | for <gradients>")
        return pretended(build, recipe, *arguments, **more)

    quick(train)
    place, _, page = reported(draw=True, trials=3)
    assert "3 of 3 trials have ended; 1 of them failed." in page
    assert (
        "The untuned default (trial 0000) failed: MemoryError: no room | for &lt;gradients>"
        in page
    )
    last = [line for line in page.splitlines() if line.startswith("| 0")][-1]
    assert last.startswith(
        "| 0000 | FAILED | MemoryError: no room \\| for &lt;gradients> | 0.5 | 4 | - | - |"
    )
    assert "no room | for &lt;gradients&gt;" in (place / "report.html").read_text()


def test_a_study_whose_every_trial_failed_has_a_page_without_figures(reported, quick):
    quick(losing(0, when=lambda rate: True))
    place, _, page = reported(draw=True, trials=2)
    assert drawn(place) == set()
    assert "Every trial that has ended failed, so there is no best one." in page
    assert len(rows(page, "Trials")) == 2


def test_a_study_that_has_just_begun_has_a_page(reported):
    place, _, page = reported(draw=True, trials=2, budget=1e-9)
    assert "None of 2 trials has ended yet." in page
    assert drawn(place) == set()


def test_one_execution_has_no_interval_and_one_hyperparameter_no_neighbour(reported, jobs):
    jobs(ONE_WIDTH)
    place, found, page = reported(draw=True, trials=6, executions=1)
    assert drawn(place) == FIGURES
    assert "One network per trial gives no intervals." in page
    assert (
        len(
            figures.draw_effects(
                scales.read_scales(folder.read_description(place)), found, "x"
            ).axes
        )
        == 1
    )


def test_a_hyperparameter_counts_where_its_parent_says(reported, jobs):
    jobs(CONDITIONAL)
    place, found, page = reported(draw=True, trials=8)
    scale = next(
        each
        for each in scales.read_scales(folder.read_description(place))
        if each.name == "second"
    )
    deep = [each for each in found if each["values"]["layers"] == 2]
    assert 0 < len(deep) < 8
    assert len(effects.list_points(scale, found)) == len(deep)
    assert rows(page, "What was searched")[3] == ["second", "0.1 to 1", "0.1", "layers is 2"]
    panel = figures.draw_effects([scale], found, "x").axes[0]
    assert panel.get_title() == f"second ({len(deep)} of 8 trials)"


def test_trials_of_different_lengths_are_not_mixed(reported):
    _, found, page = reported(tuner="hyperband", trials=23)
    lengths = {each["rounds"] for each in found}
    chosen = effects.comparable(found)
    assert lengths == {1, 3, 9}
    assert {each["rounds"] for each in chosen} == {1}
    assert f"Only the {len(chosen)} trials of 1 rounds are compared here" in page
    assert "The hyperband tuner chose values by earlier scores" in page
    assert (
        "It was trained for another length than the best trial, so the two do not compare."
        in page
    )


def test_pruned_trials_are_never_the_best_so_far(reported):
    place, found, _ = reported(trials=4)
    ranked = results.rank(found)
    pruned = [
        each | ({"pruned": True, "rounds": 1} if each is ranked[0] else {}) for each in found
    ]
    with style.style():
        (axes,) = figures.draw_best_so_far(pruned, "x", None).axes
    steps = next(line for line in axes.lines if line.get_label() == "best so far")
    assert min(steps.get_ydata()) == ranked[1]["score"]
    table = words.trial_rows(scales.read_scales(folder.read_description(place)), pruned)
    assert table[-1][:2] == [ranked[0]["trial"], "COMPLETED, pruned"]
    facts = folder.read_description(place)
    told = words.summarise(facts, pruned)[1]
    assert told == "Trials that were pruned, that is given up before their full length: 1."
    lengths = [each | {"rounds": each["rounds"] or 9} for each in pruned]
    assert (
        "The tuner stopped shorter trials because of their scores"
        in words.describe_sample(facts, lengths)[1]
    )


def applied(place, tested):
    """Write what `zoo tune apply` would have found in a study."""
    high, low = (
        {"mean": 0.2, "low": 0.1, "high": 0.3},
        {"mean": -0.1, "low": -0.15, "high": -0.05},
    )
    trial = {
        "values": {"rate": 0.3},
        "rounds": None,
        "scores": [0.2] * 6,
        "search": low,
        "fresh": high,
    }
    search = {
        **{
            "job": "toy",
            "tuner": "random",
            "trials": 3,
            "failed": 0,
            "executions": 2,
            "seed": 1,
        },
        **{
            "metric": "validation mean_squares",
            "space": {},
            "seeds": list(range(1, 7)),
            "chosen": "0002",
        },
        "candidates": [{"trial": "0002", "optimism": low, **trial}],
        "default": {"trial": "0000", "optimism": low, **trial},
        "comparisons": [
            {"split": "test", "seeds": 6, "tuned": 1.0, "default": 1.1, "difference": low}
        ],
    }
    counted = {
        "name": "error",
        "unit": "%",
        "split": "test",
        "examples": 9,
        "value": 1,
        "low": 0,
        "high": 2,
    }
    record = {
        "asked": {"top": 1, "seeds": 6},
        "model": "toy_tuned.sincos",
        "search": search | ({} if tested else {"comparisons": []}),
    }
    applied_file.write(
        place,
        record | {"test": {"metrics": [counted], "weights_digest": ""} if tested else None},
    )


@pytest.mark.parametrize("tested", [True, False])
def test_what_fresh_seeds_showed_is_on_the_page(search, tmp_path, tested):
    search(trials=3)
    applied(tmp_path / "study", tested)
    report.write(tmp_path / "study")
    page = (tmp_path / "study" / "README.md").read_text()
    assert page == report.markdown(tmp_path / "study")
    assert "Part of that is probably luck: fresh seeds below show how much." in page
    assert "`zoo tune apply" not in page
    assert "with 6 random seeds that the search had not used. Trial 0002 was chosen:" in page
    answer = (
        "Tuning helps: the tuned networks are better" if tested else "Trial 0002 is chosen."
    )
    assert f"\n**{answer}" in page
    assert "the search flattered it" in page
    assert (
        "test error, %: -0.1 [-0.15, -0.05], an interval that excludes zero" in page
    ) == tested
    assert ("The test split has not been used yet." in page) != tested
    tables = page.split("## With fresh seeds")[1].split("\n## ")[0]
    assert tables.count("\n|---|") == 1 + tested
    assert (tmp_path / "study" / "report.html").read_text().count("0002 (chosen)") == 1


def test_too_few_trials_give_no_importance(reported):
    assert (
        "No importances: too few trials: 4, and at least 20 are needed."
        in reported(trials=4)[2]
    )


def invented(count, score):
    """Trials with a rate and a useless number; the score is a function of the rate and of chance."""
    random = np.random.default_rng(1)
    return [
        {
            "trial": f"{number:04}",
            "status": "COMPLETED",
            "rounds": None,
            "values": {"rate": rate, "nothing": int(random.integers(1, 9))},
            "score": float(score(rate, random)),
        }
        for number, rate in enumerate(random.random(count))
    ]


DECLARED = [
    scales.Scale("nothing", None, 1, 8, 1, False, True, 1, ()),
    scales.Scale("rate", None, 0.0, 1.0, None, False, False, 0.5, ()),
]


@pytest.fixture
def small_forests(monkeypatch):
    """Forests of a few trees, which are enough to tell a curve from chance."""
    monkeypatch.setattr(effects, "TREES", 10)


def test_what_matters_is_more_important_than_what_does_not(small_forests):
    found = effects.forecast(DECLARED, invented(40, lambda rate, random: 1 + rate))
    assert [each.name for each in found.importances] == ["rate", "nothing"]
    assert found.explained > 0.8
    first, second = found.importances
    assert first.low > 0.5
    assert abs(second.mean) < 0.1
    assert first.low <= first.mean <= first.high


def test_where_the_forest_predicts_nothing_it_is_said_and_no_importance_given(small_forests):
    found = effects.forecast(DECLARED, invented(40, lambda rate, random: 1 + random.random()))
    assert found.importances == ()
    assert found.explained < 0
    assert "the forest predicts nothing" in words.describe_importance(found)


def test_equal_scores_give_no_importance():
    found = effects.forecast(DECLARED, invented(20, lambda rate, random: 0.5))
    assert found.reason == "all trials have the same score"


def test_means_of_groups_have_t_intervals_over_trials():
    trials = [{"values": {"units": 2}, "score": score} for score in (1.0, 2.0, 3.0)]
    trials += [{"values": {"units": 4}, "score": 9.0}] * 2
    scale = scales.Scale("units", (2, 4), 0, 1, None, False, False, 2, ())
    (group,) = effects.group_trials(scale, trials, logarithmic=False)
    assert (group.position, group.mean) == (0, 2)
    assert group.high - group.mean == pytest.approx(4.302653 / math.sqrt(3), rel=1e-6)
    (group,) = effects.group_trials(scale, trials, logarithmic=True)
    assert group.mean == pytest.approx(6 ** (1 / 3))


def test_many_values_are_grouped_with_their_neighbours():
    trials = [
        {"values": {"rate": number / 20}, "score": float(number)} for number in range(21)
    ]
    found = effects.group_trials(DECLARED[1], trials, logarithmic=False)
    assert len(found) == 5
    assert [group.position for group in found] == sorted(group.position for group in found)
    assert found[0].mean == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("config", "value", "place"),
    [
        ({"min_value": 1e-4, "max_value": 1e-2, "sampling": "log"}, 1e-3, 0.5),
        ({"min_value": 0.0, "max_value": 4.0, "sampling": "linear"}, 1.0, 0.25),
        ({"min_value": 3.0, "max_value": 3.0, "sampling": "linear"}, 3.0, 0.5),
    ],
)
def test_a_value_has_its_place_on_the_scale_it_was_drawn_on(config, value, place):
    (scale,) = scales.read_scales(
        {"space": [{"class_name": "Float", "config": {"name": "x", **config}}]}
    )
    assert scales.position(scale, value) == pytest.approx(place)
    assert scales.position(scale, None) is None


def test_a_hyperparameter_is_told_with_its_steps_its_default_and_where_it_counts():
    counts = {"class_name": "Parent", "config": {"name": "layers", "values": [2, 3]}}
    config = {
        "name": "x",
        "min_value": 8,
        "max_value": 64,
        "step": 2,
        "sampling": "log",
        "default": 32,
    }
    given = [{"class_name": "Int", "config": config | {"conditions": [counts]}}]
    (scale,) = scales.read_scales({"space": given})
    assert scales.describe(scale) == (
        "8 to 64, whole numbers, by factors of 2; default 32; if layers is 2 or 3"
    )


@pytest.mark.parametrize("job", discovery.names())
def test_every_jobs_hyperparameters_have_scales_with_their_defaults_on_them(job):
    from tuning.harness.search import space

    declared = space.declare(discovery.load(job))
    found = scales.read_scales({"space": space.describe(declared)})
    assert {each.name: each.default for each in found} == {
        each.name: each.default for each in declared.space
    }
    for each in found:
        assert 0 <= scales.position(each, each.default) <= 1
        assert all(-0.05 <= place <= 1.05 for place, _ in scales.marks(each))


def test_a_study_gives_the_same_report_from_the_files_that_are_committed(
    reported, quick, tmp_path
):
    quick(losing(0, when=lambda rate: rate == 0.5))
    place, found, page = reported(draw=True, trials=4)
    committed = tmp_path / "committed"
    committed.mkdir()
    for name in (
        "study.json",
        "trials.jsonl",
        "results.csv",
        "results.json",
        "executions.jsonl",
    ):
        shutil.copy(place / name, committed)
    results.write(committed)
    report.write(committed)
    told = {"pruned": False}
    assert [told | each for each in results.read_records(committed)] == [
        told | each | {"failure": errors.last_line(each["failure"])} for each in found
    ]
    for file in committed.iterdir():
        assert file.read_bytes() == (place / file.name).read_bytes(), file.name
    assert page == (committed / "README.md").read_text()


def test_a_study_that_was_committed_can_be_gone_on_with(search, tmp_path):
    at_once = search("at_once", trials=4)
    search(trials=2)
    shutil.rmtree(tmp_path / "study" / "trials")
    again = search(trials=4)
    assert [each["score"] for each in again] == [each["score"] for each in at_once]
    assert [each["executions"] for each in again] == [each["executions"] for each in at_once]


def asked_of_tensorboard(place, route, **question):
    """What TensorBoard's HParams page is told of a study."""
    from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
    from tensorboard.plugins import base_plugin
    from tensorboard.plugins.hparams.hparams_plugin import HParamsPlugin
    from werkzeug.test import Client

    runs = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(
        str(place / tensorboard.NAME)
    )
    runs.Reload()
    provided = data_provider.MultiplexerDataProvider(runs, str(place))
    pages = HParamsPlugin(base_plugin.TBContext(data_provider=provided)).get_plugin_apps()
    return Client(pages[route]).post(json={"experimentName": "", **question}).json


def test_tensorboards_own_reader_sees_every_trial_with_values_score_and_status(
    search, jobs, quick, tmp_path
):
    jobs(CONDITIONAL)
    quick(losing(0, when=lambda rate: rate == 0.5))
    found, place = search(trials=4), tmp_path / "study"
    known = {
        each["name"] for each in asked_of_tensorboard(place, "/experiment")["hparamInfos"]
    }
    assert known == {"rate", "width", "layers", "second"}
    statuses = ["STATUS_SUCCESS", "STATUS_FAILURE"]
    question = {"allowedStatuses": statuses, "startIndex": 0, "sliceSize": 9, "colParams": []}
    groups = asked_of_tensorboard(place, "/session_groups", **question)["sessionGroups"]
    for group, record in zip(
        sorted(groups, key=lambda group: group["name"]), found, strict=True
    ):
        assert group["name"] == record["trial"]
        assert group["hparams"] == record["values"]
        assert group["sessions"][0]["status"] == statuses[record["score"] is None]
        scores = {each["name"]["tag"]: each["value"] for each in group["metricValues"]}
        assert scores.get("score") == (record["score"] and pytest.approx(record["score"]))


STUDIES = sorted(
    file.parent for file in Path(__file__).parents[2].glob("docs/tuning/*/study.json")
)


@pytest.mark.parametrize("place", STUDIES, ids=lambda place: place.name)
def test_the_page_of_a_committed_study_is_what_its_files_give(place):
    assert (place / "README.md").read_text() == report.markdown(place), (
        f"zoo tune report {place.name} --out"
    )
    assert all((place / name).exists() for name in FIGURES)


@pytest.mark.parametrize("place", STUDIES, ids=lambda place: place.name)
def test_a_committed_study_can_be_gone_on_with_by_its_job_as_it_is_today(place):
    from tuning.harness.search import space

    facts = folder.read_description(place)
    module = discovery.load(facts["job"])
    now = space.describe(space.declare(module))
    assert not space.list_differences(facts["space"], now) and facts["space"] == now
    assert space.code_digest(module) == facts["code"]
