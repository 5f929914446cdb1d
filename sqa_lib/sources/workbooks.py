"""What a workbook's values don't tell: errors, formulas that were never computed, merged cells, what is hidden."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from sqa_lib.sources.problems import Problem, SourceError

_REFERENCE = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class Sheet:
    """One sheet. rows: values as calamine gives them, from A1. unvalued: (row, column), from 1 → what stands in a cell without a
    value: an error (`#DIV/0!`) or a formula (`=A1/B1`). merged: (first row, first column, last row, last column), from 1."""

    name: str
    rows: list[list]
    is_hidden: bool
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    unvalued: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.unvalued and not any(cell not in ("", None) for row in self.rows for cell in row)


def sheets_of(path: Path) -> list[Sheet]:
    """The sheets of a workbook, in order."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            parts = _parts(path)
            return [_sheet(book, place, parts) for place in range(len(book.sheet_names))]
    except (CalamineError, OSError, ElementTree.ParseError) as error:
        mend = "open it in Excel and save it as .xlsx again"
        raise SourceError(Problem(path.name, f"can't be read as an Excel file ({error})", mend)) from error


def _sheet(book: CalamineWorkbook, place: int, parts: dict[str, tuple[dict, list[int]]]) -> Sheet:
    about, sheet = book.sheets_metadata[place], book.get_sheet_by_index(place)
    unvalued, hidden = parts.get(about.name, ({}, []))
    merged = tuple((top + 1, left + 1, low + 1, right + 1) for (top, left), (low, right) in sheet.merged_cell_ranges or ())
    is_hidden = about.visible != SheetVisibleEnum.Visible
    return Sheet(about.name, sheet.to_python(skip_empty_area=False), is_hidden, merged, tuple(hidden), unvalued)


def _parts(path: Path) -> dict[str, tuple[dict, list[int]]]:
    """Sheet → its cells without a value, and its hidden rows."""
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {link.get("Id"): link.get("Target", "").removeprefix("/xl/") for link in links}
        sheets = [element for element in book.iter() if _name(element) == "sheet"]
        files = {s.get("name", ""): next((v for key, v in s.attrib.items() if key.endswith("}id")), "") for s in sheets}
        there = set(archive.namelist())
        return {
            name: _read(archive, f"xl/{targets[link]}")
            for name, link in files.items()
            if link in targets and f"xl/{targets[link]}" in there
        }


def _read(archive: zipfile.ZipFile, part: str) -> tuple[dict, list[int]]:
    unvalued, hidden = {}, []
    with archive.open(part) as file:
        for _, element in ElementTree.iterparse(file):
            if _name(element) == "c" and (told := _unvalued(element)):
                unvalued[_place(element.get("r", ""))] = told
            if _name(element) == "row":
                if element.get("hidden") in ("1", "true"):
                    hidden.append(int(element.get("r", 0)))
                element.clear()
    return unvalued, hidden


def _unvalued(cell: ElementTree.Element) -> str:
    """What stands in a cell that has no value; "" for any other."""
    parts = {_name(part): part.text or "" for part in cell}
    if cell.get("t") == "e":
        return parts.get("v", "")
    return f"={parts['f']}" if parts.get("f") and not parts.get("v") and cell.get("t") != "str" and "is" not in parts else ""


def _place(reference: str) -> tuple[int, int]:
    letters, row = _REFERENCE.fullmatch(reference).groups()
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return int(row), column


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def remarks(sheet: Sheet, all_sheets: list[Sheet], file: str) -> Iterator[Problem]:
    """What is to be told of a sheet that is read: where it lies, what of it is hidden, what is merged."""
    first = all_sheets[0]
    if sheet is not first:
        yield _told(file, f"is read from its sheet {sheet.name}, since the first one, {first.name}, is empty", "take that away")
    if sheet.is_hidden:
        yield _told(file, f"has its rows in a hidden sheet, {sheet.name}", "show it, so that people see what is read")
    if sheet.hidden_rows:
        mend = "they are read like others: show them, or take them away"
        yield _told(file, f"has {len(sheet.hidden_rows)} hidden rows", mend, sheet.hidden_rows[0])
    for top, _, low, _ in sheet.merged[:1]:
        mend = f"only the first of them has what stands there (rows {top}–{low}): part them in Excel, and fill in each"
        yield _told(file, f"has {len(sheet.merged)} merged cells", mend, top)


def _told(file: str, problem: str, mend: str, row: int | None = None) -> Problem:
    """Nothing is wrong with the rows, but one who looks at the file may not see what is read."""
    return Problem(file, problem, mend, row, is_absence=True)
