"""Tables for Excel in Swedish: the one writer of the CSV files that people open."""

import re
from pathlib import Path

import pandas as pd

_FORMULA = re.compile(r"\s*[=+\-@\t\r|]")
_HARMLESS = re.compile(r"[+\-−]?\s*(?:\d[\d  ]*(?:[.,]\d+)?)?\s*%?")
"""Numbers, and the mark for what does not meet the rules."""


def write_csv(table: pd.DataFrame, path: Path) -> Path:
    """Write the table with semicolons, and a mark that says UTF-8. A text that Excel would take for a formula gets an apostrophe
    first, as one who types it there would write it, in the heads too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = table.map(_as_text).rename(columns=_as_text)
    path.write_bytes(told.to_csv(index=False, sep=";", lineterminator="\r\n").encode("utf-8-sig"))
    return path


def _as_text(cell: object) -> object:
    is_formula = isinstance(cell, str) and _FORMULA.match(cell) and not _HARMLESS.fullmatch(cell.strip(" "))
    return f"'{cell}" if is_formula else cell
