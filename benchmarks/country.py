"""What the whole country costs: every book of every authority in Skolverket's file, by one `sqa build`.

`python -m benchmarks.country FILE FOLDER [--json FILE]`: HTML and PDF, in a copy of the project in FOLDER, which keeps the books;
what was made there before is kept, so that a run that was stopped goes on. Then once more with nothing changed.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from shutil import copytree

import psutil
from rich.console import Console
from rich.table import Table

from sqa_lib.batch import BOOK, read_record
from sqa_lib.batch.event import Status
from sqa_lib.report import project_root, reports_in

SQA = [sys.executable, "-c", "from sqa_lib.cli import app; app()"]
EVERY = 10.0  # seconds between two looks at memory
TENTHS = 10


@dataclass(frozen=True)
class Country:
    """Of one run, measured whole.

    write, seconds, again: of writing the parameters, of building all and of a second build with nothing changed. failed: books
    and sections; memory: bytes, the most that all processes had at a time in each tenth of the build; disk: bytes of the output;
    when: the day and the number of workers.
    """

    reports: int
    books: int
    sections: int
    failed_books: int
    failed_sections: int
    write: float
    seconds: float
    again: float
    memory: tuple[int, ...]
    disk: int
    when: str


def prepared(folder: Path) -> Path:
    """A project with our notebooks and no parameters or data."""
    for name in ("params", "data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    if not (folder / "notebooks").exists():
        copytree(project_root() / "notebooks", folder / "notebooks")
    return folder


def run(command: Sequence[str], root: Path, log: Path) -> tuple[float, list[int]]:
    """Seconds, and bytes of memory at each look; what it prints goes to the log."""
    started, looks = time.perf_counter(), []
    with log.open("a", encoding="utf-8") as out, subprocess.Popen([*SQA, *command], cwd=root, stdout=out, stderr=out) as process:
        while process.poll() is None:
            looks.append(_memory(psutil.Process(process.pid)))
            try:
                process.wait(EVERY)
            except subprocess.TimeoutExpired:
                continue
    return time.perf_counter() - started, looks


def _memory(process: psutil.Process) -> int:
    """Proportional set size of a process and all that it has started; of one that has ended just now, none."""
    total = 0
    try:
        for each in (process, *process.children(recursive=True)):
            total += each.memory_full_info().pss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        pass
    return total


def most_in_tenths(looks: Sequence[int]) -> tuple[int, ...]:
    size = max(1, -(-len(looks) // TENTHS))
    return tuple(max(looks[start : start + size]) for start in range(0, len(looks), size))


def measure(file: Path, folder: Path) -> Country:
    root = prepared(folder)
    log = root / "build.log"
    write = 0.0 if any((root / "params").iterdir()) else run(["new", "report", "--all", "--from", str(file)], root, log)[0]
    if not any((root / "params").iterdir()):
        raise SystemExit(log.read_text(encoding="utf-8"))
    (name,) = [path.name for path in (root / "params").iterdir() if path.is_dir()]
    seconds, looks = run(["build", name], root, log)
    again, _ = run(["build", name], root, log)
    reports = reports_in(name, root)
    books, sections = Counter(), Counter()
    for report in reports:
        for unit in read_record(root / "output" / report).units.values():
            books[unit.tasks[BOOK].status] += 1
            sections += Counter(task.status for task in unit.sections.values())
    return Country(
        reports=len(reports),
        books=books.total(),
        sections=sections.total(),
        failed_books=books[Status.FAILED],
        failed_sections=sections[Status.FAILED],
        write=write,
        seconds=seconds,
        again=again,
        memory=most_in_tenths(looks),
        disk=sum(path.stat().st_size for path in (root / "output").rglob("*") if path.is_file()),
        when=f"{date.today()}, {os.cpu_count()} workers",
    )


def table_of(country: Country) -> Table:
    table = Table("", "", title="The whole country")
    for name, value in asdict(country).items():
        told = ", ".join(f"{each / 1e6:.0f} MB" for each in value) if name == "memory" else value
        table.add_row(name, told if isinstance(told, str) else f"{told:,.0f}")
    return table


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("file", type=Path)
    options.add_argument("folder", type=Path)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    country = measure(chosen.file.resolve(), chosen.folder.resolve())
    Console(width=160).print(table_of(country))
    if chosen.json:
        chosen.json.write_text(json.dumps(asdict(country), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
