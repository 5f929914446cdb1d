"""One scheduler: tasks in the order of their units, each after those that it needs; what fails or is lost stops no other."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest
from distributed import Client, Scheduler

from sqa_lib.batch import Event, Result, Status, Task
from sqa_lib.batch.scheduler import run
from sqa_lib.batch.storage import SharedFolder
from sqa_lib.batch.worker import ClusterError
from sqa_lib.batch.workers import Workers
from tests.batch.tasks import dies, fails, gives, gives_a_lock, keeps, notes, sees, takes_memory, waits_for

PROJECT = Path(__file__).parents[2]
KILLED = "each process that ran it was lost"


@pytest.fixture
def project(tmp_path: Path) -> SharedFolder:
    return SharedFolder(tmp_path)


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    with Workers(SharedFolder(tmp_path_factory.mktemp("project")), 2) as two:
        yield two


def results(some: list[Task], workers: Workers, told: list[Event] | None = None) -> dict[str, Result]:
    tell = told.append if told is not None else (lambda event: None)
    return {f"{task.unit}/{task.name}": result for task, result in run(some, workers, tell)}


def unit(code: str, **runs: partial) -> list[Task]:
    """Sections, and a book after them."""
    return [*(Task(code, name, run) for name, run in runs.items()), Task(code, "book", sees, after=tuple(runs))]


# ---- order ----------------------------------------------------------------------------------------------------------


def test_a_task_gets_the_results_of_those_before_it(workers: Workers) -> None:
    found = results(unit("a", one=partial(gives, 1), two=partial(gives, 2)), workers)
    assert found["a/book"].value == {"one": 1, "two": 2}


def test_a_units_book_is_made_while_other_units_sections_run(workers: Workers, tmp_path: Path) -> None:
    """b's section waits until somebody has seen a's book."""
    go, began = tmp_path / "go", tmp_path / "began"
    order = []
    for task, _ in run([*unit("a", one=partial(gives, 1)), *unit("b", one=partial(waits_for, go, began))], workers):
        order.append(f"{task.unit}/{task.name}")
        if order[-1] == "a/book":
            go.touch()
    assert order == ["a/one", "a/book", "b/one", "b/book"]


def test_units_are_over_one_after_the_other(project: SharedFolder) -> None:
    with Workers(project, 1) as one:
        many = [task for code in ("c", "a", "b") for task in unit(code, **{f"s{i}": partial(gives, i) for i in range(5)})]
        order = [(task.unit, task.name) for task, _ in run(many, one)]
    assert [unit for unit, name in order if name != "book"] == ["c"] * 5 + ["a"] * 5 + ["b"] * 5
    assert [unit for unit, name in order if name == "book"] == ["c", "a", "b"]
    assert order.index(("c", "book")) < order.index(("b", "s0"))


def test_tasks_are_handed_over_little_by_little(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqa_lib.batch.scheduler.IN_FLIGHT", 3)
    client = workers.client(1)
    some = [Task(f"u{i:02}", "one", partial(gives, i)) for i in range(40)]
    had = [len(client.futures) for _ in run(some, workers)]
    assert len(had) == 40
    assert max(had) <= 10  # what is over is let go of a moment later


def test_a_task_that_needs_one_which_is_not_there_is_refused_before_anything_runs(workers: Workers, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    with pytest.raises(ValueError, match="a/book comes after other, which is not before it"):
        list(run([Task("a", "one", partial(notes, ran)), Task("a", "book", sees, after=("other",))], workers))
    assert not ran.exists()


def test_nothing_to_do_starts_no_process(project: SharedFolder) -> None:
    before = psutil.Process().children(recursive=True)
    with Workers(project, 2) as none:
        assert list(run([], none)) == []
        assert psutil.Process().children(recursive=True) == before


# ---- failures -------------------------------------------------------------------------------------------------------


def test_a_task_that_raises_is_told_of_in_one_line_and_stops_no_other(workers: Workers) -> None:
    found = results([*unit("a", bad=partial(fails), good=partial(gives, 1)), *unit("b", good=partial(gives, 2))], workers)
    assert found["a/bad"].error == "ValueError: nothing to show here and a second line"
    assert found["a/book"].value == {"bad": "ValueError: nothing to show here and a second line", "good": 1}
    assert found["b/book"].value == {"good": 2}


def test_a_result_that_cannot_be_sent_is_a_failure(workers: Workers) -> None:
    found = results(unit("a", bad=gives_a_lock, good=partial(gives, 1)), workers)
    assert found["a/bad"].error == "TypeError: cannot pickle '_thread.lock' object"
    assert found["a/good"].value == 1


def test_a_lost_process_costs_its_task_a_new_try_and_no_other_anything(workers: Workers, tmp_path: Path) -> None:
    others = {f"s{i}": partial(notes, tmp_path / f"s{i}") for i in range(6)}
    found = results(unit("a", lost=partial(dies, tmp_path / "tried", 1), **others), workers)
    assert {result.error for result in found.values()} == {""}
    assert found["a/lost"].value == "whole"
    assert (tmp_path / "tried").read_text() == ".."
    assert {(tmp_path / name).read_text() for name in others} == {"ran\n"}


def test_a_task_that_ends_every_process_fails_in_the_end_and_only_it(workers: Workers, tmp_path: Path) -> None:
    others = {f"s{i}": partial(notes, tmp_path / f"s{i}") for i in range(3)}
    told: list[Event] = []
    found = results(unit("a", killer=partial(dies, tmp_path / "tried", 1_000), **others), workers, told)
    assert found["a/killer"].error.startswith(KILLED)
    assert found["a/book"].value == {"killer": found["a/killer"].error} | dict.fromkeys(others)
    assert 2 <= len((tmp_path / "tried").read_text()) <= 6
    assert [event.task for event in told if event.status is Status.FAILED] == ["killer"]


# ---- what is told ---------------------------------------------------------------------------------------------------


def test_each_task_is_told_of_when_it_begins_and_when_it_is_over(workers: Workers) -> None:
    told: list[Event] = []
    some = [Task("a", "one", partial(takes_memory, 300), why="new"), Task("a", "bad", fails), Task("a", "kept", keeps)]
    results(some, workers, told)
    begun = {event.task: event for event in told if event.status is Status.RUNNING}
    over = {event.task: event for event in told if event.status is not Status.RUNNING}
    assert {name: event.status for name, event in over.items()} == {
        "one": Status.DONE,
        "bad": Status.FAILED,
        "kept": Status.KEPT,
    }
    assert [begun["one"].why, over["one"].why, over["kept"].why] == ["new", "new", ""]
    assert over["bad"].error == "ValueError: nothing to show here and a second line"
    assert (over["kept"].warnings, over["kept"].content) == (("look",), "abc")
    for name in over:
        assert told.index(begun[name]) < told.index(over[name])
        assert begun[name].worker == over[name].worker
        assert over[name].worker.split("/")[0] == socket.gethostname()
    assert over["one"].seconds > 0


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how much memory a process had at most")
def test_the_peak_of_memory_is_the_tasks_own(workers: Workers) -> None:
    told: list[Event] = []
    results(unit("a", much=partial(takes_memory, 500)), workers, told)
    results(unit("a", little=partial(takes_memory, 1)), workers, told)
    peak = {event.task: event.peak_memory for event in told if event.status is Status.DONE}
    assert peak["much"] > 500 * 2**20 > peak["little"] > 2**20


# ---- the end --------------------------------------------------------------------------------------------------------


def test_who_stops_asking_ends_the_run(project: SharedFolder, tmp_path: Path) -> None:
    """One process: what is first is over, what is second waits, nothing else has begun."""
    go, began, ran = tmp_path / "go", tmp_path / "began", tmp_path / "ran"
    first, second = Task("a", "first", partial(gives, 1)), Task("b", "second", partial(waits_for, go, began))
    later = [Task("c", f"later-{i}", partial(notes, ran)) for i in range(5)]
    with Workers(project, 1) as one:
        found = run([first, second, *later], one)
        assert next(found)[0] is first
        found.close()
        wait_until(lambda: one.client(1).run_on_scheduler(known_tasks) <= 2)  # of the first there is only a result
        go.touch()
        assert results([Task("d", "next", partial(gives, 4))], one)["d/next"].value == 4  # the same process goes on
    assert not ran.exists()


def known_tasks(dask_scheduler: Scheduler) -> int:
    return len(dask_scheduler.tasks)


def wait_until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)


STOPPED = """
import sys
from functools import partial
from pathlib import Path
from sqa_lib.batch import Task
from sqa_lib.batch.scheduler import run
from sqa_lib.batch.storage import SharedFolder
from sqa_lib.batch.workers import Workers
from tests.batch.tasks import waits_for

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with Workers(SharedFolder(folder), 2) as workers:
        list(run([Task("a", str(i), partial(waits_for, folder / "never", folder / f"{i}.began")) for i in range(6)], workers))
"""


@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_run_that_is_ended_leaves_no_process(tmp_path: Path, how: str) -> None:
    (tmp_path / "stopped.py").write_text(STOPPED)
    path = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
    driver = subprocess.Popen(
        [sys.executable, str(tmp_path / "stopped.py"), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": path}, start_new_session=True, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until(lambda: len(list(tmp_path.glob("*.began"))) == 2)
    family = psutil.Process(driver.pid).children(recursive=True)
    if how == "SIGINT":
        os.killpg(driver.pid, signal.SIGINT)  # as Ctrl-C in a terminal does
    else:
        driver.send_signal(getattr(signal, how))
    _, errors = driver.communicate(timeout=60)
    assert psutil.wait_procs(family, timeout=30)[1] == []
    assert len(list(tmp_path.glob("*.began"))) == 2
    if how == "SIGINT":
        assert errors.rstrip().endswith("KeyboardInterrupt") and errors.count("Traceback") == 1


# ---- who may listen and speak ---------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what a process listens on without being root")
def test_processes_on_this_machine_listen_on_loopback_only_and_speak_with_nobody_else(workers: Workers) -> None:
    results([Task("a", "one", partial(gives, 1)), Task("b", "one", partial(gives, 1))], workers)
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = [c.laddr for process in family for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert listening and {address.ip for address in listening} == {"127.0.0.1"}
    address = workers.client(1).scheduler.address
    with pytest.raises(OSError):
        Client(address.replace("tls://", "tcp://"), timeout=2)
    with pytest.raises((OSError, TypeError)):
        Client(address, timeout=2)


def test_a_scheduler_that_does_not_answer_is_named(project: SharedFolder) -> None:
    with socket.socket() as nobody_listens:  # but the port is taken, so that no other process gets it meanwhile
        nobody_listens.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{nobody_listens.getsockname()[1]}"
        with (
            Workers(project, 1, address, patience=1) as none,
            pytest.raises(ClusterError, match=f"{address}: no Dask scheduler answers"),
        ):
            list(run([Task("a", "one", partial(gives, 1))], none))


def test_a_run_that_has_no_worker_left_and_gets_none_ends_in_words(
    project: SharedFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workers(project, 1) as one:
        cluster = one.client(1).cluster

        def end_the_only_one(event: Event) -> None:
            cluster.scale(0)  # so that no other comes
            os.kill(int(event.worker.partition("/")[2]), signal.SIGKILL)

        monkeypatch.setattr("sqa_lib.batch.scheduler.PATIENCE", 1)
        monkeypatch.setattr("sqa_lib.batch.workers.START_SECONDS", 2)
        begun = Task("a", "one", partial(waits_for, tmp_path / "never", tmp_path / "began"))
        with pytest.raises(ClusterError, match="no worker process was ready within 2 seconds on this machine"):
            list(run([begun], one, end_the_only_one))
