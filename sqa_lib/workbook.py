"""Workbooks that the project writes itself."""

import datetime
from pathlib import Path

import xlsxwriter

FIXED_DAY = datetime.datetime(2021, 6, 30)
"""What a workbook says about when it was made."""


def workbook(path: Path, **properties: str) -> xlsxwriter.Workbook:
    """A new workbook whose bytes don't depend on when it is written; a text in it is no formula and no link.

    properties: such as its title."""
    book = xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": FIXED_DAY, **properties})
    return book
