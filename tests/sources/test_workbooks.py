"""Workbooks as people have them: what Excel shows and its file does not hold, and what it hides, is told."""

import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from sqa_lib.sources.check import check_file
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.sources.files import read_cells
from sqa_lib.sources.problems import SourceError
from sqa_lib.sources.rules import KnownUnits

HEADS = ["Läsår", "Skolenhetskod", "Årskurs", "Kön", "Antal"]
ROW = ["2020/21", "99000001", "4", "Flicka", 31]
UNITS = KnownUnits(frozenset({"99000001"}), frozenset(), {}, {})


def saved(tmp_path: Path, *rows: list, change=lambda book: None) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    change(book)
    book.save(tmp_path / "elever.xlsx")
    return tmp_path


def told(folder: Path) -> list[str]:
    return list(map(str, check_file(DATASETS["enrolment"], folder, "2020/21", UNITS).problems))


@pytest.mark.parametrize(
    ("cell", "kind", "message"),
    [
        ("=SUM(A1:A2)", "f", "'=SUM(A1:A2)' is a formula that was never computed: open the file in Excel and save it"),
        ("#DIV/0!", "e", "'#DIV/0!' is an error of Excel's: mend what it is computed from, or empty the cell"),
        ("#N/A", "e", "'#N/A' is an error of Excel's"),
        ("#SAKNAS!", "s", "'#SAKNAS!' is an error of Excel's"),
    ],
)
def test_what_stands_in_a_cell_without_a_value_is_told(cell: str, kind: str, message: str, tmp_path: Path) -> None:
    def put(book: Workbook) -> None:
        book.active["E3"] = cell
        book.active["E3"].data_type = kind

    problems = told(saved(tmp_path, HEADS, ROW, ["2020/21", "99000001", "5", "Flicka"], change=put))
    assert len(problems) == 1 and problems[0].startswith(f"elever.xlsx, row 3, column Antal: {message}"), problems


def test_a_column_of_formulas_alone_is_not_lost(tmp_path: Path) -> None:
    rows = [["A", "B"], ["x", "=1+1"], ["y", "=1+2"]]
    assert read_cells(saved(tmp_path, *rows) / "elever.xlsx").cells["B"].tolist() == ["=1+1", "=1+2"]


def hide_a_row(book: Workbook) -> None:
    book.active.row_dimensions[2].hidden = True


def hide_the_sheet(book: Workbook) -> None:
    book.create_sheet("tomt")
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1


def an_empty_sheet_first(book: Workbook) -> None:
    book.create_sheet("Blad0", 0)


def merge_below(book: Workbook) -> None:
    book.active.merge_cells("B2:B3")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (hide_a_row, "elever.xlsx, row 2: has 1 hidden rows; they are read like others: show them, or take them away"),
        (hide_the_sheet, "elever.xlsx: has its rows in a hidden sheet, Sheet; show it, so that people see what is read"),
        (an_empty_sheet_first, "elever.xlsx: is read from its sheet Sheet, since the first one, Blad0, is empty; take that away"),
        (merge_below, "elever.xlsx, row 2: has 1 merged cells; only the first of them has what stands there (rows 2–3)"),
    ],
)
def test_what_one_who_looks_may_not_see_is_told(change, message: str, tmp_path: Path) -> None:
    problems = told(saved(tmp_path, HEADS, ROW, ["2020/21", "99000001", "5", "Flicka", 30], change=change))
    assert any(problem.startswith(message) for problem in problems), problems


def test_merged_heads_are_told(tmp_path: Path) -> None:
    folder = saved(tmp_path, HEADS, ROW, change=lambda book: book.active.merge_cells("A1:B1"))
    with pytest.raises(SourceError, match="row 1: has merged cells in its first row; the first row must hold the columns' names"):
        read_cells(folder / "elever.xlsx")


def test_dates_from_1904_on_are_the_days_that_excel_shows(tmp_path: Path) -> None:
    def from_1904(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    folder = saved(tmp_path, ["Datum"], [datetime.date(2020, 9, 14)], change=from_1904)
    assert read_cells(folder / "elever.xlsx").cells["Datum"].tolist() == ["2020-09-14"]
