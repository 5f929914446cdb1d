"""The command `sqa`: the only place that knows all rooms."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, TypeVar

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sqa_lib import demo
from sqa_lib.audit.run import Audit, audit_folder, audit_report
from sqa_lib.batch import Outcome, chosen_units, notebooks_of, output_folder, plan, write_record
from sqa_lib.batch.event import BOOK
from sqa_lib.batch.kept import execute_changed, in_short
from sqa_lib.batch.now import Now
from sqa_lib.build import Built, build_books, portal, record_of
from sqa_lib.checked import Checks
from sqa_lib.claims.account import account_for
from sqa_lib.claims.prover import prove as prove_claims
from sqa_lib.claims.read import read_claims
from sqa_lib.claims.show import show_accounts, show_findings
from sqa_lib.claims.wording import Wording, read_wording
from sqa_lib.cycle.areas import FILE as AREAS_FILE
from sqa_lib.cycle.areas import mistakes, read_all
from sqa_lib.cycle.new_year import new_year
from sqa_lib.cycle.outcome import unbound
from sqa_lib.new_report import new_report
from sqa_lib.publication import (
    is_up_to_date,
    keep_release,
    published_statistics,
    read_input,
    true_statistics,
)
from sqa_lib.publish.book import PublishError
from sqa_lib.publish.colours import check as check_design
from sqa_lib.publish.conclusions import LISTED, write_conclusions
from sqa_lib.rebuild import Rebuild
from sqa_lib.report import Report, ReportError, load_report, project_root, report_path
from sqa_lib.section.conclusions import ConclusionsView
from sqa_lib.sources.check import Input
from sqa_lib.sources.problems import SourceError
from sqa_lib.sources.rejected import write_rejected
from sqa_lib.sources.show import show
from sqa_lib.texts.check import check_texts
from sqa_lib.texts.files import read_texts
from sqa_lib.texts.show import show_texts
from sqa_lib.units import Unit, tree_of_datasets

T = TypeVar("T")
FORMATS = ("html", "pdf")
PUBLISHERS = ("auto", "quarto", "embedded")
ROUNDINGS = ("either", "half-up", "half-even")
FAILED, WRONG_USAGE = 1, 2
MOST_TOLD = 20

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Reproducible quality reports: from raw school data to accessible books."
)
new = typer.Typer(no_args_is_help=True, help="Make the parameters of a new report.")
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
            errors.print(f"[bold red]error:[/] {error}", highlight=False, soft_wrap=True)
            raise typer.Exit(WRONG_USAGE) from error
        except SourceError as error:
            errors.print(f"[bold red]error:[/] {error}", highlight=False, soft_wrap=True)
            raise typer.Exit(FAILED) from error

    return run


@app.command()
@_told
def check(report: ReportName) -> None:
    """Read and validate the report's data; print every problem with file, row, column, value and what is allowed."""
    root = project_root()
    parameters = load_report(report, root)
    data = read_input(parameters, root).datasets
    folder = _keep_rejected(data, parameters, root)
    show(data, folder, console)
    if is_up_to_date(parameters, root):
        _warn_of_texts(Checks(parameters, root))
        wrong = _check_texts(parameters, root)
    else:
        console.print(f"texts are not compared with the figures before `sqa compute {parameters.name}`", highlight=False)
        wrong = 0
    mistaken = _mistakes_in_areas(data, parameters, root)
    for mistake in mistaken:
        errors.print(f"[bold red]wrong[/] {escape(mistake)}", highlight=False, soft_wrap=True)
    if len(data.problems) or wrong or mistaken:
        raise typer.Exit(FAILED)


def _check_texts(report: Report, root: Path) -> int:
    """Print which references are wrong and which numbers are typed by hand; returns how many references are wrong."""
    notebooks = {name: path for name, path in notebooks_of(root).items() if name in [section.name for section in report.sections]}
    checked = check_texts(read_texts(root / "data" / report.name), published_statistics(report, root), report, notebooks)
    show_texts(checked, console)
    return len(checked.mistakes)


def _mistakes_in_areas(data: Input, report: Report, root: Path) -> list[str]:
    """What can't be used in the development areas; what their indicators are bound to where the statistics are up to date."""
    path = root / "data" / report.name / AREAS_FILE
    if report.source != "datasets" or data.tables["school_units"].empty:
        return []
    tree = tree_of_datasets(report.authority, data.tables["school_units"])
    wrong = mistakes(path, [unit.code for unit in tree.units])
    if wrong or not is_up_to_date(report, root):
        return wrong
    return unbound(read_all(path), published_statistics(report, root))


def _warn_of_texts(checks: Checks) -> None:
    """Numbers in the units' own texts that give away what the books withhold; the analyst decides."""
    for warning in checks.text_warnings():
        errors.print(f"[yellow]warning[/] {warning}", highlight=False, soft_wrap=True)


def _keep_rejected(data: Input, report: Report, root: Path) -> Path:
    folder = root / "output" / report.name / "rejected"
    write_rejected(data, folder)
    return folder


@app.command(name="compute")
@_told
def compute_(report: ReportName) -> None:
    """Compute the published statistics of all units, unless they are up to date."""
    root = project_root()
    published = published_statistics(load_report(report, root), root)
    hidden = int(published.table["mark"].isin(["..", "~100"]).sum())
    console.print(f"{len(published.table)} statistics for {published.table['unit'].nunique()} units, {hidden} withheld")


@app.command()
@_told
def audit(report: ReportName) -> None:
    """Attack what the report publishes, and search its output for what must not be there."""
    root = project_root()
    found = audit_report(load_report(report, root), root)
    _tell_audit(found, root)
    if not found.is_safe:
        raise typer.Exit(FAILED)


def _tell_audit(found: Audit, root: Path) -> None:
    table = Table("level", "hidden", "primary", "secondary", "unsafe", "exact")
    for row in found.verdict.summary.itertuples(index=False):
        table.add_row(row.level, *(str(number) for number in row[1:]))
    console.print(table)
    _tell_unsafe(found, root)


def _tell_unsafe(found: Audit, root: Path) -> None:
    """What readers could work out, and what lies in the files: names and equations, never a withheld number."""
    for finding in found.verdict.findings[:MOST_TOLD]:
        name = f"{finding.statistic} {finding.school_year} {finding.unit} [{finding.breakdown}]"
        errors.print(
            f"[bold red]unsafe[/] {escape(name)}: {escape('; '.join(finding.equations))}", highlight=False, soft_wrap=True
        )
    for leak in found.leaks[:MOST_TOLD]:
        errors.print(f"[bold red]leak[/] {leak.file}: {leak.kind} from {leak.where}", highlight=False, soft_wrap=True)
    page = audit_folder(found.report, root) / "audit.html"
    counted = f"{len(found.verdict.findings)} unsafe numbers, {len(found.leaks)} leaks"
    console.print(f"{counted}; all of them: {page}", highlight=False, soft_wrap=True)


@app.command()
@_told
def figures(
    report: ReportName,
    claims: Annotated[Path | None, typer.Option(help="Claims file (default: data/<report>/claims/figures.csv).")] = None,
    wording: WordingFile = None,
    rounding: RoundingRule = "either",
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects instead of a table.")] = False,
) -> None:
    """Account for every figure that a report prints: reproduced, about right, contradicted, a misprint, or not derivable."""
    root = project_root()
    parameters = load_report(report, root)
    own = root / "data" / parameters.name / "claims"
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


@app.command()
@_told
def release(
    report: ReportName,
    name: Annotated[str, typer.Option("--as", help="The release's name (default: the report's and its date).")] = "",
) -> None:
    """Keep what is published now as `data/released/<name>/`: later reports take it as known to readers."""
    root = project_root()
    parameters = load_report(report, root)
    folder = keep_release(parameters, root, name or f"{parameters.name}-{parameters.date}")
    console.print(f"{folder.relative_to(root)}: name it under `disclosure.released` in the parameters of later reports")


@app.command()
@_told
def conclusions(report: ReportName) -> None:
    """Gather what all units conclude, by theme, for the analyst: `conclusions.html` and `conclusions.csv` in the output."""
    root = project_root()
    parameters = load_report(report, root)
    page = _gather_conclusions(parameters, root, parameters.school_year)
    console.print(f"conclusions of all units: {page}", highlight=False, soft_wrap=True)


def _gather_conclusions(report: Report, root: Path, school_year: str) -> Path:
    """Write the list; a theme that the report lacks is warned of."""
    folder = output_folder(report, root, school_year)
    view = ConclusionsView("conclusions", report.name, report.authority.code, school_year)
    for warning in view.unknown_themes():
        errors.print(f"[yellow]warning[/] {escape(warning)}", highlight=False, soft_wrap=True)
    pages = {unit.code: folder / "books" / unit.code / "_book" for unit in view.published.tree.units}
    books = {unit: path for unit, path in pages.items() if path.is_dir()}
    return write_conclusions(folder, pd.DataFrame(view.table(), columns=LISTED), report.theme_names, report, school_year, books)


@app.command()
@_told
def build(
    report: ReportName,
    unit: Annotated[list[str] | None, typer.Option(help="Only this unit (repeatable).")] = None,
    level: Annotated[
        list[str] | None, typer.Option(help="Only units of this level: municipality, area or school (repeatable).")
    ] = None,
    sample: Annotated[bool, typer.Option(help="Only the municipality, the areas and the report's `sample_units`.")] = False,
    year: Annotated[list[str] | None, typer.Option(help="School year, such as 2020/21 (default: the report's own).")] = None,
    jobs: Annotated[int, typer.Option(help="How many notebooks run at a time.", min=1)] = os.cpu_count() or 1,
    format: Annotated[list[str] | None, typer.Option(help="html or pdf (repeatable; default: the report's own).")] = None,
    publisher: Annotated[str, typer.Option(help="auto, quarto or embedded.")] = "auto",
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", help="NAME=VALUE for every notebook that is run.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would run, and why; run nothing.")] = False,
    why: Annotated[str, typer.Option(help="UNIT/SECTION or UNIT/book: why it would run, all reasons; run nothing.")] = "",
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Run only what failed last time.")] = False,
) -> None:
    """Everything from raw data to books; what is up to date by content is kept."""
    root = project_root()
    parameters = load_report(report, root)
    check_design(parameters.design)
    run = Run(
        _with_formats(parameters, format or []), root, jobs, _one_of("publisher", publisher, PUBLISHERS), _pairs(parameter or [])
    )
    if (dry_run or why) and not is_up_to_date(parameters, root):
        console.print(f"statistics: input, code or limits changed; what follows is known after `sqa compute {parameters.name}`")
        return
    checks = Checks(parameters, root)
    asked_unit, _, asked_task = why.partition("/")
    units = chosen_units(
        checks.published.tree,
        [asked_unit] if why else [*(unit or []), *(parameters.sample_units if sample else ())],
        [] if why else [*(level or []), *(("municipality", "area") if sample else ())],
    )
    rebuilds = [run.rebuild(checks, units, school_year) for school_year in year or [parameters.school_year]]
    if retry_failed:
        rebuilds = [each.of_failed() for each in rebuilds]
    if dry_run or why:
        for each in rebuilds:
            _explain(each, asked_task) if why else _list(each)
        return
    _warn_of_texts(checks)
    if found := checks.unsafe():
        _tell_unsafe(found, root)
        errors.print(f"[bold red]not published[/] {parameters.name}: readers could work out numbers that are withheld")
        raise typer.Exit(FAILED)
    failures = [run.build(each) for each in rebuilds]
    failures.append(_search(checks, rebuilds))
    if checks.unusable.problems:
        folder = root / "output" / parameters.name / "rejected"
        if not folder.is_dir():
            _keep_rejected(checks.data, parameters, root)
        errors.print(
            f"[bold red]input[/] {checks.unusable.problems} problems, {checks.unusable.rejected} rows rejected: "
            f"see {folder} or run `sqa check {parameters.name}`",
            highlight=False,
            soft_wrap=True,
        )
    if any(failures) or checks.unusable.is_faulty:
        raise typer.Exit(FAILED)


def _search(checks: Checks, rebuilds: Sequence[Rebuild]) -> int:
    """Look through what was made anew, and note what is clean; returns how many leaks there were."""
    folders = [folder for each in rebuilds for folder in each.unsearched()]
    if found := checks.search(folders):
        return _take_back(found, checks.root)
    for each in rebuilds:
        each.note_searched()
    return 0


def _list(rebuild: Rebuild) -> None:
    """Every task that would run, with its reason."""
    tasks = {f"{job.unit.code}/{job.section}": why for job, why in rebuild.sections}
    tasks |= {f"{unit.code}/{BOOK}": in_short(why) for unit, why in rebuild.why_books()}
    for task, why in tasks.items():
        if why:
            console.print(f"{task}: {why}", highlight=False, soft_wrap=True, markup=False)
    run = sum(1 for why in tasks.values() if why)
    console.print(f"{rebuild.school_year}: {run} of {len(tasks)} tasks would run", highlight=False)


def _explain(rebuild: Rebuild, task: str) -> None:
    """All reasons of one task."""
    (unit,) = rebuild.units
    reasons = rebuild.why(unit, task)
    if reasons is None:
        there = ", ".join([*(job.section for job, _ in rebuild.sections), BOOK])
        raise ReportError(f"unknown section `{task}` of {unit.code}; there are: {there}")
    for reason in reasons or ["up to date"]:
        console.print(f"{unit.code}/{task}: {reason}", highlight=False, soft_wrap=True, markup=False)


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


@dataclass(frozen=True)
class Run:
    """One call of `sqa build`."""

    report: Report
    root: Path
    jobs: int
    publisher: str
    parameters: dict[str, str]

    def rebuild(self, checks: Checks, units: Sequence[Unit], school_year: str) -> Rebuild:
        """What has to be done for the units' books of one school year."""
        folder = output_folder(self.report, self.root, school_year)
        planned = plan(self.report, self.root, units, school_year, self.parameters)
        now = Now(checks.report, self.root, checks.published, checks.stamp)
        return Rebuild.of(self.report, school_year, folder, units, planned, now, self.publisher)

    def build(self, rebuild: Rebuild) -> int:
        """Do it; returns how many failures there were."""
        folder, units = rebuild.folder, rebuild.units
        outcomes = _with_progress("notebooks", len(rebuild.sections), execute_changed(rebuild.sections, rebuild.now, self.jobs))
        by_output = {outcome.job.output: outcome for outcome in outcomes}
        books = [rebuild.binding(unit, [by_output[job.output] for job, _ in rebuild.of_unit(unit)]) for unit in units]
        built = _with_progress("books", len(books), build_books(books, folder, self.jobs))
        record = write_record(folder / "run.json", outcomes, record_of(built), self.root)
        page = portal(self.report, rebuild.school_year, folder, rebuild.now.published.tree, record["books"])
        _gather_conclusions(self.report, self.root, rebuild.school_year)
        return _tell(outcomes, built, units, folder, page)


def _with_progress(what: str, total: int, done: Iterable[T]) -> list[T]:
    """All results, with a progress bar while they come."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors) as progress:
        task = progress.add_task(what, total=total)
        found = []
        for result in done:
            found.append(result)
            progress.advance(task)
    return found


def _tell(outcomes: Sequence[Outcome], built: Sequence[Built], units: Sequence[Unit], folder: Path, page: Path) -> int:
    """Print the paths of the books, what failed and every warning; returns how many failures there were."""
    by_unit = {book.unit: book for book in built}
    for unit in units:
        book = by_unit[unit.code]
        for path in (book.html, book.pdf):
            if path:
                console.print(str(folder / path), highlight=False, soft_wrap=True)
    console.print(f"all books: {page}", highlight=False, soft_wrap=True)
    for book in built:
        for warning in book.warnings:
            errors.print(f"[yellow]warning[/] {book.unit}: {warning}", highlight=False, soft_wrap=True)
    failed = [f"{o.job.unit.code}/{o.job.section}: {o.error} (see {o.job.output})" for o in outcomes if o.failed]
    failed += [f"{book.unit}: {book.error}" for book in built if book.error]
    for failure in failed:
        errors.print(f"[bold red]failed[/] {failure}", highlight=False, soft_wrap=True, markup=True)
    console.print(f"{len(built)} books, {len(outcomes)} sections, {len(failed)} failures")
    return len(failed)


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


@new.command(name="report")
@_told
def new_report_(
    authority: Annotated[str, typer.Option(help="The authority's name, such as `Ljungby kommun`, or its organisation number.")],
    source: Annotated[Path, typer.Option("--from", help="Skolverket's file `Underlag för analys` (XLSX).")],
) -> None:
    """Write `params/<authority>-<year>.yml` for a report from Skolverket's national file."""
    root = project_root()
    path = new_report(authority, source, root)
    console.print(f"{path.relative_to(root)}: now run `sqa build {path.stem}`", highlight=False)


@new.command(name="year")
@_told
def new_year_(report: ReportName) -> None:
    """Write the next school year's parameters and data folder, with the development areas carried over."""
    root = project_root()
    made = new_year(load_report(report, root), report_path(report, root), root)
    console.print(f"{made.parameters.relative_to(root)}: look through it", highlight=False, soft_wrap=True)
    console.print(f"{made.data.relative_to(root)}/: append the new rows as its README.md says", highlight=False, soft_wrap=True)
    if made.hint:
        console.print(f"disclosure.released: {made.hint}", highlight=False, soft_wrap=True, markup=False)


@app.command(name="demo-data")
@_told
def demo_data(
    folder: Annotated[Path | None, typer.Argument(help="Where to write (default: data/lulea-2020-21).")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = demo.SEED,
) -> None:
    """Write the synthetic demo data."""
    for path in demo.generate(folder or project_root() / "data" / "lulea-2020-21", seed):
        console.print(str(path), highlight=False, soft_wrap=True)


@app.command()
@_told
def lab() -> None:
    """Open the notebooks in JupyterLab (extra `lab`)."""
    if find_spec("jupyterlab") is None:
        raise ReportError("JupyterLab is not installed; run `pip install 'sqa_lib[lab]'` or use `make lab`")
    raise typer.Exit(subprocess.call([sys.executable, "-m", "jupyterlab", str(project_root() / "notebooks")]))
