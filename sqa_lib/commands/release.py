"""`sqa release`, `sqa releases` and `sqa diff`."""

import datetime

from rich.markup import escape
from rich.table import Table

from sqa_lib.commands.terminal import console
from sqa_lib.releases import releases_of, write_differences
from sqa_lib.releasing import compared, release
from sqa_lib.report import load_report, project_root


def run_release(report: str, by: str, name: str) -> None:
    """Keep what was built and published in `data/released/<name>/`: a record that never changes; all later reports know it."""
    root = project_root()
    kept = release(load_report(report, root), root, by, datetime.date.today(), name)
    counted = f"{len(kept.figures.shown)} shown figures, {len(kept.record.books)} books"
    rejected = f", made despite rejected rows of {', '.join(kept.record.rejected)}" if kept.record.rejected else ""
    told = f"version {kept.record.version} of {kept.record.report}, {counted}{rejected}"
    console.print(f"{kept.folder.relative_to(root)}: {told}", highlight=False, soft_wrap=True)
    console.print("put the folder under version control: nothing can make it again", highlight=False, soft_wrap=True)


def run_releases(report: str) -> None:
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


FIRST_TOLD = 5


def run_diff(report: str, release: str, other: str) -> None:
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
