"""`sqa compute` and `sqa statistics`."""

from sqa_lib.commands.terminal import console
from sqa_lib.listing import statistics_table
from sqa_lib.publication import compute, published_statistics
from sqa_lib.report import load_report, project_root


def run_compute(report: str, fresh: bool) -> None:
    """Compute the published statistics of all units, unless they are up to date."""
    root = project_root()
    parameters = load_report(report, root)
    published = compute(parameters, root) if fresh else published_statistics(parameters, root)
    hidden = int(published.table["mark"].isin(["..", "~100"]).sum())
    console.print(f"{len(published.table)} statistics for {published.table['unit'].nunique()} units, {hidden} withheld")


def run_statistics(report: str) -> None:
    """List the report's statistics: what notebooks call them, what they are given by, what they are called in the books."""
    root = project_root()
    console.print(statistics_table(published_statistics(load_report(report, root), root)))
