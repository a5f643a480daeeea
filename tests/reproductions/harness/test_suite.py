"""The suite: what fails leaves the rest alone, and a full run needs a commit that tells all."""

import io
import json
import shutil

import pytest
from rich.console import Console

from reproductions.harness import Result, extending, records, report, suite
from reproductions.harness.errors import ReproductionError


def run(checkout, *names, profile="quick", seeds=None, host="here"):
    """Runs the suite; returns (outcomes, what it printed)."""
    console = Console(file=io.StringIO(), width=200)
    context = suite.Context(
        root=checkout.root,
        command="zoo reproduce",
        to_go_on="zoo reproduce --data-dir mine",
        data_errors=(LookupError,),
        versions={"numpy": "1"},
        describe_machine=lambda: {"host": host, "cpu": "fast"},
        console=console,
    )
    return suite.run_suite(names, profile, seeds, context=context), console.file.getvalue()


def test_a_quick_run_leaves_record_figure_and_report(checkout):
    outcomes, said = run(checkout)
    assert [(o.name, o.state) for o in outcomes] == [("coins", "ran"), ("stone", "ran")]
    folder = checkout.root / "runs" / "quick"
    kept = {"coins.json", "coins.svg", "stone.json", "stone.svg", "report.html"}
    assert {file.name for file in folder.iterdir()} == kept
    assert f"Report: {folder / 'report.html'}" in said and "[1/2] coins" in said and "Verdicts" in said
    assert suite.exit_status(outcomes) == 0


def test_a_claim_that_is_not_reproduced_is_a_result_and_no_failure(checkout):
    checkout.change("stone", "Exact(2.5", "Exact(9.9")
    outcomes, _ = run(checkout, "stone")
    assert outcomes[0].record["verdicts"][0]["status"] == "not reproduced"
    assert suite.exit_status(outcomes) == 0


def test_seeds_are_one_to_n(checkout):
    (outcome,), _ = run(checkout, "coins", seeds=5)
    assert outcome.record["config"]["seeds"] == [1, 2, 3, 4, 5]
    assert outcome.record["runs"][0]["seeds"] == [1, 2, 3, 4, 5]


def test_a_deterministic_reproduction_takes_no_seeds_when_named(checkout):
    with pytest.raises(ReproductionError, match="stone is deterministic and has no random seeds"):
        run(checkout, "coins", "stone", seeds=5)
    outcomes, _ = run(checkout, seeds=5)
    assert [o.state for o in outcomes] == ["ran", "ran"]


def test_no_seeds_at_all_are_refused(checkout):
    with pytest.raises(ReproductionError, match="--seeds must be at least 1, not 0"):
        run(checkout, "coins", seeds=0)


def test_a_reproduction_named_twice_runs_once(checkout):
    assert len(run(checkout, "stone", "stone")[0]) == 1


def test_an_unknown_profile_lists_the_known_ones(checkout):
    with pytest.raises(ReproductionError, match="--profile is one of smoke, quick, full, not 'fast'"):
        run(checkout, "stone", profile="fast")


def test_an_unknown_name_stops_before_anything_runs(checkout):
    with pytest.raises(ReproductionError, match="did you mean stone"):
        run(checkout, "coins", "stones")
    assert not (checkout.root / "runs").exists()


def test_an_error_in_one_leaves_the_others_alone(checkout):
    checkout.change("coins", "few = [", "raise RuntimeError('edge up\\nmore')\n    few = [")
    outcomes, said = run(checkout)
    assert [o.state for o in outcomes] == ["failed to run", "ran"]
    assert "RuntimeError: edge up (traceback: runs/quick/coins.traceback.txt)" in said
    assert "Traceback" not in said
    assert "raise RuntimeError" in (checkout.root / "runs/quick/coins.traceback.txt").read_text()
    assert suite.exit_status(outcomes) == 1


MISSING = """raise LookupError("no coins: buy some")
    few = ["""
MEANT_FOR_USERS = """class StoreError(Exception):
        exit_code = {}
    raise StoreError("the purse is shut: open it")
    few = ["""


def test_missing_data_is_said_once_and_is_no_failure_of_the_suite(checkout):
    checkout.change("coins", "few = [", MISSING)
    checkout.add("pennies", (checkout.folder / "coins.py").read_text())
    outcomes, said = run(checkout)
    assert [o.state for o in outcomes] == ["not run (no usable data)"] * 2 + ["ran"]
    assert said.count("no coins: buy some") == 1
    assert suite.exit_status(outcomes) == 0
    assert suite.exit_status(run(checkout, "coins")[0]) == 2


@pytest.mark.parametrize("exit_code", [1, 2])
def test_an_error_that_is_not_about_data_is_a_failure_said_once_without_a_traceback(checkout, exit_code):
    checkout.change("coins", "few = [", MEANT_FOR_USERS.format(exit_code))
    checkout.add("pennies", (checkout.folder / "coins.py").read_text())
    outcomes, said = run(checkout)
    assert [o.state for o in outcomes] == ["failed to run"] * 2 + ["ran"]
    assert said.count("the purse is shut: open it") == 1
    assert not list((checkout.root / "runs").rglob("*.traceback.txt"))
    assert suite.exit_status(outcomes) == 1


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(checkout):
    checkout.change("stone", "return Result", "raise KeyboardInterrupt\n    return Result")
    checkout.add("zebra", (checkout.folder / "coins.py").read_text())
    outcomes, said = run(checkout)
    assert [o.state for o in outcomes] == ["ran", "interrupted"]
    assert (checkout.root / "runs/quick/coins.json").exists()
    assert "goes on from there: zoo reproduce --data-dir mine" in said and "Coins land" in said
    assert suite.exit_status(outcomes) == 130


def test_the_same_run_gives_the_same_record_and_figure(checkout):
    run(checkout, "coins", host="one")
    folder = checkout.root / "runs/quick"
    shutil.copytree(folder, checkout.root / "runs/before")
    run(checkout, "coins", host="two")
    one, two = (records.read(f / "coins.json") for f in (checkout.root / "runs/before", folder))
    assert one != two and records.stable(one) == records.stable(two)
    assert (folder / "coins.svg").read_bytes() == (checkout.root / "runs/before/coins.svg").read_bytes()


def test_a_full_record_says_who_made_it(checkout):
    run(checkout, "coins", profile="full")
    record = records.read(checkout.root / "docs/results/coins.json")
    made = record["runs"][0]
    assert len(made["commit"]) == 40 and made["host"] == "here" and made["versions"] == {"numpy": "1"}
    assert made["command"] == "zoo reproduce" and made["seeds"] == list(range(1, 9))


def test_a_record_extended_in_steps_is_that_of_one_run(checkout):
    file = checkout.root / "docs/results/coins.json"
    run(checkout, "coins", profile="full", seeds=3, host="one")
    run(checkout, "coins", profile="full", seeds=12, host="two")
    extended, figure = records.read(file), file.with_suffix(".svg").read_bytes()
    file.unlink()
    run(checkout, "coins", profile="full", seeds=12)
    whole = records.read(file)
    assert {**extended, "runs": 0} == {**whole, "runs": 0}
    assert figure == file.with_suffix(".svg").read_bytes()
    assert [(r["host"], r["seeds"][0]) for r in extended["runs"]] == [("one", 1), ("two", 4)]


def test_extending_trains_the_missing_seeds_only(checkout):
    run(checkout, "coins", profile="full")
    checkout.change("coins", "few = [", "assert config.seeds == (9, 10), config.seeds\n    few = [")
    checkout.commit()
    (outcome,), _ = run(checkout, "coins", profile="full", seeds=10)
    assert outcome.state == "ran", outcome.message
    assert outcome.record["config"]["seeds"] == list(range(1, 11))


CHOOSING = (
    '"chosen rate": np.full(len(config.seeds), setting("chosen rate", lambda: float(config.seeds[0]))),'
)


def choosing(checkout):
    checkout.change("coins", "OneRun, Result,", "OneRun, Result, setting,")
    checkout.change("coins", '"height": draws[:, 0],', f'"height": draws[:, 0],\n            {CHOOSING}')
    checkout.commit()


def test_a_setting_that_was_chosen_is_kept_when_a_record_is_extended(checkout):
    choosing(checkout)
    run(checkout, "coins", profile="full", seeds=3)
    (outcome,), _ = run(checkout, "coins", profile="full", seeds=5)
    assert outcome.record["metrics"]["chosen rate"] == [1.0] * 5, outcome.message


def test_a_record_whose_seeds_do_not_share_a_setting_is_not_extended(checkout):
    choosing(checkout)
    run(checkout, "coins", profile="full", seeds=3)
    file = checkout.root / "docs/results/coins.json"
    record = records.read(file)
    record["metrics"]["chosen rate"][1] = 0.5
    records.write(record, file)
    before = file.read_bytes()
    (outcome,), said = run(checkout, "coins", profile="full", seeds=5)
    assert (
        outcome.state == "failed to run" and "'chosen rate' as 0.5, 1, not one for all of its seeds" in said
    )
    assert "traceback" not in said and file.read_bytes() == before


def test_a_record_that_lacks_a_setting_is_not_extended(checkout):
    run(checkout, "coins", profile="full", seeds=3)
    choosing(checkout)
    (outcome,), said = run(checkout, "coins", profile="full", seeds=5)
    assert outcome.state == "failed to run" and "the record does not hold 'chosen rate'" in said


def test_a_record_that_changed_meanwhile_is_not_overwritten(checkout, monkeypatch):
    run(checkout, "coins", profile="full", seeds=3)
    file = checkout.root / "docs/results/coins.json"
    changed = {**records.read(file), "notes": {"meanwhile": "changed"}}
    extended = suite.Plan.run

    def slow(plan, module):
        records.write(changed, file)
        return extended(plan, module)

    monkeypatch.setattr(suite.Plan, "run", slow)
    (outcome,), said = run(checkout, "coins", profile="full", seeds=5)
    assert outcome.state == "failed to run" and "was changed meanwhile" in said
    assert records.read(file) == changed


@pytest.mark.parametrize("notes", [{}, {"rate": "0.1 chosen | for seeds 4 to 5: 0.3 chosen"}])
def test_a_setting_in_a_note_is_that_of_all_seeds_or_none(notes):
    with extending.extending(Result({}, notes=notes)), pytest.raises(ReproductionError, match="'rate'"):
        extending.noted("rate")


def test_a_record_that_has_the_seeds_is_left_alone(checkout):
    run(checkout, "coins", profile="full")
    before = (checkout.root / "docs/results/coins.json").read_bytes()
    _, said = run(checkout, "coins", profile="full", seeds=5)
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
    run(checkout, "coins", profile="full")
    before = (checkout.root / "docs/results/coins.json").read_bytes()
    checkout.change("coins", old, new)
    checkout.commit()
    (outcome,), said = run(checkout, "coins", profile="full", seeds=10)
    assert outcome.state == "failed to run" and complaint in said
    assert (checkout.root / "docs/results/coins.json").read_bytes() == before


def test_a_full_run_refuses_a_changed_file(checkout):
    checkout.change("stone", "2.5", "2.6")
    with pytest.raises(ReproductionError, match=r"not committed: reproductions/stone\.py; commit them first"):
        run(checkout, "coins", profile="full")


def test_a_full_run_refuses_an_untracked_source_file(checkout):
    (checkout.root / "helper.py").write_text("")
    with pytest.raises(ReproductionError, match=r"not committed: helper\.py"):
        run(checkout, "coins", profile="full")
    (checkout.root / "helper.py").rename(checkout.root / "notes.txt")
    assert run(checkout, "coins", profile="full")[0][0].state == "ran"


def test_a_full_run_may_follow_another_before_its_record_is_committed(checkout):
    run(checkout, "coins", profile="full")
    assert run(checkout, "stone", profile="full")[0][0].state == "ran"
    assert report.out_of_step(checkout.root) == []


def test_changed_pages_do_not_block_a_full_run(checkout):
    run(checkout, "coins", profile="full")
    checkout.commit()
    for page in ("docs/reproductions.md", "docs/results/coins.md", "docs/errata.md", "README.md"):
        (checkout.root / page).write_text("changed")
    assert run(checkout, "stone", profile="full")[0][0].state == "ran"


def test_a_full_run_refuses_a_folder_that_is_no_checkout(checkout):
    shutil.rmtree(checkout.root / ".git")
    with pytest.raises(ReproductionError, match="is no git checkout"):
        run(checkout, "coins", profile="full")
    assert run(checkout, "coins")[0][0].record["runs"][0]["commit"] == ""


def test_a_record_is_judged_again_on_mended_claims_without_training(checkout):
    run(checkout, "coins", profile="full")
    checkout.change("coins", "OneRun(10.0", "OneRun(30.0")
    context = suite.Context(root=checkout.root, console=Console(quiet=True))
    with pytest.raises(ReproductionError, match="not committed"):
        suite.rejudge("coins", context=context)
    checkout.change("coins", "few = [", "raise RuntimeError\n    few = [")
    checkout.commit()
    record = suite.rejudge("coins", context=context)
    assert record["verdicts"][0]["status"] == "not reproduced"
    assert record["superseded"][0]["verdicts"][0]["status"] == "reproduced"
    assert json.loads((checkout.root / "docs/results/coins.json").read_text()) == record
    assert report.out_of_step(checkout.root) == []
    assert "## Earlier verdicts" in (checkout.root / "docs/results/coins.md").read_text()
