"""The last mile of a search: fresh seeds, an honest choice, one use of the test split, a whole model."""

import json

import numpy as np
import pytest
from scipy import stats

import tuning.harness
import zoo
from tests.tuning.conftest import forget
from tests.tuning.toy import TOY, pretended
from tuning.harness.applying import apply
from tuning.harness.errors import TuningError
from tuning.harness.reporting.progress import Progress
from tuning.harness.search import objective, study
from tuning.harness.search.options import Options
from tuning.harness.store import applied as applied_file
from tuning.harness.store import results
from zoo import cli, data, engine, startup
from zoo.engine import member
from zoo.pretrained import PretrainedError, describing, making, pages, searched, verifying

ABOUT = describing.Circumstances(
    "zoo tune apply toy --top 2 --seeds 6", {"keras": "3"}, {"cores": 2}
)
SHIPPED = TOY.replace(
    "executions=2)",
    'executions=2, kind="regression", card={"pixels": False, "input_range": (-1.0, 1.0)})',
).replace("STEPS = 900", "STEPS = 90")
"""The toy, whose job says what its model is."""


class Applied:
    """A small study of the toy: searched by pretended training, then applied for real."""

    def __init__(self, root):
        self.root, self.place, self.models = root, root / "study", root / "models"
        self.said, self.measured = [], []

    def search(self, trials):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(objective.engine, "train", pretended)
            study.run("toy", Options(trials=trials), self.place, Progress(self.said.append))

    def apply(self, top=2, seeds=6, models=None, **more):
        asked = apply.Request(top, seeds, **more)
        with engine.using(store=self.root / "store"):
            return apply.run(
                "toy", asked, self.place, models or self.models, ABOUT, self.said.append
            )

    def record(self):
        return json.loads((self.place / "applied.json").read_text())


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """The toy as one more job, for all tests of this file that train."""
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "toy.py").write_text(SHIPPED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tuning, "__path__", [*tuning.__path__, str(folder)])
        forget("toy")
        yield
        forget("toy")


@pytest.fixture(scope="module")
def applied(toy, tmp_path_factory):
    """An applied study; `measured` holds for which width the test split was used, and the record by then."""
    made = Applied(tmp_path_factory.mktemp("applied"))
    made.search(5)
    measure = making.train_seeds

    def noted(plan, dataset):
        made.measured.append((plan.training.build.args[1], made.record()))
        return measure(plan, dataset)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "train_seeds", noted)
        made.card = made.apply()
    return made


@pytest.fixture
def counted(monkeypatch):
    """The updates that were really done, one entry per piece."""
    advance, done = member.Training._advance, []

    def count(training, *arguments):
        done.append(advance(training, *arguments))
        return done[-1]

    monkeypatch.setattr(member.Training, "_advance", count)
    return done


def test_the_best_trials_and_the_default_are_trained_anew_on_seeds_that_the_search_did_not_use(
    applied,
):
    search, found = applied.card.search, results.read_records(applied.place)
    ranked = [each["trial"] for each in results.rank(found)]
    assert [each.trial for each in search.candidates] == ranked[:2]
    assert search.default.trial == "0000" and search.default.values == {
        "rate": 0.5,
        "width": 4,
    }
    used = {one["seed"] for each in found for one in each["executions"]}
    assert search.seeds == (1, 2, 3, 4, 5, 6) and not used & set(search.seeds)
    assert [each.seed for each in applied.card.training.seeds] == list(search.seeds)
    assert all(len(each.scores) == 6 for each in [*search.candidates, search.default])


def test_the_candidate_with_the_lowest_mean_on_the_validation_split_is_chosen(applied):
    search = applied.card.search
    best = min(search.candidates, key=lambda each: np.mean(each.scores))
    assert search.chosen == best.trial
    assert best.fresh.mean == pytest.approx(np.mean(best.scores))
    assert applied.card.arguments["hidden"] == [best.values["width"]]


def test_the_shipped_seed_is_the_best_of_the_chosen_trial(applied):
    scores = dict(zip(applied.card.search.seeds, chosen_of(applied).scores, strict=True))
    validation = {each.seed: each.validation for each in applied.card.training.seeds}
    assert validation == pytest.approx(scores)
    assert applied.card.training.seed == min(validation, key=validation.get)


def test_the_test_split_is_used_for_two_only_and_after_the_choice_was_written_down(applied):
    width = {each.trial: each.values["width"] for each in applied.card.search.candidates}
    assert [hidden for hidden, _ in applied.measured] == [
        (width[applied.card.search.chosen],),
        (4,),
    ]
    for _, record in applied.measured:
        assert record["search"]["chosen"] == applied.card.search.chosen
        assert record["test"] is None


def test_optimism_is_the_searchs_score_minus_the_fresh_one_with_welchs_interval(applied):
    records = {each["trial"]: each for each in results.read_records(applied.place)}
    for each in applied.card.search.candidates:
        before = [one["score"] for one in records[each.trial]["executions"]]
        wanted = stats.ttest_ind(before, each.scores, equal_var=False).confidence_interval()
        assert each.optimism.mean == pytest.approx(
            records[each.trial]["score"] - each.fresh.mean
        )
        assert (each.optimism.low, each.optimism.high) == pytest.approx(tuple(wanted))


def test_the_difference_from_the_default_is_paired_by_seed_on_both_splits(applied):
    test = applied.record()["test"]
    for each in applied.card.search.comparisons:
        mine, theirs = (
            [one[each.split] for one in test[side]] for side in ("tuned", "default")
        )
        wanted = stats.ttest_rel(mine, theirs).confidence_interval()
        assert each.difference.mean == pytest.approx(np.mean(mine) - np.mean(theirs))
        assert (each.difference.low, each.difference.high) == pytest.approx(tuple(wanted))
    assert [each.split for each in applied.card.search.comparisons] == ["validation", "test"]


def test_all_that_was_found_stands_in_the_study_on_the_card_and_on_the_page(applied):
    record, card = applied.record(), applied.card
    assert record["search"] == card.search.model_dump(mode="json")
    assert (
        record["asked"] == {"top": 2, "seeds": 6}
        and record["model"] == card.name == "toy_tuned.sincos"
    )
    assert record["test"]["metrics"][0]["value"] == card.metrics[0].value
    page = (applied.models / card.name / pages.PAGE).read_text()
    assert page == pages.page(card)
    assert "## How its hyperparameters were found" in page and "| 0000 (default) |" in page
    assert searched.verdict(card.search, "mean squared error") in page


def test_the_model_passes_all_checks_and_answers_as_its_network_did(applied, monkeypatch):
    monkeypatch.setenv("ZOO_MODELS", str(applied.models))
    assert all(each.passed for each in verifying.verify(applied.card.name))
    x = data.load("sincos").test.x
    outputs = np.asarray(zoo.load(applied.card.name)(x))
    assert np.square(outputs - data.load("sincos").test.y).mean() == pytest.approx(
        applied.card.metrics[0].value, rel=1e-4
    )
    assert applied.card.name in zoo.list_models()


def test_the_same_command_again_trains_nothing_and_returns_the_same_card(
    applied, counted, monkeypatch
):
    before = applied.record()
    monkeypatch.setattr(
        making, "train_seeds", lambda *_: pytest.fail("the test split was used again")
    )
    assert applied.apply() == applied.card
    assert applied.record() == before and not counted


def test_a_model_that_is_gone_is_made_again_from_the_run_store(applied, counted, tmp_path):
    again = applied.apply(models=tmp_path)
    assert (
        again.weights_digest == applied.card.weights_digest
        and again.search == applied.card.search
    )
    assert not counted


def test_another_model_of_that_name_is_not_written_over(applied, tmp_path):
    (tmp_path / applied.card.name).mkdir()
    with pytest.raises(
        PretrainedError, match=r"toy_tuned\.sincos: is there already; .*: --models DIR"
    ):
        applied.apply(models=tmp_path)


@pytest.mark.parametrize("other", [{"top": 3}, {"seeds": 7}])
def test_a_second_choice_by_the_test_split_is_refused(applied, other):
    with pytest.raises(
        TuningError,
        match=r"the test split was, or may have been, used .* with --top 2 --seeds 6, .* search anew",
    ):
        applied.apply(**other)


def test_other_best_trials_after_more_of_them_are_refused_too():
    before = {
        "asked": {"top": 2, "seeds": 6},
        "search": {"chosen": "0003", "candidates": [{"trial": "0003"}, {"trial": "0001"}]},
    }
    applied_file.check_same_request(before, {"top": 2, "seeds": 6}, ["0003", "0001"])
    with pytest.raises(
        TuningError,
        match=r"its best trials were 0003, 0001 and not 0007, 0003, .* search anew",
    ):
        applied_file.check_same_request(before, {"top": 2, "seeds": 6}, ["0007", "0003"])
    applied_file.check_same_choice(before, "0003")
    with pytest.raises(
        TuningError, match=r"0003 was chosen before, but .* again here would choose 0001"
    ):
        applied_file.check_same_choice(before, "0001")


def test_killed_while_the_test_split_is_used_only_the_same_command_goes_on(
    toy, monkeypatch, tmp_path
):
    mine, uses = Applied(tmp_path), []

    def killed(*_):
        uses.append(mine.record()["search"]["chosen"])
        raise KeyboardInterrupt

    mine.search(3)
    monkeypatch.setattr(making, "train_seeds", killed)
    with pytest.raises(KeyboardInterrupt):
        mine.apply(top=1)
    assert mine.record()["test"] is None and not mine.models.exists()
    with pytest.raises(TuningError, match="the test split was, or may have been, used"):
        mine.apply(top=2)
    with pytest.raises(KeyboardInterrupt):
        mine.apply(top=1)
    assert len(uses) == 2 and len(set(uses)) == 1


def test_a_study_whose_default_crashes_is_applied_without_a_comparison(
    toy, monkeypatch, tmp_path
):
    mine, train = Applied(tmp_path), engine.train

    def crashing(build, recipe, *arguments, **more):
        if recipe.optimizer.learning_rate == 0.5:
            raise MemoryError("no room for the default")
        return train(build, recipe, *arguments, **more)

    mine.search(2)
    monkeypatch.setattr(engine, "train", crashing)
    card = mine.apply(top=1)
    assert card.search.default.scores == (None,) * 6 and not card.search.comparisons
    assert "failed now: MemoryError: no room for the default" in mine.said[-2]
    assert (
        searched.verdict(card.search, "error")
        in (mine.models / card.name / pages.PAGE).read_text()
    )
    assert mine.apply(top=1) == card


def test_a_study_that_is_another_by_now_or_has_no_scores_is_refused(toy, tmp_path):
    mine = Applied(tmp_path)
    with pytest.raises(TuningError, match="there is no study"):
        mine.apply()
    mine.search(1)
    facts = json.loads((mine.place / "study.json").read_text())
    (mine.place / "study.json").write_text(json.dumps(facts | {"code": "another"}))
    with pytest.raises(TuningError, match="is not what the study was begun with"):
        mine.apply()
    (mine.place / "study.json").write_text(json.dumps(facts))
    (mine.place / "trials.jsonl").write_text("")
    with pytest.raises(TuningError, match=r"no trial of the study .* has a score"):
        mine.apply()


def test_an_unfinished_study_is_applied_only_where_that_is_asked_for(
    toy, monkeypatch, tmp_path
):
    def stopped(*_):
        raise KeyboardInterrupt

    mine = Applied(tmp_path)
    mine.search(2)
    facts = json.loads((mine.place / "study.json").read_text())
    (mine.place / "study.json").write_text(json.dumps(facts | {"trials": 9}))
    monkeypatch.setattr(apply, "ship", stopped)
    with pytest.raises(
        TuningError, match=r"has ended 2 of its 9 trials, .* zoo tune run toy .* --unfinished"
    ):
        mine.apply(top=1)
    assert not (mine.place / "applied.json").exists()
    for more in (
        {"unfinished": True},
        {},
    ):  # once that was done, the same choice needs no more leave
        with pytest.raises(KeyboardInterrupt):
            mine.apply(top=1, **more)
        assert mine.record()["asked"] == {"top": 1, "seeds": 6}


def chosen_of(applied):
    return next(
        each
        for each in applied.card.search.candidates
        if each.trial == applied.card.search.chosen
    )


@pytest.fixture
def command(monkeypatch, capsys):
    """A function that runs a command line; returns exit code, output and complaints."""
    monkeypatch.setattr(startup, "load_tensorflow", lambda: None)

    def run(line):
        with pytest.raises(SystemExit) as ended:
            cli.main(line.split())
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


def test_the_command_shows_what_was_found_and_where_the_model_is(applied, command):
    line = f"tune apply toy --top 2 --out {applied.place} --models {applied.models}"
    code, said, complaints = command(line)
    assert (code, complaints) == (0, "")
    assert "0000 (default)" in said and "The optimism of the search's best trial, 000" in said
    assert searched.verdict(applied.card.search, "mean squared error") in said
    assert f"Written: {applied.models / applied.card.name}\n" in said


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--top 0", "--top must be at least 1, not 0"),
        ("--seeds 5", "--seeds must be at least 6, not 5: fewer tell too little"),
        (
            "--top 3",
            "the test split was, or may have been, used for this study already, with --top 2",
        ),
    ],
)
def test_a_mistake_is_answered_in_one_line(applied, command, options, told):
    code, _, complaints = command(f"tune apply toy {options} --out {applied.place}")
    assert (code, complaints.count("\n")) == (2, 1)
    assert complaints.startswith(f"zoo: {told}")


def test_ctrl_c_ends_with_130_and_says_how_to_go_on(applied, command, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(apply, "run", interrupted)
    code, _, complaints = command(f"tune apply toy --out {applied.place}")
    assert code == 130
    assert complaints.endswith(
        f"To go on: zoo tune apply toy --top 3 --seeds 6 --out {applied.place}\n"
    )


def test_ctrl_c_while_tensorflow_is_loaded_says_how_to_go_on(applied, command, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(startup, "load_tensorflow", interrupted)
    code, _, complaints = command(f"tune apply toy --unfinished --out {applied.place}")
    assert code == 130
    assert (
        f"zoo tune apply toy --top 3 --seeds 6 --unfinished --out {applied.place}\n"
        in complaints
    )


def test_zoo_train_says_where_a_model_of_a_search_comes_from(toy, command):
    assert command("train toy_tuned.sincos") == (
        2,
        "",
        "zoo: toy_tuned.sincos has no training script: it comes from a search; "
        "zoo tune list shows the jobs\n",
    )
