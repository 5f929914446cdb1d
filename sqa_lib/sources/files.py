"""Reading a file as it is: every cell as text, every row with the number that Excel shows."""

import csv
import datetime
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sqa_lib.sources.cells import folded
from sqa_lib.sources.decoding import text_in
from sqa_lib.sources.problems import Problem, SourceError, joined, perhaps
from sqa_lib.sources.workbooks import Sheet, remarks, sheets_of

DELIMITER = ";"
_Read = tuple[list[list[str]], tuple[Problem, ...]]
"""The rows of a file, and what is to be told of it."""
_SEPARATOR = re.compile(r"\Asep=;\r?\n", re.IGNORECASE)
"""What tells Excel how a file is parted, before its rows; Excel neither shows nor counts it."""
_OTHER_DELIMITERS = {",": "commas", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True)
class RawTable:
    """A file's cells as text.

    cells: one column per header, indexed by the file's row number (the header is row 1). Rows without a single
    filled cell are not rows. widths: the number of cells that each row has (a row of another width than the header's
    has been shifted; what it has too much stands in its last cell). is_form: people have filled it in, see `forms`.
    remarks: what one who looks at the file may not see of it.
    """

    file: str
    cells: pd.DataFrame
    widths: pd.Series
    is_form: bool = False
    remarks: tuple[Problem, ...] = ()


def find_file(folder: Path, stem: str) -> Path:
    """The one file `<stem>.csv`, `.xlsx` or `.parquet` in a folder."""
    if not folder.is_dir():
        raise SourceError(Problem(str(folder), "no such folder", "give the folder that holds the data files"))
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in _READERS and p.stem.casefold() == stem)
    if not found:
        raise SourceError(Problem(stem, "is not there", _where_it_should_be(folder, stem), is_absence=True))
    if len(found) > 1:
        raise SourceError(Problem(found[0].name, f"is there also as {found[1].name}", "keep the one that is right"))
    return found[0]


def _where_it_should_be(folder: Path, stem: str) -> str:
    there = (path.name for path in folder.iterdir() if path.is_file())
    return joined(f"put it in {folder.name}/, as {', '.join(_READERS)}", perhaps(stem, there))


def read_cells(path: Path) -> RawTable:
    """A CSV (semicolons; UTF-8 with or without BOM, or Windows-1252), XLSX or Parquet file as text.

    XLSX: the only sheet with content, header in row 1; numbers get a decimal comma, dates are written 2020-09-14. A cell without
    a value is what stands there: an error (`#DIV/0!`) or a formula that was never computed (`=A1/B1`).
    """
    if not path.is_file():
        raise SourceError(Problem(path.name, "is not there", f"put it in {path.parent.name}/"))
    if path.stat().st_size == 0:
        raise SourceError(Problem(path.name, "is empty", "export it again, with a header row"))
    rows, remarks = _READERS[path.suffix.lower()](path)
    return replace(_table(path.name, rows), remarks=remarks)


def read_sheet(path: Path, name: str) -> RawTable:
    """One sheet of a workbook as text, whatever stands in the others; header in row 1."""
    sheets = {sheet.name: sheet for sheet in sheets_of(path)}
    if name not in sheets:
        mend = joined("give the sheet that holds the rows this name", perhaps(name, sheets))
        raise SourceError(Problem(path.name, f"has no sheet {name}", mend))
    return _table(path.name, _texts(sheets[name]))


def _table(file: str, rows: list[list[str]]) -> RawTable:
    width = max((i + 1 for row in rows[:1] for i, text in enumerate(row) if text.strip()), default=0)
    header = _header(file, rows[0][:width] if rows else [])
    numbered = {number: row for number, row in enumerate(rows[1:], start=2) if any(text.strip() for text in row)}
    filled = {number: _without_empty_tail(row, width) for number, row in numbered.items()}
    index = pd.Index(filled, dtype="int64", name="row")
    cells = pd.DataFrame([_fit(row, width) for row in filled.values()], index=index, columns=header, dtype="str")
    return RawTable(file, cells, pd.Series({number: len(row) for number, row in filled.items()}, dtype="int64"))


def _without_empty_tail(row: list[str], width: int) -> list[str]:
    """A row without the empty cells after the header's last (Excel writes them)."""
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    return row


def _fit(row: list[str], width: int) -> list[str]:
    if len(row) > width:
        return [*row[: width - 1], DELIMITER.join(row[width - 1 :])]
    return row + [""] * (width - len(row))


def _header(file: str, row: list[str]) -> list[str]:
    names = [" ".join(_seen(name).split()) for name in row]
    if not names:
        raise SourceError(Problem(file, "has no header", "the first row must hold the columns' names", row=1))
    for position, name in enumerate(names, start=1):
        if not name:
            problem = f"column {position} has no name"
            raise SourceError(Problem(file, problem, "name it or take the column away", row=1))
        if folded(name) in map(folded, names[: position - 1]):
            raise SourceError(Problem(file, "is the name of two columns", "keep one of them", row=1, column=name))
    return names


def _seen(name: str) -> str:
    """Without characters that nobody sees, such as a second BOM or a space without width."""
    return "".join(letter for letter in name if unicodedata.category(letter) != "Cf")


def _read_csv(path: Path) -> _Read:
    text = _SEPARATOR.sub("", decoded(path))
    _check_delimiter(path.name, text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITER, strict=True)
    rows = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        mend = "a quotation mark opens a cell and never closes, or stands inside one: write it twice"
        raise SourceError(Problem(path.name, f"can't be parted into cells ({error})", mend, row=len(rows) + 1)) from error
    return rows, ()


def decoded(path: Path) -> str:
    """The text of a file as Excel or an editor saves it; `SourceError` where it is none."""
    if (text := text_in(path.read_bytes())) is None:
        raise SourceError(Problem(path.name, "is neither UTF-8 nor Windows-1252 text", "save it as CSV UTF-8 (semicolon)"))
    return text


def _check_delimiter(file: str, text: str) -> None:
    header = text.lstrip().partition("\n")[0]
    for mark, name in _OTHER_DELIMITERS.items():
        if DELIMITER not in header and mark in header:
            problem = f"has {name} between its columns"
            raise SourceError(Problem(file, problem, f"save it with semicolons ({DELIMITER})", row=1, value=header.strip()))


def _read_xlsx(path: Path) -> _Read:
    sheets = sheets_of(path)
    filled = [sheet for sheet in sheets if not sheet.is_empty]
    if len(filled) > 1:
        names = ", ".join(sheet.name for sheet in filled)
        problem = f"has {len(filled)} sheets with content ({names})"
        raise SourceError(Problem(path.name, problem, "keep one sheet a file; one may be hidden"))
    if not filled:
        return [], ()
    (sheet,) = filled
    if any(top == 1 and left < right for top, left, _, right in sheet.merged):
        mend = "the first row must hold the columns' names, one in each cell: part them in Excel"
        raise SourceError(Problem(path.name, "has merged cells in its first row", mend, row=1))
    return _texts(sheet), tuple(remarks(sheet, sheets, path.name))


def _texts(sheet: Sheet) -> list[list[str]]:
    """Every cell as text, those without a value as what stands there."""
    texts = [[text_of(cell) for cell in row] for row in sheet.rows]
    for (row, column), text in sheet.unvalued.items():
        texts += [[] for _ in range(row - len(texts))]
        cells = texts[row - 1]
        cells += [""] * (column - len(cells))
        cells[column - 1] = text
    return texts


def _read_parquet(path: Path) -> _Read:
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(Problem(path.name, "can't be read as a Parquet file", "write it again")) from error
    columns = [[text_of(cell) for cell in column.to_pylist()] for column in table.columns]
    return [table.column_names, *(list(row) for row in zip(*columns, strict=True))], ()


_READERS: dict[str, Callable[[Path], _Read]] = {".csv": _read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}


def text_of(cell: object) -> str:
    """A cell as a Swedish CSV would have it: `12,5`, `12`, `2020-09-14`, `Ja`; lists are joined with `|`."""
    match cell:
        case None:
            return ""
        case bool():
            return "Ja" if cell else "Nej"
        case float() | Decimal():
            return _number_text(cell)
        case datetime.datetime() if cell.time() == datetime.time():
            return cell.date().isoformat()
        case str():
            return cell
        case Sequence():
            return "|".join(text_of(item) for item in cell)
        case _:
            return str(cell)


def _number_text(number: float | Decimal) -> str:
    exact = Decimal(repr(number)) if isinstance(number, float) else number
    if not exact.is_finite():
        return ""
    text = f"{exact:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


READABLE = tuple(_READERS)
"""The endings of files that are read."""
