"""A small project whose schools have health plans, and reviewers who fill in their forms."""

from pathlib import Path

import openpyxl
import pandas as pd

from sqa_lib.report import Report, load_report
from sqa_lib.reviews.blank import RATED
from sqa_lib.reviews.new_review import new_review
from sqa_lib.sources.check import Input, load
from sqa_lib.sources.datasets import PLAN_REVIEWS
from tests.small_project import write, write_project

DATASETS = ("school_units", "enrolment", "health_plans", "plan_reviews")
PLANS = """Läsår;Skolenhetskod;Inlämnad;Följer mallen;Uppföljd;Fokusområden
2019/20;99000004;Ja;Ja;Ja;
2020/21;99000001;Ja;Ja;Ja;Främja närvaro
2020/21;99000002;Ja;Nej;Ja;
2020/21;99000003;Ja;Ja;Nej;
2020/21;99000004;Nej;;;
"""
YEAR = "2020/21"
WORDS = ("Saknas", "Påbörjat", "Tydligt", "Systematiskt")
FULL = {header: WORDS[place % len(WORDS)] for place, header in enumerate(RATED)}
"""A word for every criterion."""


def project_with_plans(root: Path) -> Path:
    """Granskolan and Tallskolan in the north and Enskolan in the south have submitted a plan, Videskolan has not."""
    write_project(root, datasets=list(DATASETS))
    write(root / "data" / "small" / "elevhalsoplaner.csv", PLANS)
    return root


def report_of(root: Path) -> Report:
    return load_report("small", root)


def read(root: Path) -> Input:
    return load(root / "data" / "small", YEAR, DATASETS)


def form_for(root: Path, reviewer: str, kind: str = "xlsx", units: tuple[str, ...] = ()) -> Path:
    """A blank form, where it lies."""
    return new_review(report_of(root), read(root).tables, root, reviewer, units, kind).path


def fill(path: Path, filled: dict[str, dict[str, str]]) -> Path:
    """Write in a form as its reviewer does. filled: code of a unit → header → what is written there."""
    (fill_workbook if path.suffix == ".xlsx" else fill_text)(path, filled)
    return path


def fill_workbook(path: Path, filled: dict[str, dict[str, str]]) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["Granskning"]
    places = {cell.value: cell.column for cell in sheet[1]}
    rows = {sheet.cell(row, places["Skolenhetskod"]).value: row for row in range(2, sheet.max_row + 1)}
    for unit, words in filled.items():
        for header, word in words.items():
            sheet.cell(rows[unit], places[header]).value = word
    book.save(path)


def fill_text(path: Path, filled: dict[str, dict[str, str]]) -> None:
    text = path.read_text(encoding="utf-8")
    for unit, words in filled.items():
        before, found, after = text.partition(f"'{unit}'")
        own, dash, others = after.partition("\n  - ")
        for header, word in words.items():
            own = "\n".join(f"    {header}: {word}" if line.startswith(f"    {header}:") else line for line in own.split("\n"))
        text = before + found + own + dash + others
    path.write_text(text, encoding="utf-8")


def lines(problems: pd.DataFrame) -> list[str]:
    """Problems a line each: file | row | column | value | problem | allowed."""
    texts = problems.astype({"row": "object"}).where(problems.notna(), "-")
    return [" | ".join(map(str, row)) for row in texts[["file", "row", "column", "value", "problem", "allowed"]].values]


def counts(data: Input) -> tuple[int, int, int]:
    """Reviews accepted, rejected and waiting."""
    name = PLAN_REVIEWS.name
    return len(data.tables[name]), len(data.rejected.get(name, ())), len(data.waiting[name])
