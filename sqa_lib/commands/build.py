"""`sqa build`: everything from raw data to books, of one report or of all in a folder."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import typer
from rich.markup import escape

from sqa_lib.audit.run import Audit, audit_folder
from sqa_lib.batch import chosen_units
from sqa_lib.batch.lock import Process, only_build
from sqa_lib.batch.now import Now
from sqa_lib.batch.older import built_years
from sqa_lib.batch.plan import checked_year
from sqa_lib.batch.storage import SharedFolder, Storage
from sqa_lib.batch.trace import is_searched, note_searched
from sqa_lib.batch.workers import Workers
from sqa_lib.build import BuiltYear, Plan, Run, collection, gather_conclusions
from sqa_lib.checked import Checks
from sqa_lib.commands.audit import tell_unsafe
from sqa_lib.commands.choices import FORMATS, one_of
from sqa_lib.commands.rejected import keep_rejected, rejected_folder
from sqa_lib.commands.terminal import FAILED, console, errors, warn
from sqa_lib.progress import progress
from sqa_lib.publication import is_up_to_date
from sqa_lib.publish.book import PublishError
from sqa_lib.publish.run_page import FILE as RUN_PAGE
from sqa_lib.refusals import refuse, unread
from sqa_lib.releasing import released_before
from sqa_lib.report import Report, ReportError, load_report, project_root, reports_in
from sqa_lib.sources.problems import SourceError
from sqa_lib.units import SINGLE, Unit

RENEWED, BESIDE = 50, 3
"""Reports of a folder that the same worker processes build, and those of them that are built at a time."""


def run_build(
    report: str, wanted: "Wanted", jobs: int | None, scheduler: str, storage: str, *, dry_run: bool = False, why: str = ""
) -> None:
    """A folder of `params/` is all reports in it. Other arguments as the command's options."""
    root = project_root()
    for year in wanted.year:
        checked_year(year)
    if several := reports_in(report, root):
        if dry_run or why or wanted.unit or storage:
            raise ReportError(f"{report} is a folder of {len(several)} reports; name one of them, such as {several[0]}")
        is_well = _build_all(
            report, several, root, wanted, partial(Workers, SharedFolder(root), jobs or os.cpu_count() or 1, scheduler)
        )
    elif dry_run or why:
        _foresee(load_report(report, root), root, wanted, why)
        return
    else:
        parameters = load_report(report, root)
        project = Storage.of(storage, parameters, root) if storage else SharedFolder(root)
        with Workers(project, jobs, scheduler) as workers:
            _, is_well = _build_report(parameters, root, wanted, workers)
    if not is_well:
        raise typer.Exit(FAILED)


@dataclass(frozen=True)
class Wanted:
    """What of a report is built, and how."""

    unit: tuple[str, ...]
    level: tuple[str, ...]
    sample: bool
    year: tuple[str, ...]
    formats: tuple[str, ...]
    publisher: str
    parameters: Mapping[str, str]
    retry_failed: bool
    despite_rejected: bool

    def years(self, report: Report) -> tuple[str, ...]:
        """The school years to build."""
        return self.year or (report.school_year,)

    def units(self, report: Report, checks: Checks) -> list[Unit]:
        """The units to build."""
        singles = set(report.levels) - set(SINGLE)
        if self.sample and not (self.unit or self.level or report.sample_units or singles):
            raise ReportError(f"{report.name}: no units to sample; name some as `sample_units` in params/{report.name}.yml")
        sampled = report.sample_units if self.sample else ()
        levels = [level for level in report.levels if self.sample and level not in SINGLE]
        return chosen_units(report, checks.published, [*self.unit, *sampled], [*self.level, *levels], self.year)

    def plans(
        self, report: Report, root: Path, checks: Checks, units: Sequence[Unit], workers: Workers
    ) -> tuple[Run, list[Plan]]:
        """What there is to do, for each school year."""
        now = Now(report, root, checks.published, checks.stamp)
        run = Run(_with_formats(report, list(self.formats)), root, self.publisher, self.parameters, workers)
        plans = [run.plan(now, units, year, only_failed=self.retry_failed) for year in self.years(report)]
        return run, plans


def _build_report(
    report: Report, root: Path, wanted: Wanted, workers: Workers, *, is_one_of_many: bool = False
) -> tuple[str, bool]:
    """Build a report's books; what was built, and False where anything in its input or in a section failed."""
    refuse(report, root)
    _with_formats(report, list(wanted.formats))
    with only_build(root / "output" / report.name, report.name) as process:
        checks = Checks(report, root)
        if _lacks_rows(checks, wanted):
            return "not built", False
        run, plans = wanted.plans(report, root, checks, wanted.units(report, checks), workers)
        checks.odd  # noqa: B018  (what can't be true ends the build before anything is made)
        warn([*checks.text_warnings(), *checks.corrected(), *unread(report, root)])
        warn(told for year in wanted.years(report) for told in released_before(report, root, year))
        if found := checks.unsafe():
            tell_unsafe(found, root)
            errors.print(f"[bold red]not published[/] {report.name}: readers could work out numbers that are withheld")
            return "not published", False
        for year in (year for year in built_years(report, root) if year not in wanted.years(report)):
            warn(run.told_of_older(run.take_out_older(plans[0].now, year), year))
        built = [_build_year(run, planned, process, is_one_of_many) for planned in plans]
        leaks = _search(checks, plans)
        if checks.odd:
            warn([f"the input: {checks.odd} odd and not accepted: run `sqa check {report.name}`"])
        _tell_unusable(checks)
        failures = leaks + sum(len(year.failures) for year in built)
        return "; ".join(map(_in_short, built)), not failures and not checks.unusable.is_faulty


def _lacks_rows(checks: Checks, wanted: Wanted) -> bool:
    """Tell what was rejected of the school years to build; whether no books are made because of it."""
    name = checks.report.name
    lacking = [each for year in wanted.years(checks.report) for each in checks.left_out(year)]
    if not lacking or wanted.despite_rejected:
        warn(f"built despite rejected rows: {each}" for each in lacking)
        return False
    _tell_unusable(checks)
    mend = f"mend what `sqa check {name}` lists, or make books that say what they lack: `sqa build {name} --despite-rejected`"
    for told in (*map(str, lacking), mend):
        errors.print(f"[bold red]not built[/] {escape(f'{name}: {told}')}", highlight=False, soft_wrap=True)
    return True


def _foresee(report: Report, root: Path, wanted: Wanted, why: str) -> None:
    """List what would run, or all reasons why one section or book would; run nothing."""
    refuse(report, root)
    if _lacks_rows(checks := Checks(report, root), wanted):
        raise typer.Exit(FAILED)
    if not is_up_to_date(report, root):
        console.print(
            f"statistics: input, parameters or code changed; what follows is known after `sqa compute {report.name}`",
            highlight=False,
            soft_wrap=True,
        )
        return
    asked, _, task = why.partition("/")
    units = chosen_units(report, checks.published, [asked], []) if why else wanted.units(report, checks)
    run, plans = wanted.plans(report, root, checks, units, Workers(SharedFolder(root), 1))
    for planned in plans:
        _explain(asked, task, run.reasons(planned, asked, task)) if why else _list(planned)


def _build_all(folder: str, names: Sequence[str], root: Path, wanted: Wanted, start: Callable[[], Workers]) -> bool:
    """Build the reports of a folder, and the page that leads to all; what fails in one stops no other.

    start: begins worker processes, which are renewed now and then, since what they keep of their tasks grows with these.
    """
    failed, there, told = [], [], len(str(len(names)))
    for first in range(0, len(names), RENEWED):
        for number, one in enumerate(_build_some(names[first : first + RENEWED], root, wanted, start), start=first + 1):
            console.print(f"[{number:{told}}/{len(names)}] {one.name}: {one.what}", highlight=False, soft_wrap=True, markup=False)
            there += [one.report] if one.report else []
            failed += [] if one.is_well else [one.name]
    if there:
        console.print(f"all reports: {collection(folder, there, root)}", highlight=False, soft_wrap=True)
    console.print(
        f"{len(names)} reports, {len(failed)} with failures{': ' if failed else ''}{', '.join(failed)}", highlight=False
    )
    return not failed


@dataclass(frozen=True)
class _One:
    """What became of a report of a folder. report: None where its parameters can't be read; what: in a line."""

    name: str
    report: Report | None
    what: str
    is_well: bool


def _build_some(names: Sequence[str], root: Path, wanted: Wanted, start: Callable[[], Workers]) -> Iterator[_One]:
    """Several reports beside each other, so that the workers are busy while one is planned and another is summed up; what became
    of them in the order of their names."""
    with ThreadPoolExecutor(BESIDE) as pool, start() as workers:
        try:
            yield from pool.map(lambda name: _build_one(name, root, wanted, workers), names)
        except BaseException:  # of Ctrl-C too: what has not begun never does, and what runs ends with the workers
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _build_one(name: str, root: Path, wanted: Wanted, workers: Workers) -> _One:
    report = None
    try:
        report = load_report(name, root)
        what, is_well = _build_report(report, root, wanted, workers, is_one_of_many=True)
        return _One(name, report, what, is_well)
    except (ReportError, PublishError, SourceError) as error:
        errors.print(f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        return _One(name, report, "error", False)


def _list(planned: Plan) -> None:
    """What would run, and why."""
    for task in planned.tasks:
        console.print(f"{task.unit}/{task.name}: {task.why}", highlight=False, soft_wrap=True, markup=False)
    there = len(planned.tasks) + len(planned.kept)
    console.print(f"{planned.school_year}: {len(planned.tasks)} of {there} tasks would run", highlight=False)


def _explain(unit: str, task: str, reasons: Sequence[str]) -> None:
    for reason in reasons or ["up to date"]:
        console.print(f"{unit}/{task}: {reason}", highlight=False, soft_wrap=True, markup=False)


def _search(checks: Checks, plans: Sequence[Plan]) -> int:
    """Look through what was made anew, and take away what must not be there; returns how many leaks there were."""
    traces = {folder: traces for planned in plans for folder, traces in planned.traces.items() if folder.is_dir()}
    if found := checks.search([folder for folder, some in traces.items() if not all(map(is_searched, some))]):
        return _take_back(found, checks.root)
    for trace in chain.from_iterable(traces.values()):
        note_searched(trace)
    return 0


def _tell_unusable(checks: Checks) -> None:
    """What of the input can't be used, and where its rows are kept apart."""
    if not checks.unusable.problems:
        return
    folder = rejected_folder(checks.report, checks.root)
    if not folder.is_dir():
        keep_rejected(checks.data, checks.report, checks.root)
    errors.print(
        f"[bold red]input[/] {checks.unusable.problems} problems, {checks.unusable.rejected} rows rejected: "
        f"see {folder} or run `sqa check {checks.report.name}`",
        highlight=False,
        soft_wrap=True,
    )


def _take_back(found: Audit, root: Path) -> int:
    """Whatever has anything in it that must not be published is taken away, of a unit all; returns how many leaks there were."""
    output = audit_folder(found.report, root).parent
    for leak in found.leaks:
        shutil.rmtree(output / _whole(Path(leak.file)), ignore_errors=True)
    if found.leaks:
        tell_unsafe(found, root)
    return len(found.leaks)


def _whole(file: Path) -> Path:
    """The unit's folder that a file of the output lies in (`books/<unit>`, `notebooks/<unit>`), else the file's own folder."""
    for folder in file.parents:
        if folder.parent.name in ("books", "notebooks"):
            return folder
    return file.parent


def _build_year(run: Run, planned: Plan, process: Process, is_one_of_many: bool) -> BuiltYear:
    """Build a school year, and tell what became of it; one of many reports tells of failures and warnings only."""
    if is_one_of_many:
        built = run.build(planned, process, lambda event: None)
        _tell(built, f"{run.report.name}: ")
        return built
    with progress(errors, run.report.name, planned.names) as tell:
        built = run.build(planned, process, tell)
    _list_books(built)
    _tell(built)
    console.print(_in_short(built))
    return built


def _in_short(built: BuiltYear) -> str:
    return f"{len(built.books)} books, {len(built.outcomes)} sections, {len(built.failures)} failures"


def _list_books(built: BuiltYear) -> None:
    """Print the paths of the books and of the pages that tell of all."""
    for path in (path for book in built.books for path in (book.html, book.pdf) if path):
        console.print(str(built.folder / path), highlight=False, soft_wrap=True)
    console.print(f"all books: {built.page}", highlight=False, soft_wrap=True)
    console.print(f"the run: {built.folder / RUN_PAGE}", highlight=False, soft_wrap=True)


def _tell(built: BuiltYear, of: str = "") -> None:
    """Print what failed and every warning. of: what to begin each line with."""
    warn(f"{of}{warning}" for warning in built.warnings)
    warn(f"{of}{book.unit}: {warning}" for book in built.books for warning in book.warnings)
    for failure in built.failures:
        errors.print(f"[bold red]failed[/] {escape(of + failure)}", highlight=False, soft_wrap=True)


def _with_formats(report: Report, formats: list[str]) -> Report:
    chosen = tuple(one_of("format", name, FORMATS) for name in formats)
    return report.model_copy(update={"formats": chosen}) if chosen else report


def run_conclusions(report: str) -> None:
    """Gather what all units conclude, by theme, for the analyst: `conclusions.html` and `conclusions.csv` in the output."""
    root = project_root()
    parameters = load_report(report, root)
    page, warnings = gather_conclusions(parameters, root, parameters.school_year)
    warn(warnings)
    console.print(f"conclusions of all units: {page}", highlight=False, soft_wrap=True)
