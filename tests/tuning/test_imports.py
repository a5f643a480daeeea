"""Who may import whom: rooms import in one direction, and few modules know KerasTuner or Optuna."""

import pytest

from tests.test_house import INIT, arrows_within, find_circle, is_inside, read_house
from tests.test_imports import ROOT, at_module_level, everywhere, files, within

HARNESS = ROOT / "tuning" / "harness"
ORDER = (
    "errors",
    "job",
    "discovery",
    "store",
    "reporting",
    "search",
    "applying",
    "distributing",
    "commands",
)
"""Rooms and single files of the harness: each may import those before it."""
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


def test_the_rooms_of_the_harness_import_in_one_direction():
    arrows = arrows_within("tuning.harness", read_house())
    for room, imported in arrows.items():
        if room != INIT:
            before = ORDER[: ORDER.index(room)]
            assert imported <= {INIT, *before}, room
    assert arrows["store"] == {"errors"} and "store" in arrows["search"]


def test_no_files_of_the_harness_import_each_other_in_a_circle():
    house = read_house()
    arrows = {name: house[name] for name in house if is_inside(name, "tuning")}
    assert "tuning.harness.search.space" in arrows["tuning.harness.search.study"]
    assert not find_circle(arrows)


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
