"""Zoo reproduce --estimate: what a run would cost on this machine."""

import resource
import time
from collections.abc import Iterator

import typer

from zoo.cli import printing
from zoo.texts import format_duration

HEADINGS = (
    "study",
    "networks",
    "in the store",
    "weights",
    "updates each",
    "FLOPs, all",
    "an update",
    "time",
)


def estimate(name: str, profile: str, seeds: int | None) -> None:
    """Print the cost of every study of one reproduction, and of all together.

    Raises:
        ReproductionError: no such reproduction, seeds that it does not have, or a record that
            cannot be extended.
        DataError: its data are not at hand, and the size of the work depends on them.
    """
    from reproductions.harness import suite
    from reproductions.harness.claiming import questions
    from reproductions.harness.recording import checkout
    from zoo import engine, startup

    startup.load_tensorflow()
    from zoo.engine.rehearsal import Rehearsal

    module = questions.load(name)
    plan = suite.make_plan(module, name, profile, seeds, checkout.root())
    if plan.complete:
        typer.echo(
            f"The record of {name} already has {len(plan.record['config']['seeds'])} seeds."
        )
        return
    began = time.monotonic()
    with engine.using(rehearsal=Rehearsal()) as settings:
        stopped = rehearse(plan, module)
    rehearsal = settings.rehearsal
    elsewhere = time.monotonic() - began - rehearsal.seconds
    printing.show_table(HEADINGS, [make_row(cost) for cost in rehearsal.costs])
    for line in describe_costs(rehearsal.costs, elsewhere, stopped):
        typer.echo(line)


def rehearse(plan, module) -> str:
    """Go through the run; return why it ended early, "" if it did not."""
    from reproductions.harness.claiming.errors import ReproductionError
    from zoo.data import DataError

    try:
        plan.run(module)
    except (DataError, ReproductionError):
        raise
    except (
        Exception
    ) as error:  # what it makes of results that are none is not its fault
        return f"{type(error).__name__}: {error}"
    return ""


def make_row(cost) -> tuple[str, ...]:
    """Return one study's cost as a row of the table."""
    return (
        cost.name,
        str(cost.members),
        str(cost.members - cost.missing),
        f"{cost.weights:,}",
        f"{cost.steps:,}",
        f"{cost.flops * cost.steps_left:.1e}",
        f"{1e6 * cost.pace.step:,.0f} us" if cost.missing else "-",
        format_duration(cost.seconds),
    )


def describe_costs(costs, elsewhere: float, stopped: str) -> Iterator[str]:
    """Yield in words what all studies cost together."""
    updates = sum(cost.steps_left for cost in costs)
    operations = sum(cost.flops * cost.steps_left for cost in costs)
    training = format_duration(sum(cost.seconds for cost in costs))
    workers = max((cost.workers for cost in costs), default=1)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield (
        f"In all {updates:,} updates and {operations:.1e} floating-point operations: about {training} of "
        f"training with {workers} workers, and {format_duration(elsewhere)} beside it."
    )
    yield f"Memory: about {megabytes:,.0f} MB at most."
    yield "Nothing was trained or kept. A machine that is busy with other work shows a longer time."
    if stopped:
        yield f"What follows these studies depends on their results and is not counted ({stopped})."
