"""The progress bar counts right, and nothing is written where nobody watches."""

import threading
import time

import pytest
import rich.console

from zoo.engine.progress import Progress, study_progress
from zoo.engine.settings import using


@pytest.fixture
def terminal(monkeypatch):
    """Make the error stream look like a terminal."""
    monkeypatch.setattr(rich.console.Console, "is_terminal", property(lambda self: True))


def train_two_members(name="depth 3"):
    """Go through the motions of a study: two members of 100 steps, one of which was found finished."""
    with study_progress(name, {1: 100, 2: 100}) as progress:
        progress.finished(1)
        progress.advanced(2, 60)
        progress.advanced(2, 40)
        progress.finished(2)
    return progress


def test_nothing_is_written_where_the_output_is_no_terminal(capfd):
    assert train_two_members().done == 2
    assert capfd.readouterr() == ("", "")


def test_a_terminal_shows_the_studys_name_and_its_finished_members(terminal, capsys):
    train_two_members()
    printed, bar = capsys.readouterr()
    assert printed == ""
    assert "depth 3" in bar
    assert "2/2 members" in bar


def test_a_terminal_stays_empty_where_progress_is_switched_off(terminal, capsys):
    with using(progress=False):
        train_two_members()
    assert capsys.readouterr() == ("", "")


def counted(*calls):
    """Return (members done, steps shown) after the calls, for three members of 100 steps, and one of 20."""
    shown = []
    progress = Progress({1: 100, 2: 100, 3: 100, 7: 20}, lambda _, steps: shown.append(steps))
    for method, *arguments in calls:
        getattr(progress, method)(*arguments)
    return progress.done, sum(shown)


def test_a_member_that_is_found_counts_with_all_its_steps():
    assert counted(("finished", 3)) == (1, 100)
    assert counted(("finished", 7)) == (1, 20)


def test_a_member_that_goes_on_from_a_checkpoint_counts_with_all_its_steps_in_the_end():
    assert counted(("advanced", 3, 30)) == (0, 30)
    assert counted(("advanced", 3, 30), ("finished", 3)) == (1, 100)


def test_members_are_counted_apart():
    calls = [
        ("advanced", 1, 50),
        ("advanced", 2, 100),
        ("advanced", 1, 50),
        ("finished", 2),
        ("finished", 1),
    ]
    assert counted(*calls, ("finished", 3)) == (3, 300)


def test_no_step_is_lost_when_several_threads_report():
    shown = []
    progress = Progress(dict.fromkeys(range(4), 1000), lambda _, steps: shown.append(steps))

    def report(seed):
        for _ in range(1000):
            progress.advanced(seed, 1)
        progress.finished(seed)

    threads = [threading.Thread(target=report, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (progress.done, sum(shown)) == (4, 4000)


def test_the_pace_is_of_what_is_trained_now_and_not_of_members_that_were_found(monkeypatch):
    clock = iter([10.0, 14.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    progress = Progress({1: 100, 2: 100, 3: 100})
    progress.finished(1)
    progress.advanced(2, 60)
    progress.advanced(3, 20)
    assert progress.pace() == 20.0
