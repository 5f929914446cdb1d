"""From published statistics to books and the portal: a run's tasks, which chapters a book has, and what became of each."""

import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import chdir
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pandas as pd

from sqa_lib.batch import BOOK, Event, Job, Listener, Outcome, Result, Status, Task, execute, output_folder, plan
from sqa_lib.batch.error_line import in_a_line
from sqa_lib.batch.event import to_each
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
from sqa_lib.batch.lock import Process
from sqa_lib.batch.log import Begun, PlannedUnit
from sqa_lib.batch.now import Now
from sqa_lib.batch.older import FOLDER as OLDER
from sqa_lib.batch.older import books_in, drop, named, take_out
from sqa_lib.batch.pages import write_unless_kept
from sqa_lib.batch.plan import units_with_books
from sqa_lib.batch.record import Record, UnitRecord, read_record, recording
from sqa_lib.batch.scheduler import run
from sqa_lib.batch.storage import Project
from sqa_lib.batch.trace import BookTrace, content_of, content_of_all, has_failed, has_gone_well
from sqa_lib.batch.version import versions
from sqa_lib.batch.workers import Workers
from sqa_lib.disclosure import Release
from sqa_lib.publication import fingerprint
from sqa_lib.publish import Book, Chapter, PortalEntry, publish, write_portal
from sqa_lib.publish.collection import BookLink, ReportLink, write_collection
from sqa_lib.publish.conclusions import LISTED, write_conclusions
from sqa_lib.publish.corrections import in_words, write_corrections
from sqa_lib.publish.run_page import write_run_page
from sqa_lib.publish.theme import write_assets
from sqa_lib.published import Published
from sqa_lib.releases import differences
from sqa_lib.releases.records import Kept, versions_of
from sqa_lib.report import Report, ReportError
from sqa_lib.section.conclusions import ConclusionsView
from sqa_lib.section.key_figures import wrong_key_figures
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
class Made:
    """What a worker tells of a book. chapters: section → hash of the notebook that it was made from; none when it was kept."""

    built: Built
    chapters: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Plan:
    """One school year of a run. jobs: of all units' sections; tasks: what has to run, in the order of units.

    kept: unit and name of what is up to date → what became of it when it ran. only_failed: as in `Run.plan`.
    """

    now: Now
    units: tuple[Unit, ...]
    school_year: str
    jobs: tuple[Job, ...]
    books: tuple[Book, ...]
    tasks: tuple[Task, ...]
    kept: Mapping[tuple[str, str], Result]
    only_failed: bool = False

    @cached_property
    def jobs_of(self) -> dict[str, dict[str, Job]]:
        """Unit → section → job, in order."""
        found: dict[str, dict[str, Job]] = {unit.code: {} for unit in self.units}
        for job in self.jobs:
            found[job.unit.code][job.section] = job
        return found

    @cached_property
    def book_of(self) -> dict[str, Book]:
        return {book.slug: book for book in self.books}

    @property
    def names(self) -> dict[str, PlannedUnit]:
        """The units by code, each with its sections in order and its book."""
        names = {code: (*jobs, BOOK) for code, jobs in self.jobs_of.items()}
        return {unit.code: PlannedUnit(name=unit.name, level=unit.level, tasks=names[unit.code]) for unit in self.units}

    @property
    def verified(self) -> set[str]:
        """The units whose books are known to show what is published now: nothing of them has to run."""
        return set() if self.only_failed else {unit for unit, name in self.kept if name == BOOK}

    @property
    def traces(self) -> Mapping[Path, Sequence[Path]]:
        """Each folder that something is made in → the traces of all that is."""
        found: dict[Path, list[Path]] = {book.folder: [trace_of_book(book)] for book in self.books}
        for job in self.jobs:
            found.setdefault(job.output.parent, []).append(trace_of(job))
        return found


@dataclass(frozen=True)
class BuiltYear:
    """What became of a plan, in the order of units and sections. page: the portal; warnings: of the list of conclusions, and of
    what was taken out of the folder that is published."""

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
        if wrong := wrong_key_figures(self.report, now.published):
            raise ReportError("\n".join(wrong))
        units = [unit for unit in units if now.published.tree.is_open(unit, school_year)]
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
        return Plan(now, chosen, school_year, jobs, tuple(books), tuple(tasks), kept, only_failed)

    def _plan_unit(
        self, book: Book, jobs: Sequence[Job], now: Now, only_failed: bool, tasks: list[Task], kept: dict[tuple[str, str], Result]
    ) -> None:
        """A unit's sections, and its book after those that run."""
        runs = []
        for job in jobs:
            why = "" if only_failed and has_gone_well(trace_of(job)) else in_short(why_section(job, now))
            if why:
                runs.append(job.section)
                run_it = partial(run_section, job, self.workers.project)
                tasks.append(Task(book.slug, job.section, run_it, why=why, leaves=job.output))
            else:
                kept[book.slug, job.section] = Result(kept_section(job), kept=True)
        binding = self._binding(book)
        why = in_short(self._why_book(binding, jobs, runs))
        if why:
            make_it = partial(make_book, binding, jobs, self.workers.project)
            tasks.append(Task(book.slug, BOOK, make_it, after=tuple(runs), why=why, leaves=book.folder))
        else:
            kept[book.slug, BOOK] = Result(Made(kept_book(binding)), kept=True)

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
        jobs = planned.jobs_of[unit]
        if name == BOOK:
            book = planned.book_of[unit]
            runs = [task.name for task in planned.tasks if task.unit == unit and task.name != BOOK]
            return list(self._why_book(self._binding(book), tuple(jobs.values()), runs))
        if name not in jobs:
            raise ReportError(f"unknown section `{name}` of {unit}; there are: {', '.join([*jobs, BOOK])}")
        return list(why_section(jobs[name], planned.now))

    def build(self, planned: Plan, process: Process, tell: Listener) -> BuiltYear:
        """Run the tasks, and make the portal, the page about the run and the list of conclusions.

        Books that show other figures than are published now leave the folder that is published before anything is made, so that
        no mixture lies there, also of a run that is interrupted.
        """
        folder = output_folder(self.report, self.root, planned.school_year)
        gone = take_away_gone(
            folder, [unit.code for unit in units_with_books(self.report, planned.now.published, planned.school_year)]
        )
        self.take_out_older(planned.now, planned.school_year, planned.verified)
        try:
            with recording(folder, self.begun(planned, process)) as record:
                results = dict(self._results(planned, to_each(record, tell)))
                return self._gathered(planned, results, read_record(folder, process), gone)
        finally:  # the page tells of a run that was interrupted too
            known = read_record(folder)
            if known.run:
                _write_run_page(folder, self.report, known)

    def _gathered(
        self, planned: Plan, results: Mapping[tuple[str, str], Result], known: Record, gone: Sequence[str]
    ) -> BuiltYear:
        """The pages about all books. A run that can't make them has not finished. known: what the record tells by now; gone: what
        is to be said of units without books."""
        folder = output_folder(self.report, self.root, planned.school_year)
        outcomes = tuple(_outcome(job, results[job.unit.code, job.section]) for job in planned.jobs)
        books = tuple(_on_disk(_built(unit, results[unit.code, BOOK]), folder) for unit in planned.units)
        drop(folder, [book.unit for book in books if not book.error])
        out = self.take_out_older(planned.now, planned.school_year, planned.verified)
        page = portal(self.report, planned.school_year, folder, planned.now.published.tree, known, out)
        if self.report.corrections and planned.school_year == self.report.school_year:
            corrections(self.report, self.root, folder, planned.now.published)
        _, warnings = gather_conclusions(self.report, self.root, planned.school_year)
        return BuiltYear(folder, outcomes, books, page, (*warnings, *gone, *self.told_of_older(out, planned.school_year)))

    def take_out_older(self, now: Now, school_year: str, known: Collection[str] = ()) -> list[str]:
        """Move the books of other figures than are published now from a school year's folder, and take them from its portal.

        known: units whose books are known to be of these figures. Returns the units whose books are out.
        """
        folder = output_folder(self.report, self.root, school_year)
        found = books_in(folder, now, known)
        take_out(folder, found.older)
        if found.older:
            portal(self.report, school_year, folder, now.published.tree, read_record(folder), found.older | found.out)
        return sorted(found.older | found.out)

    def told_of_older(self, out: Sequence[str], school_year: str) -> list[str]:
        """One line on the books that are out of a school year's folder, with the command that makes them."""
        year = "" if school_year == self.report.school_year else f" --year {school_year}"
        told = f"not among the books of {school_year}, since they show figures that are not published any more: {named(out)}"
        return [f"{told}; `sqa build {self.report.name}{year}` makes them anew"] if out else []

    def _results(self, planned: Plan, tell: Listener) -> Iterator[tuple[tuple[str, str], Result]]:
        """What became of everything, when what it left is in its place and its trace beside it."""
        for unit, name in planned.kept:
            tell(Event(unit, name, Status.KEPT))
        yield from planned.kept.items()
        books = {task.unit for task in planned.tasks if task.name == BOOK}
        for job in planned.jobs:
            if job.unit.code in books and (job.unit.code, job.section) in planned.kept:
                self.workers.project.give(job.output)
        for task, result in run(planned.tasks, self.workers, tell):
            self.workers.project.collect(task.leaves)
            self.note(planned, task, result)
            yield (task.unit, task.name), result

    def note(self, planned: Plan, task: Task, result: Result) -> None:
        """Leave the trace of a section or a book."""
        jobs = planned.jobs_of[task.unit]
        if task.name != BOOK:
            note_section(_outcome(jobs[task.name], result), planned.now)
        elif result.value and not result.kept:
            made, built = result.value, result.value.built
            bound = with_chapters(self._binding(planned.book_of[task.unit]), tuple(jobs.values()), built.failed_sections)
            note_book(
                bound, made.chapters, html=built.html, pdf=built.pdf,
                warnings=built.warnings, error=built.error, seconds=made.seconds,
            )  # fmt: skip

    def begun(self, planned: Plan, process: Process) -> Begun:
        """What the record tells of this run before it starts."""
        jobs = None if self.workers.scheduler else self.workers.jobs
        rejected = list(planned.now.published.rejected_of(planned.school_year))
        own = {"jobs": jobs, "publisher": self.publisher, "notebooks": dict(self.parameters), "rejected": rejected}
        return Begun(
            report=self.report.name,
            school_year=planned.school_year,
            process=process,
            parameters={"report": self.report.model_dump(mode="json"), **own},
            versions=versions(self.root),
            fingerprint=fingerprint(self.report, self.root),
            units=planned.names,
        )


def _outcome(job: Job, result: Result) -> Outcome:
    """A lost worker tells only that it was lost."""
    return result.value or Outcome(job, 0.0, result.error)


def _built(unit: Unit, result: Result) -> Built:
    """A lost worker tells only that it was lost."""
    return result.value.built if result.value else Built(unit.code, error=result.error)


def _on_disk(built: Built, folder: Path) -> Built:
    """A book that was made and is not there has failed, whatever became of its making."""
    missing = [path for path in (built.html, built.pdf) if path and not (folder / path).is_file()]
    return replace(built, error=f"{', '.join(missing)}: made, but not there any more") if missing and not built.error else built


def run_section(job: Job, project: Project, before: Mapping[str, Result]) -> Result:
    """On a worker: one notebook. The result's value is its `Outcome`."""
    here = replace(job, notebook=project.here(job.notebook), output=project.here(job.output))
    outcome = execute(here, project.here(project.root))
    content = content_of(here.output)
    project.hand_in(job.output)
    return Result(replace(outcome, job=job), outcome.error, content=content, peak_memory=outcome.peak_memory)


def take_away_gone(folder: Path, codes: Sequence[str]) -> list[str]:
    """Take away what earlier builds made of units that have no book any more: it would be published beside what is true now.

    folder: of a school year's output; codes: of the units that have books. Returns what is to be said of it, and of what lies
    among the books and is none of them.
    """
    gone, foreign = set(), []
    for kind in ("books", "notebooks", "traces", OLDER):
        for path in sorted((folder / kind).iterdir()) if (folder / kind).is_dir() else ():
            if path.is_dir() and path.name not in codes:
                shutil.rmtree(path)
                gone |= set() if path.name.startswith(".") else {path.name}  # half a book, of a build that was killed
            elif path.is_file() and kind == "books":
                foreign.append(f"books/{path.name}")
    told = [f"{code}: has no book any more; what earlier builds made of it was taken away" for code in sorted(gone)]
    foreign += [f"assets/{path.name}" for path in (folder / "assets").glob("*") if f"assets/{path.name}" not in ASSETS]
    return told + [f"{name}: is none of the report's files; take it away before the folder is published" for name in foreign]


def make_book(binding: Binding, jobs: Sequence[Job], project: Project, sections: Mapping[str, Result]) -> Result:
    """On a worker, after the sections that ran: one book, in a project folder of its own. The result's value is a `Made`.

    It is kept when the sections have left what they had left before.
    """
    for job in jobs:
        project.take(job.output)
    here = replace(binding, root=project.here(binding.root), book=replace(binding.book, folder=project.here(binding.book.folder)))
    outputs = [replace(job, output=project.here(job.output)) for job in jobs]
    bound = with_chapters(here, outputs, [name for name, result in sections.items() if result.error])
    if not any(why_book(bound)):
        return Result(Made(kept_book(bound)), kept=True)
    started, chapters = time.monotonic(), bound.chapters
    built = _publish(bound)
    content = content_of_all(here.book.folder)
    project.hand_in(binding.book.folder)
    return Result(Made(built, chapters, time.monotonic() - started), built.error, built.warnings, content)


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
        return Built(book.slug, failed_sections=failed, error=in_a_line(failure))
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
        corrected=report.corrections[-1].date if report.corrections and school_year == report.school_year else None,
    )


def portal(report: Report, school_year: str, folder: Path, tree: UnitTree, record: Record, without: Collection[str] = ()) -> Path:
    """The page that lists and searches all books of the record. without: units whose books were taken out; a book that failed is
    told of all the same."""
    books = {code: unit.tasks[BOOK] for code, unit in record.units.items() if BOOK in unit.tasks}
    listed = {code for code, book in books.items() if code not in without or book.status is Status.FAILED}
    told = [unit for unit in tree.units if unit.code in listed]
    entries = [_entry(tree, unit, folder, record.units[unit.code]) for unit in told]
    rights = in_words(report.corrections) if school_year == report.school_year else []
    shown = f"{report.title} {school_year}", tree.authority.name, entries, report.design, report.is_synthetic, rights
    write_unless_kept(folder, "portal", ["index.html", *ASSETS], shown, lambda: write_portal(folder, *shown))
    return folder / "index.html"


def corrections(report: Report, root: Path, folder: Path, published: Published) -> Path:
    """The page of what was corrected since the release before the last correction."""
    before = corrected_releases(report, root)[-1].figures
    now = Release(report.name, published.table, published.tree)
    return write_corrections(folder, report, differences(before, now, published.definitions), published)


def corrected_releases(report: Report, root: Path) -> list[Kept]:
    """The releases that the report's corrections are of, one each."""
    before = versions_of(report, root)[: len(report.corrections)]
    if len(before) < len(report.corrections):
        told = f"{report.name} tells of {len(report.corrections)} corrections, and was released {len(before)} times"
        raise ReportError(f"key `corrections`: {told}")
    return before


def collection(name: str, reports: Sequence[Report], root: Path) -> Path:
    """The page that leads to all books of these reports of a folder of `params/`, as their records tell of them."""
    folder, first = root / "output" / name, reports[0]
    links = [_report_link(report, root, folder) for report in reports]
    return write_collection(folder, f"{first.title} {first.school_year}", links, first.design)


def _report_link(report: Report, root: Path, folder: Path) -> ReportLink:
    """A book that failed is not linked to."""
    output = output_folder(report, root, report.school_year)
    books, failed = {}, 0
    for code, unit in read_record(output).units.items():
        page = output / "books" / code / "_book" / "index.html"
        is_made = BOOK in unit.tasks and unit.tasks[BOOK].status is not Status.FAILED and page.is_file()
        failed += not is_made
        if is_made:
            books[code] = BookLink(unit.name, page.relative_to(folder).as_posix())
    own = books.pop(report.authority.code, None)
    return ReportLink(report.authority.name, own, tuple(books.values()), failed)


def _write_run_page(folder: Path, report: Report, record: Record) -> None:
    """Its fonts and styles take longer to make than all else that a build with nothing to do has to do."""
    page = write_run_page(folder, report, record)
    files = [(page.parent / name).relative_to(folder).as_posix() for name in ASSETS]
    write_unless_kept(folder, "run", files, report.design, lambda: write_assets(page.parent, report.design))


def _entry(tree: UnitTree, unit: Unit, folder: Path, known: UnitRecord) -> PortalEntry:
    """A book that failed is not linked to: what lies in its folder is an earlier one."""
    is_made = known.tasks[BOOK].status is not Status.FAILED
    made = [folder / "books" / unit.code / "_book" / name for name in ("index.html", f"{unit.code}.pdf")]
    html, pdf = (path.relative_to(folder).as_posix() if is_made and path.is_file() else None for path in made)
    return PortalEntry(unit.code, unit.name, unit.level, tree.area_name_of(unit.code), html, pdf, known.failed_sections)


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
