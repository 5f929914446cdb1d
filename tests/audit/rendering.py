"""What a reader gets: all files that are made of published statistics, path → content."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sqa_lib.batch import execute_all, output_folder, plan
from sqa_lib.build import book_of, build_books
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.publication import fingerprint, statistics_folder, write
from sqa_lib.published import Published
from sqa_lib.report import Report
from sqa_lib.rows import TableRows, in_groups
from sqa_lib.units import Unit, UnitTree


def rendered(
    report: Report, root: Path, published: pd.DataFrame, tree: UnitTree, units: Sequence[Unit], workers: int = 1
) -> dict[str, bytes]:
    """Statistics, executed notebooks and books of these units. The stamp of what they were made from is not published."""
    year = report.school_year
    table = Published(TableRows(in_groups(published, tree)), DEFINITIONS, tree, report.disclosure)
    write(table, statistics_folder(report, root), fingerprint(report, root))
    outcomes = list(execute_all(plan(report, root, units, year), root, workers))
    assert {outcome.error for outcome in outcomes} == {""}
    folder = output_folder(report, root, year)
    ordered = sorted(outcomes, key=lambda outcome: [section.name for section in report.sections].index(outcome.job.section))
    books = [book_of(report, year, folder, tree, unit, [o for o in ordered if o.job.unit == unit]) for unit in units]
    assert {built.error for built in build_books(books, report.formats, "embedded", folder, workers)} == {""}
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "fingerprint.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
