"""What a unit's book costs as the report grows: the same number of schools' books, made in reports of different sizes.

`python -m benchmarks.books [--sizes 10 40 170 1700] [--units 10] [--jobs N] [--formats html pdf]`; `--units 0` makes every
unit's book. The report's statistics must have been computed. Each size is a report of its own (`benchmarks.authority`) in a
process of its own, and is built twice: all anew, then with nothing changed. Where Quarto is found it publishes once more.
"""

import argparse
import json
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Column, Table

from benchmarks.authority import write_authority
from benchmarks.memory import peak_memory
from sqa_lib.batch.event import BOOK, Event, Status
from sqa_lib.batch.lock import only_build
from sqa_lib.batch.now import Now
from sqa_lib.batch.storage import SharedFolder
from sqa_lib.batch.workers import Workers
from sqa_lib.build import Run
from sqa_lib.publication import kept_statistics, stamp_of
from sqa_lib.report import Report
from sqa_lib.units import Unit, UnitTree

COUNTRY = 5_116
"""Compulsory school units in Sweden, as Skolverket's file has them."""


@dataclass(frozen=True)
class Cost:
    """Of one size.

    publisher: embedded or quarto; schools: of the report; units, sections: that were made; plan, wall, again: seconds of
    planning, of making all and of a second run with nothing changed; execute, publish: seconds that a unit's sections, or its
    book, keep a worker busy, the mean; memory: bytes, the most that all processes had at a time.
    """

    publisher: str
    schools: int
    units: int
    sections: int
    jobs: int
    plan: float
    wall: float
    again: float
    execute: float
    publish: float
    memory: int

    @property
    def each(self) -> float:
        """Seconds of a worker for one unit, all counted."""
        return self.wall * self.jobs / self.units


def cost_of(schools: int, units: int, jobs: int, formats: Sequence[str], publisher: str) -> Cost:
    """Alone in its process."""
    with TemporaryDirectory() as folder, Workers(SharedFolder(root := Path(folder)), jobs) as workers:
        report = write_authority(root, schools)
        chosen = _chosen(kept_statistics(report, root).tree, units)
        run = Run(report.model_copy(update={"formats": tuple(formats)}), root, publisher, {}, workers)
        workers.client(jobs)  # started before the clock is
        with peak_memory() as peak:
            events, plan, wall = _built(run, report, chosen)
        _, _, again = _built(run, report, chosen)
    seconds = defaultdict(list)
    for event in events:
        seconds[event.task == BOOK].append(event.seconds)
    return Cost(
        publisher=publisher,
        schools=schools,
        units=len(chosen),
        sections=len(seconds[False]),
        jobs=jobs,
        plan=plan,
        wall=wall,
        again=again,
        execute=sum(seconds[False]) / len(chosen),
        publish=sum(seconds[True]) / len(chosen),
        memory=peak.bytes,
    )


def _chosen(tree: UnitTree, units: int) -> list[Unit]:
    """So many schools, evenly from first to last; 0: every unit that has a book."""
    if not units:
        return list(tree.at("municipality", "area", "school"))
    schools = [unit for unit in tree.at("school") if "-" not in unit.code]  # the same ones at every size
    return schools[:: max(1, len(schools) // units)][:units]


def _built(run: Run, report: Report, units: Sequence[Unit]) -> tuple[list[Event], float, float]:
    """What ended, seconds of planning and seconds in all."""
    ended: list[Event] = []

    def listen(event: Event) -> None:
        if event.status is Status.FAILED:
            raise RuntimeError(f"{event.unit}/{event.task}: {event.error}")
        if event.status is not Status.RUNNING:
            ended.append(event)

    started = time.perf_counter()
    with only_build(run.root / "output" / report.name, report.name) as process:
        now = Now(report, run.root, kept_statistics(report, run.root), stamp_of(report, run.root))
        planned = run.plan(now, units, report.school_year)
        plan = time.perf_counter() - started
        run.build(planned, process, listen)
    return ended, plan, time.perf_counter() - started


def table_of(costs: Sequence[Cost]) -> Table:
    """One row for each size; the cost of a unit beside that of the smallest report."""
    heads = (
        "publisher",
        "units made",
        "sections",
        "execute a unit",
        "publish a unit",
        "all, a unit",
        "to the first",
        "wall",
        "again",
        "memory",
    )
    table = Table(Column("schools", justify="right"), *(Column(head, justify="right") for head in heads))
    for cost in costs:
        first = costs[0].execute + costs[0].publish
        table.add_row(
            f"{cost.schools:,}",
            cost.publisher,
            f"{cost.units:,}",
            f"{cost.sections:,}",
            f"{cost.execute:.2f} s",
            f"{cost.publish:.2f} s",
            f"{cost.each:.2f} s",
            f"{(cost.execute + cost.publish) / first:.2f}",
            f"{cost.wall:.1f} s",
            f"{cost.again:.1f} s ({cost.again / cost.wall:.1%})",
            f"{cost.memory / 1_000_000:.0f} MB",
        )
    return table


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[10, 40, 170, 1_700])
    options.add_argument("--units", type=int, default=10)
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options.add_argument("--formats", nargs="+", default=["html", "pdf"])
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    costs = []
    publishers = ["embedded", *(["quarto"] if shutil.which("quarto") else [])]
    for publisher, size in product(publishers, chosen.sizes):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            costs.append(pool.submit(cost_of, size, chosen.units, chosen.jobs, chosen.formats, publisher).result())
    console = Console(width=160)
    console.print(table_of(costs))
    hours = costs[-1].each * COUNTRY / costs[-1].jobs / 3600
    console.print(f"{COUNTRY:,} schools at that cost on these {costs[-1].jobs} workers: {hours:.1f} hours")
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(cost) for cost in costs], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
