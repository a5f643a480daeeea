"""zoo tune: hyperparameter search jobs."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from zoo.cli import machine, options, printing

app = typer.Typer(
    no_args_is_help=True, help="Hyperparameter searches: which jobs there are, and running them."
)

JobName = Annotated[str, typer.Argument(metavar="JOB", help="A job; see zoo tune list.")]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="The study's folder (default: one of the job's name here).", show_default=False
    ),
]
Tuner = Annotated[str | None, typer.Option(help="random, grid, bayesian, hyperband or optuna.")]
Trials = Annotated[int | None, typer.Option(help="How many in all; more than before extends a study.")]
Executions = Annotated[int | None, typer.Option(help="Networks per trial, each from its own seed.")]
Budget = Annotated[
    float | None, typer.Option(metavar="MINUTES", help="Begin no further trial after so long.")
]
Seed = Annotated[int | None, typer.Option(help="Of the whole search (default: 1).", show_default=False)]
Workers = Annotated[
    int | None,
    typer.Option(
        metavar="N", help="Train trials in N processes at once (default: in this one).", show_default=False
    ),
]
SHOWN = 10


@app.command("list")
def list_jobs() -> None:
    """List the search jobs."""
    from tuning.harness import discovery

    found = [(name, discovery.summary(name)) for name in discovery.names()]
    rows = [(name, said.title, said.data, said.time) for name, said in found]
    printing.show_table(("job", "what is searched", "data", "time"), rows)


@app.command()
def run(
    job: JobName,
    tuner: Tuner = None,
    trials: Trials = None,
    executions: Executions = None,
    workers: Workers = None,
    budget: Budget = None,
    seed: Seed = None,
    data_dir: options.DataDir = None,
    out: Out = None,
) -> None:
    """Run a search, or go on with it: the same command continues where it stopped, however it stopped."""
    from tuning.harness import discovery, folder, tether
    from tuning.harness.options import Options
    from zoo import startup

    discovery.check(job)
    asked = Options(tuner, trials, executions, seed, budget)
    options.use_data_dir(data_dir)
    asked_for = given(tuner, trials, executions, budget, seed)
    place = out or Path(job)
    tether.end_on_sigterm()
    try:
        if workers is not None:
            raise typer.Exit(_launch(job, workers, asked_for, place))
        folder.check_free(place)
        startup.load_tensorflow()
        _search(job, asked, place, command(job, asked_for))
    except KeyboardInterrupt:
        to_go_on = command(job, asked_for | {"--workers": workers, "--data-dir": data_dir, "--out": out})
        typer.echo(f"Interrupted; what was trained is kept. To go on: {to_go_on}", err=True)
        raise typer.Exit(130) from None
    raise typer.Exit(concluded(place))


@app.command()
def status(job: JobName, out: Out = None) -> None:
    """Say how far a study is."""
    from tuning.harness import folder, results
    from tuning.harness.progress import best_so_far

    place, facts = _study(job, out)
    found = results.records(place)
    failed, pruned = len(found) - len(results.completed(found)), sum(map(results.is_pruned, found))
    state = "a process is at work on it" if folder.is_busy(place) else "no process is at work on it"
    typer.echo(
        f"{job}, {facts['tuner']} search in {place}: {len(found)} of {facts['trials']} trials have ended, "
        f"{failed} of them failed{f', {pruned} were pruned' if pruned else ''}{best_so_far(found)}; {state}."
    )


@app.command()
def report(job: JobName, out: Out = None) -> None:
    """Show a study's best trials, and write its report and its result files anew."""
    from tuning.harness import folder, results
    from tuning.harness import report as page
    from tuning.harness.errors import TuningError

    place, _ = _study(job, out)
    try:
        if not folder.is_busy(place):  # else its own process writes them after every trial
            results.write(place)
        written = page.write(place)
    except OSError as error:
        raise TuningError(f"{error.filename or place} cannot be written ({error.strerror})") from None
    status = concluded(place)
    typer.echo(f"Report: {written}, and for a code host {written.with_name(page.PAGE)}")
    raise typer.Exit(status)


@app.command()
def apply(
    job: JobName,
    top: Annotated[int, typer.Option(metavar="K", help="How many of the best trials to train anew.")] = 3,
    seeds: Annotated[int, typer.Option(metavar="N", help="Fresh random seeds for each; at least 6.")] = 6,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Even if the search has not had all its trials.")
    ] = False,
    data_dir: options.DataDir = None,
    out: Out = None,
    models: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder that gets the model's folder.")
    ] = None,
) -> None:
    """Train the best trials anew with fresh seeds, and make a pretrained model of the best of these."""
    from tuning.harness import tether
    from zoo.cli import applying

    tether.end_on_sigterm()
    options.use_data_dir(data_dir)
    place, _ = _study(job, out)
    again = {"--data-dir": data_dir, "--out": out, "--models": models}
    asked = applying.Asked(top, seeds, unfinished)
    applying.apply(job, asked, place, models, again, _versions())


def _study(job: str, out: Path | None):
    from tuning.harness import discovery, folder

    place = out or Path(discovery.check(job))
    return place, folder.require(place, job)


def _search(job: str, asked, place: Path, command: str) -> None:
    from tuning.harness import study
    from tuning.harness.progress import Progress

    console = printing.console()
    progress = Progress(
        lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True), console.status
    )
    study.run(job, asked, place, progress, made(command))


def made(command: str):
    """What a study's folder says of how it was made."""
    from tuning.harness import study

    here = {fact: value for fact, value in machine.describe().items() if fact != "host"}
    return study.Made(command, _versions(), here)


def _launch(job: str, workers: int, given: dict, place: Path) -> int:
    from zoo.cli import distributing

    return distributing.launch(job, workers, given, place)


def _versions() -> dict[str, str]:
    from importlib import metadata

    found = {each.name: each.version for each in metadata.distributions(name="optuna")}
    return machine.versions() | {"keras-tuner": metadata.version("keras-tuner")} | found


def concluded(place: Path) -> int:
    """Shows the best trials and where the files are; returns the exit status."""
    from tuning.harness import folder, results

    found, facts = results.records(place), folder.description(place)
    ranked = results.completed(found)
    rows = [_row(each, facts) for each in ranked[:SHOWN]]
    if rows:
        printing.show_table(("trial", f"{facts['metric']} (95 % interval)", "training", "values"), rows)
    for line in _said(place, facts, found, ranked):
        typer.echo(line, err=not ranked)
    return int(bool(found) and not ranked)


def _row(record, facts) -> tuple[str, str, str, str]:
    from tuning.harness.progress import duration, length, score, worded

    trained = duration(record["seconds"]) + length(record, facts.get("rounds"))
    return record["trial"], score(record), trained, worded(record["values"])


def _said(place, facts, found, ranked):
    from tuning.harness.failures import last_line

    failed = [each for each in found if each["status"] != "COMPLETED"]
    if len(ranked) > SHOWN:
        yield f"{len(ranked) - SHOWN} more in {place / 'results.csv'}."
    if failed:
        count = "Every trial" if not ranked else f"{len(failed)} of {len(found)} trials"
        reason = last_line(failed[-1]["failure"])
        yield f"{count} failed, the last one with: {reason} ({place / 'trials' / failed[-1]['trial']}.json)"
    if ranked:
        yield (
            f"Trial {ranked[0]['trial']} is the best of {len(found)} by the validation split; being "
            "the best of many, its score flatters it."
        )
    yield f"Results: {place / 'results.csv'}, {place / 'results.json'}, {place / 'executions.jsonl'}"


def given(tuner, trials, executions, budget, seed) -> dict:
    """What was asked of a search, by the names of the options."""
    return {
        "--tuner": tuner,
        "--trials": trials,
        "--executions": executions,
        "--budget": budget,
        "--seed": seed,
    }


def words(given: dict) -> list[str]:
    """Options as a command line has them, without those that were not given."""
    return [part for option, value in given.items() if value is not None for part in (option, str(value))]


def command(job: str, given: dict, name: str = "run") -> str:
    """What was asked for, as a line for a shell."""
    return shlex.join(["zoo", "tune", name, job, *words(given)])
