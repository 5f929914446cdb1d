"""The analyst's list of what all units conclude: a page to read and a file to sort, beside the books and linked from none."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from sqa_lib.publish import theme
from sqa_lib.publish.pages import ENVIRONMENT
from sqa_lib.publish.portal import LEVEL_NAMES
from sqa_lib.publish.project import SYNTHETIC_NOTICE
from sqa_lib.report import Report
from sqa_lib.spreadsheet import write_csv

LISTED = ["unit", "unit_name", "level", "area", "section", "section_title", "theme", "conclusion", "file", "line"]
"""Columns of the list. conclusion: Markdown; file: from the report's data folder; line: where the conclusion begins in it."""

_HEADS = {
    "unit": "Kod", "unit_name": "Enhet", "level": "Nivå", "area": "Skolområde", "section": "Avsnittets namn",
    "section_title": "Avsnitt", "theme": "Tema", "conclusion": "Slutsats", "file": "Fil", "line": "Rad",
}  # fmt: skip
_LEVELS = {"municipality": "kommun", "area": "skolområde", "school": "skola", "preschool": "förskola"}


def write_conclusions(
    folder: Path, conclusions: pd.DataFrame, themes: Sequence[str], report: Report, school_year: str, books: Mapping[str, Path]
) -> Path:
    """Write `conclusions.csv` and `conclusions.html` in the output folder; returns the page.

    conclusions: columns `LISTED`, in the order of units. books: unit → the folder of its pages, for those that are there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    named = conclusions.assign(level=conclusions["level"].map(_LEVELS)).rename(columns=_HEADS)
    write_csv(named, folder / "conclusions.csv")
    page = ENVIRONMENT.get_template("conclusions.html.j2").render(
        title=f"Slutsatser {school_year}",
        report=report,
        themes=[(name, _levels(conclusions[conclusions["theme"] == name], books, folder)) for name in themes],
        units=conclusions["unit"].nunique(),
        count=len(conclusions),
        notice=SYNTHETIC_NOTICE if report.is_synthetic else "",
    )
    for name, data in (theme.assets(report.design) | {"conclusions.html": page.encode()}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / "conclusions.html"


def _levels(some: pd.DataFrame, books: Mapping[str, Path], folder: Path) -> list[tuple[str, int, list[dict]]]:
    """Level → how many units, and its rows with the address of their section's page, "" where it has none."""
    rows = some.assign(href=[_href(row, books, folder) for row in some.itertuples(index=False)])
    parts = [(name, rows[rows["level"] == level]) for level, name in LEVEL_NAMES.items()]
    return [(name, part["unit"].nunique(), part.to_dict("records")) for name, part in parts if len(part)]


def _href(row, books: Mapping[str, Path], folder: Path) -> str:
    page = books[row.unit] / f"{row.section}.html" if row.unit in books else None
    return page.relative_to(folder).as_posix() if page and page.is_file() else ""
