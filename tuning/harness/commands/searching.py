"""zoo tune list, run, status, report."""

from pathlib import Path

import typer

from tuning.harness.commands import request, showing
from zoo.cli import options, printing


def list_jobs() -> None:
    """List the search jobs."""
    from tuning.harness import discovery

    rows = []
    for name in discovery.names():
        summary = discovery.summary(name)
        rows.append((name, summary.title, summary.data, summary.time))
    printing.show_table(("job", "what is searched", "data", "time"), rows)


def run(
    job: request.JobName,
    tuner: request.Tuner = None,
    trials: request.Trials = None,
    executions: request.Executions = None,
    workers: request.Workers = None,
    budget: request.Budget = None,
    seed: request.Seed = None,
    data_dir: options.DataDir = None,
    out: request.Out = None,
) -> None:
    """Run a search, or go on with it: the same command continues where it stopped."""
    from tuning.harness import discovery
    from tuning.harness.search.options import Options

    discovery.check(job)
    asked = Options(tuner, trials, executions, seed, budget)
    options.use_data_dir(data_dir)
    named = request.name_options(tuner, trials, executions, budget, seed)
    place = out or Path(job)
    request.end_on_sigterm()
    try:
        if workers is not None:
            raise typer.Exit(_launch(job, workers, named, place))
        _search(job, asked, place, request.command_line(job, named))
    except KeyboardInterrupt:
        others = {"--workers": workers, "--data-dir": data_dir, "--out": out}
        again = request.command_line(job, named | others)
        typer.echo(f"Interrupted; what was trained is kept. To go on: {again}", err=True)
        raise typer.Exit(130) from None
    raise typer.Exit(showing.show_results(place))


def _launch(job: str, workers: int, named: dict, place: Path) -> int:
    from tuning.harness.commands import distributing

    return distributing.launch(job, workers, named, place)


def _search(job: str, asked, place: Path, command: str) -> None:
    from tuning.harness.reporting.progress import Progress
    from tuning.harness.store import folder
    from zoo import startup

    folder.refuse_busy(place)
    startup.load_tensorflow()
    from tuning.harness.search import study

    console = printing.console()

    def say(line):
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    circumstances = request.describe_circumstances(command)
    study.run(job, asked, place, Progress(say, console.status), circumstances)


def status(job: request.JobName, out: request.Out = None) -> None:
    """Say how far a study is."""
    from tuning.harness.reporting.progress import format_best
    from tuning.harness.store import folder, results

    place, facts = request.find_study(job, out)
    records = results.read_records(place)
    failed = len(records) - len(results.rank(records))
    pruned = sum(map(results.is_pruned, records))
    busy = "a" if folder.is_busy(place) else "no"
    parts = (
        f"{job}, {facts['tuner']} search in {place}: ",
        f"{len(records)} of {facts['trials']} trials have ended, {failed} of them failed",
        f", {pruned} were pruned" if pruned else "",
        format_best(records),
        f"; {busy} process is at work on it.",
    )
    typer.echo("".join(parts))


def report(job: request.JobName, out: request.Out = None) -> None:
    """Show a study's best trials, and write its report and its result files anew."""
    from tuning.harness.errors import TuningError
    from tuning.harness.reporting import report as page
    from tuning.harness.store import folder, results

    place, _ = request.find_study(job, out)
    try:
        if not folder.is_busy(place):  # else its own process writes them after every trial
            results.write(place)
        written = page.write(place)
    except OSError as error:
        file = error.filename2 or error.filename or place  # the second was to be replaced
        reason = f"{file} cannot be written ({error.strerror})"
        raise TuningError(reason) from None
    exit_status = showing.show_results(place)
    typer.echo(f"Report: {written}, and for a code host {written.with_name(page.PAGE)}")
    raise typer.Exit(exit_status)
