"""What a reader gets: all files that are made of published statistics, path → content."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sqa_lib.batch import output_folder
from sqa_lib.batch.now import Now
from sqa_lib.batch.scheduler import run
from sqa_lib.batch.storage import SharedFolder
from sqa_lib.batch.workers import Workers
from sqa_lib.build import Run
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
    with Workers(SharedFolder(root), workers) as processes:
        build = Run(report, root, "embedded", {}, processes)
        assert {result.error for _, result in run(build.plan(Now(report, root, table, ""), units, year).tasks, processes)} == {""}
    folder = output_folder(report, root, year)
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "fingerprint.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
