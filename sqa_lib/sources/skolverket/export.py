"""A table as Skolverket's database exports it (CSV or XLSX): its title, the year that was chosen, its rows as text."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from sqa_lib.sources.cells import cleaned
from sqa_lib.sources.files import decoded, text_of
from sqa_lib.sources.problems import Problem, SourceError

_CHOSEN = re.compile(r"Valt (?:läsår|år): *(\d{4}(?:/\d{2})?)")
_LETTERHEAD = "Statistik från Skolverket"
_LINES_ABOVE = 12
"""How far down the title and the chosen year are looked for."""


@dataclass(frozen=True)
class Export:
    """A file's content. rows: its rows in order, each cell's text with single plain spaces; row number n of the file is
    `rows[n - 1]`.

    title: the table's own name. chosen: the school year (`2024/25`) or calendar year (`2024`) that was exported, "" if it says
    none.
    """

    file: str
    title: str
    chosen: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def school_year(self) -> str:
        """The school year that the table is of; of a calendar year the one that begins in it."""
        return f"{self.chosen}/{(int(self.chosen) + 1) % 100:02}" if len(self.chosen) == 4 else self.chosen


def read_export(path: Path) -> Export:
    """A table as text; `SourceError` for what is neither a workbook nor a text with semicolons."""
    return export_of(path.name, raw_rows(path))


def export_of(file: str, raw: Sequence[Sequence[object]]) -> Export:
    rows = tuple(tuple(cleaned(cell if isinstance(cell, str) else text_of(cell)) for cell in row) for row in raw)
    return Export(file, _title(rows), _chosen(rows), rows)


def raw_rows(path: Path) -> list[list]:
    """The cells of the first sheet of a workbook, or of a text with semicolons, as they stand there."""
    if not path.is_file():
        raise SourceError(Problem(path.name, "is not there", "give the path of a file from Skolverket"))
    if path.stat().st_size == 0:
        raise SourceError(Problem(path.name, "is empty", "download it from Skolverket again"))
    read = {".xlsx": _sheet, ".csv": _lines}.get(path.suffix.lower())
    if read is None:
        raise SourceError(Problem(path.name, "is neither .xlsx nor .csv", "export it as one of them"))
    return read(path)


def _sheet(path: Path) -> list[list]:
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            return workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        mend = "download it from Skolverket again, as .xlsx"
        raise SourceError(Problem(path.name, f"can't be read as an Excel file ({error})", mend)) from error


def _lines(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(decoded(path), newline=""), delimiter=";"))


def _above(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """The first text of each of the first rows that have any."""
    for row in rows[:_LINES_ABOVE]:
        if text := next((cell for cell in row if cell), ""):
            yield text


def _title(rows: tuple[tuple[str, ...], ...]) -> str:
    return next((text for text in _above(rows) if not text.startswith(_LETTERHEAD)), "")


def _chosen(rows: tuple[tuple[str, ...], ...]) -> str:
    return next((found[1] for text in _above(rows) if (found := _CHOSEN.match(text))), "")
