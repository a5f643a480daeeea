"""How many seeds were planned, and how often a result is looked at."""

from dataclasses import dataclass
from types import ModuleType

from zoo.statistics import LEVEL


@dataclass(frozen=True)
class SeedPlan:
    """The numbers of seeds at which verdicts are given; the last one is the plan.

    No verdict is given before the planned number is reached. A plan may be extended once, to
    at most twice as many seeds: then there are two looks, both at 97.5 %. A plan without
    looks (nothing is random, or a small run) is judged as it is.
    """

    looks: tuple[int, ...] = ()

    def level(self, seeds: int) -> float:
        """Return the level of the intervals: 95 %, shared among the looks.

        A record with more seeds than planned was looked at once more.
        """
        looks = len(self.looks)
        if looks and seeds > self.looks[-1]:
            looks += 1
        return 1 - (1 - LEVEL) / max(1, looks)

    def is_complete(self, seeds: int) -> bool:
        """Tell whether a verdict may be given with so many seeds."""
        if not self.looks:
            return True
        return seeds in self.looks or seeds > self.looks[-1]


def seed_plan(module: ModuleType) -> SeedPlan:
    """Return a reproduction's plan: its LOOKS, else one look at the seeds of its FULL."""
    seeds = len(getattr(module.FULL, "seeds", ()))
    if not seeds:
        return SeedPlan()
    return SeedPlan(tuple(getattr(module, "LOOKS", (seeds,))))


def find_plan_problems(module: ModuleType) -> list[str]:
    """Return what is wrong with a file's LOOKS."""
    looks = getattr(module, "LOOKS", None)
    if looks is None:
        return []
    problems = []
    seeds = len(getattr(module.FULL, "seeds", ()))
    if not isinstance(looks, tuple) or looks[-1:] != (seeds,):
        problems.append(
            f"LOOKS must be a tuple that ends with {seeds}, the seeds of FULL"
        )
    elif len(looks) > 2 or looks[0] >= looks[-1] or looks[-1] > 2 * looks[0]:
        problems.append(
            "LOOKS may have one extension, to at most twice as many seeds"
        )
    return problems
