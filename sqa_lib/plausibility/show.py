"""What `sqa check` prints of what is odd, and the file that holds all of it."""

from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.text import Text

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.spreadsheet import write_csv
from sqa_lib.units import UnitTree

AT_MOST = 5
ODD = "odd.csv"


def show_odd(oddities: pd.DataFrame, tree: UnitTree, console: Console, at_most: int = AT_MOST) -> None:
    """Print what is odd and not answered, at most so many of a rule. Values are printed: for the analyst's own terminal."""
    console.print("Odd, though well formed:", style="bold")
    for rule, alike in oddities.groupby("rule", sort=False):
        first = alike.iloc[0]
        console.print(Text.assemble((f"{first['severity']} {rule}", "yellow"), f": {first['reason']}"))
        for row in alike.head(at_most).itertuples(index=False):
            console.print(Text(f"  {row.key}  {_whose(row.dataset, row.school_year, row.unit, row.group, tree)}: {row.told}"))
        if len(alike) > at_most:
            console.print(f"  … and {len(alike) - at_most} more like this")


def _whose(dataset: str, school_year: str, unit: str, group: str, tree: UnitTree) -> str:
    """`Sparvuggleskolan (99001023), 2018/19, årskurs 1, flickor`."""
    codes = [part.split("=", 1) for part in group.split(";") if part]
    labels = [DIMENSIONS[DATASETS[dataset].column(name).dimension].label_of(code) for name, code in codes]
    name = f"{tree[unit].name} ({unit})" if unit in tree else unit
    return ", ".join(filter(None, [name, school_year, *labels]))


def write_odd(oddities: pd.DataFrame, folder: Path) -> None:
    """All of it, as Excel opens it; beside the rejected rows, which are never published either."""
    write_csv(oddities, folder / ODD)
