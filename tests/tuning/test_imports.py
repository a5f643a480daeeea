"""What the search loads and knows; which way imports lead: tests/test_house.py."""

import pytest

from tests.test_imports import ROOT, at_module_level, everywhere, files, within

HARNESS = ROOT / "tuning" / "harness"
KNOW = {
    "keras_tuner": {
        "tuning/harness/search/space.py",
        "tuning/harness/search/tuners.py",
        "tuning/harness/search/optuna_oracle.py",
        "tuning/harness/distributing/service.py",
    },
    "optuna": {"tuning/harness/search/optuna_oracle.py"},
}
HEAVY = ("tensorflow", "keras", "keras_tuner", "scipy", "numpy", "tensorboard", "matplotlib")
HEAVY_ROOMS = ("study", "objective", "space", "tuners")
LIGHT = [
    *HARNESS.glob("*.py"),
    *(HARNESS / "commands").glob("*.py"),
    *(
        HARNESS / "store" / f"{name}.py"
        for name in ("folder", "ledger", "results", "applied")
    ),
    *(HARNESS / "reporting" / f"{name}.py" for name in ("progress", "scales")),
    *(HARNESS / "search" / f"{name}.py" for name in ("options", "seeds")),
    *(
        HARNESS / "distributing" / f"{name}.py"
        for name in ("addresses", "launching", "tether")
    ),
]


@pytest.mark.parametrize("file", files("tuning", "zoo", "reproductions"))
def test_keras_tuner_and_optuna_are_known_to_few_modules(file):
    imported = everywhere(file.read_text())
    for library, knowing in KNOW.items():
        assert bool(within(imported, library)) == (str(file.relative_to(ROOT)) in knowing)


@pytest.mark.parametrize(
    "file", [each for each in files("tuning") if each.values[0].parent.name == "tuning"]
)
def test_a_job_imports_no_other_one_and_of_the_harness_only_what_describes_it(file):
    found = within(everywhere(file.read_text()), "tuning")
    assert found <= {"tuning.harness.Candidate", "tuning.harness.Job"}


@pytest.mark.parametrize("file", LIGHT, ids=lambda file: str(file.relative_to(HARNESS)))
def test_listings_and_commands_load_nothing_heavy(file):
    found = at_module_level(file.read_text())
    assert not within(found, *HEAVY)
    assert not within(found, *(f"tuning.harness.search.{name}" for name in HEAVY_ROOMS))
