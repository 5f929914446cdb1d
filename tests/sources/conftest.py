"""A folder with one good row of every dataset, for tests to spoil, and a small file of Skolverket's shape."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from sqa_lib.sources.cells import words
from sqa_lib.sources.datasets import DATASETS, Column, Dataset
from sqa_lib.sources.measures import MEASURES

UNIT = "99000001"
EXAMPLES = {"school_year": "2020/21", "unit": UNIT, "calendar_year": "2020"}
BY_KIND = {"id": "A1", "text": "text", "area": "HÖB", "integer": "12", "number": "1,5", "date": "2020-09-14"}


def example(column: Column) -> str:
    """A cell that is right."""
    return EXAMPLES.get(column.name) or BY_KIND.get(column.kind) or words(column)[0]


def csv_text(dataset: Dataset, *rows: dict[str, str]) -> str:
    """A CSV of good rows, each with its own cells (by the column's name in Python) instead."""
    lines = [[column.header for column in dataset.columns]]
    lines += [[row.get(column.name, example(column)) for column in dataset.columns] for row in rows]
    return "".join(";".join(line) + "\n" for line in lines)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every dataset with one good row."""
    for dataset in DATASETS.values():
        (tmp_path / f"{dataset.path}.csv").write_text(csv_text(dataset, {}), encoding="utf-8")
    return tmp_path


ROWS = {
    "RIKET: TOTALT": 100.0,
    "ÅBY KOMMUN (9900000001): HUVUDMAN": 10.0,
    "ÅBY FRISKOLA AB (9900000002): HUVUDMAN": 20.0,
    "ÅBY KOMMUN (9900000001): VÄSTRA SKOLAN F-6 (99000001)": 1.0,
    "ÅBY KOMMUN (9900000001): VÄSTRA SKOLAN F-6 (99000002)": "..",
    "ÅBY FRISKOLA AB (9900000002): BERGSSKOLAN (99000001)": 3.0,
}
"""Header → the cell of every measure: one name for two units, one unit under two authorities."""


@pytest.fixture
def underlag_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of Skolverket's shape. cells: header → the cell of every row; labels: the rows' words in the file."""

    def write(
        cells: dict[str, object] = ROWS, labels: list[str] | None = None, school_year: str = "2020/21", title: str = "Underlag"
    ) -> Path:
        labels = [measure.heading for measure in MEASURES] if labels is None else labels
        workbook = Workbook()
        sheet = workbook.active
        sheet.append([title])
        sheet.append([])
        sheet.append(["", *cells])
        sheet.append(["", *[school_year] * len(cells)])
        for label in labels:
            sheet.append([label, *cells.values()])
        sheet.append([])
        sheet.append(["TECKENFÖRKLARINGAR\n(.)   Uppgiften saknas"])
        path = tmp_path / "underlag.xlsx"
        workbook.save(path)
        return path

    return write
