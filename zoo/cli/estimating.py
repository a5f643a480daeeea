"""zoo reproduce --estimate: what a run would cost on this machine."""

import resource
import time

import typer

from zoo.cli import printing

HEADINGS = ("study", "networks", "in the store", "weights", "updates each", "FLOPs, all", "an update", "time")


def estimate(name: str, profile: str, seeds: int | None) -> None:
    """Prints the cost of every study of one reproduction, and of all together.

    Raises:
        ReproductionError: no such reproduction, seeds that it does not have, or a record that cannot be
            extended.
        DataError: its data are not at hand, and the size of the work depends on them.
    """
    from reproductions.harness import checkout, discovery, suite
    from zoo import engine, startup

    startup.load_tensorflow()
    from zoo.engine.rehearsal import Rehearsal

    module = discovery.load(name)
    plan = suite.planned(module, name, profile, seeds, checkout.root())
    if plan.complete:
        typer.echo(f"The record of {name} already has {len(plan.record['config']['seeds'])} seeds.")
        return
    began = time.monotonic()
    with engine.using(rehearsal=Rehearsal()) as settings:
        stopped = _rehearsed(plan, module)
    rehearsal = settings.rehearsal
    elsewhere = time.monotonic() - began - rehearsal.seconds
    printing.show_table(HEADINGS, [_row(cost) for cost in rehearsal.costs])
    for line in _said(rehearsal.costs, elsewhere, stopped):
        typer.echo(line)


def _rehearsed(plan, module) -> str:
    """Goes through the run; returns why it ended early, "" if it did not."""
    from reproductions.harness.errors import ReproductionError
    from zoo.data import DataError

    try:
        plan.run(module)
    except (DataError, ReproductionError):
        raise
    except Exception as error:  # what it makes of results that are none is not its fault
        return f"{type(error).__name__}: {error}"
    return ""


def _row(cost) -> tuple[str, ...]:
    return (
        cost.name,
        str(cost.members),
        str(cost.members - cost.missing),
        f"{cost.weights:,}",
        f"{cost.steps:,}",
        f"{cost.flops * cost.steps_left:.1e}",
        f"{1e6 * cost.pace.step:,.0f} us" if cost.missing else "-",
        duration(cost.seconds),
    )


def _said(costs, elsewhere, stopped):
    training = sum(cost.seconds for cost in costs)
    yield (
        f"In all {sum(cost.steps_left for cost in costs):,} updates and "
        f"{sum(cost.flops * cost.steps_left for cost in costs):.1e} floating-point operations: about "
        f"{duration(training)} of training with {max((cost.workers for cost in costs), default=1)} workers, "
        f"and {duration(elsewhere)} beside it."
    )
    yield f"Memory: about {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at most."
    yield "Nothing was trained or kept. A machine that is busy with other work shows a longer time."
    if stopped:
        yield f"What follows these studies depends on their results and is not counted ({stopped})."


def duration(seconds: float) -> str:
    """Return seconds in the unit that people would use: "40 s", "12 min", "2.7 h"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
