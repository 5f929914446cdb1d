"""From published statistics to books and the portal: a run's tasks, which chapters a book has, and what became of each."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pandas as pd

from sqa_lib.batch import BOOK, Job, Listener, Outcome, Result, Status, Task, execute, output_folder, plan
from sqa_lib.batch.event import to_each
from sqa_lib.batch.lock import Process
from sqa_lib.batch.log import Begun, planned_units
from sqa_lib.batch.record import Record, UnitRecord, read_record, recording
from sqa_lib.batch.scheduler import run
from sqa_lib.batch.storage import Project
from sqa_lib.batch.version import versions
from sqa_lib.batch.workers import Workers
from sqa_lib.publication import fingerprint
from sqa_lib.publish import Book, Chapter, PortalEntry, publish, write_portal
from sqa_lib.publish.conclusions import LISTED, write_conclusions
from sqa_lib.publish.run_page import write_run_page
from sqa_lib.report import Report
from sqa_lib.section.conclusions import ConclusionsView
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


@dataclass(frozen=True)
class Plan:
    """One school year of a run. jobs: of all units' sections; tasks: what has to run, in the order of units."""

    tree: UnitTree
    units: tuple[Unit, ...]
    school_year: str
    jobs: tuple[Job, ...]
    tasks: tuple[Task, ...]


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

    def plan(self, tree: UnitTree, units: Sequence[Unit], school_year: str) -> Plan:
        """What there is to do; everything is checked before anything starts."""
        jobs = plan(self.report, self.root, units, school_year, self.parameters)
        of_unit = {unit.code: tuple(some) for unit, some in groupby(jobs, attrgetter("unit"))}
        books = [book_of(self.report, self.root, unit, tree.authority.name, school_year) for unit in units]
        tasks = [task for book in books for task in self._tasks(book, of_unit.get(book.slug, ()))]
        return Plan(tree, tuple(units), school_year, tuple(jobs), tuple(tasks))

    def _tasks(self, book: Book, jobs: Sequence[Job]) -> Iterator[Task]:
        """A unit's sections, and its book after them."""
        project = self.workers.project
        for job in jobs:
            yield Task(book.slug, job.section, partial(run_section, job, project), leaves=job.output)
        publish_it = partial(make_book, book, jobs, self.report.formats, self.publisher, project)
        yield Task(book.slug, BOOK, publish_it, after=tuple(job.section for job in jobs), leaves=book.folder)

    def build(self, planned: Plan, process: Process, tell: Listener) -> BuiltYear:
        """Run the tasks, and make the portal, the page about the run and the list of conclusions."""
        folder = output_folder(self.report, self.root, planned.school_year)
        try:
            with recording(folder, self.begun(planned, process)) as record:
                results = dict(self._results(planned.tasks, to_each(record, tell)))
        finally:  # the page tells of a run that was interrupted too
            known = read_record(folder)
            if known.run:
                write_run_page(folder, self.report, known)
        outcomes = tuple(_outcome(job, results[job.unit.code, job.section]) for job in planned.jobs)
        books = tuple(_built(unit, results[unit.code, BOOK]) for unit in planned.units)
        page = portal(self.report, planned.school_year, folder, planned.tree, known)
        _, warnings = gather_conclusions(self.report, self.root, planned.school_year)
        return BuiltYear(folder, outcomes, books, page, warnings)

    def _results(self, tasks: Sequence[Task], tell: Listener) -> Iterator[tuple[tuple[str, str], Result]]:
        """What becomes of the tasks, when what they leave is in its place."""
        for task, result in run(tasks, self.workers, tell):
            self.workers.project.collect(task.leaves)
            yield (task.unit, task.name), result

    def begun(self, planned: Plan, process: Process) -> Begun:
        """What the record tells of this run before it starts."""
        jobs = None if self.workers.scheduler else self.workers.jobs
        own = {"jobs": jobs, "publisher": self.publisher, "notebooks": dict(self.parameters)}
        return Begun(
            report=self.report.name,
            school_year=planned.school_year,
            process=process,
            parameters={"report": self.report.model_dump(mode="json"), **own},
            versions=versions(self.root),
            fingerprint=fingerprint(self.report, self.root),
            units=planned_units(planned.units, planned.tasks),
        )


def _outcome(job: Job, result: Result) -> Outcome:
    """A lost worker tells no seconds."""
    return Outcome(job, result.value or 0.0, result.error)


def _built(unit: Unit, result: Result) -> Built:
    """A lost worker tells only that it was lost."""
    return result.value or Built(unit.code, error=result.error)


def run_section(job: Job, project: Project, before: Mapping[str, Result]) -> Result:
    """On a worker: one notebook. The result's value is how many seconds it took."""
    here = replace(job, notebook=project.here(job.notebook), output=project.here(job.output))
    outcome = execute(here, project.here(project.root))
    project.hand_in(job.output)
    return Result(outcome.seconds, outcome.error)


def make_book(
    book: Book, jobs: Sequence[Job], formats: tuple[str, ...], publisher: str, project: Project, sections: Mapping[str, Result]
) -> Result:
    """On a worker, after the sections: one book, in a project folder of its own. The result's value is a `Built`.

    Whatever goes wrong in it is told of and stops no other book.
    """
    failed = tuple(name for name, result in sections.items() if result.error)
    try:
        chapters = tuple(_chapter(job, project, job.section in failed) for job in jobs)
        here = replace(book, folder=project.here(book.folder), chapters=chapters)
        with chdir(project.here(project.root)):
            made = publish(here, formats, publisher)
        project.hand_in(book.folder)
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}".splitlines()[0]
        return Result(Built(book.slug, failed_sections=failed, error=error), error)
    html, pdf = (str(path.relative_to(here.folder.parents[1])) if path else "" for path in (made.html, made.pdf))
    return Result(Built(book.slug, html, pdf, failed, tuple(made.warnings)), warnings=tuple(made.warnings))


def _chapter(job: Job, project: Project, failed: bool) -> Chapter:
    project.take(job.output)
    notebook = project.here(job.output)
    return Chapter(job.section, notebook if notebook.is_file() else None, part=job.part, failed=failed)


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


def portal(report: Report, school_year: str, folder: Path, tree: UnitTree, record: Record) -> Path:
    """The page that lists and searches all books of the record."""
    told = [unit for unit in tree.units if unit.code in record.units and BOOK in record.units[unit.code].tasks]
    entries = [_entry(tree, unit, folder, record.units[unit.code]) for unit in told]
    return write_portal(folder, f"{report.title} {school_year}", tree.authority.name, entries, report.design, report.is_synthetic)


def _entry(tree: UnitTree, unit: Unit, folder: Path, known: UnitRecord) -> PortalEntry:
    """A book that failed is not linked to: what lies in its folder is an earlier one."""
    area = tree[unit.parent].name if unit.level == "school" and tree[unit.parent].level == "area" else ""
    is_made = known.tasks[BOOK].status is not Status.FAILED
    made = [folder / "books" / unit.code / "_book" / name for name in ("index.html", f"{unit.code}.pdf")]
    html, pdf = (path.relative_to(folder).as_posix() if is_made and path.is_file() else None for path in made)
    return PortalEntry(unit.code, unit.name, unit.level, area, html, pdf, known.failed_sections)


def gather_conclusions(report: Report, root: Path, school_year: str) -> tuple[Path, tuple[str, ...]]:
    """Write the analyst's list of what all units conclude; its page, and a warning for each theme that the report lacks."""
    folder = output_folder(report, root, school_year)
    view = ConclusionsView("conclusions", report.name, report.authority.code, school_year)
    pages = {unit.code: folder / "books" / unit.code / "_book" for unit in view.published.tree.units}
    books = {unit: path for unit, path in pages.items() if path.is_dir()}
    page = write_conclusions(folder, pd.DataFrame(view.table(), columns=LISTED), report.theme_names, report, school_year, books)
    return page, tuple(view.unknown_themes())
