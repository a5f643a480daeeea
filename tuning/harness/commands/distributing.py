"""zoo tune chief, zoo tune worker, and the launcher of both on this machine."""

import functools
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from tuning.harness.commands import request, showing
from zoo.cli import options

Listen = Annotated[
    str,
    typer.Option(
        metavar="HOST:PORT",
        help="Where workers ask. The port has no authentication: open it to a private network only.",
    ),
]


def chief(
    job: request.JobName,
    listen: Listen = "127.0.0.1:7017",
    tuner: request.Tuner = None,
    trials: request.Trials = None,
    executions: request.Executions = None,
    budget: request.Budget = None,
    seed: request.Seed = None,
    data_dir: options.DataDir = None,
    out: request.Out = None,
    launched_with: Annotated[int | None, typer.Option(hidden=True)] = None,
    launched_at: Annotated[float | None, typer.Option(hidden=True)] = None,
) -> None:
    """Hand out the trials of a search to workers on several machines, which share the study's
    folder."""
    from tuning.harness import discovery
    from tuning.harness.distributing import addresses
    from tuning.harness.search.options import Options
    from tuning.harness.store import folder

    discovery.check(job)
    asked = Options(tuner, trials, executions, seed, _remaining_budget(budget, launched_at))
    addresses.check_address(listen, "--listen")
    options.use_data_dir(data_dir)
    given = request.name_options(tuner, trials, executions, budget, seed)
    place = out or Path(job)
    folder.refuse_busy(place)
    os.environ["CUDA_VISIBLE_DEVICES"] = (
        "-1"  # trains nothing, and would take the memory of a GPU
    )
    if launched_with is None:
        _say(_warn_about_port(listen))
        command = request.command_line(job, given, "chief")
    else:
        command = request.command_line(job, given | {"--workers": launched_with})
    try:
        _begin(tied=launched_with is not None)
        _serve(job, asked, place, command, listen, launched_with is not None)
    except KeyboardInterrupt:
        if launched_with is None:
            _say("Interrupted; what was trained is kept. The same command goes on.")
        raise typer.Exit(130) from None
    raise typer.Exit(showing.show_results(place) if launched_with is None else 0)


def worker(
    job: request.JobName,
    chief: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where the chief listens.")],
    id: Annotated[
        str,
        typer.Option(help="Such as worker-03: no two at once, and after a crash the same."),
    ],
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Executions at the same time (default: one per core)."),
    ] = None,
    data_dir: options.DataDir = None,
    out: request.Out = None,
    launched: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Train the trials that a chief hands out; the study's folder must be the chief's."""
    from tuning.harness import discovery
    from tuning.harness.distributing import addresses

    discovery.check(job)
    addresses.check_address(chief, "--chief")
    addresses.check_id(id)
    options.use_data_dir(data_dir)
    try:
        _begin(tied=launched)
        say = (lambda line: None) if launched else (lambda line: _say(f"{id}: {line}"))
        count = _work(job, out or Path(job), chief, id, threads, say)
    except KeyboardInterrupt:
        if not launched:
            _say(
                f"{id} was interrupted; its trial is left to others. The same command goes on."
            )
        raise typer.Exit(130) from None
    if not launched:
        _say(f"{id}: {_describe_end(count)}")


def launch(job: str, workers: int, given: dict, place: Path) -> int:
    """Runs a chief and workers as child processes; returns the exit status.

    Raises:
        TuningError: for a number of workers below 1.
        KeyboardInterrupt: on Ctrl-C, after all have ended.
    """
    from tuning.harness.distributing import addresses, launching, shared_folder
    from tuning.harness.errors import TuningError
    from tuning.harness.store import folder, results

    if workers < 1:
        raise TuningError(f"--workers must be at least 1, not {workers}")
    launching.wait_until_free(place, _say)
    folder.refuse_busy(place)
    address = addresses.free()
    launched = {"--launched-with": workers, "--launched-at": time.time()}
    serve = request.to_words(given | launched | {"--listen": address, "--out": place})
    head = launching.Child(
        "chief",
        _zoo("chief", job, serve),
        progress=functools.partial(launching.events, place),
    )
    watch = launching.Watch(
        functools.partial(launching.answers, address),
        functools.partial(shared_folder.is_complete, place),
    )
    code = launching.supervise(head, _crew(job, workers, address, place), watch, _say)
    if code:
        return code
    results.write(place)
    return showing.show_results(place)


def _crew(job: str, workers: int, address: str, place: Path) -> list:
    from tuning.harness.distributing import launching
    from zoo.engine.machine import cores

    threads = launching.threads(workers, cores())
    crew = []
    for number, environment in enumerate(
        launching.devices(workers, launching.gpus()), start=1
    ):
        name = f"worker-{number:02d}"
        work = request.to_words(
            {"--chief": address, "--id": name, "--threads": threads, "--out": place}
        )
        begun = functools.partial(launching.count_begun, place, name)
        crew.append(
            launching.Child(
                name, _zoo("worker", job, [*work, "--launched"]), begun, environment
            )
        )
    return crew


def _zoo(command: str, job: str, more) -> list[str]:
    return [sys.executable, "-m", "zoo.cli", "tune", command, job, *more]


def _remaining_budget(budget: float | None, began: float | None) -> float | None:
    """What a chief that is started again has left of the minutes that its launcher was given."""
    if budget is None or began is None:
        return budget
    return max(budget - (time.time() - began) / 60, 1e-9)


def _begin(tied: bool) -> None:
    from tuning.harness.distributing import tether
    from zoo import startup

    os.environ.setdefault(
        "GRPC_VERBOSITY", "NONE"
    )  # what it would say, an error of ours says in one line
    request.end_on_sigterm()
    if tied:
        tether.tie()
    startup.load_tensorflow()


def _serve(job: str, asked, place: Path, command: str, address: str, launched: bool) -> None:
    from tuning.harness.distributing import chief, tether
    from tuning.harness.reporting.progress import Progress

    parting = tether.GRACE if launched else 0.0
    chief.run(
        address,
        job,
        asked,
        place,
        Progress(_say),
        request.describe_circumstances(command),
        parting=parting,
    )


def _describe_end(count: int | None) -> str:
    if count is None:
        return "no chief answers, and none is needed: the study is complete."
    return f"{count} trial{'' if count == 1 else 's'} trained; the chief has no more."


def _work(
    job: str, place: Path, address: str, name: str, threads: int | None, say
) -> int | None:
    from tuning.harness.distributing import service, shared_folder, worker

    client = service.Client(
        address, name, is_over=functools.partial(shared_folder.is_complete, place)
    )
    with client.channel:
        return worker.run(job, place, client, threads, say)


def _warn_about_port(address: str) -> str:
    from tuning.harness.distributing import addresses

    if addresses.is_loopback(address):
        return (
            f"Workers ask at {address}, which only this machine can reach, since the port has no "
            "authentication; for workers elsewhere in a private network: --listen HOST:PORT."
        )
    return (
        f"Workers ask at {address}. The port has no authentication: whoever can reach it can steer this "
        "study, so it must be one of a private network."
    )


def _say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()
