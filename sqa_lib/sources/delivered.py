"""All files of a dataset together: one running number for every row, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sqa_lib.sources.cells import folded
from sqa_lib.sources.datasets import Dataset
from sqa_lib.sources.files import RawTable, find_file, read_cells
from sqa_lib.sources.forms import form_files, read_forms
from sqa_lib.sources.problems import Problem, SourceError


@dataclass(frozen=True)
class Delivered:
    """tables: the files' cells, indexed by running number; places: running number → file, row (the file's own number)."""

    tables: tuple[RawTable, ...]
    places: pd.DataFrame

    def see(self, row: int, other: int) -> str:
        """How a problem of one row refers to another: `row 2`, in another file `reviews/a.xlsx, row 2`."""
        file, number = self.places.loc[other]
        return f"row {number}" if file == self.places.at[row, "file"] else f"{file}, row {number}"

    @property
    def cells(self) -> pd.DataFrame:
        """All rows as delivered; a header is spelt as in the first file that has it."""
        spelt = {folded(header): header for table in reversed(self.tables) for header in table.cells.columns}
        parts = [table.cells.rename(columns=lambda header: spelt[folded(header)]) for table in self.tables]
        return pd.concat(parts).fillna("") if parts else pd.DataFrame()

    def named(self, dataset: Dataset) -> str:
        """What the rows come from, in short: `elever.csv`, `3 forms in reviews/`; "" where there is nothing."""
        own = [table.file for table in self.tables if not table.is_form]
        forms = len(self.tables) - len(own)
        return ", ".join([*own, *([f"{forms} {'form' if forms == 1 else 'forms'} in {dataset.form.folder}/"] if forms else [])])


def delivered(tables: Sequence[RawTable]) -> Delivered:
    """The files in their order; the rows of the first keep the lowest numbers."""
    places = pd.DataFrame(
        [(table.file, int(row)) for table in tables for row in table.cells.index], columns=["file", "row"]
    ).astype({"file": "str", "row": "int64"})
    numbered, start = [], 0
    for table in tables:
        numbers = places.index[start : start + len(table.cells)]
        numbered.append(replace(table, cells=table.cells.set_axis(numbers), widths=table.widths.set_axis(numbers)))
        start += len(table.cells)
    return Delivered(tuple(numbered), places)


def files_of(dataset: Dataset, folder: Path) -> list[Path]:
    """The dataset's own file, where there is one and no other beside it, and its forms."""
    forms = form_files(folder, dataset.form) if dataset.form else []
    try:
        return [find_file(folder, dataset.path), *forms]
    except SourceError:
        return forms


def read_dataset(dataset: Dataset, folder: Path) -> tuple[list[RawTable], list[Problem]]:
    """The cells of the dataset's file and of its forms, and what is wrong with files that can't be used."""
    forms, problems = read_forms(folder, dataset.form) if dataset.form else ([], [])
    try:
        return [read_cells(find_file(folder, dataset.path)), *forms], problems
    except SourceError as error:
        missing = error.problem
    if not dataset.form or not missing.is_absence:
        return forms, [missing, *problems]
    mend = f"{missing.allowed}, or filled-in forms in {dataset.form.folder}/"
    return forms, problems if forms or problems else [replace(missing, allowed=mend)]
