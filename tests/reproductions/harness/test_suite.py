"""The suite: what fails leaves the rest alone, and a full run needs a commit that tells all."""

import json
import re
import shutil

import pytest
from rich.console import Console

from reproductions.harness import publishing, suite
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.recording import records


def test_a_quick_run_leaves_record_figure_and_report(checkout):
    outcomes, said = checkout.run()
    assert [(o.name, o.state) for o in outcomes] == [("coins", "ran"), ("stone", "ran")]
    folder = checkout.root / "runs" / "quick"
    kept = {"coins.json", "coins.svg", "stone.json", "stone.svg", "report.html"}
    assert {file.name for file in folder.iterdir()} == kept
    assert (
        f"Figures and every claim: {folder / 'report.html'}" in said and "[1/2] coins" in said
    )
    assert "coins: Do these coins land where they should?" in said and "Verdicts" not in said
    assert suite.exit_status(outcomes) == 0


def test_every_claim_is_shown_where_that_is_asked_for(checkout):
    _, said = checkout.run("coins", show_claims=True)
    assert "Verdicts" in said and "Spinning helps." in said
    assert "Do these coins land where they should?" not in said


def test_a_claim_that_is_not_reproduced_is_a_result_and_no_failure(checkout):
    checkout.change("stone", "Exact(2.5", "Exact(9.9")
    outcomes, _ = checkout.run("stone")
    assert outcomes[0].record["verdicts"][0]["status"] == "not reproduced"
    assert suite.exit_status(outcomes) == 0


def test_seeds_are_one_to_n(checkout):
    (outcome,), _ = checkout.run("coins", seeds=5)
    assert outcome.record["config"]["seeds"] == [1, 2, 3, 4, 5]
    assert outcome.record["runs"][0]["seeds"] == [1, 2, 3, 4, 5]


def test_a_deterministic_reproduction_takes_no_seeds_when_named(checkout):
    with pytest.raises(
        ReproductionError, match="stone is deterministic and has no random seeds"
    ):
        checkout.run("coins", "stone", seeds=5)
    outcomes, _ = checkout.run(seeds=5)
    assert [o.state for o in outcomes] == ["ran", "ran"]


def test_no_seeds_at_all_are_refused(checkout):
    with pytest.raises(ReproductionError, match="--seeds must be at least 1, not 0"):
        checkout.run("coins", seeds=0)


def test_a_reproduction_named_twice_runs_once(checkout):
    assert len(checkout.run("stone", "stone")[0]) == 1


def test_an_unknown_profile_lists_the_known_ones(checkout):
    with pytest.raises(
        ReproductionError, match="--profile is one of smoke, quick, full, not 'fast'"
    ):
        checkout.run("stone", profile="fast")


def test_an_unknown_name_stops_before_anything_runs(checkout):
    with pytest.raises(ReproductionError, match="did you mean stone"):
        checkout.run("coins", "stones")
    assert not (checkout.root / "runs").exists()


def test_an_error_in_one_leaves_the_others_alone(checkout):
    checkout.change("coins", "few = [", "raise RuntimeError('edge up\\nmore')\n    few = [")
    outcomes, said = checkout.run()
    assert [o.state for o in outcomes] == ["failed to run", "ran"]
    assert "RuntimeError: edge up (traceback: runs/quick/coins.traceback.txt)" in said
    assert re.search(r"coins\.py, line \d+, in run: RuntimeError", said)
    assert "Traceback" not in said
    assert (
        "raise RuntimeError" in (checkout.root / "runs/quick/coins.traceback.txt").read_text()
    )
    assert suite.exit_status(outcomes) == 1


def test_a_plot_that_returns_nothing_is_told_so_in_one_line(checkout):
    file = checkout.folder / "coins.py"
    file.write_text(file.read_text().replace("    return figure\n", ""))
    outcomes, said = checkout.run("coins")
    assert outcomes[0].state == "failed to run"
    assert "plot returns no figure; end it with: return figure" in said


MISSING = """raise LookupError("no coins: buy some")
    few = ["""
MEANT_FOR_USERS = """class StoreError(Exception):
        exit_code = {}
    raise StoreError("the purse is shut: open it")
    few = ["""


def test_missing_data_is_said_once_and_is_no_failure_of_the_suite(checkout):
    checkout.change("coins", "few = [", MISSING)
    checkout.add("pennies", (checkout.folder / "coins.py").read_text())
    outcomes, said = checkout.run()
    assert [o.state for o in outcomes] == ["not run (no usable data)"] * 2 + ["ran"]
    assert said.count("no coins: buy some") == 1
    assert suite.exit_status(outcomes) == 0
    assert suite.exit_status(checkout.run("coins")[0]) == 2


@pytest.mark.parametrize("exit_code", [1, 2])
def test_an_error_that_is_not_about_data_is_a_failure_said_once_without_a_traceback(
    checkout, exit_code
):
    checkout.change("coins", "few = [", MEANT_FOR_USERS.format(exit_code))
    checkout.add("pennies", (checkout.folder / "coins.py").read_text())
    outcomes, said = checkout.run()
    assert [o.state for o in outcomes] == ["failed to run"] * 2 + ["ran"]
    assert said.count("the purse is shut: open it") == 1
    assert not list((checkout.root / "runs").rglob("*.traceback.txt"))
    assert suite.exit_status(outcomes) == 1


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(checkout):
    checkout.change("stone", "return Result", "raise KeyboardInterrupt\n    return Result")
    checkout.add("zebra", (checkout.folder / "coins.py").read_text())
    outcomes, said = checkout.run()
    assert [o.state for o in outcomes] == ["ran", "interrupted"]
    assert (checkout.root / "runs/quick/coins.json").exists()
    assert "goes on from there: zoo reproduce --data-dir mine" in said
    assert "coins: Do these coins land" in said
    assert suite.exit_status(outcomes) == 130


def test_the_same_run_gives_the_same_record_and_figure(checkout):
    checkout.run("coins", host="one")
    folder = checkout.root / "runs/quick"
    shutil.copytree(folder, checkout.root / "runs/before")
    checkout.run("coins", host="two")
    one, two = (
        records.read(f / "coins.json") for f in (checkout.root / "runs/before", folder)
    )
    assert one != two and records.stable(one) == records.stable(two)
    assert (folder / "coins.svg").read_bytes() == (
        checkout.root / "runs/before/coins.svg"
    ).read_bytes()


def test_a_full_record_says_who_made_it(checkout):
    checkout.run("coins", profile="full")
    record = records.read(checkout.root / "docs/results/coins.json")
    made = record["runs"][0]
    assert (
        len(made["commit"]) == 40
        and made["host"] == "here"
        and made["versions"] == {"numpy": "1"}
    )
    assert made["command"] == "zoo reproduce" and made["seeds"] == list(range(1, 9))


def test_a_record_extended_in_steps_is_that_of_one_run(checkout):
    file = checkout.root / "docs/results/coins.json"
    checkout.run("coins", profile="full", seeds=3, host="one")
    checkout.run("coins", profile="full", seeds=12, host="two")
    extended, figure = records.read(file), file.with_suffix(".svg").read_bytes()
    file.unlink()
    checkout.run("coins", profile="full", seeds=12)
    whole = records.read(file)
    assert {**extended, "runs": 0, "looks": 0} == {**whole, "runs": 0, "looks": 0}
    assert figure == file.with_suffix(".svg").read_bytes()
    assert [(r["host"], r["seeds"][0]) for r in extended["runs"]] == [("one", 1), ("two", 4)]


def test_extending_trains_the_missing_seeds_only(checkout):
    checkout.run("coins", profile="full")
    checkout.change(
        "coins", "few = [", "assert config.seeds == (9, 10), config.seeds\n    few = ["
    )
    checkout.commit()
    (outcome,), _ = checkout.run("coins", profile="full", seeds=10)
    assert outcome.state == "ran", outcome.message
    assert outcome.record["config"]["seeds"] == list(range(1, 11))


CHOOSING = """def choose(config):
    return {"rate": Choice.lowest({0.1: 5.0, 1.0 * config.seeds[0]: 4.0}, "Scores: invented."), "depth": 2}


def run(config, chosen):
    assert chosen["depth"] == 2
"""


def let_choose(checkout):
    """Let coins choose a rate, which is its first seed, and keep it as a metric too."""
    checkout.change("coins", "import Claim, Difference", "import Choice, Claim, Difference")
    checkout.change("coins", "def run(config):\n", CHOOSING)
    kept = '"height": draws[:, 0],\n            "rate": np.full(len(config.seeds), chosen["rate"]),'
    checkout.change("coins", '"height": draws[:, 0],', kept)
    checkout.commit()


def test_what_was_chosen_reaches_run_record_and_plot(checkout):
    let_choose(checkout)
    checkout.change(
        "coins",
        "def plot(result):\n",
        "def plot(result):\n    assert result.chosen['rate'].value == 1\n",
    )
    (outcome,), _ = checkout.run("coins")
    assert outcome.state == "ran", outcome.message
    assert outcome.record["metrics"]["rate"] == [1.0] * 3
    assert outcome.record["chosen"] == {
        "rate": {
            "value": 1.0,
            "tried": [0.1, 1.0],
            "scores": [5.0, 4.0],
            "remark": "Scores: invented.",
        },
        "depth": {"value": 2},
    }


def test_a_setting_that_was_chosen_is_kept_when_a_record_is_extended(checkout):
    let_choose(checkout)
    checkout.run("coins", profile="full", seeds=3)
    chosen = records.read(checkout.root / "docs/results/coins.json")["chosen"]
    checkout.change(
        "coins", "def choose(config):\n", "def choose(config):\n    raise RuntimeError\n"
    )
    checkout.commit()
    (outcome,), _ = checkout.run("coins", profile="full", seeds=5)
    assert outcome.state == "ran", outcome.message
    assert (
        outcome.record["metrics"]["rate"] == [1.0] * 5 and outcome.record["chosen"] == chosen
    )


def test_a_record_whose_seeds_do_not_share_a_setting_is_not_extended(checkout):
    """An older record may hold a setting as a metric, and has to be judged again first."""
    let_choose(checkout)
    checkout.run("coins", profile="full", seeds=3)
    file = checkout.root / "docs/results/coins.json"
    record = records.read(file)
    del record["chosen"]
    old = {**record, "metrics": {**record["metrics"], "chosen rate": [1.0, 0.5, 1.0]}}
    file.write_text(json.dumps(old))
    before = file.read_bytes()
    (outcome,), said = checkout.run("coins", profile="full", seeds=5)
    assert outcome.state == "failed to run" and "re-judge the record first" in said
    assert "traceback" not in said and file.read_bytes() == before


def test_a_record_that_lacks_a_setting_is_not_extended(checkout):
    checkout.run("coins", profile="full", seeds=3)
    let_choose(checkout)
    (outcome,), said = checkout.run("coins", profile="full", seeds=5)
    assert outcome.state == "failed to run" and "the record does not hold 'depth'" in said
    assert "traceback" not in said


def test_a_record_that_changed_meanwhile_is_not_overwritten(checkout, monkeypatch):
    checkout.run("coins", profile="full", seeds=3)
    file = checkout.root / "docs/results/coins.json"
    changed = {**records.read(file), "notes": {"meanwhile": "changed"}}
    extended = suite.Plan.run

    def slow(plan, module):
        records.write(changed, file)
        return extended(plan, module)

    monkeypatch.setattr(suite.Plan, "run", slow)
    (outcome,), said = checkout.run("coins", profile="full", seeds=5)
    assert outcome.state == "failed to run" and "was changed meanwhile" in said
    assert records.read(file) == changed


def test_a_record_that_has_the_seeds_is_left_alone(checkout):
    checkout.run("coins", profile="full")
    before = (checkout.root / "docs/results/coins.json").read_bytes()
    _, said = checkout.run("coins", profile="full", seeds=5)
    assert "its record already has 8 seeds" in said
    assert (checkout.root / "docs/results/coins.json").read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("scale: float = 1.0", "scale: float = 2.0", "its config differs"),
        ("OneRun(10.0", "OneRun(11.0", "its claims are not the file's"),
        ('"coins": "abc"', '"coins": "xyz"', "its data differs"),
    ],
)
def test_a_record_that_does_not_fit_is_not_extended(checkout, old, new, complaint):
    checkout.run("coins", profile="full")
    before = (checkout.root / "docs/results/coins.json").read_bytes()
    checkout.change("coins", old, new)
    checkout.commit()
    (outcome,), said = checkout.run("coins", profile="full", seeds=10)
    assert outcome.state == "failed to run" and complaint in said
    assert (checkout.root / "docs/results/coins.json").read_bytes() == before


def test_a_full_run_refuses_a_changed_file(checkout):
    checkout.change("stone", "2.5", "2.6")
    with pytest.raises(
        ReproductionError, match=r"not committed: reproductions/stone\.py; commit them first"
    ):
        checkout.run("coins", profile="full")


def test_a_full_run_refuses_an_untracked_source_file(checkout):
    (checkout.root / "helper.py").write_text("")
    with pytest.raises(ReproductionError, match=r"not committed: helper\.py"):
        checkout.run("coins", profile="full")
    (checkout.root / "helper.py").rename(checkout.root / "notes.txt")
    assert checkout.run("coins", profile="full")[0][0].state == "ran"


def test_a_full_run_may_follow_another_before_its_record_is_committed(checkout):
    checkout.run("coins", profile="full")
    assert checkout.run("stone", profile="full")[0][0].state == "ran"
    assert publishing.find_out_of_step(checkout.root) == []


def test_changed_pages_do_not_block_a_full_run(checkout):
    checkout.run("coins", profile="full")
    checkout.commit()
    for page in (
        "docs/reproductions.md",
        "docs/results/coins.md",
        "docs/errata.md",
        "README.md",
    ):
        (checkout.root / page).write_text("changed")
    assert checkout.run("stone", profile="full")[0][0].state == "ran"


def test_a_full_run_refuses_a_folder_that_is_no_checkout(checkout):
    shutil.rmtree(checkout.root / ".git")
    with pytest.raises(ReproductionError, match="is no git checkout"):
        checkout.run("coins", profile="full")
    assert checkout.run("coins")[0][0].record["runs"][0]["commit"] == ""


def test_a_record_is_judged_again_on_mended_claims_without_training(checkout):
    checkout.run("coins", profile="full")
    checkout.change("coins", "OneRun(10.0", "OneRun(30.0")
    context = suite.Context(root=checkout.root, console=Console(quiet=True))
    with pytest.raises(ReproductionError, match="not committed"):
        suite.rejudge("coins", context=context)
    checkout.change("coins", "few = [", "raise RuntimeError\n    few = [")
    checkout.commit()
    record = suite.rejudge("coins", context=context)
    assert record["verdicts"][0]["status"] == "not reproduced"
    assert record["superseded"][0]["verdicts"][0]["status"] == "reproduced"
    assert records.read(checkout.root / "docs/results/coins.json") == record
    assert publishing.find_out_of_step(checkout.root) == []
    assert "## Earlier verdicts" in (checkout.root / "docs/results/coins.md").read_text()


def test_the_reason_why_verdicts_no_longer_stand_is_kept(checkout):
    checkout.run("coins", profile="full")
    checkout.change("coins", "OneRun(10.0", "OneRun(30.0")
    checkout.commit()
    context = suite.Context(root=checkout.root, console=Console(quiet=True))
    record = suite.rejudge("coins", context=context, reason="The figure was misread.")
    (earlier,) = record["superseded"]
    assert (earlier["reason"], earlier["seeds"], earlier["rules"]) == (
        "The figure was misread.",
        8,
        2,
    )
    assert "metrics" not in earlier, "the run itself still stands"


def test_a_record_made_anew_keeps_the_replaced_run_as_a_whole(checkout):
    checkout.run("coins", profile="full", seeds=8)
    old = records.read(checkout.root / "docs/results/coins.json")
    checkout.change("coins", "scale: float = 1.0", "scale: float = 2.0")
    checkout.commit()
    (outcome,), said = checkout.run("coins", profile="full", seeds=8)
    assert outcome.state == "failed to run" and "make it anew with --anew" in said
    (outcome,), _ = checkout.run("coins", profile="full", seeds=8, anew=True)
    assert outcome.state == "ran", outcome.message
    (earlier,) = outcome.record["superseded"]
    assert earlier["metrics"] == old["metrics"] and earlier["config"] == old["config"]
    assert earlier["verdicts"] == old["verdicts"]


def test_no_verdict_is_given_before_the_planned_seeds_are_complete(checkout):
    checkout.run("coins", profile="full", seeds=7)
    record = records.read(checkout.root / "docs/results/coins.json")
    assert record["planned"] == [8] and record["looks"] == [7]
    assert {verdict["status"] for verdict in record["verdicts"]} == {"inconclusive"}
    assert (
        "no verdict before the 8 planned seeds; so far 7" in record["verdicts"][0]["detail"]
    )
    assert record["verdicts"][0]["ours"] is not None
    checkout.run("coins", profile="full", seeds=8)
    record = records.read(checkout.root / "docs/results/coins.json")
    assert record["looks"] == [7, 8]
    assert record["verdicts"][0]["status"] == "reproduced"


def test_a_plan_that_was_extended_is_judged_at_both_looks_at_a_stricter_level(checkout):
    checkout.run("coins", profile="full", seeds=8)
    once = records.read(checkout.root / "docs/results/coins.json")
    checkout.change("coins", "CLAIMS = (", "LOOKS = (5, 8)\nCLAIMS = (")
    checkout.commit()
    context = suite.Context(root=checkout.root, console=Console(quiet=True))
    twice = suite.rejudge("coins", context=context)
    assert twice["planned"] == [5, 8]
    low, high = once["verdicts"][0]["interval"]
    lower, higher = twice["verdicts"][0]["interval"]
    assert lower < low < high < higher
