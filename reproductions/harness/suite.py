"""Runs reproductions one by one: a failure leaves the others alone, Ctrl-C keeps what is
finished."""

import dataclasses
import datetime
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from rich.console import Console

from reproductions.harness import publishing
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.claiming.plans import SeedPlan, seed_plan
from reproductions.harness.recording import checkout, choices, records
from reproductions.harness.recording.results import Result
from reproductions.harness.showing import summary
from zoo.files import write_atomically

RAN, FAILED, INTERRUPTED, NO_DATA = (
    "ran",
    "failed to run",
    "interrupted",
    "not run (no usable data)",
)


@dataclass(frozen=True)
class Context:
    """What the harness has to be told, since it knows nothing of networks.

    `root` is the checkout that records belong to. `command` is what was asked for, as records
    keep it, `to_go_on` the same as it has to be typed on this machine. `versions` maps
    packages to versions. `describe_machine` returns what a record says of the machine (host,
    cpu, threads, device). `data_errors` are the exceptions which say that there is no usable
    data. With `anew`, a number of seeds makes a new record, which keeps the old one as
    superseded, instead of extending it.
    """

    root: Path = field(default_factory=checkout.root)
    command: str = ""
    to_go_on: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    describe_machine: Callable[[], Mapping] = dict
    data_errors: tuple[type[Exception], ...] = ()
    anew: bool = False
    console: Console = field(default_factory=Console)


@dataclass(frozen=True)
class Outcome:
    """What became of one reproduction; `named` tells whether the user asked for it by name."""

    name: str
    state: str
    record: Mapping | None = None
    message: str = ""
    named: bool = True


class Plan(NamedTuple):
    """The configuration that will be run, and the record that its seeds are added to (None: a
    new one)."""

    config: Any
    record: Mapping | None = None

    @property
    def complete(self) -> bool:
        """Whether the record has all seeds already."""
        return self.record is not None and not self.config.seeds

    def run(self, module: ModuleType) -> Result:
        """Return what the module measures; settings that the record holds are not chosen
        again."""
        if not hasattr(module, "choose"):
            return module.run(self.config)
        if self.record is None:
            chosen = choices.as_choices(module.choose(self.config))
        else:
            chosen = choices.choices_of(self.record)
        result = module.run(self.config, choices.settings_of(chosen))
        return dataclasses.replace(result, chosen=chosen)


def run_suite(
    names: Sequence[str],
    profile: str,
    seeds: int | None = None,
    *,
    context: Context,
    named: bool = True,
    show_claims: bool = False,
) -> list[Outcome]:
    """Run reproductions, and end with the answer to each question and a report.

    Args:
        names: which ones, in this order.
        profile: "smoke", "quick" or "full".
        seeds: asks for the random seeds 1 to `seeds`. A full run with `seeds` extends the
            committed record: only the missing seeds are trained, with the record's settings.
            Without `seeds` it makes the record anew.
        context: machine, checkout and console.
        named: whether the user named these reproductions; then one without data is a failure.
        show_claims: whether the last screen shows every claim instead of the answers.

    Raises:
        ReproductionError: before anything runs, if a name or the profile is unknown, `seeds`
            makes no sense, or a full run is asked for outside of a clean checkout.
    """
    if profile not in questions.PROFILES:
        raise ReproductionError(
            f"--profile is one of {', '.join(questions.PROFILES)}, not '{profile}'"
        )
    chosen = list(dict.fromkeys(map(questions.check, names)))
    check_seeds(chosen if named else (), seeds)
    if profile == "full":
        checkout.require_clean(context.root)
    outcomes: list[Outcome] = []
    for position, name in enumerate(chosen, start=1):
        context.console.print(
            f"\\[{position}/{len(chosen)}] {name}", highlight=False
        )
        outcome = run_one(name, profile, seeds, context)
        outcome = dataclasses.replace(outcome, named=named)
        print_outcome(outcome, outcomes, context)
        outcomes.append(outcome)
        if outcome.state == INTERRUPTED:
            break
    conclude(outcomes, profile, context, show_claims)
    return outcomes


def exit_status(outcomes: Iterable[Outcome]) -> int:
    """Return 0 if all ran, whatever the verdicts; 1 after a failure, 2 if a named one lacks
    data, 130 on Ctrl-C."""
    outcomes = list(outcomes)
    states = {outcome.state for outcome in outcomes}
    if INTERRUPTED in states:
        return 130
    if FAILED in states:
        return 1
    for outcome in outcomes:
        if outcome.state == NO_DATA and outcome.named:
            return 2
    return 0


def run_one(
    name: str, profile: str, seeds: int | None, context: Context
) -> Outcome:
    """Run one reproduction; whatever goes wrong becomes its outcome."""
    try:
        return reproduce(name, profile, seeds, context)
    except KeyboardInterrupt:
        return Outcome(name, INTERRUPTED)
    except context.data_errors as error:
        return Outcome(name, NO_DATA, message=str(error))
    except Exception as error:
        meant_for_users = hasattr(type(error), "exit_code")
        if meant_for_users:
            message = str(error)
        else:
            message = keep_traceback(error, name, profile, context)
        return Outcome(name, FAILED, message=message)


def reproduce(
    name: str, profile: str, seeds: int | None, context: Context
) -> Outcome:
    """Run one reproduction and write its record and figure."""
    module = questions.load(name)
    usable_seeds = seeds if questions.has_seeds(module.FULL) else None
    root = None if context.anew else context.root
    plan = make_plan(module, name, profile, usable_seeds, root)
    file = records.path(context.root, profile, name)
    if plan.complete:
        have = len(plan.record["config"]["seeds"])
        return Outcome(
            name, RAN, plan.record, f"its record already has {have} seeds"
        )
    record = measure(module, name, profile, plan, context)
    if plan.record is not None:
        if records.read(file) != plan.record:
            raise ReproductionError(
                f"the record of {name} was changed meanwhile; the same command goes on"
            )
        record = records.extended(
            plan.record, record, module.CLAIMS, seed_plan(module)
        )
    elif profile == "full":
        record = records.replacing(
            record, records.read(file) if file.exists() else None
        )
    return Outcome(name, RAN, store_record(record, module, context))


def make_plan(
    module: ModuleType,
    name: str,
    profile: str,
    seeds: int | None,
    root: Path | None,
) -> Plan:
    """Return what a run would train: with `seeds` and a committed record, only the seeds that
    it lacks. Without a `root` there is no record to extend.

    Raises:
        ReproductionError: `seeds` is asked of a reproduction without random seeds, or the
            record was made with other settings or claims.
    """
    check_seeds([name], seeds)
    config = getattr(module, profile.upper())
    if seeds is None:
        return Plan(config)
    config = dataclasses.replace(config, seeds=tuple(range(1, seeds + 1)))
    if root is None or profile != "full":
        return Plan(config)
    file = records.path(root, profile, name)
    if not file.exists():
        return Plan(config)
    record = records.read(file)
    records.check_claims(record, module.CLAIMS)
    missing = records.missing_seeds(record, config)
    return Plan(dataclasses.replace(config, seeds=tuple(missing)), record)


def measure(
    module: ModuleType, name: str, profile: str, plan: Plan, context: Context
) -> dict:
    """Run the plan and return the record of this run alone."""
    commit = checkout.commit(context.root)
    started = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    clock = time.perf_counter()
    result = plan.run(module)
    run = {
        "commit": commit,
        **context.describe_machine(),
        "versions": dict(context.versions),
        "started": started,
        "wall_seconds": round(time.perf_counter() - clock, 1),
        "command": context.command,
    }
    planned = seed_plan(module) if profile == "full" else SeedPlan()
    return records.make(
        name, profile, plan.config, result, module.CLAIMS, run, planned
    )


def rejudge(
    name: str, *, context: Context, reason: str = records.REWORDED
) -> Mapping:
    """Judge a committed record again on the file's mended claims, keeping its old verdicts
    with the reason why they no longer stand; nothing is trained.

    Raises:
        ReproductionError: no such reproduction or record, or the mended claims are not
            committed yet.
    """
    module = questions.load(name)
    checkout.require_clean(context.root)
    file = records.path(context.root, "full", name)
    record = records.judged(
        records.read(file), module.CLAIMS, seed_plan(module), reason
    )
    store_record(record, module, context)
    publishing.write_pages(context.root)
    return record


def redraw(root: Path) -> list[Path]:
    """Draw the figures of all committed records as the files' `plot` draws them now; return
    their paths."""
    drawn = []
    for name, record in publishing.read_records(root).items():
        drawn.append(
            draw_figure(
                record, questions.load(name), records.path(root, "full", name)
            )
        )
    return drawn


def store_record(record: dict, module: ModuleType, context: Context) -> dict:
    """Write the record, then its figure, drawn from the record so that an extended one is
    drawn whole."""
    file = records.path(context.root, record["profile"], record["name"])
    records.write(record, file)
    draw_figure(record, module, file)
    return record


def draw_figure(record: Mapping, module: ModuleType, file: Path) -> Path:
    """Draw the figure of a record beside it."""
    from reproductions.harness.showing import figures

    with figures.style():
        figure = module.plot(records.result_of(record))
    if figure is None:
        raise ReproductionError(
            f"{module.__name__}: plot returns no figure; end it with: return figure"
        )
    figures.save(figure, file.with_suffix(".svg"))
    return file.with_suffix(".svg")


def check_seeds(names: Sequence[str], seeds: int | None) -> None:
    """Refuse a number of seeds that makes no sense.

    Raises:
        ReproductionError: it is not positive, or one of these reproductions has no random
            seeds.
    """
    if seeds is None:
        return
    if seeds < 1:
        raise ReproductionError(f"--seeds must be at least 1, not {seeds}")
    for name in names:
        if not questions.has_seeds(questions.load(name).FULL):
            raise ReproductionError(
                f"{name} is deterministic and has no random seeds: leave out --seeds"
            )


def keep_traceback(
    error: Exception, name: str, profile: str, context: Context
) -> str:
    """Write the traceback to a file; return the one line that is shown, which names it."""
    file = context.root / "runs" / profile / f"{name}.traceback.txt"
    write_atomically(file, "".join(traceback.format_exception(error)))
    lines = str(error).strip().splitlines()
    message = lines[0] if lines else "no message"
    kind = type(error).__name__
    place = find_place(error, name)
    kept = file.relative_to(context.root)
    return f"{place}{kind}: {message} (traceback: {kept})"


def find_place(error: Exception, name: str) -> str:
    """Return where in the question's file the error arose: "line 104, in plot: ".

    "" if its own code had no part in it.
    """
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).name == f"{name}.py":
            return f"{name}.py, line {frame.lineno}, in {frame.name}: "
    return ""


def print_outcome(
    outcome: Outcome, earlier: Sequence[Outcome], context: Context
) -> None:
    """Print one line on the outcome; the same message is not printed twice."""
    if outcome.state == INTERRUPTED:
        return
    counts = records.counts(outcome.record) if outcome.record else ""
    repeated = any(other.message == outcome.message for other in earlier)
    message = "" if repeated else outcome.message
    stand_in = outcome.record["stand_in"] if outcome.record else ""
    parts = (counts or outcome.state, message or stand_in)
    print_line(f"      {': '.join(part for part in parts if part)}", context)


def conclude(
    outcomes: Sequence[Outcome],
    profile: str,
    context: Context,
    show_claims: bool,
) -> None:
    """Bring the pages into step, print the last screen, and write the report."""
    if profile == "full" and any(outcome.record for outcome in outcomes):
        write_pages(context)
    context.console.print()
    if show_claims:
        context.console.print(summary.table_of_claims(outcomes))
    else:
        context.console.print(summary.summarize(outcomes, context.root))
    file = publishing.write_report(outcomes, context.root, profile)
    hint = "" if show_claims else " (or add --claims)"
    print_line(f"Figures and every claim: {file}{hint}", context)
    if any(outcome.state == INTERRUPTED for outcome in outcomes):
        again = f": {context.to_go_on}" if context.to_go_on else ""
        print_line(
            f"Interrupted. What is finished is kept; the same command goes on from there{again}",
            context,
        )


def write_pages(context: Context) -> None:
    """Bring the pages into step; what hinders that, such as a broken file, takes no answer
    away."""
    try:
        publishing.write_pages(context.root)
    except ReproductionError as error:
        print_line(f"The pages do not show this record yet: {error}", context)


def print_line(text: str, context: Context) -> None:
    """Print one line as it is, which the console does not break."""
    context.console.print(text, markup=False, highlight=False, soft_wrap=True)
