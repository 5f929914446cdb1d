"""What a school year lacks since it was rejected: rows of it, rows that may be of it, and files that can't be read.

A row that does not say of which year it is may be of any, and one of the register of units is of all: a school that is not there
is missing in every figure of its area. A row of another year is missing in that year's figures, which say so themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from sqa_lib.school_years import is_school_year
from sqa_lib.sources.cells import cleaned, folded
from sqa_lib.sources.check import Input
from sqa_lib.sources.datasets import DATASETS, Dataset

_EVERY = ""


@dataclass(frozen=True)
class LeftOut:
    """What of a dataset was rejected. file: what its rows come from; rows: how many are, or may be, of the school year; undated:
    those of them that say no year that can be read; read: all rows of the dataset that are, or may be, of the year; unreadable:
    files of which no row could be read."""

    school_year: str
    dataset: str
    file: str
    rows: int
    undated: int
    read: int
    unreadable: tuple[str, ...] = ()

    def __str__(self) -> str:
        undated = f" ({self.undated} with no school year that can be read)" if self.undated else ""
        rows = f"{self.rows} of {self.read} rows of {self.file} for {self.school_year} are rejected{undated}"
        unread = [f"{file} can not be read" for file in self.unreadable]
        return f"{self.dataset}: {'; '.join([*([rows] if self.rows else []), *unread])}"


def left_out(data: Input, school_year: str) -> tuple[LeftOut, ...]:
    """What each dataset lacks of a school year, in the order in which they are read; none for a dataset without."""
    found = (_left_out(DATASETS[row.dataset], row.file, data, school_year) for row in _with_rejected(data).itertuples())
    return tuple(each for each in found if each.rows or each.unreadable)


def _with_rejected(data: Input) -> pd.DataFrame:
    return data.summary[data.summary["dataset"].isin([*data.rejected, *data.unreadable])]


def _left_out(dataset: Dataset, file: str, data: Input, school_year: str) -> LeftOut:
    rejected = data.rejected.get(dataset.name)
    years = years_said(rejected, dataset) if rejected is not None else []
    rows = sum(year in (school_year, _EVERY) for year in years)
    undated = years.count(_EVERY) if _column(dataset) else 0
    tables = (data.tables[dataset.name], data.incomplete.get(dataset.name))
    accepted = sum(_of(table, dataset, school_year) for table in tables if table is not None)
    return LeftOut(school_year, dataset.name, file, rows, undated, accepted + rows, data.unreadable.get(dataset.name, ()))


def _of(table: pd.DataFrame, dataset: Dataset, school_year: str) -> int:
    """How many accepted rows are of the school year; all of a dataset that is of every year."""
    column = _column(dataset)
    return sum(_SCHOOL_YEAR[column](str(year)) == school_year for year in table[column]) if column else len(table)


def years_said(rejected: pd.DataFrame, dataset: Dataset) -> list[str]:
    """The school year of each row as delivered; "" where it says none that can be read, or is of every year."""
    column = _column(dataset)
    said = words_of(rejected, dataset, column) if column else None
    return [_EVERY] * len(rejected) if said is None else [_SCHOOL_YEAR[column](year) for year in said]


def words_of(rejected: pd.DataFrame, dataset: Dataset, column: str) -> list[str] | None:
    """What stands in a column of rows as delivered, without spaces around it; None where the dataset or the rows have none."""
    head = next((folded(each.header) for each in dataset.columns if each.name == column), None)
    found = next((name for name in rejected.columns if folded(str(name)) == head), None)
    return None if found is None else [cleaned(str(word)) for word in rejected[found]]


def _column(dataset: Dataset) -> str:
    """The column that says when a row is of; "" where none does."""
    names = {column.name for column in dataset.columns}
    return next((name for name in _SCHOOL_YEAR if name in names), "")


def _school_year(text: str) -> str:
    return text if is_school_year(text) else _EVERY


def _school_year_from(calendar_year: str) -> str:
    """A calendar year is reported with the school year that begins in it, see `sqa_lib.metrics.patient_safety`."""
    is_year = len(calendar_year) == 4 and calendar_year.isascii() and calendar_year.isdigit()
    return f"{calendar_year}/{(int(calendar_year) + 1) % 100:02d}" if is_year else _EVERY


_SCHOOL_YEAR: Mapping[str, Callable[[str], str]] = {"school_year": _school_year, "calendar_year": _school_year_from}
"""Column that says when a row is of → what stands in it as a school year."""
