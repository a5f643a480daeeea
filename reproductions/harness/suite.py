"""Runs reproductions one by one: a failure leaves the others alone, Ctrl-C keeps what is finished."""

import dataclasses
import datetime
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console

from reproductions.harness import checkout, discovery, records, report
from reproductions.harness.errors import ReproductionError
from reproductions.harness.extending import extending

RAN, FAILED, INTERRUPTED, NO_DATA = "ran", "failed to run", "interrupted", "not run (no usable data)"


@dataclass(frozen=True)
class Context:
    """What the harness has to be told, since it knows nothing of networks.

    `root` is the checkout that records belong to, `command` what was asked for, as records keep it,
    `to_go_on` the same as it has to be typed on this machine, `versions` maps packages to versions,
    `describe_machine` returns what a record says of the machine (host, cpu, threads, device), and
    `data_errors` are the exceptions which say that there is no usable data.
    """

    root: Path = field(default_factory=checkout.root)
    command: str = ""
    to_go_on: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    describe_machine: Callable[[], Mapping] = dict
    data_errors: tuple[type[Exception], ...] = ()
    console: Console = field(default_factory=Console)


@dataclass(frozen=True)
class Outcome:
    """What became of one reproduction; `named` tells whether the user asked for it by name."""

    name: str
    state: str
    record: Mapping | None = None
    message: str = ""
    named: bool = True


def run_suite(
    names: Sequence[str], profile: str, seeds: int | None = None, *, context: Context
) -> list[Outcome]:
    """Runs the named reproductions (all, if none is named), and ends with the verdict table and a report.

    `seeds` asks for the random seeds 1 to `seeds`. A full run with `seeds` extends the committed record: only
    the missing seeds are trained, with the record's settings; without `seeds` it makes the record anew.

    Raises:
        ReproductionError: before anything runs, if a name or the profile is unknown, `seeds` makes no sense,
            or a full run is asked for outside of a clean checkout.
    """
    if profile not in discovery.PROFILES:
        raise ReproductionError(f"--profile is one of {', '.join(discovery.PROFILES)}, not '{profile}'")
    chosen = list(dict.fromkeys(map(discovery.check, names))) or discovery.names()
    _check_seeds(names, seeds)
    if profile == "full":
        checkout.require_clean(context.root)
    outcomes: list[Outcome] = []
    for position, name in enumerate(chosen, start=1):
        context.console.print(f"\\[{position}/{len(chosen)}] {name}", highlight=False)
        outcome = dataclasses.replace(_outcome(name, profile, seeds, context), named=bool(names))
        _say(outcome, outcomes, context)
        outcomes.append(outcome)
        if outcome.state == INTERRUPTED:
            break
    _conclude(outcomes, profile, context)
    return outcomes


def exit_status(outcomes: Iterable[Outcome]) -> int:
    """0 if all ran, whatever the verdicts; 1 after a failure, 2 if a named one lacks data, 130 on Ctrl-C."""
    outcomes = list(outcomes)
    states = {outcome.state for outcome in outcomes}
    if INTERRUPTED in states:
        return 130
    if FAILED in states:
        return 1
    return 2 if any(outcome.state == NO_DATA and outcome.named for outcome in outcomes) else 0


def rejudge(name: str, *, context: Context) -> Mapping:
    """Judges a committed record again on the file's mended claims, keeping its old verdicts.

    Nothing is trained.

    Raises:
        ReproductionError: no such reproduction or record, or the mended claims are not committed yet.
    """
    module = discovery.load(name)
    checkout.require_clean(context.root)
    file = records.path(context.root, "full", name)
    record = records.judged(records.read(file), module.CLAIMS)
    _store(record, module, context)
    report.write_pages(context.root)
    return record


def _check_seeds(names: Sequence[str], seeds: int | None) -> None:
    if seeds is None:
        return
    if seeds < 1:
        raise ReproductionError(f"--seeds must be at least 1, not {seeds}")
    for name in names:
        if not _has_seeds(discovery.load(name).FULL):
            raise ReproductionError(f"{name} is deterministic and has no random seeds: leave out --seeds")


def _has_seeds(config) -> bool:
    return any(field.name == "seeds" for field in dataclasses.fields(config))


def _outcome(name: str, profile: str, seeds: int | None, context: Context) -> Outcome:
    try:
        return _reproduced(name, profile, seeds, context)
    except KeyboardInterrupt:
        return Outcome(name, INTERRUPTED)
    except context.data_errors as error:
        return Outcome(name, NO_DATA, message=str(error))
    except Exception as error:
        meant_for_users = hasattr(type(error), "exit_code")
        message = str(error) if meant_for_users else _noted(error, name, profile, context)
        return Outcome(name, FAILED, message=message)


class Plan(NamedTuple):
    """The configuration that will be run, and the record that its seeds are added to (None: a new one)."""

    config: Any
    record: Mapping | None = None

    @property
    def complete(self) -> bool:
        """Whether the record has all seeds already."""
        return self.record is not None and not self.config.seeds

    def run(self, module):
        """What the module measures; settings that the record holds are not chosen again."""
        with extending(None if self.record is None else records.result_of(self.record)):
            return module.run(self.config)


def planned(module, name: str, profile: str, seeds: int | None, root: Path) -> Plan:
    """What a run would train: with `seeds` and a committed record, only the seeds that it lacks.

    Raises:
        ReproductionError: `seeds` is asked of a reproduction without random seeds, or the record was made
            with other settings or claims.
    """
    _check_seeds([name], seeds)
    config = getattr(module, profile.upper())
    if seeds is None:
        return Plan(config)
    config = dataclasses.replace(config, seeds=tuple(range(1, seeds + 1)))
    file = records.path(root, profile, name)
    if profile != "full" or not file.exists():
        return Plan(config)
    record = records.read(file)
    records.check_claims(record, module.CLAIMS)
    missing = records.missing_seeds(record, config)
    return Plan(dataclasses.replace(config, seeds=tuple(missing)), record)


def _reproduced(name: str, profile: str, seeds: int | None, context: Context) -> Outcome:
    module = discovery.load(name)
    usable = seeds if _has_seeds(module.FULL) else None
    plan = planned(module, name, profile, usable, context.root)
    file = records.path(context.root, profile, name)
    if plan.complete:
        have = len(plan.record["config"]["seeds"])
        return Outcome(name, RAN, plan.record, f"its record already has {have} seeds")
    record = _measured(module, name, profile, plan, context)
    if plan.record is not None:
        if records.read(file) != plan.record:
            raise ReproductionError(f"the record of {name} was changed meanwhile; the same command goes on")
        record = records.extended(plan.record, record, module.CLAIMS)
    elif profile == "full":
        record = records.replacing(record, records.read(file) if file.exists() else None)
    return Outcome(name, RAN, _store(record, module, context))


def _measured(module, name: str, profile: str, plan: Plan, context: Context) -> dict:
    commit, started, clock = checkout.commit(context.root), _now(), time.perf_counter()
    result = plan.run(module)
    run = {
        "commit": commit,
        **context.describe_machine(),
        "versions": dict(context.versions),
        "started": started,
        "wall_seconds": round(time.perf_counter() - clock, 1),
        "command": context.command,
    }
    return records.make(name, profile, plan.config, result, module.CLAIMS, run)


def redraw(root: Path) -> list[Path]:
    """Draws the figures of all committed records as the files' `plot` draws them now; returns their paths."""
    names = [name for name in records.committed(root) if name in discovery.names()]
    files = [records.path(root, "full", name) for name in names]
    return [_draw(records.read(file), discovery.load(file.stem), file) for file in files]


def _draw(record: Mapping, module, file: Path) -> Path:
    from reproductions.harness import figures

    with figures.style():
        figure = module.plot(records.result_of(record))
    figures.save(figure, file.with_suffix(".svg"))
    return file.with_suffix(".svg")


def _store(record: dict, module, context: Context) -> dict:
    """Writes the record, then its figure, drawn from the record so that an extended one is drawn whole."""
    file = records.path(context.root, record["profile"], record["name"])
    records.write(record, file)
    _draw(record, module, file)
    return record


def _noted(error: Exception, name: str, profile: str, context: Context) -> str:
    """Keeps the traceback in a file; the one line that is shown names it."""
    file = context.root / "runs" / profile / f"{name}.traceback.txt"
    records.write_text("".join(traceback.format_exception(error)), file)
    said = str(error).strip().splitlines()
    where = file.relative_to(context.root)
    return f"{type(error).__name__}: {said[0] if said else 'no message'} (traceback: {where})"


def _say(outcome: Outcome, earlier: Sequence[Outcome], context: Context) -> None:
    """One line on the outcome; the same message is not said twice."""
    if outcome.state == INTERRUPTED:
        return
    counts = records.counts(outcome.record) if outcome.record else ""
    repeated = any(other.message == outcome.message for other in earlier)
    message = "" if repeated else outcome.message
    stand_in = outcome.record["stand_in"] if outcome.record else ""
    line = ": ".join(part for part in (counts or outcome.state, message or stand_in) if part)
    context.console.print(f"      {line}", markup=False, highlight=False, soft_wrap=True)


def _conclude(outcomes: Sequence[Outcome], profile: str, context: Context) -> None:
    if profile == "full" and any(outcome.record for outcome in outcomes):
        report.write_pages(context.root)
    context.console.print(report.table(outcomes))
    file = report.write_report(outcomes, context.root, profile)
    context.console.print(f"Report: {file}", markup=False, highlight=False, soft_wrap=True)
    if any(outcome.state == INTERRUPTED for outcome in outcomes):
        again = f": {context.to_go_on}" if context.to_go_on else ""
        context.console.print(
            "Interrupted. What is finished is kept, and the same command goes on from there" + again,
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
