"""What executing notebooks costs: by papermill, by our engine, and the bare cells, which nothing can be faster than.

`python -m benchmarks.execution [--units lulea hob 99001022] [--sections health-cases …] [--workers N]`: the same notebooks, on
the same cores, one way after another. The report's statistics must have been computed.
"""

import argparse
import gc
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import papermill
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from rich.console import Console
from rich.table import Table

from benchmarks.memory import peak_memory
from sqa_lib import boundary
from sqa_lib.batch import Job, plan
from sqa_lib.batch.execute import execute
from sqa_lib.publication import kept_statistics
from sqa_lib.report import load_report, project_root
from sqa_lib.warm.forks import zygote
from sqa_lib.zygote.warm_up import warm_up

REPORT = "lulea-2020-21"
BARE, ALONE = "bare cells", "papermill, several at a time"
ONE, POOL = "papermill, one after another", "papermill, in a pool of processes"
COLD, WARM = "ours, cold: with the start of the warm process", "ours, warm"


@dataclass(frozen=True)
class Cost:
    """Of so many notebooks. seconds: until all were done; cpu: seconds of processor time of all processes; memory: bytes, the
    most that all of them had at a time."""

    notebooks: int
    workers: int
    seconds: float
    cpu: float
    memory: int

    @property
    def each(self) -> float:
        """Seconds that one notebook keeps a worker busy."""
        return self.seconds * self.workers / self.notebooks

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.notebooks


def jobs_of(units: Sequence[str], sections: Sequence[str], root: Path, folder: Path) -> list[Job]:
    """The notebooks of these units (all sections when none is named), to be written below `folder`."""
    report = load_report(REPORT, root)
    tree = kept_statistics(report, root).tree
    jobs = plan(report, root, [tree[code] for code in units], report.school_year)
    chosen = [job for job in jobs if not sections or job.section in sections]
    return [replace(job, output=folder / job.unit.code / job.output.name) for job in chosen]


def papermill_alone(jobs: Sequence[Job], root: Path, workers: int) -> Cost:
    """A new kernel for each notebook, as papermill does by itself; several are asked for by threads of one process."""
    return _cost(lambda: _in_threads(partial(_papermill, root=root), jobs, workers), len(jobs), workers)


def papermill_pool(jobs: Sequence[Job], root: Path, workers: int) -> Cost:
    """A new kernel for each notebook, asked for by processes, whose start counts."""

    def run() -> None:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            list(pool.map(partial(_papermill, root=root), jobs))

    return _cost(run, len(jobs), workers)


def _papermill(job: Job, root: Path) -> None:
    job.output.parent.mkdir(parents=True, exist_ok=True)
    # `resources` instead of `cwd`, which would move the whole process while other threads run
    where = {"metadata": {"path": str(root)}}
    papermill.execute_notebook(job.notebook, job.output, dict(job.parameters), progress_bar=False, resources=where)


def ours_cold(jobs: Sequence[Job], root: Path, workers: int) -> Cost:
    """Forks of a warm process, from its start to its end, as the first run has it."""

    def run() -> None:
        zygote()
        _in_threads(partial(_execute, root=root), jobs, workers)
        zygote().close()

    return _cost(run, len(jobs), workers)


def ours_warm(jobs: Sequence[Job], root: Path, workers: int) -> Cost:
    """Forks of a warm process; starting it, once a run, is left out."""
    start = _cost(_start_and_end, 1, 1)
    zygote()
    cost = _cost(lambda: _in_threads(partial(_execute, root=root), jobs, workers), len(jobs), workers)
    ended = _cost(lambda: zygote().close(), 1, 1)  # what its forks took is known when it has ended
    return replace(cost, cpu=cost.cpu + ended.cpu - start.cpu)


def _execute(job: Job, root: Path) -> None:
    if error := execute(job, root).error:
        raise RuntimeError(f"{job.output}: {error}")


def _start_and_end() -> None:
    zygote().close()


def bare_cells(jobs: Sequence[Job], root: Path, workers: int) -> Cost:
    """The code of the cells by `exec` in forks of a warm process, with the boundary closed; nothing is captured or kept."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_bare_cells, [_cells(job) for job in jobs], root, workers).result()


def _bare_cells(notebooks: Sequence[Sequence[str]], root: Path, workers: int) -> Cost:
    warm_up()
    gc.collect()
    gc.freeze()
    return _cost(lambda: _in_forks([partial(_exec, cells, root) for cells in notebooks], workers), len(notebooks), workers)


def _cells(job: Job) -> list[str]:
    notebook = parameterize_notebook(load_notebook_node(str(job.notebook)), dict(job.parameters))
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def _exec(cells: Sequence[str], root: Path) -> None:
    os.chdir(root)
    boundary.close(root)
    names: dict[str, object] = {"__name__": "__main__"}
    for code in cells:
        exec(code, names)


def _in_threads(run: Callable[[Job], None], jobs: Sequence[Job], workers: int) -> None:
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, jobs))


def _in_forks(tasks: Sequence[Callable[[], None]], workers: int) -> None:
    for number, task in enumerate(tasks):
        if number >= workers:
            _await_one()
        if not os.fork():
            _end_after(task)
    for _ in tasks[:workers]:
        _await_one()


def _await_one() -> None:
    if os.wait()[1]:
        raise RuntimeError("the cells of a notebook failed")


def _end_after(task: Callable[[], None]) -> None:
    """In a fork: what it prints goes nowhere."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        task()
        code = 0
    finally:
        os._exit(code)


def _cost(run: Callable[[], None], notebooks: int, workers: int) -> Cost:
    with peak_memory() as peak:
        started, before = time.perf_counter(), os.times()
        run()
        after, seconds = os.times(), time.perf_counter() - started
    return Cost(notebooks, workers, seconds, sum(after[:4]) - sum(before[:4]), peak.bytes)


def comparison(costs: Mapping[str, Cost]) -> Table:
    """All ways side by side; the seconds of one notebook are those that it keeps a worker busy."""
    alone, bare = costs[ALONE], costs[BARE]
    heads = (
        "way",
        "at a time",
        "seconds",
        "a notebook",
        "of papermill",
        "of the cells",
        "CPU a notebook",
        "of papermill",
        "of the cells",
        "memory",
    )
    table = Table(*heads, title=f"Executing {alone.notebooks} notebooks")
    for name, cost in costs.items():
        table.add_row(
            name,
            str(cost.workers),
            f"{cost.seconds:.1f}",
            f"{cost.each:.2f} s",
            f"{cost.each / alone.each:.3f}",
            f"{cost.each / bare.each:.2f}",
            f"{cost.cpu_each:.2f} s",
            f"{cost.cpu_each / alone.cpu_each:.3f}",
            f"{cost.cpu_each / bare.cpu_each:.2f}",
            f"{cost.memory / 1_000_000:,.0f} MB",
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", nargs="+", default=["lulea", "hob", "99001022"])
    parser.add_argument("--sections", nargs="+", default=[], help="only these")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="notebooks at a time")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    root, workers = project_root(), options.workers
    with TemporaryDirectory(prefix="sqa-") as folder:
        jobs = jobs_of(options.units, options.sections, root, Path(folder))
        costs = {
            BARE: bare_cells(jobs, root, workers),
            WARM: ours_warm(jobs, root, workers),
            COLD: ours_cold(jobs, root, workers),
            POOL: papermill_pool(jobs, root, workers),
            ALONE: papermill_alone(jobs, root, workers),
            ONE: papermill_alone(jobs, root, 1),
        }
    Console(width=200).print(comparison(costs))
    if options.json:
        options.json.write_text(
            json.dumps({name: asdict(cost) for name, cost in costs.items()}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
