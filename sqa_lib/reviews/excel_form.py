"""A reviewer's form as a workbook: a row for each plan with a list of words to choose from, and a sheet that explains them.

The same form gives the same bytes.
"""

from pathlib import Path

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range_abs
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sqa_lib.reviews.blank import GIVEN, RATED, REVIEWER, SCHOOL_YEAR, UNIT
from sqa_lib.reviews.guide import EMPTY, FAIR, NO_NAMES, addressed, heading
from sqa_lib.rubric import RUBRIC
from sqa_lib.sources.datasets import PLAN_REVIEWS
from sqa_lib.workbook import workbook

ROWS, GUIDE = PLAN_REVIEWS.form.rows, "Så bedömer du"
"""The names of the two sheets."""

_STEPS = (
    f"Läs planen och välj ett ord i listan för varje kriterium på bladet {ROWS}. Vad orden betyder står här nedanför.",
    EMPTY,
    f"{FAIR} {NO_NAMES}",
    "Rubriker, skolenheter, läsår och granskare är låsta. Spara filen som Excel-arbetsbok (.xlsx) och lämna tillbaka den.",
)
_FROZEN = 2
_A4 = 9
_NARROWEST, _WIDEST, _RATING = 11, 36, 16
_MAY = {"format_columns": True, "format_rows": True, "autofilter": True}
"""What the reader may do to a protected sheet, besides filling in."""


def write_excel_form(form: pd.DataFrame, path: Path) -> None:
    """form: as `blank_form` gives it."""
    title = heading(form[SCHOOL_YEAR].iloc[0])
    with workbook(path, title=title) as book:
        rows, guide = book.add_worksheet(ROWS), book.add_worksheet(GUIDE)
        words = _write_guide(guide, book, title, form)
        _write_rows(rows, book, form)
        _offer_words(rows, len(form), words)
        _mark_what_is_left(rows, book, len(form))
        for sheet in (rows, guide):
            sheet.protect("", _MAY)
            _set_up_print(sheet, title)


# ---- the rows -------------------------------------------------------------------------------------------------------


def _write_rows(sheet: Worksheet, book: Workbook, form: pd.DataFrame) -> None:
    head, given, rated = _head(book), book.add_format(_LOCKED), book.add_format(_OPEN)
    sheet.set_row(0, 32)
    for place, header in enumerate(form.columns):
        sheet.write_string(0, place, header, head)
        sheet.set_column(place, place, _width(form, header))
        for row, text in enumerate(form[header], start=1):
            if header in RATED:
                sheet.write_blank(row, place, None, rated)
            else:
                sheet.write_string(row, place, text, given)
    sheet.freeze_panes(1, _FROZEN)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, len(form), len(form.columns) - 1)
    code = xl_col_to_name(GIVEN.index(UNIT))
    sheet.ignore_errors({"number_stored_as_text": f"{code}2:{code}{len(form) + 1}"})


def _width(form: pd.DataFrame, header: str) -> int:
    if header in RATED:
        return _RATING
    return min(max(_NARROWEST, len(header) + 4, *(len(text) + 2 for text in form[header])), _WIDEST)


def _offer_words(sheet: Worksheet, rows: int, words: str) -> None:
    """A list of the ratings in every cell to fill in, with the criterion's question beside it."""
    for place, criterion in enumerate(RUBRIC.criteria, start=len(GIVEN)):
        sheet.data_validation(
            1, place, rows, place,
            {
                "validate": "list", "source": f"='{GUIDE}'!{words}",
                "input_title": criterion.name, "input_message": criterion.question,
                "error_title": "Ordet finns inte i listan", "error_message": "Välj ett ord i listan, eller lämna rutan tom.",
            },
        )  # fmt: skip


def _mark_what_is_left(sheet: Worksheet, book: Workbook, rows: int) -> None:
    """Empty cells of a row that somebody has begun with."""
    first, last = len(GIVEN), len(GIVEN) + len(RATED) - 1
    row = f"${xl_col_to_name(first)}2:${xl_col_to_name(last)}2"
    is_left = f'=AND(COUNTBLANK({row})<{len(RATED)},{xl_col_to_name(first)}2="")'
    rule = {"type": "formula", "criteria": is_left, "format": book.add_format({"bg_color": "#fff2cc"})}
    sheet.conditional_format(1, first, rows, last, rule)


# ---- the guide ------------------------------------------------------------------------------------------------------


def _write_guide(sheet: Worksheet, book: Workbook, title: str, form: pd.DataFrame) -> str:
    """Write the sheet that explains; returns the cells that hold the words of the scale."""
    big, bold, head, text = _bold(book, 16), _bold(book, 12), _head(book), book.add_format(_WRAPPED)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 36)
    sheet.set_column(2, 1 + len(RUBRIC.ratings), 34)
    sheet.write_string(0, 0, title, big)
    sheet.write_string(1, 0, addressed(form[REVIEWER].iloc[0], len(form)))
    sheet.write_string(3, 0, "Så gör du", bold)
    row = _lines(sheet, 4, [f"{number}. {step}" for number, step in enumerate(_STEPS, start=1)])
    sheet.write_string(row + 1, 0, "Vad orden betyder", bold)
    first = row + 2
    row = _table(sheet, first, [(rating.name, rating.meaning) for rating in RUBRIC.ratings], None)
    sheet.write_string(row + 1, 0, "Vad orden betyder för varje kriterium", bold)
    _table(sheet, row + 2, [("Kriterium", "Fråga", *RUBRIC.words)], head)
    _table(sheet, row + 3, [(c.name, c.question, *c.levels.values()) for c in RUBRIC.criteria], text)
    return xl_range_abs(first, 0, first + len(RUBRIC.ratings) - 1, 0)


def _lines(sheet: Worksheet, row: int, lines: list[str]) -> int:
    return _table(sheet, row, [(line,) for line in lines], None)


def _table(sheet: Worksheet, row: int, cells: list[tuple[str, ...]], style: Format | None) -> int:
    """Write rows of texts from this row on; returns the row after them."""
    for line in cells:
        for place, text in enumerate(line):
            sheet.write_string(row, place, text, style)
        row += 1
    return row


# ---- the look -------------------------------------------------------------------------------------------------------

_EDGE = {"border": 1, "border_color": "#bfc7cf"}
_WRAPPED = {"text_wrap": True, "valign": "top", **_EDGE}
_LOCKED = {"bg_color": "#f3f5f7", **_EDGE}
_OPEN = {"locked": False, **_EDGE}


def _head(book: Workbook) -> Format:
    return book.add_format({"bold": True, "bg_color": "#dde5ec", "text_wrap": True, "valign": "vcenter", **_EDGE})


def _bold(book: Workbook, size: int) -> Format:
    return book.add_format({"bold": True, "font_size": size})


def _set_up_print(sheet: Worksheet, title: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{title}&RSida &P av &N")
