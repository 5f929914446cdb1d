"""Datasets as an authority's systems export them: Swedish words, decimal comma, semicolon CSV or a workbook.

The same table gives the same bytes.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.sources.datasets import Column, Dataset
from sqa_lib.workbook import workbook

WORKBOOKS = ("school_units", "complaints", "health_staff")
WINDOWS_1252 = ("arts_school",)
"""Datasets that come as XLSX, and as CSV from an older system; others are CSV in UTF-8 with a byte-order mark, as Excel saves."""


def write(dataset: Dataset, table: pd.DataFrame, folder: Path) -> Path:
    """Write one dataset; table: English column names and codes, None where a cell is empty. A column that may be missing in a
    file and is not in the table is left out."""
    if dataset.name in WORKBOOKS:
        return _write_workbook(dataset, table, folder / f"{dataset.path}.xlsx")
    path = folder / f"{dataset.path}.csv"
    encoding = "cp1252" if dataset.name in WINDOWS_1252 else "utf-8-sig"
    as_text(dataset, table).to_csv(path, sep=";", index=False, lineterminator="\r\n", encoding=encoding)
    return path


def as_text(dataset: Dataset, table: pd.DataFrame) -> pd.DataFrame:
    """The dataset's columns under their Swedish headers, every cell as a text file has it."""
    columns = _columns(dataset, table)
    return pd.DataFrame({column.header: [_text(column, value) for value in table[column.name]] for column in columns})


def _columns(dataset: Dataset, table: pd.DataFrame) -> list[Column]:
    return [column for column in dataset.columns if column.is_required or column.name in table]


def _write_workbook(dataset: Dataset, table: pd.DataFrame, path: Path) -> Path:
    """Numbers and dates are cells of their own type; all else is text, codes with leading zeros too."""
    with workbook(path) as book:
        sheet = book.add_worksheet(dataset.path[:31])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(_columns(dataset, table)):
            sheet.write_string(0, place, column.header)
            for row, value in enumerate(table[column.name], start=1):
                if column.kind in ("integer", "number"):
                    sheet.write_number(row, place, value)
                elif column.kind == "date" and not _is_empty(value):
                    sheet.write_datetime(row, place, value, day)
                elif text := _text(column, value):
                    sheet.write_string(row, place, text)
        sheet.autofit()
    return path


def _text(column: Column, value: object) -> str:
    return "" if _is_empty(value) else _TEXTS.get(column.kind, lambda column, value: str(value))(column, value)


def _is_empty(value: object) -> bool:
    return value is None or (not isinstance(value, tuple) and pd.isna(value))


def _source(column: Column, code: str) -> str:
    return next(c.source for c in DIMENSIONS[column.dimension].codes if c.code == code) if code else ""


_TEXTS: dict[str, Callable[[Column, object], str]] = {
    "boolean": lambda _, value: "Ja" if value else "Nej",
    "number": lambda _, value: f"{value:.10g}".replace(".", ","),
    "date": lambda _, value: value.isoformat(),
    "code": _source,
    "codes": lambda column, value: "|".join(_source(column, code) for code in value),
}
