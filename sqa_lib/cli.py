"""The command `sqa`: the only place that knows all rooms."""

import datetime
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial, wraps
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sqa_lib.audit.earlier import plain
from sqa_lib.audit.run import Audit, audit_folder, audit_report
from sqa_lib.batch import chosen_units, notebooks_of, output_folder
from sqa_lib.batch.lock import Process, only_build
from sqa_lib.batch.now import Now
from sqa_lib.batch.older import all_books, built_years
from sqa_lib.batch.older import told as told_of
from sqa_lib.batch.plan import checked_year
from sqa_lib.batch.storage import SharedFolder, Storage
from sqa_lib.batch.trace import is_searched, note_searched
from sqa_lib.batch.worker import ClusterError
from sqa_lib.batch.workers import Workers
from sqa_lib.build import BuiltYear, Plan, Run, collection, gather_conclusions
from sqa_lib.checked import Checks
from sqa_lib.claims.account import account_for
from sqa_lib.claims.prover import prove as prove_claims
from sqa_lib.claims.read import read_claims
from sqa_lib.claims.show import show_accounts, show_findings
from sqa_lib.claims.wording import Wording, read_wording
from sqa_lib.cycle.areas import FILE as AREAS_FILE
from sqa_lib.cycle.areas import mistakes, read_all
from sqa_lib.cycle.attention import attention
from sqa_lib.cycle.new_year import new_year
from sqa_lib.cycle.outcome import unbound
from sqa_lib.cycle.sentences import all_texts
from sqa_lib.demo.reports import DEMOS, FIRST
from sqa_lib.doctor import examined
from sqa_lib.listing import statistics_table
from sqa_lib.metrics.country import country_of
from sqa_lib.metrics.deliveries import ABSENT, INCOMPLETE, NOT_OPEN, WHOLE, delivered_table, deliveries_of
from sqa_lib.new_report import new_report, new_reports
from sqa_lib.plausibility import accept, is_impossible, odd, show_odd
from sqa_lib.plausibility.accepted import FILE as ACCEPTED
from sqa_lib.plausibility.show import ODD, write_odd
from sqa_lib.progress import progress
from sqa_lib.publication import (
    ReportInput,
    compute,
    is_up_to_date,
    published_statistics,
    read_input,
    tree_of,
    true_statistics,
    unanswered_in,
)
from sqa_lib.publish.book import PublishError
from sqa_lib.publish.coverage import write_coverage
from sqa_lib.publish.run_page import FILE as RUN_PAGE
from sqa_lib.refusals import refusals, refuse, unread
from sqa_lib.releases import releases_of, write_differences
from sqa_lib.releasing import compared, release, released_before
from sqa_lib.report import Report, ReportError, load_report, project_root, report_path, reports_in
from sqa_lib.reviews.new_review import WRITERS, new_review
from sqa_lib.reviews.progress import progress_of
from sqa_lib.reviews.show import show_progress
from sqa_lib.section.key_figures import wrong_key_figures
from sqa_lib.sources.check import Input
from sqa_lib.sources.left_out import left_out
from sqa_lib.sources.problems import Problem, SourceError
from sqa_lib.sources.rejected import write_rejected
from sqa_lib.sources.show import show
from sqa_lib.status import as_json, show_status, situation_of
from sqa_lib.texts.check import check_markup, check_texts
from sqa_lib.texts.show import show_texts
from sqa_lib.units import SINGLE, Unit

FORMATS = ("html", "pdf")
PUBLISHERS = ("auto", "quarto", "embedded")
ROUNDINGS = ("either", "half-up", "half-even")
FAILED, WRONG_USAGE = 1, 2
MOST_TOLD = 20
FIRST_TOLD = 5
RENEWED, BESIDE = 50, 3
"""Reports of a folder that the same worker processes build, and those of them that are built at a time."""
OF_THE_DISK = (
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO),
    *(errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ENOTEMPTY, errno.ENAMETOOLONG),
)
"""What is wrong with folders and files rather than with the program."""

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Reproducible quality reports: from raw school data to accessible books."
)
new = typer.Typer(no_args_is_help=True, help="Make the files of a new report, of its next year, or of a review of plans.")
app.add_typer(new, name="new")
console = Console()
errors = Console(stderr=True)

WordingFile = Annotated[Path | None, typer.Option(help="What the claims' words mean (default: wording.yml beside the claims).")]
RoundingRule = Annotated[str, typer.Option(help="How the figures were rounded: either, half-up or half-even.")]
ReportName = Annotated[str, typer.Argument(help="A report: `params/x.yml` or `x`.", metavar="REPORT")]


def _told(command: Callable) -> Callable:
    """An error that a user can mend ends the command with its message, not with a traceback."""

    @wraps(command)
    def run(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except (ReportError, PublishError) as error:
            errors.print(f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
            raise typer.Exit(WRONG_USAGE) from error
        except (SourceError, ClusterError) as error:
            errors.print(f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
            raise typer.Exit(FAILED) from error
        except OSError as error:
            if error.errno not in OF_THE_DISK:
                raise
            where = f"{error.filename}: " if error.filename else ""
            told = f"{where}{error.strerror}; what is done is kept: make room or mend the folder, and run the same command again"
            errors.print(f"[bold red]error:[/] {escape(told)}", highlight=False, soft_wrap=True)
            raise typer.Exit(FAILED) from error

    return run


@app.command()
@_told
def check(
    report: ReportName,
    coverage: Annotated[bool, typer.Option("--coverage", help="Also tell which units have delivered what.")] = False,
) -> None:
    """Read and validate the report's data; print every problem with file, row, column, value and what is allowed."""
    root = project_root()
    parameters = load_report(report, root)
    given = read_input(parameters, root)
    data = given.datasets
    folder = _keep_rejected(data, parameters, root)
    show(data, folder, console)
    for each in left_out(data, parameters.school_year):
        told = f"{each}: `sqa build` makes no books of it without `--despite-rejected`"
        errors.print(f"[bold red]rejected[/] {escape(told)}", highlight=False, soft_wrap=True)
    found = unanswered_in(parameters, given, root)
    _show_odd(found, given, parameters, folder)
    if coverage:
        _show_coverage(given, parameters, folder)
    if reviews := progress_of(data, parameters.school_year):
        show_progress(reviews, console)
    if is_up_to_date(parameters, root):
        _warn(Checks(parameters, root).text_warnings())
        wrong = _check_texts(parameters, root)
    else:
        wrong = _check_markup(given, parameters, root)
        console.print(f"texts are not compared with the figures before `sqa compute {parameters.name}`", highlight=False)
    _warn(unread(parameters, root))
    asked = list(_asked(given, parameters, root))
    _warn(asked)
    mistaken = [
        *refusals(parameters, root),
        *_mistakes_in_areas(given, parameters, root),
        *_mistakes_in_what_is_shown(parameters, root),
    ]
    for mistake in mistaken:
        errors.print(f"[bold red]wrong[/] {escape(mistake)}", highlight=False, soft_wrap=True)
    if not (len(data.problems) or len(found) or wrong or asked or mistaken):
        console.print("No problems.")
    if len(data.problems) or is_impossible(found) or wrong or mistaken:
        raise typer.Exit(FAILED)


def _show_odd(found: pd.DataFrame, data: ReportInput, report: Report, folder: Path) -> None:
    """What is odd and not accepted."""
    if found.empty:
        return
    show_odd(found, tree_of(report, data), console)
    write_odd(found, folder)
    console.print(
        f"{len(found)} odd, all of them in {folder / ODD}: mend the data, or say why they are true: "
        f"`sqa accept {report.name} KEY --by … --reason …`",
        highlight=False, soft_wrap=True,
    )  # fmt: skip


@app.command(name="accept")
@_told
def accept_(
    report: ReportName,
    keys: Annotated[list[str], typer.Argument(help="Keys that `sqa check` lists (several may be given).", metavar="KEY...")],
    by: Annotated[str, typer.Option(help="Who answers for it.")],
    reason: Annotated[str, typer.Option(help="Why it is true all the same.")],
) -> None:
    """Say why what `sqa check` found odd is true all the same: kept in the data's `accepted.yml`, asked again when it changes."""
    root = project_root()
    parameters = load_report(report, root)
    given = read_input(parameters, root)
    if parameters.source != "datasets":
        raise ReportError(f"{parameters.name} has no datasets of its own; official files are not answered for")
    folder = root / parameters.data
    new = accept(keys, odd(given.datasets, tree_of(parameters, given)), folder, by, reason, datetime.date.today())
    for each in new:
        console.print(f"accepted {each.key}: {each.rule} {each.school_year} {each.unit}", highlight=False, soft_wrap=True)
    console.print(f"{len(new)} accepted, in {folder / ACCEPTED}", highlight=False, soft_wrap=True)


def _show_coverage(data: ReportInput, report: Report, folder: Path) -> None:
    """How many units have delivered each dataset in each school year; the page and the file tell which."""
    tree = tree_of(report, data)
    delivered = delivered_table(deliveries_of(data.datasets, tree), tree)
    table = Table("Dataset", "School year", "Units", "Delivered", "Incomplete", "Not delivered", title="Coverage")
    for (name, year), some in delivered.groupby(["dataset", "school_year"], sort=False):
        counts = some["status"].value_counts()
        expected = len(some) - int(counts.get(NOT_OPEN, 0))
        table.add_row(str(name), str(year), str(expected), *(str(counts.get(each, 0)) for each in (WHOLE, INCOMPLETE, ABSENT)))
    console.print(table)
    console.print(f"Which they are: {write_coverage(folder, delivered, tree, report)}", highlight=False, soft_wrap=True)


def _check_texts(report: Report, root: Path) -> int:
    """Print which references are wrong and which numbers are typed by hand; returns how many references are wrong."""
    paths = notebooks_of(root)
    names = {name: section.notebook for section in report.sections for name in (section.notebook, section.name)}
    notebooks = {name: paths[notebook] for name, notebook in names.items() if notebook in paths}
    published = published_statistics(report, root)
    checked = check_texts(all_texts(report, root, published.tree), published, report, notebooks)
    show_texts(checked, console)
    return len(checked.mistakes)


def _check_markup(data: ReportInput, report: Report, root: Path) -> int:
    """Print what texts may not hold; returns how much that is."""
    try:
        tree = tree_of(report, data)
    except ReportError:  # there are no units; what is wrong with their file is told already
        return 0
    checked = check_markup(all_texts(report, root, tree))
    show_texts(checked, console)
    return len(checked.mistakes)


def _asked(data: ReportInput, report: Report, root: Path) -> Iterator[str]:
    """What time asks for: texts to be read again, years beside other figures, what is due, rows that were corrected."""
    try:
        tree = tree_of(report, data)
    except ReportError:  # there are no units; what is wrong with their file is told already
        return
    published = published_statistics(report, root) if is_up_to_date(report, root) else None
    yield from attention(report, data.datasets, tree, root, published)


def _mistakes_in_areas(data: ReportInput, report: Report, root: Path) -> list[str]:
    """What can't be used in the development areas; what their indicators are bound to where the statistics are up to date."""
    path = root / report.folder / AREAS_FILE
    try:
        tree = tree_of(report, data)
    except ReportError:  # there are no units; what is wrong with their file is told already
        return []
    wrong = mistakes(path, [unit.code for unit in tree.units])
    if wrong or not is_up_to_date(report, root):
        return wrong
    return unbound(read_all(path), published_statistics(report, root))


def _mistakes_in_what_is_shown(report: Report, root: Path) -> list[str]:
    """Key figures that the statistics, where they are up to date, can't give, and a unit of the sample that has no book."""
    if not is_up_to_date(report, root):
        return []
    published = published_statistics(report, root)
    try:
        chosen_units(report, published, report.sample_units, [])
    except ReportError as error:
        return [*wrong_key_figures(report, published), f"{report.name}.yml: key `sample_units`: {error}"]
    return wrong_key_figures(report, published)


def _keep_rejected(data: Input, report: Report, root: Path) -> Path:
    folder = _rejected_folder(report, root)
    write_rejected(data, folder)
    return folder


def _rejected_folder(report: Report, root: Path) -> Path:
    return root / "output" / report.name / "rejected"


@app.command(name="compute")
@_told
def compute_(
    report: ReportName,
    fresh: Annotated[bool, typer.Option("--fresh", help="Compute them also where they are up to date.")] = False,
) -> None:
    """Compute the published statistics of all units, unless they are up to date."""
    root = project_root()
    parameters = load_report(report, root)
    published = compute(parameters, root) if fresh else published_statistics(parameters, root)
    hidden = int(published.table["mark"].isin(["..", "~100"]).sum())
    console.print(f"{len(published.table)} statistics for {published.table['unit'].nunique()} units, {hidden} withheld")


@app.command()
@_told
def statistics(report: ReportName) -> None:
    """List the report's statistics: what notebooks call them, what they are given by, what they are called in the books."""
    root = project_root()
    console.print(statistics_table(published_statistics(load_report(report, root), root)))


@app.command()
@_told
def audit(report: ReportName) -> None:
    """Attack what the report publishes, and search its output for what must not be there."""
    root = project_root()
    parameters = load_report(report, root)
    found = audit_report(parameters, root)
    _tell_audit(found, root)
    books = all_books(parameters, root)
    _warn(told_of(books, parameters.name))
    if books.is_mixed or not found.is_safe:
        raise typer.Exit(FAILED)


def _tell_audit(found: Audit, root: Path) -> None:
    table = Table("level", "hidden", "primary", "secondary", "unsafe", "exact")
    for row in found.verdict.summary.itertuples(index=False):
        table.add_row(row.level, *(str(number) for number in row[1:]))
    console.print(table)
    for reader in found.readers:
        who = f"who knows all of {reader.unit}" if reader.unit else "who has public statistics of the same units"
        console.print(f"{who}: {reader.unsafe} narrowed down, {reader.exact} exactly", highlight=False)
    if found.verdict.past:
        _warn([f"{len(found.verdict.past)} numbers can be worked out from earlier releases: withheld now, and out all the same"])
    if found.verdict.accepted:
        _warn([f"{len(found.verdict.accepted)} numbers can be worked out, and someone has signed for them (`disclosure.accept`)"])
    if found.exposed:
        since = found.report.disclosure.since
        _warn(
            [f"{len(found.exposed)} numbers released before {since} are known closer than today's policy allows: past, and out"]
        )
    _tell_unsafe(found, root)


_WHAT_TO_DO = (
    "withhold a figure that reveals it by hand (`disclosure.withhold`), wait for what is missing, take the units that came late"
    " out of this report too, or let someone sign for it (`disclosure.accept`); docs/disclosure.md says how"
)


def _tell_unsafe(found: Audit, root: Path) -> None:
    """What readers could work out, and what lies in the files: names and equations, never a withheld number."""
    for finding in found.verdict.findings[:MOST_TOLD]:
        unit = plain(finding.unit) if plain(finding.unit) == finding.unit else f"{plain(finding.unit)} as it was released"
        name = f"{finding.statistic} {finding.school_year} {unit} [{finding.breakdown}]"
        errors.print(
            f"[bold red]unsafe[/] {escape(name)}: {escape('; '.join(finding.equations))}", highlight=False, soft_wrap=True
        )
    if found.verdict.findings:
        errors.print(_WHAT_TO_DO, highlight=False, soft_wrap=True)
    for leak in found.leaks[:MOST_TOLD]:
        told = escape(f"{leak.file}: {leak.kind} from {leak.where}")
        errors.print(f"[bold red]leak[/] {told}", highlight=False, soft_wrap=True)
    page = audit_folder(found.report, root) / "audit.html"
    counted = f"{len(found.verdict.findings)} unsafe numbers, {len(found.leaks)} leaks"
    console.print(f"{counted}; all of them: {page}", highlight=False, soft_wrap=True)


@app.command()
@_told
def figures(
    report: ReportName,
    claims: Annotated[Path | None, typer.Option(help="Claims file (default: `claims/figures.csv` in the report's data).")] = None,
    wording: WordingFile = None,
    rounding: RoundingRule = "either",
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects instead of a table.")] = False,
) -> None:
    """Account for every figure that a report prints: reproduced, about right, contradicted, a misprint, or not derivable."""
    root = project_root()
    parameters = load_report(report, root)
    own = root / parameters.folder / "claims"
    path = claims or own / "figures.csv"
    words = _wording_of(path, wording, own / "wording.yml")
    published = published_statistics(parameters, root)
    statistics = true_statistics(parameters, read_input(parameters, root), published.tree)
    printed = read_claims(path, words)
    found = account_for(printed, words, statistics, published, parameters.school_year, _one_of("rounding", rounding, ROUNDINGS))
    if as_json:
        print(json.dumps([account.as_json() for account in found.accounts], ensure_ascii=False, indent=1))
    else:
        show_accounts(found, console, rounding)
    if found.count("contradicted"):
        raise typer.Exit(FAILED)


@app.command()
@_told
def prove(
    claims: Annotated[Path, typer.Argument(help="Claims file.", metavar="CLAIMS")],
    wording: WordingFile = None,
    rounding: RoundingRule = "either",
) -> None:
    """Find the fewest printed figures that must be wrong, from the figures alone, without any data."""
    words = _wording_of(claims, wording)
    printed = read_claims(claims, words)
    found = prove_claims(printed, words.parts, _one_of("rounding", rounding, ROUNDINGS))
    show_findings(found, console, rounding)
    told = sum(claim.count is not None for claim in printed)
    wrong = sum(len(finding.wrong) for finding in found)
    console.print(f"{told} of {len(printed)} figures compared, at least {wrong} of them wrong", highlight=False)
    if told < len(printed):
        console.print("the others have neither `count` nor words that the wording explains", highlight=False)
    if found:
        raise typer.Exit(FAILED)


def _wording_of(claims: Path, chosen: Path | None, own: Path | None = None) -> Wording:
    """The wording that was named, else the one beside the claims file, else the report's own."""
    paths = [chosen] if chosen else [claims.with_name("wording.yml"), *([own] if own else [])]
    found = next((path for path in paths if path.is_file()), None)
    if chosen and not found:
        raise ReportError(f"{chosen}: no such file")
    return read_wording(found) if found else Wording()


@app.command(name="release")
@_told
def release_(
    report: ReportName,
    by: Annotated[str, typer.Option(help="Who releases it: a role.")],
    name: Annotated[str, typer.Option("--as", help="The release's name (default: the report's and its date).")] = "",
) -> None:
    """Keep what was built and published in `data/released/<name>/`: a record that never changes; all later reports know it."""
    root = project_root()
    kept = release(load_report(report, root), root, by, datetime.date.today(), name)
    counted = f"{len(kept.figures.shown)} shown figures, {len(kept.record.books)} books"
    rejected = f", made despite rejected rows of {', '.join(kept.record.rejected)}" if kept.record.rejected else ""
    told = f"version {kept.record.version} of {kept.record.report}, {counted}{rejected}"
    console.print(f"{kept.folder.relative_to(root)}: {told}", highlight=False, soft_wrap=True)
    console.print("put the folder under version control: nothing can make it again", highlight=False, soft_wrap=True)


@app.command()
@_told
def releases(report: ReportName) -> None:
    """List what the report's authority has released: all of it is taken as known, but what the parameters leave out."""
    root = project_root()
    found = releases_of(load_report(report, root), root)
    for kept in found:
        record = kept.record
        told = f"{kept.name}: version {record.version} of {record.report} ({record.school_year}), {record.date}, {record.by}"
        reasons = [
            record.reason,
            f"made despite rejected rows of {', '.join(record.rejected)}" if record.rejected else "",
            f"left out: {kept.left_out}" if kept.left_out else "",
        ]
        console.print("; ".join([told, *filter(None, reasons)]), highlight=False, soft_wrap=True, markup=False)
    console.print(f"{len(found)} releases", highlight=False)


@app.command()
@_told
def diff(
    report: ReportName,
    release: Annotated[str, typer.Argument(help="A release (default: the report's last).")] = "",
    other: Annotated[str, typer.Argument(help="Another release (default: what is published now).")] = "",
) -> None:
    """List every figure that differs between two releases, or a release and what is published now; all are in the output's
    `differences.csv`."""
    root = project_root()
    parameters = load_report(report, root)
    found = compared(parameters, root, release, other)
    table = Table("What", "Figures", *("Statistic", "School year", "Unit", "Breakdown", "Then", "Now"))
    for kind, some in found.groupby("kind", sort=False):
        for number, row in enumerate(some.head(FIRST_TOLD).itertuples(index=False)):
            head = (str(kind), str(len(some))) if number == 0 else ("", "")
            table.add_row(*head, *(escape(str(text)) for text in row[1:]))
    console.print(table)
    path = write_differences(found, root / "output" / parameters.name)
    console.print(f"{len(found)} figures differ, all of them in {path}", highlight=False, soft_wrap=True)


@app.command()
@_told
def conclusions(report: ReportName) -> None:
    """Gather what all units conclude, by theme, for the analyst: `conclusions.html` and `conclusions.csv` in the output."""
    root = project_root()
    parameters = load_report(report, root)
    page, warnings = gather_conclusions(parameters, root, parameters.school_year)
    _warn(warnings)
    console.print(f"conclusions of all units: {page}", highlight=False, soft_wrap=True)


@app.command()
@_told
def build(
    report: ReportName,
    unit: Annotated[list[str] | None, typer.Option(help="Only this unit (repeatable).")] = None,
    level: Annotated[
        list[str] | None, typer.Option(help="Only units of this level: municipality, area, school or preschool (repeatable).")
    ] = None,
    sample: Annotated[bool, typer.Option(help="Only the municipality, the areas and the report's `sample_units`.")] = False,
    year: Annotated[list[str] | None, typer.Option(help="School year, such as 2020/21 (default: the report's own).")] = None,
    jobs: Annotated[
        int | None, typer.Option(help="How many notebooks and books are made at a time (default: as many as pay).", min=1)
    ] = None,
    scheduler: Annotated[str, typer.Option(help="A cluster instead of this machine's cores, such as tcp://host:8786.")] = "",
    storage: Annotated[
        str, typer.Option(help="Where a cluster's workers get the project that they don't see, such as s3://bucket/folder.")
    ] = "",
    format: Annotated[list[str] | None, typer.Option(help="html or pdf (repeatable; default: the report's own).")] = None,
    publisher: Annotated[str, typer.Option(help="auto, quarto or embedded.")] = "auto",
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", help="NAME=VALUE for every notebook that is run.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would run, and why; run nothing.")] = False,
    why: Annotated[str, typer.Option(help="UNIT/SECTION or UNIT/book: all reasons why it would run; run nothing.")] = "",
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Run only what failed last time.")] = False,
    despite_rejected: Annotated[
        bool, typer.Option("--despite-rejected", help="Make books also where rows of the school year are rejected; they say so.")
    ] = False,
) -> None:
    """Everything from raw data to books; what is up to date is kept. A folder of params/ is all reports in it."""
    root = project_root()
    wanted = _Wanted(
        unit=tuple(unit or ()), level=tuple(level or ()), sample=sample, year=tuple(map(checked_year, year or ())),
        formats=tuple(format or ()), publisher=_one_of("publisher", publisher, PUBLISHERS), parameters=_pairs(parameter or []),
        retry_failed=retry_failed, despite_rejected=despite_rejected,
    )  # fmt: skip
    if several := reports_in(report, root):
        if dry_run or why or unit or storage:
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
class _Wanted:
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
    report: Report, root: Path, wanted: _Wanted, workers: Workers, *, is_one_of_many: bool = False
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
        _warn([*checks.text_warnings(), *checks.corrected(), *unread(report, root)])
        _warn(told for year in wanted.years(report) for told in released_before(report, root, year))
        if found := checks.unsafe():
            _tell_unsafe(found, root)
            errors.print(f"[bold red]not published[/] {report.name}: readers could work out numbers that are withheld")
            return "not published", False
        for year in (year for year in built_years(report, root) if year not in wanted.years(report)):
            _warn(run.told_of_older(run.take_out_older(plans[0].now, year), year))
        built = [_build_year(run, planned, process, is_one_of_many) for planned in plans]
        leaks = _search(checks, plans)
        if checks.odd:
            _warn([f"the input: {checks.odd} odd and not accepted: run `sqa check {report.name}`"])
        _tell_unusable(checks)
        failures = leaks + sum(len(year.failures) for year in built)
        return "; ".join(map(_in_short, built)), not failures and not checks.unusable.is_faulty


def _lacks_rows(checks: Checks, wanted: _Wanted) -> bool:
    """Tell what was rejected of the school years to build; whether no books are made because of it."""
    name = checks.report.name
    lacking = [each for year in wanted.years(checks.report) for each in checks.left_out(year)]
    if not lacking or wanted.despite_rejected:
        _warn(f"built despite rejected rows: {each}" for each in lacking)
        return False
    _tell_unusable(checks)
    mend = f"mend what `sqa check {name}` lists, or make books that say what they lack: `sqa build {name} --despite-rejected`"
    for told in (*map(str, lacking), mend):
        errors.print(f"[bold red]not built[/] {escape(f'{name}: {told}')}", highlight=False, soft_wrap=True)
    return True


def _foresee(report: Report, root: Path, wanted: _Wanted, why: str) -> None:
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


def _build_all(folder: str, names: Sequence[str], root: Path, wanted: _Wanted, start: Callable[[], Workers]) -> bool:
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


def _build_some(names: Sequence[str], root: Path, wanted: _Wanted, start: Callable[[], Workers]) -> Iterator[_One]:
    """Several reports beside each other, so that the workers are busy while one is planned and another is summed up; what became
    of them in the order of their names."""
    with ThreadPoolExecutor(BESIDE) as pool, start() as workers:
        try:
            yield from pool.map(lambda name: _build_one(name, root, wanted, workers), names)
        except BaseException:  # of Ctrl-C too: what has not begun never does, and what runs ends with the workers
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _build_one(name: str, root: Path, wanted: _Wanted, workers: Workers) -> _One:
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
    folder = _rejected_folder(checks.report, checks.root)
    if not folder.is_dir():
        _keep_rejected(checks.data, checks.report, checks.root)
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
        _tell_unsafe(found, root)
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
    _warn(f"{of}{warning}" for warning in built.warnings)
    _warn(f"{of}{book.unit}: {warning}" for book in built.books for warning in book.warnings)
    for failure in built.failures:
        errors.print(f"[bold red]failed[/] {escape(of + failure)}", highlight=False, soft_wrap=True)


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        errors.print(f"[yellow]warning[/] {escape(warning)}", highlight=False, soft_wrap=True)


def _with_formats(report: Report, formats: list[str]) -> Report:
    chosen = tuple(_one_of("format", name, FORMATS) for name in formats)
    return report.model_copy(update={"formats": chosen}) if chosen else report


def _one_of(what: str, name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise ReportError(f"unknown {what} `{name}`; there are: {', '.join(known)}")
    return name


def _pairs(texts: list[str]) -> dict[str, str]:
    """`-p NAME=VALUE` as a mapping."""
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise ReportError(f"parameter `{wrong[0]}`: expected NAME=VALUE")
    return dict(text.split("=", 1) for text in texts)


@app.command()
@_told
def doctor(report: ReportName) -> None:
    """Tell what of the report's files is not as it should be, and what to do about it; nothing is changed."""
    root = project_root()
    found = list(examined(load_report(report, root), root))
    for each in found:
        mend = f"; {each.mend}" if each.mend else ""
        state = "[green]well[/] " if each.is_well else "[bold red]wrong[/]"
        console.print(f"{state} {escape(f'{each.what}: {each.told}{mend}')}", highlight=False, soft_wrap=True)
    if not all(each.is_well for each in found):
        raise typer.Exit(FAILED)


@app.command()
@_told
def status(
    report: ReportName,
    year: Annotated[str | None, typer.Option(help="School year, such as 2020/21 (default: the report's own).")] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print an object instead of lines.")] = False,
) -> None:
    """What the last build did, what one that goes on is doing, and what failed."""
    root = project_root()
    parameters = load_report(report, root)
    school_year = parameters.school_year if year is None else checked_year(year)
    folder = output_folder(parameters, root, school_year)
    situation = situation_of(parameters, folder, root / "output" / parameters.name)
    if situation.builder is None:
        situation = replace(situation, books=all_books(parameters, root, [school_year]))
    if as_json_:
        print(json.dumps(as_json(situation), ensure_ascii=False, indent=1))
    else:
        show_status(situation, console)
    if not situation.is_well:
        raise typer.Exit(FAILED)


@new.command(name="report")
@_told
def new_report_(
    source: Annotated[
        list[Path], typer.Option("--from", help="A file from Skolverket: `Underlag för analys` (XLSX), and others (repeatable).")
    ],
    authority: Annotated[
        str, typer.Option(help="The authority's name, such as `Ljungby`, its organisation number, or the code of a school unit.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="A report for every authority of the files.")] = False,
    municipalities: Annotated[bool, typer.Option("--municipalities", help="A report for every municipality.")] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Put the files under data/skolverket/ first.")] = False,
) -> None:
    """Write the parameters of a report from Skolverket's official files: of one authority, or of all."""
    root = project_root()
    if sum(map(bool, (authority, every, municipalities))) != 1:
        raise ReportError("name an `--authority`, or say `--all` or `--municipalities`")
    if authority:
        made = new_report(authority, source, root, copy=copy)
    else:
        made = new_reports(source, root, only_municipalities=municipalities, copy=copy)
    _tell_files(source, root)
    what = f"{made.paths[0].relative_to(root)}" if authority else f"params/{made.name}/: {len(made.paths)} reports"
    console.print(f"{what}: now run `sqa build {made.name}`", highlight=False, soft_wrap=True)


def _tell_files(sources: Sequence[Path], root: Path) -> None:
    """As what each file was recognised, and what in them is not as it was known."""
    country = country_of(sources, root / "output")
    for file in country.files.itertuples():
        year = f" ({file.school_year})" if file.school_year else ""
        console.print(f"{file.file}: {file.title}{year}", highlight=False, soft_wrap=True, markup=False)
    _warn(str(Problem(**problem)) for problem in country.problems.to_dict("records"))
    if len(country.contradictions):
        measures, names = (country.contradictions[name].nunique() for name in ("measure", "unit_name"))
        _warn(
            [f"two files have different values of {measures} measures for {names} authorities; `sqa check` of theirs tells which"]
        )


@new.command(name="year")
@_told
def new_year_(report: ReportName) -> None:
    """Write the next school year's parameters and data folder, with the development areas carried over."""
    root = project_root()
    made = new_year(load_report(report, root), report_path(report, root), root)
    console.print(f"{made.parameters.relative_to(root)}: look through it", highlight=False, soft_wrap=True)
    console.print(f"{made.data.relative_to(root)}/: append the new rows as its README.md says", highlight=False, soft_wrap=True)
    for line in made.told:
        console.print(line, highlight=False, soft_wrap=True, markup=False)


@new.command(name="review")
@_told
def new_review_(
    report: ReportName,
    reviewer: Annotated[str, typer.Option(help="A role and a number, such as `granskare 1`; never a person's name.")],
    unit: Annotated[list[str] | None, typer.Option(help="Only plans of this unit and of those below (repeatable).")] = None,
    format: Annotated[str, typer.Option(help="xlsx or yml.")] = "xlsx",
) -> None:
    """Write a reviewer's form, with the health plans to review by the rubric, to the report's data."""
    root = project_root()
    parameters = load_report(report, root)
    kind = _one_of("format", format, tuple(WRITERS))
    made = new_review(parameters, read_input(parameters, root).datasets.tables, root, reviewer, unit or [], kind)
    console.print(f"{made.path.relative_to(root)}: {made.plans} plans to review", highlight=False, soft_wrap=True)
    told = f"it is read where it lies when it is filled in: `sqa check {parameters.name}` tells how far it has come"
    console.print(told, highlight=False, soft_wrap=True)


@app.command(name="demo-data")
@_told
def demo_data(
    folder: Annotated[Path | None, typer.Argument(help="Where to write (default: data/<report>).")] = None,
    report: Annotated[str, typer.Option(help=f"Whose data: {', '.join(DEMOS)}.")] = FIRST,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same files (default: the report's own).")] = None,
) -> None:
    """Write the synthetic data of a demo report."""
    generate = DEMOS[_one_of("report", report, tuple(DEMOS))]
    own = {} if seed is None else {"seed": seed}
    for path in generate(folder or project_root() / "data" / report, **own):
        console.print(str(path), highlight=False, soft_wrap=True)


@app.command()
@_told
def lab() -> None:
    """Open the notebooks in JupyterLab (extra `lab`)."""
    if find_spec("jupyterlab") is None:
        raise ReportError("JupyterLab is not installed; run `pip install 'sqa_lib[lab]'` or use `make lab`")
    with subprocess.Popen([sys.executable, "-m", "jupyterlab", str(project_root() / "notebooks")]) as server:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # of Ctrl-C it hears too, and asks whether it shall end
        raise typer.Exit(server.wait())
