"""Who may import whom: few modules know KerasTuner or Optuna, and a job knows no other one."""

import pytest

from tests.test_imports import ROOT, at_module_level, everywhere, files, within

KNOW = {
    "keras_tuner": {f"tuning/harness/{name}.py" for name in ("space", "tuners", "service", "optuna_oracle")},
    "optuna": {"tuning/harness/optuna_search.py"},
}
DRAW = {"figures.py", "report.py"}
LIGHT = (
    "__init__",
    "addresses",
    "columns",
    "discovery",
    "errors",
    "failures",
    "folder",
    "job",
    "launching",
    "ledger",
    "options",
    "progress",
    "scales",
    "tether",
)
LISTINGS_AND_REPORTS = [ROOT / "tuning" / "harness" / f"{name}.py" for name in (*LIGHT, "results", "seeds")]


@pytest.mark.parametrize("file", files("tuning", "zoo", "reproductions"))
def test_keras_tuner_and_optuna_are_known_to_few_modules(file):
    imported = everywhere(file.read_text())
    for library, knowing in KNOW.items():
        assert bool(within(imported, library)) == (str(file.relative_to(ROOT)) in knowing)


@pytest.mark.parametrize("file", files("tuning"))
def test_the_search_knows_nothing_of_the_reproductions_but_how_figures_look(file):
    found = within(everywhere(file.read_text()), "reproductions")
    assert found == within(found, "reproductions.harness.figures")
    assert not found or file.name in DRAW


@pytest.mark.parametrize("file", [each for each in files("tuning") if each.values[0].parent.name == "tuning"])
def test_a_job_imports_no_other_one_and_of_the_harness_only_what_describes_it(file):
    found = within(everywhere(file.read_text()), "tuning")
    assert found <= {"tuning.harness.Candidate", "tuning.harness.Job"}


@pytest.mark.parametrize("file", LISTINGS_AND_REPORTS, ids=lambda file: file.stem)
def test_listings_and_reports_load_nothing_heavy(file):
    found = at_module_level(file.read_text())
    assert not within(found, "tensorflow", "keras", "keras_tuner", "scipy", "numpy", "tensorboard")
    assert not within(
        found, *(f"tuning.harness.{name}" for name in ("study", "objective", "space", "tuners"))
    )
