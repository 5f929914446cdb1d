"""The rejected rows on disk, for the one who mends them: as delivered, with row number and every reason."""

from pathlib import Path

from sqa_lib.sources.check import Input
from sqa_lib.spreadsheet import write_csv

PROBLEMS = "problems.csv"


def write_rejected(input: Input, folder: Path) -> list[Path]:
    """Write `<dataset>.csv` for every dataset with rejected rows and `problems.csv` when there are problems.

    Files of an earlier run are taken away first. Semicolons and a BOM, so that Excel opens them as they are.
    """
    for old in folder.glob("*.csv") if folder.is_dir() else ():
        old.unlink()
    tables = {f"{dataset}.csv": rows for dataset, rows in input.rejected.items()}
    tables |= {PROBLEMS: input.problems} if len(input.problems) else {}
    for name, table in tables.items():
        write_csv(table, folder / name)
    return [folder / name for name in tables]
