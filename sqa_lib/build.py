"""From published statistics to books and the portal: a run's tasks, which chapters a book has, and what became of each."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd

from sqa_lib.batch import BOOK, Event, Job, Listener, Outcome, Result, Status, Task, execute, output_folder, plan, write_record
from sqa_lib.batch.kept import (
    Binding,
    in_short,
    kept_section,
    note_book,
    note_section,
    trace_of,
    trace_of_book,
    why_book,
    why_section,
)
from sqa_lib.batch.now import Now
from sqa_lib.batch.pages import write_unless_kept
from sqa_lib.batch.scheduler import run
from sqa_lib.batch.trace import BookTrace, content_of, has_failed, has_gone_well
from sqa_lib.batch.workers import Workers
from sqa_lib.publish import Book, Chapter, PortalEntry, publish, write_portal
from sqa_lib.publish.conclusions import LISTED, write_conclusions
from sqa_lib.report import Report, ReportError
from sqa_lib.section.conclusions import ConclusionsView
from sqa_lib.units import Unit, UnitTree

ASSETS = ("assets/book.css", "assets/book.js")
"""What the pages of a report refer to."""


@dataclass(frozen=True)
class Built:
    """What became of a unit's book. html, pdf: paths from the output folder, "" when not made. error: "" when it went well."""

    unit: str
    html: str = ""
    pdf: str = ""
    failed_sections: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Plan:
    """One school year of a run. jobs: of all units' sections; tasks: what has to run, in the order of units.

    kept: unit and name of what is up to date → what became of it when it ran.
    """

    now: Now
    units: tuple[Unit, ...]
    school_year: str
    jobs: tuple[Job, ...]
    books: tuple[Book, ...]
    tasks: tuple[Task, ...]
    kept: Mapping[tuple[str, str], Result]

    @property
    def traces(self) -> Mapping[Path, Sequence[Path]]:
        """Each folder that something is made in → the traces of all that is."""
        found: dict[Path, list[Path]] = {book.folder: [trace_of_book(book)] for book in self.books}
        for job in self.jobs:
            found.setdefault(job.output.parent, []).append(trace_of(job))
        return found


@dataclass(frozen=True)
class BuiltYear:
    """What became of a plan, in the order of units and sections. page: the portal; warnings: of the list of conclusions."""

    folder: Path
    outcomes: tuple[Outcome, ...]
    books: tuple[Built, ...]
    page: Path
    warnings: tuple[str, ...]

    @property
    def failures(self) -> list[str]:
        """One line for each section and book that failed."""
        sections = [f"{o.job.unit.code}/{o.job.section}: {o.error} (see {o.job.output})" for o in self.outcomes if o.failed]
        return sections + [f"{book.unit}: {book.error}" for book in self.books if book.error]


@dataclass(frozen=True)
class Run:
    """One call of `sqa build`. parameters: of every notebook, besides report, unit and school year."""

    report: Report
    root: Path
    publisher: str
    parameters: Mapping[str, str]
    workers: Workers

    def plan(self, now: Now, units: Sequence[Unit], school_year: str, *, only_failed: bool = False) -> Plan:
        """What there is to do; everything is checked before anything starts.

        only_failed: leave all but what failed last time as it is, and of the units with failures what never ran.
        """
        jobs = plan(self.report, self.root, units, school_year, self.parameters)
        of_unit = {unit.code: tuple(some) for unit, some in groupby(jobs, attrgetter("unit"))}
        authority = now.published.tree.authority.name
        books = [book_of(self.report, self.root, unit, authority, school_year) for unit in units]
        if only_failed:
            books = [book for book in books if _has_failures(book, of_unit.get(book.slug, ()))]
        tasks, kept = [], {}
        for book in books:
            self._plan_unit(book, of_unit.get(book.slug, ()), now, only_failed, tasks, kept)
        codes = {book.slug for book in books}
        chosen = tuple(unit for unit in units if unit.code in codes)
        jobs = tuple(job for job in jobs if job.unit.code in codes)
        return Plan(now, chosen, school_year, jobs, tuple(books), tuple(tasks), kept)

    def _plan_unit(
        self, book: Book, jobs: Sequence[Job], now: Now, only_failed: bool, tasks: list[Task], kept: dict[tuple[str, str], Result]
    ) -> None:
        """A unit's sections, and its book after those that run."""
        runs = []
        for job in jobs:
            why = "" if only_failed and has_gone_well(trace_of(job)) else in_short(why_section(job, now))
            if why:
                runs.append(job.section)
                tasks.append(Task(book.slug, job.section, partial(run_section, job, self.root), why=why))
            else:
                kept[book.slug, job.section] = Result(kept_section(job), kept=True)
        binding = self._binding(book)
        why = in_short(self._why_book(binding, jobs, runs))
        if why:
            tasks.append(Task(book.slug, BOOK, partial(make_book, binding, jobs), after=tuple(runs), why=why))
        else:
            kept[book.slug, BOOK] = Result(kept_book(binding), kept=True)

    def _binding(self, book: Book) -> Binding:
        return Binding(book, self.report.formats, self.publisher, self.root)

    def _why_book(self, binding: Binding, jobs: Sequence[Job], runs: Sequence[str]) -> Iterator[str]:
        """What sections that run will leave nobody knows before."""
        if runs:
            yield from (f"section {name} runs" for name in runs)
        else:
            yield from why_book(with_chapters(binding, jobs))

    def reasons(self, planned: Plan, unit: str, name: str) -> list[str]:
        """All reasons why a section of a unit, or its book, has to run; none for what is up to date."""
        jobs = {job.section: job for job in planned.jobs if job.unit.code == unit}
        if name == BOOK:
            (book,) = (book for book in planned.books if book.slug == unit)
            runs = [task.name for task in planned.tasks if task.unit == unit and task.name != BOOK]
            return list(self._why_book(self._binding(book), tuple(jobs.values()), runs))
        if name not in jobs:
            raise ReportError(f"unknown section `{name}` of {unit}; there are: {', '.join([*jobs, BOOK])}")
        return list(why_section(jobs[name], planned.now))

    def build(self, planned: Plan, tell: Listener) -> BuiltYear:
        """Run the tasks, and make the portal and the list of conclusions."""
        folder = output_folder(self.report, self.root, planned.school_year)
        for unit, name in planned.kept:
            tell(Event(unit, name, Status.KEPT))
        jobs = {(job.unit.code, job.section): job for job in planned.jobs}
        results = dict(planned.kept)
        for task, result in run(planned.tasks, self.workers, tell):
            results[task.unit, task.name] = result
            if task.name != BOOK:
                note_section(_outcome(jobs[task.unit, task.name], result), planned.now)
        outcomes = tuple(_outcome(job, results[job.unit.code, job.section]) for job in planned.jobs)
        books = tuple(_built(unit, results[unit.code, BOOK]) for unit in planned.units)
        record = write_record(folder / "run.json", outcomes, record_of(books), self.root)
        page = portal(self.report, planned.school_year, folder, planned.now.published.tree, record["books"])
        _, warnings = gather_conclusions(self.report, self.root, planned.school_year)
        return BuiltYear(folder, outcomes, books, page, warnings)


def _outcome(job: Job, result: Result) -> Outcome:
    """A lost worker tells only that it was lost."""
    return result.value or Outcome(job, 0.0, result.error)


def _built(unit: Unit, result: Result) -> Built:
    """A lost worker tells only that it was lost."""
    return result.value or Built(unit.code, error=result.error)


def run_section(job: Job, root: Path, before: Mapping[str, Result]) -> Result:
    """On a worker: one notebook. The result's value is its `Outcome`."""
    outcome = execute(job, root)
    return Result(outcome, outcome.error, content=content_of(job.output))


def make_book(binding: Binding, jobs: Sequence[Job], sections: Mapping[str, Result]) -> Result:
    """On a worker, after the sections that ran: one book, in a project folder of its own. The result's value is a `Built`.

    It is kept when the sections have left what they had left before.
    """
    bound = with_chapters(binding, jobs, [name for name, result in sections.items() if result.error])
    if not any(why_book(bound)):
        return Result(kept_book(bound), kept=True)
    started, chapters = time.monotonic(), bound.chapters
    built = _publish(bound)
    seconds = time.monotonic() - started
    note_book(bound, chapters, html=built.html, pdf=built.pdf, warnings=built.warnings, error=built.error, seconds=seconds)
    return Result(built, built.error, built.warnings)


def with_chapters(binding: Binding, jobs: Sequence[Job], failed: Sequence[str] = ()) -> Binding:
    """The book with what its sections have left; a failed one becomes a page that says so."""
    chapters = tuple(
        Chapter(job.section, job.output if job.output.is_file() else None, part=job.part, failed=job.section in failed)
        for job in jobs
    )
    return replace(binding, book=replace(binding.book, chapters=chapters))


def _publish(binding: Binding) -> Built:
    """Whatever goes wrong in a book is told of and stops no other book."""
    book, failed = binding.book, binding.failed_sections
    try:
        with chdir(binding.root):
            made = publish(book, binding.formats, binding.publisher)
    except Exception as failure:
        return Built(book.slug, failed_sections=failed, error=f"{type(failure).__name__}: {failure}".splitlines()[0])
    html, pdf = (str(path.relative_to(book.folder.parents[1])) if path else "" for path in (made.html, made.pdf))
    return Built(book.slug, html, pdf, failed, tuple(made.warnings))


def kept_book(binding: Binding) -> Built:
    """What became of a book that is up to date, when it was made."""
    trace = BookTrace.read(trace_of_book(binding.book))
    return Built(binding.book.slug, trace.html, trace.pdf, binding.failed_sections, tuple(trace.warnings), trace.error)


def _has_failures(book: Book, jobs: Sequence[Job]) -> bool:
    """Whether anything of a unit failed last time."""
    return has_failed(trace_of_book(book)) or any(has_failed(trace_of(job)) for job in jobs)


def book_of(report: Report, root: Path, unit: Unit, authority: str, school_year: str) -> Book:
    """A unit's book, still without chapters."""
    return Book(
        folder=output_folder(report, root, school_year) / "books" / unit.code,
        slug=unit.code,
        title=report.title,
        unit_name=unit.name,
        authority=authority,
        school_year=school_year,
        date=report.date,
        is_synthetic=report.is_synthetic,
        design=report.design,
        chapters=(),
        level=unit.level,
    )


def portal(report: Report, school_year: str, folder: Path, tree: UnitTree, books: Mapping[str, Mapping[str, Any]]) -> Path:
    """The page that lists and searches all books that exist."""
    entries = [_entry(tree, unit, books[unit.code]) for unit in tree.units if unit.code in books]
    shown = f"{report.title} {school_year}", tree.authority.name, entries, report.design, report.is_synthetic
    write_unless_kept(folder, "portal", ["index.html", *ASSETS], shown, lambda: write_portal(folder, *shown))
    return folder / "index.html"


def _entry(tree: UnitTree, unit: Unit, built: Mapping[str, Any]) -> PortalEntry:
    area = tree[unit.parent].name if unit.level == "school" and tree[unit.parent].level == "area" else ""
    return PortalEntry(
        unit.code, unit.name, unit.level, area, built["html"] or None, built["pdf"] or None, tuple(built["failed_sections"])
    )


def record_of(built: Sequence[Built]) -> dict[str, dict[str, Any]]:
    """For the run record."""
    return {book.unit: asdict(book) for book in built}


def gather_conclusions(report: Report, root: Path, school_year: str) -> tuple[Path, tuple[str, ...]]:
    """Write the analyst's list of what all units conclude; its page, and a warning for each theme that the report lacks."""
    folder = output_folder(report, root, school_year)
    view = ConclusionsView("conclusions", report.name, report.authority.code, school_year)
    pages = {unit.code: folder / "books" / unit.code / "_book" for unit in view.published.tree.units}
    books = {unit: path for unit, path in pages.items() if path.is_dir()}
    rows = view.table()
    linked = [row["unit"] in books and (books[row["unit"]] / f"{row['section']}.html").is_file() for row in rows]
    shown = pd.DataFrame(rows, columns=LISTED), report.theme_names, report, school_year, books
    write_unless_kept(
        folder, "conclusions", ["conclusions.html", "conclusions.csv", *ASSETS],
        (rows, linked, report, school_year), lambda: write_conclusions(folder, *shown),
    )  # fmt: skip
    return folder / "conclusions.html", tuple(view.unknown_themes())
