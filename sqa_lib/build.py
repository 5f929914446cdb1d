"""From executed notebooks to books and the portal: which chapters a unit's book has, and what became of each book."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqa_lib.batch import Outcome
from sqa_lib.batch.kept import Binding, in_short, note_book, why_book
from sqa_lib.batch.trace import BookTrace
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


def make_book(binding: Binding, folder: Path) -> Built:
    """One book and its trace; whatever goes wrong in it is told of and stops no other book."""
    started, chapters = time.monotonic(), binding.chapters
    built = _publish(binding, folder)
    note_book(
        binding, chapters, html=built.html, pdf=built.pdf, warnings=built.warnings, error=built.error,
        seconds=time.monotonic() - started,
    )  # fmt: skip
    return built


def _publish(binding: Binding, folder: Path) -> Built:
    book, failed = binding.book, binding.failed_sections
    try:
        made = publish(book, binding.formats, binding.publisher)
    except Exception as failure:
        return Built(book.slug, failed_sections=failed, error=f"{type(failure).__name__}: {failure}".splitlines()[0])
    html, pdf = (str(path.relative_to(folder)) if path else "" for path in (made.html, made.pdf))
    return Built(book.slug, html, pdf, failed, tuple(made.warnings))


def kept_book(binding: Binding) -> Built:
    """What became of a book that is up to date, when it was made."""
    trace = BookTrace.read(binding.trace)
    return Built(binding.book.slug, trace.html, trace.pdf, binding.failed_sections, tuple(trace.warnings), trace.error)


def build_books(bindings: Sequence[Binding], folder: Path, workers: int) -> Iterator[Built]:
    """Make the books that have to be made in processes of their own, each in its own project folder; results as they come."""
    why = [(binding, in_short(why_book(binding))) for binding in bindings]
    yield from (kept_book(binding) for binding, reason in why if not reason)
    if not any(reason for _, reason in why):
        return
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(make_book, binding, folder): binding for binding, reason in why if reason}
        for done in as_completed(waiting):
            failure, slug = done.exception(), waiting[done].book.slug
            yield Built(slug, error=f"{type(failure).__name__}: {failure}") if failure else done.result()


def portal(report: Report, school_year: str, folder: Path, tree: UnitTree, books: Mapping[str, Mapping[str, Any]]) -> Path:
    """The page that lists and searches all books that exist."""
    entries = [_entry(tree, unit, books[unit.code]) for unit in tree.units if unit.code in books]
    return write_portal(folder, f"{report.title} {school_year}", tree.authority.name, entries, report.design, report.is_synthetic)


def _entry(tree: UnitTree, unit: Unit, built: Mapping[str, Any]) -> PortalEntry:
    area = tree[unit.parent].name if unit.level == "school" and tree[unit.parent].level == "area" else ""
    return PortalEntry(
        unit.code, unit.name, unit.level, area, built["html"] or None, built["pdf"] or None, tuple(built["failed_sections"])
    )


def record_of(built: Sequence[Built]) -> dict[str, dict[str, Any]]:
    """For the run record."""
    return {book.unit: asdict(book) for book in built}
