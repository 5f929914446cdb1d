"""`sqa check` and `sqa accept`: what is wrong or odd in what a report is made of."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import typer
from rich.markup import escape
from rich.table import Table

from sqa_lib.batch import chosen_units, notebooks_of
from sqa_lib.checked import Checks
from sqa_lib.commands.rejected import keep_rejected
from sqa_lib.commands.terminal import FAILED, console, errors, warn
from sqa_lib.cycle.areas import FILE as AREAS_FILE
from sqa_lib.cycle.areas import mistakes, read_all
from sqa_lib.cycle.attention import attention
from sqa_lib.cycle.outcome import unbound
from sqa_lib.cycle.sentences import all_texts
from sqa_lib.metrics.deliveries import ABSENT, INCOMPLETE, NOT_OPEN, WHOLE, delivered_table, deliveries_of
from sqa_lib.plausibility import accept, is_impossible, odd, show_odd
from sqa_lib.plausibility.accepted import FILE as ACCEPTED
from sqa_lib.plausibility.show import ODD, write_odd
from sqa_lib.publication import ReportInput, is_up_to_date, published_statistics, read_input, tree_of, unanswered_in
from sqa_lib.publish.coverage import write_coverage
from sqa_lib.refusals import refusals, unread
from sqa_lib.report import Report, ReportError, load_report, project_root
from sqa_lib.reviews.progress import progress_of
from sqa_lib.reviews.show import show_progress
from sqa_lib.section.key_figures import wrong_key_figures
from sqa_lib.sources.left_out import left_out
from sqa_lib.sources.show import show
from sqa_lib.texts.check import check_markup, check_texts
from sqa_lib.texts.show import show_texts


def run_check(report: str, coverage: bool) -> None:
    """Read and validate the report's data; print every problem with file, row, column, value and what is allowed."""
    root = project_root()
    parameters = load_report(report, root)
    given = read_input(parameters, root)
    data = given.datasets
    folder = keep_rejected(data, parameters, root)
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
        warn(Checks(parameters, root).text_warnings())
        wrong = _check_texts(parameters, root)
    else:
        wrong = _check_markup(given, parameters, root)
        console.print(f"texts are not compared with the figures before `sqa compute {parameters.name}`", highlight=False)
    warn(unread(parameters, root))
    asked = list(_asked(given, parameters, root))
    warn(asked)
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


def run_accept(report: str, keys: list[str], by: str, reason: str) -> None:
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
