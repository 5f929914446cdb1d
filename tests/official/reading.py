"""Skolverket's national file read by code of the tests' own (openpyxl), and what a book says of its cells.

Nothing of the library takes part: header and cells are parsed here anew, numbers are written as Swedish has them.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from lxml import html as lxml_html

REAL = Path(__file__).parents[3] / "shared" / "reference" / "skolverket"
MARKS = {".": ".", "..": "..", "...": "…", "…": "…", "-": "-"}
"""A cell's mark → how a table of the book prints it."""


@dataclass(frozen=True)
class Column:
    """A column of the file: whose, and its cells by the words of the row."""

    number: str
    unit: str
    name: str
    cells: dict[str, object]


def columns_of(path: Path) -> list[Column]:
    """All columns of the file."""
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(i for i, row in enumerate(rows) if "RIKET: TOTALT" in row)
    labelled = [row for row in rows[head + 2 :] if row[0] and any(cell is not None for cell in row[1:])]
    found = []
    for at, header in enumerate(rows[head][1:], start=1):
        cells = {str(row[0]): row[at] for row in labelled}
        found.append(_column(str(header), cells))
    return found


def _column(header: str, cells: dict[str, object]) -> Column:
    if match := re.fullmatch(r"(.+) \((\d{10})\): HUVUDMAN", header):
        return Column(match[2], "", match[1], cells)
    if match := re.fullmatch(r"(.+) \((\d{10})\): (.+) \((\d{8})\)", header):
        return Column(match[2], match[4], match[3], cells)
    return Column("", "", header, cells)


def printed(cell: object, decimals: int) -> str:
    """A cell of the file as the book's tables print it."""
    if isinstance(cell, str):
        text = cell.strip()
        return MARKS[text] if text in MARKS else _number(float(text.replace(" ", "").replace(",", ".")), decimals)
    return _number(float(cell), decimals)


def _number(value: float, decimals: int) -> str:
    shift = 10**decimals
    rounded = int(abs(value) * shift + 0.5 + 1e-9)
    whole, rest = divmod(rounded, shift)
    grouped = f"{whole:,}".replace(",", " ")
    sign = "−" if value < 0 and rounded else ""
    return sign + grouped + (f",{rest:0{decimals}}" if decimals else "")


def table_rows(page: Path) -> list[list[str]]:
    """Every row of every table of an HTML page, as texts with plain spaces."""
    tree = lxml_html.document_fromstring(page.read_text(encoding="utf-8"))
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")] for row in tree.xpath("//table//tr")]
