"""A cluster of processes of their own: a scheduler and two workers, one of them lost in the middle; the books are the same."""

import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import copytree

import psutil
import pytest

from sqa_lib.batch import BOOK, Event, Status, Task
from sqa_lib.batch.now import Now
from sqa_lib.batch.scheduler import run
from sqa_lib.batch.storage import Project, SharedFolder, Storage
from sqa_lib.batch.worker import ClusterError
from sqa_lib.batch.workers import Workers
from sqa_lib.build import Plan, Run
from sqa_lib.publication import published_statistics, stamp_of
from sqa_lib.report import load_report
from tests.batch.tasks import gives, waits_for
from tests.small_project import write, write_notebook, write_project

PROJECT = Path(__file__).parents[2]
CHART = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint(unit)"
UNITS = ("lavheden", "99000001")
ONE = [Task("a", "one", partial(gives, 1))]


# ---- a small report -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its statistics, and with what may not leave it."""
    root = write_project(tmp_path_factory.mktemp("computed"), sections=["pupils", "chart", "bad"], design={"logo": "logo.svg"})
    write_notebook(root, "02-chart", CHART)
    write_notebook(root, "03-bad", "raise ValueError('nothing to show here')")
    write(root / "logo.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>')
    write(root / "data" / "small" / "texts" / "lavheden" / "pupils.md", "Vi är {{ v('pupils') }}.")
    write(root / "data" / "small" / "texts" / "lavheden" / "by-mistake.csv", "a pupil's row")
    published_statistics(load_report("small", root), root)
    return root


@pytest.fixture
def root(computed: Path, tmp_path: Path) -> Path:
    return copytree(computed, tmp_path / "project")


def planned(root: Path, workers: Workers) -> Plan:
    report = load_report("small", root)
    published = published_statistics(report, root)
    now = Now(report, root, published, stamp_of(report, root))
    return Run(report, root, "embedded", {}, workers).plan(now, [published.tree[code] for code in UNITS], "2020/21")


def made(root: Path) -> dict[str, bytes]:
    """Every notebook and file of a book."""
    folder = root / "output" / "small"
    files = [path for kind in ("notebooks", "books") for path in (folder / kind).rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def build(tasks: tuple[Task, ...], workers: Workers, tell: Callable[[Event], None] = lambda event: None) -> dict[str, str]:
    """Task → error; what the tasks leave is collected."""
    errors = {}
    for task, result in run(tasks, workers, tell):
        workers.project.collect(task.leaves)
        errors[f"{task.unit}/{task.name}"] = result.error
    return errors


@pytest.fixture(scope="module")
def alone(computed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What this machine makes by itself."""
    root = copytree(computed, tmp_path_factory.mktemp("alone") / "project")
    with Workers(SharedFolder(root), 2) as workers:
        errors = build(planned(root, workers).tasks, workers)
    assert {task for task, error in errors.items() if error} == {f"{unit}/bad" for unit in UNITS}
    files = made(root)
    assert {f"notebooks/{unit}/{name}.ipynb" for unit in UNITS for name in ("pupils", "chart", "bad")} <= files.keys()
    assert {f"books/{unit}/_book/{unit}.pdf" for unit in UNITS} <= files.keys()
    return files


# ---- a cluster ------------------------------------------------------------------------------------------------------


@dataclass
class Cluster:
    """A scheduler on loopback, and workers as docs/cluster.md starts them."""

    folder: Path
    ends: ExitStack

    def __post_init__(self) -> None:
        local = ("--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0")
        self.scheduler = self._dask("scheduler", *local, "--scheduler-file", self.file)
        wait_until(lambda: Path(self.file).is_file() and Path(self.file).read_text().endswith("}"))

    @property
    def file(self) -> str:
        return str(self.folder / "scheduler.json")

    @property
    def address(self) -> str:
        return json.loads(Path(self.file).read_text())["address"]

    def worker(self, threads: int = 1) -> subprocess.Popen:
        return self._dask(
            "worker", "--scheduler-file", self.file, "--nthreads", str(threads), "--memory-limit", "0", "--no-dashboard",
            "--no-nanny", "--local-directory", str(self.folder),
        )  # fmt: skip

    def lose(self, event: Event) -> None:
        """End the worker of an event, as a machine is switched off."""
        psutil.Process(int(event.worker.split("/")[1])).kill()

    def _dask(self, *arguments: str) -> subprocess.Popen:
        path = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-m", "dask", *arguments]
        env = os.environ | {"PYTHONPATH": path, "DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION": "1.0"}
        process = subprocess.Popen(command, cwd=self.folder, env=env, stderr=subprocess.DEVNULL)
        self.ends.callback(end, process)
        return process


def end(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Two workers, elsewhere than the project."""
    (tmp_path / "elsewhere").mkdir()
    with ExitStack() as ends:
        started = Cluster(tmp_path / "elsewhere", ends)
        started.worker()
        started.worker()
        yield started


def seen_by(workers: Workers, count: int = 2) -> None:
    """Go on when so many workers are there."""
    workers.client(1).wait_for_workers(count, timeout=120)


# ---- the same books -------------------------------------------------------------------------------------------------


def test_a_worker_lost_in_the_middle_changes_no_byte(root: Path, cluster: Cluster, alone: dict[str, bytes]) -> None:
    told: list[Event] = []

    def tell(event: Event) -> None:
        if not told:
            cluster.lose(event)
        told.append(event)

    with Workers(SharedFolder(root), 1, cluster.address) as workers:
        seen_by(workers)
        errors = build(planned(root, workers).tasks, workers, tell)
    assert made(root) == alone
    assert {error for task, error in errors.items() if not task.endswith("/bad")} == {""}
    lost = told[0]
    again = [event for event in told if (event.unit, event.task) == (lost.unit, lost.task)]
    assert [event.status for event in again] == [Status.RUNNING, Status.RUNNING, Status.DONE]
    assert again[0].worker != again[1].worker == again[2].worker


def test_workers_that_do_not_see_the_project_get_it_through_a_storage(
    root: Path, cluster: Cluster, alone: dict[str, bytes], tmp_path: Path
) -> None:
    """All that the driver has is put away before the first notebook runs, and a worker is lost besides."""
    storage = Storage.of(f"file://{tmp_path}/storage", load_report("small", root), root)
    begun: list[Event] = []

    def tell(event: Event) -> None:
        if not begun:
            cluster.lose(event)
        begun.append(event)

    with Workers(storage, 1, cluster.address) as workers:
        tasks = planned(root, workers).tasks
        seen_by(workers)
        root.rename(tmp_path / "away")
        build(tasks, workers, tell)
    assert made(root) == alone
    assert all(event.content for event in begun if event.status is Status.DONE and event.task != BOOK)
    assert not list(cluster.folder.rglob("by-mistake.csv"))
    left = sorted(path.relative_to(tmp_path / "storage").as_posix() for path in (tmp_path / "storage").rglob("*"))
    assert left == [storage.digest, f"{storage.digest}/project.tar"]


def test_a_book_is_made_with_notebooks_that_were_run_before(
    root: Path, cluster: Cluster, alone: dict[str, bytes], tmp_path: Path
) -> None:
    storage = Storage.of(f"file://{tmp_path}/storage", load_report("small", root), root)
    for name in (name for name in alone if name.startswith("notebooks/")):
        write(root / "output" / "small" / name, alone[name].decode())
    with Workers(storage, 1, cluster.address) as workers:
        plan = planned(root, workers)
        (book,) = (task for task in plan.tasks if task.unit == "lavheden" and task.name == BOOK)
        workers.client(1)
        for job in plan.jobs:
            storage.give(job.output)
        book = Task(book.unit, book.name, book.run, leaves=book.leaves)
        assert build((book,), workers) == {"lavheden/book": ""}
    ours = made(root)
    for name in ("books/lavheden/index.qmd", "books/lavheden/chart.qmd"):
        assert ours[name] == alone[name]


# ---- what leaves the machine ----------------------------------------------------------------------------------------


def test_a_storage_holds_what_notebooks_read_and_no_microdata(root: Path, tmp_path: Path) -> None:
    storage = Storage.of(f"file://{tmp_path}/storage", load_report("small", root), root)
    with storage.opened():
        (kept,) = (path for path in (tmp_path / "storage").rglob("*") if path.is_file())
        with tarfile.open(kept) as tar:
            held = {entry.name for entry in tar.getmembers()}
    assert held == {
        "params/small.yml",
        "logo.svg",
        "notebooks/01-pupils.ipynb",
        "notebooks/02-chart.ipynb",
        "notebooks/03-bad.ipynb",
        "data/small/texts/lavheden/pupils.md",
        "output/small/statistics/published.parquet",
        "output/small/statistics/contents.json",
        "output/small/statistics/units.json",
        "output/small/statistics/coverage.json",
        "output/small/statistics/rejected.json",
        "output/small/statistics/fingerprint.json",
    }


def test_the_same_content_has_the_same_place_and_other_content_another(root: Path, tmp_path: Path) -> None:
    report, url = load_report("small", root), f"file://{tmp_path}/storage"
    first, again = Storage.of(url, report, root), Storage.of(url, report, root)
    assert first.digest == again.digest and first.run != again.run
    write(root / "data" / "small" / "texts" / "lavheden" / "pupils.md", "En annan text.")
    assert Storage.of(url, report, root).digest != first.digest


@pytest.mark.parametrize("url", ["nosuch://bucket/folder", "file:///proc/none"])
def test_a_storage_that_cannot_be_used_is_named(url: str, root: Path) -> None:
    with pytest.raises(ClusterError, match=url), Storage.of(url, load_report("small", root), root).opened():
        pass


# ---- workers that can't be used -------------------------------------------------------------------------------------


class Unmarked(SharedFolder):
    """A folder of which other machines have another one of the same path."""

    def opened(self) -> AbstractContextManager[None]:
        return nullcontext()


def refusal(project: Project, cluster: Cluster) -> str:
    with Workers(project, 1, cluster.address) as workers, pytest.raises(ClusterError) as refused:
        list(run(ONE, workers))
    return str(refused.value)


def test_workers_that_do_not_see_the_project_or_are_of_another_version_are_refused(
    root: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workers(SharedFolder(root), 1, cluster.address) as workers:
        seen_by(workers)
    assert f"does not see the project's folder {root}; share it, or use --storage" in refusal(Unmarked(root), cluster)
    monkeypatch.setattr("sqa_lib.batch.workers.library_version", lambda: "0" * 64)
    assert "has another version of sqa_lib or of its packages" in refusal(SharedFolder(root), cluster)


def test_a_worker_that_comes_later_and_cannot_be_used_is_sent_away(root: Path, cluster: Cluster, tmp_path: Path) -> None:
    """It comes while a task waits, and is gone before the task goes on."""
    go, began = tmp_path / "go", tmp_path / "began"
    with Workers(SharedFolder(root), 1, cluster.address) as workers:
        seen_by(workers)
        going = run([Task("a", "one", partial(waits_for, go, began)), Task("b", "one", partial(gives, 2))], workers)
        assert next(going)[0].unit == "b"
        assert cluster.worker(threads=2).wait(timeout=120) is not None
        go.touch()
        assert next(going)[1].error == ""


def test_a_scheduler_that_is_lost_ends_the_run_with_what_to_do(root: Path, cluster: Cluster, tmp_path: Path) -> None:
    go, began = tmp_path / "go", tmp_path / "began"
    with Workers(SharedFolder(root), 1, cluster.address) as workers:
        seen_by(workers)
        going = run([Task("a", "one", partial(waits_for, go, began)), Task("b", "one", partial(gives, 2))], workers)
        assert next(going)[0].unit == "b"
        cluster.scheduler.kill()
        with pytest.raises(ClusterError, match="the scheduler was lost; what is done is kept, run the same command again"):
            next(going)
        go.touch()
