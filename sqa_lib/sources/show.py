"""What `sqa check` prints: a line per dataset, then every problem."""

from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sqa_lib.sources.check import Input
from sqa_lib.sources.rejected import PROBLEMS

AT_MOST = 5


def show(input: Input, rejected_folder: Path, console: Console, at_most: int = AT_MOST) -> None:
    """Print the summary and the problems; at most so many of each kind, the files in `rejected_folder` have all.

    Values are printed: this is for the analyst's own terminal, never for a log.
    """
    console.print(summary_table(input.summary))
    if input.problems.empty:
        return
    console.print(problems_table(input.problems, at_most))
    console.print(f"{_count(len(input.problems), 'problem')}, all of them in {rejected_folder / PROBLEMS}")
    if input.rejected:
        console.print(f"Rejected rows, each with its reasons: {rejected_folder}/", highlight=False)


def summary_table(summary: pd.DataFrame) -> Table:
    """One line per dataset, and the sum."""
    table = Table(title="Datasets", show_footer=True)
    total = summary[["read", "accepted", "rejected"]].sum()
    table.add_column("Dataset", "Total")
    table.add_column("File")
    for name in total.index:
        table.add_column(name.capitalize(), f"{total[name]:,}".replace(",", " "), justify="right")
    for row in summary.itertuples(index=False):
        table.add_row(row.dataset, row.file or "not used", str(row.read), str(row.accepted), str(row.rejected))
    return table


def problems_table(problems: pd.DataFrame, at_most: int = AT_MOST) -> Table:
    """One line per problem, at most so many of the same file, column and problem, with the count of the rest."""
    table = Table(title="Problems")
    for name in ("File", "Row", "Column", "Value", "Problem", "What is allowed"):
        table.add_column(name, justify="right" if name == "Row" else "left", overflow="fold")
    for _, alike in problems.groupby(["file", "column", "problem"], sort=False):
        for row in alike.head(at_most).itertuples(index=False):
            number = "" if pd.isna(row.row) else str(row.row)
            table.add_row(*(Text(part) for part in (row.file, number, row.column, row.value, row.problem, row.allowed)))
        if len(alike) > at_most:
            table.add_row("", "", "", "", f"… and {len(alike) - at_most} more like this", "")
    return table


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
