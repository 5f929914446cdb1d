"""Where rejected rows are kept apart."""

from pathlib import Path

from sqa_lib.report import Report
from sqa_lib.sources.check import Input
from sqa_lib.sources.rejected import write_rejected


def keep_rejected(data: Input, report: Report, root: Path) -> Path:
    folder = rejected_folder(report, root)
    write_rejected(data, folder)
    return folder


def rejected_folder(report: Report, root: Path) -> Path:
    return root / "output" / report.name / "rejected"
