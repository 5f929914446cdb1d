"""The run as a page for the analyst: `run/run.html` in the output folder, linked from no page that readers get.

It tells errors, times and versions, so it lies in a folder of its own that is not published, with its own `assets/`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from babel.dates import format_datetime, get_timezone

from sqa_lib.batch.event import BOOK, Status
from sqa_lib.batch.record import FINISHED, Record, UnitRecord
from sqa_lib.publish.pages import ENVIRONMENT
from sqa_lib.publish.project import SYNTHETIC_NOTICE
from sqa_lib.report import Report
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.words import NBSP, counted, listed, number

FILE = "run/run.html"
MOST_NAMED = 12  # units with the same error
_WORDS = {
    Status.DONE: ("gjort", "gjorda"),
    Status.KEPT: ("oförändrat", "oförändrade"),
    Status.FAILED: ("misslyckat", "misslyckade"),
}
_ZONE = get_timezone("Europe/Stockholm")


@dataclass(frozen=True)
class FailedTask:
    """name: section or book, for the reader; href: its notebook as it was run, from the page's folder, "" when there is none."""

    name: str
    error: str
    href: str = ""


@dataclass(frozen=True)
class UnitRow:
    """A unit in the page's table. html, pdf: from the page's folder, "" when there is none; seconds: of all its tasks."""

    code: str
    name: str
    state: str
    html: str
    pdf: str
    failed: tuple[FailedTask, ...]
    counts: str
    seconds: float


@dataclass(frozen=True)
class SameError:
    """An error and all units that have it in the same section or in their books."""

    name: str
    error: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    """What a section takes, or a book, in the units where that is known: mean and longest in seconds, most memory in bytes."""

    name: str
    units: int
    mean: float
    longest: float
    longest_unit: str
    memory: int


def write_run_page(folder: Path, report: Report, record: Record) -> Path:
    """Write the page about the record's last run, in the output folder that the record lies in; not what is in its `assets/`."""
    page = ENVIRONMENT.get_template("run.html.j2").render(
        title=f"{report.title} {record.school_year}",
        report=report,
        school_year=record.school_year,
        run=record.run,
        is_finished=record.run.state == FINISHED,
        units=[_row(code, unit, record.run.began, folder) for code, unit in record.units.items()],
        errors=list(same_errors(record)),
        costs=costs(record),
        verdict=verdict(record),
        rejected=[DATASETS[name].label for name in record.run.rejected],
        most_named=MOST_NAMED,
        moment=moment,
        spent=spent,
        memory=memory,
        number=number,
        counted=counted,
        notice=SYNTHETIC_NOTICE if report.is_synthetic else "",
    )
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def verdict(record: Record) -> str:
    """What has failed and not been made since, in a sentence."""
    books = sum(failure.task == BOOK for failure in record.failures)
    sections = len(record.failures) - books
    told = [
        *([counted(sections, "avsnitt", "avsnitt")] if sections else []),
        *([counted(books, "bok", "böcker")] if books else []),
    ]
    return f"{listed(told)} misslyckades." if told else "Inget misslyckades."


def same_errors(record: Record) -> Iterator[SameError]:
    """The record's failures, those of most units first."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for failure in record.failures:
        found[failure.task, failure.error].append(record.units[failure.unit].name)
    for (task, error), units in sorted(found.items(), key=lambda item: -len(item[1])):
        yield SameError(_named(task), error, tuple(units))


def costs(record: Record) -> list[Cost]:
    """Sections and books by how long they take, the slowest first."""
    found: dict[str, list[tuple[float, str, int]]] = defaultdict(list)
    for unit in record.units.values():
        for name, task in unit.tasks.items():
            if task.seconds:
                found[name].append((task.seconds, unit.name, task.peak_memory))
    rows = []
    for name, of in found.items():
        longest, unit, _ = max(of)
        rows.append(Cost(_named(name), len(of), sum(row[0] for row in of) / len(of), longest, unit, max(row[2] for row in of)))
    return sorted(rows, key=lambda row: -row.mean)


def _named(task: str) -> str:
    return "boken" if task == BOOK else task


def _row(code: str, unit: UnitRecord, began: str, folder: Path) -> UnitRow:
    book = unit.tasks.get(BOOK)
    made = folder / "books" / code / "_book"
    is_there = book is not None and book.status is not Status.FAILED
    html, pdf = (_from_page(path, folder) if is_there else "" for path in (made / "index.html", made / f"{code}.pdf"))
    failed = tuple(
        FailedTask(_named(name), task.error, _from_page(folder / "notebooks" / code / f"{name}.ipynb", folder))
        for name, task in unit.tasks.items()
        if task.status is Status.FAILED
    )
    seconds = sum(task.seconds for task in unit.tasks.values())
    return UnitRow(code, unit.name, _state(unit, began), html, pdf, failed, _counts(unit), seconds)


def _from_page(path: Path, folder: Path) -> str:
    return f"../{path.relative_to(folder).as_posix()}" if path.is_file() else ""


def _state(unit: UnitRecord, began: str) -> str:
    tasks = list(unit.tasks.values())
    book = unit.tasks.get(BOOK)
    if book and book.status is Status.FAILED:
        return "boken kunde inte göras"
    if unit.failed_sections:
        return "saknar avsnitt"
    if any(task.run != began for task in tasks) or not book:
        return "från en tidigare körning" if book and all(task.run != began for task in tasks) else "inte färdig"
    return "oförändrad" if all(task.status is Status.KEPT for task in tasks) else "klar"


def _counts(unit: UnitRecord) -> str:
    """How many sections have each status: `12 gjorda, 1 misslyckat`."""
    counts = Counter(task.status for task in unit.sections.values())
    return ", ".join(counted(counts[status], *words) for status, words in _WORDS.items() if counts[status])


def moment(time: str) -> str:
    """`moment("2026-03-02T09:15:00Z") == "2 mars 2026 kl. 10.15"`: Swedish time."""
    return format_datetime(datetime.fromisoformat(time), "d MMMM y 'kl.' HH.mm", tzinfo=_ZONE, locale="sv_SE")


def spent(seconds: float) -> str:
    """`spent(1.94) == "1,9 s"`, `spent(8100) == "2 tim 15 min"`, with no-break spaces."""
    if seconds < 59.95:
        return f"{number(seconds, 1)}{NBSP}s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours}{NBSP}tim{NBSP}{minutes}{NBSP}min" if hours else f"{minutes}{NBSP}min"


def memory(size: int) -> str:
    """Megabytes; "" where not known."""
    return f"{number(size / 1e6)}{NBSP}MB" if size else ""
