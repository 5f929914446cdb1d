"""From executed notebooks to books and the portal: which chapters a unit's book has, and what became of each book."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from sqa_lib.batch import Outcome, Record
from sqa_lib.batch.event import BOOK, Status
from sqa_lib.batch.record import Task
from sqa_lib.publish import Book, Chapter, PortalEntry, publish, write_portal
from sqa_lib.report import Report
from sqa_lib.units import Unit, UnitTree


@dataclass(frozen=True)
class Built:
    """What became of a unit's book. html, pdf: paths from the output folder, "" when not made. error: "" when it went well."""

    unit: str
    html: str = ""
    pdf: str = ""
    failed_sections: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""


def book_of(report: Report, school_year: str, folder: Path, tree: UnitTree, unit: Unit, outcomes: Sequence[Outcome]) -> Book:
    """The book of one unit from the outcomes of its sections."""
    chapters = tuple(
        Chapter(o.job.section, o.job.output if o.job.output.is_file() else None, part=o.job.part, failed=o.failed)
        for o in outcomes
    )
    return Book(
        folder=folder / "books" / unit.code,
        slug=unit.code,
        title=report.title,
        unit_name=unit.name,
        authority=tree.authority.name,
        school_year=school_year,
        date=report.date,
        is_synthetic=report.is_synthetic,
        design=report.design,
        chapters=chapters,
        level=unit.level,
    )


def _publish(book: Book, formats: tuple[str, ...], publisher: str, folder: Path) -> Built:
    """One book; whatever goes wrong in it is told of and stops no other book."""
    failed = tuple(chapter.section for chapter in book.chapters if chapter.failed)
    try:
        made = publish(book, formats, publisher)
    except Exception as failure:
        return Built(book.slug, failed_sections=failed, error=f"{type(failure).__name__}: {failure}".splitlines()[0])
    html, pdf = (str(path.relative_to(folder)) if path else "" for path in (made.html, made.pdf))
    return Built(book.slug, html, pdf, failed, tuple(made.warnings))


def build_books(books: Sequence[Book], formats: tuple[str, ...], publisher: str, folder: Path, workers: int) -> Iterator[Built]:
    """Publish the books in processes of their own, each in its own project folder; results as they come."""
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(_publish, book, formats, publisher, folder): book for book in books}
        for done in as_completed(waiting):
            failure = done.exception()
            yield Built(waiting[done].slug, error=f"{type(failure).__name__}: {failure}") if failure else done.result()


def portal(report: Report, school_year: str, folder: Path, tree: UnitTree, record: Record) -> Path:
    """The page that lists and searches all books of the record."""
    entries = [_entry(tree, unit, folder, record) for unit in tree.units if BOOK in _tasks(record, unit)]
    return write_portal(folder, f"{report.title} {school_year}", tree.authority.name, entries, report.design, report.is_synthetic)


def _entry(tree: UnitTree, unit: Unit, folder: Path, record: Record) -> PortalEntry:
    """A book that failed is not linked to: what lies in its folder is an earlier one."""
    area = tree[unit.parent].name if unit.level == "school" and tree[unit.parent].level == "area" else ""
    is_made = _tasks(record, unit)[BOOK].status is not Status.FAILED
    made = [folder / "books" / unit.code / "_book" / name for name in ("index.html", f"{unit.code}.pdf")]
    html, pdf = (path.relative_to(folder).as_posix() if is_made and path.is_file() else None for path in made)
    return PortalEntry(unit.code, unit.name, unit.level, area, html, pdf, record.units[unit.code].failed_sections)


def _tasks(record: Record, unit: Unit) -> dict[str, Task]:
    return record.units[unit.code].tasks if unit.code in record.units else {}
